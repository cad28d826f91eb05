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
	// Public makes the calendar follow the public holidays and their swap days; what it lists itself wins over them.
	Public bool `json:"public_holidays,omitempty"`
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

// Open reports whether the calendar is open at t, which must be in the dealership's zone. The public holidays are
// those in the program and the years given, of which each counts instead of the program's. Whoever asks often makes
// a [Clock].
func (c Calendar) Open(t time.Time, years ...Year) bool {
	minute := t.Hour()*60 + t.Minute()
	for _, p := range c.Week[c.like(t, years)] {
		from, err1 := TimeOfDay(p.From)
		to, err2 := TimeOfDay(p.To)
		if err1 == nil && err2 == nil && minute >= from && minute < to {
			return true
		}
	}
	return false
}

// like is the weekday whose periods count on the day of t, "" when it is closed.
func (c Calendar) like(t time.Time, years []Year) string {
	date := t.Format(time.DateOnly)
	if swap, ok := c.SwapDays[date]; ok {
		return swap
	}
	if slices.Contains(c.Holidays, date) {
		return ""
	}
	if c.Public {
		if like, ok := yearOf(t.Year(), years).like(date); ok {
			return like
		}
	}
	return weekdays[t.Weekday()]
}

// Validate reports every mistake, each naming its field.
func (c Calendar) Validate() []error {
	var errs mistakes
	if c.ID == "" {
		errs.add("id: must not be empty")
	}
	return append(errs, c.check()...)
}

// check is all of Validate except for the name.
func (c Calendar) check() mistakes {
	var errs mistakes
	for day, periods := range c.Week {
		if !isWeekday(day) {
			errs.add("week.%s: not a weekday (mon, tue, wed, thu, fri, sat, sun)", day)
		}
		errs.periods("week."+day, periods)
	}
	for i, d := range c.Holidays {
		errs.date(fmt.Sprintf("holidays[%d]", i), d)
	}
	for d, w := range c.SwapDays {
		errs.date("swap_days", d)
		if !isWeekday(w) {
			errs.add("swap_days.%s: %q is not a weekday", d, w)
		}
	}
	return errs
}

// mistakes are what is wrong with opening hours.
type mistakes []error

func (m *mistakes) add(format string, args ...any) {
	*m = append(*m, fault.New(fault.Invalid, "hours.invalid", format, args...))
}

func (m *mistakes) date(path, date string) {
	if _, err := dayOf(date); err != nil {
		m.add("%s: %w", path, err)
	}
}

// periods checks those of a day: each ends after it begins, and none begins before another has ended.
func (m *mistakes) periods(path string, periods []Period) {
	type span struct{ i, from, to int }
	var sound []span
	for i, p := range periods {
		from, err := TimeOfDay(p.From)
		if err != nil {
			m.add("%s[%d].from: %w", path, i, err)
		}
		to, err2 := TimeOfDay(p.To)
		switch {
		case err2 != nil:
			m.add("%s[%d].to: %w", path, i, err2)
		case err != nil:
		case to <= from:
			m.add("%s[%d]: ends at %s, which is not after %s", path, i, p.To, p.From)
		default:
			sound = append(sound, span{i, from, to})
		}
	}
	slices.SortStableFunc(sound, func(a, b span) int { return a.from - b.from })
	for k := 1; k < len(sound); k++ {
		if a, b := sound[k-1], sound[k]; b.from < a.to {
			m.add("%s[%d]: %s to %s overlaps with %s to %s", path, b.i,
				periods[b.i].From, periods[b.i].To, periods[a.i].From, periods[a.i].To)
		}
	}
}

func isWeekday(s string) bool { return slices.Contains(weekdays[:], s) }

// Weekday reads the name of a weekday, "mon" … "sun".
func Weekday(name string) (day time.Weekday, ok bool) {
	i := slices.Index(weekdays[:], name)
	return time.Weekday(max(i, 0)), i >= 0
}

// TimeOfDay reads a time of the wall clock, "00:00" to "24:00", as minutes after midnight.
func TimeOfDay(s string) (minute int, err error) {
	if len(s) != 5 || s[2] != ':' || !digits(s[:2]) || !digits(s[3:]) {
		return 0, fmt.Errorf("%q is not a time of day like 08:30", s)
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	if m > 59 || h*60+m > 24*60 {
		return 0, fmt.Errorf("%q is not a time of day like 08:30", s)
	}
	return h*60 + m, nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// dayOf reads a date as days since 1970-01-01.
func dayOf(date string) (int64, error) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date like 2026-10-01", date)
	}
	return floor(t.Unix(), secondsPerDay), nil
}

const secondsPerDay = 24 * 60 * 60

// floor is the quotient rounded down, also of what is below zero.
func floor(n, by int64) int64 {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}
