package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

// join lets the caller and the answered leg speak with each other.
func (m *machine) join(leg int) {
	first := m.Record.ConnectedAt.IsZero()
	greeted := m.Phase == Greeting
	m.Phase, m.Peer, m.Greeted, m.Playing = Talking, leg, 0, 0
	m.closeMenu()
	m.answer()
	l := m.Legs[leg]
	if greeted {
		m.do(Talk{leg, true}, Hush{leg}, TellQueue{OfferJoined{m.Tries[l.Try-1].Offer.ID}})
	}
	m.do(Hush{0})
	m.joinHeld()
	if first {
		m.Record.ConnectedAt = m.now
	}
	m.Record.Agent = l.Record.Agent
	if l.Record.Kind == line.Extension {
		m.Record.Extension = l.Record.Line
	} else {
		m.Record.ExternalLine = l.Record.Line
	}
	internal := l.Record.Kind == line.Extension && m.caller().Record.Kind == line.Extension
	if !m.Recorded && (m.Policy.Record == RecordAll || (m.Policy.Record == RecordExternal && !internal)) {
		m.Recorded = true
		m.do(StartRecording{RecordingMeta{Call: m.ID, Queue: m.Record.Queue, Agent: m.Record.Agent, Number: m.Record.From}})
	} else {
		m.do(Begin{m.Record}) // with a recording this waits for its id
	}
	m.do(Publish{Connected{m.ID, l.Record.Agent, l.Record.Line}})
}

// joinHeld gives what is due to who is joined with somebody that put the call on hold before, during the greeting for
// example.
func (m *machine) joinHeld() {
	for _, pair := range [][2]int{{0, m.Peer}, {m.Peer, 0}} {
		if m.Legs[pair[0]].Held {
			m.HeldAt = m.now
			m.do(Music{pair[1], "default"})
		}
	}
}

// legHeld plays music to the party that was put on hold.
func (m *machine) legHeld(leg int, held bool) {
	if m.Legs[leg].Held == held {
		return
	}
	m.Legs[leg].Held = held
	if m.Phase != Talking || (leg != 0 && leg != m.Peer) {
		return
	}
	other := m.other(leg)
	if !held && m.Legs[leg].Apart { // the phone takes back what a screen put on hold
		m.Legs[leg].Apart = false
		m.do(Talk{other, true})
	}
	m.do(Publish{Holding{m.ID, held}})
	if held {
		if m.HeldAt.IsZero() {
			m.HeldAt = m.now
		}
		m.do(Music{other, "default"})
		return
	}
	m.do(Hush{other})
	if !m.Legs[0].Held && !m.Legs[m.Peer].Held {
		m.stopHoldClock()
	}
}

func (m *machine) stopHoldClock() {
	if !m.HeldAt.IsZero() {
		m.Record.HeldFor += m.now.Sub(m.HeldAt)
		m.HeldAt = time.Time{}
	}
}
