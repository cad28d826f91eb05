package roster

import (
	"fmt"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/base/workday"
)

// Roster answers who is on duty. It never changes, and any goroutine may ask it. The people it returns are the
// caller's own.
type Roster struct {
	zone   *time.Location
	people []Person
	byID   map[string]int
	duties []duty
}

// duty is an on-call list made ready to ask.
type duty struct {
	Duty
	shifts    []shift
	overrides map[string][]shift // by date
}

// shift is one of them: minutes after midnight of the day it begins on, to above 24 hours where it crosses midnight.
type shift struct {
	weekdays [7]bool
	dates    map[string]bool
	from, to int
	people   []int
}

const day = 24 * 60 // minutes

// New makes settings ready to ask; a nil zone is UTC. Settings with a mistake are refused.
func New(s Settings, zone *time.Location) (*Roster, error) {
	if err := s.Validate().Err(); err != nil {
		return nil, fmt.Errorf("make roster: %w", err)
	}
	if zone == nil {
		zone = time.UTC
	}
	r := &Roster{zone: zone, byID: map[string]int{}}
	for i, p := range s.People {
		p = p.clone()
		p.Phone, p.Mobile = phone.Normalize(p.Phone), phone.Normalize(p.Mobile)
		r.people, r.byID[p.ID] = append(r.people, p), i
	}
	for _, d := range s.Duties {
		ready := duty{Duty: d, overrides: map[string][]shift{}}
		var err error
		if ready.shifts, err = r.shifts(d.Shifts); err != nil {
			return nil, fmt.Errorf("make roster: list %s: %w", d.ID, err)
		}
		for _, o := range d.Overrides {
			if ready.overrides[o.Date], err = r.shifts(o.Shifts); err != nil {
				return nil, fmt.Errorf("make roster: list %s on %s: %w", d.ID, o.Date, err)
			}
		}
		r.duties = append(r.duties, ready)
	}
	return r, nil
}

func (r *Roster) shifts(list []Shift) ([]shift, error) {
	ready := make([]shift, 0, len(list)) // not nil: an override without shifts is one too
	for _, s := range list {
		from, err := workday.TimeOfDay(s.From)
		if err != nil {
			return nil, fmt.Errorf("read beginning of shift: %w", err)
		}
		to, err := workday.TimeOfDay(s.To)
		if err != nil {
			return nil, fmt.Errorf("read end of shift: %w", err)
		}
		if to <= from {
			to += day
		}
		sh := shift{from: from, to: to, dates: map[string]bool{}}
		for _, d := range s.Days {
			if w, ok := workday.Weekday(d); ok {
				sh.weekdays[w] = true
			} else {
				sh.dates[d] = true
			}
		}
		for _, id := range s.People {
			sh.people = append(sh.people, r.byID[id])
		}
		ready = append(ready, sh)
	}
	return ready, nil
}

// Person is the one with this id.
func (r *Roster) Person(id string) (Person, bool) {
	i, ok := r.byID[id]
	if !ok {
		return Person{}, false
	}
	return r.people[i].clone(), true
}

// OnDuty is who is on a list at t, first whom to call first: those of the shift that began the day before, then those
// of the day in the order of the list. A list that does not exist has nobody.
func (r *Roster) OnDuty(list string, t time.Time) []Person {
	return r.named(r.onLists(t, func(d *duty) bool { return d.ID == list }))
}

// OnDutyFor is who is on any of the lists of a kind at t.
func (r *Roster) OnDutyFor(kind string, t time.Time) []Person {
	return r.named(r.onLists(t, func(d *duty) bool { return kind != "" && d.Kind == kind }))
}

// onLists is who is on one of the lists at t, each once.
func (r *Roster) onLists(t time.Time, wanted func(*duty) bool) []int {
	local := t.In(r.zone)
	today := onDay(local)
	var on []int
	for i := range r.duties {
		if d := &r.duties[i]; wanted(d) {
			on = d.add(on, today.before(), today.minute+day)
			on = d.add(on, today, today.minute)
		}
	}
	return slices.DeleteFunc(on, func(p int) bool { return r.people[p].away(today.date) })
}

// moment is a minute of a day on the wall clock.
type moment struct {
	local   time.Time
	date    string
	weekday time.Weekday
	minute  int
}

func onDay(local time.Time) moment {
	return moment{local, local.Format(time.DateOnly), local.Weekday(), local.Hour()*60 + local.Minute()}
}

// before is the day before. It is found at noon, which no zone leaves out.
func (m moment) before() moment {
	y, mon, d := m.local.Date()
	return onDay(time.Date(y, mon, d-1, 12, 0, 0, 0, time.UTC))
}

// add appends those who are on the list by a shift that began on a day, so many minutes after its midnight.
func (d *duty) add(on []int, began moment, minute int) []int {
	shifts, replaced := d.overrides[began.date]
	if !replaced {
		shifts = d.shifts
	}
	for _, s := range shifts {
		if minute < s.from || minute >= s.to || !replaced && !s.weekdays[began.weekday] && !s.dates[began.date] {
			continue
		}
		for _, p := range s.people {
			if !slices.Contains(on, p) {
				on = append(on, p)
			}
		}
	}
	return on
}

// Gap is a time in which nobody is on a list.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// MaxLook is how far Uncovered looks at once.
const MaxLook = 31 * 24 * time.Hour

// Uncovered are the times within some time from an instant, at most MaxLook, in which nobody is on a list, to the
// minute: to warn of before a breakdown finds them.
func (r *Roster) Uncovered(list string, from time.Time, within time.Duration) []Gap {
	from = from.In(r.zone).Truncate(time.Minute)
	end := from.Add(min(within, MaxLook))
	var gaps []Gap
	for t := from; t.Before(end); t = t.Add(time.Minute) {
		if len(r.onLists(t, func(d *duty) bool { return d.ID == list })) > 0 {
			continue
		}
		if n := len(gaps); n > 0 && gaps[n-1].To.Equal(t) {
			gaps[n-1].To = t.Add(time.Minute)
		} else {
			gaps = append(gaps, Gap{t, t.Add(time.Minute)})
		}
	}
	return gaps
}

func (r *Roster) named(people []int) []Person {
	out := make([]Person, len(people))
	for i, p := range people {
		out[i] = r.people[p].clone()
	}
	return out
}

// away reports whether somebody is not to be called on a day.
func (p Person) away(date string) bool {
	return slices.ContainsFunc(p.Away, func(a Away) bool { return a.From <= date && date <= a.To })
}

func (p Person) clone() Person {
	p.Skills, p.Vehicles, p.Away = slices.Clone(p.Skills), slices.Clone(p.Vehicles), slices.Clone(p.Away)
	if p.Place != nil {
		place := *p.Place
		p.Place = &place
	}
	return p
}

// WithPhone is who of the roster has a telephone number, normalised, or an extension of the house.
func (r *Roster) WithPhone(number string) (Person, bool) {
	i := slices.IndexFunc(r.people, func(p Person) bool { return number != "" && (p.Phone == number || p.Mobile == number) })
	if i < 0 {
		return Person{}, false
	}
	return r.people[i].clone(), true
}
