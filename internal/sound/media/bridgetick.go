package media

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// tick moves 20 ms of sound between the members.
func (b *Bridge) tick(now time.Duration) {
	talkers := b.listen()
	if line := b.line.Load(); line != nil {
		left, right := b.hear(&b.mixed.tap, talkers)
		line.tick(left, right, now)
	}
	for _, m := range b.members {
		if f := m.hears(&b.mixed.out, talkers); !m.spared(f) {
			m.port.Push(f)
		}
		if m.rtp != nil && m.rtp.out.busy.Load() {
			b.clock.touch(b) // it may be the last key
		}
	}
}

// spared reports whether silence is not worth sending: just after the packet plane was left, the first packets are
// still on their way, and what they bring shall follow without a gap.
func (m *Member) spared(f *Frame) bool {
	if m.rtp == nil || m.rtp.grace == 0 {
		return false
	}
	m.rtp.grace--
	if f != &silence {
		m.rtp.grace = 0
		return false
	}
	return true
}

// listen fetches what all members say, sums it, and counts those who are heard.
func (b *Bridge) listen() (talkers int) {
	clear(b.sum[:])
	for _, m := range b.members {
		m.said = m.port.Pull(&m.in) && !m.mute
		if m.keys != nil {
			m.takeKeys()
		}
		if m.said {
			talkers++
			dsp.AddALaw(b.sum[:], m.in[:])
		}
	}
	return talkers
}

// takeKeys lets pressed keys stop what plays, or passes them to the other party.
func (m *Member) takeKeys() {
	for key, n, ok := m.keys.NextKey(); ok; key, n, ok = m.keys.NextKey() {
		if m.play != nil {
			if n > m.play.after && m.play.stopsAt(key) {
				m.stop(Interrupted)
				m.bridge.clock.touch(m.bridge)
			}
			continue
		}
		if other := m.other(); other != nil && other.digits != nil && !m.mute && !other.deaf && other.play == nil && other.needs(m) {
			other.digits.SendDigits(string(key))
		}
	}
}

// needs reports whether the key just taken from another party must be sent. To a line that has nothing but sound, the tones of a
// key that was sound have gone already.
func (m *Member) needs(from *Member) bool {
	return m.rtp != nil || from.rtp != nil && !from.rtp.audible
}

// other is the one other party of a bridge of two.
func (m *Member) other() *Member {
	b := m.bridge
	if len(b.members) != 2 {
		return nil
	}
	if b.members[0] == m {
		return b.members[1]
	}
	return b.members[0]
}

// hears makes what the member hears in this tick.
func (m *Member) hears(out *Frame, talkers int) *Frame {
	p := m.play
	if p != nil && !p.options.Mix {
		if p.source.Next(out) {
			return out
		}
		m.finished()
		p = nil
	}
	others := m.bridge.others(m, out, talkers)
	if m.deaf {
		others = &silence
	}
	if p == nil {
		return others
	}
	over, sum := &m.bridge.mixed.over, &m.bridge.mixed.sum
	if !p.source.Next(over) {
		m.finished()
		return others
	}
	clear(sum[:])
	dsp.AddALaw(sum[:], others[:])
	dsp.AddALaw(sum[:], over[:])
	dsp.MixALaw(out[:], sum[:], nil)
	return out
}

func (m *Member) finished() {
	m.stop(Finished)
	m.bridge.clock.touch(m.bridge)
}

// others is what all but one member say; out may be used to hold it. One voice alone is passed on as it is.
func (b *Bridge) others(m *Member, out *Frame, talkers int) *Frame {
	var own []byte
	if m != nil && m.said {
		own = m.in[:]
		talkers--
	}
	switch talkers {
	case 0:
		return &silence
	case 1:
		for _, o := range b.members {
			if o != m && o.said {
				return &o.in
			}
		}
	}
	dsp.MixALaw(out[:], b.sum[:], own)
	return out
}

// hear returns the two sides of the tap.
func (b *Bridge) hear(mixed *Frame, talkers int) (left, right *Frame) {
	left = &silence
	c := b.caller
	if c == nil || c.removed {
		return left, b.others(nil, mixed, talkers)
	}
	if c.said {
		left = &c.in
	}
	return left, b.others(c, mixed, talkers)
}

// settle puts the bridge on the plane where it belongs, and takes it off the clock when it has no members.
func (b *Bridge) settle(now time.Duration) {
	for _, m := range slices.Clone(b.members) {
		if m.rtp != nil && m.rtp.closed.Load() {
			m.remove()
		}
	}
	c := b.clock
	direct := b.canForward()
	if b.direct && !direct {
		b.leavePackets(now)
	}
	at := slices.Index(c.ticking, b)
	onClock := len(b.members) > 0 && !direct
	switch {
	case onClock && at < 0:
		c.ticking = append(c.ticking, b)
	case !onClock && at >= 0:
		c.ticking = slices.Delete(c.ticking, at, at+1)
	}
	if direct && !b.direct {
		b.enterPackets()
	}
	if len(b.members) == 0 {
		delete(c.bridges, b)
	}
	c.tickBridges.Store(int64(len(c.ticking)))
}

// canForward: two RTP parties with 20 ms packets who simply talk.
func (b *Bridge) canForward() bool {
	if len(b.members) != 2 {
		return false
	}
	for _, m := range b.members {
		if m.rtp == nil || m.mute || m.deaf || m.play != nil || m.rtp.uneven.Load() > 0 || m.rtp.out.busy.Load() ||
			m.rtp.remote.Load() == nil {
			return false
		}
	}
	return true
}

// enterPackets lets the receive loops forward. What waits in the jitter buffers goes out with the first packet.
func (b *Bridge) enterPackets() {
	b.direct = true
	b.clock.packetBridges.Add(1)
	b.pair = [2]*RTP{b.members[0].rtp, b.members[1].rtp}
	for i, r := range b.pair {
		rt := &route{to: b.pair[1-i], line: &b.line, side: 1}
		if b.caller == b.members[i] {
			rt.side = 0
		}
		rt.to.out.setRoute(rt)
		r.route.Store(rt)
	}
}

// leavePackets takes forwarding back: the members may have left already. From then on sound goes to the clock, which
// plays it at once, for whoever listens has had no delay so far.
func (b *Bridge) leavePackets(now time.Duration) {
	b.direct = false
	b.clock.packetBridges.Add(-1)
	for i, r := range b.pair {
		r.route.Store(nil)
		b.pair[1-i].out.setRoute(nil)
	}
	for _, r := range b.pair {
		if r.buf != nil {
			r.buf.jitter.hurry()
		}
		r.grace = 2
	}
	b.pair = [2]*RTP{}
	if line := b.line.Load(); line != nil {
		line.catchUp(now)
	}
}
