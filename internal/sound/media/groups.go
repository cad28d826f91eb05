package media

import "github.com/dealerline/dealerline/internal/sound/dsp"

// Groups are up to eight voices of a bridge, a bit each: what a member says goes into some of them, and it hears some of
// them. With them a supervisor whispers to one party, or two consult while the third waits.
type Groups uint8

// What a new member talks in, and hears.
const (
	TalkDefault Groups = 1
	AllGroups   Groups = 255
)

// SetVoice says in which groups this party talks, and which it hears: it hears another if one of the groups in which
// that one talks is among them. [Member.SetTalk] and [Member.SetHear] switch on top of that.
func (m *Member) SetVoice(talk, hear Groups) {
	m.bridge.order(func() { m.talk, m.hear = talk, hear })
}

// SetKeys says whether keys that this party presses are sent on to those who hear it, as they are unless this says
// otherwise. Keys sent as sound are heard in any case.
func (m *Member) SetKeys(on bool) { m.bridge.order(func() { m.quiet = !on }) }

// SetTapGroups says whose talk the tap's right side holds: that of all who talk in one of these groups, but for the left
// side's. All, unless this says otherwise.
func (b *Bridge) SetTapGroups(g Groups) { b.order(func() { b.taps = g }) }

// SetLeft names who is the tap's left side from now on. With nil there is none: both sides hold what all say.
func (b *Bridge) SetLeft(m *Member) {
	b.order(func() {
		if b.unsided = m == nil; !b.unsided {
			b.left = m
		}
	})
}

// reaches reports whether another party hears this one when it talks.
func (m *Member) reaches(o *Member) bool {
	return o != m && !m.mute && !o.deaf && m.talk&o.hear != 0
}

// noSide: not in the tap.
const noSide = -1

// side is the side of the tap on which a member is heard, when there are but two.
func (b *Bridge) side(m *Member) int32 {
	switch {
	case m == b.left:
		return 0
	case m.talk&b.taps == 0:
		return noSide
	}
	return 1
}

// hear returns the two sides of the tap.
func (b *Bridge) hear(mixed *Frame) (left, right *Frame) {
	if b.unsided {
		f := b.voices(b.taps, nil, mixed)
		return f, f
	}
	l := b.left
	if l == nil || l.removed {
		return &silence, b.voices(b.taps, nil, mixed)
	}
	left = &silence
	if l.said {
		left = &l.in
	}
	return left, b.voices(b.taps, l, mixed)
}

// mix is what is said in some groups in one tick.
type mix struct {
	groups        Groups
	talkers       int
	who           [3]*Member // the first of them
	summed, ready bool       // sum and all hold what their names say
	sum           [FrameSamples]int32
	all           Frame
}

// mixOf finds what is said in some groups. It is valid until the next call.
func (b *Bridge) mixOf(g Groups) *mix {
	n := len(b.mixes)
	for i := range n {
		if b.mixes[i].groups == g {
			return &b.mixes[i]
		}
	}
	if n < cap(b.mixes) {
		b.mixes = b.mixes[:n+1]
	} else {
		b.mixes = append(b.mixes, mix{})
	}
	x := &b.mixes[n]
	x.groups, x.talkers, x.who, x.summed, x.ready = g, 0, [3]*Member{}, false, false
	for _, m := range b.members {
		if !m.said || m.talk&g == 0 {
			continue
		}
		if x.talkers < len(x.who) {
			x.who[x.talkers] = m
		}
		x.talkers++
	}
	return x
}

// voices is what all but one member, who may be nil, say in some groups. One voice alone is passed on as it is; out may
// be used to hold a sum.
func (b *Bridge) voices(g Groups, but *Member, out *Frame) *Frame {
	x := b.mixOf(g)
	own := but != nil && but.said && but.talk&g != 0
	n := x.talkers
	if own {
		n--
	}
	switch {
	case n == 0:
		return &silence
	case n <= 2:
		return x.few(but, out)
	}
	if !x.summed {
		x.add(b.members)
	}
	if own {
		dsp.MixALaw(out[:], x.sum[:], but.in[:])
		return out
	}
	if !x.ready {
		x.ready = true
		dsp.MixALaw(x.all[:], x.sum[:], nil)
	}
	return &x.all
}

// few is what one or two say, besides one who does not hear itself.
func (x *mix) few(but *Member, out *Frame) *Frame {
	var one *Member
	for _, m := range x.who[:min(x.talkers, len(x.who))] {
		switch {
		case m == but:
		case one == nil:
			one = m
		case but == nil || !x.has(but): // all others hear the same
			if !x.ready {
				x.ready = true
				dsp.MixTwoALaw(x.all[:], one.in[:], m.in[:])
			}
			return &x.all
		default:
			dsp.MixTwoALaw(out[:], one.in[:], m.in[:])
			return out
		}
	}
	return &one.in
}

func (x *mix) has(m *Member) bool {
	return x.who[0] == m || x.who[1] == m || x.talkers > 2 && x.who[2] == m
}

// add sums up what is said.
func (x *mix) add(members []*Member) {
	x.summed = true
	clear(x.sum[:])
	for _, m := range members {
		if m.said && m.talk&x.groups != 0 {
			dsp.AddALaw(x.sum[:], m.in[:])
		}
	}
}
