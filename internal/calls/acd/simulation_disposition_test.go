package acd

import (
	"math/rand/v2"
	"time"
)

// owing are the agents of a day who have yet to say what a call was about.
type owing struct {
	agents map[string]AgentView
	random *rand.Rand
}

func newOwing(seed uint64) owing {
	return owing{map[string]AgentView{}, rand.New(rand.NewPCG(seed, 11))}
}

// owingEvent has agents say what a call was about, most of them in time, and sees that nobody gets away before: by a shift's
// end, by having said it, or at the limit.
func (d *day) owingEvent(ev Event, by input) {
	e, ok := ev.(AgentChanged)
	if !ok {
		return
	}
	v := e.Agent
	before, owed := d.owing.agents[v.Agent]
	switch {
	case v.Activity == WrapUp && v.Owed && (!owed || before.WrapUpCall != v.WrapUpCall):
		d.owing.agents[v.Agent] = v
		if v.WrapUpEnds.Sub(d.now) > 5*time.Minute {
			d.fail("agent %s has until %s to say what %s was about", v.Agent, v.WrapUpEnds, v.WrapUpCall)
		}
		if d.owing.random.IntN(5) > 0 {
			after := time.Duration(d.owing.random.Int64N(int64(4 * time.Minute)))
			d.in(after, func() { d.step(disposed{agent: v.Agent, queue: v.Queue, call: v.WrapUpCall, disposition: "said"}) })
		}
	case v.Activity == WrapUp && v.Owed:
		d.owing.agents[v.Agent] = v
	case owed:
		delete(d.owing.agents, v.Agent)
		s, saying := by.(disposed)
		switch {
		case saying && s.agent == v.Agent && s.call == before.WrapUpCall:
			d.said++
		case v.Status == SignedOut || d.s.agents[v.Agent] == nil || d.s.agents[v.Agent].removed:
		case !d.now.Before(before.WrapUpEnds):
			d.unsaid++
		default:
			d.fail("agent %s is %s at %s, without having said what %s was about by %s", v.Agent, v.Activity, d.now, before.WrapUpCall, before.WrapUpEnds)
		}
	}
}
