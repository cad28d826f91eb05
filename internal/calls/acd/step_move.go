package acd

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// Move is where a supervisor puts a waiting caller; exactly one field is set.
type Move struct {
	Front bool   // before all others of the queue, VIPs too
	Queue string // to the end of waiting that is due to them in another queue: the time waited counts there
	Agent string // the next call of an agent who serves the queue, by id or agent number
}

type moved struct {
	call call.ID
	to   Move
}

func (moved) input() {}

// whySupervisor is why an agent was chosen, see [OfferMade].
const whySupervisor = "supervisor"

// move puts a waiting caller elsewhere. Whoever is about to leave, or has a phone ringing that answers first, is not held.
func (s *state) move(in moved, now time.Time) error {
	e := s.entries[in.call]
	if e == nil || e.leaving != nil {
		return fault.New(fault.NotFound, "queue.not_waiting", "move call %s: it does not wait", in.call)
	}
	switch {
	case in.to.Queue != "":
		return s.moveToQueue(e, in.to.Queue, now)
	case in.to.Agent != "":
		return s.moveToAgent(e, in.to.Agent, now)
	}
	s.moveToFront(e, now)
	return nil
}

func (s *state) moveToFront(e *entry, now time.Time) {
	q := e.queue
	if first := q.waiting[0]; first != e {
		s.lastFront++
		e.front = s.lastFront
		e.ahead = e.rank
		for _, other := range q.waiting { // so that other queues' callers do not go before either
			if other.rank.Before(e.ahead) {
				e.ahead = other.rank
			}
		}
		e.appraise()
		q.waiting = slices.DeleteFunc(q.waiting, func(w *entry) bool { return w == e })
		q.insert(e)
	}
	s.wakeEntry(e, s.nextWake(e, now))
	s.dirty = true
}

func (s *state) moveToQueue(e *entry, id string, now time.Time) error {
	q := s.queues[id]
	switch {
	case q == nil || q.retired:
		return fault.New(fault.NotFound, "queue.unknown", "move call %s: there is no queue %q", e.Call, id)
	case q == e.queue:
		return fault.New(fault.Conflict, "queue.same", "move call %s: it waits in queue %q already", e.Call, id)
	case q.MaxLength > 0 && len(q.waiting) >= q.MaxLength:
		return fault.New(fault.Conflict, "queue.full", "move call %s: queue %q is full", e.Call, id)
	case q.empty(q.JoinEmpty):
		return fault.New(fault.Conflict, "queue.empty", "move call %s: nobody serves queue %q", e.Call, id)
	}
	s.leave(e, leaving{target: call.Target{Kind: call.TargetQueue, Name: id}, word: exitTransfer}, now)
	return nil
}

func (s *state) moveToAgent(e *entry, name string, now time.Time) error {
	a, err := s.find(name)
	if err != nil {
		return err
	}
	t := e.queue.tierOf(a)
	switch {
	case t == nil:
		return fault.New(fault.Conflict, "queue.not_served", "move call %s: agent %s does not serve queue %q", e.Call, a.ID, e.queue.ID)
	case !a.serving():
		return fault.New(fault.Conflict, "agent.not_serving", "move call %s: agent %s takes no calls now", e.Call, a.ID)
	}
	e.chosen, e.released = a.ID, false
	for _, o := range slices.Clone(e.offers) {
		if o.agent != a {
			s.withdraw(o, line.NormalClearing, now)
		}
	}
	s.moveToFront(e, now)
	return nil
}

// meant looks for the agent whom a supervisor has chosen for this caller, and holds the caller back for as long as that agent is
// at work. It is over when the agent has let the phone ring, or stops working.
func (s *state) meant(e *entry, now time.Time) (t *tier, hold bool) {
	if e.chosen == "" || e.released {
		return nil, false
	}
	t = e.queue.tierOf(s.agents[e.chosen])
	switch {
	case t == nil || !t.agent.serving():
		return nil, false
	case s.free(t.agent, now):
		return t, false
	}
	return nil, true
}
