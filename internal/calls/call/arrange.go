package call

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// The voices of a room: what the parties of the conversation say to one another, what two of them say while they consult,
// and what a supervisor says to the agent alone.
const (
	voiceMain    media.Groups = 1
	voiceConsult media.Groups = 2
	voiceWhisper media.Groups = 4
)

// RecordedVoices are those that a recording holds: what is whispered to an agent is not for whoever hears it later.
const RecordedVoices = voiceMain | voiceConsult

// parties are the legs that speak with one another, the guest's first.
func (s State) parties() []int {
	if s.Phase != Talking {
		return nil
	}
	return append([]int{s.Guest, s.Peer}, s.Joined...)
}

func (s State) isParty(leg int) bool {
	return s.Phase == Talking && (leg == s.Guest || leg == s.Peer || slices.Contains(s.Joined, leg))
}

// rest are the other parties.
func (s State) rest(leg int) []int {
	return slices.DeleteFunc(s.parties(), func(i int) bool { return i == leg })
}

// isHouse reports whether a leg is a phone of the house.
func (s State) isHouse(leg int) bool { return s.Legs[leg].Record.Kind == line.Extension }

// arrange derives from the state who hears whom and who hears music, and tells the room what has changed.
func (m *machine) arrange() {
	m.windHoldClock()
	if m.Phase == Ending || m.Phase == Over {
		return
	}
	for i := range m.Legs {
		l := &m.Legs[i]
		if !l.Seated || l.Over || l.Given {
			continue
		}
		talk, hear := m.voiceOf(i)
		if talk != l.Talk || hear != l.Hear {
			l.Talk, l.Hear = talk, hear
			m.do(Voices{i, talk, hear, l.Watch != 0})
		}
	}
	for _, i := range m.parties() {
		m.tune(i)
	}
	if m.Consult.On && m.Consult.Up {
		m.tune(m.Consult.Third)
	}
}

// voiceOf is in which voices a seated leg talks, and which it hears.
func (m *machine) voiceOf(leg int) (talk, hear media.Groups) {
	talk, hear = voiceMain, voiceMain
	switch {
	case m.Legs[leg].Released: // it is on its way out
		return 0, 0
	case m.Legs[leg].Watch != 0:
		return voiceOfWatcher(m.Legs[leg].Watch)
	case m.Phase == CallingBack, m.Phase == Greeting && leg == m.Greeted:
		talk = 0
	case m.Consult.On && m.Consult.Up && leg == m.Consult.Third:
		if m.Consult.Away {
			return 0, 0
		}
		talk, hear = voiceConsult, voiceConsult
	case m.aside() == leg:
		talk, hear = voiceConsult, voiceConsult
	case m.isParty(leg) && slices.ContainsFunc(m.rest(leg), func(o int) bool { return m.Legs[o].Apart }):
		talk = 0 // who holds at a screen does not hear the other side
	}
	if m.watcher() >= 0 && leg == m.watched() {
		hear |= voiceWhisper
	}
	return talk, hear
}

func voiceOfWatcher(w Watch) (talk, hear media.Groups) {
	switch w {
	case Whisper:
		talk = voiceWhisper
	case Barge:
		talk = voiceMain
	default: // who listens is not heard
	}
	return talk, voiceMain | voiceConsult
}

// aside is the party that is busy with something other than the conversation; -1 is nobody.
func (m *machine) aside() int {
	switch {
	case m.Typing.On:
		return m.Typing.Leg
	case m.Consult.On && !m.Consult.Away:
		return m.Consult.By
	}
	return -1
}

// watcher is the leg of a supervisor who takes part; -1 is none.
func (s State) watcher() int {
	return slices.IndexFunc(s.Legs, func(l LegState) bool { return l.Watch != 0 && !l.Over && !l.Released })
}

// watched is the one who hears whispers: the phone of the house that speaks with the guest, or the guest's own when it
// is the house that called; -1 is none.
func (m *machine) watched() int {
	for _, i := range slices.Backward(m.parties()) {
		if m.isHouse(i) {
			return i
		}
	}
	return -1
}

// tune gives music to a party that is kept waiting, and takes it away.
func (m *machine) tune(leg int) {
	l := &m.Legs[leg]
	want := ""
	if m.waits(leg) {
		want = "default"
	}
	if l.Over || l.Given || want == l.Tune {
		return
	}
	if l.Tune = want; want == "" {
		m.do(Hush{leg})
		return
	}
	m.do(Music{leg, want})
}

// waits reports whether a party has nobody to speak with: the only other one holds it, or is busy otherwise.
func (m *machine) waits(leg int) bool {
	if m.Consult.On && m.Consult.Up && leg == m.Consult.Third {
		return m.Consult.Away
	}
	rest := m.rest(leg)
	return len(rest) == 1 && (m.Legs[rest[0]].Held || m.aside() == rest[0])
}

// windHoldClock lets the clock of the record run exactly while one of the two who talk holds the other.
func (m *machine) windHoldClock() {
	held := m.Phase == Talking && (m.guest().Held || m.Legs[m.Peer].Held)
	switch {
	case held && m.HeldAt.IsZero():
		m.HeldAt = m.now
	case !held && !m.HeldAt.IsZero():
		m.Record.HeldFor += m.now.Sub(m.HeldAt)
		m.HeldAt = time.Time{}
	}
}
