package acd

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// reconcile looks for what cannot be and puts it right: an agent held by an offer that is gone, an offer without a
// caller or past its time, a caller or a wrap-up whose time went by. None of it should ever be found; each find is
// an effect to be logged. It is what keeps a mistake anywhere from holding an agent or a caller for ever.
func (s *state) reconcile(now time.Time) {
	for _, o := range s.offerList() {
		s.reconcileOffer(o, now)
	}
	for _, a := range s.agentList() {
		s.reconcileAgent(a, now)
	}
	for _, q := range s.order {
		for _, e := range slices.Clone(q.waiting) {
			s.reconcileEntry(e, now)
		}
	}
	s.order = slices.DeleteFunc(s.order, func(q *queue) bool {
		gone := q.retired && len(q.waiting) == 0
		if gone {
			delete(s.queues, q.ID)
			s.unlink(q)
		}
		return gone
	})
	s.dirty = true
}

func (s *state) unlink(q *queue) {
	for _, t := range q.tiers {
		t.agent.tiers = slices.DeleteFunc(slices.Clone(t.agent.tiers), func(x *tier) bool { return x.queue == q })
	}
}

func (s *state) offerList() []*offer {
	list := make([]*offer, 0, len(s.offers))
	for _, o := range s.offers {
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b *offer) int { return int(a.id) - int(b.id) }) //nolint:gosec // far below 2⁶³
	return list
}

func (s *state) reconcileOffer(o *offer, now time.Time) {
	r := repaired{agent: o.agent.ID, call: o.call, offer: o.id}
	switch {
	case o.agent.offer != o:
		r.what = "offer not held by its agent"
		s.settle(o)
	case now.After(o.deadline.Add(time.Second)):
		r.what = "offer past its time"
		s.failed(o, line.RecoveryOnTimer, now)
	case o.entry != nil && !o.isAttempt() && !o.withdrawn && s.entries[o.call] != o.entry:
		r.what = "offer without a caller"
		s.withdraw(o, line.NormalClearing, now)
	default:
		return
	}
	s.effects = append(s.effects, r)
}

func (s *state) reconcileAgent(a *agent, now time.Time) {
	r := repaired{agent: a.ID}
	engaged := a.activity == Reserved || a.activity == Ringing || a.activity == Talking
	switch {
	case engaged && (a.offer == nil || s.offers[a.offer.id] != a.offer):
		r.what = "agent held by no offer"
		a.offer = nil
		a.freeFrom = now
		s.setActivity(a, Idle, now)
		s.released(a, now)
	case !engaged && a.offer != nil:
		r.what = "agent at rest with an offer"
		a.offer = nil
	case a.activity == WrapUp && now.After(a.wrapUp.until.Add(time.Second)):
		r.what = "wrap-up past its time"
		s.endWrapUp(a, now)
	default:
		return
	}
	s.effects = append(s.effects, r)
}

func (s *state) reconcileEntry(e *entry, now time.Time) {
	r := repaired{call: e.Call}
	switch {
	case s.entries[e.Call] != e:
		r.what = "caller in a queue but not in the books"
		s.cancelOffers(e, now)
		s.remove(e)
	case e.leaving != nil && now.After(e.leaving.deadline.Add(time.Second)):
		r.what = "leaving caller past its time"
		s.cancelOffers(e, now)
		s.leaveIfQuiet(e, now)
	case !e.wake.IsZero() && now.After(e.wake.Add(time.Second)):
		r.what = "caller past its time"
		s.entryDue(e, now)
	default:
		return
	}
	s.effects = append(s.effects, r)
}

// calls lists every call that waits, rings or talks.
func (s *state) calls() []call.ID {
	ids := make([]call.ID, 0, len(s.entries)+len(s.offers))
	for id := range s.entries {
		ids = append(ids, id)
	}
	for _, o := range s.offers {
		ids = append(ids, o.call)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
