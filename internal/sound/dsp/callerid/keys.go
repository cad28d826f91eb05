package callerid

import "strings"

// Frames of DTMF caller ID. YDN 069 and EN 300 659-1 annex B: a start key, the digits, an end key.
const (
	startNumber   = 'D' // a number follows
	startDiverted = 'A' // the same; some exchanges, and others for a diverted call
	startAbsence  = 'B' // a reason follows: 00 unavailable, 10 private
	endKeys       = "C#"

	minBareDigits = 3 // fewer keys without a frame are no number
)

// DTMFKeys is the number as keys: D, the digits, C. An empty number is sent as "not available".
func DTMFKeys(number string) string {
	if number == "" {
		return "B00C"
	}
	return string(startNumber) + number + "C"
}

// ParseDTMF reads the keys heard before the first ring. Known are D…C, A…#, the same without end, bare digits, and
// for a number that is not said B00 (unavailable), B10 (private), D1# (private), D2# (overseas) and D3#
// (unavailable). ok is false if it is nothing of that.
func ParseDTMF(keys string) (m Message, ok bool) {
	if keys == "" {
		return Message{}, false
	}
	start := keys[0]
	if !strings.ContainsRune("ABD", rune(start)) {
		digits := strings.TrimRight(keys, endKeys)
		if len(digits) < minBareDigits || len(digits) > maxNumber || !allDigits(digits) {
			return Message{}, false
		}
		return Message{Number: digits}, true
	}
	digits, end := keys[1:], byte(0)
	if at := strings.IndexAny(digits, endKeys); at >= 0 {
		digits, end = digits[:at], digits[at]
	}
	if len(digits) > maxNumber || !allDigits(digits) {
		return Message{}, false
	}
	if reason := absenceOf(start, digits, end); reason != 0 {
		return Message{NumberAbsence: reason}, true
	}
	if digits == "" || start == startAbsence {
		return Message{}, false
	}
	return Message{Number: digits}, true
}

// absenceOf is the reason that such keys give for not saying a number, 0 if they give none.
func absenceOf(start byte, digits string, end byte) byte {
	switch {
	case start == startAbsence && digits == "00":
		return Unavailable
	case start == startAbsence && digits == "10":
		return Private
	case start == startNumber && end == '#' && digits == "1":
		return Private
	case start == startNumber && end == '#' && (digits == "2" || digits == "3"):
		return Unavailable
	default:
		return 0
	}
}

func allDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}
