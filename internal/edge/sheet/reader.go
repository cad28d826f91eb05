package sheet

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Limits bound what is read. A zero field is that of [DefaultLimits].
type Limits struct {
	Bytes    int64 // the file
	Unzipped int64 // what an XLSX unpacks to
	Rows     int
	Columns  int
	Cell     int // octets of one cell
	// TempDir is where large parts of an XLSX are unpacked to; empty: the system's place.
	TempDir string
}

// DefaultLimits suit lists of customers: a dealership has tens of thousands.
func DefaultLimits() Limits {
	return Limits{Bytes: 200 << 20, Unzipped: 512 << 20, Rows: 500_000, Columns: 200, Cell: 32 << 10}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	for _, p := range []struct{ own, usual *int64 }{{&l.Bytes, &d.Bytes}, {&l.Unzipped, &d.Unzipped}} {
		if *p.own == 0 {
			*p.own = *p.usual
		}
	}
	for _, p := range []struct{ own, usual *int }{{&l.Rows, &d.Rows}, {&l.Columns, &d.Columns}, {&l.Cell, &d.Cell}} {
		if *p.own == 0 {
			*p.own = *p.usual
		}
	}
	return l
}

// Row is one row of a table and the line of the file (CSV) or the row of the sheet (XLSX) it stands in, from 1.
type Row struct {
	Line  int
	Cells []string
}

// Reader yields the rows of a table, without empty ones. It is not for several goroutines.
type Reader struct {
	// Format is "csv" or "xlsx"; Encoding is "utf-8", "gbk" or "utf-16" for CSV.
	Format, Encoding string

	limits Limits
	next   func() (Row, error)
	close  func() error
	rows   int
}

// Open begins to read a file of so many octets. What it is shows in the file itself, not in its name.
func Open(file io.ReaderAt, size int64, limits Limits) (*Reader, error) {
	limits = limits.orDefault()
	if size > limits.Bytes {
		return nil, fault.New(fault.Invalid, "sheet.too_large", "open sheet: %d octets, at most %d", size, limits.Bytes)
	}
	head := make([]byte, min(size, 8))
	if _, err := file.ReadAt(head, 0); err != nil && err != io.EOF { //nolint:errorlint // ReadAt returns io.EOF itself
		return nil, err
	}
	r := &Reader{limits: limits}
	var err error
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		err = r.openXLSX(file, size)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		err = fault.New(fault.Invalid, "sheet.old_excel", "open sheet: an old .xls file, or one with a password: save it as .xlsx or .csv")
	default:
		err = r.openCSV(file, size)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Next returns the next row that is not empty, [io.EOF] behind the last. The row is the caller's.
func (r *Reader) Next() (Row, error) {
	for {
		row, err := r.next()
		if err != nil {
			return Row{}, err
		}
		empty := true
		for i, c := range row.Cells {
			if len(c) > r.limits.Cell {
				return Row{}, fault.New(fault.Invalid, "sheet.cell_too_long",
					"read row %d: cell %d has %d octets, at most %d", row.Line, i+1, len(c), r.limits.Cell)
			}
			row.Cells[i] = strings.TrimSpace(c)
			empty = empty && row.Cells[i] == ""
		}
		if empty {
			continue
		}
		if len(row.Cells) > r.limits.Columns {
			return Row{}, fault.New(fault.Invalid, "sheet.too_many_columns", "read row %d: %d columns, at most %d", row.Line, len(row.Cells), r.limits.Columns)
		}
		if r.rows++; r.rows > r.limits.Rows {
			return Row{}, fault.New(fault.Invalid, "sheet.too_many_rows", "read row %d: at most %d rows", row.Line, r.limits.Rows)
		}
		return row, nil
	}
}

// Close frees what the reader holds; the file is the caller's.
func (r *Reader) Close() error { return r.close() }

// plainNumber writes a number that a sheet holds in the scientific form without it: telephone numbers are long.
func plainNumber(s string) string {
	if len(s) > 25 || !strings.ContainsAny(s, "eE") || s[0] < '0' || s[0] > '9' {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < 1 || f >= 1<<53 || f != float64(int64(f)) {
		return s
	}
	return strconv.FormatInt(int64(f), 10)
}

// judgement counts what a text is made of.
type judgement struct {
	multi   int // valid characters of several octets
	invalid int
}

// judge reads a text to its end.
func judge(r io.Reader) (j judgement, err error) {
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		n += kept
		text := buf[:n]
		for len(text) > 0 && (err != nil || utf8.FullRune(text)) {
			c, size := utf8.DecodeRune(text)
			switch {
			case c == utf8.RuneError && size == 1:
				j.invalid++
			case size > 1:
				j.multi++
			}
			text = text[size:]
		}
		kept = copy(buf, text)
		if err == io.EOF { //nolint:errorlint // readers return io.EOF itself
			return j, nil
		}
		if err != nil {
			return j, err
		}
	}
}
