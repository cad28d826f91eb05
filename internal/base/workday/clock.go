package workday

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Horizon is how far a clock looks: what has not happened within it, a hundred years, never does.
const Horizon = 100 * 365 * 24 * time.Hour

// Clock reckons in the working time of a calendar. It never changes, and any goroutine may use it. The times it
// returns are in its zone.
type Clock struct {
	zone   *time.Location
	always bool
	week   [7][]stretch // the open periods of each weekday, from Sunday, in order and apart
	days   []special    // by day
}

// stretch is part of a day, as time after midnight on the wall clock.
type stretch struct{ from, to time.Duration }

// special is a day that is not worked like its weekday.
type special struct {
	day  int64        // since 1970-01-01
	like time.Weekday // or closed
}

const closed time.Weekday = -1

// NewClock makes a calendar ready to reckon with. When it follows the public holidays, they are those in the program,
// and years, each of which counts instead of the program's. A nil zone is UTC. A calendar or a year with a mistake is
// refused, and a calendar without any period in the week: no deadline would ever come.
func NewClock(c Calendar, years []Year, zone *time.Location) (*Clock, error) {
	if err := errors.Join(c.check()...); err != nil {
		return nil, fmt.Errorf("make clock of calendar %s: %w", c.ID, err)
	}
	if zone == nil {
		zone = time.UTC
	}
	k := &Clock{zone: zone}
	if err := k.addWeek(c); err != nil {
		return nil, fmt.Errorf("make clock of calendar %s: %w", c.ID, err)
	}
	if err := k.addDays(c, years); err != nil {
		return nil, fmt.Errorf("make clock of calendar %s: %w", c.ID, err)
	}
	k.always = k.full()
	return k, nil
}

// addWeek enters the periods of the weekdays.
func (k *Clock) addWeek(c Calendar) error {
	empty := true
	for i, name := range weekdays {
		for _, p := range c.Week[name] {
			from, err := TimeOfDay(p.From)
			if err != nil {
				return err
			}
			to, err := TimeOfDay(p.To)
			if err != nil {
				return err
			}
			k.week[i] = append(k.week[i], stretch{time.Duration(from) * time.Minute, time.Duration(to) * time.Minute})
			empty = false
		}
		slices.SortFunc(k.week[i], func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	}
	if empty {
		return fault.New(fault.Invalid, "hours.never_open", "the calendar is never open")
	}
	return nil
}

// full reports whether there is no closed moment in any week.
func (k *Clock) full() bool {
	if len(k.days) > 0 {
		return false
	}
	for _, periods := range k.week {
		end := time.Duration(0)
		for _, p := range periods {
			if p.from != end {
				return false
			}
			end = p.to
		}
		if end != 24*time.Hour {
			return false
		}
	}
	return true
}

// addDays enters the special days, what wins last.
func (k *Clock) addDays(c Calendar, years []Year) error {
	likes := map[string]string{}
	if c.Public {
		for _, y := range years {
			if err := errors.Join(y.Validate()...); err != nil {
				return fmt.Errorf("year %d: %w", y.Year, err)
			}
		}
		for _, y := range Known(years) {
			for _, d := range y.Holidays {
				likes[d.Date] = ""
			}
			for _, s := range y.Swaps {
				likes[s.Date] = s.weekday()
			}
		}
	}
	for _, d := range c.Holidays {
		likes[d] = ""
	}
	maps.Copy(likes, c.SwapDays)
	for date, like := range likes {
		day, err := dayOf(date)
		if err != nil {
			return err
		}
		k.days = append(k.days, special{day, time.Weekday(slices.Index(weekdays[:], like))}) // "" is at -1, closed
	}
	slices.SortFunc(k.days, func(a, b special) int { return cmp.Compare(a.day, b.day) })
	return nil
}

// Always is the clock that never stops: 24 hours on 7 days. A nil zone is UTC.
func Always(zone *time.Location) *Clock {
	if zone == nil {
		zone = time.UTC
	}
	return &Clock{zone: zone, always: true}
}

// Open reports whether t is working time.
func (k *Clock) Open(t time.Time) bool {
	if k.always {
		return true
	}
	w := k.from(t)
	from, _, ok := w.next(1)
	return ok && from == 0
}

// Add is the earliest instant at which d of working time has passed since from. With nothing to wait for, the next
// opening, or from itself while open. A negative d counts as 0. What is further away than [Horizon] is at from plus
// Horizon.
func (k *Clock) Add(from time.Time, d time.Duration) time.Time {
	d = max(d, 0)
	if k.always {
		return k.at(from, min(d, Horizon))
	}
	w := k.from(from)
	for {
		start, end, ok := w.next(Horizon)
		if !ok {
			return k.at(from, Horizon)
		}
		if d <= end-start {
			return k.at(from, min(start+d, Horizon))
		}
		d -= end - start
	}
}

// Back is the latest instant from which d of working time passes until t: t itself for d of 0 or less. Back from Add
// is where Add began to count. What is further away than [Horizon] is at t minus Horizon.
func (k *Clock) Back(t time.Time, d time.Duration) time.Time {
	d = min(max(d, 0), Horizon)
	if k.always || d == 0 {
		return k.at(t, -d)
	}
	for reach := 2*d + 14*24*time.Hour; ; reach *= 4 {
		if reach <= 0 || reach > Horizon { // 0 or less is beyond what a Duration holds
			reach = Horizon
		}
		base := k.at(t, -reach)
		if spare := k.Between(base, t) - d; spare >= 0 {
			x := k.Add(base, spare)
			open, _ := k.NextOpen(x)
			return open
		}
		if reach == Horizon {
			return base
		}
	}
}

// Between is the working time from a to b, negative when b is before a. Times further apart than a Duration can say,
// some 292 years, count as just so far apart.
func (k *Clock) Between(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -k.Between(b, a)
	}
	far := b.Sub(a)
	if k.always {
		return far
	}
	far = min(far, never-48*time.Hour) // so that the end of its last day can still be said
	var sum time.Duration
	w := k.from(a)
	for {
		start, end, ok := w.next(far)
		if !ok {
			return sum
		}
		sum += min(end, far) - start
	}
}

// NextOpen is t while open, and otherwise the next opening; ok is false when there is none within [Horizon].
func (k *Clock) NextOpen(t time.Time) (opens time.Time, ok bool) {
	if k.always {
		return k.at(t, 0), true
	}
	w := k.from(t)
	start, _, ok := w.next(Horizon)
	if !ok {
		return time.Time{}, false
	}
	return k.at(t, start), true
}

// Closes is when what is open at t closes, lunch included; ok is false when it is not open, or never closes.
func (k *Clock) Closes(t time.Time) (closes time.Time, ok bool) {
	if k.always {
		return time.Time{}, false
	}
	w := k.from(t)
	start, end, ok := w.next(1)
	if !ok || start != 0 {
		return time.Time{}, false
	}
	for { // over midnight, and over a change of the zone's time
		start, next, ok := w.next(Horizon)
		switch {
		case !ok && end >= Horizon:
			return time.Time{}, false
		case !ok || start != end:
			return k.at(t, end), true
		}
		end = next
	}
}

// Resume is a deadline after a wait that did not count, as for the customer's answer: what was left of it when the
// wait began is left when the wait ends. A deadline that had passed by then stays. It never moves earlier.
func (k *Clock) Resume(due, began, ended time.Time) time.Time {
	left := k.Between(began, due)
	if left <= 0 || !ended.After(began) {
		return due
	}
	return k.Add(ended, left)
}

// at is an instant some time after another, in the clock's zone and without the reading of a monotonic clock.
func (k *Clock) at(t time.Time, after time.Duration) time.Time {
	return t.Round(0).Add(after).In(k.zone)
}
