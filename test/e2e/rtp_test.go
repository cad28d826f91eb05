package e2e

import (
	"encoding/binary"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// voice is what one side says, and how.
type voice struct {
	hz    float64 // a tone of this frequency; 0: silence
	level float64 // dBm0; 0: -10
	mulaw bool    // G.711 µ-law only
	noKey bool    // no RFC 4733: keys are tones
}

// silent says nothing, but sends packets.
var silent = voice{}

func tone(hz float64) voice { return voice{hz: hz} }

const (
	frameTime    = 20 * time.Millisecond
	frameSamples = 160
	eventType    = 101 // RTP payload type of telephone-event
)

// packet is one packet of sound that was heard.
type packet struct {
	at      time.Time
	seq     uint16
	stamp   uint32
	samples []int16
}

// rtpEnd sends a voice and keeps what it hears.
type rtpEnd struct {
	t     testing.TB
	conn  *net.UDPConn
	ip    string
	voice voice

	mu      sync.Mutex
	peer    *net.UDPAddr
	law     int
	heard   []packet
	events  []event
	strange int // packets of a payload type that was not agreed
	keys    []keyPress
	inband  []int16 // samples that are sent instead of the voice
	begun   bool
	mute    bool
	quit    chan struct{}
	once    sync.Once
}

// event is a key that was received by RFC 4733.
type event struct {
	stamp uint32
	key   byte
}

// keyPress is a key on its way out as RFC 4733 events.
type keyPress struct {
	key  byte
	sent chan time.Time // gets the time of its first packet
}

func newRTPEnd(t testing.TB, ip string, v voice) *rtpEnd {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		t.Fatal(err)
	}
	e := &rtpEnd{t: t, conn: conn, ip: ip, voice: v, quit: make(chan struct{})}
	go e.receive()
	return e
}

// offer is a session description, for an offer and an answer alike.
func (e *rtpEnd) offer(direction string) string {
	pt, name := 8, "PCMA"
	if e.voice.mulaw {
		pt, name = 0, "PCMU"
	}
	events, lines := fmt.Sprintf(" %d", eventType), fmt.Sprintf("a=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n", eventType, eventType)
	if e.voice.noKey {
		events, lines = "", ""
	}
	return fmt.Sprintf("v=0\r\no=t 1 %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d RTP/AVP %d%s\r\na=rtpmap:%d %s/8000\r\n%sa=%s\r\n",
		time.Now().UnixNano()>>10, e.ip, e.ip, portOf(e.conn.LocalAddr()), pt, events, pt, name, lines, direction)
}

// accept learns from the far side's description where to send.
func (e *rtpEnd) accept(sdp string) {
	peer, law := sdpRemote(sdp)
	e.mu.Lock()
	defer e.mu.Unlock()
	if peer != nil {
		e.peer, e.law = peer, law
	}
	if e.voice.mulaw {
		e.law = 0
	} else {
		e.law = 8
	}
}

// begin starts to send.
func (e *rtpEnd) begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.begun {
		e.begun = true
		go e.transmit()
	}
}

func (e *rtpEnd) stop() {
	e.once.Do(func() {
		close(e.quit)
		_ = e.conn.Close()
	})
}

func (e *rtpEnd) transmit() {
	level := e.voice.level
	if level == 0 {
		level = -10
	}
	gen := dsp.NewGenerator(dsp.Tone{Freq1: e.voice.hz, Level: level})
	tick := time.NewTicker(frameTime)
	defer tick.Stop()
	var s sender
	s.ssrc = uint32(time.Now().UnixNano())
	var samples [frameSamples]int16
	for {
		select {
		case <-tick.C:
		case <-e.quit:
			return
		}
		if e.voice.hz > 0 {
			gen.Next(samples[:])
		}
		e.mu.Lock()
		if e.peer == nil || e.mute {
			e.mu.Unlock()
			continue
		}
		out := s.next(e, samples[:])
		peer := e.peer
		e.mu.Unlock()
		for _, p := range out {
			_, _ = e.conn.WriteToUDP(p, peer)
		}
	}
}

// sender numbers packets and takes a key press through its events.
type sender struct {
	seq    uint16
	stamp  uint32
	ssrc   uint32
	press  *keyPress
	began  uint32
	length int // frames of the key so far
	pause  int
}

// keyFrames is how long a key is pressed: 160 ms.
const keyFrames = 8

// next makes the packets of one 20 ms frame. The caller holds e.mu.
func (s *sender) next(e *rtpEnd, samples []int16) [][]byte {
	defer func() { s.stamp += frameSamples }()
	if s.pause > 0 {
		s.pause--
	}
	if s.press == nil && s.pause == 0 && len(e.keys) > 0 {
		k := e.keys[0]
		e.keys = e.keys[1:]
		s.press, s.began, s.length = &k, s.stamp, 0
		k.sent <- time.Now()
	}
	if s.press != nil {
		return s.event()
	}
	if n := min(len(e.inband), len(samples)); n > 0 {
		samples = append(append([]int16{}, e.inband[:n]...), make([]int16, len(samples)-n)...)
		e.inband = e.inband[n:]
	}
	payload := make([]byte, len(samples))
	for i, v := range samples {
		if e.law == 0 {
			payload[i] = dsp.EncodeMuLaw(v)
		} else {
			payload[i] = dsp.EncodeALaw(v)
		}
	}
	return [][]byte{s.packet(byte(e.law), s.stamp, payload)}
}

// event makes the packets of a pressed key: a marker on the first, three at the end (RFC 4733 §2.5.1).
func (s *sender) event() [][]byte {
	s.length++
	code := byte(0)
	switch k := s.press.key; {
	case k >= '0' && k <= '9':
		code = k - '0'
	case k == '*':
		code = 10
	case k == '#':
		code = 11
	}
	body := []byte{code, 10, 0, 0}
	binary.BigEndian.PutUint16(body[2:], uint16(s.length*frameSamples))
	marker := byte(0)
	if s.length == 1 {
		marker = 0x80
	}
	if s.length < keyFrames {
		return [][]byte{s.packet(eventType|marker, s.began, body)}
	}
	body[1] |= 0x80
	s.press, s.pause = nil, 4
	return [][]byte{s.packet(eventType, s.began, body), s.packet(eventType, s.began, body), s.packet(eventType, s.began, body)}
}

func (s *sender) packet(pt byte, stamp uint32, payload []byte) []byte {
	p := make([]byte, 12, 12+len(payload))
	p[0], p[1] = 0x80, pt
	binary.BigEndian.PutUint16(p[2:], s.seq)
	binary.BigEndian.PutUint32(p[4:], stamp)
	binary.BigEndian.PutUint32(p[8:], s.ssrc)
	s.seq++
	return append(p, payload...)
}

func (e *rtpEnd) receive() {
	buf := make([]byte, 2048)
	for {
		n, _, err := e.conn.ReadFromUDP(buf)
		if err != nil {
			return
		}
		now := time.Now()
		if n < 12 || buf[0]>>6 != 2 {
			continue
		}
		p := packet{at: now, seq: binary.BigEndian.Uint16(buf[2:]), stamp: binary.BigEndian.Uint32(buf[4:])}
		pt := buf[1] & 0x7f
		for _, v := range buf[12:n] {
			switch pt {
			case 8:
				p.samples = append(p.samples, dsp.DecodeALaw(v))
			case 0:
				p.samples = append(p.samples, dsp.DecodeMuLaw(v))
			}
		}
		e.mu.Lock()
		if want := map[bool]byte{true: 0, false: 8}[e.voice.mulaw]; pt != want && pt != eventType {
			e.strange++
		} else if pt == eventType && n >= 16 {
			if k := (event{p.stamp, "0123456789*#ABCD"[buf[12]&15]}); !slices.Contains(e.events, k) {
				e.events = append(e.events, k)
			}
		} else if pt == want {
			e.heard = append(e.heard, p)
		}
		e.mu.Unlock()
	}
}

// press presses a key as RFC 4733 events and returns when its first packet has left.
func (d *dialog) press(key byte) time.Time {
	d.p.t.Helper()
	d.mu.Lock()
	e := d.sound
	d.mu.Unlock()
	k := keyPress{key, make(chan time.Time, 1)}
	e.mu.Lock()
	e.keys = append(e.keys, k)
	e.mu.Unlock()
	select {
	case at := <-k.sent:
		return at
	case <-time.After(5 * time.Second):
		d.p.t.Fatal("the key was not sent: no sound goes out")
		return time.Time{}
	}
}

// whistle presses a key as its two tones in the sound.
func (d *dialog) whistle(key byte) {
	d.p.t.Helper()
	tone, ok := dsp.DTMFTone(key, 120*time.Millisecond, 80*time.Millisecond)
	if !ok {
		d.p.t.Fatalf("no tones for %c", key)
	}
	gen := dsp.NewGenerator(tone)
	samples := make([]int16, dsp.Samples(200*time.Millisecond))
	gen.Next(samples)
	d.sound.mu.Lock()
	d.sound.inband = append(d.sound.inband, samples...)
	d.sound.mu.Unlock()
}

// since is what was heard from a moment on.
func (d *dialog) since(at time.Time) []int16 {
	d.mu.Lock()
	e := d.sound
	d.mu.Unlock()
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []int16
	for _, p := range e.heard {
		if !p.at.Before(at) {
			out = append(out, p.samples...)
		}
	}
	return out
}

// listen hears for a while, from now on.
func (d *dialog) listen(while time.Duration) []int16 {
	at := time.Now()
	time.Sleep(while)
	return d.since(at)
}

// strangers is how many packets came in a law that was not agreed.
func (e *rtpEnd) strangers() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.strange
}

// pressed are the keys received, each press once.
func (e *rtpEnd) pressed() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var keys []byte
	for _, ev := range e.events {
		keys = append(keys, ev.key)
	}
	return string(keys)
}

// portOf is the port of a UDP address.
func portOf(a net.Addr) int {
	if u, ok := a.(*net.UDPAddr); ok {
		return u.Port
	}
	return 0
}
