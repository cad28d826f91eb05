package workday_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
)

// What the notices say in sum: how many days are off, and that only days of weekends are worked.
func TestPublishedYears(t *testing.T) {
	known := workday.Known(nil)
	want := []struct{ year, holidays, swaps int }{{2024, 28, 8}, {2025, 28, 5}, {2026, 33, 6}}
	if len(known) != len(want) {
		t.Fatalf("%d years", len(known))
	}
	for i, w := range want {
		y := known[i]
		if y.Year != w.year || len(y.Holidays) != w.holidays || len(y.Swaps) != w.swaps {
			t.Errorf("%d: %d holidays, %d swap days, want %+v", y.Year, len(y.Holidays), len(y.Swaps), w)
		}
		if errs := y.Validate(); len(errs) > 0 {
			t.Error(errs)
		}
		for _, s := range y.Swaps {
			if d, err := time.Parse(time.DateOnly, s.Date); err != nil || d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
				t.Errorf("%s is worked, but is a %s", s.Date, d.Weekday())
			}
		}
		// A swap is fair: as many weekdays off as the law gives (11 days in 2024, 13 from 2025 on) and weekends make up for.
		off := 0
		for _, h := range y.Holidays {
			if d, _ := time.Parse(time.DateOnly, h.Date); d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
				off++
			}
		}
		if law := map[int]int{2024: 11, 2025: 13, 2026: 13}[y.Year]; off-len(y.Swaps) > law {
			t.Errorf("%d: %d weekdays off and %d made up for, more than %d", y.Year, off, len(y.Swaps), law)
		}
	}
}

// Every data file is one of the years, under its own name.
func TestDataFiles(t *testing.T) {
	files, err := filepath.Glob("years/*.json")
	if err != nil || len(files) != len(workday.Known(nil)) {
		t.Fatalf("%d files (%v), %d years", len(files), err, len(workday.Known(nil)))
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if y, err := workday.ParseYear(data); err != nil || strings.TrimSuffix(filepath.Base(f), ".json") != time.Date(y.Year, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006") {
			t.Errorf("%s: year %d, %v", f, y.Year, err)
		}
	}
}

func TestWhoDecidesADay(t *testing.T) {
	c := shop()
	c.Holidays = []string{"2025-10-11", "2026-06-01"}                        // a worked Saturday, a Monday
	c.SwapDays = map[string]string{"2025-10-03": "sat", "2026-06-01": "sat"} // a public holiday, an own one
	own := []workday.Year{{Year: 2026, Holidays: []workday.Day{{Date: "2026-05-06"}}, Swaps: []workday.Swap{
		{Date: "2026-05-10", For: "2026-05-06"}, {Date: "2026-05-17", Like: "fri"}, {Date: "2026-05-24", For: "2026-05-23"},
	}}}
	c.Week["wed"] = []workday.Period{{From: "10:00", To: "11:00"}}
	c.Week["fri"] = []workday.Period{{From: "14:00", To: "15:00"}}
	for _, tc := range []struct {
		why, at string
		own     []workday.Year
		want    bool
	}{
		{"public holiday", "2025-10-02 10:00", nil, false},
		{"own swap day wins over the public holiday", "2025-10-03 10:00", nil, true},
		{"with that day's hours", "2025-10-03 14:30", nil, false},
		{"own holiday wins over the public swap day", "2025-10-11 10:00", nil, false},
		{"own swap day wins over the own holiday", "2026-06-01 09:30", nil, true},
		{"published", "2026-05-04 09:00", nil, false},
		{"an own year counts instead of the published", "2026-05-04 09:00", own, true},
		{"and its holidays count", "2026-05-06 10:30", own, false},
		{"made up for a Wednesday", "2026-05-10 10:30", own, true},
		{"and closed when Wednesdays are", "2026-05-10 09:30", own, false},
		{"worked like a Friday", "2026-05-17 14:30", own, true},
		{"made up for a weekend: like a Monday", "2026-05-24 09:30", own, true},
		{"other years stay published", "2025-05-01 09:00", own, false},
	} {
		now := at(t, time.UTC, tc.at)
		k, err := workday.NewClock(c, tc.own, nil)
		if err != nil {
			t.Fatal(err)
		}
		if k.Open(now) != tc.want || c.Open(now, tc.own...) != tc.want {
			t.Errorf("%s: %s open %v and %v, want %v", tc.why, tc.at, k.Open(now), c.Open(now, tc.own...), tc.want)
		}
	}
	if c.Public = false; !c.Open(at(t, time.UTC, "2026-05-04 09:00")) {
		t.Error("a calendar that does not follow the public holidays keeps one")
	}
	own[0].Swaps = append(own[0].Swaps, workday.Swap{Date: "2026-05-06"})
	if c.Public = true; !refused(c, own) {
		t.Error("a year that has a day twice makes a clock")
	}
}

func refused(c workday.Calendar, own []workday.Year) bool {
	_, err := workday.NewClock(c, own, nil)
	return fault.CodeOf(err) == fault.Invalid
}

func TestMissingYears(t *testing.T) {
	next := []workday.Year{{Year: 2027}}
	for _, tc := range []struct {
		now  string
		own  []workday.Year
		year int
	}{
		{"2026-10-31 23:59", nil, 0},
		{"2026-11-01 00:00", nil, 2027},
		{"2026-12-31 23:59", next, 0},
		{"2027-01-01 00:00", nil, 2027},
		{"2027-06-01 00:00", next, 0},
		{"2027-11-01 00:00", next, 2028},
		{"2025-12-01 00:00", nil, 0},
		{"2023-12-01 00:00", nil, 2023},
	} {
		if year, missing := workday.Missing(tc.own, at(t, time.UTC, tc.now)); year != tc.year || missing != (tc.year != 0) {
			t.Errorf("%s: %d, %v, want %d", tc.now, year, missing, tc.year)
		}
	}
}

// Known hands out years that are the caller's own.
func TestKnownYearsAreCopies(t *testing.T) {
	own := []workday.Year{{Year: 2027, Holidays: []workday.Day{{Date: "2027-01-01"}}}, {Year: 2025}}
	known := workday.Known(own)
	if len(known) != 4 || known[1].Year != 2025 || len(known[1].Holidays) != 0 || known[3].Year != 2027 {
		t.Fatalf("%+v", known)
	}
	known[0].Holidays[0].Date = "changed"
	known[3].Holidays[0].Date = "changed"
	if workday.Known(nil)[0].Holidays[0].Date != "2024-01-01" || own[0].Holidays[0].Date != "2027-01-01" {
		t.Error("a change of the copy changed the original")
	}
}

func TestYearsThatAreRefused(t *testing.T) {
	for _, tc := range []struct{ data, want string }{
		{`{"year": 2026`, "unexpected EOF"},
		{`{"year": 2026} {}`, "more after it"},
		{`{"year": 2026, "week": {}}`, "unknown field"},
		{`{"year": 26}`, "year: 26"},
		{`{"year": 2026, "holidays": [{"date": "2026-02-30"}]}`, "holidays[0].date"},
		{`{"year": 2026, "holidays": [{"date": "2025-12-31"}]}`, "holidays[0].date"},
		{`{"year": 2026, "holidays": [{"date": "2026-10-01"}], "swaps": [{"date": "2026-10-01"}]}`, "swaps[0].date: 2026-10-01 is there twice"},
		{`{"year": 2026, "swaps": [{"date": "2026-10-10", "like": "sat"}]}`, "swaps[0].like"},
		{`{"year": 2026, "swaps": [{"date": "2026-10-10", "for": "Friday"}]}`, "swaps[0].for"},
	} {
		if _, err := workday.ParseYear([]byte(tc.data)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", tc.data, err, tc.want)
		}
	}
}

func FuzzParseYear(f *testing.F) {
	for _, y := range workday.Known(nil) {
		data, err := json.Marshal(y)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"year":2027,"swaps":[{"date":"2027-10-10","like":"thu","for":"2026-12-31"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		y, err := workday.ParseYear(data)
		if err != nil {
			return
		}
		out, err := json.Marshal(y)
		if err != nil {
			t.Fatal(err)
		}
		again, err := workday.ParseYear(out)
		if err != nil || again.Year != y.Year || !slices.Equal(again.Holidays, y.Holidays) || !slices.Equal(again.Swaps, y.Swaps) {
			t.Errorf("%s became %s: %v", data, out, err)
		}
		if _, err := workday.NewClock(office(), []workday.Year{y}, nil); err != nil {
			t.Errorf("a sound year makes no clock: %v", err)
		}
	})
}

// FuzzCalendar: what Validate lets through makes a clock, or is never open, and the clock answers.
func FuzzCalendar(f *testing.F) {
	for _, c := range []workday.Calendar{office(), shop(), {ID: "x", Week: week("sun"), Holidays: []string{"2026-10-01"}, SwapDays: map[string]string{"2026-10-10": "thu"}}} {
		data, err := json.Marshal(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"id":"n","week":{"mon":[{"from":"00:00","to":"24:00"},{"from":"23:59","to":"24:00"}]}}`))
	f.Add([]byte(`{"id":"n","week":{"mon":[{"from":"+8:00","to":"-0:30"}]},"holidays":["0000-01-01","9999-12-31"]}`))
	now := time.Date(2026, 3, 28, 22, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		var c workday.Calendar
		if json.Unmarshal(data, &c) != nil {
			return
		}
		_ = c.Open(now)
		sound := len(c.Validate()) == 0
		k, err := workday.NewClock(c, nil, nil)
		if err != nil {
			if sound && slices.ContainsFunc(weekdayNames, func(d string) bool { return len(c.Week[d]) > 0 }) {
				t.Errorf("%s is sound, but makes no clock: %v", data, err)
			}
			return
		}
		if due := k.Add(now, time.Hour); due.Before(now) || k.Open(now) != c.Open(now) {
			t.Errorf("%s: due %v", data, due)
		}
	})
}

var weekdayNames = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} //nolint:gochecknoglobals // a constant table
