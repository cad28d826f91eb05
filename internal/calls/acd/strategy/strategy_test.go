package strategy_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
)

func candidates() []strategy.Candidate {
	t0 := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	return []strategy.Candidate{
		{Agent: "a", Order: 1, FreeFrom: t0.Add(3 * time.Minute), Calls: 2, Talk: 4 * time.Minute, Weight: 1},
		{Agent: "b", Order: 3, FreeFrom: t0, Calls: 5, Talk: time.Minute, Weight: 0},
		{Agent: "c", Order: 4, FreeFrom: t0.Add(time.Minute), Calls: 1, Talk: 9 * time.Minute, Weight: 8},
	}
}

func TestPick(t *testing.T) {
	for _, c := range []struct {
		name strategy.Name
		last int
		want string
	}{
		{strategy.RingAll, -1, "a"},
		{strategy.RingProgressive, 3, "a"},
		{strategy.LongestIdle, -1, "b"},
		{strategy.Linear, 3, "a"},
		{strategy.FewestCalls, -1, "c"},
		{strategy.LeastTalkTime, -1, "b"},
		{strategy.RoundRobinMemory, -1, "a"},
		{strategy.RoundRobinMemory, 1, "b"},
		{strategy.RoundRobinMemory, 2, "b"}, // whoever was asked last is not free now
		{strategy.RoundRobinMemory, 3, "c"},
		{strategy.RoundRobinMemory, 4, "a"},
	} {
		list := candidates()
		random := rand.New(rand.NewPCG(1, 1))
		if got := list[strategy.Pick(c.name, list, c.last, random)].Agent; got != c.want {
			t.Errorf("%s after %d: %s, want %s", c.name, c.last, got, c.want)
		}
	}
}

func TestEqualsKeepTheOrder(t *testing.T) {
	list := []strategy.Candidate{{Agent: "a", Order: 0}, {Agent: "b", Order: 1}}
	for _, n := range []strategy.Name{strategy.LongestIdle, strategy.FewestCalls, strategy.LeastTalkTime} {
		if got := strategy.Pick(n, list, -1, nil); got != 0 {
			t.Errorf("%s among equals: %d, want 0", n, got)
		}
	}
}

// Drawn 10,000 times, each share must be near its weight: the bounds are five standard deviations wide.
func TestDraws(t *testing.T) {
	const n = 10000
	for _, c := range []struct {
		name strategy.Name
		want [3]int
	}{
		{strategy.Random, [3]int{3333, 3333, 3333}},
		{strategy.WeightedRandom, [3]int{1000, 1000, 8000}}, // weight 0 counts as 1
	} {
		var got [3]int
		list, random := candidates(), rand.New(rand.NewPCG(3, 4))
		for range n {
			got[strategy.Pick(c.name, list, -1, random)]++
		}
		for i := range got {
			if d := got[i] - c.want[i]; d < -250 || d > 250 {
				t.Errorf("%s drew %v, want about %v", c.name, got, c.want)
			}
		}
	}
}

func TestNoCandidate(t *testing.T) {
	for _, n := range strategy.Names() {
		if got := strategy.Pick(n, nil, 2, nil); got != -1 {
			t.Errorf("%s among none: %d, want -1", n, got)
		}
	}
}

func TestUnknownIsNotValid(t *testing.T) {
	for _, n := range strategy.Names() {
		if !n.Valid() {
			t.Errorf("%s is not valid", n)
		}
	}
	for _, n := range []strategy.Name{"", "ringall", "Longest_Idle", "sequentially-by-next-agent-order"} {
		if n.Valid() {
			t.Errorf("%q is valid", n)
		}
	}
}
