package acd_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// waiter is a call that remembers what its queue had it do.
type waiter struct {
	mu   sync.Mutex
	cmds []call.QueueCommand
}

func (w *waiter) Queue(cmd call.QueueCommand) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cmds = append(w.cmds, cmd)
}

// last returns the last command of this type.
func last[T call.QueueCommand](w *waiter) (cmd T, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.cmds {
		if c, ok := c.(T); ok {
			cmd = c
			n++
		}
	}
	return cmd, n
}

// hall is a running ACD in a synctest bubble.
type hall struct {
	*acd.ACD
	t      *testing.T
	mu     sync.Mutex
	events []acd.Event
	stop   context.CancelCauseFunc
	ended  chan error
}

func settings() acd.Settings {
	q := acd.DefaultQueue("q_service")
	q.Agents = []acd.Tier{{Agent: "li"}, {Agent: "wang", Position: 1}}
	return acd.Settings{
		Queues:       []acd.Queue{q},
		Agents:       []acd.Agent{{ID: "li", Number: "701", Name: "Li", Extension: "8001"}, {ID: "wang", Extension: "8002"}},
		PauseReasons: []acd.PauseReason{{ID: "lunch", Name: "用餐", Key: "1"}},
	}
}

// open runs f with a hall in a bubble, and ends the hall.
func open(t *testing.T, cfg acd.Config, f func(*hall)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &hall{t: t, ended: make(chan error, 1)}
		cfg.Publish = func(ev acd.Event) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.events = append(h.events, ev)
		}
		cfg.Logger = slog.New(slog.DiscardHandler)
		a, err := acd.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		h.ACD = a
		ctx, cancel := context.WithCancelCause(t.Context())
		h.stop = cancel
		go func() { h.ended <- a.Run(ctx) }()
		f(h)
		cancel(nil)
		if err := <-h.ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
	})
}

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) agent(id string) acd.AgentView {
	h.t.Helper()
	snap, err := h.Snapshot(h.t.Context())
	h.must(err)
	for _, a := range snap.Agents {
		if a.Agent == id {
			return a
		}
	}
	h.t.Fatalf("no agent %q in the snapshot", id)
	return acd.AgentView{}
}

func (h *hall) join(id call.ID, queue string) *waiter {
	w := &waiter{}
	h.Join(call.Waiting{Call: id, Waiter: w, Queue: queue, Since: time.Now()})
	synctest.Wait()
	return w
}

func TestOneCallerOneAgent(t *testing.T) {
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		ctx := h.t.Context()
		h.must(h.SignIn(ctx, "701", ""))
		w := h.join("c1", "q_service")
		offer, n := last[call.QueueOffer](w)
		if n != 1 || offer.Offer.Agent != "li" || offer.Offer.Extension != "8001" || offer.Offer.Timeout != 15*time.Second {
			t.Fatalf("offer %+v (%d of them)", offer, n)
		}
		h.Report("c1", call.OfferRinging{Offer: offer.Offer.ID})
		synctest.Wait()
		if got := h.agent("li").Activity; got != acd.Ringing {
			t.Errorf("activity %s, want ringing", got)
		}
		h.Report("c1", call.OfferAnswered{Offer: offer.Offer.ID})
		time.Sleep(time.Minute)
		h.Report("c1", call.ConversationEnded{Offer: offer.Offer.ID, ByAgent: true})
		synctest.Wait()
		if got := h.agent("li").Activity; got != acd.WrapUp {
			t.Errorf("activity %s, want wrap_up", got)
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if got := h.agent("li").Activity; got != acd.Idle {
			t.Errorf("activity %s, want idle", got)
		}
		if _, n := last[call.QueueLeave](w); n != 0 {
			t.Error("an answered caller was told to leave")
		}
	})
}

func TestMethodsReturnAfterRunEnded(t *testing.T) {
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		waits := h.join("c1", "q_service")
		cause := errors.New("power switch")
		h.stop(cause)
		if err := <-h.ended; !errors.Is(err, cause) {
			t.Errorf("Run ended with %v", err)
		}
		h.ended <- nil
		if leave, n := last[call.QueueLeave](waits); n != 1 || leave.Target.Kind != call.TargetHangup {
			t.Errorf("waiting caller got %+v, %d times", leave, n)
		}
		late := h.join("c2", "q_service")
		if _, n := last[call.QueueLeave](late); n != 1 {
			t.Errorf("late caller got %d leaves", n)
		}
		h.Report("c1", call.CallGone{})
		h.Phone("8001", true)
		ctx := h.t.Context()
		for name, err := range map[string]error{
			"sign in": h.SignIn(ctx, "li", ""), "probe": h.Probe(ctx), "apply": h.Apply(settings()), "drain": h.Drain(ctx),
		} {
			if fault.CodeOf(err) != fault.Unavailable {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.AgentAt(ctx, "8001"); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("agent at: %v", err)
		}
	})
}

func TestSilentCallDoesNotHoldTheAgent(t *testing.T) {
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		h.must(h.SignIn(h.t.Context(), "li", ""))
		w := h.join("c1", "q_service")
		time.Sleep(22500 * time.Millisecond) // ring time and both graces
		synctest.Wait()
		if _, n := last[call.QueueWithdraw](w); n != 1 {
			t.Errorf("%d withdrawals, want 1", n)
		}
		if a := h.agent("li"); a.Activity != acd.Idle || a.Misses != 0 {
			t.Errorf("agent %s with %d misses, want idle with 0", a.Activity, a.Misses)
		}
	})
}

func TestVanishedCallIsTakenOut(t *testing.T) {
	gone := map[call.ID]bool{}
	var mu sync.Mutex
	alive := func(id call.ID) bool {
		mu.Lock()
		defer mu.Unlock()
		return !gone[id]
	}
	open(t, acd.Config{Settings: settings(), Alive: alive}, func(h *hall) {
		h.must(h.SignIn(h.t.Context(), "li", ""))
		w := h.join("c1", "q_service")
		offer, _ := last[call.QueueOffer](w)
		h.Report("c1", call.OfferAnswered{Offer: offer.Offer.ID})
		h.join("c2", "q_service")
		mu.Lock()
		gone["c1"], gone["c2"] = true, true
		mu.Unlock()
		time.Sleep(6 * time.Second)
		synctest.Wait()
		snap, err := h.Snapshot(h.t.Context())
		h.must(err)
		if n := len(snap.Queues[0].Waiting); n != 0 || h.agent("li").Activity != acd.WrapUp {
			t.Errorf("%d waiting, agent %s", n, h.agent("li").Activity)
		}
	})
}

func TestShutdownInTwoSteps(t *testing.T) {
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		ctx := h.t.Context()
		waits := h.join("c1", "q_service")
		h.must(h.Drain(ctx))
		if leave, _ := last[call.QueueLeave](h.join("c2", "q_service")); leave.Event != "CLOSED" {
			t.Errorf("newcomer got %+v", leave)
		}
		h.must(h.SignIn(ctx, "li", ""))
		if _, n := last[call.QueueOffer](waits); n != 1 {
			t.Errorf("%d offers while draining, want 1", n)
		}
		h.must(h.StopOffering(ctx))
		offer, _ := last[call.QueueOffer](waits)
		h.Report("c1", call.OfferFailed{Offer: offer.Offer.ID, Cause: line.NormalClearing})
		synctest.Wait()
		if leave, n := last[call.QueueLeave](waits); n != 1 || leave.Target.Name != "shutdown" {
			t.Errorf("waiting caller got %+v", leave)
		}
		if _, n := last[call.QueueOffer](waits); n != 1 {
			t.Errorf("%d offers after the stop, want 1", n)
		}
	})
}
