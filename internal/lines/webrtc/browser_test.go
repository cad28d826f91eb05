package webrtc_test

import (
	"encoding/binary"
	"math"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/rtp"
	pion "github.com/pion/webrtc/v4"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

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
		if len(pcm) >= 1600 && dsp.Power(pcm[len(pcm)-1600:], hz) > heard {
			return
		}
		if time.Now().After(limit) {
			b.t.Fatalf("no %v Hz within %v in %d samples", hz, patience, len(pcm))
		}
	}
}
