package acd

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
	"github.com/dealerline/dealerline/internal/calls/call"
)

func first(edit func(*Queue)) func(*Settings) { return func(s *Settings) { edit(&s.Queues[0]) } }

func by(n strategy.Name) func(*Settings) { return first(func(q *Queue) { q.Strategy = n }) }

func TestLongestIdle(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("c")
	d.after(time.Second)
	d.signIn("a", "b")
	d.join("1", call.Card{})
	d.expect("who signed in first", "1→c")
	d.fail("1", "c", line.NoAnswer)
	d.expect("a miss goes on to another", "1→a")
	d.answer("1", "a")
	d.after(time.Minute)
	d.end("1", "a")
	d.join("2", call.Card{})
	d.expect("a miss does not send c to the back", "2→c")
}

func TestRingAll(t *testing.T) {
	d := newDesk(t, by(strategy.RingAll))
	d.signIn("a", "b")
	d.join("1", call.Card{})
	d.expect("all ring", "1→a", "1→b")
	d.signIn("c")
	d.expect("who comes later rings too", "1→c")
	d.join("2", call.Card{})
	d.expect("nobody is left for the next")
	d.answer("1", "b")
	d.expect("the call ends the others by itself")
	d.activity("a", Reserved)
	d.fail("1", "a", line.AnsweredElsewhere)
	d.fail("1", "c", line.AnsweredElsewhere)
	d.expect("who is free again gets the next", "2→a", "2→c")
	if d.s.agents["a"].misses != 0 {
		t.Error("answered elsewhere counted as a miss")
	}
}

func TestRingProgressive(t *testing.T) {
	d := newDesk(t, by(strategy.RingProgressive))
	d.signIn("a", "b", "c")
	d.join("1", call.Card{})
	d.expect("one", "1→a")
	d.after(9 * time.Second)
	d.expect("not yet")
	d.after(time.Second)
	d.expect("one more", "1→b")
	d.after(5 * time.Second)
	d.fail("1", "a", line.NoAnswer)
	d.expect("the others go on ringing")
	d.after(5 * time.Second)
	d.expect("the third", "1→c")
}

func TestRoundRobinRemembersAcrossCalls(t *testing.T) {
	d := newDesk(t, by(strategy.RoundRobinMemory))
	d.signIn("a", "b", "c")
	for _, want := range []string{"a", "b", "c", "a"} {
		id := call.ID("to " + want)
		d.join(id, call.Card{})
		d.expect("in turn", string(id)+"→"+want)
		d.answer(id, want)
		d.end(id, want)
	}
}

func TestLinearStartsAtTheTop(t *testing.T) {
	d := newDesk(t, by(strategy.Linear))
	d.signIn("c", "b", "a")
	for _, id := range []call.ID{"1", "2"} {
		d.join(id, call.Card{})
		d.expect("top", string(id)+"→a")
		d.fail(id, "a", line.CallRejected)
		d.expect("then down", string(id)+"→b")
		d.answer(id, "b")
		d.end(id, "b")
		d.after(time.Minute)
	}
}

func TestCountingStrategies(t *testing.T) {
	for _, n := range []strategy.Name{strategy.FewestCalls, strategy.LeastTalkTime} {
		d := newDesk(t, by(n))
		d.signIn("a", "b")
		d.join("1", call.Card{})
		d.answer("1", "a")
		d.after(time.Minute)
		d.end("1", "a")
		d.join("2", call.Card{})
		d.expect(string(n), "1→a", "2→b")
		d.answer("2", "b")
		d.after(2 * time.Minute)
		d.end("2", "b")
		d.join("3", call.Card{})
		d.expect(string(n), "3→a") // equal calls: in order; less talk
		d.answer("3", "a")
		d.end("3", "a")
		d.must(countersZero{})
		if n == strategy.FewestCalls {
			d.join("4", call.Card{})
			d.expect("a new day", "4→a")
		}
	}
}

func TestSkillsFilterAndOrder(t *testing.T) {
	d := newDesk(t, func(s *Settings) {
		s.Queues[0].Skills = []SkillNeed{{Skill: "claim", Level: 2}}
		s.Agents[0].Skills = map[string]int{"claim": 1, "english": 1}
		s.Agents[1].Skills = map[string]int{"claim": 2}
		s.Agents[2].Skills = map[string]int{"claim": 3, "english": 2}
	})
	d.signIn("a", "b", "c")
	d.join("1", call.Card{})
	d.expect("the most able first", "1→c")
	d.join("2", call.Card{}, "english")
	d.expect("a lacks the level, b lacks english")
	d.join("3", call.Card{})
	d.expect("the next able; a caller nobody can take holds up nobody", "3→b")
	d.answer("1", "c")
	d.end("1", "c")
	d.expect("now english", "2→c")
}

func TestLevelsOpenWithTime(t *testing.T) {
	levels := func(skip bool) func(*Settings) {
		return first(func(q *Queue) {
			q.TierWait, q.TierSkipEmpty = 10, skip
			q.Agents = []Tier{{Agent: "a", Level: 1}, {Agent: "b", Level: 2}, {Agent: "c", Level: 5}}
		})
	}
	d := newDesk(t, levels(false))
	d.signIn("b", "c")
	d.join("1", call.Card{})
	d.expect("level 2 is shut")
	d.after(10 * time.Second)
	d.expect("level 2 opens", "1→b")
	d.fail("1", "b", line.CallRejected)
	d.after(9999 * time.Millisecond)
	d.expect("level 5 is shut")
	d.after(time.Millisecond)
	d.expect("level 5 opens, but level 2 is free again", "1→b")
	d.fail("1", "b", line.CallRejected)
	d.expect("level 5 is open now", "1→c")

	d = newDesk(t, levels(true))
	d.signIn("a", "b", "c")
	d.must(pause{"a", "lunch"})
	d.join("1", call.Card{})
	d.expect("a level without anybody is not waited for", "1→b")
}

func TestOwnerThenLastAgent(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a", "b", "c")
	yesterday := d.now.AddDate(0, 0, -1)
	d.join("1", call.Card{TicketOwner: "c", LastAgent: "b", LastAgentAt: yesterday})
	d.expect("the owner", "1→c")
	d.answer("1", "c")
	d.join("2", call.Card{LastAgent: "c", LastAgentAt: yesterday})
	d.expect("the last agent is talking: wait for them")
	d.join("3", call.Card{LastAgent: "b", LastAgentAt: yesterday})
	d.expect("the last agent", "3→b")
	d.fail("3", "b", line.NoAnswer)
	d.expect("once missed, anybody", "3→a")
	d.answer("3", "a")
	d.after(19999 * time.Millisecond)
	d.expect("b is free, but not for whom waits for c")
	d.after(time.Millisecond)
	d.expect("the last agent's time is over", "2→b")
}

func TestPreferenceHasLimits(t *testing.T) {
	for name, c := range map[string]struct {
		card call.Card
		edit func(*Settings)
	}{
		"too long ago":             {call.Card{LastAgent: "b", LastAgentAt: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)}, nil},
		"switched off":             {call.Card{LastAgent: "b", LastAgentAt: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}, first(func(q *Queue) { q.Prefer.LastAgentDays = 0 })},
		"owner switched off":       {call.Card{TicketOwner: "b"}, first(func(q *Queue) { q.Prefer.Owner = false })},
		"complaint about them":     {call.Card{TicketOwner: "b", AvoidAgent: "b"}, nil},
		"signed out":               {call.Card{TicketOwner: "c"}, nil},
		"does not serve the queue": {call.Card{TicketOwner: "zhao"}, nil},
	} {
		d := newDesk(t, c.edit)
		d.signIn("a", "b")
		d.join("1", c.card)
		d.expect(name, "1→a")
	}
}

func TestAvoidedAgentNeverGetsTheCaller(t *testing.T) {
	d := newDesk(t, by(strategy.RingAll))
	d.signIn("a", "b")
	d.join("1", call.Card{AvoidAgent: "a"})
	d.expect("all but a", "1→b")
}

func TestVIPIsNeverBehindOthers(t *testing.T) {
	d := newDesk(t, nil)
	d.join("old", call.Card{})
	d.after(20 * time.Minute) // far more than any bonus
	d.join("vip", call.Card{VIP: true})
	d.join("vip late", call.Card{VIP: true, Bonus: time.Second})
	d.join("bonus", call.Card{Bonus: 30 * time.Minute})
	d.signIn("a")
	d.expect("first the VIP", "vip→a")
	for i, id := range []call.ID{"vip", "vip late", "bonus", "old"} {
		if at := d.s.queues["q"].waiting[i].Call; at != id {
			t.Errorf("place %d: %s, want %s", i+1, at, id)
		}
	}
}

func TestHighestScoreAcrossQueues(t *testing.T) {
	edit := func(s *Settings) {
		rescue := s.Queues[0]
		rescue.ID, rescue.Priority = "rescue", 600
		s.Queues = append(s.Queues, rescue)
	}
	d := newDesk(t, edit)
	d.join("waits", call.Card{})
	d.after(601 * time.Second)
	d.joinQueue("rescue", "help", call.Card{})
	d.signIn("a")
	d.expect("601 s beat a head start of 600 s", "waits→a")

	d = newDesk(t, edit)
	d.join("waits", call.Card{})
	d.after(599 * time.Second)
	d.joinQueue("rescue", "help", call.Card{})
	d.signIn("a")
	d.expect("599 s do not", "help→a")

	d = newDesk(t, edit) // a VIP counts as much as the caller passed over in the same queue
	d.join("plain", call.Card{})
	d.after(300 * time.Second)
	d.joinQueue("rescue", "help", call.Card{})
	d.after(500 * time.Second)
	d.join("vip", call.Card{VIP: true})
	d.signIn("a", "b", "c")
	d.expect("rescue, then vip, then plain", "help→a", "vip→b", "plain→c")

	d = newDesk(t, edit)
	d.join("plain", call.Card{})
	d.after(800 * time.Second)
	d.joinQueue("rescue", "help", call.Card{})
	d.join("vip", call.Card{VIP: true})
	d.signIn("a", "b", "c")
	d.expect("vip in the place of plain, 800 s", "vip→a", "plain→b", "help→c")
}

func TestScoreIsKeptFromQueueToQueue(t *testing.T) {
	d := newDesk(t, nil)
	early := d.now
	d.after(time.Minute)
	d.join("1", call.Card{})
	d.must(joined{call.Waiting{Call: "2", Waiter: party{d, "2"}, Queue: "q", Since: early}})
	d.signIn("a")
	d.expect("who has waited longer", "2→a")
}

func TestBusyPhoneGetsNoOffer(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a")
	d.must(phoneUsed{"801", true})
	d.join("1", call.Card{})
	d.expect("in another call")
	d.must(phoneUsed{"801", false})
	d.expect("free", "1→a")
}

func TestFailedOffersHoldTheAgentBack(t *testing.T) {
	for _, c := range []struct {
		cause line.Cause
		delay time.Duration
		miss  int
	}{
		{line.NoAnswer, 3 * time.Second, 1},
		{line.CallRejected, 10 * time.Second, 0},
		{line.UserBusy, 60 * time.Second, 0},
		{line.SubscriberAbsent, 60 * time.Second, 1},
		{line.TemporaryFailure, 60 * time.Second, 1},
	} {
		d := newDesk(t, nil)
		d.signIn("a")
		d.join("1", call.Card{})
		d.fail("1", "a", c.cause)
		d.expect(c.cause.String(), "1→a")
		d.after(c.delay - time.Millisecond)
		d.expect(c.cause.String() + ": too early")
		d.after(time.Millisecond)
		d.expect(c.cause.String()+": again", "1→a")
		if got := d.s.agents["a"].misses; got != c.miss {
			t.Errorf("%s: %d misses, want %d", c.cause, got, c.miss)
		}
	}
}
