package acd

import (
	"fmt"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
)

// broken returns what is wrong with a state between two steps, "" when nothing is. The settings changed last at changed.
func (s *state) broken(now, changed time.Time) string {
	held := map[*offer]bool{}
	for id, a := range s.agents {
		engaged := a.activity == Reserved || a.activity == Ringing || a.activity == Talking
		switch {
		case engaged != (a.offer != nil):
			return fmt.Sprintf("agent %s is %s with offer %v", id, a.activity, a.offer)
		case a.offer != nil && held[a.offer]:
			return fmt.Sprintf("offer %d is held twice", a.offer.id)
		case a.offer != nil && s.offers[a.offer.id] != a.offer:
			return fmt.Sprintf("agent %s holds offer %d, which is not in the books", id, a.offer.id)
		case a.offer != nil && a.offer.agent != a:
			return fmt.Sprintf("agent %s holds the offer of %s", id, a.offer.agent.ID)
		case a.activity == Talking && a.offer.answered.IsZero():
			return fmt.Sprintf("agent %s talks in an offer not answered", id)
		case a.activity == WrapUp && (!a.wake.Equal(a.wrapUp.until) || a.wrapUp.until.Before(now)):
			return fmt.Sprintf("agent %s wraps up without an end", id)
		case a.status == Paused && a.reason == "":
			return fmt.Sprintf("agent %s paused without a reason", id)
		case a.status != SignedOut && s.at[a.extension] != a:
			return fmt.Sprintf("agent %s is not at extension %s", id, a.extension)
		}
		if a.offer != nil {
			held[a.offer] = true
		}
	}
	for id, o := range s.offers {
		switch {
		case !held[o]:
			return fmt.Sprintf("offer %d is held by no agent", id)
		case o.deadline.Before(now):
			return fmt.Sprintf("offer %d is past its time", id)
		case o.answered.IsZero() && o.entry == nil:
			return fmt.Sprintf("offer %d has no caller", id)
		case !o.withdrawn && !o.isAttempt() && o.entry != nil && s.entries[o.call] != o.entry:
			return fmt.Sprintf("offer %d rings for a caller who no longer waits", id)
		}
	}
	return s.brokenQueues(now, changed)
}

func (s *state) brokenQueues(now, changed time.Time) string {
	n := 0
	for _, q := range s.order {
		for i, e := range q.waiting {
			n++
			switch {
			case s.entries[e.Call] != e:
				return fmt.Sprintf("caller %s waits in %s and is not in the books", e.Call, q.ID)
			case i > 0 && !q.waiting[i-1].before(e):
				return fmt.Sprintf("caller %s is out of order in %s", e.Call, q.ID)
			case i > 0 && e.vip && !q.waiting[i-1].vip && q.waiting[i-1].front == 0:
				return fmt.Sprintf("VIP %s is behind %s", e.Call, q.waiting[i-1].Call)
			case !e.wake.IsZero() && e.wake.Before(now):
				return fmt.Sprintf("caller %s is past the time to wake", e.Call)
			case e.leaving != nil && len(e.offers) == 0:
				return fmt.Sprintf("caller %s should have left", e.Call)
			}
			for _, o := range e.offers {
				if s.offers[o.id] != o || o.entry != e {
					return fmt.Sprintf("caller %s has offer %d, which is not in the books", e.Call, o.id)
				}
			}
			if e.crowded(changed) {
				return fmt.Sprintf("caller %s has %d offers by %s", e.Call, e.live(), q.Strategy)
			}
		}
	}
	if n != len(s.entries) {
		return fmt.Sprintf("%d callers wait, %d are in the books", n, len(s.entries))
	}
	return ""
}

// crowded reports whether a phone was made to ring beside another by a strategy that rings one at a time. Phones
// that several rang before the settings changed ring on: new settings stop nobody's phone.
func (e *entry) crowded(changed time.Time) bool {
	if n := e.queue.Strategy; n == strategy.RingAll || n == strategy.RingProgressive || e.live() < 2 {
		return false
	}
	return slices.ContainsFunc(e.offers, func(o *offer) bool { return !o.withdrawn && !o.made.Before(changed) })
}

// jumped returns a VIP whom an offer made to another caller passed over: of the same queue, with the same needs,
// waiting without a phone that rings, and for whom that agent would have been right.
func (s *state) jumped(o *offer, now time.Time) *entry {
	if o.entry == nil || o.entry.vip {
		return nil
	}
	for _, v := range o.queue.waiting {
		if v.front > 0 {
			continue
		}
		if !v.vip {
			return nil
		}
		if v.leaving != nil || v.live() > 0 || v.Card.AvoidAgent == o.agent.ID || !slices.Equal(v.needs, o.entry.needs) {
			continue
		}
		if t := o.queue.tierOf(o.agent); t == nil || t.Level > o.queue.openLevel(now.Sub(v.joined)) {
			continue
		}
		if _, able := skill(o.agent, v.needs); !able { // the owner of the other caller's ticket
			continue
		}
		if _, _, hold := s.preferred(v, now); hold {
			continue
		}
		return v
	}
	return nil
}

// neglected returns a caller who waits without a phone that rings although somebody who may take the call is free.
// It looks at the moment before now, since deadlines of this very moment may still be to come.
func (s *state) neglected(now time.Time) *entry {
	now = now.Add(-time.Nanosecond)
	for _, q := range s.order {
		for _, e := range q.waiting {
			if e.leaving != nil || e.live() > 0 {
				continue
			}
			if _, _, hold := s.preferred(e, now); hold {
				continue
			}
			if s.candidates(e, now); len(s.picks) > 0 {
				return e
			}
		}
	}
	return nil
}
