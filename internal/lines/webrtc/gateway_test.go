package webrtc_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	pion "github.com/pion/webrtc/v4"

	"github.com/dealerline/dealerline/internal/lines/webrtc"
	"github.com/dealerline/dealerline/internal/sound/dsp"
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
	b.WriteString(itoa(int(p.rtp.LocalPort())) + " RTP/AVP 8 " + itoa(int(event)) + "\r\n")
	b.WriteString("a=rtpmap:" + itoa(int(event)) + " telephone-event/8000\r\na=" + direction + "\r\n")
	return b.Bytes()
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
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

// browser is the far side: another WebRTC stack, set up as Chromium's.
type browser struct {
	t     *testing.T
	pc    *pion.PeerConnection
	event uint8 // payload type of key presses, once agreed
	way   *raw

	mu   sync.Mutex
	got  []byte // A-law, as it came
	keys []byte
	seq  uint16
	ts   uint32
	quit chan struct{}
}

// raw is a track that lets any payload type through.
type raw struct {
	*pion.TrackLocalStaticRTP

	mu  sync.Mutex
	ctx pion.TrackLocalContext
}

func (r *raw) Bind(c pion.TrackLocalContext) (pion.RTPCodecParameters, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ctx = c
	return c.CodecParameters()[0], nil
}

func (r *raw) Unbind(pion.TrackLocalContext) error { return nil }

func (r *raw) write(pt uint8, marker bool, seq uint16, ts uint32, payload []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx == nil {
		return
	}
	h := rtp.Header{Version: 2, PayloadType: pt, Marker: marker, SequenceNumber: seq, Timestamp: ts, SSRC: uint32(r.ctx.SSRC())}
	_, _ = r.ctx.WriteStream().WriteRTP(&h, payload) //nolint:errcheck // lost
}

func newBrowser(t *testing.T, hz float64) *browser {
	t.Helper()
	m := &pion.MediaEngine{}
	for _, c := range []struct {
		mime  string
		rate  uint32
		pt    pion.PayloadType
		chans uint16
	}{{"audio/opus", 48000, 111, 2}, {"audio/PCMU", 8000, 0, 0}, {"audio/PCMA", 8000, 8, 0}, {"audio/telephone-event", 48000, 110, 0}, {"audio/telephone-event", 8000, 126, 0}} {
		if err := m.RegisterCodec(pion.RTPCodecParameters{
			RTPCodecCapability: pion.RTPCodecCapability{MimeType: c.mime, ClockRate: c.rate, Channels: c.chans}, PayloadType: c.pt,
		}, pion.RTPCodecTypeAudio); err != nil {
			t.Fatal(err)
		}
	}
	var set pion.SettingEngine
	set.SetIncludeLoopbackCandidate(true)
	set.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	set.SetNetworkTypes([]pion.NetworkType{pion.NetworkTypeUDP4})
	set.SetIPFilter(func(ip net.IP) bool { return ip.IsLoopback() })
	pc, err := pion.NewAPI(pion.WithMediaEngine(m), pion.WithSettingEngine(set), pion.WithInterceptorRegistry(&interceptor.Registry{})).
		NewPeerConnection(pion.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, pc: pc, event: 126, quit: make(chan struct{})}
	static, err := pion.NewTrackLocalStaticRTP(pion.RTPCodecCapability{MimeType: "audio/PCMA", ClockRate: 8000}, "mic", "mic")
	if err != nil {
		t.Fatal(err)
	}
	b.way = &raw{TrackLocalStaticRTP: static}
	if _, err := pc.AddTrack(b.way); err != nil {
		t.Fatal(err)
	}
	pc.OnTrack(b.hear)
	t.Cleanup(func() {
		close(b.quit)
		_ = pc.Close()
	})
	go b.say(hz)
	return b
}

func (b *browser) hear(r *pion.TrackRemote, _ *pion.RTPReceiver) {
	seen := map[uint32]bool{}
	for {
		p, _, err := r.ReadRTP()
		if err != nil {
			return
		}
		b.mu.Lock()
		switch {
		case p.PayloadType == 8:
			b.got = append(b.got, p.Payload...)
		case p.PayloadType == b.event && len(p.Payload) >= 4 && !seen[p.Timestamp]:
			seen[p.Timestamp] = true
			b.keys = append(b.keys, "0123456789*#ABCD"[p.Payload[0]&15])
		}
		b.mu.Unlock()
	}
}

// say sends a tone until the test ends.
func (b *browser) say(hz float64) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := 0; ; {
		select {
		case <-b.quit:
			return
		case <-tick.C:
		}
		payload := make([]byte, 160)
		for i := range payload {
			payload[i] = dsp.EncodeALaw(int16(8000 * math.Sin(2*math.Pi*hz*float64(n)/8000)))
			n++
		}
		b.mu.Lock()
		b.seq++
		b.ts += 160
		seq, ts := b.seq, b.ts
		b.mu.Unlock()
		b.way.write(8, false, seq, ts, payload)
	}
}

// press sends one key by RFC 4733.
func (b *browser) press(key byte) {
	code := byte(strings.IndexByte("0123456789*#ABCD", key)) //nolint:gosec // a key
	b.mu.Lock()
	ts := b.ts
	b.mu.Unlock()
	for i := range 6 {
		end := byte(0)
		if i >= 3 {
			end = 0x80
		}
		p := []byte{code, end | 10, 0, 0}
		binary.BigEndian.PutUint16(p[2:], uint16(160*(i+1))) //nolint:gosec // small
		b.mu.Lock()
		b.seq++
		seq := b.seq
		b.mu.Unlock()
		b.way.write(b.event, i == 0, seq, ts, p)
		time.Sleep(5 * time.Millisecond)
	}
}

// offer makes an offer with all candidates, as a browser sends it by SIP.
func (b *browser) offer(restart bool) []byte {
	b.t.Helper()
	o, err := b.pc.CreateOffer(&pion.OfferOptions{ICERestart: restart})
	if err != nil {
		b.t.Fatal(err)
	}
	return b.local(o)
}

func (b *browser) local(sd pion.SessionDescription) []byte {
	b.t.Helper()
	done := pion.GatheringCompletePromise(b.pc)
	if err := b.pc.SetLocalDescription(sd); err != nil {
		b.t.Fatal(err)
	}
	<-done
	return []byte(b.pc.LocalDescription().SDP)
}

func (b *browser) take(kind pion.SDPType, sdp []byte) {
	b.t.Helper()
	if err := b.pc.SetRemoteDescription(pion.SessionDescription{Type: kind, SDP: string(sdp)}); err != nil {
		b.t.Fatalf("the browser refuses: %v\n%s", err, sdp)
	}
}

// hears waits until a tone has been heard for a fifth of a second, counting from now.
func (b *browser) hears(hz float64) {
	b.t.Helper()
	b.mu.Lock()
	b.got = nil
	b.mu.Unlock()
	for limit := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		b.mu.Lock()
		pcm := decoded(b.got)
		b.mu.Unlock()
		if len(pcm) >= 1600 && power(pcm[len(pcm)-1600:], hz) > 0.3 {
			return
		}
		if time.Now().After(limit) {
			b.t.Fatalf("no %v Hz within %v in %d samples", hz, patience, len(pcm))
		}
	}
}

func decoded(alaw []byte) []float64 {
	out := make([]float64, len(alaw))
	for i, a := range alaw {
		out[i] = float64(dsp.DecodeALaw(a)) / 8000
	}
	return out
}

// power is a tone's amplitude by Goertzel's algorithm.
func power(pcm []float64, hz float64) float64 {
	var re, im float64
	for i, x := range pcm {
		a := 2 * math.Pi * hz * float64(i) / 8000
		re += x * math.Cos(a)
		im += x * math.Sin(a)
	}
	return 2 * math.Hypot(re, im) / float64(len(pcm))
}

// listener is a tap that keeps what both sides say.
type listener struct {
	mu          sync.Mutex
	left, right []byte
}

func (l *listener) Frame(left, right *media.Frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = append(l.left, left[:]...)
	l.right = append(l.right, right[:]...)
}

func (l *listener) hears(t *testing.T, what string, side func() []byte, hz float64, on bool) {
	t.Helper()
	var p float64
	for limit := time.Now().Add(patience); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		l.mu.Lock()
		pcm := decoded(side())
		l.mu.Unlock()
		if len(pcm) < 4000 {
			continue
		}
		if p = power(pcm[len(pcm)-1600:], hz); (p > 0.3) == on {
			return
		}
	}
	t.Fatalf("%s: amplitude %.2f of %v Hz, want heard %v", what, p, hz, on)
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

func TestTwoBrowsersHearEachOtherAndAreRecorded(t *testing.T) {
	t.Parallel()
	b := newBed(t)
	one, two := b.party(), b.party()
	caller, agent := newBrowser(t, 440), newBrowser(t, 1000)
	b.calls(one, caller)

	// The box rings the other one: it offers, and the browser answers.
	offer, err := two.Outward(two.describe("sendrecv", 101), true)
	if err != nil {
		t.Fatal(err)
	}
	agent.take(pion.SDPTypeOffer, offer)
	a, err := agent.pc.CreateAnswer(nil)
	if err != nil {
		t.Fatal(err)
	}
	agent.event = 101
	plain, err := two.Inward(agent.local(a), false)
	if err != nil {
		t.Fatal(err)
	}
	two.agree(t, plain)

	bridge := b.engine.NewBridge()
	defer bridge.Close()
	left := bridge.Add(one.rtp)
	bridge.Add(two.rtp)
	bridge.SetLeft(left)
	tap := &listener{}
	bridge.SetTap(tap)
	caller.hears(1000)
	agent.hears(440)
	tap.hears(t, "caller in the recording", func() []byte { return tap.left }, 440, true)
	tap.hears(t, "agent in the recording", func() []byte { return tap.right }, 1000, true)

	t.Run("keys", func(t *testing.T) {
		caller.press('5')
		select {
		case k := <-one.keys:
			if k != '5' {
				t.Errorf("key %c, want 5", k)
			}
		case <-time.After(patience):
			t.Fatal("no key came")
		}
		two.rtp.SendDigits("7#")
		for limit := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
			agent.mu.Lock()
			keys := string(agent.keys)
			agent.mu.Unlock()
			if keys == "57#" { // the caller's was passed on
				break
			}
			if time.Now().After(limit) {
				t.Fatalf("the browser got %q, want 57#", keys)
			}
		}
	})

	t.Run("hold", func(t *testing.T) {
		held := strings.Replace(string(caller.pc.LocalDescription().SDP), "a=sendrecv", "a=sendonly", 1)
		plain, err := one.Inward([]byte(held), true)
		if err != nil || !strings.Contains(string(plain), "a=sendonly") {
			t.Fatalf("hold became %v\n%s", err, plain)
		}
		answer, err := one.Outward(one.agree(t, plain), false)
		if err != nil || !strings.Contains(string(answer), "a=recvonly") {
			t.Fatalf("answer to hold: %v\n%s", err, answer)
		}
		plain, err = one.Inward(caller.offer(false), true)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err = one.Outward(one.agree(t, plain), false); err != nil {
			t.Fatal(err)
		}
		caller.take(pion.SDPTypeAnswer, answer)
		caller.hears(1000)
		agent.hears(440)
	})

	t.Run("hold by who was called", func(t *testing.T) {
		held := two.offered(t, agent, "a=sendonly")
		if !strings.Contains(string(held), "a=recvonly") || !strings.Contains(string(held), "a=setup:passive") {
			t.Errorf("answer to hold:\n%s", held)
		}
		agent.take(pion.SDPTypeAnswer, held)
		agent.take(pion.SDPTypeAnswer, two.offered(t, agent, "a=sendrecv"))
		agent.hears(440)
		caller.hears(1000)
	})

	t.Run("ICE restart of who was called", func(t *testing.T) {
		plain, err := two.Inward(agent.offer(true), true)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := two.Outward(two.agree(t, plain), false)
		if err != nil {
			t.Fatal(err)
		}
		agent.take(pion.SDPTypeAnswer, answer)
		agent.hears(440)
		caller.hears(1000)
	})

	t.Run("ICE restart", func(t *testing.T) {
		plain, err := one.Inward(caller.offer(true), true)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := one.Outward(one.agree(t, plain), false)
		if err != nil {
			t.Fatal(err)
		}
		caller.take(pion.SDPTypeAnswer, answer)
		caller.hears(1000)
		agent.hears(440)
	})

	t.Run("a browser that closes is noticed", func(t *testing.T) {
		if err := agent.pc.Close(); err != nil {
			t.Fatal(err)
		}
		select {
		case <-two.lost:
		case <-time.After(patience):
			t.Fatal("nobody noticed")
		}
	})
}

func TestWhatIsNoBrowsersIsRefused(t *testing.T) {
	b := newBed(t)
	p := b.party()
	head := "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
	for _, c := range []struct{ name, body string }{
		{"nothing", ""},
		{"a phone's", head + "m=audio 4000 RTP/AVP 8\r\n"},
		{"video first", head + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"},
		{"no credentials", head + "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\na=rtpmap:8 PCMA/8000\r\n"},
	} {
		if got, err := p.Inward([]byte(c.body), true); !errors.Is(err, webrtc.ErrDescription) {
			t.Errorf("%s: %v\n%s", c.name, err, got)
		}
	}
	plain, err := p.Inward([]byte(head+"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n"), true)
	if err != nil || !strings.Contains(string(plain), "RTP/AVP \r\n") {
		t.Errorf("only Opus: %v\n%s", err, plain)
	}
	if _, err := p.Outward(p.describe("sendrecv", 101), false); err == nil {
		t.Error("an answer to no offer was made")
	}
}
