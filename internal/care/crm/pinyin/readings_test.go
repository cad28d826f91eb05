package pinyin_test

import (
	"encoding/binary"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	dictionary "github.com/mozillazg/go-pinyin"

	"github.com/dealerline/dealerline/internal/care/crm/pinyin"
)

var update = flag.Bool("update", false, "make the table of readings from the dictionary")

// marks and plain are the letters with tone marks and, at the same places, without; ü is typed as v.
const (
	marks = "āáǎàēéěèōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿê"
	plain = "aaaaeeeeooooiiiiuuuuvvvvvnnnme"
)

// toneless takes off the tone marks.
func toneless(reading string) string {
	var b strings.Builder
	for _, r := range reading {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
			continue
		}
		if i := strings.IndexRune(marks, r); i >= 0 {
			b.WriteByte(plain[utf8.RuneCountInString(marks[:i])])
		}
	}
	return b.String()
}

// looked is what the dictionary says of a character.
func looked(marked string) (out []string) {
	for reading := range strings.SplitSeq(marked, ",") {
		if syllable := toneless(reading); syllable != "" && !slices.Contains(out, syllable) {
			out = append(out, syllable)
		}
	}
	return out
}

// TestTheTableSaysWhatTheDictionarySays compares all characters; with -update it makes the table first.
func TestTheTableSaysWhatTheDictionarySays(t *testing.T) {
	if *update {
		if err := os.WriteFile("readings.bin", made(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Log("made; what the package has built in is the one before, so run again without -update")
		return
	}
	n := 0
	for r := rune(0); r <= 0x3ffff; r++ {
		marked, ok := dictionary.PinyinDict[int(r)]
		want := looked(marked)
		if got := pinyin.Readings(r); !slices.Equal(got, want) {
			t.Fatalf("%c (%U) is read %v, want %v", r, r, got, want)
		}
		if ok {
			n++
		}
	}
	if n != len(dictionary.PinyinDict) || n < 40_000 {
		t.Errorf("compared %d characters of %d", n, len(dictionary.PinyinDict))
	}
	if got := pinyin.Readings(-1); got != nil {
		t.Errorf("nothing is read %v", got)
	}
}

// made is the table in the form that readings.go describes.
func made() []byte {
	var chars, offsets, texts []byte
	numbers, count := map[string]uint16{}, uint32(0)
	for _, r := range slices.Sorted(maps.Keys(dictionary.PinyinDict)) {
		list := strings.Join(looked(dictionary.PinyinDict[r]), ",")
		if list == "" {
			continue
		}
		n, ok := numbers[list]
		if !ok {
			n = uint16(len(numbers)) //nolint:gosec // some thousands
			numbers[list] = n
			offsets = binary.BigEndian.AppendUint16(offsets, uint16(len(texts))) //nolint:gosec // the test would fail
			texts = append(texts, list...)
		}
		chars = append(chars, byte(r>>16), byte(r>>8), byte(r))
		chars = binary.BigEndian.AppendUint16(chars, n)
		count++
	}
	offsets = binary.BigEndian.AppendUint16(offsets, uint16(len(texts))) //nolint:gosec // the test would fail
	head := []byte{byte(count >> 16), byte(count >> 8), byte(count)}
	head = binary.BigEndian.AppendUint16(head, uint16(len(numbers))) //nolint:gosec // some thousands
	return slices.Concat(head, chars, offsets, texts)
}
