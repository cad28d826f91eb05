package acd

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
)

// Each way in which the state could be wrong is made by hand; one look puts it right and says so.
func TestReconcile(t *testing.T) {
	for _, c := range []struct {
		want  string
		spoil func(d *desk)
	}{
		{"agent held by no offer", func(d *desk) { delete(d.s.offers, d.offer("a")); d.s.entries["1"].offers = nil }},
		{"agent held by no offer", func(d *desk) {
			d.answer("1", "a")
			d.s.agents["a"].offer = nil
			clear(d.s.offers)
		}},
		{"offer not held by its agent", func(d *desk) {
			d.s.agents["a"].offer = nil
			d.s.agents["a"].activity = Idle
		}},
		{"agent at rest with an offer", func(d *desk) {
			d.s.agents["a"].activity = Idle
			clear(d.s.offers)
			d.s.entries["1"].offers = nil
		}},
		{"offer past its time", func(d *desk) {
			d.s.offers[d.offer("a")].deadline = d.now.Add(-time.Minute)
			d.s.timers = timers{}
		}},
		{"offer without a caller", func(d *desk) {
			e := d.s.entries["1"]
			e.queue.waiting = nil
			delete(d.s.entries, "1")
		}},
		{"caller in a queue but not in the books", func(d *desk) { delete(d.s.entries, "1") }},
		{"caller past its time", func(d *desk) {
			d.s.timers = timers{}
			d.s.entries["1"].wake = d.now.Add(-time.Minute)
			d.s.wakeOffer(d.s.agents["a"].offer, d.s.agents["a"].offer.deadline)
		}},
		{"leaving caller past its time", func(d *desk) {
			d.s.timers = timers{}
			d.s.wakeOffer(d.s.agents["a"].offer, d.now.Add(time.Second))
			d.s.entries["1"].leaving = &leaving{word: exitTimeout, deadline: d.now.Add(-time.Minute)}
		}},
		{"wrap-up past its time", func(d *desk) {
			d.answer("1", "a")
			d.end("1", "a")
			d.s.timers = timers{}
			d.s.agents["a"].wrapUp.until = d.now.Add(-time.Minute)
		}},
	} {
		d := newDesk(t, first(wrapping))
		d.signIn("a")
		d.join("1", call.Card{})
		c.spoil(d)
		effects, _ := d.s.step(reconciled{}, d.now)
		found := false
		for _, e := range effects {
			r, ok := e.(repaired)
			found = found || (ok && r.what == c.want)
		}
		if !found {
			t.Errorf("%s: not found", c.want)
		}
		_, _ = d.s.step(reconciled{}, d.now)
		d.after(time.Minute)
		if what := d.s.broken(d.now, time.Time{}); what != "" {
			t.Errorf("%s: not put right: %s", c.want, what)
		}
	}
}

func TestReconcileFindsNothingInOrder(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a", "b")
	for _, id := range []call.ID{"1", "2", "3"} {
		d.join(id, call.Card{})
	}
	d.answer("1", "a")
	d.must(reconciled{})
	d.expect("nothing repaired", "1→a", "2→b")
}

func TestVanishedCall(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a", "b")
	for _, id := range []call.ID{"talks", "rings", "waits"} {
		d.join(id, call.Card{})
	}
	d.answer("talks", "a")
	d.said = nil
	if got := d.s.calls(); len(got) != 3 {
		t.Errorf("calls %v", got)
	}
	d.must(vanished{"talks"})
	d.expect("the agent is free", "repaired: offered call vanished", "waits→a")
	d.must(vanished{"rings"})
	d.must(vanished{"waits"})
	d.expect("callers too", "repaired: waiting call vanished", "repaired: waiting call vanished")
	if len(d.s.offers)+len(d.s.entries) != 0 {
		t.Error("something is left over")
	}
}
