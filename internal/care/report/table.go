package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Kind is what the rows of a report stand for.
type Kind string

// The kinds of reports. Those after ByTrunk are not of calls.
const (
	ByInterval Kind = "intervals" // a quarter of an hour
	ByDay      Kind = "days"
	ByHour     Kind = "hours" // hour of each weekday: "1 09" is Monday, 09:00
	ByQueue    Kind = "queues"
	ByAgent    Kind = "agents"
	ByTrunk    Kind = "trunks"
	OfTickets  Kind = "tickets"
	OfCalls    Kind = "callbacks"
	OfSurveys  Kind = "surveys"
)

// Kinds are all kinds.
func Kinds() []Kind {
	return []Kind{ByInterval, ByDay, ByHour, ByQueue, ByAgent, ByTrunk, OfTickets, OfCalls, OfSurveys}
}

// Measures are the figures that a kind of report has.
func (k Kind) Measures() []Measure {
	switch k {
	case ByTrunk:
		return LineMeasures
	case OfTickets:
		return TicketMeasures
	case OfCalls:
		return CallbackMeasures
	case OfSurveys:
		return SurveyMeasures
	case ByInterval, ByDay, ByHour, ByQueue, ByAgent:
	}
	return CallMeasures
}

// Measure finds one of a kind's measures by its id; nil when there is none.
func (k Kind) Measure(id string) *Measure {
	list := k.Measures()
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}

// OfCallRecords reports whether a kind is reckoned from call records.
func (k Kind) OfCallRecords() bool { return k != OfTickets && k != OfCalls && k != OfSurveys }

// Interval is the length of the shortest rows.
const Interval = 15 * time.Minute

// Key is the row of a kind in which a call counts; empty: in none but the total.
func (k Kind) Key(c *Call, zone *time.Location) string {
	at := c.At().In(zone)
	switch k {
	case ByInterval:
		return at.Truncate(Interval).Format("2006-01-02 15:04")
	case ByDay:
		return at.Format(time.DateOnly)
	case ByHour:
		return fmt.Sprintf("%d %02d", (int(at.Weekday())+6)%7+1, at.Hour())
	case ByQueue:
		return c.Queue
	case ByAgent:
		return c.Agent
	case ByTrunk:
		return c.Line
	case OfTickets, OfCalls, OfSurveys:
	}
	return ""
}

// Question is what a report is asked for.
type Question struct {
	Kind     Kind
	From, To time.Time // half-open, by [Call.At]
	Queue    string    // "" is all
	Agent    string    // "" is all
	Zone     *time.Location
	Options  Options
}

// Fits reports whether a call is of the question.
func (q *Question) Fits(c *Call) bool {
	at := c.At()
	return !at.Before(q.From) && at.Before(q.To) && (q.Queue == "" || c.Queue == q.Queue) && (q.Agent == "" || c.Agent == q.Agent)
}

// Before is the question about the period of the same length just before.
func (q Question) Before() Question {
	q.From, q.To = q.From.Add(-q.To.Sub(q.From)), q.From
	return q
}

// Row is one row: a sum for each of the kind's measures, in their order.
type Row struct {
	Key  string
	Sums []Sum
}

// Table is a report in the making. It is not safe for several goroutines.
type Table struct {
	q        Question
	measures []Measure
	rows     map[string]*Row
	total    []Sum
}

// NewTable begins a report.
func NewTable(q Question) *Table {
	q.Options = q.Options.Usual()
	m := q.Kind.Measures()
	return &Table{q: q, measures: m, rows: map[string]*Row{}, total: make([]Sum, len(m))}
}

// Add counts a call if it is of the question.
func (t *Table) Add(c *Call) {
	if !t.q.Fits(c) {
		return
	}
	var row *Row
	if key := t.q.Kind.Key(c, t.q.Zone); key != "" {
		row = t.Row(key)
	}
	for i := range t.measures {
		s := t.measures[i].Of(c, t.q.Options)
		t.total[i].Add(s)
		if row != nil {
			row.Sums[i].Add(s)
		}
	}
}

// Row is the row of a key, which may be new.
func (t *Table) Row(key string) *Row {
	r := t.rows[key]
	if r == nil {
		r = &Row{Key: key, Sums: make([]Sum, len(t.measures))}
		t.rows[key] = r
	}
	return r
}

// Put adds sums that were counted elsewhere to a row and to the total.
func (t *Table) Put(key string, sums ...Sum) {
	r := t.Row(key)
	for i, s := range sums {
		r.Sums[i].Add(s)
		t.total[i].Add(s)
	}
}

// Close ends the report: its rows in the order of their keys, and the total. Rows in which nothing happened are left out.
func (t *Table) Close() (rows []Row, total []Sum) {
	period := t.q.To.Sub(t.q.From).Seconds()
	for i, m := range t.measures {
		if m.ID != "erlangs" {
			continue
		}
		t.total[i].D = period
		for _, r := range t.rows {
			r.Sums[i].D = period
		}
	}
	for _, r := range t.rows {
		if slices.ContainsFunc(r.Sums, func(s Sum) bool { return s.N != 0 || s.D != 0 }) {
			rows = append(rows, *r)
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return cmp.Compare(a.Key, b.Key) })
	return rows, t.total
}
