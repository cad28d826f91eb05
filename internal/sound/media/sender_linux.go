package media

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// route says that what one session receives goes out by another, directly in the receive loop.
type route struct {
	from, to *RTP
	line     *atomic.Pointer[timeline] // of the bridge: the tap, if any
	side     atomic.Int32              // of the tap, or noSide
	quiet    atomic.Bool               // keys are not sent on
	flushed  bool                      // guarded by to.out.mu: what waited in the jitter buffer has been sent
}

// tap takes sound to the bridge's tap.
func (rt *route) tap(ssrc, ts uint32, payload []byte, law Law, now time.Duration) {
	if t, side := rt.line.Load(), rt.side.Load(); t != nil && side != noSide {
		t.write(int(side), ssrc, ts, payload, law, now)
	}
}

// sender is the one RTP stream that a session sends, whoever feeds it: the clock, a forwarding receive loop, keys.
// Its numbers go on without a break from one feeder to the next. The lock is free but for the moments in which
// feeders change, for on either plane only one goroutine sends.
type sender struct {
	mu     sync.Mutex
	fd     int
	closed bool
	on     bool // our direction, and an address, permit sending
	law    Law
	event  uint8 // payload type of telephone-event
	dest   destination
	told   *Remote        // that dest was taken from, or belongs to
	bound  bool           // the socket is connected to dest
	binds  bool           // it may be
	failed *atomic.Uint64 // packets that the kernel did not take

	ssrc   uint32
	seq    uint16        // of the last packet
	ts     uint32        // of the next frame
	at     time.Duration // when the last sound was sent
	begun  bool
	marker bool // the next packet begins a talk spurt: its source has changed
	octets uint32

	route  *route // who may forward; nil: the clock feeds
	linked bool   // the offsets below hold for ssrcIn
	ssrcIn uint32
	seqOff uint16
	tsOff  uint32

	keys  []byte
	key   keySender
	busy  atomic.Bool // keys are waiting or under way
	sent  atomic.Uint64
	plain [headroom + FrameSamples]byte
}

// init takes a socket. Only one of IPv4 is ever connected: the kernel does not forget the peer of one of IPv6 when it is
// let go (Linux 6.18: __udp_disconnect leaves sk_v6_daddr), and the socket would be deaf to whoever comes after.
func (s *sender) init(fd int, v4 bool, failed *atomic.Uint64) {
	s.fd, s.binds, s.failed = fd, v4, failed
	s.ssrc, s.seq, s.ts = rand.Uint32(), uint16(rand.Uint32()), rand.Uint32() //nolint:gosec // RFC 3550 §5.1 asks for unpredictable, the runtime's source is
	s.marker = true
}

func (s *sender) setRemote(to *Remote, moved bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = to
	reachable := to.Addr.IsValid() && to.Addr.Port() != 0 && !to.Addr.Addr().IsUnspecified()
	if moved {
		s.free()
		s.dest = destination{}
		if reachable {
			s.dest = newDestination(to.Addr)
		}
	}
	s.law, s.event = to.Law, to.EventPT
	s.on = to.Send && s.dest.len > 0
}

// learn sends to where the peer's packets really come from. told is what the signalling had said when they came: if it has
// said something else meanwhile, they mean nothing.
func (s *sender) learn(from addr, told *Remote) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.follow(from, told)
}

func (s *sender) follow(from addr, told *Remote) {
	if s.closed || s.told != told || s.dest.len == 0 {
		return
	}
	if to := newDestination(from); s.dest != to {
		s.free()
		s.dest = to
	}
}

// settle sees to it that what is sent goes to where the peer's packets come from, and connects the socket to that if the
// peer is steady. The kernel then looks for the way there once instead of for every packet, and drops strangers' packets
// by itself. It reports whether the socket is connected.
func (s *sender) settle(from addr, told *Remote, steady bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.follow(from, told)
	if steady && s.binds && !s.bound && !s.closed && s.dest.len > 0 && s.told == told {
		s.bound = connect(s.fd, &s.dest)
	}
	return s.bound
}

// unsettle lets packets come from anywhere again: the peer has gone silent and may have moved.
func (s *sender) unsettle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free()
}

func (s *sender) free() {
	if s.bound && !s.closed {
		disconnect(s.fd)
	}
	s.bound = false
}

func (s *sender) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.on = true, false
}

func (s *sender) takesEvents() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.event != 0
}

// state is what a sender report tells: the timestamp is that of this moment.
func (s *sender) state(now time.Duration) (ssrc, ts uint32, sent uint64, octets uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ts = s.ts
	if s.begun {
		ts += uint32(int64((now - s.at) * dsp.SampleRate / time.Second)) //nolint:gosec // modulo 2³²
	}
	return s.ssrc, ts, s.sent.Load(), s.octets
}

// setRoute names who may forward.
func (s *sender) setRoute(r *route) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.route, s.linked, s.marker = r, false, true
}

// endRoute gives the stream to the clock, unless it goes another way already.
func (s *sender) endRoute(r *route) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.route == r {
		s.route, s.linked, s.marker = nil, false, true
	}
}

// time returns the timestamp for sound sent now: the next one, moved on by whatever time nothing was sent.
func (s *sender) time(now time.Duration) uint32 {
	if gap := now - s.at; s.begun && gap > 3*FrameDuration {
		return s.ts + uint32((gap-FrameDuration/2)/FrameDuration)*FrameSamples //nolint:gosec // modulo 2³²
	}
	return s.ts
}

// sendFrame sends 20 ms for the clock and reports whether something went out.
func (s *sender) sendFrame(f *Frame, now time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.route != nil || s.closed {
		return false
	}
	if !s.on {
		s.keys, s.key = s.keys[:0], keySender{}
		s.busy.Store(false)
		return false
	}
	s.ts = s.time(now)
	if s.busy.Load() && s.sendKey(now) {
		return true
	}
	copy(s.plain[headroom:], f[:])
	s.put(s.plain[:], ALaw, now)
	return true
}

// put sends one packet of companded sound at the stream's present time.
func (s *sender) put(buf []byte, law Law, now time.Duration) {
	payload := buf[headroom:]
	s.convert(payload, law)
	s.seq++
	s.write(buf, headroom, uint8(s.law), s.ts)
	s.ts += uint32(len(payload)) //nolint:gosec // a packet
	s.at, s.begun = now, true
}

func (s *sender) convert(payload []byte, law Law) {
	switch law {
	case s.law:
	case ALaw:
		dsp.ALawToMuLaw(payload, payload)
	default:
		dsp.MuLawToALaw(payload, payload)
	}
}

// write puts a header with the present sequence number before buf[off:] and sends.
func (s *sender) write(buf []byte, off int, pt uint8, ts uint32) {
	h := buf[off-12:]
	h[0], h[1] = 0x80, pt
	if s.marker {
		h[1] |= 0x80
		s.marker = false
	}
	h[2], h[3] = byte(s.seq>>8), byte(s.seq)
	h[4], h[5], h[6], h[7] = byte(ts>>24), byte(ts>>16), byte(ts>>8), byte(ts)
	h[8], h[9], h[10], h[11] = byte(s.ssrc>>24), byte(s.ssrc>>16), byte(s.ssrc>>8), byte(s.ssrc)
	s.octets += uint32(len(h) - 12) //nolint:gosec // modulo 2³² (RFC 3550 §6.4.1)
	ok := false
	if s.bound {
		ok = transmitConnected(s.fd, h)
	} else {
		ok = transmit(s.fd, h, &s.dest)
	}
	if ok {
		s.sent.Store(s.sent.Load() + 1)
	} else {
		s.failed.Add(1)
	}
}

// forward sends a received packet on; its payload is buf[off:]. It reports false when the stream is no longer fed
// by this route.
func (s *sender) forward(rt *route, h *rtp.Header, buf []byte, off int, now time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.route != rt {
		return false
	}
	if !rt.flushed {
		rt.flushed = true
		s.flush(rt, now)
	}
	pt, audio := s.law, h.PayloadType == uint8(ALaw) || h.PayloadType == uint8(MuLaw)
	if s.on && !s.closed {
		s.link(h, now)
		s.seq = h.SequenceNumber + s.seqOff
		ts := h.Timestamp + s.tsOff
		switch {
		case audio:
			s.convert(buf[off:], Law(h.PayloadType))
			s.write(buf, off, uint8(s.law), ts)
			if next := ts + uint32(len(buf)-off); int32(next-s.ts) > 0 { //nolint:gosec // modulo 2³²
				s.ts, s.at, s.begun = next, now, true
			}
		case s.event != 0 && !rt.quiet.Load():
			s.marker = h.Marker
			s.write(buf, off, s.event, ts)
		default:
			s.seqOff-- // the far side has no telephone-event, or shall not get it: leave no hole
			s.seq--
		}
		rt.from.worker.counts.forwarded.Add(1)
	} else if audio {
		pt = Law(h.PayloadType)
	}
	if audio {
		rt.tap(h.SSRC, h.Timestamp, buf[off:], pt, now)
	}
	return true
}

// link finds the offsets that let a received stream continue ours, when it is new or has jumped.
func (s *sender) link(h *rtp.Header, now time.Duration) {
	if s.linked && s.ssrcIn == h.SSRC {
		ahead := int32(h.Timestamp + s.tsOff - s.time(now)) //nolint:gosec // modulo 2³²
		steps := int16(h.SequenceNumber + s.seqOff - s.seq) //nolint:gosec // modulo 2¹⁶
		if ahead > -2*dsp.SampleRate && ahead < 2*dsp.SampleRate && steps > -100 && steps < 3000 {
			return
		}
	}
	s.marker = s.marker || s.linked
	s.tsOff = s.time(now) - h.Timestamp
	s.seqOff = s.seq + 1 - h.SequenceNumber
	s.linked, s.ssrcIn = true, h.SSRC
}

// flush sends what waited in the jitter buffer when the route came: it is the sound just before the first packet.
func (s *sender) flush(rt *route, now time.Duration) {
	from := rt.from
	from.drain()
	for {
		ts, ok := from.buf.jitter.next(s.plain[headroom:])
		if !ok {
			return
		}
		if s.on && !s.closed {
			s.ts = s.time(now)
			s.put(s.plain[:], ALaw, now)
		}
		rt.tap(from.buf.jitter.ssrc, ts, s.plain[headroom:], s.law, now)
	}
}
