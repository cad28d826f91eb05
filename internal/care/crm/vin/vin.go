// Package vin knows vehicle identification numbers: 17 characters of ISO 3779 and GB 16735, written A–Z without I, O
// and Q, and 0–9. Position 9 is a check digit: GB 16735 demands it of vehicles for the Chinese market as 49 CFR 565
// does of those for North America, but much of the world does not use it, and such cars are imported and serviced too.
// A wrong check digit is therefore told apart from a malformed number: the one is a doubt, the other an error.
package vin

import "strings"

// Length is the number of characters of a VIN.
const Length = 17

// checkPosition is the index of the check digit (GB 16735, 5.3: the ninth position).
const checkPosition = 8

// weights of the positions, GB 16735 annex A; the check digit itself has none.
const weights = "\x08\x07\x06\x05\x04\x03\x02\x0a\x00\x09\x08\x07\x06\x05\x04\x03\x02"

// Problem says what is wrong with a number.
type Problem uint8

// The problems, from none to worst. WrongCheck is a doubt, those after it are errors.
const (
	None       Problem = iota
	WrongCheck         // well formed, but the check digit does not fit: mistyped, or made for a market without check digits
	BadLength
	BadLetter // I, O or Q, which no VIN has because they are misread
	BadCharacter
)

// String names the problem as it stands in message ids.
func (p Problem) String() string {
	return [...]string{"none", "wrong_check", "bad_length", "bad_letter", "bad_character"}[min(p, BadCharacter)]
}

// Normalize writes a number as it is stored: capitals, full-width characters made plain, without blanks, dots, dashes
// and asterisks that people and documents put in and around it.
func Normalize(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		switch {
		case r == ' ', r == '\t', r == '-', r == '.', r == '*', r == '·', r == '\u3000', r == '\u00a0':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

// Check judges a normalised number.
func Check(v string) Problem {
	letters := false
	for _, r := range v {
		switch {
		case r == 'I', r == 'O', r == 'Q':
			letters = true
		case (r < '0' || r > '9') && (r < 'A' || r > 'Z'):
			return BadCharacter
		}
	}
	switch {
	case len(v) != Length:
		return BadLength
	case letters:
		return BadLetter
	case CheckDigit(v) != v[checkPosition]:
		return WrongCheck
	}
	return None
}

// CheckDigit computes the ninth character of a well-formed number: '0' to '9' or 'X' for ten.
func CheckDigit(v string) byte {
	sum := 0
	for i := range Length {
		sum += value(v[i]) * int(weights[i])
	}
	if sum %= 11; sum < 10 {
		return byte('0' + sum)
	}
	return 'X'
}

// value of a character, GB 16735 annex A.
func value(c byte) int {
	const letters = "12345678.12345.7.923456789" // A … Z; I, O and Q have none
	if c >= '0' && c <= '9' {
		return int(c - '0')
	}
	if n := letters[c-'A']; n != '.' {
		return int(n - '0')
	}
	return 0
}
