package exchange_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/lines/exchange"
)

// A demo runs for days: what people heard in their calls is not kept for ever.
func TestOnlyTheLastVisitsAreKept(t *testing.T) {
	p := newPhone(t, exchange.LineConfig{DialToneDelay: 20 * time.Millisecond, PostDialDelay: 20 * time.Millisecond},
		exchange.Subscriber{Number: "1", Hear: time.Second, Script: []exchange.Action{{Wait: 20 * time.Millisecond}}})
	const calls = 40
	for range calls {
		p.port.SetHook(analog.OffHook)
		p.run(300 * time.Millisecond)
		p.port.Pulse("1")
		p.run(3 * time.Second)
		p.port.SetHook(analog.OnHook)
		p.run(2 * time.Second)
	}
	answered := 0
	for _, j := range p.ex.Journal("exchange/1") {
		if j.What == "far answered" {
			answered++
		}
	}
	if n := len(p.ex.Visits("1")); answered != calls || n != exchange.KeptVisits {
		t.Errorf("%d calls answered, %d visits kept", answered, n)
	}
}

// sole is a handler that must be called by one goroutine at a time.
type sole struct {
	t    *testing.T
	in   atomic.Int32
	last atomic.Int32
}

func (s *sole) Frame(_, _ *analog.Frame) { s.Signal(0) }

func (s *sole) Signal(g analog.Signal) {
	if s.in.Add(1) > 1 {
		s.t.Error("called by two at once")
	}
	if g != 0 {
		s.last.Store(int32(g))
	}
	time.Sleep(time.Microsecond)
	s.in.Add(-1)
}

// Who is attached to a port that is gone hears of it from the exchange's own loop, in order with everything else.
func TestAHandlerIsCalledByTheLoopAlone(t *testing.T) {
	p := newPhone(t, exchange.LineConfig{})
	for range 300 {
		p.ex.Remove("exchange/1")
		h := &sole{t: t}
		done := make(chan struct{})
		go func() {
			p.port.Attach(h)
			close(done)
		}()
		p.ex.Return("exchange/1")
		<-done
		for range 3 {
			p.ex.Step()
		}
		if s := analog.Signal(h.last.Load()); s == analog.Removed {
			t.Fatal("the port is there, and its handler was told last that it is not")
		}
	}
}
