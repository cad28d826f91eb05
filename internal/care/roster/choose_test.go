package roster_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/roster"
)

var breakdown = roster.Place{Lat: 31.2, Lon: 121.4, Datum: roster.WGS84} //nolint:gochecknoglobals // a constant table

// northOf is a place so many km north of the breakdown.
func northOf(km float64) *roster.Place {
	return &roster.Place{Lat: breakdown.Lat + km/6371.0088*180/math.Pi, Lon: breakdown.Lon, Datum: roster.WGS84}
}

func technician(id string, place *roster.Place, load, met, of int) roster.Candidate {
	p := roster.Person{ID: id, Name: id, Role: roster.Technician, Skills: []string{"towing"}, Place: place}
	return roster.Candidate{Person: p, OnDuty: true, Load: load, Met: met, Responses: of}
}

func TestChoose(t *testing.T) {
	job := roster.Job{Skill: "towing", Place: &breakdown, At: time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)}
	off := technician("off", northOf(0), 0, 9, 9)
	off.OnDuty = false
	unskilled := technician("unskilled", northOf(0), 0, 9, 9)
	unskilled.Person.Skills = []string{"battery"}
	away := technician("away", northOf(0), 0, 9, 9)
	away.Person.Away = []roster.Away{{From: "2026-11-24", To: "2026-11-24"}}
	moved := technician("moved", northOf(50), 0, 0, 0)
	moved.Place = northOf(7)
	got := roster.Choose(job, []roster.Candidate{
		technician("unknown", nil, 0, 9, 9),
		technician("far", northOf(12), 0, 9, 9),
		off, unskilled, away, moved,
		technician("busy", northOf(0.5), 2, 9, 9),
		technician("slow", northOf(1.5), 0, 1, 9),
		technician("new", northOf(2.5), 0, 0, 0),
		technician("quick", northOf(2.9), 0, 9, 10),
		technician("quick too", northOf(2.8), 0, 9, 10),
		technician("twin b", northOf(20), 0, 0, 0),
		technician("twin a", northOf(20), 0, 0, 0),
	})
	want := []struct {
		id     string
		km     float64
		behind string
	}{
		{"quick too", 2.8, ""},
		{"quick", 2.9, "distance"},
		{"new", 2.5, "history"},
		{"slow", 1.5, "history"},
		{"busy", 0.5, "load"},
		{"moved", 7, "distance"},
		{"far", 12, "distance"},
		{"twin a", 20, "distance"},
		{"twin b", 20, "order"},
		{"unknown", 0, "distance"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d chosen: %+v", len(got), got)
	}
	for i, w := range want {
		if g := got[i]; g.Person.ID != w.id || math.Abs(g.Km-w.km) > 0.001 || g.Behind != w.behind || g.Located != (w.id != "unknown") {
			t.Errorf("%d: %s at %.3f km, behind by %q, want %+v", i, g.Person.ID, g.Km, g.Behind, w)
		}
	}
	if got[0].Rate != 10.0/12 || got[0].Met != 9 || got[0].Of != 10 || got[2].Rate != 0.5 || got[4].Load != 2 {
		t.Errorf("numbers: %+v", got)
	}
	for _, c := range []struct {
		c   roster.Candidate
		why string
	}{{off, "off_duty"}, {unskilled, "skill"}, {away, "away"}, {moved, ""}} {
		if why, ok := job.Unfit(c.c); why != c.why || ok != (c.why == "") {
			t.Errorf("%s: %q, %v", c.c.Person.ID, why, ok)
		}
	}
}

// At night, when all who are on duty have said no, those at home are asked.
func TestChoosingOutsideDuty(t *testing.T) {
	off, away := technician("off", northOf(0), 0, 9, 9), technician("away", northOf(0), 0, 9, 9)
	off.OnDuty, away.OnDuty = false, false
	away.Person.Away = []roster.Away{{From: "2026-11-24", To: "2026-11-24"}}
	job := roster.Job{Place: &breakdown, At: time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC), Outside: true}
	got := roster.Choose(job, []roster.Candidate{off, away, technician("on", northOf(90), 5, 0, 9), technician("unknown", nil, 9, 0, 9)})
	if len(got) != 3 || got[0].Person.ID != "on" || got[1].Person.ID != "unknown" || got[2].Person.ID != "off" {
		t.Fatalf("%+v", got)
	}
	if got[0].Outside || !got[2].Outside || got[2].Behind != "duty" {
		t.Errorf("%+v", got)
	}
}

func TestChoosingWithoutAPlace(t *testing.T) {
	got := roster.Choose(roster.Job{}, []roster.Candidate{
		technician("near but busy", northOf(1), 1, 0, 0), technician("far", northOf(100), 0, 0, 0), technician("nowhere", nil, 0, 1, 1),
	})
	if len(got) != 3 || got[0].Person.ID != "nowhere" || got[1].Person.ID != "far" || got[1].Located {
		t.Errorf("%+v", got)
	}
	if got := roster.Choose(roster.Job{}, nil); len(got) != 0 {
		t.Errorf("of nobody: %+v", got)
	}
}

// Whatever order the candidates come in, and whatever is known of them, the choice is the same.
func TestTheChoiceIsTheSame(t *testing.T) {
	job := roster.Job{Place: &breakdown}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 6)) //nolint:gosec // random tests, not secrets
		var candidates []roster.Candidate
		for i := range 2 + r.IntN(20) {
			place := northOf(float64(r.IntN(5)) * 1.5)
			switch r.IntN(8) {
			case 0:
				place = nil
			case 1:
				place.Lat = math.NaN()
			}
			candidates = append(candidates, technician(fmt.Sprintf("t%02d", i), place, r.IntN(3), r.IntN(3), 2))
		}
		first := roster.Choose(job, candidates)
		r.Shuffle(len(candidates), func(i, k int) { candidates[i], candidates[k] = candidates[k], candidates[i] })
		again := roster.Choose(job, candidates)
		if !slices.EqualFunc(first, again, func(a, b roster.Ranked) bool { return a.Person.ID == b.Person.ID && a.Behind == b.Behind }) {
			t.Fatalf("seed %d:\n%+v\n%+v", seed, first, again)
		}
		if len(first) != len(candidates) {
			t.Fatalf("seed %d: %d of %d", seed, len(first), len(candidates))
		}
	}
}

func TestCandidates(t *testing.T) {
	z := zone(t, "Asia/Shanghai")
	r, err := roster.New(rescue(), z)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, c := range r.Candidates("rescue", at(t, z, "2026-12-07 09:00")) { // ding is away
		got[c.Person.ID] = c.OnDuty
	}
	want := map[string]bool{"chen": true, "ding": false, "feng": false, "gao": true}
	for id, on := range want {
		if is, there := got[id]; !there || is != on {
			t.Errorf("%s: there %v, on duty %v", id, there, is)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%v", got)
	}
}
