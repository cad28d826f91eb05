package offer

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"github.com/pion/sdp/v3"
)

// EventPT is the payload type that we propose for telephone-event (RFC 4733); 101 by custom.
const EventPT = 101

// Session is what one call has agreed on so far. The zero value with Local and ID set is a fresh one. It is a
// plain value: methods that change it return the changed copy.
type Session struct {
	ID      uint64         // of our description, any number (RFC 8866 §5.2)
	Version uint64         // grows with every changed description of ours
	Local   netip.AddrPort // where we listen for RTP
	Hold    bool           // we do not want to hear the far side for now
	Agreed  bool           // an offer and its answer have both passed
	Codec   Codec          // the law agreed on
	EventPT uint8          // payload type of key presses in both directions, 0 for none
	Remote  Media          // the far side's last word
	last    string         // our last description without its version, to know when it changes
}

// wish is the direction that we would like.
func (s Session) wish() Direction {
	if s.Hold {
		return SendOnly
	}
	return SendRecv
}

// Held reports whether the far side does not listen to us.
func (s Session) Held() bool { return s.Agreed && !s.Remote.Direction.Receives() }

// Sends reports whether we may send, Receives whether we have to expect packets.
func (s Session) Sends() bool { return s.Agreed && s.Remote.Direction.Receives() }

// Receives reports whether the far side sends to us.
func (s Session) Receives() bool { return s.Agreed && s.Remote.Direction.Sends() && !s.Hold }

// Offer writes an offer with everything that we can do.
func (s Session) Offer() (Session, []byte) {
	codecs, event := []Codec{PCMA, PCMU}, uint8(EventPT)
	if s.Agreed && s.EventPT != 0 {
		event = s.EventPT
	}
	return s.write([]stream{{kind: "audio", proto: "RTP/AVP"}}, 0, codecs, event, s.wish())
}

// Answer takes in an offer and writes the answer to it.
func (s Session) Answer(remote Media) (Session, []byte, error) {
	s, err := s.agree(remote)
	if err != nil {
		return s, nil, err
	}
	// RFC 3264 §6.1: sendonly is answered recvonly, and so on; ours may narrow it further.
	dir := of(s.wish().Sends() && remote.Direction.Receives(), s.wish().Receives() && remote.Direction.Sends())
	s, body := s.write(remote.streams, remote.Index, []Codec{s.Codec}, s.EventPT, dir)
	return s, body, nil
}

// Accept takes in the answer to our offer.
func (s Session) Accept(remote Media) (Session, error) { return s.agree(remote) }

func (s Session) agree(remote Media) (Session, error) {
	switch {
	case slices.Contains(remote.Codecs, PCMA):
		s.Codec = PCMA
	case slices.Contains(remote.Codecs, PCMU):
		s.Codec = PCMU
	default:
		return s, ErrNoCommon
	}
	s.Agreed, s.Remote, s.EventPT = true, remote, remote.EventPT
	return s, nil
}

// write makes a description with the given streams, of which the one at index is ours.
func (s Session) write(streams []stream, index int, codecs []Codec, event uint8, dir Direction) (Session, []byte) {
	family := "IP4"
	if s.Local.Addr().Is6() {
		family = "IP6"
	}
	host := s.Local.Addr().String()
	d := sdp.SessionDescription{
		Origin: sdp.Origin{
			Username: "-", SessionID: s.ID, NetworkType: "IN", AddressType: family, UnicastAddress: host,
		},
		SessionName: "-",
		ConnectionInformation: &sdp.ConnectionInformation{
			NetworkType: "IN", AddressType: family, Address: &sdp.Address{Address: host},
		},
		TimeDescriptions: []sdp.TimeDescription{{}},
	}
	for i, st := range streams {
		if i == index {
			d.MediaDescriptions = append(d.MediaDescriptions, audio(int(s.Local.Port()), codecs, event, dir))
			continue
		}
		d.MediaDescriptions = append(d.MediaDescriptions, refused(st))
	}
	plain, err := d.Marshal()
	if err != nil {
		return s, nil // cannot be: Marshal fails for no value that is built here
	}
	if string(plain) != s.last {
		s.last, s.Version = string(plain), s.Version+1
	}
	d.Origin.SessionVersion = s.Version
	body, err := d.Marshal()
	if err != nil {
		return s, nil
	}
	return s, body
}

func refused(st stream) *sdp.MediaDescription {
	return &sdp.MediaDescription{MediaName: sdp.MediaName{
		Media: st.kind, Protos: []string{st.proto}, Formats: st.formats,
	}}
}

func audio(port int, codecs []Codec, event uint8, dir Direction) *sdp.MediaDescription {
	m := &sdp.MediaDescription{MediaName: sdp.MediaName{
		Media: "audio", Port: sdp.RangedPort{Value: port}, Protos: []string{"RTP", "AVP"},
	}}
	add := func(pt uint8, name string) {
		m.MediaName.Formats = append(m.MediaName.Formats, strconv.Itoa(int(pt)))
		m.Attributes = append(m.Attributes, sdp.Attribute{Key: "rtpmap", Value: fmt.Sprintf("%d %s/8000", pt, name)})
	}
	for _, c := range codecs {
		add(uint8(c), map[Codec]string{PCMA: "PCMA", PCMU: "PCMU"}[c])
	}
	if event != 0 {
		add(event, "telephone-event")
		m.Attributes = append(m.Attributes, sdp.Attribute{Key: "fmtp", Value: fmt.Sprintf("%d 0-15", event)})
	}
	m.Attributes = append(m.Attributes,
		sdp.Attribute{Key: "ptime", Value: "20"}, sdp.Attribute{Key: dir.String()})
	return m
}
