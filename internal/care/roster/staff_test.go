package roster_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/roster"
)

func TestAbove(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	r, err := roster.New(house(), z)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ id, at, want string }{
		{"agent1", "2026-11-24 10:00", "lead1 lead3 crm director boss"}, // lead1 deputises for the manager, and is there once
		{"agent1", "2026-11-24 20:00", "lead1 lead3 director boss"},     // no deputy at night
		{"lead2", "2026-11-24 20:00", "crm director boss"},
		{"lead1", "2026-11-24 10:00", "crm director boss"}, // not oneself, though one deputises
		{"tech1", "2026-12-24 10:00", "boss"},              // the director is away
		{"boss", "2026-11-24 10:00", ""},
		{"left", "2026-11-24 20:00", "lead1 lead2 lead3 director boss"},
	} {
		if got := ids(r.Above(tc.id, at(t, z, tc.at))); got != tc.want {
			t.Errorf("above %s at %s: %q, want %q", tc.id, tc.at, got, tc.want)
		}
	}
}

// shop has agents of the service in two shifts, closed on Sundays, on National Day, and one of them away.
func shop() roster.Settings {
	away := person("late", roster.Agent, "service")
	away.Away = []roster.Away{{From: "2026-12-02", To: "2026-12-02"}}
	return roster.Settings{
		People: []roster.Person{person("early", roster.Agent, "service"), away, person("sales", roster.Agent, "sales"), person("lead", roster.TeamLead, "parts")},
		Duties: []roster.Duty{{
			ID: "desk", Name: "前台", Role: roster.Agent, Department: "service",
			Shifts: []roster.Shift{
				{Days: []string{"mon", "tue", "wed", "thu", "fri", "sat"}, From: "08:30", To: "13:00", People: []string{"early"}},
				{Days: []string{"mon", "tue", "wed", "thu", "fri", "sat"}, From: "13:00", To: "18:00", People: []string{"late"}},
			},
			Overrides: []roster.Override{{Date: "2026-10-01"}, {Date: "2026-10-02", Shifts: []roster.Shift{{From: "10:15", To: "12:00", People: []string{"late"}}}}},
		}},
	}
}

func TestOwners(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	r, err := roster.New(shop(), z)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ department, at, want, opens string }{
		{"service", "2026-11-24 09:00", "early", "2026-11-24 09:00"},
		{"service", "2026-11-24 13:00", "late", "2026-11-24 13:00"},
		{"service", "2026-11-24 18:00", "", "2026-11-25 08:30"},
		{"service", "2026-11-28 18:00", "", "2026-11-30 08:30"}, // over Sunday
		{"service", "2026-12-02 14:00", "", "2026-12-03 08:30"}, // away in the afternoon
		{"service", "2026-09-30 18:00", "", "2026-10-02 10:15"}, // an override
		{"sales", "2026-11-24 03:00", "sales", "2026-11-24 03:00"},
		{"parts", "2026-11-24 03:00", "lead", "2026-11-24 03:00"},
		{"paint", "2026-11-24 03:00", "", ""},
	} {
		now := at(t, z, tc.at)
		if got := ids(r.Owners(tc.department, now)); got != tc.want {
			t.Errorf("%s at %s: %q, want %q", tc.department, tc.at, got, tc.want)
		}
		opens, ok := r.Opens(tc.department, now)
		if ok != (tc.opens != "") || ok && opens.Format(layout) != tc.opens {
			t.Errorf("%s at %s opens %v, %v, want %q", tc.department, tc.at, opens, ok, tc.opens)
		}
	}
}

// Opens agrees with asking each minute.
func TestOpensIsTheFirstMinute(t *testing.T) {
	z := zone(t, "Europe/Berlin")
	s := shop()
	s.Duties[0].Shifts = append(s.Duties[0].Shifts, roster.Shift{Days: []string{"sun"}, From: "02:30", To: "03:30", People: []string{"early"}})
	r, err := roster.New(s, z)
	if err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{"2026-03-28 18:00", "2026-10-24 18:00", "2026-10-25 03:00", "2026-03-28 17:30", "2026-10-24 17:30", "2026-09-30 17:45", "2026-12-02 12:50"} {
		now := at(t, z, start)
		opens, ok := r.Opens("service", now)
		for !ok || now.Before(opens) && len(r.Owners("service", now)) == 0 {
			now = now.Add(time.Minute)
		}
		if !opens.Equal(now) {
			t.Errorf("from %s: opens %v, somebody is there at %v", start, opens, now)
		}
	}
}

func BenchmarkOnDuty(b *testing.B) {
	r, err := roster.New(rescue(), zone(b, "Asia/Shanghai"))
	if err != nil {
		b.Fatal(err)
	}
	now := at(b, time.UTC, "2026-11-24 20:00")
	for b.Loop() {
		r.OnDuty("rescue", now)
	}
}

func BenchmarkOpensOverTheWeekend(b *testing.B) {
	r, err := roster.New(shop(), zone(b, "Asia/Shanghai"))
	if err != nil {
		b.Fatal(err)
	}
	now := at(b, time.UTC, "2026-11-28 12:00")
	for b.Loop() {
		r.Opens("service", now)
	}
}

// BenchmarkUncovered looks a month ahead.
func BenchmarkUncovered(b *testing.B) {
	r, err := roster.New(rescue(), zone(b, "Asia/Shanghai"))
	if err != nil {
		b.Fatal(err)
	}
	now := at(b, time.UTC, "2026-12-04 00:00")
	for b.Loop() {
		r.Uncovered("rescue", now, roster.MaxLook)
	}
}
