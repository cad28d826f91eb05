package call

import (
	"slices"
	"strings"
	"time"

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
	m.letGo(g.Leg)
	m.Record.JoinedTo = g.To
	m.do(g)
}

// letGo takes a leg out of the conversation without ending it: another call is to have it.
func (m *machine) letGo(leg int) {
	l := &m.Legs[leg]
	if l.Seated {
		l.Seated = false
		m.do(Unsit{leg})
	}
	m.conversationOver(leg, ConversationEnded{Transferred: true})
	m.phoneFree(leg)
	l.Given, l.Released, l.Dropped = true, true, true
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
	case leg == m.Guest && m.onItsWay() && m.Place.passable():
		there := LeadThere{ev.To, m.Place, m.Inside}
		m.Record.JoinedTo = ev.To
		m.end(line.NormalClearing, m.side(leg))
		m.do(there) // now that the place is free
	default:
		m.do(Refuse{ev.To})
	}
}

// onItsWay reports whether the guest is at a place where somebody else can be in its stead.
func (s State) onItsWay() bool {
	return s.Phase == InQueue || s.Phase == Dialing || s.Phase == InMenu || s.Phase == Conferring
}

// notYielded tells the phone that its transfer came to nothing. If it has hung up without waiting for that, it is rung.
func (m *machine) notYielded(NotYielded) {
	waiting := m.awaits()
	m.Yielding = false
	switch {
	case m.isParty(m.Handing):
		m.do(Tell{m.Handing, line.TransferResult{Cause: line.NoRoute}})
	case waiting:
		m.fail(line.NoRoute)
	}
}

// ledOn leads the guest to where the phone that passes it on had come itself.
func (m *machine) ledOn(ev LedOn) {
	waiting := m.awaits()
	m.Yielding = false
	switch {
	case m.isParty(m.Handing):
		m.Record.JoinedFrom = append(m.Record.JoinedFrom, ev.From)
		m.do(Tell{m.Handing, line.TransferResult{OK: true}})
		m.Vouched = ev.Vouched
		m.passOn(m.Handing, ev.Target)
	case waiting:
		m.Record.JoinedFrom = append(m.Record.JoinedFrom, ev.From)
		m.Vouched = ev.Vouched
		m.lead(ev.Target)
	}
}

// awaits reports whether the guest, whose phone has hung up, waits for what the other call says.
func (m *machine) awaits() bool {
	return m.Yielding && m.Phase == Dialing && !m.isParty(m.Handing) && m.stays(m.Guest)
}

// leavesWhileYielding keeps the guest of a phone that hung up before the other call said whom it gives: phones do so that
// think a transfer done when it was accepted.
func (m *machine) leavesWhileYielding(leg int) bool {
	rest := m.rest(leg)
	if !m.Yielding || leg != m.Handing || len(rest) != 1 || !m.stays(rest[0]) {
		return false
	}
	recall := m.Legs[leg].Record.Line
	m.leaveTalk()
	m.becomesGuest(rest[0])
	m.Phase, m.Recall, m.Yielding = Dialing, recall, true
	m.do(Music{m.Guest, "default"})
	return true
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
	waiting := m.awaits()
	m.Yielding = false
	m.Legs[leg].From, m.Legs[leg].FromAt = m.Legs[by].Record.Line, m.now
	if waiting { // the phone has hung up already
		m.note("TRANSFER", "")
		m.sit(leg)
		m.join(leg)
		return true
	}
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

// handTime is within how long after a transfer the one who was asked has hung up in the same moment rather than spoken
// with the guest.
const handTime = 2 * time.Second

// goneAsHanded rings whoever passed the guest on to somebody who was hanging up: the transfer reached nobody.
func (m *machine) goneAsHanded(leg int) bool {
	l := m.Legs[leg]
	rest := m.rest(leg)
	if l.From == "" || m.now.Sub(l.FromAt) > handTime || len(rest) != 1 || rest[0] != m.Guest || !m.stays(m.Guest) || !m.guest().Up {
		return false
	}
	m.leaveTalk()
	m.Recall = l.From
	m.fail(line.NormalClearing)
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
	m.Inside = false
	m.do(EnterConference{m.Guest, t.Name, m.Record.Card, m.Host, m.Vouched}, Begin{m.Record})
	m.Host, m.Vouched = false, false
}

// conferenceSaid notes that the guest is inside, or takes it out of the conference. Who was passed on to a conference that
// does not let it in goes back to the one who did so.
func (m *machine) conferenceSaid(cmd ConferenceCommand) {
	if m.Phase != Conferring {
		return
	}
	switch cmd := cmd.(type) {
	case ConferenceIn:
		m.Inside, m.Recall = true, ""
	case ConferenceOut:
		m.Phase, m.Inside = Arriving, false // the conference has let go
		switch {
		case cmd.Refused && m.Recall != "":
			m.sit(m.Guest)
			m.fail(cmd.Cause)
		case cmd.Target.Kind == 0 || cmd.Target.Kind == TargetHangup:
			m.end(cmd.Cause, "box")
		default:
			m.sit(m.Guest)
			m.lead(cmd.Target)
		}
	}
}
