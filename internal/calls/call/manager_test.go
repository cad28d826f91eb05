package call_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// leg is a party that does what the test tells it.
type leg struct {
	info line.Info
	mu   sync.Mutex
	post func(line.Event)
	told []line.Command
	deaf bool // does not hang up when told to
}

func newLeg(id string, d line.Direction) *leg {
	return &leg{info: line.Info{ID: id, Direction: d, Kind: line.Extension, Line: id, To: "8002", At: time.Now()}}
}

func (l *leg) Info() line.Info  { return l.info }
func (l *leg) Port() media.Port { return nil }
func (l *leg) Listen(post func(line.Event)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.post = post
}

func (l *leg) Do(cmd line.Command) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, cmd)
	if h, ok := cmd.(line.Hangup); ok && !l.deaf {
		l.post(line.Ended{Cause: h.Cause})
	}
}

func (l *leg) says(ev line.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.post(ev)
}

// house is everything a call needs, in its simplest form.
type house struct {
	called  *leg
	panics  bool
	lost    bool          // the desk fails
	stuck   chan struct{} // the ledger waits for it
	menu    call.Menu
	busy    map[string]int
	mu      sync.Mutex
	begun   []call.ID
	records []call.CDR
	facts   []call.QueueFact
	kept    atomic.Int32 // prompts spoken by phone
}

func (h *house) Card(line.Info) call.Card {
	if h.lost {
		panic("a fault of ours")
	}
	return call.Card{}
}

func (h *house) Route(i line.Info, _ call.Card) (call.Target, bool) {
	if h.menu != nil {
		return call.Target{Kind: call.TargetMenu, Name: "main"}, true
	}
	return call.Target{Kind: call.TargetExtension, Name: i.To}, i.To != ""
}

func (h *house) Instead(call.Target, line.Cause) (call.Target, bool) { return call.Target{}, false }

func (h *house) Ways(line.Info, call.Target) []call.Destination {
	return []call.Destination{{Line: "8002"}}
}

func (h *house) Dial(call.Destination, call.Outgoing) ([]call.Leg, error) {
	if h.panics {
		panic("a fault of ours")
	}
	if h.called == nil {
		return nil, fault.New(fault.Unavailable, "", "not registered")
	}
	return []call.Leg{h.called}, nil
}

func (h *house) Open(string, line.Info, call.Card, map[string]string) (call.Menu, error) {
	if h.menu != nil {
		return h.menu, nil
	}
	return nil, fault.New(fault.NotFound, "", "no menu")
}
func (h *house) Join(call.Waiting) {}
func (h *house) Phone(extension string, busy bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy == nil {
		h.busy = map[string]int{}
	}
	if busy {
		h.busy[extension]++
	} else {
		h.busy[extension]--
	}
}
func (h *house) Begin(r call.CDR) { h.mu.Lock(); h.begun = append(h.begun, r.ID); h.mu.Unlock() }
func (h *house) Finish(r call.CDR) {
	if h.stuck != nil {
		<-h.stuck
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.records = append(h.records, r)
}

func (h *house) Report(_ call.ID, f call.QueueFact) {
	h.mu.Lock()
	h.facts = append(h.facts, f)
	h.mu.Unlock()
}
func (h *house) Say(string, []prompt.Phrase) media.Source { return nil }
func (h *house) Music(string) media.Source                { return nil }
func (h *house) Record(call.RecordingMeta) call.Recording { return tape{} }
func (h *house) Memo(string, time.Duration, func(call.Memo)) call.Recording {
	return tape{&h.kept}
}

// tape counts how often it is closed, if somebody wants to know.
type tape struct{ closed *atomic.Int32 }

func (tape) Frame(_, _ *media.Frame) {}
func (tape) ID() string              { return "tape" }
func (t tape) Close() {
	if t.closed != nil {
		t.closed.Add(1)
	}
}

type rooms struct{}

func (rooms) Open() call.Room { return rooms{} }
func (rooms) Add(media.Port, media.Groups, media.Groups) call.Seat {
	return seat{}
}
func (rooms) Tap(media.Tap)  {}
func (rooms) Left(call.Seat) {}
func (rooms) Close()         {}

type seat struct{}

func (seat) Play(_ media.Source, o media.PlayOptions) {
	if o.Done != nil {
		o.Done(media.Finished)
	}
}
func (seat) Stop()                      {}
func (seat) SetVoice(_, _ media.Groups) {}
func (seat) SetKeys(bool)               {}
func (seat) Remove()                    {}

func manager(h *house) *call.Manager {
	return call.NewManager(call.Config{
		Desk: h, Dialer: h, Menus: h, Features: h, Queues: h, Rooms: rooms{}, Voice: h, Recorders: h, Messages: mailroom{h}, Ledger: h,
		Policy: func() call.Policy { return call.Policy{RingTime: 30 * time.Second} },
		Logger: slog.New(slog.DiscardHandler),
	})
}

func end(m *call.Manager) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m.Shutdown(ctx)
}

func TestACallFromRingToRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{called: newLeg("8002", line.Outbound)}
		m := manager(h)
		caller := newLeg("8001", line.Inbound)
		m.Accept(caller)
		synctest.Wait()
		h.called.says(line.Ringing{})
		time.Sleep(3 * time.Second)
		h.called.says(line.Answered{})
		time.Sleep(time.Minute)
		if err := m.Probe(t.Context()); err != nil || m.Len() != 1 {
			t.Errorf("probe: %v, %d calls", err, m.Len())
		}
		caller.says(line.Ended{Cause: line.NormalClearing, Remote: true})
		synctest.Wait()
		if len(h.records) != 1 || len(h.begun) != 2 || m.Len() != 0 {
			t.Fatalf("records %v, begun %v, %d calls", h.records, h.begun, m.Len())
		}
		r := h.records[0]
		if r.Disposition != call.Answered || r.EndedBy != "caller" || r.EndedAt.Sub(r.ConnectedAt) != time.Minute || r.Recording != "tape" {
			t.Errorf("record %+v", r)
		}
		if !slices.Contains(h.called.told, line.Command(line.Hangup{Cause: line.NormalClearing})) {
			t.Error("the called phone was not hung up")
		}
		end(m)
	})
}

func TestAPhoneThatRingsTooLongStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{called: newLeg("8002", line.Outbound)}
		m := manager(h)
		m.Accept(newLeg("8001", line.Inbound))
		time.Sleep(31 * time.Second)
		synctest.Wait()
		if len(h.records) != 1 || h.records[0].Cause != line.NoAnswer {
			t.Errorf("records %+v", h.records)
		}
		end(m)
	})
}

func TestAnUnregisteredPhoneIsAbsent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{}
		m := manager(h)
		m.Accept(newLeg("8001", line.Inbound))
		synctest.Wait()
		if len(h.records) != 1 || h.records[0].Cause != line.SubscriberAbsent {
			t.Errorf("records %+v", h.records)
		}
		end(m)
	})
}

func TestAFaultOfOursEndsOneCallWithItsRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{panics: true}
		m := manager(h)
		caller := newLeg("8001", line.Inbound)
		m.Accept(caller)
		synctest.Wait()
		if len(h.records) != 1 || h.records[0].Disposition != call.Interrupted || m.Len() != 0 {
			t.Errorf("records %+v, %d calls", h.records, m.Len())
		}
		if !slices.Contains(caller.told, line.Command(line.Hangup{Cause: line.TemporaryFailure})) {
			t.Error("the caller's leg is left up")
		}
		if h.busy["8001"] != 0 {
			t.Error("the caller's phone is left busy")
		}
		h.panics, h.called = false, newLeg("8002", line.Outbound)
		m.Accept(newLeg("8003", line.Inbound))
		synctest.Wait()
		if m.Len() != 1 {
			t.Error("the next call does not come up")
		}
		end(m)
	})
}

func TestShutdownLetsCallsEndThenEndsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{called: newLeg("8002", line.Outbound)}
		m := manager(h)
		stubborn := newLeg("8001", line.Inbound)
		stubborn.deaf = true
		m.Accept(stubborn)
		synctest.Wait()
		h.called.says(line.Answered{})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		began := time.Now()
		done := make(chan struct{})
		go func() { defer close(done); m.Shutdown(ctx) }()
		synctest.Wait()
		late := newLeg("8009", line.Inbound)
		late.post = func(line.Event) {}
		m.Accept(late)
		if !slices.Contains(late.told, line.Command(line.Hangup{Cause: line.Shutdown})) {
			t.Error("a new call was not refused")
		}
		<-done
		if d := time.Since(began); d < 20*time.Second || d > 25*time.Second {
			t.Errorf("shutdown took %s, want the grace of 20s and a little", d)
		}
		if len(h.records) != 2 || h.records[0].Disposition != call.Rejected || h.records[1].Cause != line.Shutdown {
			t.Errorf("records %+v, want that of the refused call and that of the ended one", h.records)
		}
	})
}

func TestARefusedCallLeavesItsRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{}
		m := manager(h)
		at := time.Now()
		m.Refused(line.Info{
			Direction: line.Inbound, Kind: line.Trunk, Line: "carrier", From: "13800138000", To: "600", At: at,
		}, line.NoCircuit)
		synctest.Wait()
		if len(h.records) != 1 || len(h.begun) != 0 || m.Len() != 0 {
			t.Fatalf("records %+v, begun %v, %d calls", h.records, h.begun, m.Len())
		}
		r := h.records[0]
		if r.ID == "" || r.Disposition != call.Rejected || r.Cause != line.NoCircuit || r.EndedBy != "box" || r.Line != "carrier" ||
			r.From != "13800138000" || r.To != "600" || !r.StartedAt.Equal(at) || r.EndedAt.Before(at) || len(r.Legs) != 1 {
			t.Errorf("record %+v", r)
		}
		end(m)
		m.Refused(line.Info{Line: "carrier"}, line.NoCircuit)
		synctest.Wait()
		if len(h.records) != 1 {
			t.Error("a record after the end: nobody waits for it")
		}
	})
}

// Records of refused calls that the disk does not take are not piled up without end.
func TestRefusedCallsDoNotPileUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{stuck: make(chan struct{})}
		m := manager(h)
		for range 10000 {
			m.Refused(line.Info{Line: "carrier"}, line.NoCircuit)
		}
		synctest.Wait()
		close(h.stuck)
		synctest.Wait()
		if n := len(h.records); n == 0 || n > 1000 {
			t.Errorf("%d records", n)
		}
		end(m)
	})
}

func TestAFaultAtTheDeskEndsOneCallWithItsRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{lost: true}
		m := manager(h)
		caller := newLeg("8001", line.Inbound)
		caller.post = func(line.Event) {}
		m.Accept(caller)
		synctest.Wait()
		if len(h.records) != 1 || h.records[0].Disposition != call.Interrupted || m.Len() != 0 {
			t.Fatalf("records %+v, %d calls", h.records, m.Len())
		}
		if r := h.records[0]; r.Line != "8001" || r.To != "8002" || r.StartedAt.IsZero() {
			t.Errorf("record %+v", r)
		}
		if !slices.Contains(caller.told, line.Command(line.Hangup{Cause: line.TemporaryFailure})) {
			t.Error("the caller's leg is left up")
		}
		end(m)
	})
}

// slowMenu takes longer over a key than its timer runs, then sets the timer anew.
type slowMenu struct{ timeouts []time.Time }

func (*slowMenu) Name() string { return "main@1" }
func (s *slowMenu) Step(ev call.MenuEvent, now time.Time) []call.MenuEffect {
	switch ev.(type) {
	case call.MenuDigit:
		time.Sleep(6 * time.Second)
	case call.MenuTimeout:
		s.timeouts = append(s.timeouts, now)
		return []call.MenuEffect{call.MenuGo{Target: call.Target{Kind: call.TargetHangup}}}
	}
	return []call.MenuEffect{call.MenuArm{After: 5 * time.Second}}
}

func TestATimerSetAnewDoesNotEndEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		menu := &slowMenu{}
		h := &house{menu: menu}
		m := manager(h)
		caller := newLeg("8001", line.Inbound)
		began := time.Now()
		m.Accept(caller)
		synctest.Wait()
		caller.says(line.Answered{})
		synctest.Wait()
		caller.says(line.Digit{Key: '1'}) // its timer runs out while the menu is busy with the key
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if len(menu.timeouts) != 1 || menu.timeouts[0].Sub(began) != 11*time.Second {
			t.Errorf("timeouts %v after %v, want one after 11s", menu.timeouts, began)
		}
		end(m)
	})
}
