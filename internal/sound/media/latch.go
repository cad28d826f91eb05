package media

import (
	"net/netip"
	"time"
)

type addr = netip.AddrPort

// latch decides whose packets are taken (symmetric RTP, RFC 4961). The first packet from an address that the
// signalling vouches for, by SDP or by being where the SIP messages come from, is learnt; from then on only that
// address counts. A different port of the same party is learnt anew only when the old one has gone silent and the
// new packets are the continuation of the same stream, as after a NAT rebinding, or come exactly from the address
// in the SDP. So a stranger who sprays packets at our ports neither is heard nor gets the sound sent.
type latch struct {
	sdp    addr
	signal netip.Addr
	learnt bool
	from   addr
	ssrc   uint32
	seq    uint16
	at     time.Duration // the last packet's
	since  time.Duration // when from was learnt
	bound  time.Duration // when the socket was connected to it, 0 while it is not
	deaf   bool          // nothing came through the connected socket: it shall not be again
}

type verdict uint8

const (
	refused verdict = iota
	accepted
	learnt // accepted, and the address is new
)

// steadyAfter is how long packets must have come from an address before the socket is connected to it.
const steadyAfter = 500 * time.Millisecond

// How long a learnt address must be silent before another may take its place.
const (
	rebindAfter  = 200 * time.Millisecond // for the same stream from another port
	takeoverWait = time.Second            // for the address in the SDP itself
	rebindSteps  = 1500                   // sequence numbers a continued stream may have moved on: 30 s
)

// expect begins anew with what the signalling says. The address learnt stays if that has not changed.
func (l *latch) expect(r *Remote) {
	if l.sdp == r.Addr && l.signal == r.Signal {
		return
	}
	*l = latch{sdp: r.Addr, signal: r.Signal}
}

// judge decides about a packet without taking note of it.
func (l *latch) judge(from addr, ssrc uint32, seq uint16, now time.Duration) verdict {
	if l.learnt && from == l.from {
		return accepted
	}
	if ip := from.Addr(); ip != l.sdp.Addr() && ip != l.signal {
		return refused
	}
	if !l.learnt {
		return learnt
	}
	silent := now - l.at
	continued := ssrc == l.ssrc && seq-l.seq-1 < rebindSteps
	if (silent > rebindAfter && continued) || (silent > takeoverWait && from == l.sdp) {
		return learnt
	}
	return refused
}

// take notes an accepted packet.
func (l *latch) take(from addr, ssrc uint32, seq uint16, now time.Duration) {
	if !l.learnt || l.from != from {
		l.since, l.bound, l.deaf = now, 0, false
	}
	l.learnt, l.from, l.ssrc, l.seq, l.at = true, from, ssrc, seq, now
}

// underWay is how long packets that came before the socket was connected may still wait in it.
const underWay = 50 * time.Millisecond

// steady reports whether the socket may be connected to the address learnt.
func (l *latch) steady(now time.Duration) bool { return !l.deaf && now-l.since > steadyAfter }

// bind notes that the socket is connected.
func (l *latch) bind(now time.Duration) {
	if l.bound == 0 {
		l.bound = now
	}
}

// loosen notes that it is not, for the peer has gone silent. If nothing came since it was connected, that is why: the peer
// sends to another of our addresses than the one at which the way back to it begins.
func (l *latch) loosen() {
	if l.bound != 0 && l.at <= l.bound+underWay {
		l.deaf = true
	}
	l.bound = 0
}
