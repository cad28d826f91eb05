package acd

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// goesBefore reports whether a caller who waits is served before a callback: whoever has waited longer, and whoever has
// the higher score. A callback's head starts (VIP, the queue's priority) put it before nobody who waits on the line for
// longer; against other queues they count for nothing.
func (e *entry) goesBefore(c *callback) bool {
	if e.queue != c.queue {
		return !e.rank.After(c.Since)
	}
	return !e.Since.After(c.Since) || e.before(c.entry)
}

// dueCallbacks are those whose time for an attempt has come and who may have an agent, best first.
func (s *state) dueCallbacks(now time.Time) []*callback {
	if !s.calling || s.draining || len(s.callbacks) == 0 {
		return nil
	}
	var due []*callback
	for _, q := range s.order {
		if len(q.callbacks) == 0 || !s.anyFree(q, now) {
			continue
		}
		for _, c := range q.callbacks {
			if c.ready(now) {
				due = append(due, c)
			}
		}
	}
	slices.SortStableFunc(due, func(a, b *callback) int {
		if a.queue == b.queue {
			if a.before(b.entry) {
				return -1
			}
			return 1
		}
		return a.Since.Compare(b.Since)
	})
	return due
}

// nextCallback returns the index of the first callback that nobody goes before who has yet to be looked at, -1 for none.
func nextCallback(due []*callback, cursors []cursor) int {
	return slices.IndexFunc(due, func(c *callback) bool {
		for i := range cursors {
			if slices.ContainsFunc(cursors[i].rest(), func(e *entry) bool {
				return e.leaving == nil && e.live() == 0 && e.goesBefore(c)
			}) {
				return false
			}
		}
		return true
	})
}

// callBack reserves an agent for a callback, and has that agent's phone rung.
func (s *state) callBack(c *callback, now time.Time) {
	t, why, hold := s.preferred(c.entry, now)
	if hold {
		return
	}
	if t == nil {
		if s.candidates(c.entry, now); len(s.picks) == 0 {
			return
		}
		why = whyStrategy
		t = s.picks[strategy.Pick(c.queue.Strategy, s.cands, c.queue.lastPick, s.random)]
	}
	q, a := c.queue, t.agent
	s.lastOffer++
	id := s.newCall()
	wait := now.Sub(c.Since)
	timeout := q.Ring.Timeout.Duration()
	shown := call.Offer{
		ID: s.lastOffer, Agent: a.ID, Extension: a.extension, Timeout: timeout, Queue: q.ID, AutoAnswer: a.AutoAnswer, Survey: q.Survey,
		Greeting: append([]prompt.Phrase{prompt.Recording(PromptCallbackAgent)}, greeting(q, a, wait)...),
	}
	r := q.Callback
	o := &offer{
		id: s.lastOffer, call: id, queue: q, agent: a, entry: c.entry, made: now, original: c.original, preferred: why != whyStrategy, greeted: true,
		waiter: attempt{s.outbound, call.CallBack{
			Call: id, Of: c.of, Number: c.number, Language: c.Language, Card: c.Card, Queue: q.ID, Attrs: c.Attrs, Since: c.Since,
			Offer: shown, Ring: r.Ring.Duration(), Confirm: r.Confirm.Duration(), Hello: r.hello(),
		}},
	}
	s.offers[o.id] = o
	c.offers, c.offer = append(c.offers, o), o
	a.offer = o
	q.lastPick = t.order
	s.wakeOffer(o, now.Add(timeout+offerGrace))
	s.setActivity(a, Reserved, now)
	s.publish(OfferMade{
		Stamp: o.stamp(now), Offer: o.id, Extension: a.extension, Card: c.Card, Attrs: c.Attrs, Wait: wait, Why: why, Callback: c.id,
	})
	s.tell(o.waiter, call.QueueOffer{Offer: shown})
}

// hello is what the customer hears who is called back.
func (r CallbackRule) hello() []prompt.Phrase {
	return []prompt.Phrase{prompt.Recording(cmp.Or(r.Greeting, PromptCallbackHello)), prompt.Recording(PromptCallbackPress)}
}

// isAttempt reports whether an offer is an attempt to call somebody back that has not led to a conversation yet.
func (o *offer) isAttempt() bool { return o.entry != nil && o.entry.back != nil }

// agentUp notes that the agent is there for an attempt. The customer is not: nobody counts as answered yet.
func (s *state) agentUp(o *offer, now time.Time) {
	if !o.answered.IsZero() {
		return
	}
	o.answered, o.ring = now, o.rang(now)
	o.agent.misses = 0
	s.wakeOffer(o, now.Add(agentGreeting))
	s.setActivity(o.agent, Talking, now)
}

// agentReady counts the attempt, and has it dialled when that has been kept: so that nobody is dialled again too early,
// whatever happens to the box.
func (s *state) agentReady(o *offer, now time.Time) {
	if !o.isAttempt() || o.answered.IsZero() || o.withdrawn || o.dialed {
		return
	}
	c := o.entry.back
	o.dialed = true
	r := c.queue.Callback
	c.notBefore = now.Add(r.pause(c.attempts))
	c.attempts++
	s.wakeOffer(o, now.Add(r.Ring.Duration()+r.Confirm.Duration()+2*offerGrace))
	c.keep = s.keepList()
}

// pause is the time from one attempt to the next; n attempts came before.
func (r CallbackRule) pause(n int) time.Duration {
	if len(r.Spacing) == 0 {
		return 0
	}
	return r.Spacing[min(n, len(r.Spacing)-1)].Duration()
}

// listKept goes on with what waited for the list to be kept.
func (s *state) listKept(seq uint64, ok bool, now time.Time) {
	for _, c := range s.callbackList() {
		if c.keep == 0 || c.keep > seq {
			continue
		}
		c.keep = 0
		switch o := c.offer; {
		case c.live != nil && !ok:
			e := c.live
			s.forgetBack(c)
			s.waitOn(e, now)
		case c.live != nil:
			s.leaveForCallback(c.live, now)
		case o == nil || !o.dialed || o.withdrawn:
			s.callbackDue(c, now)
		case ok:
			s.publish(CallbackDialed{Stamp: o.stamp(now), ID: c.id, Number: c.number, Attempt: c.attempts})
			s.tell(o.waiter, call.QueueDial{Offer: o.id})
		default:
			s.abort(o, now)
		}
	}
}

// abort has the call of an attempt end.
func (s *state) abort(o *offer, now time.Time) {
	if !o.withdrawn {
		o.withdrawn = true
		s.wakeOffer(o, now.Add(withdrawGrace))
		s.tell(o.waiter, call.QueueWithdraw{Offer: o.id, Cause: line.NormalClearing})
	}
}

// attemptFailed frees the agent of an attempt. It is the agent's miss only when it was the agent's phone that failed.
func (s *state) attemptFailed(o *offer, cause line.Cause, now time.Time) {
	c, a := o.entry.back, o.agent
	if c.offer == o {
		c.offer, c.keep = nil, 0
	}
	switch {
	case o.answered.IsZero() && (o.withdrawn || cause == line.AnsweredElsewhere || cause == line.NormalClearing):
		s.cancel(o, now)
	case o.answered.IsZero():
		s.miss(o, cause, now)
	default:
		s.publish(CallbackFailed{Stamp: o.stamp(now), ID: c.id, Attempt: c.attempts, Dialed: o.dialed, Cause: cause})
		s.settle(o)
		if !o.dialed && !o.withdrawn { // the agent did not stay
			a.notBefore = now.Add(o.queue.Ring.RejectDelay.Duration())
			s.wakeAgent(a, a.notBefore)
		}
		s.setActivity(a, Idle, now)
		s.released(a, now)
	}
	s.dirty = true
	if !c.ended {
		s.callbackDue(c, now)
	}
}

// attemptServed ends a callback: agent and customer speak with each other.
func (s *state) attemptServed(o *offer, now time.Time) {
	c, a := o.entry.back, o.agent
	o.waited, o.answered, o.position = now.Sub(c.joined), now, 1
	o.entry = nil
	c.offer, c.offers = nil, nil
	s.wakeOffer(o, now.Add(longestTalk))
	a.calls++
	if t := o.queue.tierOf(a); t != nil {
		t.calls++
	}
	s.joined(o, now)
	if !c.ended {
		o.queue.counters.CallbacksServed++
		s.endCallback(c, BackServed, o.call, now)
	}
}

// endCallback ends a callback. An attempt in flight is given up.
func (s *state) endCallback(c *callback, how Outcome, by call.ID, now time.Time) {
	s.forgetBack(c)
	if how == BackExhausted || how == BackClosing {
		c.queue.counters.CallbacksLost++
	}
	s.publish(CallbackEnded{Stamp: c.stamp(now), Callback: c.kept(), Outcome: how, By: by})
	if c.offer != nil {
		s.abort(c.offer, now)
	}
	s.dirty = true
}

// callbackDue looks whether a callback is over, and when it is to be looked at again.
func (s *state) callbackDue(c *callback, now time.Time) {
	if !s.calling || c.live != nil || c.offer != nil || c.ended {
		return
	}
	switch {
	case c.attempts >= c.queue.Callback.Attempts:
		s.endCallback(c, BackExhausted, "", now)
		return
	case !now.Before(c.expires):
		s.endCallback(c, BackClosing, "", now)
		return
	}
	at := c.expires
	if c.notBefore.After(now) {
		at = sooner(at, c.notBefore)
	}
	if step := c.queue.TierWait.Duration(); step > 0 && int(now.Sub(c.joined)/step) < len(c.queue.levels)-1 {
		at = sooner(at, c.joined.Add(now.Sub(c.joined).Truncate(step)+step))
	}
	if hold := c.joined.Add(c.queue.Prefer.Wait.Duration()); !c.released && hold.After(now) && c.known() {
		at = sooner(at, hold)
	}
	s.wakeEntry(c.entry, at)
	s.dirty = true
}

// calledIn ends the callback of a customer who calls in: the caller has the place that was kept.
func (s *state) calledIn(w *call.Waiting, now time.Time) {
	for _, c := range s.callbackList() {
		same := c.number == w.Card.Number || (c.Card.Customer != "" && c.Card.Customer == w.Card.Customer)
		if !same || c.live != nil {
			continue
		}
		if c.Since.Before(w.Since) {
			w.Since = c.Since
		}
		s.endCallback(c, BackCalledIn, w.Call, now)
	}
}

// reached ends the callback of a customer who has spoken with somebody in another way since asking for it.
func (s *state) reached(in reached, now time.Time) {
	c := s.byNumber[in.number]
	if c != nil && c.live == nil && c.requested.Before(in.at) && (c.offer == nil || c.offer.call != in.call) {
		s.endCallback(c, BackServed, in.call, now)
	}
}

func (s *state) cancelCallback(id string, now time.Time) error {
	c := s.callbacks[strings.TrimSpace(id)]
	if c == nil || c.live != nil {
		return fault.New(fault.NotFound, "callback.not_found", "cancel callback %q", id)
	}
	s.endCallback(c, BackCanceled, "", now)
	return nil
}

// resettle brings the callbacks into the order of new settings. Those of a queue that is gone end.
func (s *state) resettle(now time.Time) {
	for _, c := range s.callbackList() {
		switch {
		case c.queue.retired && c.live == nil:
			s.endCallback(c, BackQueueGone, "", now)
		default:
			c.appraise()
			s.callbackDue(c, now)
		}
	}
	for _, q := range s.order {
		q.sortBacks()
	}
}
