package callerid

import (
	_ "embed"
	"unicode/utf8"
)

// gbkTable holds the code points of GBK's double octets, two octets each, in their order: leads 81–FE, trails 40–7E and
// 80–FE. Zero is what GBK leaves free.
//
//go:embed gbk.bin
var gbkTable string

const (
	gbkFirstLead  = 0x81
	gbkLastLead   = 0xFE
	gbkFirstTrail = 0x40
	gbkRow        = 190 // characters of one lead
)

// decodeGBK turns GBK into a string; ok is false where it is none.
func decodeGBK(b []byte) (s string, ok bool) {
	out := make([]rune, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] < utf8.RuneSelf {
			out = append(out, rune(b[i]))
			continue
		}
		if i+1 == len(b) {
			return "", false
		}
		r := gbkRune(b[i], b[i+1])
		if r == 0 {
			return "", false
		}
		out = append(out, r)
		i++
	}
	return string(out), true
}

func gbkRune(lead, trail byte) rune {
	if lead < gbkFirstLead || lead > gbkLastLead || trail < gbkFirstTrail || trail == 0x7F || trail == 0xFF {
		return 0
	}
	column := int(trail) - gbkFirstTrail
	if trail > 0x7F {
		column--
	}
	at := 2 * ((int(lead)-gbkFirstLead)*gbkRow + column)
	return rune(gbkTable[at])<<8 | rune(gbkTable[at+1])
}

// encodeGBK turns a string into GBK; ok is false if it has a character that GBK lacks. It searches the table: names
// are short and sent seldom.
func encodeGBK(s string) (b []byte, ok bool) {
	for _, r := range s {
		if r < utf8.RuneSelf {
			b = append(b, byte(r))
			continue
		}
		at := gbkPlace(r)
		if at < 0 {
			return nil, false
		}
		column := at % gbkRow
		trail := gbkFirstTrail + column
		if trail >= 0x7F {
			trail++
		}
		b = append(b, byte(gbkFirstLead+at/gbkRow), byte(trail))
	}
	return b, true
}

// gbkPlace is the place of a character in the table, −1 if it is not there.
func gbkPlace(r rune) int {
	if r > 0xFFFF {
		return -1
	}
	hi, lo := byte(r>>8), byte(r)
	for i := 0; i < len(gbkTable); i += 2 {
		if gbkTable[i] == hi && gbkTable[i+1] == lo {
			return i / 2
		}
	}
	return -1
}
