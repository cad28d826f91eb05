package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/report"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// Figure is one figure: so much of so much. The value is absent when there is nothing to measure.
type Figure struct {
	N     float64  `json:"n" doc:"The numerator"`
	D     float64  `json:"d" doc:"The denominator; 0 of a count"`
	Value *float64 `json:"value,omitempty" doc:"What is shown: a percentage as a part of 1"`
}

// FigureRow is one row of a report.
type FigureRow struct {
	Key     string   `json:"key" doc:"A quarter of an hour, a day, a weekday and hour, or the id of a queue, agent, line, type …"`
	Name    string   `json:"name" doc:"What people call it; the key where there is no other name"`
	Figures []Figure `json:"figures" nullable:"false" doc:"In the order of the measures"`
}

// FigureMeasure is what one column of a report measures.
type FigureMeasure struct {
	ID      string `json:"id"`
	Name    string `json:"name" doc:"In the language asked for"`
	Formula string `json:"formula" doc:"What it means, likewise"`
	Unit    string `json:"unit" enum:"count,percent,seconds,number"`
	Good    int    `json:"good" doc:"Which way is better: 1 up, -1 down, 0 neither"`
	Calls   bool   `json:"calls" doc:"The calls behind it can be listed"`
}

// FigureReport is a report: rows, their total, and the total of the period before.
type FigureReport struct {
	Kind     string          `json:"kind"`
	Name     string          `json:"name" doc:"What its rows stand for, in the language asked for"`
	From     time.Time       `json:"from"`
	To       time.Time       `json:"to"`
	Variant  string          `json:"service_level" enum:"offered,quick,answered" doc:"The formula of the service level"`
	Within   float64         `json:"within" doc:"Its time, in seconds"`
	Short    float64         `json:"short" doc:"Up to which an abandoned call is a mistake, in seconds"`
	Measures []FigureMeasure `json:"measures" nullable:"false"`
	Rows     []FigureRow     `json:"rows" nullable:"false"`
	Total    []Figure        `json:"total" nullable:"false"`
	Before   []Figure        `json:"before,omitempty" nullable:"false" doc:"The total of the period of the same length just before, if asked for"`
	Whole    bool            `json:"whole" doc:"False when there is more than is counted"`
}

// ReportInput is what a report is asked for.
type ReportInput struct {
	Kind    string    `path:"kind" enum:"intervals,days,hours,queues,agents,trunks,tickets,callbacks,surveys"`
	From    time.Time `query:"from" required:"true"`
	To      time.Time `query:"to" required:"true" doc:"Before this"`
	Queue   string    `query:"queue" maxLength:"64"`
	Agent   string    `query:"agent" maxLength:"64"`
	By      string    `query:"by" enum:"type,department,owner" default:"type" doc:"Rows of tickets"`
	Variant string    `query:"service_level" enum:"offered,quick,answered" doc:"Absent: as in the settings"`
	Compare bool      `query:"compare" doc:"With the period before"`
}

type reportOutput struct{ Body FigureReport }

type reportKindsOutput struct {
	Body struct {
		Items []FigureKind `json:"items" nullable:"false"`
	}
}

// FigureKind is a kind of report, and what it measures.
type FigureKind struct {
	Kind     string          `json:"kind"`
	Name     string          `json:"name" doc:"What its rows stand for, in the language asked for"`
	Measures []FigureMeasure `json:"measures" nullable:"false"`
}

type behindInput struct {
	Paging
	ReportInput
	Measure string `query:"measure" maxLength:"64" required:"true"`
	Part    string `query:"part" enum:"numerator,denominator" default:"numerator"`
	Row     string `query:"row" maxLength:"100" doc:"The key of a row; absent: all"`
}

// Bounds of a report.
const (
	reportDays   = 400 * 24 * time.Hour
	intervalDays = 32 * 24 * time.Hour // of rows of a quarter of an hour
)

// reports are the dealership's figures, the calls behind them, and the same as a workbook.
func reports(a *API) {
	op := func(id, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: http.MethodGet, Path: "/reports" + path, Tag: "reports", Summary: summary, Perm: perm}
	}
	Add(a, op("list-reports", "", "The kinds of reports, and what they measure", account.CallsMonitor), a.listReports)
	Add(a, op("get-report", "/{kind}", "Figures of a period: half-open quarters of an hour by entry into the queue", account.CallsMonitor), a.getReport)
	Add(a, op("list-calls-of-report", "/{kind}/calls", "The calls behind a figure, the first first", account.CallsMonitor), a.callsBehind)
	a.addWorkbook(op("export-report", "/{kind}/xlsx", "The same as a workbook, numbers as numbers, with a sheet of formulas", account.ExportsRun))
}

func showMeasures(words report.Words, k report.Kind, o report.Options) []FigureMeasure {
	out := []FigureMeasure{}
	for _, m := range k.Measures() {
		out = append(out, FigureMeasure{m.ID, words.Measure(m.ID), words.Formula(m.ID, o), string(m.Unit), m.Good, k.OfCallRecords()})
	}
	return out
}

func (a *API) listReports(ctx context.Context, _ *struct{}) (*reportKindsOutput, error) {
	words, err := report.ReadWords(requestOf(ctx).language)
	if err != nil {
		return nil, err
	}
	out, o := &reportKindsOutput{}, a.Settings.Current().Figures.Options()
	for _, k := range report.Kinds() {
		out.Body.Items = append(out.Body.Items, FigureKind{string(k), words.Kind(k), showMeasures(words, k, o)})
	}
	return out, nil
}

// question reads what is asked for.
func (a *API) question(in *ReportInput) (report.Question, error) {
	k := report.Kind(in.Kind)
	limit := reportDays
	if k == report.ByInterval {
		limit = intervalDays
	}
	if !in.From.Before(in.To) || in.To.Sub(in.From) > limit {
		return report.Question{}, fault.Fields{{Path: "to", Key: "report.period", Message: "the end is not after the beginning, or too far away"}}
	}
	o := a.Settings.Current().Figures.Options()
	if in.Variant != "" {
		o.ServiceLevel = report.Variant(in.Variant)
	}
	return report.Question{Kind: k, From: in.From, To: in.To, Queue: in.Queue, Agent: in.Agent, Zone: a.here().Location(), Options: o}, nil
}

func (a *API) getReport(ctx context.Context, in *ReportInput) (*reportOutput, error) {
	r, err := a.report(ctx, in)
	return &reportOutput{r}, err
}

func (a *API) report(ctx context.Context, in *ReportInput) (FigureReport, error) {
	q, err := a.question(in)
	if err != nil {
		return FigureReport{}, err
	}
	words, err := report.ReadWords(requestOf(ctx).language)
	if err != nil {
		return FigureReport{}, err
	}
	out := FigureReport{
		Kind: in.Kind, Name: words.Kind(q.Kind), From: q.From.UTC(), To: q.To.UTC(), Variant: string(q.Options.ServiceLevel), Within: q.Options.Within.Seconds(), Short: q.Options.Short.Seconds(),
		Measures: showMeasures(words, q.Kind, q.Options), Rows: []FigureRow{},
	}
	t, whole, err := a.reckon(ctx, q, in.By)
	if err != nil {
		return out, err
	}
	rows, total := t.Close()
	names := a.rowNames(q.Kind)
	for _, r := range rows {
		name := r.Key
		if n := names[r.Key]; n != "" {
			name = n
		}
		out.Rows = append(out.Rows, FigureRow{r.Key, name, showSums(q.Kind, r.Sums)})
	}
	out.Total, out.Whole = showSums(q.Kind, total), whole
	if in.Compare {
		before, whole, err := a.reckon(ctx, q.Before(), in.By)
		if err != nil {
			return out, err
		}
		_, total := before.Close()
		out.Before, out.Whole = showSums(q.Kind, total), out.Whole && whole
	}
	return out, nil
}

// reckon counts what is asked for.
func (a *API) reckon(ctx context.Context, q report.Question, by string) (t *report.Table, whole bool, err error) {
	t = report.NewTable(q)
	switch q.Kind {
	case report.OfTickets:
		whole, err = a.countTickets(ctx, t, q, by)
	case report.OfCalls:
		whole, err = a.countCallbacks(ctx, t, q)
	case report.OfSurveys:
		whole, err = true, a.countSurveys(t, q)
	case report.ByInterval, report.ByDay, report.ByHour, report.ByQueue, report.ByAgent, report.ByTrunk:
		whole = true
		err = a.Ledger.Facts(ctx, q.From, q.To, "", func(c report.Call) bool {
			t.Add(&c)
			return true
		})
	}
	return t, whole, err
}

func showSums(k report.Kind, sums []report.Sum) []Figure {
	out := make([]Figure, len(sums))
	for i, m := range k.Measures() {
		out[i] = Figure{N: sums[i].N, D: sums[i].D}
		if v, ok := sums[i].Value(m.Unit); ok {
			out[i].Value = &v
		}
	}
	return out
}

// rowNames are what people call the rows.
func (a *API) rowNames(k report.Kind) map[string]string {
	names, d := map[string]string{}, a.Settings.Current()
	switch k {
	case report.ByQueue:
		for _, q := range d.Queues {
			names[q.ID] = q.Name
		}
	case report.ByAgent, report.OfSurveys:
		for _, g := range d.Agents {
			names[g.ID] = g.Name
		}
	case report.OfTickets:
		for _, t := range d.Tickets.Types {
			names[t.ID] = t.Name
		}
	case report.ByInterval, report.ByDay, report.ByHour, report.ByTrunk, report.OfCalls:
	}
	return names
}

// callsBehind lists the calls that a figure counts.
func (a *API) callsBehind(ctx context.Context, in *behindInput) (*callsOutput, error) {
	q, err := a.question(&in.ReportInput)
	if err != nil {
		return nil, err
	}
	m := q.Kind.Measure(in.Measure)
	if m == nil || !q.Kind.OfCallRecords() {
		return nil, fault.Fields{{Path: "measure", Key: "report.measure", Message: "is no figure of calls"}}
	}
	after, err := decodeCursor("list-calls-of-report", in.Cursor)
	if err != nil {
		return nil, err
	}
	var ids []string
	err = a.Ledger.Facts(ctx, q.From, q.To, after, func(c report.Call) bool {
		if counts(&c, q, m, in.Part) && (in.Row == "" || q.Kind.Key(&c, q.Zone) == in.Row) {
			ids = append(ids, c.ID)
		}
		return len(ids) <= in.Limit
	})
	if err != nil {
		return nil, err
	}
	out := &callsOutput{}
	if len(ids) > in.Limit {
		ids = ids[:in.Limit]
		out.Body.NextCursor = encodeCursor("list-calls-of-report", ids[in.Limit-1])
	}
	var list []call.CDR
	for _, id := range ids {
		r, ok, err := a.Ledger.Record(call.ID(id))
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, r)
		}
	}
	out.Body.Items, err = a.logged(slices.Clip(list))
	return out, err
}

func counts(c *report.Call, q report.Question, m *report.Measure, part string) bool {
	if !q.Fits(c) {
		return false
	}
	s := m.Of(c, q.Options.Usual())
	if part == "denominator" && m.Unit != report.Count {
		return s.D > 0
	}
	return s.N > 0
}
