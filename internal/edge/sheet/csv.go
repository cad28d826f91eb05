package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/dealerline/dealerline/internal/base/fault"
)

const bom = "\ufeff"

// openCSV finds out the encoding and the separator, then reads from the beginning.
func (r *Reader) openCSV(file io.ReaderAt, size int64) error {
	text, err := r.decoded(file, size)
	if err != nil {
		return err
	}
	// One record may take what all its cells may take; beyond that a quote was not closed.
	budget := &budget{r: text, limit: r.limits.Cell * min(r.limits.Columns, 64)}
	budget.renew()
	b := bufio.NewReaderSize(budget, 64<<10)
	if head, err := b.Peek(len(bom)); err == nil && string(head) == bom {
		if _, err := b.Discard(len(bom)); err != nil {
			return err
		}
	}
	first, err := b.Peek(16 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return err
	}
	if bytes.IndexByte(first, 0) >= 0 {
		return fault.New(fault.Invalid, "sheet.not_a_table", "open sheet: neither CSV nor XLSX")
	}
	c := csv.NewReader(b)
	c.Comma = separator(first)
	c.FieldsPerRecord = -1
	c.LazyQuotes = true
	c.ReuseRecord = true
	r.Format = "csv"
	r.close = func() error { return nil }
	r.next = func() (Row, error) {
		budget.renew()
		cells, err := c.Read()
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			return Row{}, fault.New(fault.Invalid, "sheet.bad_csv", "read line %d: %w", parse.Line, parse.Err)
		}
		if err != nil {
			return Row{}, err
		}
		line, _ := c.FieldPos(0)
		row := Row{line, slices.Clone(cells)}
		for i, cell := range row.Cells {
			row.Cells[i] = unguarded(cell)
		}
		return row, nil
	}
	return nil
}

// decoded is the file's text as UTF-8. A text that is not UTF-8 is GBK (in its present form, GB 18030) when it makes sense
// as that; a UTF-8 text with damaged places is refused.
func (r *Reader) decoded(file io.ReaderAt, size int64) (io.Reader, error) {
	whole := func() io.Reader { return io.NewSectionReader(file, 0, size) }
	head := make([]byte, min(size, 2))
	if _, err := file.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if s := string(head); s == "\xff\xfe" || s == "\xfe\xff" {
		r.Encoding = "utf-16"
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(whole()), nil
	}
	j, err := judge(whole())
	if err != nil {
		return nil, err
	}
	if j.invalid == 0 {
		r.Encoding = "utf-8"
		return whole(), nil
	}
	gbk := func() io.Reader { return simplifiedchinese.GB18030.NewDecoder().Reader(whole()) }
	bad, err := replacements(gbk())
	if err != nil {
		return nil, err
	}
	if bad > 0 || j.multi > 4*j.invalid {
		return nil, fault.New(fault.Invalid, "sheet.encoding", "open sheet: the text is neither UTF-8 nor GBK")
	}
	r.Encoding = "gbk"
	return gbk(), nil
}

// replacements counts the characters that stand for what could not be decoded.
func replacements(r io.Reader) (n int, err error) {
	b := bufio.NewReader(r)
	for {
		c, _, err := b.ReadRune()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if c == replacement {
			n++
		}
	}
}

const replacement = '\ufffd'

// separator is what the first line is parted by.
func separator(first []byte) rune {
	if i := bytes.IndexAny(first, "\r\n"); i >= 0 {
		first = first[:i]
	}
	best, most := ',', bytes.Count(first, []byte(","))
	for _, c := range []rune{'\t', ';', '|'} {
		if n := bytes.Count(first, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// budget ends a read that takes more than a record may take.
type budget struct {
	r     io.Reader
	limit int
	left  int
}

// renew is called before each record. What the buffers between hold already is not counted, so there is more left than
// the limit at times, never less.
func (b *budget) renew() { b.left = b.limit + 128<<10 }

// Read reads as long as there is something left.
func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fault.New(fault.Invalid, "sheet.record_too_long", "read sheet: a record of more than %d octets: is a quote not closed?", b.limit)
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// A cell that begins with one of these is a formula to whoever opens the file in a spreadsheet; one that came from a
// caller or a web form could run something there. It is written with an apostrophe before it, which is taken off again
// when it is read. Numbers with a sign are what they seem.
func guarded(cell string) string {
	if cell == "" {
		return cell
	}
	switch cell[0] {
	case '=', '@', '\t', '\r', '\'':
		return "'" + cell
	case '+', '-':
		if strings.Trim(cell[1:], "0123456789. ()-") != "" {
			return "'" + cell
		}
	}
	return cell
}

func unguarded(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && guarded(cell[1:]) == cell {
		return cell[1:]
	}
	return cell
}
