package settings_test

import (
	"testing"
	"time"

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
