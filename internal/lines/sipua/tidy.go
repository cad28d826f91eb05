package sipua

import (
	"bytes"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// SIP allows white space, folded lines included, around most separators (RFC 3261 §7.3.1, SWS in §25.1). The parser
// below takes it for a part of names and values: "; tag = x" is no tag to it. So a datagram with such white space is
// written plainly before it is parsed. Nearly none has any, and those are only looked through.

// spaced are the marks of white space that may have to go.
var spaced = [][]byte{ //nolint:gochecknoglobals // a constant table
	[]byte("\t"), []byte("\r\n "), []byte(" ;"), []byte("; "), []byte(" ="), []byte("= "), []byte(" /"), []byte("/ "),
	[]byte(" ,"), []byte(" :"),
}

// separators are the headers of which parameters are read by the parser below, and the signs in each around which
// white space has no meaning.
var separators = map[string]string{ //nolint:gochecknoglobals // a constant table
	"via": "/:;=,", "v": "/:;=,",
	"from": ";=,", "f": ";=,", "to": ";=,", "t": ";=,", "contact": ";=,", "m": ";=,",
	"route": ";=,", "record-route": ";=,",
}

// filter is what every packet goes through before it is parsed. A stream's pieces pass as they are: they begin and
// end anywhere.
func filter(from sip.TransportReadProps, data []byte) ([]byte, error) {
	if sip.NetworkToLower(from.Transport) != "udp" {
		return data, nil
	}
	return tidy(data), nil
}

// tidy writes a message's header section without the white space that has no meaning. What needs nothing is returned
// as it is; the body never changes.
func tidy(msg []byte) []byte {
	end := bytes.Index(msg, []byte("\r\n\r\n"))
	if end < 0 || !untidy(msg[:end]) {
		return msg
	}
	lines := strings.Split(unfold(string(msg[:end])), "\r\n")
	for i, l := range lines[1:] { // the start line's spaces are its form
		name, value, ok := strings.Cut(l, ":")
		if !ok {
			continue
		}
		if signs := separators[strings.ToLower(strings.TrimSpace(name))]; signs != "" {
			lines[i+1] = strings.TrimSpace(name) + ": " + squeeze(value, signs)
		}
	}
	return append([]byte(strings.Join(lines, "\r\n")), msg[end:]...)
}

func untidy(head []byte) bool {
	for _, mark := range spaced {
		if bytes.Contains(head, mark) {
			return true
		}
	}
	return false
}

// unfold joins the lines that continue a header to it, with one space (RFC 3261 §7.3.1).
func unfold(head string) string {
	var b strings.Builder
	for i, l := range strings.Split(head, "\r\n") {
		switch {
		case i == 0:
		case i > 1 && l != "" && (l[0] == ' ' || l[0] == '\t'): // nothing can continue the start line
			b.WriteByte(' ')
			l = strings.TrimLeft(l, " \t")
		default:
			b.WriteString("\r\n")
		}
		b.WriteString(l)
	}
	return b.String()
}

// squeeze drops the white space beside separators, and leaves one space of any other; what stands in quotes or angle
// brackets is not touched.
func squeeze(value, signs string) string {
	b := make([]byte, 0, len(value))
	var quoted, escaped, bracketed, gap bool
	for i := range len(value) {
		c := value[i]
		switch {
		case quoted:
			quoted = c != '"' || escaped
			escaped = c == '\\' && !escaped
		case bracketed:
			bracketed = c != '>'
		case c == ' ' || c == '\t':
			gap = true
			continue
		default:
			if gap && len(b) > 0 && strings.IndexByte(signs, c) < 0 && strings.IndexByte(signs, b[len(b)-1]) < 0 {
				b = append(b, ' ')
			}
			quoted, escaped, bracketed = c == '"', false, c == '<'
		}
		gap = false
		b = append(b, c)
	}
	return string(b)
}
