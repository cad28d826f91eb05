package sipua

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
	"github.com/dealerline/dealerline/internal/lines/sipua/guard"
)

// ErrClosed means that the server's Run has ended.
var ErrClosed = errors.New("sip server closed")

// farewell is how long legs may take to say goodbye when the server ends.
const farewell = 2 * time.Second

// Server is the box's SIP side. Make it with [New], then call [Server.Run].
type Server struct {
	cfg   Config
	log   *slog.Logger
	guard *guard.Guard
	check *digest.Checker
	count counters

	transport    *sip.TransportLayer
	transactions *sip.TransactionLayer
	sockets      []socket
	ready, done  chan struct{}
	routes       sync.Map // destination address → our address towards it
	settings     atomic.Pointer[table]
	registrar    *registrar
	loans        loans
	secret       string // of what lamps show instead of tags
	lamps        *lamps
	watchers     *watchers
	tombs        tombs
	saved        chan struct{} // holds one token while bindings have changed
	probes       chan chan struct{}

	mu      sync.Mutex
	running context.Context //nolint:containedctx // the life of Run, for what Apply and Dial start
	legs    map[string]*Leg
	invites map[string]string // merged requests: Call-ID, From tag and CSeq → transaction
	trunks  map[string]*trunk
	sizes   []*atomic.Int64
	wg      sync.WaitGroup
}

type counters struct {
	inbound, outbound, challenged, wrong, refused, turnedAway, malformed, disorder, faults atomic.Uint64
}

// New checks the configuration and makes a server. Nothing is opened before Run.
func New(cfg Config) (*Server, error) {
	if cfg.Media == nil {
		return nil, fault.New(fault.Invalid, "sip.config", "make SIP server: no media engine")
	}
	if cfg.Realm == "" {
		cfg.Realm = "dealerline"
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "dealerline"
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	for _, l := range cfg.Listen {
		switch {
		case l.Network != "udp" && l.Network != "tcp" && l.Network != "tls":
			return nil, fault.New(fault.Invalid, "sip.config", "listen: network %q is not udp, tcp or tls", l.Network)
		case l.Network == "tls" && l.TLS == nil:
			return nil, fault.New(fault.Invalid, "sip.config", "listen on tls %s: no certificate", l.Addr)
		case !l.Addr.Addr().IsValid():
			return nil, fault.New(fault.Invalid, "sip.config", "listen on %s: no address", l.Network)
		}
	}
	setLimits()
	s := &Server{
		cfg: cfg, log: cfg.Logger, guard: guard.New(), check: digest.NewChecker(cfg.Realm),
		ready: make(chan struct{}), done: make(chan struct{}), saved: make(chan struct{}, 1),
		probes: make(chan chan struct{}), registrar: newRegistrar(), lamps: newLamps(), secret: newTag(),
		legs: make(map[string]*Leg), invites: make(map[string]string), trunks: make(map[string]*trunk),
	}
	s.settings.Store(newTable(Settings{}))
	s.watchers = newWatchers(s)
	if cfg.ClientTLS == nil {
		cfg.ClientTLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	s.build(cfg.ClientTLS)
	return s, nil
}

// Ready is closed when all listeners are open.
func (s *Server) Ready() <-chan struct{} { return s.ready }

// Addrs returns the addresses that were bound, in the order of Config.Listen. Valid after Ready.
func (s *Server) Addrs() []net.Addr {
	out := make([]net.Addr, 0, len(s.sockets))
	for _, k := range s.sockets {
		out = append(out, k.netAddr())
	}
	return out
}

// Run opens the listeners, serves until ctx ends, says goodbye to the calls left, and returns the cause.
func (s *Server) Run(ctx context.Context) error {
	if err := s.open(ctx); err != nil {
		close(s.done)
		return err
	}
	if err := s.loadBindings(); err != nil {
		s.closeSockets()
		close(s.done)
		return err
	}
	failed := make(chan error, len(s.sockets))
	var readers, beginning sync.WaitGroup
	for _, k := range s.sockets {
		beginning.Add(1)
		began := sync.OnceFunc(beginning.Done)
		readers.Go(func() {
			defer began()
			failed <- s.serve(k, began)
		})
	}
	beginning.Wait()
	live, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	s.mu.Lock()
	s.running = live
	for _, t := range s.trunks {
		s.start(t) //nolint:contextcheck // trunks live until shutdown has said goodbye, which is after ctx
	}
	s.mu.Unlock()
	s.wg.Go(func() { s.keep(live) })
	s.wg.Go(func() { s.watchers.run(live) })
	close(s.ready)

	var err error
	select {
	case <-ctx.Done():
		err = context.Cause(ctx)
	case err = <-failed:
	}
	s.shutdown(stop) //nolint:contextcheck // it comes after the end of ctx
	s.transactions.Close()
	s.closeSockets()
	_ = s.transport.Close() //nolint:errcheck // the sockets are closed already
	readers.Wait()
	close(s.done)
	return err
}

// shutdown hangs up what is left, waits a little for the far sides, and ends all goroutines.
func (s *Server) shutdown(stop context.CancelFunc) {
	for _, l := range s.allLegs() {
		l.Do(line.Hangup{Cause: line.Shutdown})
	}
	deadline := time.NewTimer(farewell)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for waiting := true; waiting && len(s.allLegs()) > 0; {
		select {
		case <-tick.C:
		case <-deadline.C:
			waiting = false
		}
	}
	stop()
	s.wg.Wait()
	s.saveBindings()
}

func (s *Server) allLegs() []*Leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*Leg, 0, len(s.legs))
	for _, l := range s.legs {
		out = append(out, l)
	}
	return out
}

func (s *Server) leg(key string) *Leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.legs[key]
}

// keep does what is due from time to time: saving registrations, removing expired ones, keep-alive.
func (s *Server) keep(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	forget := time.NewTicker(time.Minute) // our address may change with the network
	defer forget.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-forget.C:
			s.routes.Clear()
		case p := <-s.probes:
			close(p)
		case <-s.saved:
			s.saveBindings() //nolint:contextcheck // a save under way is not broken off
		case now := <-tick.C:
			if s.registrar.expire(now) {
				s.changed()
			}
			s.tombs.sweep(now)
			s.qualify(ctx, now)
		}
	}
}

// Probe asks every actor for an answer and returns nil when all have given it.
func (s *Server) Probe(ctx context.Context) error {
	p := make(chan struct{})
	select {
	case s.probes <- p:
	case <-s.done:
		return ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	waits := []<-chan struct{}{p}
	if w := (probed{make(chan struct{})}); s.watchers.box.Put(w) {
		waits = append(waits, w.done)
	}
	for _, l := range s.allLegs() {
		waits = append(waits, l.probe())
	}
	for _, w := range waits {
		select {
		case <-w:
		case <-s.done:
			return ErrClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Stats returns the counters.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	legs, sources := len(s.legs), int64(0)
	for _, n := range s.sizes {
		sources += n.Load()
	}
	s.mu.Unlock()
	return Stats{
		Legs: legs, Inbound: s.count.inbound.Load(), Outbound: s.count.outbound.Load(),
		Registered: len(s.registrar.all()), Challenged: s.count.challenged.Load(),
		WrongPassword: s.count.wrong.Load(), Refused: s.count.refused.Load(),
		TurnedAway: s.count.turnedAway.Load(),
		Malformed:  s.count.malformed.Load(), Dropped: s.guard.Dropped(), OutOfOrder: s.count.disorder.Load(),
		Sources: int(sources), Faults: s.count.faults.Load(),
	}
}

// Bans lists who is not listened to, or only slowly, at present.
func (s *Server) Bans() []guard.Ban { return s.guard.Bans() }

// Unban lifts a ban by its ID; without such a ban the error's code is fault.NotFound.
func (s *Server) Unban(id string) error {
	if err := s.guard.Unban(id); err != nil {
		return err
	}
	s.log.Info("sip ban lifted", "ban", id)
	return nil
}

// failed counts a failure and logs the bans that begin with it.
func (s *Server) failed(src netip.AddrPort, user string) {
	for _, b := range s.guard.Failed(src.Addr(), user) {
		s.log.Warn("sip ban", "ban", b.ID, "kind", string(b.Kind), "failures", b.Failures, "until", b.Until)
	}
}
