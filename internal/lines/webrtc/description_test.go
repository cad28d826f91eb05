package webrtc

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// chromium is an offer as Chromium makes one, shortened.
const chromium = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=msid-semantic: WMS x\r\n" +
	"m=audio 9 UDP/TLS/RTP/SAVPF 111 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n" +
	"a=candidate:1 1 udp 2113937151 f8c3.local 51000 typ host\r\na=ice-ufrag:abcd\r\na=ice-pwd:efghijklmnopqrstuvwxyz\r\n" +
	"a=fingerprint:sha-256 00:11\r\na=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendrecv\r\na=rtcp-mux\r\n" +
	"a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n" +
	"a=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\na=rtpmap:126 telephone-event/8000\r\n" +
	"m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\n"

func TestWhatABrowserOffers(t *testing.T) {
	d, err := read([]byte(chromium))
	if err != nil {
		t.Fatal(err)
	}
	plain := string(d.plain(netip.MustParseAddrPort("127.0.0.1:4000")))
	want := "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 126\r\n" +
		"a=rtpmap:126 telephone-event/8000\r\na=fmtp:126 0-15\r\na=ptime:20\r\na=sendrecv\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\n"
	if plain != want {
		t.Errorf("plain:\n%s\nwant:\n%s", plain, want)
	}
	pion := d.forPion()
	if !strings.Contains(pion, "m=audio 9 UDP/TLS/RTP/SAVPF 8 0 126\r\n") || strings.Count(pion, "a=sendrecv") != 1 {
		t.Errorf("for pion:\n%s", pion)
	}
	for _, not := range []string{"opus", "candidate", "extmap", "48000", "m=video"} {
		if strings.Contains(pion, not) {
			t.Errorf("%q is left in\n%s", not, pion)
		}
	}
}

// Whatever a browser writes, what is made of it can be read, and is no longer than it by much.
func FuzzRead(f *testing.F) {
	f.Add([]byte(chromium))
	f.Add([]byte("v=0\no=- 1 1 IN IP4 0.0.0.0\nm=audio 9 UDP/TLS/RTP/SAVPF 8 8 8 101\na=rtpmap:101 telephone-event/8000/1\na=inactive\n"))
	f.Add([]byte("o=\nm=audio \n"))
	f.Add([]byte("o=- x y\r\nm=audio 9 a b c\r\nm=\r\nm=audio\r\n"))
	at := netip.MustParseAddrPort("127.0.0.1:4000")
	f.Fuzz(func(t *testing.T, in []byte) {
		d, err := read(in)
		if err != nil {
			if !errors.Is(err, ErrDescription) {
				t.Fatalf("unexpected error %v", err)
			}
			return
		}
		if !d.secure() {
			return
		}
		for _, out := range []string{string(d.plain(at)), d.forPion(), string(d.forBrowser(&d, at, true, d.others))} {
			if len(out) > 4*len(in)+1000 {
				t.Fatalf("%d octets of %d", len(out), len(in))
			}
			again, err := read([]byte(out))
			if err != nil {
				if len(out) <= maxDescription {
					t.Fatalf("what was made does not parse: %v\n%s", err, out)
				}
				continue
			}
			if again.event != d.event || len(again.formats) != len(d.formats) {
				t.Fatalf("read %+v again as %+v", d, again)
			}
		}
	})
}
