package webrtc_test

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	pion "github.com/pion/webrtc/v4"

	"github.com/dealerline/dealerline/internal/lines/webrtc"
	"github.com/dealerline/dealerline/internal/sound/media"
)

const patience = 10 * time.Second

var loopback = netip.MustParseAddr("127.0.0.1") //nolint:gochecknoglobals // a constant

// bed is a gateway before a running media engine.
type bed struct {
	*webrtc.Gateway

	t      *testing.T
	engine *media.Engine
}

func newBed(t *testing.T) *bed {
	t.Helper()
	const low, high = 41000, 41999
	e, err := media.NewEngine(media.Config{IP: loopback, PortMin: low, PortMax: high})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	g := webrtc.New(webrtc.Config{Address: loopback, PortMin: low, PortMax: high})
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return &bed{Gateway: g, t: t, engine: e}
}

// party is one browser's sound inside the box: its leg and its session with the media engine.
type party struct {
	*webrtc.Leg

	rtp  *media.RTP
	keys chan byte
	lost chan struct{}
}

func (b *bed) party() *party {
	b.t.Helper()
	p := &party{keys: make(chan byte, 64), lost: make(chan struct{}, 1)}
	var err error
	if p.rtp, err = b.engine.OpenRTP(media.RTPConfig{Sink: func(e media.Event) {
		if d, ok := e.(media.Digit); ok {
			p.keys <- d.Key
		}
	}}); err != nil {
		b.t.Fatal(err)
	}
	if p.Leg, err = b.Open(p.rtp.LocalPort(), loopback, func() { p.lost <- struct{}{} }); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { p.Close(); p.rtp.Close() })
	return p
}

// agree puts what the plain description says into force, as a SIP leg would, and returns our answer to it.
func (p *party) agree(t *testing.T, plain []byte) []byte {
	t.Helper()
	text := string(plain)
	var port int
	direction := "sendrecv"
	event := uint8(0)
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if f := strings.Fields(l); strings.HasPrefix(l, "m=audio ") {
			for _, c := range f[1] {
				port = port*10 + int(c-'0')
			}
		}
		if v, ok := strings.CutPrefix(l, "a=rtpmap:"); ok && strings.HasSuffix(l, "telephone-event/8000") {
			for _, c := range strings.Fields(v)[0] {
				event = event*10 + uint8(c-'0') //nolint:gosec // a payload type
			}
		}
		for _, d := range []string{"sendonly", "recvonly", "inactive"} {
			if l == "a="+d {
				direction = d
			}
		}
	}
	p.rtp.SetRemote(media.Remote{
		Addr: netip.AddrPortFrom(loopback, uint16(port)), Signal: loopback, Law: media.ALaw, EventPT: event, //nolint:gosec // a port
		Send: direction == "sendrecv" || direction == "recvonly", Receive: direction == "sendrecv" || direction == "sendonly",
	})
	mirror := map[string]string{"sendrecv": "sendrecv", "sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}
	return p.describe(mirror[direction], event)
}

// describe is what the call says to a phone.
func (p *party) describe(direction string, event uint8) []byte {
	var b bytes.Buffer
	b.WriteString("v=0\r\no=- 7 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ")
	b.WriteString(strconv.Itoa(int(p.rtp.LocalPort())) + " RTP/AVP 8 " + strconv.Itoa(int(event)) + "\r\n")
	b.WriteString("a=rtpmap:" + strconv.Itoa(int(event)) + " telephone-event/8000\r\na=" + direction + "\r\n")
	return b.Bytes()
}

// offered takes another offer of the browser's, with a direction of our choice, and returns the answer.
func (p *party) offered(t *testing.T, who *browser, direction string) []byte {
	t.Helper()
	plain, err := p.Inward([]byte(strings.Replace(string(who.offer(false)), "a=sendrecv", direction, 1)), true)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := p.Outward(p.agree(t, plain), false)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// calls makes a browser call the box.
func (b *bed) calls(p *party, who *browser) {
	b.t.Helper()
	plain, err := p.Inward(who.offer(false), true)
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := p.Outward(p.agree(b.t, plain), false)
	if err != nil {
		b.t.Fatal(err)
	}
	who.take(pion.SDPTypeAnswer, answer)
}
