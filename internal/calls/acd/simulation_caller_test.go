package acd

import (
	"maps"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// simCaller is a call as its queue sees it, and as the checker does.
type simCaller struct {
	d        *day
	id       call.ID
	card     call.Card
	since    time.Time
	offers   map[call.OfferID]bool // phones that ring
	talking  call.OfferID
	queued   bool
	gone     bool
	outcomes int
	joins    int
}

func (c *simCaller) join(queue string) {
	c.joins++
	c.d.joined++
	c.queued = true
	skills := []string(nil)
	if c.d.random.IntN(10) == 0 {
		skills = []string{"claim"}
	}
	c.d.step(joined{call.Waiting{Call: c.id, Waiter: c, Queue: queue, Card: c.card, Skills: skills, Since: c.since}})
}

// done notes that one join has come to its end.
func (c *simCaller) done() {
	c.outcomes++
	c.queued = false
	if c.outcomes != c.joins {
		c.d.fail("call %s: %d joins came to %d ends", c.id, c.joins, c.outcomes)
	}
}

func (c *simCaller) hangUp() {
	if c.queued {
		c.done()
		c.d.abandoned++
		clear(c.offers)
		c.d.report(c, call.CallerLeft{})
	}
}

func (c *simCaller) vanish() {
	if c.queued {
		c.done()
	}
	c.d.vanished++
	c.gone, c.talking = true, 0
	clear(c.offers)
	c.d.in(5*time.Second, func() { c.d.step(vanished{c.id}) })
	delete(c.d.callers, c.id)
}

// Queue does what a queue has the call do, the way a call would: some of it a moment later.
func (c *simCaller) Queue(cmd call.QueueCommand) {
	d := c.d
	if c.gone {
		return
	}
	switch cmd := cmd.(type) {
	case call.QueueOffer:
		d.checkOffer(cmd.Offer)
		c.offers[cmd.Offer.ID] = true
		d.ring(c, cmd.Offer)
	case call.QueueWithdraw:
		d.withdrawn++
		if d.random.IntN(10) == 0 { // the agent was quicker
			d.in(10*time.Millisecond, func() { c.answer(cmd.Offer) })
		}
		d.in(30*time.Millisecond, func() { c.failed(cmd.Offer, cmd.Cause) })
	case call.QueueLeave:
		if !c.queued {
			d.fail("call %s: told to leave while not waiting", c.id)
			return
		}
		d.left++
		c.done()
		if len(c.offers) > 0 {
			d.fail("call %s: told to leave while %d phones ring", c.id, len(c.offers))
		}
		if cmd.Target.Kind == call.TargetQueue && c.joins < 5 {
			d.in(time.Millisecond, func() { c.join(cmd.Target.Name) })
		}
	case call.QueueAnnounce:
		d.hear(c, cmd)
	case call.QueueMusic:
	}
}

// ring decides how the agent's phone takes the offer.
func (d *day) ring(c *simCaller, o call.Offer) {
	d.in(200*time.Millisecond, func() {
		if c.offers[o.ID] {
			d.report(c, call.OfferRinging{Offer: o.ID})
		}
	})
	switch x := d.random.IntN(100); {
	case x < 80:
		d.in(d.between(time.Second, o.Timeout), func() { c.answer(o.ID) })
	case x < 90:
		d.in(o.Timeout, func() { c.failed(o.ID, line.NoAnswer) })
	case x < 93:
		d.in(d.between(time.Second, o.Timeout), func() { c.failed(o.ID, line.CallRejected) })
	case x < 96:
		d.in(100*time.Millisecond, func() { c.failed(o.ID, line.UserBusy) })
	case x < 98:
		d.in(100*time.Millisecond, func() { c.failed(o.ID, line.SubscriberAbsent) })
	case x < 99: // the phone's word is lost; the call gives up on the queue's withdrawal
	default:
		d.in(o.Timeout-time.Millisecond, func() { c.answer(o.ID) })
	}
}

func (c *simCaller) failed(o call.OfferID, cause line.Cause) {
	if c.offers[o] {
		delete(c.offers, o)
		c.d.missed++
		c.d.report(c, call.OfferFailed{Offer: o, Cause: cause})
	}
}

func (c *simCaller) answer(o call.OfferID) {
	if !c.offers[o] || !c.queued { // the first to answer has the call
		return
	}
	d := c.d
	d.answered++
	if p := d.s.offers[o]; p != nil && p.withdrawn {
		d.crossed++
	}
	c.done()
	c.talking = o
	delete(c.offers, o)
	d.report(c, call.OfferAnswered{Offer: o})
	for _, other := range slices.Sorted(maps.Keys(c.offers)) {
		d.in(20*time.Millisecond, func() { c.failed(other, line.AnsweredElsewhere) })
	}
	d.in(d.between(0, 4*time.Second), func() { // the greeting, if there is one
		if c.talking == o {
			d.report(c, call.OfferJoined{Offer: o})
		}
	})
	d.in(d.between(2*time.Second, 8*time.Minute), func() {
		if c.talking == o {
			c.talking = 0
			d.report(c, call.ConversationEnded{Offer: o, ByAgent: d.random.IntN(2) == 0})
		}
	})
}
