package acd

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// demanding is a queue whose agents say within 120 s what a call was about, after 30 s of wrapping up.
func demanding(q *Queue) {
	wrapping(q)
	q.Disposition, q.DispositionBy = Required, 120
}

// spoken has an agent take the call of a caller, who then goes.
func spokenWith(d *desk) {
	d.t.Helper()
	d.signIn("a")
	d.join("1", call.Card{})
	d.answer("1", "a")
	d.after(10 * time.Second)
	d.end("1", "a")
	d.join("2", call.Card{})
	d.expect("the next waits", "1→a")
}

// firstOffer is when a caller was first offered to somebody.
func firstOffer(d *desk, id call.ID) time.Time {
	for _, ev := range d.events {
		if e, ok := ev.(OfferMade); ok && e.Call == id {
			return e.At
		}
	}
	return time.Time{}
}

func said(id call.ID) disposed {
	return disposed{agent: "a", queue: "q", call: id, disposition: "booked"}
}

func TestAgentsSayWhatACallWasAbout(t *testing.T) {
	for _, c := range []struct {
		name string
		at   time.Duration // after the conversation, when it is said; below 0: never
		free time.Duration // after the conversation, when the next offer comes
	}{
		{"at once", 0, 30 * time.Second},
		{"while wrapping up", 10 * time.Second, 30 * time.Second},
		{"when the time is just over", 30 * time.Second, 30 * time.Second},
		{"late", 75 * time.Second, 75 * time.Second},
		{"at the very limit", 120 * time.Second, 120 * time.Second},
		{"never", -1, 120 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, first(demanding))
			spokenWith(d)
			ended := d.now
			if v := d.s.agentView(d.s.agents["a"]); !v.Owed || v.WrapUpCall != "1" || !v.WrapUpEnds.Equal(ended.Add(2*time.Minute)) {
				t.Errorf("%+v", v)
			}
			if c.at >= 0 && c.at < 2*time.Minute {
				d.after(c.at)
				d.must(said("1"))
			}
			d.after(3*time.Minute - d.now.Sub(ended))
			if got := firstOffer(d, "2").Sub(ended); got != c.free {
				t.Errorf("after %s, want %s", got, c.free)
			}
		})
	}
}

func TestWrapUpIsNotEndedWithoutADisposition(t *testing.T) {
	d := newDesk(t, first(demanding))
	spokenWith(d)
	if err := d.do(endWrapUp{"a"}); fault.KeyOf(err) != "agent.disposition_missing" || fault.CodeOf(err) != fault.Conflict {
		t.Errorf("%v", err)
	}
	d.must(said("another"))
	d.activity("a", WrapUp)
	d.after(20 * time.Second)
	d.must(extendWrapUp{"a"}) // to 50 s after the conversation
	d.must(said("1"))
	d.after(29 * time.Second)
	d.expect("what was extended counts")
	d.after(time.Second)
	d.expect("and then ends", "2→a")
	d.end("2", "a") // the caller went before the conversation was joined
	if !slices.Contains(d.log(), "q|a|DISPOSITION|booked") {
		t.Errorf("%v", d.log())
	}
}

func TestADispositionSaidDuringTheCallIsEnough(t *testing.T) {
	d := newDesk(t, first(demanding))
	d.signIn("a")
	d.join("1", call.Card{})
	d.answer("1", "a")
	d.must(said("1"))
	d.end("1", "a")
	if v := d.s.agentView(d.s.agents["a"]); v.Owed {
		t.Errorf("%+v", v)
	}
	d.must(endWrapUp{"a"})
	d.activity("a", Idle)
}

func TestWhoGoesOwesNothing(t *testing.T) {
	d := newDesk(t, first(demanding))
	spokenWith(d)
	d.must(signOut{"a"})
	d.activity("a", Idle)
	d.signIn("a")
	d.expect("ready again", "2→a")
	// Of a caller whom the agent never heard nothing can be said.
	d = newDesk(t, first(func(q *Queue) { demanding(q); q.Whisper = "whisper" }))
	d.signIn("a")
	d.join("1", call.Card{})
	d.fact("1", call.OfferAnswered{Offer: d.offer("a")})
	d.end("1", "a")
	if v := d.s.agentView(d.s.agents["a"]); v.Owed {
		t.Errorf("%+v", v)
	}
	// Without any time of wrapping up the agent is ready the moment it is said.
	d = newDesk(t, first(func(q *Queue) { demanding(q); q.WrapUp, q.WrapUpMax = 0, 0 }))
	spokenWith(d)
	d.after(time.Second)
	d.must(said("1"))
	d.expect("ready at once", "2→a")
}

func TestWhatSomebodyElseHasSaidIsOwedNoMore(t *testing.T) {
	d := newDesk(t, first(demanding))
	spokenWith(d)
	d.after(40 * time.Second)
	d.must(disposed{agent: "boss", queue: "q", call: "1", disposition: "booked"})
	d.activity("a", WrapUp)
	d.must(settled{agent: "a", call: "another"})
	d.activity("a", WrapUp)
	d.must(settled{agent: "a", call: "1"})
	d.expect("the time of wrapping up was over", "2→a")
	if n := strings.Count(strings.Join(d.log(), "\n"), "DISPOSITION"); n != 1 {
		t.Errorf("told %d times", n)
	}
}
