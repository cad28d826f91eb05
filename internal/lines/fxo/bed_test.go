package fxo_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// bed is a box's analog lines on a simulated exchange, in a synctest bubble: hours pass in no time.
type bed struct {
	t     *testing.T
	ex    *exchange.Exchange
	lines *fxo.Lines
	stop  context.CancelFunc

	mu   sync.Mutex
	legs []*party // those that came in
	came chan *party
}

// party is a leg and what it reported.
type party struct {
	*fxo.Leg
	bed    *bed
	mu     sync.Mutex
	events []line.Event
	digits string
	ended  chan struct{}
	up     chan struct{}
	heard  []byte // A-law, what the line said
	say    []byte // A-law, said to the line
	silent bool   // nothing is pushed
}

const lineName = "l1"

// newBed makes a bed with lines of this kind, as many as there are configurations.
func newBed(t *testing.T, cfg exchange.Config, change ...func(*fxo.Settings)) *bed {
	t.Helper()
	return newBedOn(t, cfg, func(d fxo.Device) fxo.Device { return d }, change...)
}

// newBedOn makes one of which the ports are wrapped.
func newBedOn(t *testing.T, cfg exchange.Config, wrap func(fxo.Device) fxo.Device, change ...func(*fxo.Settings)) *bed {
	t.Helper()
	var s fxo.Settings
	for i := range cfg.Lines {
		l := &cfg.Lines[i]
		l.Name, l.Number = fmt.Sprintf("exchange/%d", i+1), fmt.Sprintf("8555000%d", i+1)
		s.Lines = append(s.Lines, fxo.LineSettings{Name: fmt.Sprintf("l%d", i+1), Device: l.Name, Number: l.Number, Group: "town"})
	}
	for _, c := range change {
		c(&s)
	}
	ex, err := exchange.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ex.Announce(words(t, "zh-CN", "demo_agent_1"))
	b := &bed{t: t, ex: ex, came: make(chan *party, 64)}
	var devices []fxo.Device
	for _, p := range ex.Ports() {
		devices = append(devices, wrap(p))
	}
	log := slog.New(slog.DiscardHandler)
	if os.Getenv("FXO_LOG") != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if b.lines, err = fxo.Open(fxo.Config{Devices: devices, Calls: b, Logger: log}); err != nil {
		t.Fatal(err)
	}
	if err := b.lines.Apply(s); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	b.stop = cancel
	go func() { _ = b.lines.Run(ctx) }()
	go func() { _ = ex.Run(ctx) }()
	return b
}

// on runs a test in a bubble with one clean line, or the line given.
func on(t *testing.T, cfg exchange.Config, test func(b *bed), change ...func(*fxo.Settings)) {
	t.Helper()
	if len(cfg.Lines) == 0 {
		cfg.Lines = []exchange.LineConfig{{}}
	}
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, cfg, change...)
		b.pass(time.Second)
		test(b)
		b.stop()
		synctest.Wait()
	})
}

// pass lets virtual time pass.
func (b *bed) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// Accept implements fxo.Acceptor.
func (b *bed) Accept(l *fxo.Leg) { b.came <- b.party(l) }

func (b *bed) party(l *fxo.Leg) *party {
	p := &party{Leg: l, bed: b, ended: make(chan struct{}), up: make(chan struct{})}
	l.Listen(p.post)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.legs = append(b.legs, p)
	return p
}

func (p *party) post(ev line.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.ended:
		p.bed.t.Errorf("%T after the end", ev)
	default:
	}
	p.events = append(p.events, ev)
	switch ev := ev.(type) {
	case line.Digit:
		p.digits += string(ev.Key)
	case line.Answered:
		close(p.up)
	case line.Ended:
		close(p.ended)
	}
}

// media is the media clock of this party, until it ends.
func (p *party) media() {
	go func() {
		t := time.NewTicker(20 * time.Millisecond)
		defer t.Stop()
		for {
			select {
			case <-t.C:
			case <-p.ended:
				return
			}
			var f media.Frame
			got := p.Port().Pull(&f)
			p.mu.Lock()
			if got {
				p.heard = append(p.heard, f[:]...)
			}
			for i := range f {
				f[i] = 0xD5
			}
			n := copy(f[:], p.say)
			p.say = p.say[n:]
			silent := p.silent
			p.mu.Unlock()
			if !silent {
				p.Port().Push(&f)
			}
		}
	}()
}

func (p *party) speak(alaw []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.say = append(p.say, alaw...)
}

// seen is what happened to the leg, in short.
func (p *party) seen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for _, ev := range p.events {
		switch ev := ev.(type) {
		case line.Answered:
			all = append(all, "answered:"+ev.By.String())
		case line.Digit:
		case line.Ended:
			who := "us"
			if ev.Remote {
				who = "them"
			}
			all = append(all, fmt.Sprintf("ended:%s:%s:%s", ev.Cause, who, ev.Detail))
		default:
			all = append(all, strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", ev), "line.")))
		}
	}
	return strings.Join(all, " ")
}

// listened is what was heard so far; the media clock goes on.
func (p *party) listened() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.heard)
}

func (p *party) keys() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.digits
}

func (p *party) waitEnd(limit time.Duration) bool {
	select {
	case <-p.ended:
		synctest.Wait()
		return true
	case <-time.After(limit):
		return false
	}
}

// ring waits for the next leg that comes in.
func (b *bed) ring(limit time.Duration) *party {
	b.t.Helper()
	select {
	case p := <-b.came:
		return p
	case <-time.After(limit):
		b.t.Fatalf("no call came in within %v: %s", limit, b.state())
		return nil
	}
}

func (b *bed) call(c exchange.Caller) *exchange.Call {
	b.t.Helper()
	call, err := b.ex.Call("exchange/1", c)
	if err != nil {
		b.t.Fatal(err)
	}
	return call
}

func (b *bed) dial(number string) *party {
	b.t.Helper()
	leg, err := b.lines.Dial(lineName, number)
	if err != nil {
		b.t.Fatal(err)
	}
	p := b.party(leg)
	p.media()
	return p
}

func (b *bed) state() string {
	s := b.lines.Status()[0]
	return fmt.Sprintf("%s/%s %s", s.State, s.Phase, s.Fault)
}

// free fails the test unless all lines come to rest.
func (b *bed) free() {
	b.t.Helper()
	b.pass(5 * time.Second)
	for i, s := range b.lines.Status() {
		if s.State != fxo.Free || !b.ex.Free(fmt.Sprintf("exchange/%d", i+1)) {
			b.t.Errorf("line %s is %s/%s (%s), exchange says free: %v", s.Name, s.State, s.Phase, s.Fault, b.ex.Free(fmt.Sprintf("exchange/%d", i+1)))
		}
	}
}

func (b *bed) journal() string {
	var all []string
	for _, j := range b.ex.Journal("exchange/1") {
		all = append(all, fmt.Sprintf("%v %s %s", j.At, j.What, j.Detail))
	}
	return strings.Join(all, "\n")
}

var library = sync.OnceValue(func() *prompt.Library {
	l, err := prompt.Open(prompt.Shipped(), "", slog.New(slog.DiscardHandler))
	if err != nil {
		panic(err)
	}
	return l
})

// words are a recording shipped with the box, in A-law.
func words(t testing.TB, language, name string) []byte {
	t.Helper()
	all := slices.Concat(recording(t, language, name)...)
	if len(all) == 0 {
		t.Fatalf("no recording %s", name)
	}
	return all
}

func recording(t testing.TB, language, name string) [][]byte {
	t.Helper()
	return library().Render(language, []prompt.Phrase{prompt.Recording(name)})
}
