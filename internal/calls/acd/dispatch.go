package acd

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
)

// cursor walks through the callers of one queue in the order of service.
type cursor struct {
	queue *queue
	i     int
	plain time.Time // rank of the first caller who is no VIP, zero for none
}

// rank returns the rank of the caller at the cursor as it counts against other queues. A VIP counts at least as
// much as the first other caller of the same queue: so "VIPs first" inside a queue and "highest score first"
// between queues make one order.
func (c *cursor) rank() time.Time {
	e := c.queue.waiting[c.i]
	if e.vip && !c.plain.IsZero() && c.plain.Before(e.rank) {
		return c.plain
	}
	return e.rank
}

// rest are those who have yet to be looked at.
func (c *cursor) rest() []*entry { return c.queue.waiting[c.i:] }

func (c *cursor) before(d *cursor) bool {
	a, b := c.rank(), d.rank()
	if !a.Equal(b) {
		return a.Before(b)
	}
	return c.queue.waiting[c.i].number < d.queue.waiting[d.i].number
}

// dispatch goes through all waiting callers, highest score first, and gives each the best agent who is free.
func (s *state) dispatch(now time.Time) {
	if !s.dirty || s.stopped {
		return
	}
	s.dirty = false
	cursors := s.cursors[:0]
	for _, q := range s.order {
		if len(q.waiting) > 0 && s.anyFree(q, now) {
			cursors = append(cursors, newCursor(q))
		}
	}
	due := s.dueCallbacks(now)
	for {
		if i := nextCallback(due, cursors); i >= 0 {
			c := due[i]
			due = slices.Delete(due, i, i+1)
			s.callBack(c, now)
			s.dropFull(cursors, now)
			continue
		}
		best := -1
		for i := range cursors {
			c := &cursors[i]
			if c.i < len(c.queue.waiting) && (best < 0 || c.before(&cursors[best])) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		c := &cursors[best]
		e := c.queue.waiting[c.i]
		c.i++
		if s.serve(e, now) {
			s.dropFull(cursors, now)
		}
	}
	s.cursors = cursors[:0]
}

// dropFull leaves out the queues for which nobody is free any more.
func (s *state) dropFull(cursors []cursor, now time.Time) {
	for i := range cursors {
		if !s.anyFree(cursors[i].queue, now) {
			cursors[i].i = len(cursors[i].queue.waiting)
		}
	}
}

func newCursor(q *queue) cursor {
	c := cursor{queue: q}
	for _, e := range q.waiting {
		if !e.vip {
			c.plain = e.rank
			break
		}
	}
	return c
}

func (s *state) anyFree(q *queue, now time.Time) bool {
	for _, t := range q.tiers {
		if s.free(t.agent, now) {
			return true
		}
	}
	return false
}

// Why an agent was chosen.
const (
	whyStrategy  = "strategy"
	whyOwner     = "owner"
	whyLastAgent = "last_agent"
)

// serve makes the offers that are due for one caller, and reports whether it made any.
func (s *state) serve(e *entry, now time.Time) bool {
	if e.leaving != nil {
		return false
	}
	q := e.queue
	if e.live() > 0 {
		if !e.another(now) {
			return false
		}
	} else if t, why, hold := s.preferred(e, now); hold {
		return false
	} else if t != nil {
		s.offerTo(e, t, why, now)
		return true
	}
	s.candidates(e, now)
	if len(s.picks) == 0 {
		return false
	}
	if q.Strategy == strategy.RingAll {
		for _, t := range s.picks {
			s.offerTo(e, t, whyStrategy, now)
		}
		return true
	}
	i := strategy.Pick(q.Strategy, s.cands, q.lastPick, s.random)
	s.offerTo(e, s.picks[i], whyStrategy, now)
	return true
}

// another reports whether one more phone may ring while others do.
func (e *entry) another(now time.Time) bool {
	n := e.queue.Strategy
	return n == strategy.RingAll || (n == strategy.RingProgressive && !now.Before(e.nextRing))
}

func (s *state) offerTo(e *entry, t *tier, why string, now time.Time) {
	s.makeOffer(e, t, why, now)
	if e.queue.Strategy == strategy.RingProgressive {
		e.nextRing = now.Add(e.queue.Ring.ProgressiveDelay.Duration())
		s.wakeEntry(e, s.nextWake(e, now))
	}
}

// live counts the offers that ring or are about to.
func (e *entry) live() int {
	n := 0
	for _, o := range e.offers {
		if !o.withdrawn {
			n++
		}
	}
	return n
}
