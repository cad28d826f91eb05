package api

import (
	"bytes"
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dealerline/dealerline/internal/care/report"
	"github.com/dealerline/dealerline/internal/edge/sheet"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// addWorkbook adds the operation that gives a report out as a workbook; the audit says who took it.
func (a *API) addWorkbook(op Op) {
	h := a.operation(op)
	h.Responses["200"] = &huma.Response{Description: "The workbook", Content: map[string]*huma.MediaType{xlsxType: {}}}
	huma.Register(a.huma, h, func(ctx context.Context, in *ReportInput) (*huma.StreamResponse, error) {
		book, err := a.workbook(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			_, w := humago.Unwrap(c)
			w.Header().Set("Content-Type", xlsxType)
			w.Header().Set("Content-Disposition", `attachment; filename="`+in.Kind+`.xlsx"`)
			w.Header().Set("Cache-Control", "no-store")
			if _, err := w.Write(book); err != nil && ctx.Err() == nil {
				a.log.Warn("write workbook", "kind", in.Kind, "error", err)
			}
		}}, nil
	})
}

// workbook has a sheet of values and one that says what each means, with its numerator and denominator. A report has at most a
// few thousand rows.
func (a *API) workbook(ctx context.Context, in *ReportInput) ([]byte, error) {
	in.Compare = true
	r, err := a.report(ctx, in)
	if err != nil {
		return nil, err
	}
	words, err := report.ReadWords(requestOf(ctx).language)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := sheet.WriteBook(&b, []sheet.Table{valuesOf(r, words), formulasOf(r, words)}); err != nil {
		return nil, err
	}
	return b.Bytes(), a.note(ctx, "report", in.Kind, map[string]string{"what": "exported", "from": in.From.UTC().String(), "to": in.To.UTC().String()})
}

// formatOf is how a unit is shown in a cell.
func formatOf(unit string) sheet.Format {
	switch report.Unit(unit) {
	case report.Count:
		return sheet.Whole
	case report.Percent:
		return sheet.Percent
	case report.Seconds, report.Number:
	}
	return sheet.Decimal
}

func valuesOf(r FigureReport, words report.Words) sheet.Table {
	t := sheet.Table{Name: words["sheet.values"], Widths: []float64{22}}
	head := []sheet.Cell{{Text: r.Name}}
	for _, m := range r.Measures {
		head, t.Widths = append(head, sheet.Cell{Text: m.Name}), append(t.Widths, 14)
	}
	line := func(label string, figures []Figure) {
		cells := []sheet.Cell{{Text: label}}
		for i, f := range figures {
			cells = append(cells, sheet.Cell{Number: f.Value, Format: formatOf(r.Measures[i].Unit)})
		}
		t.Rows = append(t.Rows, cells)
	}
	t.Rows = append(t.Rows, head)
	for _, row := range r.Rows {
		line(row.Name, row.Figures)
	}
	line(words["total"], r.Total)
	if r.Before != nil {
		line(words["before"], r.Before)
	}
	return t
}

func formulasOf(r FigureReport, words report.Words) sheet.Table {
	t := sheet.Table{Name: words["sheet.formulas"], Widths: []float64{22, 80, 14, 14}}
	t.Rows = append(t.Rows, []sheet.Cell{{Text: words["measure"]}, {Text: words["formula"]}, {Text: words["numerator"]}, {Text: words["denominator"]}})
	for i, m := range r.Measures {
		row := []sheet.Cell{{Text: m.Name}, {Text: m.Formula}, {Number: &r.Total[i].N, Format: sheet.Decimal}, {}}
		if m.Unit != string(report.Count) {
			row[3] = sheet.Cell{Number: &r.Total[i].D, Format: sheet.Decimal}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
