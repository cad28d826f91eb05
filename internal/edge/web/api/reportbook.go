package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/xuri/excelize/v2"

	"github.com/dealerline/dealerline/internal/care/report"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// addWorkbook adds the operation that gives a report out as a workbook; the audit says who took it.
func (a *API) addWorkbook(op Op) {
	h := a.operation(op)
	h.Responses["200"] = &huma.Response{Description: "The workbook", Content: map[string]*huma.MediaType{xlsxType: {}}}
	huma.Register(a.huma, h, func(ctx context.Context, in *ReportInput) (*huma.StreamResponse, error) {
		in.Compare = true
		r, err := a.report(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		book, err := workbook(ctx, r)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		if err := a.note(ctx, "report", in.Kind, map[string]string{"what": "exported", "from": in.From.UTC().String(), "to": in.To.UTC().String()}); err != nil {
			return nil, a.problem(ctx, err)
		}
		return &huma.StreamResponse{Body: func(c huma.Context) {
			_, w := humago.Unwrap(c)
			w.Header().Set("Content-Type", xlsxType)
			w.Header().Set("Content-Disposition", `attachment; filename="`+in.Kind+`.xlsx"`)
			w.Header().Set("Cache-Control", "no-store")
			_, err := book.WriteTo(w)
			if err = joinClose(err, book); err != nil {
				a.log.Warn("write workbook", "kind", in.Kind, "error", err)
				panic(http.ErrAbortHandler) //nolint:forbidigo // the way of net/http to break off
			}
		}}, nil
	})
}

func joinClose(err error, book *excelize.File) error {
	if e := book.Close(); err == nil {
		return e
	}
	return err
}

// workbook has a sheet of values and one that says what each means, with its numerator and denominator.
func workbook(ctx context.Context, r FigureReport) (*excelize.File, error) {
	words, err := report.ReadWords(requestOf(ctx).language)
	if err != nil {
		return nil, err
	}
	book := excelize.NewFile()
	s := sheets{book: book, words: words}
	s.values(r)
	s.formulas(r)
	if s.err != nil {
		return nil, joinErr(s.err, book)
	}
	return book, nil
}

func joinErr(err error, book *excelize.File) error {
	_ = book.Close() // the error before says more
	return fmt.Errorf("make workbook: %w", err)
}

// sheets writes the sheets of a workbook; the first error stays.
type sheets struct {
	book  *excelize.File
	words report.Words
	err   error
}

func (s *sheets) do(err error) {
	if s.err == nil {
		s.err = err
	}
}

// formats are how units are shown in a cell; excelize's numbers 1, 2 and 10 are "0", "0.00" and "0.00%".
var formats = map[string]int{"count": 1, "percent": 10, "seconds": 2, "number": 2} //nolint:gochecknoglobals // a constant table

func (s *sheets) values(r FigureReport) {
	name := s.words["sheet.values"]
	s.do(s.book.SetSheetName("Sheet1", name))
	w, err := s.book.NewStreamWriter(name)
	if s.do(err); s.err != nil {
		return
	}
	styles := make([]int, len(r.Measures))
	head := []any{r.Name}
	for i, m := range r.Measures {
		head = append(head, m.Name)
		style, err := s.book.NewStyle(&excelize.Style{NumFmt: formats[m.Unit]})
		s.do(err)
		styles[i] = style
	}
	n := 1
	put := func(cells []any) {
		cell, err := excelize.CoordinatesToCellName(1, n)
		s.do(err)
		s.do(w.SetRow(cell, cells))
		n++
	}
	line := func(label string, figures []Figure) {
		cells := []any{label}
		for i, f := range figures {
			if f.Value == nil {
				cells = append(cells, nil)
				continue
			}
			cells = append(cells, excelize.Cell{StyleID: styles[i], Value: *f.Value})
		}
		put(cells)
	}
	s.do(w.SetColWidth(1, 1, 22))
	s.do(w.SetColWidth(2, max(len(r.Measures)+1, 2), 14))
	put(head)
	for _, row := range r.Rows {
		line(row.Name, row.Figures)
	}
	line(s.words["total"], r.Total)
	if r.Before != nil {
		line(s.words["before"], r.Before)
	}
	s.do(w.Flush())
}

func (s *sheets) formulas(r FigureReport) {
	name := s.words["sheet.formulas"]
	_, err := s.book.NewSheet(name)
	s.do(err)
	w, err := s.book.NewStreamWriter(name)
	if s.do(err); s.err != nil {
		return
	}
	s.do(w.SetColWidth(1, 1, 22))
	s.do(w.SetColWidth(2, 2, 80))
	s.do(w.SetColWidth(3, 4, 14))
	s.do(w.SetRow("A1", []any{s.words["measure"], s.words["formula"], s.words["numerator"], s.words["denominator"]}))
	for i, m := range r.Measures {
		cells := []any{m.Name, m.Formula, r.Total[i].N, nil}
		if m.Unit != string(report.Count) {
			cells[3] = r.Total[i].D
		}
		s.do(w.SetRow(fmt.Sprintf("A%d", i+2), cells))
	}
	s.do(w.Flush())
}
