// Package workday knows when the dealership is open: several periods a day, public holidays, and the working
// weekends (调休) that make up for them.
package workday

import (
	"fmt"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Calendar is one set of opening hours.
type Calendar struct {
	ID string `json:"id"`
	// Week holds the periods of each weekday, "mon" … "sun". A day without periods is closed.
	Week map[string][]Period `json:"week"`
	// Holidays are days that are closed whatever the weekday, as 2026-10-01.
	Holidays []string `json:"holidays,omitempty"`
	// SwapDays are days that are worked like the weekday given, as {"2026-10-10": "thu"}.
	SwapDays map[string]string `json:"swap_days,omitempty"`
}

// Period is part of a day, in minutes of the wall clock: "08:30" to "12:00". The end is exclusive; "24:00" is
// midnight.
type Period struct {
	From string `json:"from"`
	To   string `json:"to"`
}

var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} //nolint:gochecknoglobals // a constant table

// Open reports whether the calendar is open at t, which must be in the dealership's zone.
func (c Calendar) Open(t time.Time) bool {
	day := t.Format(time.DateOnly)
	weekday := weekdays[t.Weekday()]
	if swap, ok := c.SwapDays[day]; ok {
		weekday = swap
	} else if slices.Contains(c.Holidays, day) {
		return false
	}
	minute := t.Hour()*60 + t.Minute()
	for _, p := range c.Week[weekday] {
		from, err1 := minutes(p.From)
		to, err2 := minutes(p.To)
		if err1 == nil && err2 == nil && minute >= from && minute < to {
			return true
		}
	}
	return false
}

// Validate reports every mistake, each naming its field.
func (c Calendar) Validate() []error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fault.New(fault.Invalid, "hours.invalid", format, args...))
	}
	if c.ID == "" {
		bad("id: must not be empty")
	}
	for day, periods := range c.Week {
		if !isWeekday(day) {
			bad("week.%s: not a weekday (mon, tue, wed, thu, fri, sat, sun)", day)
		}
		for i, p := range periods {
			from, err := minutes(p.From)
			if err != nil {
				bad("week.%s[%d].from: %w", day, i, err)
			}
			to, err := minutes(p.To)
			if err != nil {
				bad("week.%s[%d].to: %w", day, i, err)
			} else if to <= from {
				bad("week.%s[%d]: ends at %s, which is not after %s", day, i, p.To, p.From)
			}
		}
	}
	for i, d := range c.Holidays {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			bad("holidays[%d]: %q is not a date like 2026-10-01", i, d)
		}
	}
	for d, w := range c.SwapDays {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			bad("swap_days: %q is not a date like 2026-10-10", d)
		}
		if !isWeekday(w) {
			bad("swap_days.%s: %q is not a weekday", d, w)
		}
	}
	return errs
}

func isWeekday(s string) bool {
	for _, w := range weekdays {
		if w == s {
			return true
		}
	}
	return false
}

func minutes(s string) (int, error) {
	var h, m int
	if n, err := fmt.Sscanf(s, "%2d:%2d", &h, &m); n != 2 || err != nil || len(s) != 5 || h < 0 || h > 24 || m < 0 || m > 59 || h*60+m > 24*60 {
		return 0, fmt.Errorf("%q is not a time of day like 08:30", s)
	}
	return h*60 + m, nil
}
