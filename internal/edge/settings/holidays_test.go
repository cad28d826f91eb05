package settings_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

// A year of the settings counts instead of the program's, and only for calendars that follow the public holidays.
func TestHolidaysOfTheSettings(t *testing.T) {
	week := map[string][]workday.Period{"wed": {{From: "08:00", To: "18:00"}}, "thu": {{From: "08:00", To: "18:00"}}}
	d := &settings.Document{Calendars: []workday.Calendar{{ID: "public", Week: week, Public: true}, {ID: "own", Week: week}}}
	own := []workday.Year{{Year: 2026, Holidays: []workday.Day{{Date: "2026-09-30"}}}}
	for _, tc := range []struct {
		date        string
		years       []workday.Year
		public, own bool
	}{
		{"2026-10-01", nil, false, true}, // National Day
		{"2026-09-30", nil, true, true},
		{"2026-10-01", own, true, true},
		{"2026-09-30", own, false, true},
		{"2025-10-01", own, false, true},
	} {
		d.HolidayYears = tc.years
		at, err := time.ParseInLocation("2006-01-02 15:04", tc.date+" 10:00", d.Location())
		if err != nil {
			t.Fatal(err)
		}
		if got := d.IsOpen("public", at); got != tc.public {
			t.Errorf("%s with %d years: open %v, want %v", tc.date, len(tc.years), got, tc.public)
		}
		if got := d.IsOpen("own", at); got != tc.own {
			t.Errorf("%s with %d years: the calendar of its own is open %v", tc.date, len(tc.years), got)
		}
	}
}

func TestAYearTwiceIsRefused(t *testing.T) {
	_, err := settings.Parse([]byte(`{"format": 1, "holiday_years": [{"year": 2027, "holidays": []}, {"year": 2028, "holidays": []}, {"year": 2027, "holidays": []}]}`), nil)
	var ps settings.Problems
	if !errors.As(err, &ps) || !slices.ContainsFunc(ps, func(p settings.Problem) bool { return p.Path == "holiday_years[2].year" }) {
		t.Errorf("%v", err)
	}
}

func TestAFileOfHolidays(t *testing.T) {
	k := keeper(t)
	v, err := k.PutHolidayYear(t.Context(), []byte(`{"year": 2028, "holidays": [{"date": "2028-01-01", "name": "元旦"}]}`), "root")
	if err != nil || v != k.Version() {
		t.Fatalf("%d %v", v, err)
	}
	if _, err := k.PutHolidayYear(t.Context(), []byte(`{"year": 2027, "holidays": []}`), "root"); err != nil {
		t.Fatal(err)
	}
	if own := k.Current().HolidayYears; len(own) != 2 || own[0].Year != 2027 || own[1].Year != 2028 {
		t.Errorf("%+v", own)
	}
	before := k.Version()
	for _, bad := range []string{"", "{}", `{"year": 2027, "holidays": [{"date": "2026-01-01"}]}`, `{"year": 2027, "unknown": 1}`} {
		if _, err := k.PutHolidayYear(t.Context(), []byte(bad), "root"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if k.Version() != before {
		t.Error("something was taken in")
	}
}
