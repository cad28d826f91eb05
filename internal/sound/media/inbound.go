package media

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtp"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// inbound is what a receive loop knows of a session's far side.
type inbound struct {
	remote    *Remote // the latch was made for
	latch     latch
	reception reception
	events    eventReceiver
	tones     *dsp.DTMFReceiver // nil: not listened for
	heard     time.Duration     // when the last packet came, or waiting began
	lost      bool
	press     press
	control   controlState
}

func (in *inbound) init(tones bool) {
	if tones {
		in.tones = dsp.NewDTMFReceiver()
	}
}

// follow takes note of what the signalling has changed: the wait for packets begins anew.
func (in *inbound) follow(remote *Remote, now time.Duration) {
	if remote != in.remote {
		in.latch.expect(remote)
		in.remote, in.heard = remote, now
	}
}

// comfortNoise is the payload type of RFC 3389: the peer is there and silent.
const comfortNoise = 13

// packet takes in a datagram from the RTP socket; buf begins with headroom.
func (r *RTP) packet(buf []byte, from addr, now time.Duration) {
	w := r.worker
	pkt := buf[headroom:]
	if len(pkt) < 12 || pkt[0]>>6 != 2 {
		w.counts.malformed.Add(1)
		return
	}
	remote := r.remote.Load()
	if remote == nil {
		w.counts.stranger.Add(1)
		return
	}
	r.in.follow(remote, now)
	ssrc, seq := binary.BigEndian.Uint32(pkt[8:]), binary.BigEndian.Uint16(pkt[2:])
	verdict := r.in.latch.judge(from, ssrc, seq, now)
	if verdict == refused {
		w.counts.stranger.Add(1)
		return
	}
	h := &w.header
	off, err := h.Unmarshal(pkt)
	if err != nil {
		w.counts.malformed.Add(1)
		return
	}
	end := len(pkt)
	if h.Padding {
		end -= int(pkt[end-1])
	}
	if end < off {
		w.counts.malformed.Add(1)
		return
	}
	if !known(h.PayloadType, remote) {
		w.counts.payload.Add(1)
		return
	}
	r.in.latch.take(from, ssrc, seq, now)
	if verdict == learnt {
		r.out.learn(from, remote)
		r.report(Learnt{})
	}
	w.counts.received.Add(1)
	r.in.heard, r.in.lost = now, false
	r.sound(h, remote, buf[:headroom+end], headroom+off, now)
}

func known(pt uint8, remote *Remote) bool {
	return pt == uint8(ALaw) || pt == uint8(MuLaw) || pt == comfortNoise || (pt == remote.EventPT && pt != 0)
}

// sound carries on with an accepted packet; its payload is buf[off:].
func (r *RTP) sound(h *rtp.Header, remote *Remote, buf []byte, off int, now time.Duration) {
	audio := h.PayloadType == uint8(ALaw) || h.PayloadType == uint8(MuLaw)
	r.in.reception.packet(h, audio, now, &r.figures)
	if !remote.Receive || h.PayloadType == comfortNoise {
		return
	}
	if !audio {
		if key := r.in.events.packet(h, buf[off:], now); key != 0 {
			r.press(key, byEvent, now)
		}
	} else if r.in.tones != nil {
		r.listen(Law(h.PayloadType), buf[off:], now)
	}
	if len(buf) == off {
		return
	}
	if n := int32(len(buf) - off); audio && n != FrameSamples && n > r.uneven.Load() { //nolint:gosec // a packet
		r.uneven.Store(n)
		r.reconsider()
	}
	if rt := r.route.Load(); rt != nil && rt.to.out.forward(rt, h, buf, off, now) {
		return
	}
	if audio {
		r.enqueue(h, buf[off:])
	}
}

// enqueue hands sound to the clock, in A-law and cut into frames.
func (r *RTP) enqueue(h *rtp.Header, payload []byte) {
	for ts := h.Timestamp; len(payload) > 0; ts += FrameSamples {
		p := r.buf.ring.next()
		if p == nil {
			r.worker.counts.overflow.Add(1)
			return
		}
		n := copy(p.data[:], payload)
		if h.PayloadType == uint8(MuLaw) {
			dsp.MuLawToALaw(p.data[:n], p.data[:n])
		}
		p.key, p.n, p.ssrc, p.ts = 0, uint8(n), h.SSRC, ts
		r.buf.ring.commit()
		payload = payload[n:]
	}
}

// listen looks for DTMF tones in the sound itself.
func (r *RTP) listen(law Law, payload []byte, now time.Duration) {
	s := &r.worker.scratch
	for len(payload) > 0 {
		n := min(len(payload), len(s))
		for i, b := range payload[:n] {
			if law == MuLaw {
				s[i] = dsp.DecodeMuLaw(b)
			} else {
				s[i] = dsp.DecodeALaw(b)
			}
		}
		if key := r.in.tones.Write(s[:n]); key != 0 {
			r.press(key, byTone, now)
		}
		payload = payload[n:]
	}
}

// look does what no packet reminds of.
func (r *RTP) look(now time.Duration) {
	if rt := r.route.Load(); rt != nil {
		if t := rt.line.Load(); t != nil {
			t.advance(now)
		}
	}
	remote := r.remote.Load()
	if remote == nil {
		return
	}
	r.in.follow(remote, now)
	if l := &r.in.latch; !l.learnt || now-l.at > rebindAfter {
		l.loosen()
		r.out.unsettle()
	} else if r.out.settle(l.from, remote, l.steady(now)) {
		l.bind(now)
	}
	r.sendControl(now)
	if r.held.Load() {
		r.in.heard = now
	}
	if !r.in.lost && now-r.in.heard > r.timeout {
		r.in.lost = true
		r.report(Lost{})
	}
}
