package media

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// silence is 20 ms of nothing.
var silence = silentFrame() //nolint:gochecknoglobals // a constant frame

func silentFrame() (f Frame) {
	for i := range f {
		f[i] = dsp.SilenceALaw
	}
	return f
}

// Bridge joins any number of parties: each hears all others, unless [Member.SetVoice] says otherwise. Its methods may be
// called from any goroutine, never wait, and take effect by the next tick. Everything in it is owned by the clock.
type Bridge struct {
	clock    *clock
	members  []*Member
	left     *Member // the tap's left side: the first ever added, until [Bridge.SetLeft]
	unsided  bool    // the tap has no left side
	taps     Groups  // whose talk the tap's right side holds
	line     atomic.Pointer[timeline]
	direct   bool      // on the packet plane …
	pair     [2]*route // … by these, the first member's first
	closed   bool
	changed  bool
	speakers int      // in a conference: how many are heard at once
	mixes    []mix    // of this tick, one for each set of groups that somebody hears
	mixed    struct { // room for one tick: what goes to a port or comes from a source would else be allocated
		out, over, tap Frame
		sum            [FrameSamples]int32
	}
}

// Member is a party's place in a [Bridge]. Its methods are as safe as those of the bridge.
type Member struct {
	bridge  *Bridge
	port    Port
	rtp     *RTP      // port, if it is one
	keys    KeyPort   // port, if it is one
	digits  DigitPort // port, if it is one
	removed bool
	deaf    bool // hears none of the others
	mute    bool // is not heard
	talk    Groups
	hear    Groups
	quiet   bool          // its keys are not sent on
	volume  *[256]byte    // of what it hears, by octet; nil: as it is
	level   *dsp.Leveller // in a conference
	speaks  bool          // in a conference: is among those who are heard
	play    *player
	in      Frame // what it said in this tick …
	pulled  bool  // … if anything …
	said    bool  // … that others may hear
}

// KeyPort is a [Port] on which keys can be pressed: they stop what is played to it.
type KeyPort interface {
	Port
	// NextKey fetches the next key pressed and its number, counted from 1; false when there is none. It is called
	// only by the media clock.
	NextKey() (key byte, n uint32, ok bool)
	// Pressed is how many keys have been pressed. It may be called from any goroutine.
	Pressed() uint32
}

// DigitPort is a [Port] that can send keys to its party. Keys of the other party that are no sound, as those of RFC 4733,
// get there by it.
type DigitPort interface {
	Port
	// SendDigits sends keys after those already under way. It does not block: the media clock calls it.
	SendDigits(digits string)
}

func (b *Bridge) order(do func()) {
	b.clock.order(func() {
		do()
		b.clock.touch(b)
	})
}

// Add takes a party in. The first is the tap's left side until [Bridge.SetLeft] names another.
func (b *Bridge) Add(p Port) *Member { return b.AddVoice(p, TalkDefault, AllGroups) }

// AddVoice is [Bridge.Add] with what [Member.SetVoice] sets, from the party's first moment on: nobody hears a word of who
// comes to whisper.
func (b *Bridge) AddVoice(p Port, talk, hear Groups) *Member {
	m := &Member{bridge: b, port: p, talk: talk, hear: hear}
	m.rtp, _ = p.(*RTP)
	m.keys, _ = p.(KeyPort)
	m.digits, _ = p.(DigitPort)
	_, m.deaf = p.(*Announcer)
	b.order(func() { b.add(m) })
	return m
}

func (b *Bridge) add(m *Member) {
	if b.closed || b.clock.engine.ended.Load() {
		m.removed = true
		return
	}
	if m.rtp != nil {
		if old := m.rtp.member; old != nil { // it moves here from another bridge
			old.remove()
			old.bridge.settle(b.clock.engine.now())
		}
		m.rtp.member = m
	}
	if b.left == nil {
		b.left = m
	}
	m.join()
	b.members = append(b.members, m)
	b.clock.bridges[b] = struct{}{}
}

// SetTap makes t hear what passes from now on, in the place of the one before; nil ends that.
func (b *Bridge) SetTap(t Tap) {
	b.order(func() {
		now := b.clock.engine.now()
		var l *timeline
		if t != nil && !b.closed {
			l = newTimeline(t, now)
		}
		if old := b.line.Swap(l); old != nil {
			old.end(now)
		}
	})
}

// Close removes all members and the tap. The parties themselves stay open.
func (b *Bridge) Close() {
	b.order(func() { b.close(b.clock.engine.now()) })
}

func (b *Bridge) close(now time.Duration) {
	b.closed = true
	for len(b.members) > 0 {
		b.members[0].remove()
	}
	b.settle(now)
	if old := b.line.Swap(nil); old != nil {
		old.end(now)
	}
}

// Remove takes the party out.
func (m *Member) Remove() { m.bridge.order(m.remove) }

func (m *Member) remove() {
	if m.removed {
		return
	}
	m.removed = true
	m.stop(Stopped)
	b := m.bridge
	b.members = slices.DeleteFunc(b.members, func(o *Member) bool { return o == m })
	if m.rtp != nil && m.rtp.member == m {
		m.rtp.member = nil
	}
	b.clock.touch(b)
}

// Play lets the party hear src, from its beginning, instead of the others. What played before is stopped. A key
// pressed before the call does not stop it: whoever plays in answer to a key is not stopped by that same key.
func (m *Member) Play(src Source, o PlayOptions) {
	p := &player{source: src, options: o}
	if k, ok := m.port.(KeyPort); ok {
		p.after = k.Pressed()
	}
	m.bridge.order(func() {
		m.stop(Stopped)
		if m.removed {
			p.end(Stopped)
			return
		}
		m.play = p
	})
}

// Stop ends what plays.
func (m *Member) Stop() { m.bridge.order(func() { m.stop(Stopped) }) }

func (m *Member) stop(o Outcome) {
	if p := m.play; p != nil {
		m.play = nil
		p.end(o)
	}
}

// SetTalk says whether the others hear this party.
func (m *Member) SetTalk(on bool) { m.bridge.order(func() { m.mute = !on }) }

// SetHear says whether this party hears the others.
func (m *Member) SetHear(on bool) { m.bridge.order(func() { m.deaf = !on }) }
