package media

import (
	"crypto/rand"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

// defaultTimeout is how long no packet may come before a party counts as [Lost].
const defaultTimeout = 30 * time.Second

// Law is a companding law of G.711; its value is the static payload type of RFC 3551 table 4.
type Law uint8

// The two laws.
const (
	MuLaw Law = 0 // PCMU
	ALaw  Law = 8 // PCMA
)

// String returns the encoding's name in SDP.
func (l Law) String() string {
	if l == MuLaw {
		return "PCMU"
	}
	return "PCMA"
}

// RTPConfig says how a session reports.
type RTPConfig struct {
	Sink       func(Event)   // called from the receive loop; must only post to a mailbox; may be nil
	Timeout    time.Duration // no packet for this long → [Lost]; 0 = 30 s. Not counted while held or before the remote is known
	InBandDTMF bool          // listen for DTMF tones: for peers without telephone-event
}

// Remote is the far side of a session as the signalling describes it.
type Remote struct {
	Addr          netip.AddrPort // from SDP (c=, m=); invalid = send nothing
	Signal        netip.Addr     // where its SIP messages come from: behind a NAT its sound comes from there too
	Law           Law            // what we send; both are understood
	EventPT       uint8          // payload type of telephone-event (RFC 4733), 0 = none
	Send, Receive bool           // our direction: sendrecv is true, true
}

// RTP is one party's sound over RTP: a [Port], and a session with its own pair of UDP ports.
// All methods but Pull, Push and NextKey may be called from any goroutine, and none of these waits.
type RTP struct {
	engine  *Engine
	worker  *worker
	sockets socketPair
	place   int32 // in the worker's list
	sink    func(Event)
	timeout time.Duration
	name    string // our canonical name in RTCP: random, for it tells nothing (RFC 7022)

	remote atomic.Pointer[Remote]
	held   atomic.Bool
	closed atomic.Bool
	uneven atomic.Int32 // samples a packet, if that is not 20 ms: the clock must cut them
	figures

	in      inbound               // owned by the worker
	buf     *buffers              // apart, so that what each packet touches lies together; nil once retired
	route   atomic.Pointer[route] // where packets go directly; nil on the tick plane
	keys    []byte                // owned by the clock: pressed, not yet fetched
	taken   uint32                // owned by the clock: keys fetched so far
	audible bool                  // owned by the clock: the last of them was in the sound
	pressed atomic.Uint32         // keys put into the ring so far
	member  *Member               // owned by the clock: the place in a bridge
	grace   int                   // owned by the clock: ticks in which silence need not be sent, for sound is about to come
	out     sender
}

// buffers are the large part of a session. They are used again by later sessions: whoever keeps a session that has
// ended, as a log or a transaction may, does not keep them.
type buffers struct {
	ring   ring   // from the worker to the clock
	jitter jitter // owned by the clock; lent to the worker by a route
}

func newRTP(e *Engine, w *worker, s socketPair, c RTPConfig) *RTP {
	r := &RTP{engine: e, worker: w, sockets: s, sink: c.Sink, timeout: c.Timeout, name: rand.Text()}
	var ok bool
	if r.buf, ok = e.spare.Get().(*buffers); !ok {
		r.buf = &buffers{}
	}
	if r.timeout <= 0 {
		r.timeout = defaultTimeout
	}
	r.in.init(c.InBandDTMF)
	r.out.init(s.rtp, e.ports.ip.Is4(), &w.counts.refused)
	return r
}

// LocalPort is the RTP port. RTCP is the one above.
func (r *RTP) LocalPort() uint16 { return r.sockets.port }

// SetRemote tells where the far side is and what it takes: at the answer, and at every change of it.
func (r *RTP) SetRemote(to Remote) {
	to.Addr = netip.AddrPortFrom(to.Addr.Addr().Unmap(), to.Addr.Port())
	to.Signal = to.Signal.Unmap()
	before := r.remote.Swap(&to)
	r.out.setRemote(&to, before == nil || before.Addr != to.Addr)
	r.reconsider()
}

// SetHeld says that silence from the far side is no fault for now.
func (r *RTP) SetHeld(on bool) { r.held.Store(on) }

// reconsider makes the bridge think again about its plane.
func (r *RTP) reconsider() {
	c := r.engine.clock
	c.order(func() {
		if r.member != nil {
			r.member.bridge.changed = true
			c.touch(r.member.bridge)
		}
	})
}

// SendDigits sends keys after those already under way: by RFC 4733, 100 ms each with 60 ms between, or as tones when
// the far side has no telephone-event. What is no key is left out.
func (r *RTP) SendDigits(digits string) {
	if !r.out.queueDigits(digits) {
		return
	}
	c := r.engine.clock
	c.order(func() { c.sendDigits(r) })
}

// InjectDigit takes a key that came by another way, such as SIP INFO, as if it had come by RTP. One that came by
// RTP within the last 200 ms is the same press.
func (r *RTP) InjectDigit(key byte) {
	if eventOf(key) < 0 {
		return
	}
	r.worker.order(func() {
		if !r.closed.Load() {
			r.press(key, byInfo, r.engine.now())
		}
	})
}

// Quality returns the figures so far.
func (r *RTP) Quality() line.Quality { return r.quality(r.out.sent.Load()) }

// Close ends the session, frees its ports soon after, and returns the final figures. A bridge it belongs to goes on
// without its sound.
func (r *RTP) Close() line.Quality {
	q := r.Quality()
	if r.closed.Swap(true) {
		return q
	}
	r.out.close()
	r.reconsider()
	r.worker.order(func() { r.worker.remove(r) })
	return q
}

// release frees the sockets, once nobody uses them any more.
func (r *RTP) release() {
	r.out.close()
	if err := r.engine.ports.release(r.sockets); err != nil {
		r.engine.logger.Error("close rtp sockets", "error", err)
	}
}

// retire gives the buffers back. The clock does it after the worker's last use.
func (r *RTP) retire() {
	b := r.buf
	r.buf = nil
	*b = buffers{}
	r.engine.spare.Put(b)
}

func (r *RTP) report(e Event) {
	if r.sink != nil {
		r.sink(e)
	}
}

// Pull implements [Port].
func (r *RTP) Pull(f *Frame) bool {
	if r.buf == nil {
		return false
	}
	r.drain()
	r.buf.jitter.first = max(startDepth, int(r.uneven.Load())+FrameSamples)
	return r.buf.jitter.pull(f)
}

// drain moves what was received into the jitter buffer.
func (r *RTP) drain() {
	late := r.buf.jitter.late
	for p := r.buf.ring.first(); p != nil; p = r.buf.ring.first() {
		if p.key != 0 {
			r.keys = append(r.keys, p.key|p.n)
		} else {
			r.buf.jitter.insert(p.ssrc, p.ts, p.data[:p.n])
		}
		r.buf.ring.drop()
	}
	if n := r.buf.jitter.late - late; n > 0 {
		r.engine.clock.dropLate.Add(n)
	}
}

// Push implements [Port].
func (r *RTP) Push(f *Frame) {
	if r.out.sendFrame(f, r.engine.now()) {
		r.engine.clock.sent.Add(1)
	}
}

// NextKey implements [KeyPort].
func (r *RTP) NextKey() (key byte, n uint32, ok bool) {
	if len(r.keys) == 0 {
		return 0, 0, false
	}
	key, r.audible = r.keys[0]&^inSound, r.keys[0]&inSound != 0
	r.keys = r.keys[:copy(r.keys, r.keys[1:])]
	r.taken++
	return key, r.taken, true
}

// Pressed implements [KeyPort].
func (r *RTP) Pressed() uint32 { return r.pressed.Load() }
