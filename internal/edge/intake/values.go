package intake

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/crm"
)

// What is wrong with a cell, as message ids.
const (
	keyNotNumber  = "import.not_a_number"
	keyNotSum     = "import.not_a_sum"
	keyNotYesOrNo = "import.not_yes_or_no"
	keyNotDate    = "import.not_a_date"
)

func path(name string, i int) string { return fmt.Sprintf("%s[%d]", name, i) }

// cells reads the cells of one row by the names of fields, and gathers what cannot be read.
type cells struct {
	row   map[string]string
	zone  *time.Location
	today time.Time // of readings without a day
	wrong fault.Fields
}

// text is a cell as it stands.
func (c *cells) text(name string) string { return c.row[name] }

// bad notes a cell that cannot be read.
func (c *cells) bad(name, key, format string, args ...any) { c.wrong.Add(name, key, format, args...) }

// number is what is left of a cell without ornaments: units, signs of a currency, separators of thousands. It is 0 for an
// empty cell and for one that cannot be read, which is noted under key.
func (c *cells) number(name, ornaments, key, what string, most float64) float64 {
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune(ornaments, r) {
			return -1
		}
		return r
	}, c.row[name])
	if s == "" {
		return 0
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > most {
		c.bad(name, key, "%q is no %s", c.row[name], what)
		return 0
	}
	return f
}

// whole is a whole number: "12,345公里" is 12345.
func (c *cells) whole(name string) int {
	return int(math.Round(c.number(name, ", ，公里千米kmKM年款", keyNotNumber, "number", 1e12)))
}

// fen is a sum of money in yuan, as fen: "¥1,234.5" is 123450.
func (c *cells) fen(name string) int64 {
	return int64(math.Round(100 * c.number(name, ", ，¥￥元圆RMBCNY", keyNotSum, "sum of money", 1e10)))
}

// yes is a cell that says yes or no.
func (c *cells) yes(name string) bool {
	switch strings.ToLower(c.row[name]) {
	case "", "0", "n", "no", "false", "否", "无", "不是":
		return false
	case "1", "y", "yes", "true", "是", "有", "√", "vip":
		return true
	}
	c.bad(name, keyNotYesOrNo, "%q is neither yes nor no", c.row[name])
	return false
}

// layouts are the forms of dates that people and programs write; the separators are made equal before.
//
//nolint:gochecknoglobals // a constant table
var layouts = []string{
	"2006-1-2", "2006-1-2 15:4:5", "2006-1-2 15:4", "2006-1-2T15:4:5Z07:00", "2006-1-2T15:4:5", "20060102", "20060102150405", "2006-1-2 15:4:5.999999999",
}

// moment is a date or a time, in the dealership's zone where the cell names none. Workbooks hold days since 1900.
func (c *cells) moment(name string) time.Time {
	s := c.row[name]
	if s == "" {
		return time.Time{}
	}
	if days, err := strconv.ParseFloat(s, 64); err == nil && days > 10_000 && days < 100_000 {
		day, part := math.Modf(days)
		// Day 1 is 1 January 1900, and Excel counts a 29 February 1900 that was none.
		t := time.Date(1899, 12, 30+int(day), 0, 0, 0, 0, c.zone)
		return t.Add(time.Duration(math.Round(part*86400)) * time.Second)
	}
	plain := strings.NewReplacer("年", "-", "月", "-", "日", " ", "/", "-", "时", ":", "点", ":", "分", "").Replace(s)
	if strings.Count(plain, ".") == 2 {
		plain = strings.ReplaceAll(plain, ".", "-")
	}
	plain = strings.Join(strings.Fields(plain), " ")
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, plain, c.zone); err == nil && t.Year() >= 1900 && t.Year() < 2200 {
			return t
		}
	}
	c.bad(name, keyNotDate, "%q is no date", s)
	return time.Time{}
}

// day is the day of a date or time.
func (c *cells) day(name string) crm.Date {
	t := c.moment(name)
	if t.IsZero() {
		return ""
	}
	return crm.On(t)
}

// choice is one of a few words, in Chinese or English.
func (c *cells) choice(name, key string, words map[string]string) string {
	s := strings.ToLower(c.row[name])
	if s == "" {
		return ""
	}
	if v, ok := words[s]; ok {
		return v
	}
	c.bad(name, key, "%q is none of the words that are known here", c.row[name])
	return ""
}

// parts is a list in one cell.
func parts(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，;；、/|\n", r) })
}
