package roster

import (
	"cmp"
	"slices"
	"time"
)

// Job is what somebody has to drive out for.
type Job struct {
	Skill string    // that it takes; empty: none
	Place *Place    // nil: unknown, and distances do not count
	At    time.Time // in the dealership's zone
	// Outside lets those be asked too who are not on duty, after all who are.
	Outside bool
}

// Candidate is somebody who might take a job, and what is known of him.
type Candidate struct {
	Person Person
	Place  *Place // where he is; nil: where he starts from
	OnDuty bool
	Load   int // jobs that he has not completed
	// Of Responses earlier jobs he reached the customer within the time promised in Met.
	Met, Responses int
}

// Ranked is a candidate in his place, with the numbers that put him there.
type Ranked struct {
	Person  Person  `json:"person"`
	Located bool    `json:"located"` // the distance is known
	Km      float64 `json:"km"`
	Load    int     `json:"load"`
	Met     int     `json:"met"`
	Of      int     `json:"of"`
	// Rate is the share of jobs in time that is to be expected of him, 0 to 1.
	Rate float64 `json:"rate"`
	// Behind is what put him behind the one before: "duty", "distance", "load", "history", or "order" when nothing did that
	// counts; empty for the first.
	Behind string `json:"behind,omitempty"`
	// Outside is whether he is not on duty.
	Outside bool `json:"outside,omitempty"`
}

// nearKm is the width of the rings around a job within which the distance makes no difference: some five minutes in a
// town's traffic, less than what an open job costs.
const nearKm = 3

// Unfit is why somebody cannot take a job: "off_duty", "away" or "skill"; ok is true when he can.
func (j Job) Unfit(c Candidate) (why string, ok bool) {
	switch {
	case !c.OnDuty && !j.Outside:
		return "off_duty", false
	case c.Person.away(j.At.Format(time.DateOnly)):
		return "away", false
	case j.Skill != "" && !slices.Contains(c.Person.Skills, j.Skill):
		return "skill", false
	}
	return "", true
}

// Choose orders those who can take a job, the best first: by distance in rings of 3 km, by the jobs they have, by how
// often they kept the promised time, and then by distance alone. Somebody whose distance is unknown comes after those
// whose distance is known. The order of the candidates does not matter.
func Choose(j Job, candidates []Candidate) []Ranked {
	var out []Ranked
	for _, c := range candidates {
		if _, ok := j.Unfit(c); !ok {
			continue
		}
		r := Ranked{Person: c.Person, Load: c.Load, Met: c.Met, Of: c.Responses, Rate: rate(c.Met, c.Responses), Outside: !c.OnDuty}
		from := c.Place
		if from == nil {
			from = c.Person.Place
		}
		if j.Place != nil && from != nil {
			r.Km, r.Located = Distance(*from, *j.Place)
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Ranked) int {
		order, _ := compare(a, b)
		return order
	})
	for i := range out {
		if i > 0 {
			_, out[i].Behind = compare(out[i-1], out[i])
		}
	}
	return out
}

// rate is what is to be expected after so many of so many in time: Laplace's rule of succession, so that somebody new
// stands between those who mostly come in time and those who mostly do not.
func rate(met, of int) float64 { return float64(met+1) / float64(of+2) }

// compare orders two, and says by what.
func compare(a, b Ranked) (order int, by string) {
	if a.Outside != b.Outside {
		return first(b.Outside), "duty"
	}
	if a.Located != b.Located {
		return first(a.Located), "distance"
	}
	if c := cmp.Compare(int(a.Km/nearKm), int(b.Km/nearKm)); c != 0 {
		return c, "distance"
	}
	if c := cmp.Compare(a.Load, b.Load); c != 0 {
		return c, "load"
	}
	if c := cmp.Compare(b.Rate, a.Rate); c != 0 {
		return c, "history"
	}
	if c := cmp.Compare(a.Km, b.Km); c != 0 {
		return c, "distance"
	}
	return cmp.Compare(a.Person.ID, b.Person.ID), "order"
}

// first orders whom something speaks for before whom it does not.
func first(speaks bool) int {
	if speaks {
		return -1
	}
	return 1
}

// Candidates are all technicians, with who of them is on a list of a kind at t, and whoever else is on one. Load and
// history are for the caller to fill in.
func (r *Roster) Candidates(kind string, t time.Time) []Candidate {
	on := r.onLists(t, func(d *duty) bool { return kind != "" && d.Kind == kind })
	var out []Candidate
	for i, p := range r.people {
		if onDuty := slices.Contains(on, i); onDuty || p.Role == Technician {
			out = append(out, Candidate{Person: p.clone(), OnDuty: onDuty})
		}
	}
	return out
}
