// Package phone knows telephone numbers: how they are written the same way everywhere, and how they are masked where
// others may read them.
package phone

import "strings"

// Mask hides the middle of a number for logs: 138****5678. Short internal numbers stay as they are.
func Mask(number string) string {
	if len(number) < 7 {
		return number
	}
	return number[:3] + strings.Repeat("*", len(number)-7) + number[len(number)-4:]
}

// Normalize writes a number the way it is stored and compared: without separators, Chinese numbers without the
// country code and mobile numbers without the 0 put before them on long-distance calls.
//
//	+86 138-0013-8000, 013800138000, 0086 13800138000 → 13800138000      +8621 6123 4567 → 02161234567
//
// Numbers of other countries keep their +. What is no number is returned without separators.
func Normalize(number string) string {
	var b strings.Builder
	for i, r := range number {
		switch {
		case r >= '0' && r <= '9', r == '*', r == '#', r == '+' && i == 0:
			b.WriteRune(r)
		}
	}
	n := b.String()
	if rest, ok := strings.CutPrefix(n, "00"); ok && len(rest) >= 8 {
		n = "+" + rest
	}
	rest, china := strings.CutPrefix(n, "+86")
	rest = strings.TrimLeft(rest, "0") // some write +86 (0)21
	switch {
	case china && isMobile(rest):
		return rest
	case china && len(rest) >= 8:
		return "0" + rest
	case len(n) == 12 && n[0] == '0' && isMobile(n[1:]):
		return n[1:]
	}
	return n
}

// isMobile reports whether n is a Chinese mobile number: eleven digits, 13 to 19 in front.
func isMobile(n string) bool {
	return len(n) == 11 && n[0] == '1' && n[1] >= '3' && n[1] <= '9'
}
