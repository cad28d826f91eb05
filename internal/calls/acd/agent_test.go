package acd

import (
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

func wrapping(q *Queue) { q.WrapUp, q.WrapUpMax = 30, 180 }

// An agent's requests in each status and activity: what is refused, and where the rest leads.
func TestAgentRequests(t *testing.T) {
	ways := map[string]func(d *desk){
		"signed out": func(*desk) {},
		"available":  func(d *desk) { d.signIn("a") },
		"paused":     func(d *desk) { d.signIn("a"); d.must(pause{"a", "lunch"}) },
		"reserved":   func(d *desk) { d.signIn("a"); d.join("1", call.Card{}) },
		"talking":    func(d *desk) { d.signIn("a"); d.join("1", call.Card{}); d.answer("1", "a") },
		"wrapping up": func(d *desk) {
			d.signIn("a")
			d.join("1", call.Card{})
			d.answer("1", "a")
			d.end("1", "a")
		},
	}
	for _, c := range []struct {
		from string
		in   input
		code fault.Code // 0: taken
		to   Status
		act  Activity
	}{
		{"signed out", signIn{"a", ""}, 0, Available, Idle},
		{"signed out", signIn{"1", "850"}, 0, Available, Idle},
		{"signed out", signIn{"nobody", ""}, fault.NotFound, SignedOut, Idle},
		{"signed out", signOut{"a"}, 0, SignedOut, Idle},
		{"signed out", pause{"a", "lunch"}, fault.Conflict, SignedOut, Idle},
		{"signed out", unpause{"a"}, fault.Conflict, SignedOut, Idle},
		{"available", signIn{"a", ""}, 0, Available, Idle},
		{"available", signIn{"a", "850"}, 0, Available, Idle},
		{"available", pause{"a", "lunch"}, 0, Paused, Idle},
		{"available", pause{"a", ""}, fault.Invalid, Available, Idle},
		{"available", pause{"a", "golf"}, fault.Invalid, Available, Idle},
		{"available", pause{"a", ReasonMissed}, fault.Invalid, Available, Idle},
		{"available", unpause{"a"}, 0, Available, Idle},
		{"available", endWrapUp{"a"}, fault.Conflict, Available, Idle},
		{"available", extendWrapUp{"a"}, fault.Conflict, Available, Idle},
		{"paused", signOut{"a"}, 0, SignedOut, Idle},
		{"paused", pause{"a", "meeting"}, 0, Paused, Idle},
		{"paused", unpause{"a"}, 0, Available, Idle},
		{"reserved", pause{"a", "lunch"}, 0, Paused, Reserved}, // until the call confirms
		{"reserved", signOut{"a"}, 0, SignedOut, Reserved},
		{"reserved", signIn{"a", "850"}, fault.Conflict, Available, Reserved},
		{"talking", pause{"a", "lunch"}, 0, Paused, Talking},
		{"talking", signOut{"a"}, 0, SignedOut, Talking},
		{"talking", signIn{"a", "850"}, fault.Conflict, Available, Talking},
		{"talking", endWrapUp{"a"}, fault.Conflict, Available, Talking},
		{"wrapping up", endWrapUp{"a"}, 0, Available, Idle},
		{"wrapping up", pause{"a", "lunch"}, 0, Paused, WrapUp},
		{"wrapping up", signOut{"a"}, 0, SignedOut, Idle},
		{"wrapping up", extendWrapUp{"a"}, 0, Available, WrapUp},
	} {
		d := newDesk(t, first(wrapping))
		ways[c.from](d)
		err := d.do(c.in)
		if (err == nil) != (c.code == 0) || (err != nil && fault.CodeOf(err) != c.code) {
			t.Errorf("%s, %#v: %v, want code %s", c.from, c.in, err, c.code)
		}
		a := d.s.agents["a"]
		if a.status != c.to || a.activity != c.act {
			t.Errorf("%s, %#v: %s and %s, want %s and %s", c.from, c.in, a.status, a.activity, c.to, c.act)
		}
	}
}

func TestNextShiftTakesTheExtension(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a")
	d.must(signIn{"b", "801"})
	if a := d.s.agents["a"]; a.status != SignedOut {
		t.Errorf("the agent before is %s", a.status)
	}
	d.join("1", call.Card{})
	if err := d.do(signIn{"a", ""}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("while the phone rings: %v, want a conflict", err)
	}
}

func TestPauseStopsTheRingingAndTheCallerGoesOn(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a", "b")
	d.join("1", call.Card{})
	d.must(pause{"a", "lunch"})
	d.expect("at once", "1→a", "1 stop", "1→b")
	d.fail("1", "a", line.NormalClearing)
	d.activity("a", Idle)
	if n := d.s.agents["a"].misses; n != 0 {
		t.Errorf("%d misses, want 0", n)
	}
}

func TestSignOutInConversation(t *testing.T) {
	d := newDesk(t, first(wrapping))
	d.signIn("a")
	d.join("1", call.Card{})
	d.answer("1", "a")
	d.must(signOut{"a"})
	if err := d.do(signIn{"b", "801"}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("extension of a conversation: %v, want a conflict", err)
	}
	d.end("1", "a")
	d.activity("a", Idle) // no wrap-up for who has gone
	d.must(signIn{"b", "801"})
}

func TestMissesPause(t *testing.T) {
	miss := func(d *desk, id call.ID) {
		d.join(id, call.Card{})
		d.fail(id, "a", line.NoAnswer)
		d.fact(id, call.CallerLeft{})
		d.after(10 * time.Second)
	}
	status := func(d *desk, what string, want Status, reason string) {
		t.Helper()
		if a := d.s.agents["a"]; a.status != want || a.reason != reason {
			t.Errorf("%s: %s %q, want %s %q", what, a.status, a.reason, want, reason)
		}
	}
	d := newDesk(t, nil)
	d.signIn("a")
	miss(d, "1")
	status(d, "one", Available, "")
	miss(d, "2")
	status(d, "two", Paused, ReasonMissed)
	d.must(unpause{"a"})
	miss(d, "3")
	status(d, "unpausing begins anew", Available, "")
	d.join("4", call.Card{})
	d.answer("4", "a")
	d.end("4", "a")
	miss(d, "5")
	status(d, "so does an answer", Available, "")
	miss(d, "6")
	status(d, "and then two", Paused, ReasonMissed)

	d = newDesk(t, first(func(q *Queue) { q.Ring.MaxMisses = 0 }))
	d.signIn("a")
	for _, id := range []call.ID{"1", "2", "3", "4"} {
		miss(d, id)
	}
	status(d, "never", Available, "")

	d = newDesk(t, first(func(q *Queue) { q.Ring.MissReset = 600 }))
	d.signIn("a")
	miss(d, "1")
	d.after(10 * time.Minute)
	miss(d, "2")
	status(d, "the first is forgotten", Available, "")
}

func TestWrapUp(t *testing.T) {
	d := newDesk(t, first(wrapping))
	d.signIn("a")
	d.join("1", call.Card{})
	d.answer("1", "a")
	d.end("1", "a")
	d.join("2", call.Card{})
	d.expect("no call in wrap-up", "1→a")
	d.after(30*time.Second - time.Millisecond)
	d.expect("not yet")
	d.after(time.Millisecond)
	d.expect("time is over", "2→a")
	d.answer("2", "a")
	d.end("2", "a")
	for range 20 { // the form is open
		d.after(20 * time.Second)
		_ = d.do(extendWrapUp{"a"}) // refused when it is over
		if d.s.agents["a"].activity != WrapUp {
			break
		}
	}
	a := d.s.agents["a"]
	if got := d.now.Sub(a.freeFrom); a.activity != Idle || got < 0 || got >= 20*time.Second {
		t.Errorf("agent %s, free for %v", a.activity, got)
	}
	if got := d.s.queues["q"].handle.value; got != 105*time.Second { // 30 s and 180 s
		t.Errorf("handling took %v, want 105 s", got)
	}
}

func TestDoneBeforeTheWrapUpIsOver(t *testing.T) {
	d := newDesk(t, first(wrapping))
	d.signIn("a")
	d.join("1", call.Card{})
	d.answer("1", "a")
	d.end("1", "a")
	d.join("2", call.Card{})
	d.after(time.Second)
	d.must(endWrapUp{"a"})
	d.expect("ready at once", "1→a", "2→a")
}

func TestRestore(t *testing.T) {
	d := newDesk(t, nil)
	since := d.now.Add(-time.Hour)
	d.must(restored{[]Presence{
		{Agent: "a", Extension: "801", Status: Available, Since: since},
		{Agent: "b", Extension: "850", Status: Paused, Reason: "lunch", Since: since},
		{Agent: "c", Extension: "803", Status: SignedOut, Since: since},
		{Agent: "gone", Extension: "804", Status: Available},
	}})
	snap := d.s.snapshot(d.now)
	var got []string
	for _, a := range snap.Agents {
		got = append(got, a.Agent+" "+a.Status.String()+" "+a.Reason+a.Extension)
	}
	if want := []string{"a available 801", "b paused lunch850", "c signed_out "}; !slices.Equal(got, want) {
		t.Errorf("restored %q, want %q", got, want)
	}
	if at := snap.Agents[1].Since; !at.Equal(since) {
		t.Errorf("since %v, want %v", at, since)
	}
}

// What was to be a conversation and ended while the agent heard the greeting is none, in the log and in the counters.
func TestLogOfAGreetingThatIsNotHeardOut(t *testing.T) {
	d := newDesk(t, func(s *Settings) { s.Agents[0].Greeting = "hello_a" })
	d.signIn("a")
	d.join("1", call.Card{})
	d.after(5 * time.Second)
	d.fact("1", call.OfferAnswered{Offer: d.offer("a")})
	d.after(3 * time.Second)
	d.activity("a", Talking)
	d.fact("1", call.ConversationEnded{Offer: d.offer("a"), ByAgent: true})
	d.join("1", call.Card{})
	d.fact("1", call.OfferAnswered{Offer: d.offer("a")})
	d.after(4 * time.Second)
	d.fact("1", call.ConversationEnded{Offer: d.offer("a")})
	d.join("2", call.Card{})
	d.after(2 * time.Second)
	d.fact("2", call.OfferAnswered{Offer: d.offer("a")})
	d.after(2 * time.Second)
	d.fact("2", call.OfferJoined{Offer: d.offer("a")})
	d.fact("2", call.OfferJoined{Offer: d.offer("a")})
	d.after(time.Minute)
	d.fact("2", call.ConversationEnded{Offer: d.offer("a"), ByAgent: true})
	want := []string{
		"q|a|ADDMEMBER|",
		"q|NONE|ENTERQUEUE|||1",
		"q|a|AGENTDUMP",
		"q|NONE|ENTERQUEUE|||1",
		"q|a|ABANDON|1|1|4",
		"q|NONE|ENTERQUEUE|||1",
		"q|a|CONNECT|2|3|2",
		"q|a|COMPLETEAGENT|2|62|1",
	}
	if got := d.log(); !slices.Equal(got, want) {
		t.Errorf("queue_log:\n got %q\nwant %q", got, want)
	}
	if c := d.s.queues["q"].counters; c.Answered != 1 || c.Abandoned+c.AbandonedShort != 1 || c.Missed != 1 || c.Entered != 3 {
		t.Errorf("counters: %+v", c)
	}
}

func TestQueueLog(t *testing.T) {
	d := newDesk(t, first(func(q *Queue) {
		q.Agents = q.Agents[:1]
		q.ExitKeys = map[string]Target{"0": {Kind: "menu", Name: "m"}}
		q.MaxWait = 600
		q.WrapUp = 30
	}))
	d.signIn("a")
	d.join("1", call.Card{Number: "1390|013\n"})
	d.fact("1", call.OfferRinging{Offer: d.offer("a")})
	d.after(15 * time.Second)
	d.fail("1", "a", line.NoAnswer)
	d.after(5 * time.Second)
	d.fact("1", call.OfferRinging{Offer: d.offer("a")})
	d.after(2 * time.Second)
	d.answer("1", "a")
	d.join("2", call.Card{})
	d.after(time.Minute)
	d.fact("2", call.CallerLeft{})
	d.fact("1", call.ConversationEnded{Offer: d.offer("a")})
	d.must(pause{"a", "lunch"})
	d.join("3", call.Card{})
	d.fact("3", call.CallerLeft{Key: '0'})
	d.must(unpause{"a"})
	d.must(endWrapUp{"a"})
	d.join("4", call.Card{})
	d.fact("4", call.CallerLeft{})
	d.must(signOut{"a"})
	d.join("5", call.Card{})
	d.after(10 * time.Minute)
	want := []string{
		"q|a|ADDMEMBER|",
		"q|NONE|ENTERQUEUE||1390_013_|1",
		"q|a|RINGNOANSWER|15000",
		"q|a|CONNECT|22|2|2",
		"q|NONE|ENTERQUEUE|||1",
		"q|NONE|ABANDON|1|1|60",
		"q|a|COMPLETECALLER|22|60|1",
		"q|a|PAUSE|lunch",
		"q|NONE|ENTERQUEUE|||1",
		"q|NONE|EXITWITHKEY|0|1|1|0",
		"q|a|UNPAUSE|",
		"q|NONE|ENTERQUEUE|||1",
		"q|a|RINGCANCELED|0",
		"q|NONE|ABANDON|1|1|0",
		"q|a|REMOVEMEMBER|",
		"q|NONE|ENTERQUEUE|||1",
		"q|NONE|EXITWITHTIMEOUT|1|1|600",
	}
	if got := d.log(); !slices.Equal(got, want) {
		t.Errorf("queue_log:\n got %q\nwant %q", got, want)
	}
	at := time.Unix(1795335077, 999)
	l, _ := LogLine(CallerRefused{Stamp: Stamp{At: at, Call: "9"}, Word: "CLOSED"})
	if l != "1795335077|9|NONE|NONE|CLOSED" {
		t.Errorf("line %q", l)
	}
	if l, ok := LogLine(AgentChanged{At: at}); ok {
		t.Errorf("an agent's change is in the log: %q", l)
	}
}

// An extension with two phones rings on both; the one that falls silent must not free the agent who talks on the other.
func TestAPhoneInUseTwiceIsFreeOnlyAfterBoth(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a")
	a := d.s.agents["a"]
	d.must(phoneUsed{a.extension, true})
	d.must(phoneUsed{a.extension, true})
	d.must(phoneUsed{a.extension, false})
	if d.s.free(a, d.now) {
		t.Error("free while one phone is in use")
	}
	d.must(phoneUsed{a.extension, false})
	d.must(phoneUsed{a.extension, false})
	if !d.s.free(a, d.now) {
		t.Error("not free although no phone is in use")
	}
}
