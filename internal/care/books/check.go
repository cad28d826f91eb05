package books

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Checker tidies the fields of a record that somebody wrote, and gathers what is wrong with them.
type Checker struct{ Found fault.Fields }

// Wrong notes what is wrong with a field.
func (k *Checker) Wrong(path, key, format string, args ...any) {
	k.Found.Add(path, key, format, args...)
}

// Line tidies and checks a text of one line.
func (k *Checker) Line(path string, s *string, limit int) { k.write(path, s, limit, false) }

// Text tidies and checks a text that may have several lines.
func (k *Checker) Text(path string, s *string, limit int) { k.write(path, s, limit, true) }

func (k *Checker) write(path string, s *string, limit int, lines bool) {
	switch {
	case !utf8.ValidString(*s):
		k.Wrong(path, "text.not_utf8", "the text is not UTF-8")
		return
	case len(*s) > limit*utf8.UTFMax:
		k.Wrong(path, "text.too_long", "%d octets, at most %d characters", len(*s), limit)
		return
	}
	*s = strings.TrimSpace(*s)
	if n := utf8.RuneCountInString(*s); n > limit {
		k.Wrong(path, "text.too_long", "%d characters, at most %d", n, limit)
	}
	for _, r := range *s {
		if unicode.IsControl(r) && (!lines || r != '\n' && r != '\r' && r != '\t') {
			k.Wrong(path, "text.control_character", "the text has the control character %U", r)
			return
		}
	}
}

// OneOf checks that a value is one of those allowed.
func (k *Checker) OneOf(path, key, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		k.Wrong(path, key, "%q is none of %s", Shorten(value), strings.Join(allowed, ", "))
	}
}

// Within checks that a number lies within bounds.
func (k *Checker) Within(path, key string, n, least, most int) {
	if n < least || n > most {
		k.Wrong(path, key, "%d is not within %d and %d", n, least, most)
	}
}

// Indexed is the path of an item of a list.
func Indexed(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// Shorten keeps what was sent out of messages and logs where it is long.
func Shorten(s string) string {
	if runes := []rune(strings.ToValidUTF8(s[:min(len(s), 200)], "�")); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return strings.ToValidUTF8(s, "�")
}

// HalfWidth makes full-width characters plain: １３８ → 138.
func HalfWidth(s string) string {
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
