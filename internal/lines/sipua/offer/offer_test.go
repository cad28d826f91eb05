package offer_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/lines/sipua/offer"
)

func body(lines ...string) []byte {
	head := []string{"v=0", "o=- 1 1 IN IP4 192.0.2.7", "s=-", "c=IN IP4 192.0.2.7", "t=0 0"}
	return []byte(strings.Join(append(head, lines...), "\r\n") + "\r\n")
}

func fresh() offer.Session {
	return offer.Session{ID: 7, Local: netip.MustParseAddrPort("198.51.100.1:30000")}
}

func TestAnswer(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  []string // must occur in the answer
		not   []string
		codec offer.Codec
		event uint8
		held  bool
	}{
		{"PCMA is preferred though offered last", []string{"m=audio 4000 RTP/AVP 0 18 8"}, []string{"m=audio 30000 RTP/AVP 8\r\n", "a=sendrecv"}, []string{"PCMU", "telephone-event"}, offer.PCMA, 0, false},
		{"only PCMU", []string{"m=audio 4000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/8000"}, []string{"RTP/AVP 0 101", "a=rtpmap:101 telephone-event/8000"}, nil, offer.PCMU, 101, false},
		{"their event number is kept", []string{"m=audio 4000 RTP/AVP 8 96", "a=rtpmap:96 telephone-event/8000"}, []string{"RTP/AVP 8 96"}, nil, offer.PCMA, 96, false},
		{"event at 48 kHz is none", []string{"m=audio 4000 RTP/AVP 8 96", "a=rtpmap:96 telephone-event/48000"}, nil, []string{"96"}, offer.PCMA, 0, false},
		{"video is refused in place", []string{"m=video 5000 RTP/AVP 99", "m=audio 4000 RTP/AVP 8"}, []string{"m=video 0 RTP/AVP 99\r\nm=audio 30000"}, nil, offer.PCMA, 0, false},
		{"secure stream beside a plain one", []string{"m=audio 4002 RTP/SAVP 8", "m=audio 4000 RTP/AVP 8"}, []string{"m=audio 0 RTP/SAVP 8\r\nm=audio 30000"}, nil, offer.PCMA, 0, false},
		{"hold by sendonly", []string{"m=audio 4000 RTP/AVP 8", "a=sendonly"}, []string{"a=recvonly"}, nil, offer.PCMA, 0, true},
		{"hold by inactive", []string{"m=audio 4000 RTP/AVP 8", "a=inactive"}, []string{"a=inactive"}, nil, offer.PCMA, 0, true},
		{"hold by zero address", []string{"m=audio 4000 RTP/AVP 8", "c=IN IP4 0.0.0.0"}, []string{"a=recvonly"}, nil, offer.PCMA, 0, true},
		{"direction at session level", []string{"a=sendonly", "m=audio 4000 RTP/AVP 8"}, []string{"a=recvonly"}, nil, offer.PCMA, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := offer.Parse(body(c.lines...))
			if err != nil {
				t.Fatal(err)
			}
			s, answer, err := fresh().Answer(m)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range c.want {
				if !strings.Contains(string(answer), w) {
					t.Errorf("answer lacks %q:\n%s", w, answer)
				}
			}
			for _, w := range c.not {
				if strings.Contains(string(answer), w) {
					t.Errorf("answer has %q:\n%s", w, answer)
				}
			}
			if s.Codec != c.codec || s.EventPT != c.event || s.Held() != c.held {
				t.Errorf("codec %d, event %d, held %v; want %d, %d, %v", s.Codec, s.EventPT, s.Held(), c.codec, c.event, c.held)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []byte
		want error
	}{
		{"nothing", nil, offer.ErrMalformed},
		{"no stream", body(), offer.ErrMalformed},
		{"G.729 only", body("m=audio 4000 RTP/AVP 18"), offer.ErrNoCommon},
		{"payload 8 mapped to something else", body("m=audio 4000 RTP/AVP 8", "a=rtpmap:8 opus/48000"), offer.ErrNoCommon},
		{"SRTP only", body("m=audio 4000 RTP/SAVP 8"), offer.ErrNoCommon},
		{"port 0", body("m=audio 0 RTP/AVP 8"), offer.ErrNoCommon},
		{"a name for an address", body("m=audio 4000 RTP/AVP 8", "c=IN IP4 phone.example.com"), offer.ErrMalformed},
		{"multicast", body("m=audio 4000 RTP/AVP 8", "c=IN IP4 224.2.1.1/127"), offer.ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := offer.Parse(c.in); !errors.Is(err, c.want) {
				t.Errorf("Parse: %v, want %v", err, c.want)
			}
		})
	}
}

func TestVersionGrowsOnlyWithChange(t *testing.T) {
	s, a := fresh().Offer()
	s, b := s.Offer()
	if string(a) != string(b) {
		t.Error("an unchanged offer differs")
	}
	s.Hold = true
	s, c := s.Offer()
	if s.Version != 2 || !strings.Contains(string(c), "a=sendonly") || !strings.Contains(string(c), "o=- 7 2 IN") {
		t.Errorf("hold offer:\n%s", c)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(body("m=audio 4000 RTP/AVP 8 0 101", "a=rtpmap:101 telephone-event/8000", "a=sendonly"))
	f.Add(body("m=video 5000 RTP/AVP 99", "m=audio 4000/2 RTP/AVP 8", "c=IN IP6 2001:db8::1"))
	f.Add([]byte("v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 99999999 RTP/AVP 8\r\nc=IN IP4 1/1/1\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		m, err := offer.Parse(in)
		if err != nil {
			return
		}
		s, answer, err := fresh().Answer(m)
		if err != nil {
			t.Fatalf("parsed but not answerable: %v", err)
		}
		if _, err := offer.Parse(answer); err != nil {
			t.Fatalf("our answer does not parse: %v\n%s", err, answer)
		}
		if s.EventPT != 0 && s.EventPT < 96 {
			t.Fatalf("event payload type %d", s.EventPT)
		}
	})
}
