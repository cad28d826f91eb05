package call

import (
	"slices"

	"github.com/dealerline/dealerline/internal/base/line"
)

// join lets the guest and the answered leg speak with each other.
func (m *machine) join(leg int) {
	if m.pending() {
		m.agentReady(leg)
		return
	}
	first := m.Record.ConnectedAt.IsZero()
	greeted := m.Phase == Greeting
	m.Phase, m.Peer, m.Greeted, m.Playing = Talking, leg, 0, 0
	m.Recall, m.Requeued = "", false
	m.leavePlace()
	m.closeMenu()
	m.answer()
	l := m.Legs[leg]
	if greeted {
		m.do(Hush{leg}, TellQueue{OfferJoined{l.Offer}})
	}
	m.do(Hush{m.Guest})
	if m.Guest != 0 {
		m.toLeft(leg)
	}
	if first {
		m.Record.ConnectedAt = m.now
	}
	m.nowWith(leg)
	if !m.recordFrom(leg, m.Guest) {
		m.do(Begin{m.Record}) // with a recording this waits for its id
	}
	m.do(Publish{Connected{m.ID, l.Record.Agent, l.Record.Line}})
}

// recordFrom starts the recording of the call, if it is to have one now that these speak, and reports whether it did.
func (m *machine) recordFrom(legs ...int) bool {
	outside := slices.ContainsFunc(legs, func(i int) bool { return !m.isHouse(i) })
	if m.Recorded || m.Policy.Record == RecordNone || (m.Policy.Record == RecordExternal && !outside) {
		return false
	}
	m.Recorded = true
	m.do(StartRecording{RecordingMeta{Call: m.ID, Queue: m.Record.Queue, Agent: m.Record.Agent, Number: m.customer()}})
	return true
}

// nowWith notes in the record who has the guest.
func (m *machine) nowWith(leg int) {
	l := m.Legs[leg].Record
	if l.Agent != "" {
		m.Record.Agent = l.Agent
	}
	if l.Kind == line.Extension {
		m.Record.Extension = l.Line
	} else {
		m.Record.ExternalLine = l.Line
	}
}

// legHeld notes that a party put the others on hold, or came back; what they hear follows from it.
func (m *machine) legHeld(leg int, held bool) {
	l := &m.Legs[leg]
	if l.Held == held {
		return
	}
	if l.Held = held; !held {
		l.Apart = false // also where a screen put the other side on hold
		m.do(ClearTimer{Timer{HoldTimer, leg}})
		m.stopReclaiming()
	}
	if !m.isParty(leg) {
		return
	}
	m.do(Publish{Holding{m.ID, held}})
	if held && m.isHouse(leg) && m.Policy.HoldLimit > 0 {
		m.do(SetTimer{Timer{HoldTimer, leg}, m.Policy.HoldLimit})
	}
}

// partyLeft goes on without one of those who speak with one another, or ends the call.
func (m *machine) partyLeft(leg int, e line.Ended) {
	m.reportConversation(leg, e.Remote)
	if m.Typing.On && m.Typing.Leg == leg {
		m.typingOver()
	}
	if c := m.Consult; c.On {
		switch {
		case leg == c.By && m.handOn(leg):
			return
		case c.Up && len(m.rest(c.By)) == 1 && leg != c.By: // the one who waited is gone: those who consult go on
			m.Consult = Consult{}
			m.replace(leg, c.Third)
			m.Legs[c.Third].Tune = ""
			m.do(Hush{c.Third}, Hush{c.By})
			m.nowWith(c.Third)
			return
		case len(m.rest(c.By)) == 1:
			m.giveUpConsult()
		}
	}
	if m.goesOnWithout(leg) || m.leavesWhileYielding(leg) || m.goneAsHanded(leg) {
		return
	}
	if after := m.after(leg, e); after != "" {
		m.Record.EndedBy = m.side(leg)
		m.note("SURVEY", "")
		m.leaveTalk()
		m.lead(Target{TargetMenu, after})
		return
	}
	m.end(e.Cause, by(e, m.side(leg)))
}

// goesOnWithout takes a party out of a conversation of more than two.
func (m *machine) goesOnWithout(leg int) bool {
	if len(m.Joined) == 0 {
		return false
	}
	rest := m.rest(leg)
	m.Guest, m.Peer, m.Joined = rest[0], rest[1], rest[2:]
	if leg == m.Left { // two voices on one side of a recording cannot be told apart
		next := slices.IndexFunc(rest, func(i int) bool { return m.isHouse(i) == m.isHouse(leg) })
		m.toLeft(rest[max(next, 0)])
	}
	m.nowWith(m.Peer)
	m.do(Begin{m.Record}, Publish{Connected{m.ID, m.Legs[m.Peer].Record.Agent, m.Legs[m.Peer].Record.Line}})
	return true
}

// toLeft puts a leg on the left side of the recording.
func (m *machine) toLeft(leg int) {
	m.Left = leg
	m.do(Side{leg})
}

// replace puts one leg in the place of another.
func (m *machine) replace(old, leg int) {
	if old == m.Left {
		m.toLeft(leg)
	}
	switch old {
	case m.Guest:
		m.Guest = leg
	case m.Peer:
		m.Peer = leg
	default:
		for i := range m.Joined {
			if m.Joined[i] == old {
				m.Joined[i] = leg
			}
		}
	}
}

// after is the flow that the guest is led to when an agent has hung up: a survey. Whom the agent has asked, and who is
// left to it because the caller is gone, is asked nothing.
func (m *machine) after(leg int, e line.Ended) string {
	if n := m.guest().Try; n > 0 && m.Tries[n-1].Role == Consulted {
		return ""
	}
	if n := m.Legs[leg].Try; leg != m.Guest && n > 0 && e.Remote && m.guest().Up && !m.guest().Dropped {
		return m.Tries[n-1].Offer.Survey
	}
	return ""
}

// side names a party in the call record.
func (m *machine) side(leg int) string {
	switch {
	case leg == 0:
		return "caller"
	case m.Legs[leg].Record.Agent != "":
		return "agent"
	}
	return "callee"
}

// leaveTalk ends the conversation without ending the call: what follows leads the guest on.
func (m *machine) leaveTalk() {
	if m.Consult.On {
		m.giveUpConsult()
	}
	m.stopReclaiming()
	m.Yielding = false
	m.Peer, m.Joined = 0, nil
	m.Phase = Arriving
	if m.Typing.On {
		m.typingOver()
	}
	for i, l := range m.Legs { // supervisors listen to conversations
		if l.Watch != 0 && !l.Over {
			m.release(i, line.NormalClearing)
		}
	}
}
