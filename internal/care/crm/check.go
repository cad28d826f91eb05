package crm

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// checker tidies fields and gathers what is wrong with them.
type checker struct{ found fault.Fields }

func (k *checker) wrong(path, key, format string, args ...any) {
	k.found.Add(path, key, format, args...)
}

// line tidies and checks a text of one line.
func (k *checker) line(path string, s *string, limit int) { k.write(path, s, limit, false) }

// text tidies and checks a text that may have several lines.
func (k *checker) text(path string, s *string, limit int) { k.write(path, s, limit, true) }

func (k *checker) write(path string, s *string, limit int, lines bool) {
	switch {
	case !utf8.ValidString(*s):
		k.wrong(path, "text.not_utf8", "the text is not UTF-8")
		return
	case len(*s) > limit*utf8.UTFMax:
		k.wrong(path, "text.too_long", "%d octets, at most %d characters", len(*s), limit)
		return
	}
	*s = strings.TrimSpace(*s)
	if n := utf8.RuneCountInString(*s); n > limit {
		k.wrong(path, "text.too_long", "%d characters, at most %d", n, limit)
	}
	for _, r := range *s {
		if unicode.IsControl(r) && (!lines || r != '\n' && r != '\r' && r != '\t') {
			k.wrong(path, "text.control_character", "the text has the control character %U", r)
			return
		}
	}
}

func (k *checker) oneOf(path, key, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		k.wrong(path, key, "%q is none of %s", shorten(value), strings.Join(allowed, ", "))
	}
}

func (k *checker) tags(path string, tags *[]string) {
	if len(*tags) > maxTags {
		k.wrong(path, "customer.too_many_tags", "%d tags, at most %d", len(*tags), maxTags)
		return
	}
	var out []string
	for i, tag := range *tags {
		if k.line(indexed(path, i), &tag, maxTag); tag != "" && !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	*tags = out
}

func (k *checker) date(path string, d Date) {
	if _, err := d.Time(); d != "" && err != nil {
		k.wrong(path, "date.invalid", "%q is no date like 2026-05-01", shorten(string(d)))
	}
}

func (k *checker) within(path, key string, n, least, most int) {
	if n < least || n > most {
		k.wrong(path, key, "%d is not within %d and %d", n, least, most)
	}
}

func indexed(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// shorten keeps what was sent out of messages and logs where it is long.
func shorten(s string) string {
	if runes := []rune(strings.ToValidUTF8(s[:min(len(s), 200)], "�")); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return strings.ToValidUTF8(s, "�")
}

// halfWidth makes full-width characters plain: １３８ → 138.
func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - ('！' - '!')
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
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
