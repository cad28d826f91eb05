package acd_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// An agent's day by the methods that feature codes use.
func TestAgentsDay(t *testing.T) {
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		ctx := h.t.Context()
		for _, c := range []struct {
			doing string
			err   error
			code  fault.Code
			want  string
		}{
			{"pause", h.Pause(ctx, "li", "lunch"), fault.Conflict, "signed_out idle"},
			{"sign in", h.SignIn(ctx, "li", ""), 0, "available idle"},
			{"pause", h.Pause(ctx, "701", "lunch"), 0, "paused idle"},
			{"unpause", h.Unpause(ctx, "701"), 0, "available idle"},
			{"extend", h.WrapUpExtend(ctx, "li"), fault.Conflict, "available idle"},
			{"end", h.EndWrapUp(ctx, "li"), fault.Conflict, "available idle"},
			{"sign out", h.SignOut(ctx, "li"), 0, "signed_out idle"},
			{"sign out", h.SignOut(ctx, "nobody"), fault.NotFound, "signed_out idle"},
		} {
			if (c.err == nil) != (c.code == 0) || (c.err != nil && fault.CodeOf(c.err) != c.code) {
				t.Errorf("%s: %v, want code %s", c.doing, c.err, c.code)
			}
		}
		if a := h.agent("li"); a.Status != acd.SignedOut || len(a.Queues) != 1 {
			t.Errorf("in the evening: %+v", a)
		}
	})
}

func TestAgentAt(t *testing.T) {
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		ctx := h.t.Context()
		find := func(what, extension, want string) {
			t.Helper()
			got, err := h.AgentAt(ctx, extension)
			if got != want || (want == "") != (fault.CodeOf(err) == fault.NotFound && err != nil) {
				t.Errorf("%s: %q, %v, want %q", what, got, err, want)
			}
		}
		find("whose own it is", "8001", "li")
		find("nobody's", "8009", "")
		h.must(h.SignIn(ctx, "wang", "8001"))
		find("who is signed in there", "8001", "wang")
	})
}

func TestApplyRefusesTheWhole(t *testing.T) {
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		set := settings()
		set.Queues[0].Name = "new"
		set.Queues[0].Strategy = "ringall"
		var e fault.Fields
		if err := h.Apply(set); !errors.As(err, &e) || len(e) != 1 || e[0].Path != "queues[0].strategy" {
			t.Errorf("apply: %v", err)
		}
		set.Queues[0].Strategy = "linear"
		h.must(h.Apply(set))
		snap, err := h.Snapshot(h.t.Context())
		h.must(err)
		if snap.Queues[0].Name != "new" {
			t.Errorf("queue %+v", snap.Queues[0])
		}
	})
}

func TestSnapshotAndRestore(t *testing.T) {
	var text []byte
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		ctx := h.t.Context()
		h.must(h.SignIn(ctx, "li", "8888"))
		h.must(h.SignIn(ctx, "wang", ""))
		h.must(h.Pause(ctx, "wang", "lunch"))
		w := h.join("c1", "q_service")
		h.join("c2", "q_service")
		offer, _ := last[call.QueueOffer](w)
		h.Report("c1", call.OfferAnswered{Offer: offer.Offer.ID})
		time.Sleep(10 * time.Second)
		snap, err := h.Snapshot(ctx)
		h.must(err)
		q := snap.Queues[0]
		if q.Agents != 2 || q.Serving != 1 || q.Free != 0 || q.Counters.Entered != 2 || q.Counters.Answered != 1 || len(q.Waiting) != 1 {
			t.Errorf("queue %+v", q)
		}
		if c := q.Waiting[0]; c.Call != "c2" || c.Position != 1 || c.Score != 10 || c.ExpectedWait != 180 {
			t.Errorf("caller %+v", c)
		}
		if a := h.agent("li"); a.Call != "c1" || a.Queue != "q_service" || a.Extension != "8888" || a.Activity != acd.Talking {
			t.Errorf("agent %+v", a)
		}
		h.must(h.ResetCounters(ctx))
		if text, err = json.Marshal(snap); err != nil {
			t.Fatal(err)
		}
	})
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		var snap acd.Snapshot
		h.must(json.Unmarshal(text, &snap))
		var all []acd.Presence
		for _, a := range snap.Agents {
			all = append(all, a.Presence)
		}
		h.must(h.Restore(h.t.Context(), all))
		if a := h.agent("li"); a.Status != acd.Available || a.Extension != "8888" || a.Activity != acd.Idle {
			t.Errorf("li: %+v", a)
		}
		if a := h.agent("wang"); a.Status != acd.Paused || a.Reason != "lunch" {
			t.Errorf("wang: %+v", a)
		}
	})
}

func TestNamesReadBack(t *testing.T) {
	var s acd.Status
	var a acd.Activity
	if s.UnmarshalText([]byte("gone")) == nil || a.UnmarshalText([]byte("sleeping")) == nil {
		t.Error("an unknown name was taken")
	}
	for _, name := range []string{"idle", "reserved", "ringing", "talking", "wrap_up"} {
		if err := a.UnmarshalText([]byte(name)); err != nil || a.String() != name {
			t.Errorf("%s: %v, %s", name, err, a)
		}
	}
}

// The screen of the agent whose phone rings gets all that is known of the caller.
func TestOfferCarriesTheScreen(t *testing.T) {
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		h.must(h.SignIn(h.t.Context(), "li", ""))
		h.Join(call.Waiting{
			Call: "c1", Waiter: &waiter{}, Queue: "q_service", Since: time.Now().Add(-time.Minute),
			Card: call.Card{Number: "13900000000", Customer: "cust-7", VIP: true}, Attrs: map[string]string{"plate": "京A12345"},
		})
		synctest.Wait()
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, ev := range h.events {
			if o, ok := ev.(acd.OfferMade); ok {
				if o.Agent != "li" || o.Card.Customer != "cust-7" || o.Attrs["plate"] == "" || o.Wait != time.Minute || o.Queue != "q_service" {
					t.Errorf("offer %+v", o)
				}
				return
			}
		}
		t.Error("no offer was published")
	})
}

// hammered is a call that answers its offers by itself and hangs up later.
type hammered struct {
	acd *acd.ACD
	id  call.ID

	mu       sync.Mutex
	answered bool
	ends     int
}

func (c *hammered) Queue(cmd call.QueueCommand) {
	switch cmd := cmd.(type) {
	case call.QueueOffer:
		if c.talks() { // an offer that crosses the answer to another one
			c.acd.Report(c.id, call.OfferFailed{Offer: cmd.Offer.ID, Cause: line.NormalClearing})
			return
		}
		c.acd.Report(c.id, call.OfferRinging{Offer: cmd.Offer.ID})
		c.acd.Report(c.id, call.OfferAnswered{Offer: cmd.Offer.ID})
		c.acd.Report(c.id, call.ConversationEnded{Offer: cmd.Offer.ID})
		c.end(true)
	case call.QueueWithdraw:
		c.acd.Report(c.id, call.OfferFailed(cmd))
	case call.QueueLeave:
		c.end(false)
	}
}

func (c *hammered) talks() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answered
}

// end counts. As in a real call, a leave that crosses the answer comes too late and means nothing.
func (c *hammered) end(answer bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if answer || !c.answered {
		c.ends++
	}
	c.answered = c.answered || answer
}

// Many goroutines at once, and the end in the middle of it: every caller comes to exactly one end.
func TestManyAtOnce(t *testing.T) {
	set := settings()
	set.Queues[0].WrapUp, set.Queues[0].MaxLength = 0, 0
	a, err := acd.New(acd.Config{Settings: set})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()

	const callers, each = 8, 200
	all := make([]*hammered, 0, callers*each)
	for i := range callers * each {
		all = append(all, &hammered{acd: a, id: call.ID(fmt.Sprint(i))})
	}
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			for _, c := range all[i*each : (i+1)*each] {
				a.Join(call.Waiting{Call: c.id, Waiter: c, Queue: "q_service"})
			}
		})
	}
	wg.Go(func() {
		for range 200 {
			_ = a.SignIn(ctx, "li", "") // ErrClosed in the end
			_ = a.Pause(ctx, "wang", "lunch")
			_ = a.SignIn(ctx, "wang", "")
			a.Phone("8002", true)
			a.Phone("8002", false)
			_, _ = a.Snapshot(ctx)
			_ = a.Unpause(ctx, "wang")
		}
		cancel()
	})
	wg.Wait()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Run ended with %v", err)
	}
	for _, c := range all {
		if c.ends != 1 {
			t.Fatalf("call %s came to %d ends", c.id, c.ends)
		}
	}
	if n := a.Dropped(); n != 0 {
		t.Errorf("%d messages dropped", n)
	}
}

// A call that hung up in order is not taken for one that vanished, however the check falls.
func TestHangUpIsNotVanishing(t *testing.T) {
	var h *hall
	alive := func(id call.ID) bool { // the call reports, and is gone, while it is being asked after
		h.Report(id, call.CallerLeft{})
		return false
	}
	open(t, acd.Config{Settings: settings(), Alive: alive}, func(now *hall) {
		h = now
		h.join("c1", "q_service")
		time.Sleep(6 * time.Second)
		synctest.Wait()
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, ev := range h.events {
			if _, ok := ev.(acd.CallerAbandoned); ok {
				return
			}
		}
		t.Errorf("no abandonment among %+v", h.events)
	})
}

func TestLateFailureIsHarmless(t *testing.T) {
	open(t, acd.Config{Settings: settings()}, func(h *hall) {
		h.Report("nobody", call.OfferFailed{Offer: 9, Cause: line.NoAnswer})
		h.Report("nobody", call.ConversationEnded{Offer: 9})
		h.Report("nobody", call.CallerLeft{Key: '0'})
		h.must(h.Probe(h.t.Context()))
	})
}
