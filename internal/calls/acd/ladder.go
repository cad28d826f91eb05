package acd

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
)

// entryDue does what a caller's time has come for.
func (s *state) entryDue(e *entry, now time.Time) {
	if e.back != nil {
		s.callbackDue(e.back, now)
		return
	}
	if l := e.leaving; l != nil {
		if !now.Before(l.deadline) && len(e.offers) > 0 {
			s.effects = append(s.effects, repaired{what: "offers of a leaving caller not confirmed", call: e.Call})
			s.cancelOffers(e, now)
		}
		s.leaveIfQuiet(e, now)
		return
	}
	if s.overflow(e, now) {
		return
	}
	s.askingDue(e, now)
	if e.leaving != nil || s.entries[e.Call] != e {
		return // on the way to be called back, or gone for it
	}
	if e.asking == nil {
		s.announce(e, now)
	} else {
		s.schedule(e, now) // the dialogue comes first
	}
	if at := e.nextOffer; !at.IsZero() && !now.Before(at) {
		s.considerOffer(e, now)
	}
	s.dirty = true // a level may have opened, a preferred agent's time be over, or one more phone be due
	s.wakeEntry(e, s.nextWake(e, now))
}

// overflow sends a caller on whose time is over, and reports whether it did.
func (s *state) overflow(e *entry, now time.Time) bool {
	q, waited := e.queue, now.Sub(e.joined)
	if q.MaxWait > 0 && waited >= q.MaxWait.Duration() {
		s.leave(e, leaving{target: orHangup(q.TimeoutTarget, line.NoAnswer), word: exitTimeout}, now)
		return true
	}
	if q.empty(q.LeaveEmpty) {
		s.leave(e, leaving{target: orHangup(q.EmptyTarget, line.NoAnswer), word: exitEmpty}, now)
		return true
	}
	for _, r := range q.Overflow {
		if waited < r.After.Duration() {
			return false
		}
		if r.When != NoAgents || q.empty(EmptyPaused) {
			s.leave(e, leaving{target: r.Target.target(), word: exitTimeout}, now)
			return true
		}
	}
	return false
}

// empty reports whether the queue counts as empty by a rule. Only agents of the queue count, whatever they do.
func (q *queue) empty(r EmptyRule) bool {
	if r != EmptySignedOut && r != EmptyPaused {
		return false
	}
	for _, t := range q.tiers {
		if t.agent.serving() || (r == EmptySignedOut && t.agent.status == Paused) {
			return false
		}
	}
	return true
}

// emptied looks after the callers of an agent's queues when the agent went.
func (s *state) emptied(a *agent, now time.Time) {
	for _, t := range a.tiers {
		s.overflowAll(t.queue, now)
	}
}

func (s *state) overflowAll(q *queue, now time.Time) {
	for _, e := range slices.Backward(q.waiting) { // from the back: leaving shortens the list
		if e.leaving == nil {
			s.overflow(e, now)
		}
	}
}

// nextWake returns when there is next something to do for a waiting caller, zero for never.
func (s *state) nextWake(e *entry, now time.Time) time.Time {
	q, waited := e.queue, now.Sub(e.joined)
	if e.leaving != nil {
		return e.leaving.deadline
	}
	at := sooner(e.spoken.nextPosition, e.spoken.nextPeriodic)
	if at = sooner(at, e.nextOffer); e.asking != nil {
		at = sooner(at, e.asking.until)
	}
	if q.MaxWait > 0 {
		at = sooner(at, e.joined.Add(q.MaxWait.Duration()))
	}
	for _, r := range q.Overflow {
		if r.After.Duration() > waited {
			at = sooner(at, e.joined.Add(r.After.Duration()))
			break
		}
	}
	if step := q.TierWait.Duration(); step > 0 && int(waited/step) < len(q.levels)-1 {
		at = sooner(at, e.joined.Add(waited.Truncate(step)+step))
	}
	if hold := q.Prefer.Wait.Duration(); !e.released && hold > waited && e.known() {
		at = sooner(at, e.joined.Add(hold))
	}
	if q.Strategy == strategy.RingProgressive && e.nextRing.After(now) {
		at = sooner(at, e.nextRing)
	}
	return at
}
