package acd

import (
	"math"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
)

// known reports whether the card names an agent who might be preferred.
func (e *entry) known() bool { return e.Card.TicketOwner != "" || e.Card.LastAgent != "" }

// preferred looks for the agent who should have this caller: the one a supervisor has chosen, the owner of an open ticket, then whoever spoke with
// the caller last. While that agent is at work but not free, and the caller has waited less than the queue allows
// for it, the caller is held back for this agent (hold). The owner needs no skill, knowing the matter is enough.
func (s *state) preferred(e *entry, now time.Time) (t *tier, why string, hold bool) {
	if t, hold := s.meant(e, now); t != nil || hold {
		return t, whySupervisor, hold
	}
	p := e.queue.Prefer
	if e.released || !e.known() || now.Sub(e.joined) > p.Wait.Duration() {
		return nil, "", false
	}
	if owner := e.Card.TicketOwner; p.Owner && owner != "" && owner != e.Card.AvoidAgent {
		if t = e.queue.tierOf(s.agents[owner]); t != nil && t.agent.serving() {
			return s.awaited(e, t, whyOwner, now)
		}
	}
	last := e.Card.LastAgent
	if p.LastAgentDays == 0 || last == "" || last == e.Card.AvoidAgent ||
		e.Card.LastAgentAt.Before(e.joined.AddDate(0, 0, -p.LastAgentDays)) { // judged once, not anew while waiting
		return nil, "", false
	}
	if t = e.queue.tierOf(s.agents[last]); t != nil && t.agent.serving() {
		if _, able := skill(t.agent, e.needs); able {
			return s.awaited(e, t, whyLastAgent, now)
		}
	}
	return nil, "", false
}

func (s *state) awaited(e *entry, t *tier, why string, now time.Time) (*tier, string, bool) {
	if s.free(t.agent, now) {
		return t, why, false
	}
	return nil, "", now.Sub(e.joined) < e.queue.Prefer.Wait.Duration()
}

// standing is what goes before the strategy: the level in the queue, then the skill, then who has not yet left
// this caller waiting.
type standing struct {
	level  int
	skill  int
	missed bool
}

func (a standing) better(b standing) bool {
	if a.level != b.level {
		return a.level < b.level
	}
	if a.skill != b.skill {
		return a.skill > b.skill
	}
	return !a.missed && b.missed
}

// candidates collects into s.picks and s.cands the free agents of best and equal standing who may take the
// caller; for ring_all, whatever their standing.
func (s *state) candidates(e *entry, now time.Time) {
	s.picks, s.cands = s.picks[:0], s.cands[:0]
	q := e.queue
	open := q.openLevel(now.Sub(e.joined))
	var best standing
	for _, t := range q.tiers {
		if t.Level > open {
			break
		}
		if !s.free(t.agent, now) || t.agent.ID == e.Card.AvoidAgent {
			continue
		}
		level, able := skill(t.agent, e.needs)
		if !able {
			continue
		}
		at := standing{t.Level, level, slices.Contains(e.missed, t.agent.ID)}
		if q.Strategy != strategy.RingAll && len(s.picks) > 0 {
			if best.better(at) {
				continue
			}
			if at.better(best) {
				s.picks, s.cands = s.picks[:0], s.cands[:0]
			}
		}
		best = at
		s.picks = append(s.picks, t)
		s.cands = append(s.cands, strategy.Candidate{
			Agent: t.agent.ID, Order: t.order, FreeFrom: t.agent.freeFrom, Calls: t.calls, Talk: t.talk, Weight: t.Weight,
		})
	}
}

// skill returns how able an agent is: the sum of the levels of all skills needed. Without a need all are equal.
func skill(a *agent, needs []SkillNeed) (level int, able bool) {
	for _, n := range needs {
		have := a.Skills[n.Skill]
		if have < max(n.Level, 1) {
			return 0, false
		}
		level += have
	}
	return level, true
}

// openLevel returns the highest level of agents that may be asked after this wait.
func (q *queue) openLevel(waited time.Duration) int {
	step := q.TierWait.Duration()
	if step == 0 || len(q.levels) < 2 {
		return math.MaxInt
	}
	steps, open := int(waited/step), math.MinInt
	for _, level := range q.levels {
		if steps < 0 {
			break
		}
		open = level
		if !q.TierSkipEmpty || q.staffed(level) {
			steps--
		}
	}
	return open
}

// staffed reports whether somebody of the level is signed in and has not paused.
func (q *queue) staffed(level int) bool {
	for _, t := range q.tiers {
		if t.Level == level && t.agent.serving() {
			return true
		}
	}
	return false
}

// tierOf returns what a is in the queue, nil when a does not serve it.
func (q *queue) tierOf(a *agent) *tier {
	if a == nil {
		return nil
	}
	for _, t := range a.tiers {
		if t.queue == q {
			return t
		}
	}
	return nil
}
