package pinyin

import (
	"slices"
	"strings"
	"unicode"
)

const (
	// maxSpellings bounds how many ways a name is spelt.
	maxSpellings = 8
	// maxRunes bounds how much of a name is spelt: companies have long names, and nobody types more.
	maxRunes = 16
)

// Spelling is one way to spell a name: a syllable for each character; letters and digits stand for themselves, a word
// of them being one syllable.
type Spelling []string

// Full is the spelling in one word: "zengguofan".
func (s Spelling) Full() string { return strings.Join(s, "") }

// Initials is the first letter of each syllable: "zgf".
func (s Spelling) Initials() string {
	var b strings.Builder
	for _, syllable := range s {
		b.WriteByte(syllable[0])
	}
	return b.String()
}

// Spellings are the ways in which a name may be spelt, the likely one first. The first character is spelt in all of
// its readings, the others of a short name as well as long as the ways are not too many.
func Spellings(name string) []Spelling {
	parts := split(name)
	if len(parts) == 0 {
		return nil
	}
	likely := make(Spelling, len(parts))
	for i, p := range parts {
		likely[i] = p.readings[0]
	}
	out := []Spelling{likely}
	for i, p := range parts {
		if i > 0 && len(parts) > 4 {
			break // a company: its first character is enough
		}
		for _, reading := range p.readings[1:] {
			if len(out) == maxSpellings {
				return out
			}
			other := slices.Clone(likely)
			other[i] = reading
			out = append(out, other)
		}
	}
	return out
}

// Likely is the likely spelling of a name in one word, empty when there is nothing to spell.
func Likely(name string) string {
	if all := Spellings(name); len(all) > 0 {
		return all[0].Full()
	}
	return ""
}

// part is a character with its readings, or a word of Latin letters and digits.
type part struct{ readings []string }

func split(name string) []part {
	var out []part
	word := false
	runes := []rune(name)
	for i, r := range runes[:min(len(runes), maxRunes*4)] {
		if len(out) == maxRunes {
			break
		}
		if readings := Readings(r); readings != nil {
			if len(out) == 0 {
				readings = merged(surnames[string(r)], readings)
			}
			out, word = append(out, part{readings}), false
			if len(out) == 2 && i > 0 {
				compound(out, string(runes[i-1:i+1]))
			}
			continue
		}
		r = unicode.ToLower(r)
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			word = false
			continue
		}
		if last := len(out) - 1; word {
			out[last].readings[0] += string(r)
		} else {
			out = append(out, part{[]string{string(r)}})
		}
		word = true
	}
	return out
}

// compound puts the readings of a surname of two characters first.
func compound(parts []part, surname string) {
	spelt, ok := compounds[surname]
	if !ok {
		return
	}
	for i, syllable := range strings.Split(spelt[0], ".") {
		parts[i].readings = merged([]string{syllable}, parts[i].readings)
	}
}

func merged(first, then []string) []string {
	out := slices.Clone(first)
	for _, s := range then {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
