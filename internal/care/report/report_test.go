package report_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/report"
)

var nine = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // 09:00 in the dealership

func zone() *time.Location { return time.FixedZone("dealership", 8*3600) }

func at(s float64) time.Time { return nine.Add(time.Duration(s * float64(time.Second))) }

// queued makes a call that enters a queue at a second and waits; talk is 0 for one that is not answered.
func queued(queue string, enter, wait, talk float64, abandoned bool) report.Call {
	c := report.Call{ID: fmt.Sprint(enter), Start: at(enter - 30), Queued: at(enter), Queue: queue, Line: "line1", Abandoned: abandoned}
	c.Ended = at(enter + wait + talk)
	if talk > 0 {
		c.Spoke, c.Connected, c.Agent = true, at(enter+wait), "li"
	}
	return c
}

// day is what the figures below were reckoned from by hand.
func day() []report.Call {
	return []report.Call{
		queued("sales", 0, 10, 100, false),    // answered in time
		queued("sales", 60, 20, 200, false),   // just in time: 20 s is within 20 s
		queued("sales", 120, 21, 60, false),   // a second late
		queued("sales", 899, 3, 0, true),      // a mistake: gone after 3 s, in the first quarter
		queued("service", 900, 5, 0, true),    // gone after 5 s is still a mistake; in the second quarter
		queued("service", 1000, 6, 0, true),   // gone after 6 s is abandoned
		queued("service", 1100, 90, 0, false), // led elsewhere: offered, not answered
		queued("service", 1200, 0, 40, false), // answered at once
		{Start: at(10), Ended: at(15)},        // hung up in the menu: no request for an agent
		{Start: at(3600), Outbound: true, Spoke: true, Connected: at(3610), Ended: at(3670), Agent: "li", Line: "line1"},
		{Start: at(3700), Outbound: true, Connected: at(3710), Ended: at(3710.5), Agent: "li", Line: "line1"}, // half a second: not reached
		{Start: at(3800), Outbound: true, Ended: at(3830), Agent: "wang", Line: "line2"},
	}
}

func reckon(q report.Question) ([]report.Row, []report.Sum) {
	if q.To.IsZero() {
		q.From, q.To = nine.Add(-time.Hour), nine.Add(3*time.Hour)
	}
	q.Zone = zone()
	t := report.NewTable(q)
	for _, c := range day() {
		t.Add(&c)
	}
	return t.Close()
}

func total(q report.Question) map[string]report.Sum {
	_, sums := reckon(q)
	m := map[string]report.Sum{}
	for i, measure := range q.Kind.Measures() {
		m[measure.ID] = sums[i]
	}
	return m
}

// 8 calls are offered, 4 answered, 3 of them within 20 s; 2 of 3 that were given up were mistakes.
func TestFiguresOfADay(t *testing.T) {
	got := total(report.Question{Kind: report.ByDay})
	for id, want := range map[string]report.Sum{
		"offered":       {N: 8},
		"answered":      {N: 4},
		"service_level": {N: 3, D: 6},
		"asa":           {N: 10 + 20 + 21 + 0, D: 4},
		"aht":           {N: 100 + 200 + 60 + 40 + 60, D: 5},
		"abandon_rate":  {N: 1, D: 6},
		"connect_in":    {N: 4, D: 8},
		"dialled":       {N: 3},
		"connect_out":   {N: 1, D: 3},
	} {
		if got[id] != want {
			t.Errorf("%s is %+v, want %+v", id, got[id], want)
		}
	}
}

func TestServiceLevelVariants(t *testing.T) {
	for v, want := range map[report.Variant]report.Sum{
		"":                {N: 3, D: 6},
		report.OfOffered:  {N: 3, D: 6},
		report.WithQuick:  {N: 5, D: 8},
		report.OfAnswered: {N: 3, D: 4},
	} {
		if got := total(report.Question{Kind: report.ByDay, Options: report.Options{ServiceLevel: v}})["service_level"]; got != want {
			t.Errorf("%s: %+v, want %+v", v, got, want)
		}
	}
	o := report.Options{Within: 10 * time.Second, Short: 2 * time.Second}
	if got := total(report.Question{Kind: report.ByDay, Options: o})["service_level"]; got != (report.Sum{N: 2, D: 8}) {
		t.Errorf("within 10 s: %+v", got)
	}
}

func TestRows(t *testing.T) {
	for kind, want := range map[report.Kind]string{
		report.ByInterval: "2026-11-23 09:00 4, 2026-11-23 09:15 4, 2026-11-23 10:00 0",
		report.ByDay:      "2026-11-23 8",
		report.ByHour:     "1 09 8, 1 10 0",
		report.ByQueue:    "sales 4, service 4",
		report.ByAgent:    "li 4, wang 0",
		report.ByTrunk:    "line1 10, line2 1",
	} {
		rows, _ := reckon(report.Question{Kind: kind})
		got := ""
		for i, r := range rows {
			if i > 0 {
				got += ", "
			}
			got += fmt.Sprintf("%s %v", r.Key, r.Sums[0].N)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", kind, got, want)
		}
	}
}

// A period takes its first moment and leaves its last to the next; the rows of any division sum up to the total.
func TestPeriodsAreHalfOpen(t *testing.T) {
	quarter := nine.Add(report.Interval)
	first := total(report.Question{Kind: report.ByDay, From: nine, To: quarter})["offered"].N
	second := total(report.Question{Kind: report.ByDay, From: quarter, To: nine.Add(time.Hour)})["offered"].N
	if first != 4 || second != 4 {
		t.Errorf("%v and %v offered", first, second)
	}
	b := report.Question{From: quarter, To: quarter.Add(report.Interval)}.Before()
	if !b.From.Equal(nine) || !b.To.Equal(quarter) {
		t.Errorf("before is %v to %v", b.From, b.To)
	}
}

func TestFilters(t *testing.T) {
	if got := total(report.Question{Kind: report.ByDay, Queue: "service"}); got["offered"].N != 4 || got["dialled"].N != 0 {
		t.Errorf("of a queue: %+v", got)
	}
	if got := total(report.Question{Kind: report.ByDay, Agent: "li"}); got["answered"].N != 4 || got["dialled"].N != 2 {
		t.Errorf("of an agent: %+v", got)
	}
}

// An hour in which a line is used for half an hour is half an Erlang.
func TestErlangs(t *testing.T) {
	q := report.Question{Kind: report.ByTrunk, From: nine, To: nine.Add(time.Hour), Zone: zone()}
	table := report.NewTable(q)
	for _, from := range []float64{0, 1800} {
		table.Add(&report.Call{Start: at(from), Ended: at(from + 900), Line: "line1"})
	}
	rows, _ := table.Close()
	if v, ok := rows[0].Sums[1].Value(report.Number); !ok || v != 0.5 {
		t.Errorf("%v Erlangs of %+v", v, rows)
	}
}

func TestValueOfNothing(t *testing.T) {
	if _, ok := (report.Sum{}).Value(report.Percent); ok {
		t.Error("nothing has a percentage")
	}
	if v, ok := (report.Sum{}).Value(report.Count); v != 0 || !ok {
		t.Error("nothing is no count")
	}
}

func BenchmarkAdd(b *testing.B) {
	calls := day()
	table := report.NewTable(report.Question{Kind: report.ByInterval, From: nine.Add(-time.Hour), To: nine.Add(3 * time.Hour), Zone: zone()})
	for i := 0; b.Loop(); i++ {
		table.Add(&calls[i%len(calls)])
	}
}
