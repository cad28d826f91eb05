package sheet

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// Format is how a number is shown in a cell: excelize's numbers of Excel's built-in formats (ECMA-376 part 1, §18.8.30).
type Format int

// The formats.
const (
	Whole   Format = 1  // 0
	Decimal Format = 2  // 0.00
	Percent Format = 10 // 0.00%, of a part of 1
)

// Cell is a text, a number, or, if it is zero, nothing.
type Cell struct {
	Text   string
	Number *float64
	Format Format // of a number
}

// Table is one sheet of a workbook.
type Table struct {
	Name   string
	Widths []float64 // of the columns from the first on, in characters
	Rows   [][]Cell
}

// WriteBook writes a workbook in which numbers are numbers.
func WriteBook(w io.Writer, tables []Table) (err error) {
	book := excelize.NewFile()
	defer func() {
		if e := book.Close(); err == nil && e != nil {
			err = fmt.Errorf("write workbook: %w", e)
		}
	}()
	styles := map[Format]int{}
	for _, f := range []Format{Whole, Decimal, Percent} {
		if styles[f], err = book.NewStyle(&excelize.Style{NumFmt: int(f)}); err != nil {
			return fmt.Errorf("write workbook: %w", err)
		}
	}
	for i, t := range tables {
		if i == 0 {
			err = book.SetSheetName(book.GetSheetName(0), t.Name)
		} else {
			_, err = book.NewSheet(t.Name)
		}
		if err == nil {
			err = t.write(book, styles)
		}
		if err != nil {
			return fmt.Errorf("write sheet %q: %w", t.Name, err)
		}
	}
	if _, err := book.WriteTo(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

func (t Table) write(book *excelize.File, styles map[Format]int) error {
	w, err := book.NewStreamWriter(t.Name)
	if err != nil {
		return err
	}
	for i, width := range t.Widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	for n, row := range t.Rows {
		values := make([]any, len(row))
		for i, c := range row {
			switch {
			case c.Number != nil:
				values[i] = excelize.Cell{StyleID: styles[c.Format], Value: *c.Number}
			case c.Text != "":
				values[i] = c.Text
			}
		}
		at, err := excelize.CoordinatesToCellName(1, n+1)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, values); err != nil {
			return err
		}
	}
	return w.Flush()
}
