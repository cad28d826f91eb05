package demo

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/mailbox"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Pace of the simulation.
const (
	callEvery   = 30 * time.Second // on average
	mostCallers = 4
)

// town is everybody outside the box: a carrier with customers, and the phones of two agents.
type town struct {
	signedIn func(extension string) bool
	log      *slog.Logger
	engine   *media.Engine
	carrier  *sipua.Server
	phones   *sipua.Server
	voices   *prompt.Library
	zone     *time.Location
	wg       sync.WaitGroup

	exchange *exchange.Exchange // nil: without analog lines

	mu   sync.Mutex
	busy map[string]bool // phones of simulated agents that are in use
	ctx  context.Context //nolint:containedctx // the life of the simulation, for legs that arrive
}

// newTown builds the simulation for the demo's settings.
func newTown(log *slog.Logger, d *settings.Document, ex *exchange.Exchange, signedIn func(extension string) bool) (*town, error) {
	t := &town{log: log, zone: d.Location(), exchange: ex, signedIn: signedIn, busy: map[string]bool{}}
	home := netip.MustParseAddr("127.0.0.1")
	var err error
	if t.voices, err = prompt.Open(prompt.Shipped(), "", log); err != nil {
		return nil, err
	}
	if t.engine, err = media.NewEngine(media.Config{IP: home, PortMin: 40000, PortMax: 40999, Workers: 1, Logger: log}); err != nil {
		return nil, err
	}
	server := func(port uint16, calls sipua.Acceptor, trunks ...sipua.Trunk) (*sipua.Server, error) {
		s, err := sipua.New(sipua.Config{
			Listen: []sipua.Listen{{Network: "udp", Addr: netip.AddrPortFrom(home, port)}},
			Media:  t.engine, Calls: calls, Logger: log, UserAgent: "simulation",
		})
		if err != nil {
			return nil, err
		}
		return s, s.Apply(sipua.Settings{Trunks: trunks})
	}
	if t.carrier, err = server(carrierPort, nil, sipua.Trunk{Name: "box", Host: "127.0.0.1", Port: 5060}); err != nil {
		return nil, fmt.Errorf("make the simulated carrier: %w", err)
	}
	if t.phones, err = server(phonesPort, t, handset(d, firstRobot), handset(d, secondRobot)); err != nil {
		return nil, fmt.Errorf("make the simulated phones: %w", err)
	}
	return t, nil
}

// handset is a desk phone as a line that registers with the box.
func handset(d *settings.Document, number string) sipua.Trunk {
	return sipua.Trunk{
		Name: number, Register: true, Host: "127.0.0.1", Port: 5060, Username: number, Password: password(d, number),
	}
}

// run plays until ctx ends.
func (t *town) run(ctx context.Context) {
	t.ctx = ctx
	part := func(run func(context.Context) error) {
		t.wg.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				t.log.Error("simulation", "error", err)
			}
		})
	}
	part(t.engine.Run)
	part(t.carrier.Run)
	part(t.phones.Run)
	for _, s := range []*sipua.Server{t.carrier, t.phones} {
		select {
		case <-s.Ready():
		case <-ctx.Done():
		}
	}
	part(t.signIn)
	part(t.customers)
	if t.exchange != nil {
		t.subscribe()
		part(t.lineCustomers)
		part(t.callOut)
	}
	<-ctx.Done()
	t.wg.Wait()
}

// signIn has each simulated agent dial *45, unless the box remembers that the agent is signed in: *45 again signs out.
func (t *town) signIn(ctx context.Context) error {
	for _, number := range []string{firstRobot, secondRobot} {
		if t.signedIn(number) {
			continue
		}
		for range 20 { // the registration takes a moment
			if !pause(ctx, 500*time.Millisecond) {
				return nil
			}
			leg, err := t.phones.DialTrunk(number, "*45", sipua.Outgoing{From: number})
			if err != nil {
				continue
			}
			t.converse(ctx, leg, talk{patience: 15 * time.Second})
			break
		}
	}
	return nil
}

// customers call all day.
func (t *town) customers(ctx context.Context) error {
	seats := make(chan struct{}, mostCallers)
	for pause(ctx, time.Duration(rand.ExpFloat64()*float64(callEvery))) {
		select {
		case seats <- struct{}{}:
		default:
			continue
		}
		t.wg.Go(func() {
			defer func() { <-seats }()
			t.customer(ctx)
		})
	}
	return nil
}

// customer is one call: listen to the menu a little, press a key, talk, hang up.
func (t *town) customer(ctx context.Context) {
	from := someNumber()
	leg, err := t.carrier.DialTrunk("box", "4006001234", sipua.Outgoing{From: from})
	if err != nil {
		t.log.Warn("simulated call", "error", err)
		return
	}
	keys := []string{"2", "3", "5", "6", "0"}
	t.converse(ctx, leg, talk{
		key: keys[rand.IntN(len(keys))], after: 3*time.Second + rand.N(6*time.Second),
		words: "demo_caller_", patience: 30*time.Second + rand.N(30*time.Second),
	})
}

// Accept answers a simulated agent's phone; it satisfies sipua.Acceptor.
func (t *town) Accept(leg *sipua.Leg) {
	t.wg.Go(func() {
		leg.Do(line.Ring{})
		if robot := leg.Info().Line; t.take(robot) {
			defer t.give(robot)
		}
		if !pause(t.ctx, time.Second+rand.N(4*time.Second)) {
			leg.Do(line.Hangup{Cause: line.NormalClearing})
			return
		}
		leg.Do(line.Answer{})
		t.converse(t.ctx, leg, talk{words: "demo_agent_", patience: 15*time.Second + rand.N(30*time.Second)})
	})
}

// talk is how one side of a call behaves.
type talk struct {
	key      string        // pressed
	after    time.Duration // so long after the answer
	words    string        // prefix of what is said
	patience time.Duration // hangs up after this
}

// converse follows a leg to its end.
func (t *town) converse(ctx context.Context, leg *sipua.Leg, how talk) {
	events := mailbox.New[line.Event](64)
	leg.Listen(func(ev line.Event) { events.Put(ev) })
	room := t.engine.NewBridge()
	defer room.Close()
	seat := room.Add(leg.Port())
	end := time.NewTimer(how.patience)
	defer end.Stop()
	press := time.NewTimer(time.Hour)
	defer press.Stop()
	for {
		select {
		case <-events.Ready():
			for _, ev := range events.Take(nil) {
				switch ev.(type) {
				case line.Answered:
					if how.key != "" {
						press.Reset(how.after)
					}
					seat.Play(t.speech(how.words), media.PlayOptions{})
				case line.Ended:
					return
				}
			}
		case <-press.C:
			leg.Do(line.SendDigits{Digits: how.key})
		case <-end.C:
			leg.Do(line.Hangup{Cause: line.NormalClearing})
			end.Reset(time.Minute) // it reports its end long before
		case <-ctx.Done():
			leg.Do(line.Hangup{Cause: line.NormalClearing})
			return
		}
	}
}

// speech is a few sentences in an endless loop.
func (t *town) speech(words string) media.Source {
	if words == "" {
		return media.Loop(nil)
	}
	var all []byte
	for _, n := range rand.Perm(3) {
		for _, s := range t.voices.Render("zh-CN", []prompt.Phrase{prompt.Recording(words + string(rune('1'+n)))}) {
			all = append(all, s...)
		}
		all = append(all, silence...)
	}
	return media.Loop(all)
}

// silence is two seconds of it, in A-law.
var silence = func() []byte { //nolint:gochecknoglobals // constant
	s := make([]byte, 16000)
	for i := range s {
		s[i] = 0xD5
	}
	return s
}()

// pause waits and reports whether it came to the end.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
