package acd

import "time"

// timers is a heap of deadlines. An item that its owner no longer waits for (its wake or deadline is another one)
// is dropped when it comes up: moving a deadline costs a push and no search.
type timers struct{ items []timer }

// timer is one deadline of exactly one of the three.
type timer struct {
	at    time.Time
	entry *entry
	agent *agent
	offer *offer
}

func (t timer) live() bool {
	switch {
	case t.entry != nil:
		return t.entry.wake.Equal(t.at)
	case t.agent != nil:
		return t.agent.wake.Equal(t.at)
	}
	return t.offer.deadline.Equal(t.at)
}

func (h *timers) push(t timer) {
	h.items = append(h.items, t)
	i := len(h.items) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !h.items[i].at.Before(h.items[parent].at) {
			return
		}
		h.items[i], h.items[parent] = h.items[parent], h.items[i]
		i = parent
	}
}

func (h *timers) pop() timer {
	top, last := h.items[0], len(h.items)-1
	h.items[0] = h.items[last]
	h.items[last] = timer{}
	h.items = h.items[:last]
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if h.items[child].at.Before(h.items[least].at) {
				least = child
			}
		}
		if least == i {
			return top
		}
		h.items[i], h.items[least] = h.items[least], h.items[i]
		i = least
	}
}

// next returns the earliest deadline that somebody still waits for.
func (h *timers) next() (at time.Time, ok bool) {
	for len(h.items) > 0 {
		if h.items[0].live() {
			return h.items[0].at, true
		}
		h.pop()
	}
	return time.Time{}, false
}

// due removes and returns the earliest deadline that has come.
func (h *timers) due(now time.Time) (timer, bool) {
	at, ok := h.next()
	if !ok || at.After(now) {
		return timer{}, false
	}
	return h.pop(), true
}

func (s *state) wakeEntry(e *entry, at time.Time) {
	if !at.Equal(e.wake) {
		e.wake = at
		if !at.IsZero() {
			s.timers.push(timer{at: at, entry: e})
		}
	}
}

func (s *state) wakeAgent(a *agent, at time.Time) {
	if !at.Equal(a.wake) {
		a.wake = at
		if !at.IsZero() {
			s.timers.push(timer{at: at, agent: a})
		}
	}
}

func (s *state) wakeOffer(o *offer, at time.Time) {
	o.deadline = at
	if !at.IsZero() {
		s.timers.push(timer{at: at, offer: o})
	}
}

// sooner returns the earlier of two times, of which a zero one means never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
