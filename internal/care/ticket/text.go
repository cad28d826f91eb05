package ticket

import (
	"strings"
	"unicode"

	"github.com/dealerline/dealerline/internal/care/books"
)

// maxGrams bounds the keys of one text.
const maxGrams = 60

// words are what a text is searched by: runs of letters and digits as they are, in small letters, and each two neighbours of
// Chinese characters.
func words(s string) (list []string) {
	var run []rune
	flush := func() {
		if len(run) > 0 {
			list = append(list, string(run))
		}
		run = run[:0]
	}
	var last rune
	for _, r := range s {
		r = unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.Han, r):
			flush()
			if last != 0 {
				list = append(list, string([]rune{last, r}))
			}
			last = r
			continue
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			run = append(run, r)
		default:
			flush()
		}
		last = 0
	}
	flush()
	return list
}

func grams(s string) [][]byte {
	var k books.Terms
	for _, w := range words(books.HalfWidth(s)) {
		if k.Add(w); len(k.List()) == maxGrams {
			break
		}
	}
	return k.List()
}

// contains reports whether all words of a search are in a text.
func contains(text string, search []string) bool {
	text = strings.ToLower(books.HalfWidth(text))
	for _, w := range search {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
