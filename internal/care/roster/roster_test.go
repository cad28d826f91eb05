package roster_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones also on a machine that has none

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/roster"
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

func person(id string, role roster.Role, department string) roster.Person {
	return roster.Person{ID: id, Name: "Name of " + id, Phone: "138-0013-8000", Role: role, Department: department}
}

var workdays = []string{"mon", "tue", "wed", "thu", "fri"} //nolint:gochecknoglobals // a constant table

// rescue has days, nights that cross midnight, a weekend of 24 hours each, a holiday that is worked differently, a
// holiday that nobody works, and somebody who is away.
func rescue() roster.Settings {
	away := person("ding", roster.Technician, "service")
	away.Away = []roster.Away{{From: "2026-12-07", To: "2026-12-08"}}
	return roster.Settings{
		People: []roster.Person{
			person("chen", roster.Technician, "service"), away, person("feng", roster.Technician, "service"),
			person("gao", roster.ServiceDirector, ""),
		},
		Duties: []roster.Duty{
			{
				ID: "rescue", Name: "道路救援", Kind: "rescue",
				Shifts: []roster.Shift{
					{Days: workdays, From: "08:00", To: "20:00", People: []string{"chen", "ding"}},
					{Days: workdays, From: "20:00", To: "08:00", People: []string{"feng"}},
					{Days: []string{"sat", "sun"}, From: "08:00", To: "08:00", People: []string{"ding"}},
					{Days: []string{"2026-11-25"}, From: "12:00", To: "13:00", People: []string{"feng", "chen"}},
				},
				Overrides: []roster.Override{
					{Date: "2026-12-31", Shifts: []roster.Shift{{From: "18:00", To: "10:00", People: []string{"gao"}}}},
					{Date: "2027-01-01"},
				},
			},
			{ID: "second", Name: "备班", Kind: "rescue", Shifts: []roster.Shift{{Days: workdays, From: "00:00", To: "24:00", People: []string{"gao", "chen"}}}},
		},
	}
}

func ids(people []roster.Person) string {
	var out []string
	for _, p := range people {
		out = append(out, p.ID)
	}
	return strings.Join(out, " ")
}

func TestOnDuty(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	r, err := roster.New(rescue(), z)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, at, list, kind string }{
		{"a day, in the order of the list", "2026-11-24 08:00", "chen ding", "chen ding gao"},
		{"the last minute of it", "2026-11-24 19:59", "chen ding", "chen ding gao"},
		{"the night", "2026-11-24 20:00", "feng", "feng gao chen"},
		{"after midnight", "2026-11-25 00:00", "feng", "feng gao chen"},
		{"the end of the night", "2026-11-25 07:59", "feng", "feng gao chen"},
		{"a shift on a date besides, each once", "2026-11-25 12:30", "chen ding feng", "chen ding feng gao"},
		{"Friday's night on Saturday", "2026-11-28 07:59", "feng", "feng"},
		{"24 hours", "2026-11-28 08:00", "ding", "ding"},
		{"still on Sunday morning", "2026-11-29 07:59", "ding", "ding"},
		{"and Monday's", "2026-11-30 07:59", "ding", "ding gao chen"},
		{"Monday before eight, before the week's first night", "2026-11-30 08:00", "chen ding", "chen ding gao"},
		{"away", "2026-12-07 09:00", "chen", "chen gao"},
		{"the last day away", "2026-12-08 19:00", "chen", "chen gao"},
		{"back", "2026-12-09 08:00", "chen ding", "chen ding gao"},
		{"away from the shift that began before", "2026-12-07 07:00", "", "gao chen"},
		{"before the override, the night of the day before", "2026-12-31 07:00", "feng", "feng gao chen"},
		{"the override has no day", "2026-12-31 12:00", "", "gao chen"},
		{"but a night", "2026-12-31 18:00", "gao", "gao chen"},
		{"that goes on although the next day has none", "2027-01-01 09:59", "gao", "gao chen"},
		{"nobody", "2027-01-01 10:00", "", "gao chen"},
		{"the weekly shifts are back", "2027-01-02 08:00", "ding", "ding"},
		{"but Friday's night was replaced too", "2027-01-02 07:00", "", ""},
	} {
		now := at(t, z, tc.at)
		if got := ids(r.OnDuty("rescue", now.UTC())); got != tc.list {
			t.Errorf("%s (%s): %q, want %q", tc.name, tc.at, got, tc.list)
		}
		if got := ids(r.OnDutyFor("rescue", now)); got != tc.kind {
			t.Errorf("%s (%s): of the kind %q, want %q", tc.name, tc.at, got, tc.kind)
		}
	}
	now := at(t, z, "2026-11-24 09:00")
	if n := len(r.OnDuty("none", now)) + len(r.OnDutyFor("", now)) + len(r.OnDutyFor("claim", now)); n != 0 {
		t.Errorf("%d people are on lists that are not there", n)
	}
	if p := r.OnDuty("rescue", now)[0]; p.Phone != "13800138000" || p.Name != "Name of chen" {
		t.Errorf("%+v", p)
	}
}

// In autumn a night has 13 hours, in spring 11, and somebody is on duty in each of them.
func TestNightsWhenTheZoneChangesItsTime(t *testing.T) {
	z := zone(t, "Europe/Berlin")
	s := roster.Settings{
		People: []roster.Person{person("a", roster.Technician, ""), person("b", roster.Technician, "")},
		Duties: []roster.Duty{{ID: "n", Name: "n", Shifts: []roster.Shift{
			{Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, From: "20:00", To: "08:00", People: []string{"a"}},
			{Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, From: "08:00", To: "20:00", People: []string{"b"}},
		}}},
	}
	r, err := roster.New(s, z)
	if err != nil {
		t.Fatal(err)
	}
	for evening, hours := range map[string]int{"2026-10-24 20:00": 13, "2026-03-28 20:00": 11, "2026-07-01 20:00": 12} {
		from, n := at(t, z, evening), 0
		for now := from.Add(30 * time.Minute); now.Before(from.AddDate(0, 0, 1)); now = now.Add(time.Hour) {
			switch ids(r.OnDuty("n", now)) {
			case "a":
				n++
			case "b":
			default:
				t.Errorf("nobody at %v", now)
			}
		}
		if n != hours {
			t.Errorf("%s: a night of %d hours, want %d", evening, n, hours)
		}
		if gaps := r.Uncovered("n", from, 48*time.Hour); len(gaps) != 0 {
			t.Errorf("%s: uncovered %v", evening, gaps)
		}
	}
}

func TestUncovered(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	r, err := roster.New(rescue(), z)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range r.Uncovered("rescue", at(t, z, "2026-12-04 00:00"), 40*24*time.Hour) {
		got = append(got, g.From.Format(layout)+" to "+g.To.Format(layout))
	}
	want := []string{
		"2026-12-07 00:00 to 2026-12-07 08:00", // ding, whose Sunday it was, is away from Monday on
		"2026-12-31 08:00 to 2026-12-31 18:00",
		"2027-01-01 10:00 to 2027-01-02 08:00",
	}
	if !slices.Equal(got, want) {
		t.Errorf("uncovered\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if gaps := r.Uncovered("none", at(t, z, "2026-12-04 00:00"), 1000*time.Hour); len(gaps) != 1 || gaps[0].To.Sub(gaps[0].From) != roster.MaxLook {
		t.Errorf("too far: %v", gaps)
	}
	if gaps := r.Uncovered("none", at(t, z, "2026-12-04 00:00"), time.Hour); len(gaps) != 1 || gaps[0].To.Sub(gaps[0].From) != time.Hour {
		t.Errorf("a list that is not there: %v", gaps)
	}
}

func house() roster.Settings {
	boss := person("boss", roster.GeneralManager, "")
	director := person("director", roster.ServiceDirector, "")
	director.Away = []roster.Away{{From: "2026-12-01", To: "2026-12-31"}}
	return roster.Settings{
		People: []roster.Person{
			boss, director,
			person("crm", roster.CRMManager, ""),
			person("lead1", roster.TeamLead, "service"), person("lead2", roster.TeamLead, "sales"), person("lead3", roster.TeamLead, ""),
			person("agent1", roster.Agent, "service"), person("tech1", roster.Technician, "service"),
		},
		Duties: []roster.Duty{
			{ID: "deputy", Name: "值班经理", Role: roster.CRMManager, Department: "service", Shifts: []roster.Shift{
				{Days: workdays, From: "08:00", To: "18:00", People: []string{"lead1", "crm"}},
			}},
		},
	}
}

func TestWithRole(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	r, err := roster.New(house(), z)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name       string
		role       roster.Role
		department string
		at         string
		except     []string
		held       roster.Role
		want       string
	}{
		{"the department's before those of all", roster.TeamLead, "service", "2026-11-24 10:00", nil, roster.TeamLead, "lead1 lead3"},
		{"another department", roster.TeamLead, "sales", "2026-11-24 10:00", nil, roster.TeamLead, "lead2 lead3"},
		{"any department", roster.TeamLead, "", "2026-11-24 10:00", nil, roster.TeamLead, "lead1 lead2 lead3"},
		{"a department without one of its own", roster.TeamLead, "parts", "2026-11-24 10:00", nil, roster.TeamLead, "lead3"},
		{"nobody: one up", roster.Agent, "sales", "2026-11-24 10:00", nil, roster.TeamLead, "lead2 lead3"},
		{"a list is kept for the role", roster.CRMManager, "service", "2026-11-24 10:00", nil, roster.CRMManager, "lead1 crm"},
		{"nobody on the list: one up", roster.CRMManager, "service", "2026-11-24 18:00", nil, roster.ServiceDirector, "director"},
		{"no list for this department", roster.CRMManager, "sales", "2026-11-24 18:00", nil, roster.CRMManager, "crm"},
		{"away: two up", roster.CRMManager, "service", "2026-12-01 18:00", nil, roster.GeneralManager, "boss"},
		{"not about himself", roster.TeamLead, "service", "2026-11-24 10:00", []string{"lead1"}, roster.TeamLead, "lead3"},
		{"nor about any, and the deputy is one of them: up", roster.TeamLead, "service", "2026-11-24 10:00", []string{"lead1", "lead3"}, roster.CRMManager, "crm"},
		{"a technician's superior", roster.Technician, "sales", "2026-11-24 10:00", nil, roster.ServiceDirector, "director"},
		{"nobody at all", roster.GeneralManager, "", "2026-11-24 10:00", []string{"boss"}, "", ""},
		{"no role", "owner", "sales", "2026-11-24 10:00", nil, roster.TeamLead, "lead2 lead3"},
	} {
		held, people := r.WithRole(tc.role, tc.department, at(t, z, tc.at), tc.except...)
		if held != tc.held || ids(people) != tc.want {
			t.Errorf("%s: %s %q, want %s %q", tc.name, held, ids(people), tc.held, tc.want)
		}
	}
}

// Every ladder ends with the general manager, in as many rungs as there are roles at most.
func TestLadder(t *testing.T) {
	for _, role := range roster.Roles() {
		at, n := role, 0
		for above, ok := at.Superior(); ok; above, ok = at.Superior() {
			at = above
			if n++; n > len(roster.Roles()) {
				t.Fatalf("%s has no end", role)
			}
		}
		if at != roster.GeneralManager {
			t.Errorf("%s ends with %s", role, at)
		}
	}
	if above, ok := roster.Role("king").Superior(); ok {
		t.Errorf("above a king is %s", above)
	}
}

func TestPerson(t *testing.T) {
	s := rescue()
	s.People[0].Skills, s.People[0].Place = []string{"towing"}, &roster.Place{Lat: 31, Lon: 121}
	r, err := roster.New(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, ok := r.Person("chen")
	if !ok || p.Skills[0] != "towing" {
		t.Fatalf("%+v, %v", p, ok)
	}
	p.Skills[0], p.Place.Lat = "changed", 0
	s.People[0].Skills[0] = "changed too"
	if again, _ := r.Person("chen"); again.Skills[0] != "towing" || again.Place.Lat != 31 {
		t.Errorf("the roster was changed from outside: %+v", again)
	}
	if _, ok := r.Person("nobody"); ok {
		t.Error("somebody has no such id")
	}
}

func TestValidateNamesTheField(t *testing.T) {
	s := rescue()
	if wrong := s.Validate(); len(wrong) > 0 {
		t.Fatalf("sound settings: %v", wrong)
	}
	s.People = append(s.People,
		roster.Person{Phone: "call me", Role: "king", Skills: []string{"x", "x", ""}, Place: &roster.Place{Lat: 99}},
		roster.Person{ID: "chen", Name: "a\nb", Role: roster.Agent, Department: strings.Repeat("长", 101), Away: []roster.Away{{"2026-10-02", "2026-10-01"}, {"soon", ""}}},
		roster.Person{ID: "\xff", Name: "x", Role: roster.Agent},
	)
	s.Duties = append(s.Duties, roster.Duty{ID: "rescue", Role: "king", Shifts: []roster.Shift{
		{Days: []string{"mo", "2026-02-30"}, From: "8:00", To: "25:00", People: []string{"nobody"}},
		{From: "24:00", To: "08:00"},
	}, Overrides: []roster.Override{
		{Date: "2026-10-01"}, {Date: "2026-10-01", Shifts: []roster.Shift{{Days: []string{"mon"}, From: "08:00", To: "09:00", People: []string{"chen"}}}}, {Date: "1.10."},
	}})
	wrong := s.Validate()
	for _, want := range []struct{ path, key string }{
		{"people[4].id", "roster.id_missing"},
		{"people[4].name", "customer.name_missing"},
		{"people[4].phone", "customer.phone_invalid"},
		{"people[4].role", "roster.role_unknown"},
		{"people[4].skills[1]", "roster.id_twice"},
		{"people[4].skills[2]", "roster.id_twice"},
		{"people[4].place.lat", "place.out_of_range"},
		{"people[5].id", "roster.id_twice"},
		{"people[5].name", "text.control_character"},
		{"people[5].department", "text.too_long"},
		{"people[5].away[0]", "roster.away_order"},
		{"people[5].away[1].from", "date.invalid"},
		{"people[5].away[1].to", "date.invalid"},
		{"people[6].id", "text.not_utf8"},
		{"duties[2].id", "roster.id_twice"},
		{"duties[2].name", "customer.name_missing"},
		{"duties[2].role", "roster.role_unknown"},
		{"duties[2].shifts[0].days[0]", "roster.day_invalid"},
		{"duties[2].shifts[0].days[1]", "roster.day_invalid"},
		{"duties[2].shifts[0].from", "roster.time_invalid"},
		{"duties[2].shifts[0].to", "roster.time_invalid"},
		{"duties[2].shifts[0].people[0]", "roster.person_unknown"},
		{"duties[2].shifts[1].days", "roster.day_invalid"},
		{"duties[2].shifts[1].from", "roster.time_invalid"},
		{"duties[2].shifts[1].people", "roster.nobody"},
		{"duties[2].overrides[1].date", "roster.id_twice"},
		{"duties[2].overrides[1].shifts[0].days", "roster.day_invalid"},
		{"duties[2].overrides[2].date", "date.invalid"},
	} {
		i := slices.IndexFunc(wrong, func(f fault.Field) bool { return f.Path == want.path && f.Key == want.key })
		if i < 0 {
			t.Errorf("no complaint %s about %s in %v", want.key, want.path, wrong)
			continue
		}
		wrong = slices.Delete(wrong, i, i+1)
	}
	if len(wrong) > 0 {
		t.Errorf("and these: %v", wrong)
	}
	if _, err := roster.New(s, nil); fault.CodeOf(err) != fault.Invalid || fault.KeyOf(err) != "fields" {
		t.Errorf("a roster is made of it: %v", err)
	}
	many := roster.Settings{People: make([]roster.Person, 2001), Duties: make([]roster.Duty, 201)}
	if wrong := many.Validate(); len(wrong) != 2 || wrong[0].Path != "people" || wrong[1].Path != "duties" {
		t.Errorf("too many: %v", wrong)
	}
}

// FuzzSettings: what Validate lets through makes a roster that answers.
func FuzzSettings(f *testing.F) {
	for _, s := range []roster.Settings{rescue(), house(), {}} {
		data, err := json.Marshal(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	now := time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		var s roster.Settings
		if json.Unmarshal(data, &s) != nil {
			return
		}
		wrong := s.Validate()
		r, err := roster.New(s, nil)
		if (err == nil) != (len(wrong) == 0) {
			t.Fatalf("%v, but %v", wrong, err)
		}
		if err != nil {
			return
		}
		for _, d := range s.Duties {
			for _, p := range r.OnDuty(d.ID, now) {
				if _, ok := r.Person(p.ID); !ok {
					t.Errorf("%q is on duty and nobody", p.ID)
				}
			}
		}
		if held, people := r.WithRole(roster.Agent, "", now); (held == "") != (len(people) == 0) {
			t.Errorf("%s is held by %v", held, people)
		}
	})
}
