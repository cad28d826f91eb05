package acd

import (
	"fmt"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*Settings)
		card call.Card
		to   string
		want string
	}{
		{"blocked", nil, call.Card{Blocked: true}, "q", "1 leaves: BLOCKED, hangup blocked"},
		{"no such queue", nil, call.Card{}, "sales", "1 leaves: UNKNOWNQUEUE, hangup no_route"},
		{"nobody signed in", first(func(q *Queue) {
			q.JoinEmpty, q.EmptyTarget = EmptySignedOut, &Target{Kind: "extension", Name: "900"}
		}), call.Card{}, "q", "1 leaves: JOINEMPTY, extension 900"},
		{"all paused", first(func(q *Queue) { q.JoinEmpty = EmptyPaused }), call.Card{}, "q", "1 leaves: JOINEMPTY, hangup no_answer"},
	} {
		d := newDesk(t, c.edit)
		d.joinQueue(c.to, "1", c.card)
		d.expect(c.name, c.want)
	}
}

func TestJoinEmptyCountsPaused(t *testing.T) {
	d := newDesk(t, first(func(q *Queue) { q.JoinEmpty = EmptySignedOut }))
	d.signIn("a")
	d.must(pause{"a", "lunch"})
	d.join("1", call.Card{})
	d.expect("somebody is signed in")
	d = newDesk(t, first(func(q *Queue) { q.JoinEmpty = EmptyPaused }))
	d.signIn("a")
	d.must(pause{"a", "lunch"})
	d.join("1", call.Card{})
	d.expect("all paused", "1 leaves: JOINEMPTY, hangup no_answer")
}

func TestFull(t *testing.T) {
	d := newDesk(t, first(func(q *Queue) { q.MaxLength, q.FullTarget = 2, &Target{Kind: "external", Name: "4008001"} }))
	for _, id := range []call.ID{"1", "2", "3"} {
		d.join(id, call.Card{})
	}
	d.expect("the third", "3 leaves: FULL, external 4008001")
	d.fact("1", call.CallerLeft{})
	d.join("4", call.Card{})
	d.expect("room again")
}

func TestLeaveWhenEmpty(t *testing.T) {
	d := newDesk(t, first(func(q *Queue) { q.LeaveEmpty, q.EmptyTarget = EmptyPaused, &Target{Kind: "menu", Name: "closed"} }))
	d.signIn("a", "b")
	d.must(phoneUsed{"801", true})
	d.must(phoneUsed{"802", true})
	d.join("1", call.Card{})
	d.join("2", call.Card{})
	d.must(pause{"a", "lunch"})
	d.expect("b is still there")
	d.must(signOut{"b"})
	d.expect("nobody is", "2 leaves: EXITEMPTY, menu closed", "1 leaves: EXITEMPTY, menu closed")
}

func TestLadder(t *testing.T) {
	d := newDesk(t, first(func(q *Queue) {
		q.Overflow = []Rung{
			{After: 15, When: NoAgents, Target: Target{Kind: "external", Name: "139"}},
			{After: 60, Target: Target{Kind: "extension", Name: "800"}},
		}
	}))
	d.join("1", call.Card{})
	d.after(14999 * time.Millisecond)
	d.expect("not yet")
	d.after(time.Millisecond)
	d.expect("nobody signed in", "1 leaves: EXITWITHTIMEOUT, external 139")

	d.signIn("a")
	d.must(phoneUsed{"801", true})
	d.join("2", call.Card{})
	d.after(30 * time.Second)
	d.expect("somebody signed in")
	d.must(signOut{"a"})
	d.expect("and then nobody, past the first rung", "2 leaves: EXITWITHTIMEOUT, external 139")

	d.signIn("a")
	d.join("3", call.Card{})
	d.after(time.Minute)
	d.expect("the second rung holds for all", "3 leaves: EXITWITHTIMEOUT, extension 800")
}

func TestLongestWait(t *testing.T) {
	d := newDesk(t, first(func(q *Queue) { q.MaxWait, q.TimeoutTarget = 60, &Target{Kind: "menu", Name: "other"} }))
	d.join("1", call.Card{})
	d.after(time.Minute)
	d.expect("time is over", "1 leaves: EXITWITHTIMEOUT, menu other")
}

func TestExitKey(t *testing.T) {
	d := newDesk(t, first(func(q *Queue) {
		q.ExitKeys = map[string]Target{"0": {Kind: "extension", Name: "800"}, "*": {Kind: "menu", Name: "main"}}
	}))
	d.join("1", call.Card{})
	if d.keys != "*0" {
		t.Errorf("exit keys %q", d.keys)
	}
	d.fact("1", call.CallerLeft{Key: '5'})
	d.expect("no such key")
	d.fact("1", call.CallerLeft{Key: '0'})
	d.expect("key", "1 leaves: EXITWITHKEY, extension 800")
	d.fact("1", call.CallerLeft{})
	d.expect("gone is gone")
}

// Who leaves while a phone rings goes when it is quiet; who answers first keeps the caller.
func TestLeavingWaitsForQuiet(t *testing.T) {
	setup := func() *desk {
		d := newDesk(t, first(func(q *Queue) { q.MaxWait = 5 }))
		d.signIn("a")
		d.join("1", call.Card{})
		d.after(5 * time.Second)
		d.expect("withdrawn first", "1→a", "1 stop")
		return d
	}
	d := setup()
	d.fail("1", "a", line.NormalClearing)
	d.expect("then gone", "1 leaves: EXITWITHTIMEOUT, hangup no_answer")
	d.activity("a", Idle)

	d = setup()
	d.answer("1", "a")
	d.after(time.Hour)
	d.expect("answered after all")
	d.activity("a", Talking)

	d = setup()
	d.after(2 * time.Second)
	d.expect("no word", "repaired: withdrawn offer not confirmed", "1 leaves: EXITWITHTIMEOUT, hangup no_answer")
	d.activity("a", Idle)
}

func TestCallerGoneFreesTheAgentAtOnce(t *testing.T) {
	for _, f := range []call.QueueFact{call.CallerLeft{}, call.CallGone{}} {
		d := newDesk(t, nil)
		d.signIn("a")
		d.join("1", call.Card{})
		d.join("2", call.Card{})
		d.fact("1", f)
		d.expect("next", "1→a", "2→a")
		d.fact("1", call.OfferFailed{Offer: d.offer("a") - 1, Cause: line.NormalClearing})
		d.fact("1", call.OfferFailed{Offer: d.offer("a"), Cause: line.NormalClearing})
		d.expect("late facts and those of other calls count for nothing")
		d.activity("a", Reserved)
	}
}

func TestForgottenOfferAnswered(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a")
	d.join("1", call.Card{})
	d.after(22 * time.Second)
	d.expect("silence", "1→a", "repaired: offer without an outcome", "1 stop", "repaired: withdrawn offer not confirmed")
	d.answer("1", "a")
	d.expect("the call is with the agent", "repaired: answer to a forgotten offer")
	d.after(time.Hour)
	d.expect("nobody else is rung")
}

func TestJoinedTwice(t *testing.T) {
	d := newDesk(t, nil)
	d.join("1", call.Card{})
	d.join("1", call.Card{})
	d.expect("the first is dropped", "repaired: call joined twice")
	if n := len(d.s.queues["q"].waiting); n != 1 {
		t.Errorf("%d wait, want 1", n)
	}
}

func TestTransferBackToAQueue(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a")
	d.join("1", call.Card{})
	d.answer("1", "a")
	d.join("1", call.Card{}) // before the agent's part is over
	d.expect("the agent is still talking", "1→a")
	d.fact("1", call.ConversationEnded{Offer: 1, Transferred: true})
	d.expect("and now free", "1→a")
}

func TestAnnouncements(t *testing.T) {
	d := newDesk(t, first(func(q *Queue) {
		q.HandleTime = 120
		q.Announce = Announce{
			Entry: "welcome", Position: true, Wait: true, Every: 45, WaitRound: 30, WaitAbove: 60,
			Periodic: []string{"ad1", "ad2"}, PeriodicEvery: 100,
		}
	}))
	d.signIn("a")
	d.must(phoneUsed{"801", true})
	listen := func(what, want string) {
		t.Helper()
		got := ""
		for _, p := range d.heard["3"] {
			got += fmt.Sprintf("%s%v%v ", p.ID, map[bool]string{true: fmt.Sprint(p.N)}[p.N > 0], map[bool]string{true: p.Duration.String()}[p.Duration > 0])
		}
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
		delete(d.heard, "3")
	}
	d.join("1", call.Card{})
	d.join("2", call.Card{})
	d.join("3", call.Card{})
	listen("on entry", "welcome queue_position 3 queue_wait 6m0s ")
	d.after(45 * time.Second)
	listen("no better", "")
	d.fact("1", call.CallerLeft{})
	d.after(45 * time.Second)
	listen("better", "queue_position 2 queue_wait 4m0s ")
	d.join("vip", call.Card{VIP: true})
	d.after(45 * time.Second)
	listen("worse is not said, the rest goes on", "ad1 ")
	d.fact("2", call.CallerLeft{})
	d.fact("vip", call.CallerLeft{})
	d.must(signIn{agent: "b"})
	d.must(phoneUsed{"802", true})
	d.fail("3", "b", line.UserBusy)
	d.after(45 * time.Second)
	listen("a wait of one minute is not said", "queue_position 1 ")
}

func TestHoldTimeIsToldToTheAgent(t *testing.T) {
	d := newDesk(t, func(s *Settings) {
		s.Queues[0].Whisper = "service"
		s.Agents[0].Greeting, s.Agents[0].AutoAnswer = "hello_a", true
	})
	d.join("1", call.Card{})
	d.after(75400 * time.Millisecond)
	d.signIn("a")
	o := d.offers["a"]
	if len(o.Greeting) != 4 || o.Greeting[0].ID != "hello_a" || o.Greeting[1].ID != "service" ||
		o.Greeting[2].ID != PromptHoldTime || o.Greeting[3].Duration != 75*time.Second || !o.AutoAnswer {
		t.Errorf("offer %+v", o)
	}
}

func TestExpectedWait(t *testing.T) {
	d := newDesk(t, func(s *Settings) {
		other := s.Queues[0]
		other.ID, other.Agents = "q2", []Tier{{Agent: "a"}}
		s.Queues = append(s.Queues, other)
	})
	q := d.s.queues["q"]
	if got := q.expectedWait(1); got != 0 {
		t.Errorf("with nobody there: %v, want unknown", got)
	}
	d.signIn("a", "b", "c")
	d.must(pause{"c", "lunch"})
	if got := q.expectedWait(4); got != 6*time.Minute {
		t.Errorf("4 · 180 s / 2: %v", got)
	}
	d.must(phoneUsed{"801", true})
	d.joinQueue("q2", "1", call.Card{})
	if got := q.expectedWait(1); got != 2*time.Minute {
		t.Errorf("180 s / 1.5: %v", got)
	}
	for range 40 {
		q.handle.add(time.Minute)
	}
	if got := q.expectedWait(1); got != 40*time.Second {
		t.Errorf("60 s / 1.5: %v", got)
	}
}

func TestServiceLevels(t *testing.T) {
	d := newDesk(t, first(func(q *Queue) { q.ServiceLevel.Within = 10 }))
	leave := func(id call.ID, after time.Duration) {
		d.join(id, call.Card{})
		d.after(after)
		d.fact(id, call.CallerLeft{})
	}
	leave("short", 5*time.Second)
	leave("in time", 10*time.Second)
	leave("late", 30*time.Second)
	d.signIn("a")
	for i, wait := range []time.Duration{0, 10 * time.Second, 11 * time.Second} {
		id := call.ID(fmt.Sprint(i))
		d.join(id, call.Card{})
		d.after(wait)
		d.fact(id, call.OfferAnswered{Offer: d.offer("a")})
		d.end(id, "a")
	}
	c := d.s.queues["q"].counters
	if c.Entered != 6 || c.Answered != 3 || c.AnsweredWithin != 2 || c.Abandoned != 2 || c.AbandonedWithin != 1 || c.AbandonedShort != 1 {
		t.Errorf("counters %+v", c)
	}
	if c.ServiceLevel() != 2.0/3 || c.ServiceLevel2() != 3.0/5 {
		t.Errorf("service levels %v, %v", c.ServiceLevel(), c.ServiceLevel2())
	}
}
