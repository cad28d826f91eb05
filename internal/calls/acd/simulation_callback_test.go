package acd

import (
	"fmt"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// backs is what the simulation knows of those who are called back.
type backs struct {
	tries   int
	waiting map[string]string // number → callback that has neither ended nor been given up
	dialing map[string]call.ID
	last    map[string]time.Time // callback → when the customer was dialled
	ringing map[call.ID]*simTry
}

// simTry is the call of an attempt.
type simTry struct {
	d      *day
	back   call.CallBack
	up     bool // the agent is
	dialed bool
	over   bool
	talks  bool
}

func newBacks() backs {
	return backs{waiting: map[string]string{}, dialing: map[string]call.ID{}, last: map[string]time.Time{}, ringing: map[call.ID]*simTry{}}
}

func (d *day) newTry() call.ID {
	d.backs.tries++
	return call.ID(fmt.Sprintf("try%d", d.backs.tries))
}

// hear has a caller who is offered a callback ask for one now and then: mostly at the own number, sometimes at one of a
// few that others type too.
func (d *day) hear(c *simCaller, cmd call.QueueAnnounce) {
	if len(cmd.Phrases) == 0 || cmd.Phrases[0].ID != PromptCallbackOffer || d.random.IntN(3) == 0 {
		return
	}
	keys := "71#"
	switch d.random.IntN(8) {
	case 0:
		keys = "7*"
	case 1:
		keys = fmt.Sprintf("7138000000%02d#1#", d.random.IntN(20))
	case 2:
		keys = "7"
	case 3:
		keys = "71"
	}
	at := d.between(time.Second, 10*time.Second)
	for _, k := range []byte(keys) {
		d.in(at, func() {
			if c.queued {
				d.report(c, call.CallerLeft{Key: k})
			}
		})
		at += 300 * time.Millisecond
	}
}

// CallBack makes the call of an attempt.
func (d *day) CallBack(b call.CallBack) {
	t := &simTry{d: d, back: b}
	d.backs.ringing[b.Call] = t
	d.checkAttempt(b)
	d.checkOffer(b.Offer)
	switch x := d.random.IntN(100); {
	case x < 80:
		d.in(d.between(time.Second, b.Offer.Timeout), t.agentUp)
	case x < 95:
		d.in(b.Offer.Timeout, func() { t.fail(line.NoAnswer) })
	case x < 98:
		d.in(100*time.Millisecond, func() { t.fail(line.SubscriberAbsent) })
	default: // nothing is heard of it any more
	}
}

// Command takes what the queue has the call of an attempt do.
func (d *day) Command(id call.ID, cmd call.QueueCommand) {
	t := d.backs.ringing[id]
	switch {
	case t == nil || t.over || t.talks:
		return
	}
	switch cmd := cmd.(type) {
	case call.QueueDial:
		t.dial()
	case call.QueueWithdraw:
		d.in(30*time.Millisecond, func() { t.fail(cmd.Cause) })
	}
}

func (t *simTry) tell(f call.QueueFact) { t.d.step(reported{t.back.Call, f}) }

func (t *simTry) fail(cause line.Cause) {
	if t.over || t.talks {
		return
	}
	t.over = true
	if t.d.backs.dialing[t.back.Number] == t.back.Call {
		delete(t.d.backs.dialing, t.back.Number)
	}
	t.tell(call.OfferFailed{Offer: t.back.Offer.ID, Cause: cause})
}

func (t *simTry) agentUp() {
	if t.over {
		return
	}
	d := t.d
	t.up = true
	t.tell(call.OfferAnswered{Offer: t.back.Offer.ID})
	if d.random.IntN(20) == 0 {
		d.in(time.Second, func() { t.fail(line.NormalClearing) })
		return
	}
	d.in(3*time.Second, func() {
		if !t.over {
			t.tell(call.AgentReady{Offer: t.back.Offer.ID})
		}
	})
}

// dial rings the customer, and holds the rules about that: one dial to a number at a time, and none within the spacing.
func (t *simTry) dial() {
	d, n := t.d, t.back.Number
	d.dialed++
	if !t.up {
		d.fail("attempt %s dials without an agent", t.back.Call)
	}
	if other := d.backs.dialing[n]; other != "" {
		d.fail("attempts %s and %s dial %s at the same time", other, t.back.Call, n)
	}
	o := d.s.offers[t.back.Offer.ID]
	if o == nil || o.entry == nil || o.agent.offer != o {
		d.fail("attempt %s dials for an agent who is not reserved", t.back.Call)
		return
	}
	id := o.entry.back.id
	if last, ok := d.backs.last[id]; ok && d.now.Sub(last) < 60*time.Second {
		d.fail("callback %s dials again after %s", id, d.now.Sub(last))
	}
	d.backs.last[id], d.backs.dialing[n], t.dialed = d.now, t.back.Call, true
	switch x := d.random.IntN(100); {
	case x < 40:
		d.in(d.between(2*time.Second, 30*time.Second), t.joined)
	case x < 95:
		d.in(d.between(time.Second, 40*time.Second), func() { t.fail([]line.Cause{line.NoAnswer, line.UserBusy}[x%2]) })
	default:
	}
}

func (t *simTry) joined() {
	if t.over {
		return
	}
	d := t.d
	t.talks = true
	delete(d.backs.dialing, t.back.Number)
	t.tell(call.OfferJoined{Offer: t.back.Offer.ID})
	d.in(d.between(2*time.Second, 8*time.Minute), func() {
		t.over = true
		t.tell(call.ConversationEnded{Offer: t.back.Offer.ID, ByAgent: true})
	})
}

// checkAttempt wants that nobody waits on the line who has waited longer, or has the higher score, and could have had
// this agent.
func (d *day) checkAttempt(b call.CallBack) {
	o := d.s.offers[b.Offer.ID]
	if o == nil || o.entry == nil || o.entry.back == nil {
		d.fail("attempt %s of no callback", b.Call)
		return
	}
	c := o.entry.back
	for _, e := range c.queue.waiting {
		if e.leaving != nil || e.live() > 0 || e.Card.AvoidAgent == o.agent.ID || (e.Since.After(c.Since) && !e.before(c.entry)) {
			continue
		}
		if t := c.queue.tierOf(o.agent); t == nil || t.Level > c.queue.openLevel(d.now.Sub(e.joined)) {
			continue
		}
		if _, able := skill(o.agent, e.needs); !able {
			continue
		}
		if _, _, hold := d.s.preferred(e, d.now); hold {
			continue
		}
		d.fail("callback %s goes before call %s, which waits since %s", c.id, e.Call, e.Since)
	}
	if n := len(c.offers); n != 1 {
		d.fail("callback %s has %d attempts under way", c.id, n)
	}
}

func (d *day) backEvent(ev Event) {
	switch e := ev.(type) {
	case CallbackRequested:
		d.asked++
		if other := d.backs.waiting[e.Callback.Number]; other != "" {
			d.fail("callbacks %s and %s of one number", other, e.Callback.ID)
		}
		d.backs.waiting[e.Callback.Number] = e.Callback.ID
	case CallbackEnded:
		if d.backs.waiting[e.Callback.Number] == e.Callback.ID {
			delete(d.backs.waiting, e.Callback.Number)
		} else {
			d.fail("callback %s ends twice, or was never asked for", e.Callback.ID)
		}
		switch e.Outcome {
		case BackServed:
			d.served++
		case BackCalledIn:
			d.calledIn++
		case BackExhausted, BackClosing:
			d.lost++
		}
	}
}

// eveningOfBacks wants that everybody has been called back, or that it has been said why not.
func (d *day) eveningOfBacks() {
	if len(d.backs.waiting) > 0 || len(d.s.callbacks) > 0 || len(d.s.byNumber) > 0 || slices.ContainsFunc(d.s.order, func(q *queue) bool { return len(q.callbacks) > 0 }) {
		d.fail("%d callbacks have no end, %d are left over", len(d.backs.waiting), len(d.s.callbacks))
	}
}
