package offer

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
)

// Failures of a negotiation. Both are answered 488 Not Acceptable Here.
var (
	ErrMalformed = errors.New("malformed session description")
	ErrNoCommon  = errors.New("no common codec")
)

// Codec is a static RTP payload type of RFC 3551 table 4.
type Codec uint8

// The two laws of G.711.
const (
	PCMU Codec = 0
	PCMA Codec = 8
)

// Direction says who sends, seen from the side that wrote the description (RFC 8866 §6.7).
type Direction uint8

// The directions of a stream.
const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

// String returns the attribute's name in SDP.
func (d Direction) String() string {
	return [...]string{"sendrecv", "sendonly", "recvonly", "inactive"}[d&3]
}

// Sends reports whether the writer sends.
func (d Direction) Sends() bool { return d == SendRecv || d == SendOnly }

// Receives reports whether the writer listens.
func (d Direction) Receives() bool { return d == SendRecv || d == RecvOnly }

// of makes a direction from its two halves.
func of(sends, receives bool) Direction {
	switch {
	case sends && receives:
		return SendRecv
	case sends:
		return SendOnly
	case receives:
		return RecvOnly
	}
	return Inactive
}

// Media is what the far side said of the one audio stream that we use.
type Media struct {
	Addr      netip.AddrPort // where it wants the packets; invalid when the address is 0.0.0.0 or a name
	Direction Direction      // as it wrote it, with the old hold by 0.0.0.0 read as sendonly
	Codecs    []Codec        // those of ours, in its order
	EventPT   uint8          // payload type of telephone-event at 8 kHz, 0 when it has none
	Index     int            // position of the stream among all
	streams   []stream       // all, for the answer
}

// stream is what an answer must repeat of an offered stream.
type stream struct {
	kind, proto string
	formats     []string
}

// maxStreams bounds what an offer may hold; a phone has two or three.
const maxStreams = 16

// Parse reads a session description and picks its first usable audio stream.
func Parse(body []byte) (Media, error) {
	var s sdp.SessionDescription
	if err := s.Unmarshal(body); err != nil {
		return Media{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if len(s.MediaDescriptions) == 0 || len(s.MediaDescriptions) > maxStreams {
		return Media{}, fmt.Errorf("%w: %d streams", ErrMalformed, len(s.MediaDescriptions))
	}
	m := Media{Index: -1}
	for i, d := range s.MediaDescriptions {
		m.streams = append(m.streams, stream{
			kind: d.MediaName.Media, proto: strings.Join(d.MediaName.Protos, "/"), formats: d.MediaName.Formats,
		})
		if m.Index < 0 && usable(d) {
			m.Index = i
		}
	}
	if m.Index < 0 {
		return m, fmt.Errorf("%w: no RTP/AVP audio stream", ErrNoCommon)
	}
	if err := m.read(&s, s.MediaDescriptions[m.Index]); err != nil {
		return m, err
	}
	if len(m.Codecs) == 0 {
		return m, fmt.Errorf("%w: neither PCMA nor PCMU", ErrNoCommon)
	}
	return m, nil
}

func usable(d *sdp.MediaDescription) bool {
	return d.MediaName.Media == "audio" && slices.Equal(d.MediaName.Protos, []string{"RTP", "AVP"}) &&
		d.MediaName.Port.Value > 0
}

func (m *Media) read(s *sdp.SessionDescription, d *sdp.MediaDescription) error {
	port := d.MediaName.Port.Value
	if port > 65535 {
		return fmt.Errorf("%w: port %d", ErrMalformed, port)
	}
	conn := d.ConnectionInformation
	if conn == nil {
		conn = s.ConnectionInformation
	}
	if conn == nil || conn.Address == nil {
		return fmt.Errorf("%w: no connection address", ErrMalformed)
	}
	host, _, _ := strings.Cut(conn.Address.Address, "/")
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return fmt.Errorf("%w: connection address: %w", ErrMalformed, err)
	}
	ip = ip.Unmap()
	m.Direction = direction(s, d)
	switch {
	case ip.IsUnspecified():
		m.Direction = of(m.Direction.Sends(), false) // RFC 3264 §8.4: the hold of older phones
	case ip.IsMulticast():
		return fmt.Errorf("%w: multicast address", ErrMalformed)
	default:
		m.Addr = netip.AddrPortFrom(ip, uint16(port))
	}
	names := rtpmaps(d)
	for _, f := range d.MediaName.Formats {
		m.format(f, names)
	}
	return nil
}

// format takes in one payload type of the stream's list.
func (m *Media) format(f string, names map[string]string) {
	pt, err := strconv.ParseUint(f, 10, 8)
	if err != nil || pt > 127 {
		return
	}
	name, mapped := names[f]
	switch {
	case (mapped && name == "pcma/8000") || (!mapped && pt == uint64(PCMA)):
		m.add(PCMA, pt)
	case (mapped && name == "pcmu/8000") || (!mapped && pt == uint64(PCMU)):
		m.add(PCMU, pt)
	case name == "telephone-event/8000" && m.EventPT == 0 && pt >= 96:
		m.EventPT = uint8(pt)
	}
}

// add takes a law in only under its static number: nobody uses another one for G.711.
func (m *Media) add(c Codec, pt uint64) {
	if uint64(c) == pt && !slices.Contains(m.Codecs, c) {
		m.Codecs = append(m.Codecs, c)
	}
}

// rtpmaps returns the encoding of every mapped payload type, in lower case and without channel count.
func rtpmaps(d *sdp.MediaDescription) map[string]string {
	out := make(map[string]string)
	for _, a := range d.Attributes {
		if a.Key != "rtpmap" {
			continue
		}
		pt, enc, ok := strings.Cut(a.Value, " ")
		if !ok {
			continue
		}
		out[pt] = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(enc)), "/1")
	}
	return out
}

func direction(s *sdp.SessionDescription, d *sdp.MediaDescription) Direction {
	for _, list := range [][]sdp.Attribute{d.Attributes, s.Attributes} {
		for _, a := range list {
			for dir := SendRecv; dir <= Inactive; dir++ {
				if a.Key == dir.String() {
					return dir
				}
			}
		}
	}
	return SendRecv
}
