package api_test

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/xuri/excelize/v2"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// reportDay is 09:00 in the dealership.
var reportDay = time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // a constant

// reported stores n calls a minute apart, of which every fourth is abandoned after 30 s and the others are answered after 10 s.
func (b *box) reported(t testing.TB, n int) {
	t.Helper()
	err := b.db.Change(t.Context(), store.By{Who: "test"}, func(tx *store.Tx) error {
		for i := range n {
			at := reportDay.Add(time.Duration(i) * time.Minute)
			id := uuid.UUID{6: 0x70, 8: 0x80, 15: byte(i)}
			for j := range 6 {
				id[j] = byte(at.UnixMilli() >> (8 * (5 - j)))
			}
			c := call.CDR{
				ID: call.ID(id.String()), Direction: line.Inbound, StartedAt: at, QueuedAt: at, EndedAt: at.Add(30e9),
				Disposition: call.Abandoned, Queue: []string{"q_a", "q_b"}[i%2], From: outside,
			}
			if i%4 != 0 {
				c.Disposition, c.ConnectedAt, c.EndedAt, c.Agent = call.Answered, at.Add(10e9), at.Add(100e9), "1001"
			}
			if err := store.CDRs.Put(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func period(from time.Time, length time.Duration, more string) string {
	return "?from=" + url.QueryEscape(from.Format(time.RFC3339)) + "&to=" + url.QueryEscape(from.Add(length).Format(time.RFC3339)) + more
}

func figureOf(t testing.TB, r api.FigureReport, row []api.Figure, id string) api.Figure {
	t.Helper()
	for i, m := range r.Measures {
		if m.ID == id {
			return row[i]
		}
	}
	t.Fatalf("there is no %s", id)
	return api.Figure{}
}

// 40 calls: 10 abandoned, 30 answered in time. What stands behind each figure is as many calls, and the workbook says the same.
func TestReportItsCallsAndItsWorkbook(t *testing.T) {
	b := serve(t)
	leader := b.as(t, account.Supervisor)
	b.reported(t, 40)
	var r api.FigureReport
	leader.do("GET", "/v1/reports/queues"+period(reportDay, time.Hour, "&compare=true"), nil, "Accept-Language", "en").into(t, &r)
	for id, want := range map[string][2]float64{"offered": {40, 0}, "service_level": {30, 40}, "abandon_rate": {10, 40}, "asa": {300, 30}, "aht": {2700, 30}} {
		if f := figureOf(t, r, r.Total, id); f.N != want[0] || f.D != want[1] {
			t.Errorf("%s is %+v, want %v", id, f, want)
		}
	}
	if len(r.Rows) != 2 || len(r.Before) != len(r.Total) || figureOf(t, r, r.Before, "offered").N != 0 || r.Measures[2].Formula == "" {
		t.Errorf("the report is %+v", r)
	}
	for measure, want := range map[string]int{"offered": 40, "service_level": 30, "abandon_rate": 10} {
		n, cursor := 0, ""
		for {
			var page api.Page[struct {
				ID string `json:"id"`
			}]
			leader.do("GET", "/v1/reports/queues/calls"+period(reportDay, time.Hour, "&limit=7&measure="+measure+"&cursor="+cursor), nil).into(t, &page)
			n += len(page.Items)
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		if n != want {
			t.Errorf("behind %s are %d calls, want %d", measure, n, want)
		}
	}
	var page api.Page[struct{}]
	leader.do("GET", "/v1/reports/queues/calls"+period(reportDay, time.Hour, "&measure=offered&row=q_b"), nil).into(t, &page)
	if len(page.Items) != 20 {
		t.Errorf("behind a row are %d calls", len(page.Items))
	}
	a := leader.do("GET", "/v1/reports/queues/xlsx"+period(reportDay, time.Hour, ""), nil, "Accept-Language", "en")
	book, err := excelize.OpenReader(bytes.NewReader(a.Body))
	if err != nil {
		t.Fatalf("%d %v", a.Status, err)
	}
	defer book.Close() //nolint:errcheck // in memory
	if got := fmt.Sprint(book.GetSheetList()); got != "[Figures Formulas]" {
		t.Errorf("the sheets are %s", got)
	}
	for i := range r.Measures { // the total stands below the two queues
		cell, err := excelize.CoordinatesToCellName(i+2, 4)
		if err != nil {
			t.Fatal(err)
		}
		text, err := book.GetCellValue("Figures", cell, excelize.Options{RawCellValue: true})
		kind, err2 := book.GetCellType("Figures", cell)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		want := r.Total[i].Value
		if want == nil {
			if text != "" {
				t.Errorf("%s is %q, and there is nothing to measure", r.Measures[i].ID, text)
			}
			continue
		}
		if v, err := strconv.ParseFloat(text, 64); err != nil || v != *want || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
			t.Errorf("%s is %q of type %v, want %v as a number", r.Measures[i].ID, text, kind, *want)
		}
	}
}

func TestEveryKindOfReportAnswers(t *testing.T) {
	b := serve(t)
	leader := b.as(t, account.Supervisor)
	b.reported(t, 4)
	for _, kind := range []string{"intervals", "days", "hours", "queues", "agents", "trunks", "tickets", "callbacks", "surveys"} {
		var r api.FigureReport
		leader.do("GET", "/v1/reports/"+kind+period(reportDay, 24*time.Hour, ""), nil).into(t, &r)
		if len(r.Total) == 0 || len(r.Total) != len(r.Measures) || !r.Whole || r.Name == "" {
			t.Errorf("%s: %+v", kind, r)
		}
	}
	leader.do("GET", "/v1/reports/days"+period(reportDay, -time.Hour, ""), nil).want(t, 422, "request.invalid")
	leader.do("GET", "/v1/reports/intervals"+period(reportDay, 100*24*time.Hour, ""), nil).want(t, 422, "request.invalid")
	leader.do("GET", "/v1/reports/tickets/calls"+period(reportDay, time.Hour, "&measure=first_contact"), nil).want(t, 422, "request.invalid")
	b.as(t, account.Agent).do("GET", "/v1/reports/days"+period(reportDay, time.Hour, ""), nil).want(t, 403, "request.denied")
}
