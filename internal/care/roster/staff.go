package roster

import (
	"slices"
	"time"
)

// Above are the superiors of somebody at t, the nearest first. Somebody whom nobody knows, as who has left, counts as
// an agent.
func (r *Roster) Above(id string, t time.Time) []Person {
	role, department := Agent, ""
	if i, ok := r.byID[id]; ok {
		role, department = r.people[i].Role, r.people[i].Department
	}
	var out []int
	for above, ok := role.Superior(); ok; above, ok = above.Superior() {
		for _, p := range r.holders(above, department, t) {
			if r.people[p].ID != id && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return r.named(out)
}

// Owners are those who may own tickets of a department at t: its agents, and its team leads when no agent is there.
func (r *Roster) Owners(department string, t time.Time) []Person {
	return r.named(r.owners(department, t))
}

func (r *Roster) owners(department string, t time.Time) []int {
	if out := r.holders(Agent, department, t); len(out) > 0 {
		return out
	}
	return r.holders(TeamLead, department, t)
}

// longestClosed is how far Opens looks: no department is closed for longer.
const longestClosed = 60 // days

// Opens is when somebody who may own tickets of a department is there, from an instant on; ok is false when nobody is
// within two months.
func (r *Roster) Opens(department string, from time.Time) (opens time.Time, ok bool) {
	there := func(t time.Time) bool { return len(r.owners(department, t)) > 0 }
	if there(from) {
		return from, true
	}
	y, m, d := from.In(r.zone).Date()
	beginnings := r.beginnings()
	for n := range longestClosed {
		midnight := time.Date(y, m, d+n, 0, 0, 0, 0, r.zone)
		next := time.Date(y, m, d+n+1, 0, 0, 0, 0, r.zone)
		if next.Sub(midnight) != 24*time.Hour { // the zone's time changes: each minute is asked for
			for t := midnight; t.Before(next); t = t.Add(time.Minute) {
				if t.After(from) && there(t) {
					return t, true
				}
			}
			continue
		}
		for _, minute := range beginnings {
			if t := midnight.Add(time.Duration(minute) * time.Minute); t.After(from) && there(t) {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// beginnings are the minutes of days at which somebody may begin to be there: midnight, when who was away is back, and
// the beginnings of shifts.
func (r *Roster) beginnings() []int {
	out := []int{0}
	for _, d := range r.duties {
		for _, s := range d.shifts {
			out = append(out, s.from)
		}
		for _, list := range d.overrides {
			for _, s := range list {
				out = append(out, s.from)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
