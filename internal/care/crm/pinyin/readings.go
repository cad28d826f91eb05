package pinyin

import (
	_ "embed"
	"strings"
)

// readings is the table of what characters are read as, in the order of the characters. It is looked up where it lies
// in the program: a map would be made at each start and stay in memory, for a few lookups a day.
//
//	3  how many characters                          octets, the greatest first
//	2  how many lists of readings
//	   for each character    3 the character   2 the number of its list
//	   for each list         2 where its text begins, and one more where the last ends
//	   the lists' texts: "zeng,ceng"
//
// A test makes it (go test ./internal/care/crm/pinyin -update) from the dictionary of github.com/mozillazg/go-pinyin, which is
// made of Unihan and the 《现代汉语词典》.
//
//go:embed readings.bin
var readings string //nolint:gochecknoglobals // a constant table

const (
	headSize = 5
	charSize = 5
)

// Readings are the toneless readings of a character, the usual one first; none for what is no Chinese character.
func Readings(r rune) []string {
	chars, lists := number(readings[:3]), number(readings[3:headSize])
	low, high := 0, chars
	for low < high { // sort.Find would call a function at each step
		middle := int(uint(low+high) >> 1) //nolint:gosec // not negative
		at := readings[headSize+middle*charSize:]
		switch c := rune(number(at[:3])); { //nolint:gosec // three octets
		case c == r:
			return list(number(at[3:charSize]), chars, lists)
		case c < r:
			low = middle + 1
		default:
			high = middle
		}
	}
	return nil
}

// list reads the list of a number.
func list(n, chars, lists int) []string {
	offsets := readings[headSize+chars*charSize:]
	texts := offsets[2*(lists+1):]
	return strings.Split(texts[number(offsets[2*n:2*n+2]):number(offsets[2*n+2:2*n+4])], ",")
}

func number(octets string) (n int) {
	for i := range len(octets) {
		n = n<<8 | int(octets[i])
	}
	return n
}
