package media_test

import (
	"context"
	"encoding/binary"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// startEngine runs an engine for the length of a test.
func startEngine(t testing.TB) *media.Engine {
	t.Helper()
	return startEngineWith(t, media.Config{IP: loopback})
}

// startEngineWith runs an engine of this kind for the length of a test.
func startEngineWith(t testing.TB, c media.Config) *media.Engine {
	t.Helper()
	c.PortMin, c.PortMax, c.Logger = 20000, 29999, slog.New(slog.DiscardHandler)
	e, err := media.NewEngine(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return e
}

// got is a packet that reached a phone.
type got struct {
	rtp.Packet

	at time.Time
}

// phone is the far side of a session: a real UDP socket that sends a tone at 20 ms pace and keeps what it receives.
type phone struct {
	t      testing.TB
	conn   *net.UDPConn
	rtp    *media.RTP
	to     *net.UDPAddr
	events chan media.Event
	law    media.Law

	ssrc uint32
	seq  uint16
	ts   uint32
	gen  dsp.Generator

	mu  sync.Mutex
	got []got
}

type phoneOptions struct {
	law    media.Law
	hz     float64
	config media.RTPConfig
	event  uint8
}

func newPhone(t testing.TB, e *media.Engine, o phoneOptions) *phone {
	t.Helper()
	p := &phone{t: t, events: make(chan media.Event, 100), law: o.law, ssrc: uint32(o.hz) + 77, seq: 65530, ts: 4294967000}
	p.gen = dsp.NewGenerator(dsp.Tone{Freq1: o.hz, Level: -10})
	o.config.Sink = func(ev media.Event) { p.events <- ev }
	r, err := e.OpenRTP(o.config)
	if err != nil {
		t.Fatal(err)
	}
	p.rtp = r
	p.conn = listen(t)
	p.to = &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: int(r.LocalPort())}
	r.SetRemote(media.Remote{
		Addr: p.addr(), Signal: loopback, Law: o.law, EventPT: o.event, Send: true, Receive: true,
	})
	t.Cleanup(func() { r.Close() })
	go p.read(p.conn)
	return p
}

func listen(t testing.TB) *net.UDPConn {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (p *phone) addr() netip.AddrPort { return netip.MustParseAddrPort(p.conn.LocalAddr().String()) }

func (p *phone) read(conn *net.UDPConn) {
	buf := make([]byte, 2048)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		g := got{at: time.Now()}
		if err := g.Unmarshal(append([]byte(nil), buf[:n]...)); err != nil {
			p.t.Errorf("bad rtp sent: %v", err)
			return
		}
		p.mu.Lock()
		p.got = append(p.got, g)
		p.mu.Unlock()
	}
}

// packet is the next 20 ms of the phone's tone.
func (p *phone) packet(samples int) []byte {
	linear := make([]int16, samples)
	p.gen.Next(linear)
	payload := make([]byte, samples)
	for i, s := range linear {
		if p.law == media.MuLaw {
			payload[i] = dsp.EncodeMuLaw(s)
		} else {
			payload[i] = dsp.EncodeALaw(s)
		}
	}
	b := p.raw(uint8(p.law), false, p.ts, payload)
	p.ts += uint32(samples)
	return b
}

func (p *phone) raw(pt uint8, marker bool, ts uint32, payload []byte) []byte {
	b := make([]byte, 12, 12+len(payload))
	b[0], b[1] = 0x80, pt
	if marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], p.seq)
	binary.BigEndian.PutUint32(b[4:], ts)
	binary.BigEndian.PutUint32(b[8:], p.ssrc)
	p.seq++
	return append(b, payload...)
}

func (p *phone) send(b []byte) {
	p.t.Helper()
	if _, err := p.conn.WriteToUDP(b, p.to); err != nil {
		p.t.Error(err)
	}
}

// talk lets all phones send their tone for a time.
func talk(d time.Duration, phones ...*phone) {
	next := time.Now()
	for end := next.Add(d); next.Before(end); {
		for _, p := range phones {
			p.send(p.packet(160))
		}
		next = next.Add(20 * time.Millisecond)
		time.Sleep(time.Until(next))
	}
}

func (p *phone) received() []got {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]got(nil), p.got...)
}

func (p *phone) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = nil
}

// heard is the sound in packets, in the order of their numbers.
func heard(packets []got) (linear []int16) {
	for _, g := range packets {
		for _, b := range g.Payload {
			switch g.PayloadType {
			case 0:
				linear = append(linear, dsp.DecodeMuLaw(b))
			case 8:
				linear = append(linear, dsp.DecodeALaw(b))
			}
		}
	}
	return linear
}

// wantTone checks that the sound is a clean tone of −10 dBm0 and nothing of another.
func wantTone(t testing.TB, what string, samples []int16, hz float64, not ...float64) {
	t.Helper()
	if len(samples) < 800 {
		t.Errorf("%s: only %d samples", what, len(samples))
		return
	}
	if l := dsp.Power(samples, hz); l < -11.5 || l > -8.5 {
		t.Errorf("%s: %v Hz at %.1f dBm0, want −10", what, hz, l)
	}
	for _, n := range not {
		if l := dsp.Power(samples, n); l > -35 {
			t.Errorf("%s: %v Hz at %.1f dBm0, want none", what, n, l)
		}
	}
}

// wantContinuous checks that the packets are one stream without a break.
func wantContinuous(t testing.TB, packets []got) {
	t.Helper()
	for i := 1; i < len(packets); i++ {
		a, b := packets[i-1], packets[i]
		if b.SSRC != a.SSRC {
			t.Errorf("packet %d: ssrc changed", i)
		}
		if b.SequenceNumber != a.SequenceNumber+1 {
			t.Errorf("packet %d: number %d after %d", i, b.SequenceNumber, a.SequenceNumber)
		}
		if b.Timestamp-a.Timestamp != 160 {
			t.Errorf("packet %d: timestamp moved by %d, want 160", i, int32(b.Timestamp-a.Timestamp))
		}
	}
}
