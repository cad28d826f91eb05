package workday

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Year is the public holidays of a year with the weekends that are worked for them.
type Year struct {
	Year     int    `json:"year"`
	Holidays []Day  `json:"holidays"`
	Swaps    []Swap `json:"swaps,omitempty"`
}

// Day is one public holiday.
type Day struct {
	Date string `json:"date"`           // as 2026-10-01
	Name string `json:"name,omitempty"` // 国庆节
}

// Swap is a day of a weekend that is worked (调休).
type Swap struct {
	Date string `json:"date"`
	// Like is the weekday whose hours are worked, "mon" … "fri"; empty for that of the day it makes up for.
	Like string `json:"like,omitempty"`
	// For is the day it makes up for. When it is unknown, as in the notices, the hours are those of a Monday.
	For string `json:"for,omitempty"`
}

// weekday is the weekday whose hours are worked.
func (s Swap) weekday() string {
	if s.Like != "" {
		return s.Like
	}
	if t, err := time.Parse(time.DateOnly, s.For); err == nil && t.Weekday() != time.Saturday && t.Weekday() != time.Sunday {
		return weekdays[t.Weekday()]
	}
	return weekdays[time.Monday]
}

// like is the weekday whose hours are worked on a day, "" for a holiday; ok is false for a day like any other.
func (y Year) like(date string) (weekday string, ok bool) {
	for _, s := range y.Swaps {
		if s.Date == date {
			return s.weekday(), true
		}
	}
	return "", slices.ContainsFunc(y.Holidays, func(d Day) bool { return d.Date == date })
}

// Validate reports every mistake, each naming its field.
func (y Year) Validate() []error {
	var errs mistakes
	if y.Year < 1949 || y.Year > 2199 {
		errs.add("year: %d is no year of public holidays", y.Year)
	}
	seen := map[string]bool{}
	within := func(path, date string) {
		errs.date(path, date)
		if !strings.HasPrefix(date, fmt.Sprintf("%04d-", y.Year)) {
			errs.add("%s: %q is not in %d", path, date, y.Year)
		}
		if seen[date] {
			errs.add("%s: %s is there twice", path, date)
		}
		seen[date] = true
	}
	for i, d := range y.Holidays {
		within(fmt.Sprintf("holidays[%d].date", i), d.Date)
	}
	for i, s := range y.Swaps {
		within(fmt.Sprintf("swaps[%d].date", i), s.Date)
		if s.Like != "" && (!isWeekday(s.Like) || s.Like == "sat" || s.Like == "sun") {
			errs.add("swaps[%d].like: %q is none of mon, tue, wed, thu, fri", i, s.Like)
		}
		if s.For != "" { // may be in another year: New Year's holidays begin in December
			errs.date(fmt.Sprintf("swaps[%d].for", i), s.For)
		}
	}
	return errs
}

// ParseYear reads a year as it stands in the data files, and refuses one with a mistake or a field it does not know.
func ParseYear(data []byte) (Year, error) {
	var y Year
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&y); err != nil {
		return Year{}, fmt.Errorf("read year of holidays: %w", err)
	}
	if dec.More() {
		return Year{}, errors.New("read year of holidays: there is more after it")
	}
	if err := errors.Join(y.Validate()...); err != nil {
		return Year{}, fmt.Errorf("read year of holidays: %w", err)
	}
	return y, nil
}

//go:embed years/*.json
var files embed.FS

// published are the years in the program, in order. A file that cannot be read is as one that is missing, of which
// Missing warns.
var published = sync.OnceValue(func() []Year { //nolint:gochecknoglobals // a constant table, read once
	var years []Year
	names, err := files.ReadDir("years")
	if err != nil {
		return nil
	}
	for _, name := range names {
		data, err := files.ReadFile("years/" + name.Name())
		if err != nil {
			continue
		}
		if y, err := ParseYear(data); err == nil {
			years = append(years, y)
		}
	}
	return years
})

// yearOf is the public holidays of a year: those given, else those in the program, else none.
func yearOf(year int, own []Year) Year {
	is := func(y Year) bool { return y.Year == year }
	if i := slices.IndexFunc(own, is); i >= 0 {
		return own[i]
	}
	if all := published(); slices.ContainsFunc(all, is) {
		return all[slices.IndexFunc(all, is)]
	}
	return Year{}
}

// Known are all the years whose holidays are known, in order: those given, and those in the program for the others.
func Known(own []Year) []Year {
	var numbers []int
	for _, y := range slices.Concat(own, published()) {
		numbers = append(numbers, y.Year)
	}
	slices.Sort(numbers)
	var all []Year
	for _, n := range slices.Compact(numbers) {
		y := yearOf(n, own)
		y.Holidays, y.Swaps = slices.Clone(y.Holidays), slices.Clone(y.Swaps)
		all = append(all, y)
	}
	return all
}

// Missing says whose holidays have to be asked for: this year's when they are not known, and from 1 November on next
// year's, whose arrangement is out by then or about to be. own are the years of the settings; now is in the
// dealership's zone.
func Missing(own []Year, now time.Time) (year int, missing bool) {
	if this := now.Year(); yearOf(this, own).Year != this {
		return this, true
	}
	if next := now.Year() + 1; now.Month() >= time.November && yearOf(next, own).Year != next {
		return next, true
	}
	return 0, false
}
