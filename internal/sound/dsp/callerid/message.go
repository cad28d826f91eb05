package callerid

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Message is what an exchange says about a caller. Fields that were not said are zero.
type Message struct {
	Number string // digits, perhaps with * # +
	Name   string

	Month, Day, Hour, Minute uint8 // local time at the exchange; Month 0 = not said

	NumberAbsence byte // why there is no number: 0, [Unavailable] or [Private]
	NameAbsence   byte // the same for the name
}

// Reasons for which a number or name is not said (EN 300 659-3 §5.4.4).
const (
	Unavailable = 'O' // out of the area: the exchange does not know it
	Private     = 'P' // the caller withholds it
)

// Format is the framing of a message.
type Format uint8

// The two framings.
const (
	MDMF Format = iota + 1 // multiple data message format: number, name, time, each may lack
	SDMF                   // single data message format: time and number
)

// Octets of the framings (EN 300 659-3 §5.2, §5.4; GR-30-CORE).
const (
	typeSDMF = 0x04
	typeMDMF = 0x80

	paramTime          = 0x01
	paramNumber        = 0x02
	paramNumberAbsence = 0x04
	paramName          = 0x07
	paramNameAbsence   = 0x08
)

// Limits.
const (
	timeLength = 8   // MMDDHHMM
	maxNumber  = 32  // longer numbers than E.164's 15 digits are met, with prefixes
	maxName    = 50  // octets
	maxBody    = 255 // what the length octet can say
)

// Errors of [Encode] and [Decode].
var (
	ErrLength   = errors.New("caller ID: the length octets do not fit the message")
	ErrChecksum = errors.New("caller ID: wrong checksum")
	ErrContent  = errors.New("caller ID: a field that cannot be")
)

// Encode makes the octets of a message, checksum included. A name that is not ASCII is sent in GBK, as Chinese
// exchanges do, and in UTF-8 if GBK lacks one of its characters. SDMF has no name and needs the time: without one it
// says 01010000.
func Encode(m Message, f Format) ([]byte, error) {
	if m.Month > 12 || m.Day > 31 || m.Hour > 23 || m.Minute > 59 || len(m.Number) > maxNumber || cleanNumber([]byte(m.Number)) != m.Number {
		return nil, ErrContent
	}
	var b []byte
	if f == SDMF {
		if m.Month == 0 {
			m.Month, m.Day = 1, 1
		}
		b = append(appendTime([]byte{typeSDMF, 0}, m), numberField(m)...)
	} else {
		b = []byte{typeMDMF, 0}
		if m.Month != 0 {
			b = appendTime(append(b, paramTime, timeLength), m)
		}
		if m.Number != "" {
			b = appendParam(b, paramNumber, []byte(m.Number))
		} else if m.NumberAbsence != 0 {
			b = appendParam(b, paramNumberAbsence, []byte{m.NumberAbsence})
		}
		if m.Name != "" {
			name, ok := encodeGBK(m.Name)
			if !ok {
				name = []byte(m.Name)
			}
			if len(name) > maxName {
				return nil, ErrLength
			}
			b = appendParam(b, paramName, name)
		} else if m.NameAbsence != 0 {
			b = appendParam(b, paramNameAbsence, []byte{m.NameAbsence})
		}
	}
	b[1] = byte(len(b) - 2)
	return append(b, -sum(b)), nil
}

// numberField is what SDMF has after the time: a number, or the reason why there is none.
func numberField(m Message) []byte {
	switch {
	case m.Number != "":
		return []byte(m.Number)
	case m.NumberAbsence != 0:
		return []byte{m.NumberAbsence}
	default:
		return []byte{Unavailable}
	}
}

func appendParam(b []byte, kind byte, value []byte) []byte {
	return append(append(b, kind, byte(len(value))), value...)
}

func appendTime(b []byte, m Message) []byte {
	for _, v := range [4]uint8{m.Month, m.Day, m.Hour, m.Minute} {
		b = append(b, '0'+v/10, '0'+v%10)
	}
	return b
}

func sum(b []byte) (s byte) {
	for _, v := range b {
		s += v
	}
	return s
}

// Decode reads the octets of a whole message, checksum included. Parameters of MDMF that it does not know are passed
// over. Names may be GBK or UTF-8; what is neither, and characters that cannot be shown, are left out.
func Decode(b []byte) (Message, error) {
	if len(b) < 3 || len(b) != int(b[1])+3 {
		return Message{}, ErrLength
	}
	if sum(b) != 0 {
		return Message{}, ErrChecksum
	}
	body := b[2 : len(b)-1]
	switch b[0] {
	case typeSDMF:
		return decodeSingle(body)
	case typeMDMF:
		return decodeMultiple(body)
	default:
		return Message{}, ErrContent
	}
}

func decodeSingle(body []byte) (m Message, err error) {
	if len(body) < timeLength {
		return m, ErrLength
	}
	if !m.readTime(body[:timeLength]) {
		return Message{}, ErrContent
	}
	rest := body[timeLength:]
	if len(rest) == 1 && absence(rest) != 0 {
		m.NumberAbsence = rest[0]
		return m, nil
	}
	m.Number = cleanNumber(rest)
	return m, nil
}

func decodeMultiple(body []byte) (m Message, err error) {
	for len(body) > 0 {
		if len(body) < 2 || len(body) < 2+int(body[1]) {
			return Message{}, ErrLength
		}
		kind, value := body[0], body[2:2+int(body[1])]
		body = body[2+len(value):]
		switch kind {
		case paramTime:
			if !m.readTime(value) {
				return Message{}, ErrContent
			}
		case paramNumber:
			m.Number = cleanNumber(value)
		case paramNumberAbsence:
			m.NumberAbsence = absence(value)
		case paramName:
			m.Name = readName(value)
		case paramNameAbsence:
			m.NameAbsence = absence(value)
		}
	}
	return m, nil
}

// readTime reads MMDDHHMM.
func (m *Message) readTime(b []byte) bool {
	if len(b) != timeLength {
		return false
	}
	var v [4]uint8
	for i := range v {
		hi, lo := b[2*i]-'0', b[2*i+1]-'0'
		if hi > 9 || lo > 9 {
			return false
		}
		v[i] = 10*hi + lo
	}
	// Exchanges without a clock send zeros.
	if v[0] > 12 || v[1] > 31 || v[2] > 24 || v[3] > 60 {
		return false
	}
	m.Month, m.Day, m.Hour, m.Minute = v[0], v[1], v[2], v[3]
	return true
}

func absence(b []byte) byte {
	if len(b) == 1 && (b[0] == Unavailable || b[0] == Private) {
		return b[0]
	}
	return 0
}

// cleanNumber keeps what can be part of a number: exchanges put spaces and dashes between.
func cleanNumber(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		if c >= '0' && c <= '9' || c == '*' || c == '#' || c == '+' {
			s.WriteByte(c)
		}
	}
	return s.String()[:min(s.Len(), maxNumber)]
}

// readName tells the two encodings apart. Two octets of GBK may be valid UTF-8 of two octets by chance, three hardly
// ever, and Chinese in UTF-8 has three: so a character of two octets speaks for GBK.
func readName(b []byte) string {
	s := string(b)
	isUTF8 := utf8.ValidString(s)
	short := strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf && r < 0x800 })
	if !isUTF8 || short {
		if g, ok := decodeGBK(b); ok {
			s = g
		}
	}
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}
