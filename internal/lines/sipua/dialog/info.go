package dialog

import "strings"

// keyPress reads a key from an INFO body: application/dtmf-relay has lines "Signal=5", application/dtmf the key
// alone. Some phones write 10 and 11 for star and hash.
func keyPress(contentType string, body []byte) (byte, bool) {
	text := strings.TrimSpace(string(body))
	switch contentType {
	case "application/dtmf":
		return key(text)
	case "application/dtmf-relay":
		for l := range strings.Lines(text) {
			name, value, ok := strings.Cut(l, "=")
			if ok && strings.EqualFold(strings.TrimSpace(name), "signal") {
				return key(strings.TrimSpace(value))
			}
		}
	}
	return 0, false
}

func key(s string) (byte, bool) {
	switch s {
	case "10":
		return '*', true
	case "11":
		return '#', true
	}
	s = strings.ToUpper(s)
	if len(s) == 1 && strings.Contains("0123456789*#ABCD", s) {
		return s[0], true
	}
	return 0, false
}
