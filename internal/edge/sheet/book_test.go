package sheet_test

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/dealerline/dealerline/internal/edge/sheet"
)

func TestNumbersOfABookAreNumbers(t *testing.T) {
	half, three := 0.5, 3.0
	var b bytes.Buffer
	err := sheet.WriteBook(&b, []sheet.Table{
		{Name: "数据", Widths: []float64{20, 10}, Rows: [][]sheet.Cell{{{Text: "a"}, {Text: "b"}}, {{Text: "007"}, {Number: &half, Format: sheet.Percent}, {}}}},
		{Name: "more", Rows: [][]sheet.Cell{{{Number: &three, Format: sheet.Whole}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // in memory
	for _, c := range []struct{ sheet, cell, shown, raw string }{
		{"数据", "A2", "007", "007"}, {"数据", "B2", "50.00%", "0.5"}, {"数据", "C2", "", ""}, {"more", "A1", "3", "3"},
	} {
		shown, err1 := book.GetCellValue(c.sheet, c.cell)
		raw, err2 := book.GetCellValue(c.sheet, c.cell, excelize.Options{RawCellValue: true})
		if err1 != nil || err2 != nil || shown != c.shown || raw != c.raw {
			t.Errorf("%s %s shows %q for %q; %v %v", c.sheet, c.cell, shown, raw, err1, err2)
		}
	}
	if kind, err := book.GetCellType("数据", "B2"); err != nil || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
		t.Errorf("the number is of type %v, %v", kind, err)
	}
	if err := sheet.WriteBook(&b, []sheet.Table{{Name: "no[t]"}}); err == nil {
		t.Error("a name that Excel refuses was taken")
	}
}
