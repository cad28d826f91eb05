package acd

import (
	"slices"
	"sort"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// The words with which callers leave. The first three are Asterisk's; for the others its log has no word.
const (
	exitTimeout  = "EXITWITHTIMEOUT"
	exitKey      = "EXITWITHKEY"
	exitEmpty    = "EXITEMPTY"
	exitTransfer = "EXITWITHTRANSFER"
	exitCallback = "CALLBACK"
	refusedFull  = "FULL"
	refusedEmpty = "JOINEMPTY"
	refusedBlock = "BLOCKED"
	refusedShut  = "CLOSED"
	refusedNone  = "UNKNOWNQUEUE"
)

// join lets a caller wait, or sends them on at once.
func (s *state) join(w call.Waiting, now time.Time) {
	if w.Waiter == nil {
		s.effects = append(s.effects, repaired{what: "join without a call", call: w.Call})
		return
	}
	if old := s.entries[w.Call]; old != nil {
		s.effects = append(s.effects, repaired{what: "call joined twice", call: w.Call})
		s.callerGone(old, exitTransfer, now)
	}
	q := s.queues[w.Queue]
	switch {
	case s.draining:
		s.refuse(w, refusedShut, hangup(line.TemporaryFailure), now)
	case q == nil || q.retired:
		s.refuse(w, refusedNone, hangup(line.NoRoute), now)
	case w.Card.Blocked:
		s.refuse(w, refusedBlock, hangup(line.Blocked), now)
	case q.MaxLength > 0 && len(q.waiting) >= q.MaxLength:
		q.counters.Refused++
		s.refuse(w, refusedFull, orHangup(q.FullTarget, line.UserBusy), now)
	case q.empty(q.JoinEmpty):
		q.counters.Refused++
		s.refuse(w, refusedEmpty, orHangup(q.EmptyTarget, line.NoAnswer), now)
	default:
		s.enter(q, w, now)
	}
}

func (s *state) refuse(w call.Waiting, word string, to call.Target, now time.Time) {
	s.publish(CallerRefused{Stamp: Stamp{At: now, Call: w.Call, Queue: w.Queue}, Word: word, Target: to})
	s.tell(w.Waiter, call.QueueLeave{Target: to, Event: word})
}

func orHangup(t *Target, cause line.Cause) call.Target {
	if t == nil {
		return hangup(cause)
	}
	return t.target()
}

func (s *state) enter(q *queue, w call.Waiting, now time.Time) {
	if w.Since.IsZero() || w.Since.After(now) {
		w.Since = now
	}
	s.calledIn(&w, now)
	s.lastEntry++
	e := &entry{Waiting: w, queue: q, number: s.lastEntry, joined: now}
	e.appraise()
	s.entries[w.Call] = e
	q.insert(e)
	e.original = q.position(e)
	q.counters.Entered++
	s.publish(CallerEntered{Stamp: e.stamp(now), Number: w.Card.Number, Position: e.original})
	s.greet(e, now)
	s.considerOffer(e, now)
	s.wakeEntry(e, s.nextWake(e, now))
	s.dirty = true
}

// appraise works out what depends on the queue's settings: the order of service and the skills needed.
func (e *entry) appraise() {
	bonus := e.Card.Bonus
	if e.Card.VIP && bonus == 0 {
		bonus = e.queue.VIPBonus.Duration()
	}
	e.vip = e.Card.VIP
	e.rank = e.Since.Add(-bonus - e.queue.Priority.Duration())
	if e.front > 0 && e.ahead.Before(e.rank) {
		e.rank = e.ahead
	}
	e.needs = e.queue.Skills
	if len(e.Skills) > 0 {
		e.needs = slices.Clone(e.queue.Skills)
		for _, skill := range e.Skills {
			e.needs = append(e.needs, SkillNeed{Skill: skill, Level: 1})
		}
	}
}

func (e *entry) stamp(now time.Time) Stamp { return Stamp{At: now, Call: e.Call, Queue: e.queue.ID} }

// insert puts e in its place among those who wait.
func (q *queue) insert(e *entry) {
	i := sort.Search(len(q.waiting), func(i int) bool { return e.before(q.waiting[i]) })
	q.waiting = slices.Insert(q.waiting, i, e)
}

// position returns the place of e in its queue, from 1; 0 when it no longer waits.
func (q *queue) position(e *entry) int { return slices.Index(q.waiting, e) + 1 }

// remove ends the waiting of e. Its offers are the caller's to settle.
func (s *state) remove(e *entry) {
	if i := slices.Index(e.queue.waiting, e); i >= 0 {
		e.queue.waiting = slices.Delete(e.queue.waiting, i, i+1)
	}
	if s.entries[e.Call] == e {
		delete(s.entries, e.Call)
	}
	e.leaving = nil
	s.wakeEntry(e, time.Time{})
}

// fact takes what a call reports. A call knows only its own offers, so those of another are ignored.
func (s *state) fact(id call.ID, f call.QueueFact, now time.Time) {
	switch f := f.(type) {
	case call.CallerLeft:
		s.callerLeft(id, f.Key, now)
	case call.CallGone:
		if e := s.entries[id]; e != nil {
			s.callerGone(e, exitTransfer, now)
		}
	case call.OfferRinging:
		if o := s.offerOf(id, f.Offer); o != nil {
			s.ringing(o, now)
		}
	case call.AgentReady:
		if o := s.offerOf(id, f.Offer); o != nil {
			s.agentReady(o, now)
		}
	case call.OfferAnswered:
		if o := s.offerOf(id, f.Offer); o != nil {
			s.answered(o, now)
		} else if e := s.entries[id]; e != nil { // of an offer already forgotten: the call is with the agent all the same
			s.effects = append(s.effects, repaired{what: "answer to a forgotten offer", call: id, offer: f.Offer})
			s.callerGone(e, exitTransfer, now)
		}
	case call.OfferJoined:
		if o := s.offerOf(id, f.Offer); o != nil && !o.answered.IsZero() {
			if o.isAttempt() {
				s.attemptServed(o, now)
				return
			}
			s.joined(o, now)
		}
	case call.OfferFailed:
		if o := s.offerOf(id, f.Offer); o != nil {
			s.failed(o, f.Cause, now)
		}
	case call.ConversationEnded:
		if o := s.offerOf(id, f.Offer); o != nil && !o.answered.IsZero() {
			s.complete(o, f.ByAgent, f.Transferred, now)
		}
	}
}

func (s *state) offerOf(id call.ID, offer call.OfferID) *offer {
	if o := s.offers[offer]; o != nil && o.call == id {
		return o
	}
	return nil
}

func (s *state) callerLeft(id call.ID, key byte, now time.Time) {
	e := s.entries[id]
	if e == nil {
		return
	}
	if key == 0 {
		s.callerGone(e, "", now)
		return
	}
	if e.leaving == nil && e.asking != nil {
		s.askingKey(e, key, now)
		return
	}
	if e.leaving == nil && e.offered && e.queue.Callback.Key == string(rune(key)) {
		s.ask(e, now)
		return
	}
	if t, ok := e.queue.ExitKeys[string(rune(key))]; ok {
		s.leave(e, leaving{target: t.target(), word: exitKey, key: key}, now)
	}
}

// callerGone takes a caller out who is no longer there: with no word one who hung up.
func (s *state) callerGone(e *entry, word string, now time.Time) {
	position := e.queue.position(e)
	wait := now.Sub(e.joined)
	switch c := e.asked(); {
	case c == nil || c.ended:
	case word == "":
		word = exitCallback // the number had been confirmed: who hangs up before the promise is called back all the same
		s.promised(e, now)
	default:
		s.unask(e)
	}
	s.cancelOffers(e, now)
	s.remove(e)
	if word == "" {
		e.queue.counters.abandoned(wait, e.queue.ServiceLevel)
		s.publish(CallerAbandoned{Stamp: e.stamp(now), Position: position, OriginalPosition: e.original, Wait: wait})
	} else {
		e.queue.counters.exited(word)
		s.publish(CallerExited{Stamp: e.stamp(now), Word: word, Position: position, OriginalPosition: e.original, Wait: wait})
	}
	s.dirty = true
}

// leave has a caller go on. Phones that ring for the caller are stopped first, and the caller goes when the call
// has confirmed that: until then an agent may still answer, and then has the call.
func (s *state) leave(e *entry, l leaving, now time.Time) {
	if e.leaving != nil {
		return
	}
	l.deadline = now.Add(2 * withdrawGrace)
	e.leaving = &l
	for _, o := range e.offers {
		s.withdraw(o, line.NormalClearing, now)
	}
	s.leaveIfQuiet(e, now)
}

// leaveIfQuiet lets a caller who is to leave go when no phone rings any more.
func (s *state) leaveIfQuiet(e *entry, now time.Time) {
	l := e.leaving
	if l == nil {
		return
	}
	if len(e.offers) > 0 {
		s.wakeEntry(e, l.deadline)
		return
	}
	position := e.queue.position(e)
	if l.word == exitCallback {
		s.promised(e, now)
	} else {
		s.unask(e)
	}
	s.remove(e)
	e.queue.counters.exited(l.word)
	s.publish(CallerExited{
		Stamp: e.stamp(now), Word: l.word, Key: l.key, Position: position, OriginalPosition: e.original,
		Wait: now.Sub(e.joined), Target: l.target,
	})
	s.tell(e.Waiter, call.QueueLeave{Target: l.target, Event: l.word, Farewell: l.farewell})
	s.dirty = true
}

// halt ends the offering: those who wait are sent away, conversations go on.
func (s *state) halt(now time.Time) {
	s.draining, s.stopped = true, true
	for _, q := range s.order {
		for _, e := range slices.Clone(q.waiting) {
			s.leave(e, leaving{target: hangup(line.Shutdown), word: exitTimeout}, now)
		}
	}
}
