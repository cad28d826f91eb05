package acd

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
)

func newState(set Settings, seed uint64, now time.Time) *state {
	s := &state{
		queues: map[string]*queue{}, agents: map[string]*agent{}, at: map[string]*agent{}, busy: map[string]int{},
		entries: map[call.ID]*entry{}, offers: map[call.OfferID]*offer{},
		callbacks: map[string]*callback{}, byNumber: map[string]*callback{}, outbound: nobody{}, newCall: call.NewID,
		random: rand.New(rand.NewPCG(seed, seed)), //nolint:gosec // chance for the strategies, not for secrets
	}
	s.apply(set, now)
	return s
}

// apply puts new settings, already validated, in the place of the old ones. Callers keep waiting, agents stay
// signed in, conversations go on. Callers of a queue that is gone keep its old settings; nobody joins it.
func (s *state) apply(set Settings, now time.Time) {
	served := s.servedBySignedIn()
	s.reasons = map[string]bool{}
	for _, r := range set.PauseReasons {
		s.reasons[r.ID] = true
	}
	s.applyAgents(set.Agents, now)
	s.applyQueues(set.Queues, now)
	s.linkTiers()
	s.publishServing(served, now)
	s.resettle(now)
	for _, a := range s.agentList() {
		if a.removed {
			s.released(a, now)
		}
	}
	for _, q := range slices.Clone(s.order) {
		s.overflowAll(q, now)
	}
	s.dirty = true
}

func (s *state) applyAgents(list []Agent, now time.Time) {
	s.byName = map[string]*agent{}
	for _, a := range s.agents {
		a.removed = true
	}
	for _, set := range list {
		a := s.agents[set.ID]
		if a == nil {
			a = &agent{status: SignedOut, statusAt: now, activity: Idle, activityAt: now, freeFrom: now}
			s.agents[set.ID] = a
		}
		a.Agent, a.removed = set, false
		a.Skills = maps.Clone(set.Skills)
		s.byName[set.ID] = a
		if set.Number != "" {
			s.byName[set.Number] = a
		}
	}
}

func (s *state) applyQueues(list []Queue, now time.Time) {
	for _, q := range s.queues {
		q.retired = true
	}
	order := make([]*queue, 0, len(list))
	for _, set := range list {
		q := s.queues[set.ID]
		if q == nil {
			q = &queue{lastPick: -1}
			s.queues[set.ID] = q
		}
		q.Queue, q.retired = set, false
		q.keys = strings.Join(slices.Sorted(maps.Keys(set.ExitKeys)), "")
		order = append(order, q)
	}
	for _, q := range s.order {
		if !q.retired {
			continue
		}
		if len(q.waiting) == 0 {
			delete(s.queues, q.ID)
			continue
		}
		order = append(order, q)
	}
	s.order = order
	for _, q := range s.order {
		q.setTiers(s.agents)
		q.resort(s, now)
	}
}

// setTiers builds the list of agents, keeping what the strategies remember of each.
func (q *queue) setTiers(agents map[string]*agent) {
	old := map[string]*tier{}
	for _, t := range q.tiers {
		old[t.Agent] = t
	}
	q.tiers, q.levels = q.tiers[:0:0], nil
	for _, set := range q.Agents {
		a := agents[set.Agent]
		if a == nil || a.removed {
			continue
		}
		t := &tier{Tier: set, queue: q, agent: a}
		if o := old[set.Agent]; o != nil {
			t.calls, t.talk = o.calls, o.talk
		}
		q.tiers = append(q.tiers, t)
	}
	slices.SortStableFunc(q.tiers, func(a, b *tier) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Position, b.Position))
	})
	for i, t := range q.tiers {
		t.order = i
		if len(q.levels) == 0 || q.levels[len(q.levels)-1] != t.Level {
			q.levels = append(q.levels, t.Level)
		}
	}
}

// resort puts those who wait into the order of the new settings.
func (q *queue) resort(s *state, now time.Time) {
	for _, e := range q.waiting {
		e.appraise()
		if e.leaving == nil {
			s.schedule(e, now)
		}
	}
	slices.SortFunc(q.waiting, func(a, b *entry) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	for _, e := range q.waiting {
		s.wakeEntry(e, s.nextWake(e, now))
	}
}

// linkTiers tells each agent which queues it serves.
func (s *state) linkTiers() {
	for _, a := range s.agents {
		a.tiers = a.tiers[:0:0]
	}
	for _, q := range s.order {
		for _, t := range q.tiers {
			t.agent.tiers = append(t.agent.tiers, t)
		}
	}
}

// servedBySignedIn returns the queues of each agent who is signed in.
func (s *state) servedBySignedIn() map[string][]string {
	served := map[string][]string{}
	for _, a := range s.agents {
		if a.status != SignedOut {
			served[a.ID] = a.queueIDs()
		}
	}
	return served
}

func (a *agent) queueIDs() []string {
	ids := make([]string, len(a.tiers))
	for i, t := range a.tiers {
		ids[i] = t.queue.ID
	}
	return ids
}

// publishServing says for agents who are signed in which queues they serve now and no longer.
func (s *state) publishServing(before map[string][]string, now time.Time) {
	for _, id := range slices.Sorted(maps.Keys(before)) {
		a := s.agents[id]
		after := a.queueIDs()
		for _, q := range before[id] {
			if !slices.Contains(after, q) {
				s.publish(AgentRemoved{Stamp{At: now, Queue: q, Agent: id}})
			}
		}
		for _, q := range after {
			if !slices.Contains(before[id], q) {
				stamp := Stamp{At: now, Queue: q, Agent: id}
				s.publish(AgentAdded{Stamp: stamp, Extension: a.extension, Paused: a.status == Paused})
			}
		}
	}
}

// forget drops an agent who is no longer in the settings and has nothing more to do.
func (s *state) forget(a *agent) {
	s.wakeAgent(a, time.Time{})
	if s.agents[a.ID] == a {
		delete(s.agents, a.ID)
	}
}
