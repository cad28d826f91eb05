package strategy

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Name is a strategy as it stands in the settings. Only the constants below are strategies: [Name.Valid] refuses
// the rest, so that a misspelt one can never mean something else in silence.
type Name string

// The strategies.
const (
	RingAll          Name = "ring_all"
	RingProgressive  Name = "ring_progressive"
	LongestIdle      Name = "longest_idle"
	RoundRobinMemory Name = "round_robin_memory"
	Linear           Name = "linear"
	FewestCalls      Name = "fewest_calls"
	LeastTalkTime    Name = "least_talk_time"
	Random           Name = "random"
	WeightedRandom   Name = "weighted_random"
)

// Names lists all strategies in the order of the documentation.
func Names() []Name {
	return []Name{
		RingAll, RingProgressive, LongestIdle, RoundRobinMemory, Linear, FewestCalls, LeastTalkTime, Random, WeightedRandom,
	}
}

// Valid reports whether n is a strategy.
func (n Name) Valid() bool { return slices.Contains(Names(), n) }

// Candidate is an agent who could take the call.
type Candidate struct {
	Agent    string
	Order    int           // place in the queue's list of agents, rising and unique
	FreeFrom time.Time     // since when the agent has been free
	Calls    int           // answered for this queue
	Talk     time.Duration // talked for this queue
	Weight   int           // for weighted_random; below 1 counts as 1
}

// Pick returns the index of the one to ask next. The candidates stand in rising Order; last is the Order of the
// agent whom the queue asked last, -1 for none. It returns -1 when there is no candidate. For ring_all every
// candidate is asked; Pick then returns the first.
func Pick(n Name, candidates []Candidate, last int, random *rand.Rand) int {
	if len(candidates) == 0 {
		return -1
	}
	switch n {
	case LongestIdle:
		return least(candidates, func(a, b *Candidate) bool { return a.FreeFrom.Before(b.FreeFrom) })
	case FewestCalls:
		return least(candidates, func(a, b *Candidate) bool { return a.Calls < b.Calls })
	case LeastTalkTime:
		return least(candidates, func(a, b *Candidate) bool { return a.Talk < b.Talk })
	case RoundRobinMemory:
		for i := range candidates {
			if candidates[i].Order > last {
				return i
			}
		}
	case Random:
		return random.IntN(len(candidates))
	case WeightedRandom:
		return weighted(candidates, random)
	case RingAll, RingProgressive, Linear:
	}
	return 0
}

// least returns the first candidate than which no other is less; equals keep the queue's order.
func least(candidates []Candidate, less func(a, b *Candidate) bool) int {
	best := 0
	for i := 1; i < len(candidates); i++ {
		if less(&candidates[i], &candidates[best]) {
			best = i
		}
	}
	return best
}

func weighted(candidates []Candidate, random *rand.Rand) int {
	sum := 0
	for i := range candidates {
		sum += max(candidates[i].Weight, 1)
	}
	draw := random.IntN(sum)
	for i := range candidates {
		if draw -= max(candidates[i].Weight, 1); draw < 0 {
			return i
		}
	}
	return len(candidates) - 1
}
