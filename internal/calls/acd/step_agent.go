package acd

import (
	"maps"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// find returns an agent by id or agent number.
func (s *state) find(name string) (*agent, error) {
	if a := s.byName[name]; a != nil && !a.removed {
		return a, nil
	}
	return nil, fault.New(fault.NotFound, "agent.unknown", "find agent %q", name)
}

// present returns an agent who is signed in.
func (s *state) present(name, doing string) (*agent, error) {
	a, err := s.find(name)
	if err != nil {
		return nil, err
	}
	if a.status == SignedOut {
		return nil, fault.New(fault.Conflict, "agent.signed_out", "%s agent %q: signed out", doing, a.ID)
	}
	return a, nil
}

// agentList returns all agents in the order of their ids, so that what is done to each is done in one order.
func (s *state) agentList() []*agent {
	list := make([]*agent, 0, len(s.agents))
	for _, id := range slices.Sorted(maps.Keys(s.agents)) {
		list = append(list, s.agents[id])
	}
	return list
}

func (s *state) signIn(name, extension string, now time.Time) error {
	a, err := s.find(name)
	if err != nil {
		return err
	}
	if extension == "" {
		extension = a.Extension
	}
	if extension == "" {
		return fault.New(fault.Invalid, "agent.extension_missing", "sign in agent %q: no extension", a.ID)
	}
	if a.status != SignedOut && a.extension == extension {
		return nil
	}
	if a.offer != nil && a.extension != extension {
		return fault.New(fault.Conflict, "agent.in_call", "sign in agent %q at %q: in a call at %q", a.ID, extension, a.extension)
	}
	if other := s.at[extension]; other != nil && other != a {
		if other.offer != nil {
			return fault.New(fault.Conflict, "agent.extension_taken", "sign in agent %q at %q: agent %q is in a call there",
				a.ID, extension, other.ID)
		}
		s.signOut(other, now) // the shift before forgot to
	}
	s.signOut(a, now)
	a.extension = extension
	s.at[extension] = a
	a.misses, a.notBefore = 0, time.Time{}
	if a.activity == Idle {
		a.freeFrom = now
	}
	s.setStatus(a, Available, "", now)
	for _, t := range a.tiers {
		s.publish(AgentAdded{Stamp: Stamp{At: now, Queue: t.queue.ID, Agent: a.ID}, Extension: extension})
	}
	return nil
}

func (s *state) signOutByName(name string, now time.Time) error {
	a, err := s.find(name)
	if err == nil {
		s.signOut(a, now)
	}
	return err
}

// signOut takes an agent out of all queues. A conversation goes on; a phone that rings stops.
func (s *state) signOut(a *agent, now time.Time) {
	if a.status == SignedOut {
		return
	}
	if a.offer != nil {
		s.withdraw(a.offer, line.NormalClearing, now)
	}
	for _, t := range a.tiers {
		s.publish(AgentRemoved{Stamp{At: now, Queue: t.queue.ID, Agent: a.ID}})
	}
	s.setStatus(a, SignedOut, "", now)
	if a.activity == WrapUp {
		s.endWrapUp(a, now)
	}
	s.released(a, now)
	s.emptied(a, now)
}

func (s *state) pauseByName(name, reason string, now time.Time) error {
	a, err := s.present(name, "pause")
	switch {
	case err != nil:
		return err
	case reason == "":
		return fault.New(fault.Invalid, "agent.reason_missing", "pause agent %q: no reason", a.ID)
	case !s.reasons[reason]:
		return fault.New(fault.Invalid, "agent.reason_unknown", "pause agent %q: unknown reason %q", a.ID, reason)
	}
	if a.status != Paused || a.reason != reason {
		s.setPaused(a, reason, now)
	}
	return nil
}

func (s *state) setPaused(a *agent, reason string, now time.Time) {
	if a.offer != nil {
		s.withdraw(a.offer, line.NormalClearing, now)
	}
	s.setStatus(a, Paused, reason, now)
	for _, t := range a.tiers {
		s.publish(AgentPaused{Stamp: Stamp{At: now, Queue: t.queue.ID, Agent: a.ID}, Reason: reason})
	}
	s.emptied(a, now)
}

func (s *state) unpauseByName(name string, now time.Time) error {
	a, err := s.present(name, "unpause")
	if err != nil || a.status == Available {
		return err
	}
	a.misses = 0
	s.setStatus(a, Available, "", now)
	for _, t := range a.tiers {
		s.publish(AgentUnpaused{Stamp{At: now, Queue: t.queue.ID, Agent: a.ID}})
	}
	return nil
}

func (s *state) setStatus(a *agent, to Status, reason string, now time.Time) {
	a.status, a.reason, a.statusAt = to, reason, now
	s.dirty = true
	s.publish(AgentChanged{At: now, Agent: s.agentView(a)})
}

func (s *state) setActivity(a *agent, to Activity, now time.Time) {
	if a.activity == to {
		return
	}
	a.activity, a.activityAt = to, now
	s.publish(AgentChanged{At: now, Agent: s.agentView(a)})
}

// released follows up when an agent may have become free of the last call: one who signed out meanwhile leaves
// the extension, one who is no longer in the settings is forgotten.
func (s *state) released(a *agent, now time.Time) {
	if a.offer != nil {
		return
	}
	if a.removed && a.status != SignedOut {
		s.signOut(a, now)
		return
	}
	if a.status == SignedOut && s.at[a.extension] == a {
		delete(s.at, a.extension)
	}
	if a.removed && a.activity == Idle {
		s.forget(a)
	}
}

func (s *state) wrappingUp(name, doing string) (*agent, error) {
	a, err := s.present(name, doing)
	if err == nil && a.activity != WrapUp {
		return nil, fault.New(fault.Conflict, "agent.no_wrap_up", "%s wrap-up of agent %q: %s", doing, a.ID, a.activity)
	}
	return a, err
}

// extendWrapUp gives an agent whose form is open one more wrap-up time from now, up to the queue's limit.
func (s *state) extendWrapUp(name string, now time.Time) error {
	a, err := s.wrappingUp(name, "extend")
	if err != nil {
		return err
	}
	w := &a.wrapUp
	until := now.Add(w.step)
	if until.After(w.limit) {
		until = w.limit
	}
	if until.After(w.rest) {
		w.rest = until
	}
	if w.rest.After(w.until) {
		w.until = w.rest
		s.wakeAgent(a, w.until)
		s.publish(AgentChanged{At: now, Agent: s.agentView(a)})
	}
	return nil
}

// disposed notes that somebody has said what a call was about: an agent who still had to is ready when the time of wrapping up
// is over, at once if it was over already. Of a call long ago it is only told.
func (s *state) disposed(in disposed, now time.Time) {
	s.publish(CallDisposed{Stamp: Stamp{At: now, Call: in.call, Queue: in.queue, Agent: in.agent}, Disposition: in.disposition})
	s.settled(in.agent, in.call, now)
}

// settled frees an agent from saying what a call was about.
func (s *state) settled(agent string, id call.ID, now time.Time) {
	a := s.agents[agent]
	if a == nil {
		return
	}
	if a.offer != nil && a.offer.call == id {
		a.offer.disposed = true
	}
	w := &a.wrapUp
	if a.activity != WrapUp || w.call != id || !w.owed {
		return
	}
	w.owed = false
	if !w.rest.After(now) {
		s.endWrapUp(a, now)
		return
	}
	w.until = w.rest
	s.wakeAgent(a, w.until)
	s.publish(AgentChanged{At: now, Agent: s.agentView(a)})
}

func (s *state) endWrapUpByName(name string, now time.Time) error {
	a, err := s.wrappingUp(name, "end")
	switch {
	case err != nil:
		return err
	case a.wrapUp.owed:
		return fault.New(fault.Conflict, "agent.disposition_missing", "end wrap-up of agent %q: what call %s was about has yet to be said", a.ID, a.wrapUp.call)
	}
	s.endWrapUp(a, now)
	return nil
}

func (s *state) endWrapUp(a *agent, now time.Time) {
	a.wrapUp.queue.handle.add(a.wrapUp.talk + now.Sub(a.wrapUp.began))
	a.wrapUp = wrapUp{}
	s.idle(a, now)
}

// idle lets an agent take calls again who is done with one; an agent who is to be left alone for a moment, because an offer
// was withdrawn in the instant in which it was answered, is found again after it.
func (s *state) idle(a *agent, now time.Time) {
	a.freeFrom = now
	var wake time.Time
	if a.notBefore.After(now) {
		wake = a.notBefore
	}
	s.wakeAgent(a, wake)
	s.setActivity(a, Idle, now)
	s.released(a, now)
	s.dirty = true
}

// agentDue ends a wrap-up or the time for which an agent was left alone.
func (s *state) agentDue(a *agent, now time.Time) {
	if a.activity == WrapUp {
		if now.Before(a.wrapUp.until) {
			s.wakeAgent(a, a.wrapUp.until)
			return
		}
		s.endWrapUp(a, now)
	}
	s.dirty = true
}

// phone notes that a leg of a call that the queues did not make uses an extension, or no longer does. Several may at
// once: an extension with two phones rings on both.
func (s *state) phone(extension string, busy bool) {
	if busy {
		s.busy[extension]++
		return
	}
	if s.busy[extension]--; s.busy[extension] <= 0 {
		delete(s.busy, extension)
	}
	s.dirty = true
}

// restore puts agents back to where they were before a restart. Agents and extensions that are no longer there,
// or are taken by now, are left out.
func (s *state) restore(presence []Presence, now time.Time) {
	for _, p := range presence {
		if p.Status == SignedOut || s.signIn(p.Agent, p.Extension, now) != nil {
			continue
		}
		a := s.byName[p.Agent]
		if p.Status == Paused && a.status == Available {
			s.setPaused(a, p.Reason, now)
		}
		if !p.Since.IsZero() && p.Since.Before(now) {
			a.statusAt = p.Since
		}
	}
}
