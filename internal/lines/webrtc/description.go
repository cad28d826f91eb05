package webrtc

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// ErrDescription means that a description is none of a browser's sound.
var ErrDescription = errors.New("not a description of a browser's sound")

// Payload types: those of G.711 are static (RFC 3551 table 4); eventPT is what we propose for key presses.
const (
	pcmu    = 0
	pcma    = 8
	eventPT = 101
)

// maxDescription bounds what is read; browsers' descriptions have two to five thousand octets.
const maxDescription = 32 << 10

// The directions of a stream (RFC 8866 §6.7).
var directions = []string{"sendrecv", "sendonly", "recvonly", "inactive"} //nolint:gochecknoglobals // a constant table

// description is what we need of a session description: its lines, and what they say of the one audio stream.
type description struct {
	origin      string   // of the o= line, all of it
	head        []string // lines before the first stream
	audio       []string // lines of the audio stream, its m= line first
	others      []string // the m= lines of further streams, which are refused
	formats     []string // payload types that we speak, the preferred one first
	event       int      // payload type of telephone-event at 8 kHz, 0 for none
	direction   string
	ufrag, pass string
}

// read takes a description apart. Only the first stream may be the audio stream: browsers put it there.
func read(body []byte) (description, error) {
	d := description{direction: "sendrecv"}
	if len(body) == 0 || len(body) > maxDescription {
		return d, fmt.Errorf("%w: %d octets", ErrDescription, len(body))
	}
	at := -1 // the stream that lines belong to
	for line := range strings.Lines(string(body)) {
		line = strings.TrimRight(line, "\r\n")
		if len(line) < 2 || line[1] != '=' || strings.ContainsRune(line, 0) {
			continue
		}
		switch {
		case strings.HasPrefix(line, "m="):
			if at++; at == 0 {
				d.audio = append(d.audio, line)
			} else {
				d.others = append(d.others, line)
			}
		case at < 0:
			d.head = append(d.head, line)
			if v, ok := strings.CutPrefix(line, "o="); ok {
				d.origin = v
			}
		case at == 0:
			d.audio = append(d.audio, line)
		}
	}
	if len(d.audio) == 0 || !strings.HasPrefix(d.audio[0], "m=audio ") || d.origin == "" {
		return d, fmt.Errorf("%w: the first stream is no sound", ErrDescription)
	}
	d.attributes()
	return d, nil
}

// attributes reads the lines of the session and then, which count more, those of the stream.
func (d *description) attributes() {
	maps := map[string]string{}
	for _, line := range slices.Concat(d.head, d.audio) {
		name, value, _ := strings.Cut(strings.TrimPrefix(line, "a="), ":")
		switch {
		case !strings.HasPrefix(line, "a="):
		case slices.Contains(directions, name):
			d.direction = name
		case name == "ice-ufrag":
			d.ufrag = value
		case name == "ice-pwd":
			d.pass = value
		case name == "rtpmap":
			if pt, codec, ok := strings.Cut(value, " "); ok {
				maps[pt] = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(codec)), "/1")
			}
		}
	}
	fields := strings.Fields(d.audio[0])
	if len(fields) < 4 {
		return
	}
	offered := fields[3:]
	for _, law := range []struct {
		pt   int
		name string
	}{{pcma, "pcma/8000"}, {pcmu, "pcmu/8000"}} {
		pt := strconv.Itoa(law.pt)
		if name, mapped := maps[pt]; slices.Contains(offered, pt) && (!mapped || name == law.name) {
			d.formats = append(d.formats, pt)
		}
	}
	for _, pt := range offered {
		n, err := strconv.Atoi(pt)
		if err == nil && n >= 96 && n <= 127 && maps[pt] == "telephone-event/8000" {
			d.event = n
			break
		}
	}
}

// secure reports whether the stream is one that only WebRTC speaks.
func (d *description) secure() bool {
	fields := strings.Fields(d.audio[0])
	return len(fields) >= 4 && strings.HasSuffix(fields[2], "/TLS/RTP/SAVPF") && fields[1] != "0"
}

// list is the payload types of an m= line.
func (d *description) list() []string {
	list := slices.Clone(d.formats)
	if d.event != 0 {
		list = append(list, strconv.Itoa(d.event))
	}
	return list
}

// plain says the same as a phone would that is at an address.
func (d *description) plain(at netip.AddrPort) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "v=0\r\no=- %s IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n", d.version(), at.Addr(), at.Addr())
	fmt.Fprintf(&b, "m=audio %d RTP/AVP %s\r\n", at.Port(), strings.Join(d.list(), " "))
	if d.event != 0 {
		fmt.Fprintf(&b, "a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", d.event, d.event)
	}
	fmt.Fprintf(&b, "a=ptime:20\r\na=%s\r\n", d.direction)
	for _, m := range d.others {
		if f := strings.Fields(m[2:]); len(f) >= 4 {
			fmt.Fprintf(&b, "m=%s 0 %s %s\r\n", f[0], f[2], strings.Join(f[3:], " "))
		}
	}
	return []byte(b.String())
}

// version is the number of the session and of its version, as far as they are numbers.
func (d *description) version() string {
	f := strings.Fields(d.origin)
	if len(f) < 3 {
		return "1 1"
	}
	for _, s := range f[1:3] {
		if _, err := strconv.ParseUint(s, 10, 64); err != nil {
			return "1 1"
		}
	}
	return f[1] + " " + f[2]
}

// forPion is the description as pion shall see it: only what we speak, no candidates (we are the lite side and learn
// where the browser is from its checks), and both talk and listen, for who really does is the call's matter.
func (d *description) forPion() string {
	var b strings.Builder
	for _, line := range d.head {
		if !d.talks(line) {
			b.WriteString(line + "\r\n")
		}
	}
	known := d.list()
	for i, line := range d.audio {
		name, value, _ := strings.Cut(line, ":")
		pt, _, _ := strings.Cut(value, " ")
		switch {
		case i == 0:
			f := strings.Fields(line)
			line = strings.Join(append(f[:3:3], known...), " ")
		case name == "a=candidate" || name == "a=end-of-candidates" || d.talks(line):
			continue
		case name == "a=extmap", name == "a=fmtp", name == "a=rtcp-fb", name == "a=rtpmap" && !slices.Contains(known, pt):
			continue
		}
		b.WriteString(line + "\r\n")
	}
	b.WriteString("a=sendrecv\r\n")
	return b.String()
}

// talks reports whether a line says who talks.
func (*description) talks(line string) bool {
	return strings.HasPrefix(line, "a=") && slices.Contains(directions, line[2:])
}

// forBrowser is pion's description of our side as the browser shall see it: with the version and the direction of the
// call, our address first among the candidates, and as an offer with the role left open (RFC 8842 §5.3).
func (d *description) forBrowser(call *description, at netip.AddrPort, offer bool, refused []string) []byte {
	var b strings.Builder
	for _, line := range d.head {
		switch {
		case strings.HasPrefix(line, "o="):
			line = "o=- " + call.version() + " IN IP4 " + at.Addr().String()
		case d.talks(line):
			continue
		}
		b.WriteString(line + "\r\n")
	}
	ours := fmt.Sprintf(" %s %d typ host", at.Addr(), at.Port())
	for _, line := range d.audio {
		switch {
		case d.talks(line), line == "a=end-of-candidates", strings.HasPrefix(line, "a=candidate:") && strings.Contains(line, ours):
			continue
		case offer && strings.HasPrefix(line, "a=setup:"):
			line = "a=setup:actpass"
		case strings.HasPrefix(line, "a=setup:"):
			line = "a=setup:passive" // the browser is active, in the first handshake and in all that follow it
		}
		b.WriteString(line + "\r\n")
	}
	// The highest priority that a host's candidate can have (RFC 8445 §5.1.2).
	fmt.Fprintf(&b, "a=candidate:1 1 udp 2130706431%s\r\na=end-of-candidates\r\na=%s\r\n", ours, call.direction)
	for _, m := range refused {
		if f := strings.Fields(m[2:]); len(f) >= 4 {
			fmt.Fprintf(&b, "m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n", f[0], f[2], strings.Join(f[3:], " "))
		}
	}
	return []byte(b.String())
}
