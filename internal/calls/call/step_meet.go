package call

import (
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/base/line"
)

// leadToCall looks for the call that the guest, a phone of the house, wants to join.
func (m *machine) leadToCall(t Target) {
	if !m.isHouse(m.Guest) {
		m.end(line.CallRejected, "box")
		return
	}
	m.Phase = Meeting
	m.answer()
	m.do(Seek{t})
}

// sought joins the call that was found: this call gives its leg to it, and is over.
func (m *machine) sought(ev Sought) {
	if m.Phase != Meeting || !m.stays(m.Guest) {
		return
	}
	if !ev.OK {
		m.say(m.Guest, phraseOf("nothing_there"), "")
		return
	}
	g := Give{Leg: m.Guest, To: ev.Call, Name: ev.Target.Name}
	switch ev.Target.Kind {
	case TargetRetrieve:
		g.As = AsRetriever
	case TargetWatch:
		g.As = AsWatcher
		word, name, _ := strings.Cut(ev.Target.Name, " ")
		g.Watch, _ = ParseWatch(word)
		g.Name = name
	default:
		g.As = AsAnswer
	}
	m.give(g)
	m.end(line.NormalClearing, "box")
}

// give hands a leg to another call.
func (m *machine) give(g Give) {
	l := &m.Legs[g.Leg]
	if l.Seated {
		l.Seated = false
		m.do(Unsit{g.Leg})
	}
	m.conversationOver(g.Leg, ConversationEnded{Transferred: true})
	m.phoneFree(g.Leg)
	l.Given, l.Released, l.Dropped = true, true, true
	m.Record.JoinedTo = g.To
	m.do(g)
}

// givenAway: another call has the leg now.
func (m *machine) givenAway(leg int) {
	if l := &m.Legs[leg]; l.Given && !l.Over {
		l.Over = true
		m.phoneIs(leg, LineFree)
		l.Record.EndedAt, l.Record.Cause, l.Record.Detail = m.now, line.NormalClearing, "joined call "+string(m.Record.JoinedTo)
	}
}

// yieldTo gives the other call whom the leg that is in both speaks with, or says where it would be led.
func (m *machine) yieldTo(ev YieldTo) {
	leg := ev.Leg
	rest := m.rest(leg)
	switch {
	case m.Phase == Ending || leg >= len(m.Legs) || m.Legs[leg].Over:
		m.do(Refuse{ev.To})
	case len(rest) == 1 && !m.Consult.On && m.stays(rest[0]):
		m.give(Give{Leg: rest[0], To: ev.To, As: AsPartner})
		m.end(line.NormalClearing, m.side(leg))
	case leg == m.Guest && (m.Phase == InQueue || m.Phase == Dialing || m.Phase == InMenu) && m.Place.passable():
		m.Record.JoinedTo = ev.To
		m.do(LeadThere{ev.To, m.Place})
		m.end(line.NormalClearing, m.side(leg))
	default:
		m.do(Refuse{ev.To})
	}
}

// notYielded tells the phone that its transfer came to nothing.
func (m *machine) notYielded(NotYielded) {
	if m.isParty(m.Handing) {
		m.do(Tell{m.Handing, line.TransferResult{Cause: line.NoRoute}})
	}
}

// ledOn leads the guest to where the phone that passes it on had come itself.
func (m *machine) ledOn(ev LedOn) {
	if !m.isParty(m.Handing) {
		return
	}
	m.Record.JoinedFrom = append(m.Record.JoinedFrom, ev.From)
	m.do(Tell{m.Handing, line.TransferResult{OK: true}})
	m.passOn(m.Handing, ev.Target)
}

// gained takes in a leg that another call has given. If by now it has no place here it is hung up.
func (m *machine) gained(ev Gained) {
	m.Tries = append(m.Tries, Try{Role: Came, Live: 1, Done: true})
	leg := m.addLeg(ev.Info, len(m.Tries))
	l := &m.Legs[leg]
	l.Up, l.Record = true, ev.Record
	if ev.Info.Kind == line.Extension {
		m.do(PhoneBusy{ev.Info.Line, true})
	}
	m.phoneIs(leg, LineTalking)
	m.Record.JoinedFrom = append(m.Record.JoinedFrom, ev.From)
	var ok bool
	switch ev.As {
	case AsPartner:
		ok = m.partnerCame(leg)
	case AsAnswer:
		ok = m.pickedUp(leg, ev.Name)
	case AsRetriever:
		ok = m.Slot != "" && m.Slot == ev.Name && (m.Phase == Parked || m.Phase == Dialing)
		if ok {
			m.withdrawAll(0, line.AnsweredElsewhere)
			m.leavePlace()
			m.sit(leg)
			m.join(leg)
		}
	case AsWatcher:
		ok = m.watch(leg, ev.Watch)
	}
	if !ok {
		m.release(leg, line.CallRejected)
	}
}

// partnerCame completes what a phone began with two calls of its own.
func (m *machine) partnerCame(leg int) bool {
	by := m.Handing
	rest := m.rest(by)
	if !m.isParty(by) || len(rest) != 1 || !m.stays(rest[0]) {
		return false
	}
	m.note("TRANSFER", "")
	m.do(Tell{by, line.TransferResult{OK: true}})
	m.sit(leg)
	m.release(by, line.NormalClearing)
	m.leaveTalk()
	m.becomesGuest(rest[0])
	m.join(leg)
	return true
}

// pickedUp lets a phone take the call that rings elsewhere; a queue that offered it is told that the caller is served.
func (m *machine) pickedUp(leg int, name string) bool {
	if m.pending() || (m.Phase != InQueue && m.Phase != Dialing) || !m.ringsAt(name) {
		return false
	}
	m.note("PICKUP", "")
	waited := m.Phase == InQueue
	m.withdrawAll(0, line.AnsweredElsewhere)
	if waited {
		m.do(TellQueue{CallGone{}})
	}
	m.sit(leg)
	m.join(leg)
	return true
}

// ringsAt reports whether one of these extensions, parted by commas, still rings, or the leg with this CallID.
func (m *machine) ringsAt(name string) bool {
	extensions := strings.Split(name, ",")
	return slices.ContainsFunc(m.Legs, func(l LegState) bool {
		rings := l.Try > 0 && !l.Up && !l.Over && !l.Dropped && !m.Tries[l.Try-1].Done
		return rings && (l.CallID != "" && l.CallID == name || slices.Contains(extensions, l.Record.Line))
	})
}

func (m *machine) leadToConference(t Target) {
	m.Phase = Conferring
	m.answer()
	if m.Record.ConnectedAt.IsZero() {
		m.Record.ConnectedAt = m.now
	}
	if m.Legs[m.Guest].Seated {
		m.Legs[m.Guest].Seated = false
		m.do(Unsit{m.Guest})
	}
	m.do(EnterConference{m.Guest, t.Name, m.Record.Card}, Begin{m.Record})
}

// conferenceSaid takes the guest out of the conference.
func (m *machine) conferenceSaid(cmd ConferenceCommand) {
	out, ok := cmd.(ConferenceOut)
	if !ok || m.Phase != Conferring {
		return
	}
	m.Phase = Arriving // the conference has let go
	if out.Target.Kind == 0 || out.Target.Kind == TargetHangup {
		m.end(out.Cause, "box")
		return
	}
	m.sit(m.Guest)
	m.lead(out.Target)
}
