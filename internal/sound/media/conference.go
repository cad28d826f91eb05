package media

import (
	"math"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// MaxSpeakers is how many may be heard at once in a conference.
const MaxSpeakers = 16

// Conference says how a bridge of many mixes.
type Conference struct {
	// Speakers is how many are heard at once, those who stand out most from their lines' noise: 1…[MaxSpeakers]; 0 = no
	// conference: all are mixed as they are.
	Speakers int
}

// SetConference makes the bridge a conference: each party's speech is slowly brought to [dsp.NominalLevel], lines that
// only hum are shut out, and at most so many are mixed. Keys are not sent on. An [Announcer] is always heard, as it is.
func (b *Bridge) SetConference(c Conference) {
	b.order(func() {
		b.speakers = max(0, min(MaxSpeakers, c.Speakers))
		for _, m := range b.members {
			m.join()
		}
	})
}

// join readies a member for the conference.
func (m *Member) join() {
	if _, own := m.port.(*Announcer); m.level == nil && m.bridge.speakers > 0 && !own {
		m.level = dsp.NewLeveller(dsp.NominalLevel)
	}
}

// standing is what a speaker who is heard is given ahead of one who is not, in dB: two who are alike shall not take
// turns word by word.
const standing = 6

// confer lets those who speak be heard, at one level, and nobody else.
func (b *Bridge) confer() {
	var first [MaxSpeakers]struct {
		m    *Member
		rank float64
	}
	n := 0
	for _, m := range b.members {
		if m.level == nil {
			continue
		}
		was := m.speaks
		m.speaks = false
		if !m.pulled {
			m.level.Rest()
			continue
		}
		rank, speech := m.level.Listen(m.in[:])
		if !speech || m.mute {
			continue
		}
		if was {
			rank += standing
		}
		at := n // in the order of rank
		for at > 0 && first[at-1].rank < rank {
			at--
		}
		if at == b.speakers {
			continue
		}
		n = min(n+1, b.speakers)
		copy(first[at+1:n], first[at:])
		first[at].m, first[at].rank = m, rank
	}
	for _, f := range first[:n] {
		f.m.speaks = true
	}
	for _, m := range b.members {
		if m.level != nil && m.pulled {
			m.said = m.level.Shape(m.in[:], m.speaks) && !m.mute
		}
	}
}

// SetVolume says by how many dB the party hears everything louder or, below 0, softer: −24…24.
func (m *Member) SetVolume(db float64) {
	var t *[256]byte
	if db = max(-24, min(24, db)); db != 0 {
		t = new([256]byte)
		k := math.Pow(10, db/20)
		for i := range t {
			v := math.Round(k * float64(dsp.DecodeALaw(byte(i))))
			t[i] = dsp.EncodeALaw(dsp.Saturate(int32(v)))
		}
	}
	m.bridge.order(func() { m.volume = t })
}

// turned is a frame at the party's volume.
func (m *Member) turned(f, out *Frame) *Frame {
	if m.volume == nil || f == &silence {
		return f
	}
	for i, v := range f {
		out[i] = m.volume[v]
	}
	return out
}

// announcements is how many may wait.
const announcements = 16

// Announcer is a party of a bridge that says to all what it is given, one thing after another. Make it with
// [NewAnnouncer].
type Announcer struct {
	next chan Source
	now  Source
}

// NewAnnouncer makes an announcer, to be added to one bridge.
func NewAnnouncer() *Announcer { return &Announcer{next: make(chan Source, announcements)} }

// Say has src heard by all after what was asked for before. It does not wait, and reports false if too much waits
// already. It may be called from any goroutine.
func (a *Announcer) Say(src Source) bool {
	select {
	case a.next <- src:
		return true
	default:
		return false
	}
}

// Pull implements [Port].
func (a *Announcer) Pull(f *Frame) bool {
	for {
		if a.now == nil {
			select {
			case a.now = <-a.next:
			default:
				return false
			}
		}
		if a.now.Next(f) {
			return true
		}
		a.now = nil
	}
}

// Push implements [Port]: it hears nothing.
func (*Announcer) Push(*Frame) {}
