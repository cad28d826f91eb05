package acd

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// backDesk is a desk at which everybody is offered a callback with key 2; attempts are 10 and 20 minutes apart.
func backDesk(t *testing.T, edit func(*Settings)) *desk {
	t.Helper()
	d := newDesk(t, func(s *Settings) {
		r := &s.Queues[0].Callback
		r.Key, r.Wait, r.Position, r.Spacing = "2", 0, 0, []Seconds{600, 1200}
		if edit != nil {
			edit(s)
		}
	})
	d.s.outbound, d.closes = d, d.now.Add(10*time.Hour)
	n := 0
	d.s.newCall = func() call.ID { n++; return call.ID("try" + string(rune('0'+n))) }
	d.must(callbacksBegin{})
	return d
}

// ask has a caller with this number ask for a callback, and hang up at the promise.
func (d *desk) askBack(id call.ID, card call.Card) {
	d.t.Helper()
	d.join(id, card)
	d.press(id, "2")
	d.press(id, "1#")
	d.said = nil
}

func (d *desk) press(id call.ID, keys string) {
	d.t.Helper()
	for _, k := range []byte(keys) {
		d.fact(id, call.CallerLeft{Key: k})
	}
}

// ready has an agent answer an attempt and hear the greeting out.
func (d *desk) ready(agent string) call.ID {
	d.t.Helper()
	o := d.s.offers[d.offer(agent)]
	d.fact(o.call, call.OfferAnswered{Offer: o.id})
	d.fact(o.call, call.AgentReady{Offer: o.id})
	return o.call
}

func (d *desk) ends() (list []Outcome) {
	for _, ev := range d.events {
		if e, ok := ev.(CallbackEnded); ok {
			list = append(list, e.Outcome)
		}
	}
	return list
}

func mobile(n string) call.Card { return call.Card{Number: "1380000" + n} }

func TestCallbackIsAskedForAndServed(t *testing.T) {
	d := backDesk(t, nil)
	d.join("x", mobile("0001"))
	if !strings.Contains(d.keys, "2") {
		t.Fatalf("keys %q: no offer", d.keys)
	}
	d.press("x", "2")
	if got := d.heard["x"]; len(got) != 3 || got[1].Digits != "13800000001" {
		t.Fatalf("read back: %v", got)
	}
	d.press("x", "1")
	d.expect("the first digit")
	d.after(confirmPause)
	d.expect("confirmed", "x leaves: CALLBACK, hangup normal_clearing")
	d.after(5 * time.Minute)
	d.signIn("a")
	d.expect("the agent first", "try1→a")
	if c := d.s.queues["q"].counters; c.Answered != 0 || c.Callbacks != 1 || c.Abandoned != 0 {
		t.Errorf("counters before: %+v", c)
	}
	id := d.ready("a")
	d.expect("then the customer", "try1 dial")
	d.activity("a", Talking)
	d.fact(id, call.OfferJoined{Offer: d.offer("a")})
	d.end(id, "a")
	d.activity("a", Idle)
	if c := d.s.queues["q"].counters; c.Answered != 1 || c.CallbacksServed != 1 || c.Entered != 1 {
		t.Errorf("counters: %+v", c)
	}
	if got := d.ends(); !slices.Equal(got, []Outcome{BackServed}) {
		t.Errorf("ends: %v", got)
	}
	if len(d.s.callbacks) != 0 {
		t.Error("the callback is still in the books")
	}
	want := "CALLBACK CALLBACKDIAL CONNECT CALLBACKEND COMPLETEAGENT"
	var words []string
	for _, l := range d.log() {
		if w := strings.Split(l, "|")[2]; w != "ENTERQUEUE" && w != "ADDMEMBER" {
			words = append(words, w)
		}
	}
	if got := strings.Join(words, " "); got != want {
		t.Errorf("log: %s, want %s", got, want)
	}
}

func TestAnotherNumberIsTyped(t *testing.T) {
	d := backDesk(t, nil)
	d.join("x", call.Card{}) // withheld
	d.press("x", "2")
	d.press("x", "999#") // no rule lets it out
	if got := d.heard["x"]; got[0].ID != PromptCallbackInvalid {
		t.Fatalf("heard %v", got)
	}
	d.press("x", "13911112222#")
	if got := d.heard["x"]; got[1].Digits != "13911112222" {
		t.Fatalf("read back: %v", got)
	}
	d.press("x", "13933334444#") // a digit 1 that more follow confirms nothing
	d.press("x", "1#")
	if d.s.byNumber["13933334444"] == nil || len(d.s.callbacks) != 1 {
		t.Errorf("callbacks: %v", d.s.byNumber)
	}
}

// Who does not end the number with # has typed it all the same, after a while.
func TestTheTypedNumberNeedsNoHash(t *testing.T) {
	d := backDesk(t, nil)
	d.join("x", call.Card{})
	d.press("x", "213911112222")
	d.after(typeLimit)
	if got := d.heard["x"]; len(got) < 2 || got[1].Digits != "13911112222" {
		t.Fatalf("read back: %v", got)
	}
}

func TestGoingOnWaiting(t *testing.T) {
	d := backDesk(t, nil)
	d.join("x", mobile("0001"))
	d.press("x", "2*")
	d.after(time.Minute)
	d.press("x", "2")
	d.after(askLimit + time.Second) // no key
	d.signIn("a")
	d.answer("x", "a")
	if len(d.s.callbacks) != 0 {
		t.Error("a callback nobody asked for")
	}
	d.expect("served as any other", "x→a")
}

// Whoever got an agent in the middle of the dialogue is not called back.
func TestAnsweredInTheDialogue(t *testing.T) {
	d := backDesk(t, nil)
	d.unkept = true
	d.join("x", mobile("0001"))
	d.press("x", "2")
	d.press("x", "1#")
	d.signIn("a")
	d.answer("x", "a")
	d.must(kept{d.s.lastKeep, true})
	d.end("x", "a")
	d.after(time.Hour)
	d.expect("one conversation", "x→a")
	if len(d.s.callbacks) != 0 {
		t.Error("called back in spite of it")
	}
}

// FreePBX 621: however high its priority, a callback is not called before those who have waited longer on the line.
func TestCallbacksJumpAheadOfNobody(t *testing.T) {
	d := backDesk(t, func(s *Settings) {
		first := s.Queues[0]
		first.ID, first.Priority = "urgent", 600
		s.Queues = append(s.Queues, first)
	})
	d.join("old", mobile("0001"))
	d.after(time.Minute)
	vip := mobile("0002")
	vip.VIP, vip.Bonus = true, time.Hour
	d.askBack("back", vip)
	d.joinQueue("urgent", "urgent", mobile("0003"))
	d.press("urgent", "2")
	d.press("urgent", "1#")
	d.after(time.Minute)
	d.join("young", mobile("0004"))
	d.said = nil
	d.signIn("a")
	d.expect("who waits longer on the line", "old→a")
	d.signIn("b", "c")
	d.expect("then by score", "try1→b", "try2→c")
	if o := d.s.offers[d.offer("b")]; o.entry.back.of != "back" {
		t.Errorf("first %s", o.entry.back.of)
	}
}

// And never more callbacks are under way than agents are free for them.
func TestEachCallbackHasItsAgent(t *testing.T) {
	d := backDesk(t, nil)
	for i := range 5 {
		d.askBack(call.ID("back"+string(rune('0'+i))), mobile("000"+string(rune('0'+i))))
	}
	d.signIn("a", "b")
	d.expect("two agents, two attempts", "try1→a", "try2→b")
	d.ready("a")
	d.after(10 * time.Second)
	d.expect("and one customer dialled", "try1 dial")
}

// FreePBX 525: two requests of one number are one, and one attempt at a time, whether the second is confirmed by the hash
// key or by the pause alone.
func TestTwoRequestsOfOneNumberAreOne(t *testing.T) {
	for keys, pause := range map[string]time.Duration{"1#": 0, "1": time.Minute} {
		d := backDesk(t, nil)
		d.askBack("x", mobile("0001"))
		d.join("y", mobile("0002"))
		d.press("y", "2")
		d.press("y", "13800000001#")
		d.press("y", keys)
		d.after(pause)
		d.expect("the second is promised the same", "y leaves: CALLBACK, hangup normal_clearing")
		d.signIn("a", "b")
		d.expect("one attempt", "try1→a")
	}
}

func TestAttemptsInVain(t *testing.T) {
	d := backDesk(t, nil)
	d.askBack("x", mobile("0001"))
	d.signIn("a")
	for i, pause := range []time.Duration{10 * time.Minute, 20 * time.Minute} {
		id := d.ready("a")
		d.fact(id, call.OfferFailed{Offer: d.offer("a"), Cause: []line.Cause{line.NoAnswer, line.UserBusy}[i]})
		d.activity("a", Idle)
		if m := d.s.agents["a"].misses; m != 0 {
			t.Errorf("the agent has %d misses", m)
		}
		d.said = nil
		d.after(pause - time.Second)
		d.expect("within the spacing")
		d.after(time.Second)
		d.expect("the next attempt", "try"+string(rune('2'+i))+"→a")
	}
	id := d.ready("a")
	d.fact(id, call.OfferFailed{Offer: d.offer("a"), Cause: line.NoAnswer})
	d.after(24 * time.Hour)
	if got := d.ends(); !slices.Equal(got, []Outcome{BackExhausted}) {
		t.Errorf("ends: %v", got)
	}
}

// An agent who does not answer costs the customer no attempt, and is missed by the queue as with any caller.
func TestTheAgentDoesNotAnswer(t *testing.T) {
	d := backDesk(t, nil)
	d.askBack("x", mobile("0001"))
	d.signIn("a", "b")
	o := d.s.offers[d.offer("a")]
	d.fact(o.call, call.OfferFailed{Offer: o.id, Cause: line.NoAnswer})
	d.expect("another agent", "try1→a", "try2→b")
	if c := d.s.byNumber["13800000001"]; c.attempts != 0 || d.s.agents["a"].misses != 1 {
		t.Errorf("%d attempts, %d misses", c.attempts, d.s.agents["a"].misses)
	}
}

func TestTheCustomerCallsIn(t *testing.T) {
	d := backDesk(t, nil)
	d.askBack("x", mobile("0001"))
	since := d.now
	d.after(3 * time.Minute)
	d.signIn("a")
	id := d.ready("a")
	d.said = nil
	d.join("again", mobile("0001"))
	if e := d.s.entries["again"]; !e.Since.Equal(since) {
		t.Errorf("the caller waits since %s, want %s", e.Since, since)
	}
	d.expect("the attempt ends", string(id)+" stop")
	d.fact(id, call.OfferFailed{Offer: d.offer("a"), Cause: line.NormalClearing})
	d.expect("the caller has the agent", "again→a")
	if got := d.ends(); !slices.Equal(got, []Outcome{BackCalledIn}) {
		t.Errorf("ends: %v", got)
	}
}

func TestCallbacksEndBeforeClosing(t *testing.T) {
	d := backDesk(t, func(s *Settings) { s.Queues[0].Callback.Calendar = "hours" })
	d.closes = d.now.Add(time.Hour)
	d.askBack("x", mobile("0001"))
	d.after(29 * time.Minute)
	if n := len(d.ends()); n != 0 {
		t.Fatal("ended too early")
	}
	d.after(time.Minute)
	if got := d.ends(); !slices.Equal(got, []Outcome{BackClosing}) {
		t.Errorf("ends: %v", got)
	}
	d.keys = ""
	d.join("late", mobile("0002"))
	if strings.Contains(d.keys, "2") {
		t.Error("offered although it would end at once")
	}
}

// What was kept goes on after a restart: nobody is dialled within the spacing, and before the box says so nobody at all.
func TestCallbacksSurviveARestart(t *testing.T) {
	d := backDesk(t, nil)
	d.askBack("x", mobile("0001"))
	d.signIn("a")
	d.ready("a") // dialled, and then the power is gone
	list := d.s.keptCallbacks()

	e := backDesk(t, nil)
	e.now = d.now.Add(time.Minute)
	e.s.calling = false
	e.s.restoreCallbacks(list)
	e.signIn("a")
	e.expect("not yet")
	e.must(callbacksBegin{})
	e.after(9*time.Minute - time.Second)
	e.expect("within the spacing")
	e.after(time.Second)
	e.expect("after it", "try1→a")
}

func TestCancelCallback(t *testing.T) {
	d := backDesk(t, nil)
	if err := d.do(cancelCallback{"x"}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("cancel nothing: %v", err)
	}
	d.askBack("x", mobile("0001"))
	d.must(cancelCallback{"x"})
	d.signIn("a")
	d.expect("nobody is called")
	if got := d.ends(); !slices.Equal(got, []Outcome{BackCanceled}) {
		t.Errorf("ends: %v", got)
	}
}

func TestCallbackSettings(t *testing.T) {
	for path, change := range map[string]func(q *Queue){
		"queues[0].callback.key":        func(q *Queue) { q.Callback.Key = "#" },
		"queues[0].callback.position":   func(q *Queue) { q.Callback.Position = -1 },
		"queues[0].callback.attempts":   func(q *Queue) { q.Callback.Attempts = 0 },
		"queues[0].callback.spacing":    func(q *Queue) { q.Callback.Spacing = nil },
		"queues[0].callback.spacing[1]": func(q *Queue) { q.Callback.Spacing = []Seconds{60, 0} },
		"queues[0].callback.max":        func(q *Queue) { q.Callback.Max = 0 },
		"queues[0].callback.ring":       func(q *Queue) { q.Callback.Ring = 1 },
	} {
		q := DefaultQueue("q")
		change(&q)
		var bad fault.Fields
		if err := invalid(Settings{Queues: []Queue{q}}.Validate()); !errors.As(err, &bad) || bad[0].Path != path {
			t.Errorf("%s: %v", path, err)
		}
	}
}
