// Package plate knows the number plates of Chinese vehicles (GA 36): a character for the province, a letter for the
// city and five characters, or six on new-energy vehicles; and the plates of trailers, learners, police, coaches and
// of cars that cross from Hong Kong and Macau, which end in a character of their own.
//
//	粤B12345   粤BD12345 new energy, small   粤B12345F new energy, large
//	粤B1234挂  粤B1234学  粤B1234警  粤Z1234港  粤Z1234澳  沪A00001 …  使014001  WJ·old forms are not taken
//
// Plates never have I or O after the city letter (GA 36, 5.9.3), but people type them: a folded copy, in which O is 0 and I
// is 1, is what plates are looked up by.
package plate

import (
	"strings"
	"unicode/utf8"
)

// Problem says what is wrong with a plate.
type Problem uint8

// The problems.
const (
	None Problem = iota
	BadProvince
	BadCity
	BadNumber
)

// String names the problem as it stands in message ids.
func (p Problem) String() string {
	return [...]string{"none", "bad_province", "bad_city", "bad_number"}[min(p, BadNumber)]
}

// Kind is what the form of a plate tells.
type Kind string

// The kinds.
const (
	Ordinary       Kind = "ordinary"
	NewEnergySmall Kind = "new_energy_small"
	NewEnergyLarge Kind = "new_energy_large"
	Trailer        Kind = "trailer"      // 挂
	Learner        Kind = "learner"      // 学
	Police         Kind = "police"       // 警
	CrossBorder    Kind = "cross_border" // 港, 澳
	Embassy        Kind = "embassy"      // 使, 领
)

// provinces are the characters of the 31 provinces, autonomous regions and municipalities of the mainland.
const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

// Plate is a plate in its parts.
type Plate struct {
	Text string // as stored: "粤B12345"
	Kind Kind
}

// Normalize writes a plate as it is stored: capitals, full-width characters made plain, without blanks, dots and dashes.
func Normalize(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		switch {
		case strings.ContainsRune(" \t-.·•‧∙・*\u3000\u00a0", r):
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

// Parse reads a plate as people write it. I and O after the city letter are read as 1 and 0.
func Parse(s string) (Plate, Problem) {
	s = Normalize(s)
	first, n := utf8.DecodeRuneInString(s)
	rest := s[n:]
	if first == '使' {
		if len(rest) != 6 || !all(rest, digit) {
			return Plate{}, BadNumber
		}
		return Plate{s, Embassy}, None
	}
	if !isProvince(first) {
		return Plate{}, BadProvince
	}
	if rest == "" || rest[0] < 'A' || rest[0] > 'Z' || rest[0] == 'I' {
		return Plate{}, BadCity
	}
	city, number := rest[:1], Fold(rest[1:])
	kind, ok := kindOf(number)
	if !ok {
		return Plate{}, BadNumber
	}
	return Plate{string(first) + city + number, kind}, None
}

func isProvince(r rune) bool { return r != utf8.RuneError && strings.ContainsRune(provinces, r) }

// endings are the last characters of special plates.
var endings = map[rune]Kind{ //nolint:gochecknoglobals // a constant table
	'挂': Trailer, '学': Learner, '警': Police, '港': CrossBorder, '澳': CrossBorder, '领': Embassy,
}

// kindOf judges what comes after the city letter.
func kindOf(number string) (Kind, bool) {
	last, size := utf8.DecodeLastRuneInString(number)
	if kind, ok := endings[last]; ok {
		body := number[:len(number)-size]
		return kind, len(body) == 4 && all(body, serial)
	}
	if !all(number, serial) {
		return "", false
	}
	switch len(number) {
	case 5:
		return Ordinary, strings.ContainsFunc(number, digit)
	case 6:
		return newEnergy(number)
	}
	return "", false
}

// newEnergy judges the six characters after the city letter (GA 36, annex B): small vehicles have a letter D, A, B, C, E
// (battery) or F, G, H, J, K (other) first, then a letter or digit, then four digits; large ones have five digits and
// then the letter.
func newEnergy(number string) (Kind, bool) {
	const letters = "ABCDEFGHJK"
	switch {
	case strings.IndexByte(letters, number[0]) >= 0 && all(number[2:], digit):
		return NewEnergySmall, true
	case strings.IndexByte(letters, number[5]) >= 0 && all(number[:5], digit):
		return NewEnergyLarge, true
	}
	return "", false
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func serial(r rune) bool { return digit(r) || r >= 'A' && r <= 'Z' && r != 'I' && r != 'O' }

func all(s string, is func(rune) bool) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !is(r) })
}

// Fold reads O as 0 and I as 1, for looking up: nobody hears or types the difference.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'O':
			return '0'
		case 'I':
			return '1'
		}
		return r
	}, s)
}

// Reversed is a folded plate from its end, so that what a caller says of its tail is the beginning: "54321B粤".
func Reversed(s string) string {
	runes := []rune(Fold(s))
	for i, j := 0, len(runes)-1; i < j; i, j = i+1, j-1 {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

// WithoutProvince is the plate as people in its province say it: "B12345".
func WithoutProvince(s string) string {
	if r, n := utf8.DecodeRuneInString(s); isProvince(r) {
		return s[n:]
	}
	return s
}

// Begins reports whether s begins as a plate does: with a province.
func Begins(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isProvince(r) || r == '使'
}
