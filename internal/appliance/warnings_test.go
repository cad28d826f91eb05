package appliance

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

func TestUnknownHolidaysAreWarnedOf(t *testing.T) {
	zone := (&settings.Document{}).Location()
	d := &settings.Document{Calendars: []workday.Calendar{{ID: "house", Public: true}}}
	october, november := time.Date(2026, 10, 31, 23, 59, 0, 0, zone), time.Date(2026, 11, 1, 0, 0, 0, 0, zone)
	if w := holidayWarnings(d, october); len(w) != 0 {
		t.Errorf("%+v", w)
	}
	if w := holidayWarnings(d, november); len(w) != 1 || w[0].Code != "holidays.missing" || w[0].What != "2027" {
		t.Errorf("%+v", w)
	}
	d.HolidayYears = []workday.Year{{Year: 2027}}
	if w := holidayWarnings(d, november); len(w) != 0 {
		t.Errorf("%+v", w)
	}
	if w := holidayWarnings(&settings.Document{}, november); len(w) != 0 {
		t.Errorf("no calendar follows them: %+v", w)
	}
}

// The house is open from 08:00 to 18:00, and somebody on call from 18:00 to 08:00, but for Wednesday's night from 22:00 on.
func TestNightsWithoutAnybodyAreWarnedOf(t *testing.T) {
	zone := time.UTC
	week := map[string][]workday.Period{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		week[day] = []workday.Period{{From: "08:00", To: "18:00"}}
	}
	hours, err := workday.NewClock(workday.Calendar{ID: "house", Week: week}, nil, zone)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, zone) // a Monday
	warned := func(duties ...roster.Duty) []Warning {
		t.Helper()
		people := []roster.Person{{ID: "feng", Name: "冯", Role: roster.Technician}}
		r, err := roster.New(roster.Settings{People: people, Duties: duties}, zone)
		if err != nil {
			t.Fatal(err)
		}
		return rosterWarnings(duties, staff{r, hours}, now)
	}
	night := func(days ...string) roster.Shift {
		return roster.Shift{Days: days, From: "18:00", To: "08:00", People: []string{"feng"}}
	}
	evening := roster.Shift{Days: []string{"wed"}, From: "18:00", To: "22:00", People: []string{"feng"}}
	list := roster.Duty{ID: "a", Name: "A", Kind: "rescue", Shifts: []roster.Shift{night("mon", "tue", "thu", "fri", "sat", "sun"), evening}}
	w := warned(list)
	if len(w) != 1 || w[0].What != "rescue" || !w[0].From.Equal(time.Date(2026, 11, 25, 22, 0, 0, 0, zone)) || !w[0].To.Equal(time.Date(2026, 11, 26, 8, 0, 0, 0, zone)) {
		t.Errorf("%+v", w)
	}
	// Another list of the kind fills the gap; one of another kind does not.
	if w := warned(list, roster.Duty{ID: "b", Name: "B", Kind: "rescue", Shifts: []roster.Shift{night("wed")}}); len(w) != 0 {
		t.Errorf("%+v", w)
	}
	if w := warned(list, roster.Duty{ID: "b", Name: "B", Kind: "claim", Shifts: []roster.Shift{night("wed")}}); len(w) != 2 {
		t.Errorf("%+v", w)
	}
	if w := warned(roster.Duty{ID: "c", Name: "C", Role: roster.TeamLead, Shifts: []roster.Shift{night("wed")}}); len(w) != 0 {
		t.Errorf("nobody is called by that list alone: %+v", w)
	}
}
