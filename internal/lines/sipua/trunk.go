package sipua

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// TrunkState says whether a trunk can carry calls.
type TrunkState string

// The states of a trunk.
const (
	TrunkUp       TrunkState = "up"
	TrunkDown     TrunkState = "down"     // the carrier does not answer
	TrunkTrying   TrunkState = "trying"   // not known yet
	TrunkRejected TrunkState = "rejected" // the carrier refuses our registration
)

// TrunkStatus is what is known of a trunk at present.
type TrunkStatus struct {
	Name      string         `json:"name"`
	State     TrunkState     `json:"state"`
	Detail    string         `json:"detail,omitempty"` // the carrier's words or our own
	Since     time.Time      `json:"since"`
	Peer      netip.AddrPort `json:"peer"`
	Calls     int            `json:"calls"`
	Capacity  int            `json:"capacity,omitempty"`
	Priority  int            `json:"priority"`
	RoundTrip time.Duration  `json:"round_trip,omitempty"` // of the last OPTIONS or REGISTER
	Expires   time.Time      `json:"expires,omitzero"`     // of the registration
}

// Pauses of the registering client.
const (
	trunkAnswer  = 8 * time.Second
	firstPause   = 5 * time.Second
	longestPause = 5 * time.Minute
	resolveEvery = 5 * time.Minute
)

// trunk is one configured trunk: a goroutine that keeps it registered and watches it.
type trunk struct {
	cfg    Trunk
	s      *Server
	log    *slog.Logger
	cancel context.CancelFunc

	mu     sync.Mutex
	status TrunkStatus
	calls  int
	callID string
	seq    uint32
}

func newTrunk(s *Server, cfg Trunk) *trunk {
	t := &trunk{cfg: cfg, s: s, log: s.log.With("line", cfg.Name), callID: newTag()}
	t.status = TrunkStatus{
		Name: cfg.Name, State: TrunkTrying, Since: time.Now(), Capacity: cfg.Capacity, Priority: cfg.Priority,
	}
	if ip, err := netip.ParseAddr(strings.Trim(cfg.Host, "[]")); err == nil {
		t.status.Peer = netip.AddrPortFrom(ip, cfg.port())
	}
	if !cfg.Register && cfg.OptionsSeconds == 0 && t.status.Peer.IsValid() {
		t.status.State = TrunkUp
	}
	return t
}

// same reports whether a new setting leaves the trunk as it is.
func (t *trunk) same(now Trunk) bool { return reflect.DeepEqual(t.cfg, now) }

// start runs a trunk's goroutine once the server runs. Called with s.mu held.
func (s *Server) start(t *trunk) {
	if s.running == nil || t.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(s.running)
	t.cancel = cancel
	s.wg.Go(func() { t.run(ctx) })
}

func (t *trunk) stop() {
	if t.cancel != nil {
		t.cancel()
	}
}

func (t *trunk) peer() netip.AddrPort {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status.Peer
}

func (t *trunk) set(state TrunkState, detail string, rtt time.Duration) {
	t.mu.Lock()
	before := t.status.State
	if before != state {
		t.status.Since = time.Now()
	}
	t.status.State, t.status.Detail, t.status.RoundTrip = state, detail, rtt
	t.mu.Unlock()
	if before != state {
		t.log.Info("sip trunk", "state", string(state), "detail", detail)
	}
}

// enter takes one of the trunk's channels and reports false when all are busy.
func (t *trunk) enter() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cfg.Capacity > 0 && t.calls >= t.cfg.Capacity {
		return false
	}
	t.calls++
	return true
}

func (t *trunk) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls--
}

func (t *trunk) state() TrunkStatus {
	t.mu.Lock()
	defer t.mu.Unlock()
	st := t.status
	st.Calls = t.calls
	return st
}

// Trunks returns the state of every trunk, by priority and name.
func (s *Server) Trunks() []TrunkStatus {
	s.mu.Lock()
	out := make([]TrunkStatus, 0, len(s.trunks))
	for _, t := range s.trunks {
		out = append(out, t.state())
	}
	s.mu.Unlock()
	slices.SortFunc(out, func(a, b TrunkStatus) int {
		if a.Priority != b.Priority {
			return a.Priority - b.Priority
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

// run keeps the trunk registered and watched until ctx ends.
func (t *trunk) run(ctx context.Context) {
	var register, options <-chan time.Time
	resolve := time.NewTimer(0)
	defer resolve.Stop()
	failures, missed := 0, 0
	for {
		select {
		case <-ctx.Done():
			t.unregister() //nolint:contextcheck // it comes after the end of ctx
			return
		case <-resolve.C:
			resolve.Reset(t.resolve(ctx))
			if t.peer().IsValid() && register == nil && t.cfg.Register {
				register = time.After(0)
			}
			if t.peer().IsValid() && options == nil && t.cfg.OptionsSeconds > 0 {
				options = time.After(0)
			}
		case <-register:
			pause, ok := t.register(ctx, t.cfg.expires())
			if ok {
				failures = 0
			} else {
				failures++
				pause = max(pause, backoff(failures))
			}
			register = time.After(pause)
		case <-options:
			missed = t.watch(ctx, missed)
			options = time.After(time.Duration(t.cfg.OptionsSeconds) * time.Second)
		}
	}
}

// backoff doubles from 5 s to 5 min, with up to a quarter of chance so that a carrier's restart is not met by all
// its customers at once.
func backoff(failures int) time.Duration {
	d := min(firstPause<<min(failures-1, 10), longestPause)
	return d + time.Duration(rand.Int64N(int64(d/4))) //nolint:gosec // no secret
}

// resolve looks the carrier's name up, away from any call, and returns when to do so again.
func (t *trunk) resolve(ctx context.Context) time.Duration {
	if _, err := netip.ParseAddr(strings.Trim(t.cfg.Host, "[]")); err == nil {
		return 24 * time.Hour
	}
	ctx, cancel := context.WithTimeout(ctx, trunkAnswer)
	defer cancel()
	host, port := t.cfg.Host, t.cfg.port()
	if t.cfg.Port == 0 { // RFC 3263 §4.2: SRV only when no port is given
		proto := map[string]string{"udp": "udp", "tcp": "tcp", "tls": "tcp"}[t.cfg.transport()]
		scheme := map[bool]string{false: "sip", true: "sips"}[t.cfg.transport() == "tls"]
		if _, list, err := net.DefaultResolver.LookupSRV(ctx, scheme, proto, host); err == nil && len(list) > 0 {
			host, port = list[0].Target, list[0].Port
		}
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
	if err != nil || len(ips) == 0 {
		t.mu.Lock()
		known := t.status.Peer.IsValid()
		t.mu.Unlock()
		if !known {
			t.set(TrunkDown, "name not found", 0)
		}
		return 30 * time.Second
	}
	t.mu.Lock()
	t.status.Peer = netip.AddrPortFrom(ips[0].Unmap(), port)
	t.mu.Unlock()
	if !t.cfg.Register && t.cfg.OptionsSeconds == 0 {
		t.set(TrunkUp, "", 0)
	}
	return resolveEvery
}

// watch sends one OPTIONS. Any answer shows that the carrier is there; two missing ones that it is not.
func (t *trunk) watch(ctx context.Context, missed int) int {
	began := time.Now()
	res, err := t.s.ask(ctx, t.s.options(t.uri(""), t.cfg.transport(), t.peer()), trunkAnswer/2)
	switch {
	case ctx.Err() != nil:
		return missed
	case err == nil && res.StatusCode != 503 && res.StatusCode != 408:
		if !t.cfg.Register {
			t.set(TrunkUp, "", time.Since(began))
		}
		return 0
	}
	if missed++; missed >= missedMost {
		t.set(TrunkDown, "no answer to OPTIONS", 0)
	}
	return missed
}

// uri is an address at the carrier.
func (t *trunk) uri(user string) sip.Uri {
	u := sip.Uri{Scheme: "sip", User: user, Host: t.cfg.Host}
	if t.cfg.Port != 0 {
		u.Port = int(t.cfg.Port)
	}
	if tr := t.cfg.transport(); tr != "udp" {
		u.UriParams.Add("transport", tr)
	}
	return u
}
