package ticket

import "unicode"

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
