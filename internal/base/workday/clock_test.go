package workday_test

import (
	"testing"
	"time"
	_ "time/tzdata" // zones also on a machine that has none

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/workday"
)

const layout = "2006-01-02 15:04"

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func at(t testing.TB, z *time.Location, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation(layout, s, z)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func clock(t testing.TB, c workday.Calendar, z *time.Location) *workday.Clock {
	t.Helper()
	k, err := workday.NewClock(c, nil, z)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// office is Monday to Friday 08:30 to 12:00 and 13:00 to 18:00, eight hours and a half, with the public holidays.
func office() workday.Calendar {
	return workday.Calendar{ID: "office", Week: week("mon", "tue", "wed", "thu", "fri"), Public: true}
}

// shop is the office with Saturday mornings.
func shop() workday.Calendar {
	c := office()
	c.Week["sat"] = []workday.Period{{From: "09:00", To: "12:00"}}
	return c
}

func TestDeadlines(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	for _, tc := range []struct {
		name     string
		calendar workday.Calendar
		from     string
		add      time.Duration
		want     string
	}{
		{"within the morning", office(), "2026-11-23 09:00", 30 * time.Minute, "2026-11-23 09:30"},
		{"over lunch", office(), "2026-11-23 11:30", time.Hour, "2026-11-23 13:30"},
		{"until lunch exactly", office(), "2026-11-23 11:30", 30 * time.Minute, "2026-11-23 12:00"},
		{"begun at lunch", office(), "2026-11-23 12:20", 30 * time.Minute, "2026-11-23 13:30"},
		{"nothing to wait for at lunch", office(), "2026-11-23 12:20", 0, "2026-11-23 13:00"},
		{"nothing to wait for while open", office(), "2026-11-23 11:59", 0, "2026-11-23 11:59"},
		{"begun before opening", office(), "2026-11-23 06:00", 15 * time.Minute, "2026-11-23 08:45"},
		{"overnight", office(), "2026-11-23 17:45", 30 * time.Minute, "2026-11-24 08:45"},
		{"over the weekend", office(), "2026-11-20 17:30", time.Hour, "2026-11-23 09:00"},
		{"into Saturday morning", shop(), "2026-11-20 17:30", time.Hour, "2026-11-21 09:30"},
		{"over Saturday morning", shop(), "2026-11-20 17:30", 4 * time.Hour, "2026-11-23 09:00"},
		{"a week of work", office(), "2026-11-23 08:30", 5 * 510 * time.Minute, "2026-11-27 18:00"},

		// National Day and Mid-Autumn 2025: 1 to 8 October off, Sunday 28 September and Saturday 11 October worked.
		{"the Sunday worked before Golden Week", office(), "2025-09-26 17:30", time.Hour, "2025-09-28 09:00"},
		{"over Golden Week", office(), "2025-09-30 17:00", 2 * time.Hour, "2025-10-09 09:30"},
		{"the Saturday worked after Golden Week", office(), "2025-10-10 17:30", time.Hour, "2025-10-11 09:00"},
		{"a worked Saturday has a Monday's hours", shop(), "2025-10-11 11:30", time.Hour, "2025-10-11 13:30"},

		// Spring Festival 2026: 15 to 23 February off, Saturdays 14 and 28 February worked.
		{"until the eve of Spring Festival", office(), "2026-02-13 17:30", 9 * time.Hour, "2026-02-14 18:00"},
		{"over Spring Festival", office(), "2026-02-13 17:30", 9*time.Hour + time.Minute, "2026-02-24 08:31"},
		{"the Saturday after Spring Festival", office(), "2026-02-27 17:59", 2 * time.Minute, "2026-02-28 08:31"},

		// The end of 2025: 1 to 3 January 2026 off, Sunday 4 January worked.
		{"over New Year", office(), "2025-12-31 17:00", 2 * time.Hour, "2026-01-04 09:30"},
		{"2024: Qingming, then a worked Sunday", office(), "2024-04-03 17:30", time.Hour, "2024-04-07 09:00"},
		{"2024: New Year's Day before a holiday", office(), "2023-12-29 17:30", time.Hour, "2024-01-02 09:00"},
		{"a year that is not known has weekdays only", office(), "2023-09-28 17:30", time.Hour, "2023-09-29 09:00"},
		{"thirty days of work", office(), "2026-08-03 08:30", 30 * 510 * time.Minute, "2026-09-11 18:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k := clock(t, tc.calendar, z)
			from := at(t, z, tc.from)
			got := k.Add(from, tc.add)
			if s := got.Format(layout); s != tc.want {
				t.Errorf("%s plus %v is %s, want %s", tc.from, tc.add, s, tc.want)
			}
			if took := k.Between(from, got); took != tc.add {
				t.Errorf("it is %v after, want %v", took, tc.add)
			}
			if from.UTC() != from && k.Add(from.UTC(), tc.add) != got {
				t.Error("another answer for the same instant in UTC")
			}
		})
	}
}

// Clocks change at 02:00 and 03:00 in Berlin, at 02:00 in New York, at midnight in São Paulo; Samoa left out a day.
func TestDeadlinesWhenTheZoneChangesItsTime(t *testing.T) {
	night := workday.Calendar{Week: map[string][]workday.Period{
		"sat": {{From: "22:00", To: "24:00"}}, "sun": {{From: "01:00", To: "04:00"}}, "mon": {{From: "00:00", To: "08:00"}},
	}}
	split := workday.Calendar{Week: map[string][]workday.Period{"sun": {{From: "01:00", To: "02:30"}, {From: "04:00", To: "05:00"}}}}
	daily := workday.Calendar{Week: map[string][]workday.Period{}}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		daily.Week[d] = []workday.Period{{From: "00:00", To: "12:00"}}
	}
	for _, tc := range []struct {
		name, zone string
		calendar   workday.Calendar
		from       string
		add        time.Duration
		want       string // with the offset, for the hour there is twice
	}{
		{"Berlin, the missing hour", "Europe/Berlin", night, "2026-03-29T01:30:00+01:00", time.Hour, "2026-03-29T03:30:00+02:00"},
		{"Berlin, a night an hour short", "Europe/Berlin", night, "2026-03-29T01:00:00+01:00", 2*time.Hour + time.Minute, "2026-03-30T00:01:00+02:00"},
		{"Berlin, the repeated hour", "Europe/Berlin", night, "2026-10-25T01:30:00+02:00", 2 * time.Hour, "2026-10-25T02:30:00+01:00"},
		{"Berlin, a night an hour long", "Europe/Berlin", night, "2026-10-25T01:00:00+02:00", 4 * time.Hour, "2026-10-25T04:00:00+01:00"},
		{"Berlin, closed and open again within the repeated hour", "Europe/Berlin", split, "2026-10-25T02:15:00+02:00", 20 * time.Minute, "2026-10-25T02:05:00+01:00"},
		{"Berlin, a period's end is missing", "Europe/Berlin", split, "2026-03-29T01:45:00+01:00", 30 * time.Minute, "2026-03-29T04:15:00+02:00"},
		{"New York, the missing hour", "America/New_York", night, "2026-03-08T01:30:00-05:00", time.Hour, "2026-03-08T03:30:00-04:00"},
		{"New York, the repeated hour", "America/New_York", night, "2026-11-01T01:30:00-04:00", 2 * time.Hour, "2026-11-01T02:30:00-05:00"},
		{"São Paulo, midnight is missing", "America/Sao_Paulo", daily, "2018-11-03T11:00:00-03:00", 2 * time.Hour, "2018-11-04T02:00:00-02:00"},
		{"Samoa, a day is missing", "Pacific/Apia", daily, "2011-12-29T11:00:00-10:00", 2 * time.Hour, "2011-12-31T01:00:00+14:00"},
		{"Shanghai had summers too", "Asia/Shanghai", night, "1986-05-04T01:30:00+08:00", time.Hour, "1986-05-04T03:30:00+09:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k := clock(t, tc.calendar, zone(t, tc.zone))
			from, err := time.Parse(time.RFC3339, tc.from)
			if err != nil {
				t.Fatal(err)
			}
			got := k.Add(from, tc.add)
			if s := got.Format(time.RFC3339); s != tc.want {
				t.Errorf("got %s, want %s", s, tc.want)
			}
			if took := k.Between(from, got); took != tc.add {
				t.Errorf("it is %v after, want %v", took, tc.add)
			}
		})
	}
}

func TestOpeningAndClosing(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	guard := workday.Calendar{Week: map[string][]workday.Period{
		"fri": {{From: "20:00", To: "24:00"}}, "sat": {{From: "00:00", To: "06:00"}, {From: "06:00", To: "09:00"}},
	}}
	for _, tc := range []struct {
		name          string
		calendar      workday.Calendar
		at            string
		opens, closes string // "" for not
	}{
		{"open", office(), "2026-11-23 08:30", "2026-11-23 08:30", "2026-11-23 12:00"},
		{"lunch", office(), "2026-11-23 12:00", "2026-11-23 13:00", ""},
		{"last minute", office(), "2026-11-23 17:59", "2026-11-23 17:59", "2026-11-23 18:00"},
		{"evening", office(), "2026-11-23 18:00", "2026-11-24 08:30", ""},
		{"eve of Golden Week", office(), "2025-09-30 18:00", "2025-10-09 08:30", ""},
		{"over midnight, and periods that meet", guard, "2026-11-20 23:30", "2026-11-20 23:30", "2026-11-21 09:00"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k := clock(t, tc.calendar, z)
			now := at(t, z, tc.at)
			if opens, ok := k.NextOpen(now); !ok || opens.Format(layout) != tc.opens {
				t.Errorf("opens %v, %v", opens, ok)
			}
			closes, ok := k.Closes(now)
			if ok != (tc.closes != "") || ok && closes.Format(layout) != tc.closes {
				t.Errorf("closes %v, %v, want %q", closes, ok, tc.closes)
			}
			if k.Open(now) != ok {
				t.Errorf("open %v, but closes %v", k.Open(now), ok)
			}
		})
	}
}

// A rescue, and a complaint, are reckoned around the clock, whether somebody wrote it down as a calendar or not.
func TestAroundTheClock(t *testing.T) {
	z := zone(t, "Europe/Berlin")
	all := workday.Calendar{Week: map[string][]workday.Period{}}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		all.Week[d] = []workday.Period{{From: "12:00", To: "24:00"}, {From: "00:00", To: "12:00"}}
	}
	from := at(t, z, "2026-03-28 20:00")
	for name, k := range map[string]*workday.Clock{"always": workday.Always(z), "calendar": clock(t, all, z)} {
		due := k.Add(from, 24*time.Hour)
		if due.Format(layout) != "2026-03-29 21:00" || k.Between(from, due) != 24*time.Hour || k.Between(due, from) != -24*time.Hour {
			t.Errorf("%s: due %v", name, due)
		}
		if back := k.Back(due, 24*time.Hour); !back.Equal(from) {
			t.Errorf("%s: back at %v", name, back)
		}
		opens, ok := k.NextOpen(from)
		_, closes := k.Closes(from)
		if !ok || !opens.Equal(from) || closes || !k.Open(from) {
			t.Errorf("%s: opens %v (%v), closes %v", name, opens, ok, closes)
		}
	}
	if zone := workday.Always(nil).Add(from, 0).Location(); zone != time.UTC {
		t.Errorf("without a zone: %v", zone)
	}
}

// A holiday makes a calendar that is otherwise always open close for it.
func TestOneHolidayInAroundTheClock(t *testing.T) {
	c := workday.Calendar{Week: map[string][]workday.Period{}, Holidays: []string{"2026-02-17"}}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		c.Week[d] = []workday.Period{{From: "00:00", To: "24:00"}}
	}
	k := clock(t, c, nil)
	closes, ok := k.Closes(at(t, time.UTC, "2025-01-01 00:00"))
	if !ok || closes.Format(layout) != "2026-02-17 00:00" {
		t.Errorf("closes %v, %v", closes, ok)
	}
	if _, ok := k.Closes(at(t, time.UTC, "2026-02-18 00:00")); ok {
		t.Error("closes after its only holiday")
	}
}

func TestAWaitDoesNotCount(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	k := clock(t, office(), z)
	for _, tc := range []struct{ name, due, began, ended, want string }{
		{"an hour within the day", "2026-11-23 16:00", "2026-11-23 14:00", "2026-11-23 15:00", "2026-11-23 17:00"},
		{"overnight", "2026-11-23 17:00", "2026-11-23 16:00", "2026-11-24 09:00", "2026-11-24 10:00"},
		{"answered on Sunday", "2026-11-20 17:00", "2026-11-20 16:00", "2026-11-22 11:00", "2026-11-23 09:30"},
		{"only at lunch", "2026-11-23 14:00", "2026-11-23 12:05", "2026-11-23 12:50", "2026-11-23 14:00"},
		{"was overdue before", "2026-11-23 14:00", "2026-11-23 15:00", "2026-11-23 17:00", "2026-11-23 14:00"},
		{"was due that very moment", "2026-11-23 14:00", "2026-11-23 14:00", "2026-11-23 17:00", "2026-11-23 14:00"},
		{"ended before it began", "2026-11-23 14:00", "2026-11-23 10:00", "2026-11-23 09:00", "2026-11-23 14:00"},
	} {
		got := k.Resume(at(t, z, tc.due), at(t, z, tc.began), at(t, z, tc.ended))
		if got.Format(layout) != tc.want {
			t.Errorf("%s: %v, want %s", tc.name, got, tc.want)
		}
	}
}

func TestClocksThatAreRefused(t *testing.T) {
	for name, c := range map[string]workday.Calendar{
		"never open":           {ID: "x"},
		"open on no weekday":   {ID: "x", Week: map[string][]workday.Period{"mon": {}}, SwapDays: map[string]string{"2026-10-10": "mon"}},
		"an hour that is none": {ID: "x", Week: map[string][]workday.Period{"mon": {{From: "08:30", To: "25:00"}}}},
		"overlapping":          {ID: "x", Week: map[string][]workday.Period{"mon": {{From: "08:00", To: "12:00"}, {From: "11:00", To: "13:00"}}}},
		"a date that is none":  {ID: "x", Week: week("mon"), Holidays: []string{"2026-02-30"}},
	} {
		if _, err := workday.NewClock(c, nil, nil); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := workday.NewClock(workday.Calendar{}, nil, nil)
	if fault.KeyOf(err) != "hours.never_open" {
		t.Errorf("key %s", fault.KeyOf(err))
	}
}

// However little a calendar is open, and however far apart times are, there is an answer, and soon.
func TestFarAway(t *testing.T) {
	from := at(t, time.UTC, "2026-11-23 09:00")
	k := clock(t, workday.Calendar{Week: map[string][]workday.Period{"mon": {{From: "00:00", To: "00:01"}}}}, nil)
	if got := k.Add(from, 1000*time.Hour); got != from.Add(workday.Horizon) {
		t.Errorf("added %v", got)
	}
	if got := k.Back(from, 1<<63-1); got != from.Add(-workday.Horizon) {
		t.Errorf("back %v", got)
	}
	if got := k.Add(from, -time.Hour); got.Format(layout) != "2026-11-30 00:00" {
		t.Errorf("less than nothing: %v", got)
	}
	far := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	if n := k.Between(time.Time{}, far); n < 250*time.Hour || n != -k.Between(far, time.Time{}) {
		t.Errorf("between the ends of time: %v", n)
	}
	day := clock(t, workday.Calendar{Week: week("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, nil)
	edge := from.Add(workday.Horizon)
	for _, more := range []time.Duration{0, time.Minute, time.Hour, time.Hour * 1000} {
		if got := day.Add(from, day.Between(from, edge)+more); got != edge {
			t.Errorf("%v beyond the horizon: %v, want %v", more, got, edge)
		}
	}
	var mondays []string
	for day := from; day.Before(from.Add(workday.Horizon + 30*24*time.Hour)); day = day.AddDate(0, 0, 7) {
		mondays = append(mondays, day.Format(time.DateOnly))
	}
	k = clock(t, workday.Calendar{Week: week("mon"), Holidays: mondays}, nil)
	if opens, ok := k.NextOpen(from); ok {
		t.Errorf("opens %v", opens)
	}
	if got := k.Add(from, 0); got != from.Add(workday.Horizon) {
		t.Errorf("added %v", got)
	}
	if closes, ok := k.Closes(at(t, time.UTC, "2026-11-16 14:00")); !ok || closes.Format(layout) != "2026-11-16 18:00" {
		t.Errorf("closes for good %v, %v", closes, ok)
	}
}
