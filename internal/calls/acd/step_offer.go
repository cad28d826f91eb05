package acd

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// makeOffer rings an agent's phone for a caller.
func (s *state) makeOffer(e *entry, t *tier, why string, now time.Time) {
	q, a := e.queue, t.agent
	s.lastOffer++
	o := &offer{
		id: s.lastOffer, call: e.Call, waiter: e.Waiter, queue: q, agent: a, entry: e, made: now, original: e.original,
		preferred: why != whyStrategy,
	}
	s.offers[o.id] = o
	e.offers = append(e.offers, o)
	a.offer = o
	q.lastPick = t.order
	timeout := q.Ring.Timeout.Duration()
	s.wakeOffer(o, now.Add(timeout+offerGrace))
	s.setActivity(a, Reserved, now)
	wait := now.Sub(e.Since)
	s.publish(OfferMade{
		Stamp: o.stamp(now), Offer: o.id, Extension: a.extension, Card: e.Card, Attrs: e.Attrs, Wait: wait, Why: why,
	})
	words := greeting(q, a, wait)
	o.greeted = len(words) > 0
	s.tell(e.Waiter, call.QueueOffer{Offer: call.Offer{
		ID: o.id, Agent: a.ID, Extension: a.extension, Timeout: timeout, Queue: q.ID,
		Greeting: words, AutoAnswer: a.AutoAnswer, Survey: q.Survey,
	}})
}

// greeting is what the agent alone hears before the caller is joined.
func greeting(q *queue, a *agent, wait time.Duration) []prompt.Phrase {
	var phrases []prompt.Phrase
	if a.Greeting != "" {
		phrases = append(phrases, prompt.Recording(a.Greeting))
	}
	if q.Whisper != "" {
		phrases = append(phrases, prompt.Recording(q.Whisper))
	}
	if wait = wait.Round(time.Second); q.TellHoldTime && wait >= shortestHoldTime {
		phrases = append(phrases, prompt.Recording(PromptHoldTime), prompt.Duration(wait))
	}
	return phrases
}

// shortestHoldTime is the wait from which it is worth the agent's time to hear of it.
const shortestHoldTime = 10 * time.Second

func (o *offer) stamp(now time.Time) Stamp {
	return Stamp{At: now, Call: o.call, Queue: o.queue.ID, Agent: o.agent.ID}
}

// rang returns how long the phone rang, or how long it was tried to have it ring.
func (o *offer) rang(now time.Time) time.Duration {
	if o.rings.IsZero() {
		return now.Sub(o.made)
	}
	return now.Sub(o.rings)
}

func (s *state) ringing(o *offer, now time.Time) {
	if o.rings.IsZero() && o.answered.IsZero() {
		o.rings = now
		s.setActivity(o.agent, Ringing, now)
	}
}

// withdraw stops the ringing of an offer. The agent stays reserved until the call confirms it.
func (s *state) withdraw(o *offer, cause line.Cause, now time.Time) {
	if o.withdrawn || !o.answered.IsZero() {
		return
	}
	o.withdrawn = true
	s.wakeOffer(o, now.Add(withdrawGrace))
	s.tell(o.waiter, call.QueueWithdraw{Offer: o.id, Cause: cause})
}

// answered gives the caller to the agent: the waiting is over, and the call ends the caller's other offers by itself.
func (s *state) answered(o *offer, now time.Time) {
	if o.isAttempt() {
		s.agentUp(o, now)
		return
	}
	e := o.entry
	if e == nil || !o.answered.IsZero() {
		return
	}
	o.answered, o.waited, o.ring, o.entry = now, now.Sub(e.joined), o.rang(now), nil
	o.position = e.queue.position(e)
	s.wakeOffer(o, now.Add(longestTalk))
	for _, other := range e.offers {
		if other != o && !other.withdrawn {
			other.withdrawn = true
			s.wakeOffer(other, now.Add(withdrawGrace))
		}
	}
	e.offers = slices.DeleteFunc(e.offers, func(x *offer) bool { return x == o })
	s.unask(e)
	s.remove(e)
	a := o.agent
	a.misses = 0
	a.calls++
	if t := o.queue.tierOf(a); t != nil {
		t.calls++
	}
	if !o.greeted {
		s.joined(o, now)
	}
	s.setActivity(a, Talking, now)
	s.dirty = true
}

// joined notes that agent and caller speak with each other. Only then the caller counts as answered.
func (s *state) joined(o *offer, now time.Time) {
	if o.joined {
		return
	}
	o.joined = true
	o.queue.counters.answered(o.waited, o.queue.ServiceLevel)
	s.publish(CallerConnected{Stamp: o.stamp(now), Offer: o.id, Wait: o.waited, Ring: o.ring})
}

// failed frees an agent whose phone did not take the call, and holds the agent back by the reason for it.
func (s *state) failed(o *offer, cause line.Cause, now time.Time) {
	if o.isAttempt() {
		s.attemptFailed(o, cause, now)
		return
	}
	if !o.answered.IsZero() {
		s.complete(o, true, false, now)
		return
	}
	if o.withdrawn || cause == line.AnsweredElsewhere || cause == line.NormalClearing {
		s.cancel(o, now)
	} else {
		s.miss(o, cause, now)
	}
	if o.entry != nil {
		s.leaveIfQuiet(o.entry, now)
	}
	s.dirty = true
}

// cancel frees an agent whose phone stopped ringing for a reason that is not the agent's.
func (s *state) cancel(o *offer, now time.Time) {
	s.publish(RingCanceled{Stamp: o.stamp(now), Offer: o.id, Ring: o.rang(now)})
	s.settle(o)
	s.setActivity(o.agent, Idle, now)
	s.released(o.agent, now)
	if o.agent.notBefore.After(now) {
		s.wakeAgent(o.agent, o.agent.notBefore)
	}
}

// cancelOffers frees all agents whose phones ring for a caller.
func (s *state) cancelOffers(e *entry, now time.Time) {
	for _, o := range slices.Clone(e.offers) {
		s.cancel(o, now)
	}
}

// settle takes an offer out of the books.
func (s *state) settle(o *offer) {
	delete(s.offers, o.id)
	s.wakeOffer(o, time.Time{})
	if o.entry != nil {
		o.entry.offers = slices.DeleteFunc(o.entry.offers, func(x *offer) bool { return x == o })
	}
	if o.agent.offer == o {
		o.agent.offer = nil
	}
}

// miss frees an agent who did not take the call.
func (s *state) miss(o *offer, cause line.Cause, now time.Time) {
	a, ring := o.agent, o.queue.Ring
	o.entry.missedBy(o)
	o.queue.counters.Missed++
	s.publish(RingMissed{Stamp: o.stamp(now), Offer: o.id, Ring: o.rang(now), Cause: cause})
	s.settle(o)

	delay, counts := penalty(ring, cause)
	a.notBefore = now.Add(delay)
	s.setActivity(a, Idle, now)
	if counts {
		s.countMiss(a, ring, now)
	}
	s.released(a, now)
	s.wakeAgent(a, a.notBefore)
}

// missedBy remembers that an agent did not take the caller.
func (e *entry) missedBy(o *offer) {
	if !slices.Contains(e.missed, o.agent.ID) {
		e.missed = append(e.missed, o.agent.ID)
	}
	e.released = e.released || o.preferred
}

// penalty says how long an agent is left alone after an offer failed, and whether it was a miss. A phone that
// cannot be reached counts as missed, so that a dead phone is taken out of the queues and seen to be.
func penalty(r Ring, cause line.Cause) (delay time.Duration, miss bool) {
	if cause == line.NoAnswer || cause == line.NoUserResponding {
		return r.Retry.Duration(), true
	}
	if cause == line.RecoveryOnTimer { // nobody said anything: not the agent's fault
		return r.Retry.Duration(), false
	}
	if cause == line.CallRejected {
		return r.RejectDelay.Duration(), false
	}
	return r.BusyDelay.Duration(), cause != line.UserBusy
}

func (s *state) countMiss(a *agent, r Ring, now time.Time) {
	if old := r.MissReset.Duration(); old > 0 && now.Sub(a.missedAt) >= old {
		a.misses = 0
	}
	a.misses++
	a.missedAt = now
	if r.MaxMisses > 0 && a.misses >= r.MaxMisses && a.status == Available {
		s.setPaused(a, ReasonMissed, now)
	}
}

// complete ends a conversation, or what was to be one and ended with the agent's greeting, and begins the wrap-up.
func (s *state) complete(o *offer, byAgent, transferred bool, now time.Time) {
	if o.isAttempt() {
		s.attemptFailed(o, line.NormalClearing, now)
		return
	}
	a, q := o.agent, o.queue
	talk := now.Sub(o.answered)
	a.talk += talk
	if t := q.tierOf(a); t != nil {
		t.talk += talk
	}
	switch {
	case o.joined:
		q.counters.TalkTotal += seconds(talk)
		s.publish(ConversationCompleted{
			Stamp: o.stamp(now), Offer: o.id, Wait: o.waited, Talk: talk, OriginalPosition: o.original,
			ByAgent: byAgent, Transferred: transferred,
		})
	case byAgent:
		q.counters.Missed++
		s.publish(CallerDumped{Stamp: o.stamp(now), Offer: o.id})
	default:
		q.counters.abandoned(o.waited+talk, q.ServiceLevel)
		s.publish(CallerAbandoned{
			Stamp: o.stamp(now), Position: o.position, OriginalPosition: o.original, Wait: o.waited + talk,
		})
	}
	s.settle(o)
	if w := q.wrapUpOf(o, talk, now); w.until.After(now) && a.status != SignedOut && !a.removed {
		a.wrapUp = w
		s.setActivity(a, WrapUp, now)
		s.wakeAgent(a, a.wrapUp.until)
		return
	}
	q.handle.add(talk)
	s.idle(a, now)
}

// wrapUpOf is the time after a conversation. Who has to say what it was about, and has not yet, has until the limit for it.
func (q *queue) wrapUpOf(o *offer, talk time.Duration, now time.Time) wrapUp {
	wrap := q.WrapUp.Duration()
	w := wrapUp{
		began: now, rest: now.Add(wrap), limit: now.Add(q.WrapUpMax.Duration()), step: wrap, call: o.call, queue: q, talk: talk,
		owed: q.Disposition == Required && o.joined && !o.disposed,
	}
	if w.until = w.rest; w.owed {
		w.until = now.Add(max(q.DispositionBy.Duration(), wrap))
	}
	return w
}

// offerDue deals with an offer of which the call has said nothing for too long: it is withdrawn, and if that is
// not confirmed either, forgotten. The agent is not to blame, but the caller is shown to another one if possible.
func (s *state) offerDue(o *offer, now time.Time) {
	r := repaired{agent: o.agent.ID, call: o.call, offer: o.id}
	if o.isAttempt() && !o.answered.IsZero() && !o.withdrawn {
		r.what = "attempt without an outcome"
		s.effects = append(s.effects, r)
		s.abort(o, now)
		return
	}
	if o.answered.IsZero() && !o.withdrawn {
		r.what = "offer without an outcome"
		s.effects = append(s.effects, r)
		o.agent.notBefore = now.Add(o.queue.Ring.Retry.Duration())
		o.entry.missedBy(o)
		s.withdraw(o, line.RecoveryOnTimer, now)
		s.dirty = true
		return
	}
	r.what = "withdrawn offer not confirmed"
	if !o.answered.IsZero() {
		r.what = "conversation without an end"
	}
	s.effects = append(s.effects, r)
	s.failed(o, line.RecoveryOnTimer, now)
}

// vanish takes out everything that belongs to a call that no longer exists.
func (s *state) vanish(id call.ID, now time.Time) {
	if e := s.entries[id]; e != nil {
		s.effects = append(s.effects, repaired{what: "waiting call vanished", call: id})
		s.callerGone(e, exitTransfer, now)
	}
	for _, a := range s.agentList() {
		if o := a.offer; o != nil && o.call == id {
			s.effects = append(s.effects, repaired{what: "offered call vanished", agent: a.ID, call: id, offer: o.id})
			s.failed(o, line.RecoveryOnTimer, now)
		}
	}
}
