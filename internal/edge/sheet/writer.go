package sheet

import (
	"encoding/csv"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Writer takes the rows of a table, the heading first. Close completes the table; nothing is complete without it.
type Writer interface {
	Write(cells []string) error
	Close() error
}

// NewWriter makes the writer of a format, "csv" or "xlsx".
func NewWriter(format string, w io.Writer, tempDir string) (Writer, error) {
	switch format {
	case "csv":
		return newCSV(w)
	case "xlsx":
		return &xlsxWriter{to: w, book: excelize.NewFile(excelize.Options{TmpDir: tempDir})}, nil
	}
	return nil, fault.New(fault.Invalid, "sheet.format_unknown", "write sheet: the format is csv or xlsx")
}

type csvWriter struct {
	w   *csv.Writer
	row []string
}

// newCSV begins with a byte order mark: without it Excel takes UTF-8 for the system's old encoding.
func newCSV(w io.Writer) (*csvWriter, error) {
	if _, err := io.WriteString(w, bom); err != nil {
		return nil, fmt.Errorf("write sheet: %w", err)
	}
	c := &csvWriter{w: csv.NewWriter(w)}
	c.w.UseCRLF = true // RFC 4180, 2.1
	return c, nil
}

// Write writes a row.
func (c *csvWriter) Write(cells []string) error {
	c.row = c.row[:0]
	for _, cell := range cells {
		c.row = append(c.row, guarded(cell))
	}
	return c.w.Write(c.row)
}

// Close writes what is buffered.
func (c *csvWriter) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// maxSheetRows is how many rows a sheet of a workbook has; further rows go to further sheets.
const maxSheetRows = excelize.TotalRows

type xlsxWriter struct {
	to      io.Writer
	book    *excelize.File
	stream  *excelize.StreamWriter
	heading []string
	sheets  int
	row     int
}

// Write writes a row; all its cells are texts.
func (x *xlsxWriter) Write(cells []string) error {
	if x.heading == nil {
		x.heading = append([]string{}, cells...)
	}
	if x.stream == nil || x.row == maxSheetRows {
		if err := x.nextSheet(); err != nil {
			return err
		}
	}
	return x.put(cells)
}

func (x *xlsxWriter) nextSheet() error {
	if x.stream != nil {
		if err := x.stream.Flush(); err != nil {
			return fmt.Errorf("write sheet: %w", err)
		}
	}
	x.sheets++
	name := fmt.Sprintf("Sheet%d", x.sheets)
	if _, err := x.book.NewSheet(name); err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	stream, err := x.book.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	x.stream, x.row = stream, 0
	if x.sheets > 1 {
		return x.put(x.heading)
	}
	return nil
}

func (x *xlsxWriter) put(cells []string) error {
	x.row++
	values := make([]any, len(cells))
	for i, c := range cells {
		if c != "" {
			values[i] = c
		}
	}
	cell, err := excelize.CoordinatesToCellName(1, x.row)
	if err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	return x.stream.SetRow(cell, values)
}

// Close writes the workbook.
func (x *xlsxWriter) Close() error {
	if x.stream == nil {
		if err := x.nextSheet(); err != nil {
			return err
		}
	}
	if err := x.stream.Flush(); err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	if _, err := x.book.WriteTo(x.to); err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	return x.book.Close()
}
