package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/sheet"
)

// read reads all rows, or up to the first error.
func read(t testing.TB, data []byte, limits sheet.Limits) (rows []sheet.Row, r *sheet.Reader, err error) {
	t.Helper()
	limits.TempDir = t.TempDir()
	r, err = sheet.Open(bytes.NewReader(data), int64(len(data)), limits)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows, r, nil
		}
		if err != nil {
			return rows, r, err
		}
		rows = append(rows, row)
	}
}

func gbk(t testing.TB, s string) []byte {
	t.Helper()
	out, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func utf16le(s string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

func TestTextsOfAllKindsAreRead(t *testing.T) {
	want := []sheet.Row{{1, []string{"姓名", "电话"}}, {2, []string{"王建国", "13800138000"}}, {4, []string{"李,红", "a\nb"}}}
	text := "姓名,电话\r\n 王建国 ,13800138000\r\n,\r\n\"李,红\",\"a\nb\"\r\n"
	for name, data := range map[string][]byte{
		"utf-8": []byte(text), "utf-8 with mark": []byte("\ufeff" + text), "gbk": gbk(t, text), "utf-16": utf16le(text),
		"semicolons": []byte("姓名;电话\n王建国;13800138000\n;\n\"李,红\";\"a\nb\"\n"),
		"tabs":       []byte("姓名\t电话\n王建国\t13800138000\n\t\n李,红\t\"a\nb\"\n"),
	} {
		rows, r, err := read(t, data, sheet.Limits{})
		if err != nil || !reflect.DeepEqual(rows, want) {
			t.Errorf("%s: %v, %v", name, rows, err)
			continue
		}
		if encoding, _, _ := strings.Cut(name, " "); strings.Contains("utf-8 gbk utf-16", encoding) && r.Encoding != encoding {
			t.Errorf("%s is taken for %s", name, r.Encoding)
		}
	}
	// Chinese that begins late: the encoding is found all the same.
	late := strings.Repeat("plain,text\n", 20000)
	rows, r, err := read(t, append([]byte(late), gbk(t, "王建国,x\n")...), sheet.Limits{})
	if err != nil || r.Encoding != "gbk" || rows[len(rows)-1].Cells[0] != "王建国" {
		t.Errorf("late GBK: %v", err)
	}
}

// book makes a workbook of raw parts.
func book(t testing.TB, worksheet string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for name, text := range map[string]string{
		"[Content_Types].xml":        `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels":                `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + worksheet + `</sheetData></worksheet>`,
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestWorkbooksAreRead(t *testing.T) {
	f := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "姓名", "B1": "电话", "A2": "王建国", "B2": 13800138000, "A5": "李红", "C5": 1.5} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	data, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	rows, _, err := read(t, data.Bytes(), sheet.Limits{})
	want := []sheet.Row{{1, []string{"姓名", "电话"}}, {2, []string{"王建国", "13800138000"}}, {5, []string{"李红", "", "1.5"}}}
	if err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("%v, %v", rows, err)
	}
	rows, _, err = read(t, book(t, `<row r="1"><c r="A1"><v>1.3800138E10</v></c></row>`), sheet.Limits{})
	if err != nil || rows[0].Cells[0] != "13800138000" {
		t.Errorf("a number in the scientific form: %v, %v", rows, err)
	}
}

func TestWhatIsWrittenIsReadTheSame(t *testing.T) {
	want := [][]string{
		{"姓名", "电话"}, {"=cmd|'/c calc'!A0", "+442079460000"}, {"'quoted", "-1"}, {"@x", "a,\"b\"\nc"}, {"-a", "''="}, {"王", ""},
	}
	for _, format := range []string{"csv", "xlsx"} {
		var buf bytes.Buffer
		w, err := sheet.NewWriter(format, &buf, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range want {
			if err := w.Write(row); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		rows, _, err := read(t, buf.Bytes(), sheet.Limits{})
		if err != nil || len(rows) != len(want) {
			t.Fatalf("%s: %v, %v", format, rows, err)
		}
		for i, row := range rows {
			for j, cell := range want[i] {
				if cell != "" && row.Cells[j] != cell {
					t.Errorf("%s: %q was written, %q is read", format, cell, row.Cells[j])
				}
			}
		}
		if format == "csv" && bytes.Contains(buf.Bytes(), []byte("\n=cmd")) {
			t.Error("a formula goes out as one")
		}
	}
	if _, err := sheet.NewWriter("pdf", nil, ""); fault.CodeOf(err) != fault.Invalid {
		t.Error(err)
	}
}

func TestWhatIsTooMuchIsRefused(t *testing.T) {
	bomb := book(t, "<row><c t=\"inlineStr\"><is><t>"+strings.Repeat("0", 6<<20)+"</t></is></c></row>")
	if len(bomb) > 1<<20 {
		t.Fatalf("the bomb has %d octets", len(bomb))
	}
	wide := strings.Repeat(",", 300) + "x\n"
	for _, c := range []struct {
		name   string
		data   []byte
		limits sheet.Limits
		key    string
	}{
		{"a ZIP bomb", bomb, sheet.Limits{Unzipped: 4 << 20}, "sheet.zip_bomb"},
		{"a cell of 6 MB in a workbook", bomb, sheet.Limits{}, "sheet.cell_too_long"},
		{"a cell of 2 MB", []byte("a,b\n" + strings.Repeat("x", 2<<20) + ",y\n"), sheet.Limits{}, "sheet."},
		{"a quote not closed", []byte("a,b\n\"x\n" + strings.Repeat("1,2\n", 1<<20)), sheet.Limits{}, "sheet."},
		{"many columns", []byte(wide), sheet.Limits{}, "sheet.too_many_columns"},
		{"many rows", []byte(strings.Repeat("a,b\n", 11)), sheet.Limits{Rows: 10}, "sheet.too_many_rows"},
		{"a large file", []byte("abcdef"), sheet.Limits{Bytes: 5}, "sheet.too_large"},
		{"damaged UTF-8", []byte("姓名,电话\n王建国,1\n李\xff红,2\n"), sheet.Limits{}, "sheet.encoding"},
		{"no table", []byte("a\x00b"), sheet.Limits{}, "sheet.not_a_table"},
		{"an archive of something else", []byte("PK\x03\x04 and then nothing"), sheet.Limits{}, "sheet.bad_xlsx"},
		{"a row far below", book(t, `<row r="9223372036854775807"><c r="A1"><v>1</v></c></row>`), sheet.Limits{}, "sheet.too_many_rows"},
		{"an old workbook", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), sheet.Limits{}, "sheet.old_excel"},
	} {
		_, _, err := read(t, c.data, c.limits)
		if fault.CodeOf(err) != fault.Invalid || !strings.HasPrefix(fault.KeyOf(err), c.key) {
			t.Errorf("%s: %v (%s)", c.name, err, fault.KeyOf(err))
		}
	}
	// An archive that lies about its sizes ends in an error, too.
	lie := bytes.ReplaceAll(bomb, binary.LittleEndian.AppendUint32(nil, uint32(6<<20+len(`<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="inlineStr"><is><t></t></is></c></row></sheetData></worksheet>`))), []byte{16, 0, 0, 0})
	if bytes.Equal(lie, bomb) {
		t.Fatal("the archive does not lie")
	}
	if _, _, err := read(t, lie, sheet.Limits{Unzipped: 1 << 20}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a lying archive: %v", err)
	}
}

// A panic of the library over a file is what is wrong with that file.
func TestAPanicIsAnErrorOfTheFile(t *testing.T) {
	err := sheet.Shielded(func() error {
		cells := strings.Fields("a b")
		_ = cells[len(cells)]
		return nil
	})
	if fault.KeyOf(err) != "sheet.bad_xlsx" || fault.CodeOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
}

func TestNothingInsideIsNoError(t *testing.T) {
	for name, data := range map[string][]byte{"nothing": nil, "a mark": []byte("\ufeff"), "blanks": []byte("\n , \n\n"), "an empty workbook": book(t, "")} {
		if rows, _, err := read(t, data, sheet.Limits{}); err != nil || rows != nil {
			t.Errorf("%s: %v, %v", name, rows, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("姓名,电话\n王建国,138\n"))
	f.Add([]byte("\xff\xfea\x00,\x00"))
	f.Add([]byte("a;\"b\n"))
	f.Add(book(f, `<row r="1"><c r="A1"><v>1</v></c></row>`))
	f.Add(book(f, `<row r="9999999"><c r="ZZZZZ1" t="s"><v>-5</v></c></row><row/>`))
	limits := sheet.Limits{Rows: 1000, Columns: 50, Cell: 1000, Unzipped: 1 << 20, Bytes: 1 << 20}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, _, err := read(t, data, limits)
		if err == nil && len(rows) > limits.Rows {
			t.Errorf("%d rows", len(rows))
		}
		for _, r := range rows {
			if len(r.Cells) > limits.Columns {
				t.Errorf("%d columns", len(r.Cells))
			}
		}
	})
}

func BenchmarkWriteAndReadWorkbook(b *testing.B) {
	for b.Loop() {
		var buf bytes.Buffer
		w, err := sheet.NewWriter("xlsx", &buf, b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		for i := range 10_000 {
			if err := w.Write([]string{"王建国", fmt.Sprint(13800000000 + i), "粤B12345", "深圳市南山区", "2024-01-01", "x", "y", "z"}); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		if _, _, err := read(b, buf.Bytes(), sheet.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
