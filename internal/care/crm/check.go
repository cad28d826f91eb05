package crm

import (
	"fmt"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

// checker checks what customers and vehicles have beside plain fields.
type checker struct{ books.Checker }

func (k *checker) tags(path string, tags *[]string) {
	if len(*tags) > maxTags {
		k.Wrong(path, "customer.too_many_tags", "%d tags, at most %d", len(*tags), maxTags)
		return
	}
	var out []string
	for i, tag := range *tags {
		if k.Line(books.Indexed(path, i), &tag, maxTag); tag != "" && !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	*tags = out
}

func (k *checker) date(path string, d Date) {
	if _, err := d.Time(); d != "" && err != nil {
		k.Wrong(path, "date.invalid", "%q is no date like 2026-05-01", books.Shorten(string(d)))
	}
}

// Date is a day on the dealership's calendar: "2026-05-01", empty when unknown.
type Date string

// On is the day on which a moment falls in its own zone.
func On(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Time is the day's beginning in UTC, to reckon with; an error when the text is no day between 1900 and 2199.
func (d Date) Time() (time.Time, error) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err == nil && (t.Year() < 1900 || t.Year() > 2199) {
		err = fmt.Errorf("read date %s: no such year", string(d))
	}
	return t, err
}

// AddMonths is the same day some months later, the last one of the month where there is no such day.
func (d Date) AddMonths(n int) Date {
	t, err := d.Time()
	if err != nil {
		return ""
	}
	later := t.AddDate(0, n, 0)
	if later.Day() != t.Day() { // 31 January + 1 month is not 3 March
		later = later.AddDate(0, 0, -later.Day())
	}
	return On(later)
}

// DaysUntil is the number of days from d to e; ok is false where one is unknown.
func (d Date) DaysUntil(e Date) (days int, ok bool) {
	from, err := d.Time()
	if err != nil {
		return 0, false
	}
	to, err := e.Time()
	if err != nil {
		return 0, false
	}
	return int(to.Sub(from).Hours() / 24), true
}
