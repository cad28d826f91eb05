package sipua_test

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// TestMain lets more tests run at once than there are processors: most of them wait for SIP's timers.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "64"); err != nil {
		panic(err)
	}
	m.Run()
}

// patience bounds every wait of a test; reaching it is a failure.
const patience = 10 * time.Second

// box is a running server with its media engine.
type box struct {
	*sipua.Server

	t     *testing.T
	addr  netip.AddrPort // of the first listener
	calls chan *end
	stop  context.CancelFunc
	done  chan struct{}
}

// end is one leg as its owner sees it.
type end struct {
	*sipua.Leg

	t      *testing.T
	mu     sync.Mutex
	events []line.Event
	seen   int
	more   chan struct{}
}

func hold(t *testing.T, l *sipua.Leg) *end {
	e := &end{Leg: l, t: t, more: make(chan struct{}, 1)}
	l.Listen(func(ev line.Event) {
		e.mu.Lock()
		e.events = append(e.events, ev)
		e.mu.Unlock()
		select {
		case e.more <- struct{}{}:
		default:
		}
	})
	return e
}

// next returns the next event, in order.
func (e *end) next() line.Event {
	e.t.Helper()
	limit := time.After(patience)
	for {
		e.mu.Lock()
		if e.seen < len(e.events) {
			ev := e.events[e.seen]
			e.seen++
			e.mu.Unlock()
			return ev
		}
		e.mu.Unlock()
		select {
		case <-e.more:
		case <-limit:
			e.t.Fatalf("no event within %v; so far %v", patience, e.events)
		}
	}
}

// want checks that the next event is this one.
func (e *end) want(ev line.Event) {
	e.t.Helper()
	if got := e.next(); got != ev {
		e.t.Fatalf("got %#v, want %#v", got, ev)
	}
}

// ended waits for the end, passing over what comes before, and checks the cause.
func (e *end) ended(c line.Cause) line.Ended {
	e.t.Helper()
	for {
		if got, ok := e.next().(line.Ended); ok {
			if got.Cause != c {
				e.t.Fatalf("ended with %v (%s), want %v", got.Cause, got.Detail, c)
			}
			return got
		}
	}
}

// quietly is for logs in tests: silent unless DEBUG is set.
func quietly() *slog.Logger {
	if os.Getenv("DEBUG") != "" {
		return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.New(slog.DiscardHandler)
}

func ap(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// portsMu hands every engine a range of RTP ports of its own.
var (
	portsMu  sync.Mutex
	nextPort = uint16(21000)
)

func ports(n uint16) (uint16, uint16) {
	portsMu.Lock()
	defer portsMu.Unlock()
	if nextPort > 60000 {
		nextPort = 21000
	}
	lo := nextPort
	nextPort += n
	return lo, lo + n - 1
}

// acceptor hands inbound legs to a channel, holding each so that no event is lost.
type acceptor struct {
	t     *testing.T
	calls chan *end
	hook  func(*sipua.Leg)
}

func (a acceptor) Accept(l *sipua.Leg) {
	if a.hook != nil {
		a.hook(l)
		return
	}
	a.calls <- hold(a.t, l)
}

// newBox starts a server on 127.0.0.1, on a free UDP port unless the change says otherwise.
func newBox(t *testing.T, set sipua.Settings, change func(*sipua.Config)) *box {
	t.Helper()
	return newBoxHook(t, set, change, nil, 40)
}

func newBoxHook(t *testing.T, set sipua.Settings, change func(*sipua.Config), hook func(*sipua.Leg), rtpPorts uint16) *box {
	t.Helper()
	lo, hi := ports(rtpPorts)
	engine, err := media.NewEngine(media.Config{IP: netip.MustParseAddr("127.0.0.1"), PortMin: lo, PortMax: hi, Logger: quietly()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	engineDone := make(chan struct{})
	go func() {
		defer close(engineDone)
		if err := engine.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()
	b := &box{t: t, calls: make(chan *end, 1000), done: make(chan struct{})}
	cfg := sipua.Config{
		Listen: []sipua.Listen{{Network: "udp", Addr: ap("127.0.0.1:0")}}, Realm: "dealer", Media: engine,
		Calls: acceptor{t, b.calls, hook}, Logger: quietly(),
		SoundTimeout: 2 * time.Minute, // most far sides of these tests send no sound
	}
	if change != nil {
		change(&cfg)
	}
	if b.Server, err = sipua.New(cfg); err != nil {
		t.Fatal(err)
	}
	if err := b.Apply(set); err != nil {
		t.Fatal(err)
	}
	live, stop := context.WithCancel(context.Background())
	b.stop = stop
	go func() {
		defer close(b.done)
		if err := b.Run(live); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		stop()
		<-b.done
		cancel()
		<-engineDone
		if n := b.Stats().Faults; n != 0 {
			t.Errorf("%d faults were caught", n)
		}
	})
	select {
	case <-b.Ready():
	case <-time.After(patience):
		t.Fatal("not ready")
	}
	b.addr = ap(b.Addrs()[0].String())
	return b
}

// call waits for the next inbound leg.
func (b *box) call() *end {
	b.t.Helper()
	select {
	case e := <-b.calls:
		return e
	case <-time.After(patience):
		b.t.Fatal("no call came in")
	}
	return nil
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for limit := time.Now().Add(patience); !ok(); {
		if time.Now().After(limit) {
			t.Fatalf("%s: not within %v", what, patience)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

const password = "s3cret-101"

func extensions(numbers ...string) sipua.Settings {
	var s sipua.Settings
	for _, n := range numbers {
		s.Extensions = append(s.Extensions, sipua.Extension{Number: n, Name: "Agent " + n, Password: password})
	}
	return s
}

// phone is a server of ours that registers at another as an extension.
func phone(t *testing.T, at *box, number string, change func(*sipua.Trunk)) *box {
	t.Helper()
	k := sipua.Trunk{
		Name: "line", Register: true, Host: "127.0.0.1", Port: at.addr.Port(), Username: number, Password: password,
	}
	if change != nil {
		change(&k)
	}
	p := newBox(t, sipua.Settings{Trunks: []sipua.Trunk{k}}, nil)
	eventually(t, "registration", func() bool { return p.Trunks()[0].State == sipua.TrunkUp })
	return p
}
