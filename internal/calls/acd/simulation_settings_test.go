package acd

import (
	"fmt"

	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
)

// settings makes a dealership: every strategy, levels, skills, ladders from queue to queue, keys, rules.
func (d *day) settings() Settings {
	set := Settings{PauseReasons: []PauseReason{{ID: "lunch"}, {ID: "break"}}}
	names := strategy.Names()
	r := d.random
	for i := range simQueues {
		q := DefaultQueue(fmt.Sprintf("q%d", i))
		q.Strategy = names[(i+r.IntN(len(names)))%len(names)]
		q.MaxLength = 5 + r.IntN(30)
		q.WrapUp = Seconds(r.IntN(3) * 15)
		if i%2 == 0 { // drawn from no chance, so that the days stay those that they were
			q.Disposition, q.DispositionBy = Required, Seconds(60+30*i)
		}
		q.Prefer.Wait = Seconds(r.IntN(30))
		if r.IntN(2) == 0 {
			q.TierWait = Seconds(5 + r.IntN(20))
			q.TierSkipEmpty = r.IntN(2) == 0
		}
		if i == 3 {
			q.Priority = 600
		}
		if r.IntN(3) == 0 {
			q.Skills = []SkillNeed{{Skill: "claim", Level: 1 + r.IntN(2)}}
		}
		if r.IntN(2) == 0 {
			q.Overflow = append(q.Overflow, Rung{After: Seconds(20 + r.IntN(60)), When: NoAgents, Target: Target{Kind: "external", Name: "13800000000"}})
			q.Overflow = append(q.Overflow, Rung{After: Seconds(90 + r.IntN(120)), Target: Target{Kind: "queue", Name: fmt.Sprintf("q%d", (i+1)%simQueues)}})
		} else {
			q.MaxWait = Seconds(60 + r.IntN(600))
		}
		q.ExitKeys = map[string]Target{"0": {Kind: "menu", Name: "main"}}
		q.Callback.Key, q.Callback.Calendar = "7", "hours"
		q.Callback.Wait, q.Callback.Position = Seconds(r.IntN(200)), r.IntN(4)
		q.Callback.Spacing = []Seconds{Seconds(60 + r.IntN(600)), Seconds(600 + r.IntN(1800))}
		q.LeaveEmpty = []EmptyRule{NeverEmpty, EmptySignedOut, EmptyPaused}[r.IntN(3)]
		q.JoinEmpty = []EmptyRule{NeverEmpty, EmptySignedOut, EmptyPaused}[r.IntN(3)]
		for _, a := range r.Perm(simAgents)[:4+r.IntN(20)] {
			q.Agents = append(q.Agents, Tier{Agent: agentID(a), Level: r.IntN(3), Position: r.IntN(10), Weight: r.IntN(5)})
		}
		set.Queues = append(set.Queues, q)
	}
	for i := range simAgents {
		a := Agent{ID: agentID(i), Extension: fmt.Sprint(8000 + i)}
		if r.IntN(3) > 0 {
			a.Skills = map[string]int{"claim": 1 + r.IntN(3)}
		}
		set.Agents = append(set.Agents, a)
	}
	return set
}

func agentID(i int) string { return fmt.Sprintf("agent%02d", i) }
