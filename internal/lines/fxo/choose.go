package fxo

import (
	"slices"
	"time"
)

// faultRest is how long a line that gave no dial tone is passed over.
const faultRest = time.Minute

// Ways lists the lines on which a call may go out now under a name, best first: a line's own name, or that of a group. A
// line that failed lately comes last. Lines in use are left out. Whoever dials goes along the list: a line may be taken
// by a caller in the meantime.
func (l *Lines) Ways(name string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var free []*actor
	for _, a := range l.actors {
		s := a.settings.Load()
		if (s.Name == name || s.Group == name) && !s.InboundOnly && !a.claimed.Load() && a.seen.Load().Phase == Idle {
			free = append(free, a)
		}
	}
	if len(free) == 0 {
		return nil
	}
	out := make([]string, 0, len(free))
	if l.choice(name) == RoundRobin {
		out = l.rotate(name, free)
	} else {
		for _, a := range slices.Backward(free) {
			out = append(out, a.settings.Load().Name)
		}
	}
	return l.failedLast(out, free)
}

func (l *Lines) choice(group string) Choice {
	for _, g := range l.settings.Groups {
		if g.Name == group {
			return g.Choose
		}
	}
	return FromHighest
}

// rotate begins behind the line that was first the last time.
func (l *Lines) rotate(group string, free []*actor) []string {
	order := make([]string, 0, len(l.actors))
	for _, a := range l.actors {
		order = append(order, a.settings.Load().Name)
	}
	from := slices.Index(order, l.last[group]) + 1
	out := make([]string, 0, len(free))
	for i := range order {
		n := order[(from+i)%len(order)]
		if slices.ContainsFunc(free, func(a *actor) bool { return a.settings.Load().Name == n }) {
			out = append(out, n)
		}
	}
	l.last[group] = out[0]
	return out
}

// failedLast puts lines that gave no dial tone lately behind the others.
func (l *Lines) failedLast(names []string, free []*actor) []string {
	now := time.Now()
	failed := func(name string) int {
		for _, a := range free {
			if s := a.seen.Load(); a.settings.Load().Name == name && s.Misses > 0 && now.Sub(s.LastMiss) < faultRest {
				return s.Misses
			}
		}
		return 0
	}
	slices.SortStableFunc(names, func(a, b string) int { return failed(a) - failed(b) })
	return names
}
