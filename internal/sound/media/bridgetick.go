package media

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// tick moves 20 ms of sound between the members.
func (b *Bridge) tick(now time.Duration) {
	b.listen()
	if line := b.line.Load(); line != nil {
		left, right := b.hear(&b.mixed.tap)
		line.tick(left, right, now)
	}
	for _, m := range b.members {
		if f := m.hears(&b.mixed.out); !m.spared(f) {
			m.port.Push(m.turned(f, &b.mixed.out))
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

// listen fetches what all members say.
func (b *Bridge) listen() {
	b.mixes = b.mixes[:0]
	for _, m := range b.members {
		m.pulled = m.port.Pull(&m.in)
		m.said = m.pulled && !m.mute
		if m.keys != nil {
			m.takeKeys()
		}
	}
	if b.speakers > 0 {
		b.confer()
	}
}

// takeKeys lets pressed keys stop what plays, or passes them to those who hear the member.
func (m *Member) takeKeys() {
	for key, n, ok := m.keys.NextKey(); ok; key, n, ok = m.keys.NextKey() {
		if m.play == nil {
			m.passKey(key)
		} else if n > m.play.after && m.play.stopsAt(key) {
			m.stop(Interrupted)
			m.bridge.clock.touch(m.bridge)
		}
	}
}

func (m *Member) passKey(key byte) {
	if m.quiet || m.bridge.speakers > 0 {
		return
	}
	for _, o := range m.bridge.members {
		if o.digits != nil && m.reaches(o) && o.play == nil && o.needs(m) {
			o.digits.SendDigits(string(key))
		}
	}
}

// needs reports whether the key just taken from another party must be sent. To a line that has nothing but sound, the tones of a
// key that was sound have gone already.
func (m *Member) needs(from *Member) bool {
	return m.rtp != nil || from.rtp != nil && !from.rtp.audible
}

// hears makes what the member hears in this tick.
func (m *Member) hears(out *Frame) *Frame {
	p := m.play
	if p != nil && !p.options.Mix {
		if p.source.Next(out) {
			return out
		}
		m.finished()
		p = nil
	}
	others := &silence
	if !m.deaf {
		others = m.bridge.voices(m.hear, m, out)
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

// settle puts the bridge on the plane where it belongs, and takes it off the clock when it has no members.
func (b *Bridge) settle(now time.Duration) {
	for _, m := range slices.Clone(b.members) {
		if m.rtp != nil && m.rtp.closed.Load() {
			m.remove()
		}
	}
	c := b.clock
	direct := b.canForward()
	if b.direct && (!direct || !b.paired()) {
		b.leavePackets()
	}
	at := slices.Index(c.ticking, b)
	onClock := len(b.members) > 0 && !direct
	switch {
	case onClock && at < 0:
		c.ticking = append(c.ticking, b)
	case !onClock && at >= 0:
		c.ticking = slices.Delete(c.ticking, at, at+1)
	}
	if direct {
		b.enterPackets()
	}
	if len(b.members) == 0 {
		delete(c.bridges, b)
	}
	c.tickBridges.Store(int64(len(c.ticking)))
}

// canForward: two RTP parties with 20 ms packets who simply talk, and are the two sides of the tap, if there is one.
func (b *Bridge) canForward() bool {
	if len(b.members) != 2 || b.speakers > 0 {
		return false
	}
	for i, m := range b.members {
		if m.rtp == nil || m.play != nil || m.volume != nil || m.rtp.uneven.Load() > 0 || m.rtp.out.busy.Load() || m.rtp.remote.Load() == nil ||
			!m.reaches(b.members[1-i]) {
			return false
		}
	}
	return b.line.Load() == nil || !b.unsided && slices.Contains(b.members, b.left)
}

// paired reports whether the packet plane's two are still the bridge's members.
func (b *Bridge) paired() bool {
	return b.pair[0].from == b.members[0].rtp && b.pair[1].from == b.members[1].rtp
}

// enterPackets lets the receive loops forward. What waits in the jitter buffers goes out with the first packet. On the
// packet plane already, it only takes note of what has changed.
func (b *Bridge) enterPackets() {
	for i, m := range b.members {
		rt := b.pair[i]
		if !b.direct {
			rt = &route{from: m.rtp, to: b.members[1-i].rtp, line: &b.line}
			b.pair[i] = rt
		}
		rt.side.Store(b.side(m))
		rt.quiet.Store(m.quiet)
	}
	if b.direct {
		return
	}
	b.direct = true
	b.clock.packetBridges.Add(1)
	for _, rt := range b.pair {
		rt.to.out.setRoute(rt)
		rt.from.route.Store(rt)
	}
}

// leavePackets takes forwarding back: the members may have left already, and another bridge may forward for them. From then
// on sound goes to the clock, which plays it at once, for whoever listens has had no delay so far.
func (b *Bridge) leavePackets() {
	b.direct = false
	b.clock.packetBridges.Add(-1)
	for _, rt := range b.pair {
		mine := rt.from.route.CompareAndSwap(rt, nil)
		rt.to.out.endRoute(rt)
		if !mine {
			continue
		}
		if rt.from.buf != nil {
			rt.from.buf.jitter.hurry()
		}
		rt.from.grace = 2
	}
	b.pair = [2]*route{}
}
