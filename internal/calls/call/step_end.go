package call

import (
	"cmp"
	"slices"

	"github.com/dealerline/dealerline/internal/base/line"
)

func (m *machine) legEnded(leg int, e line.Ended) {
	l := &m.Legs[leg]
	l.Over = true
	l.Record.EndedAt = m.now
	l.Record.Cause, l.Record.Remote = e.Cause, e.Remote
	l.Record.Detail, l.Record.Quality = e.Detail, e.Quality
	m.phoneIs(leg, LineFree)
	e.Remote = e.Remote || l.Quit
	if l.Seated {
		m.do(Unsit{leg})
	}
	m.phoneFree(leg)
	m.do(ClearTimer{Timer{HoldTimer, leg}})
	if l.Try > 0 {
		m.Tries[l.Try-1].Live--
	}
	switch {
	case l.Released:
	case leg == 0 && m.pending() && m.Phase == CallingBack:
		m.guestEnded(e)
	case m.isParty(leg):
		m.partyLeft(leg, e)
	case leg == m.Guest:
		m.end(e.Cause, by(e, m.side(leg)))
	case leg == 0: // its guest went on, or is another by now
	case m.Consult.On && m.Consult.Up && leg == m.Consult.Third:
		m.consultEnded()
	default:
		m.outgoingEnded(leg, e)
	}
}

// phoneFree tells that a phone is not in use any more, if it was this call that used it.
func (m *machine) phoneFree(leg int) {
	l := m.Legs[leg]
	if l.Record.Kind == line.Extension && !l.Given && (l.Try == 0 || m.Tries[l.Try-1].Offer.ID == 0) {
		m.do(PhoneBusy{l.Record.Line, false})
	}
}

func (m *machine) outgoingEnded(leg int, e line.Ended) {
	l := m.Legs[leg]
	t := &m.Tries[l.Try-1]
	switch {
	case l.Up && m.pending():
		m.backFails(e.Cause, by(e, "agent"))
	case leg == m.Greeted && m.Phase == Greeting:
		// The caller has not heard the agent yet and goes on waiting, with the time already waited.
		m.reportConversation(leg, e.Remote)
		m.Phase, m.Greeted = Arriving, 0
		m.lead(Target{TargetQueue, m.Record.Queue})
	case !t.Done:
		t.Worst = worse(t.Worst, e.Cause)
		if t.Live > 0 {
			return
		}
		if t.Worst.TryNext() && t.Offer.ID == 0 {
			m.do(DialNext{l.Try})
			return
		}
		m.tryFailed(l.Try, t.Worst)
	}
}

func by(e line.Ended, who string) string {
	if e.Remote {
		return who
	}
	return "box"
}

// worse keeps the cause that tells most: a phone that said busy or no counts for more than one that is away.
func worse(a, b line.Cause) line.Cause {
	if a == line.CauseUnknown || (a.TryNext() && !b.TryNext()) {
		return b
	}
	return a
}

func (m *machine) reportConversation(leg int, byAgent bool) {
	m.conversationOver(leg, ConversationEnded{ByAgent: byAgent})
}

// conversationOver tells the queue whose offer the leg answered that its part in the call is over, once.
func (m *machine) conversationOver(leg int, f ConversationEnded) {
	if f.Offer = m.Legs[leg].Offer; f.Offer != 0 {
		m.Legs[leg].Offer = 0
		if m.pending() {
			m.do(TellQueue{OfferFailed{f.Offer, cmp.Or(m.Back.Failed, line.NormalClearing)}})
			return
		}
		m.do(TellQueue{f})
	}
}

// end brings the call to its end: everybody is told to hang up, the queue hears of it, and the call waits for
// its legs.
func (m *machine) end(cause line.Cause, who string) {
	if m.Phase == Ending || m.Phase == Over {
		return
	}
	m.tellQueueOfEnd()
	m.Record.Disposition = m.disposition()
	m.Record.Cause = cause
	if m.Record.EndedBy == "" {
		m.Record.EndedBy = who
	}
	m.leavePlace()
	m.Phase = Ending
	m.withdrawAll(0, cause)
	m.closeMenu()
	if m.Recorded {
		m.do(StopRecording{})
	}
	for i := range m.Legs {
		m.drop(i, cause)
	}
	m.do(ClearTimer{Timer{Kind: DurationTimer}}, SetTimer{Timer{Kind: LingerTimer}, lingerTime})
}

func (m *machine) tellQueueOfEnd() {
	switch m.Phase {
	case InQueue:
		if m.guest().Over {
			m.do(TellQueue{CallerLeft{}})
		} else {
			m.do(TellQueue{CallGone{}})
		}
	case Conferring:
		m.do(TellConference{ConferenceLeft{}})
	default: // the queue is not concerned, but by those who speak
	}
	for i := range m.Legs {
		m.reportConversation(i, false)
	}
}

func (m *machine) disposition() Disposition {
	r := m.Record
	switch {
	case !r.ConnectedAt.IsZero():
		return Answered
	case m.Back.Stage != 0:
		return Unanswered
	case m.Phase == InQueue || m.Phase == Greeting:
		return Abandoned
	case !r.QueuedAt.IsZero():
		return Overflowed
	case m.Phase == InMenu:
		return MenuOnly
	case len(m.Tries) > 0:
		return Unanswered
	case !r.AnsweredAt.IsZero():
		return MenuOnly
	}
	return Rejected
}

// giveUpLegs closes the books on legs that never reported their end.
func (m *machine) giveUpLegs() {
	for i := range m.Legs {
		if l := &m.Legs[i]; !l.Over {
			l.Over = true
			l.Record.EndedAt, l.Record.Cause = m.now, line.RecoveryOnTimer
			l.Record.Detail = "no end reported"
			m.phoneFree(i)
			m.phoneIs(i, LineFree)
		}
	}
}

// finishIfOver writes the record when the last leg has ended.
func (m *machine) finishIfOver() {
	if m.Phase != Ending || slices.ContainsFunc(m.Legs, func(l LegState) bool { return !l.Over }) {
		return
	}
	m.Phase = Over
	m.Record.EndedAt = m.now
	m.Record.Legs = make([]LegRecord, len(m.Legs))
	for i, l := range m.Legs {
		m.Record.Legs[i] = l.Record
	}
	m.do(ClearTimer{Timer{Kind: LingerTimer}}, Finish{m.Record}, Publish{Finished{m.Record}})
}

func legRecord(in line.Info) LegRecord {
	number := in.From
	if in.Direction == line.Outbound {
		number = in.To
	}
	return LegRecord{ID: in.ID, Direction: in.Direction, Kind: in.Kind, Line: in.Line, Number: number, StartedAt: in.At}
}

// hangupCause reads the name of a hangup target; an empty or unknown one is a normal end.
func hangupCause(name string) line.Cause {
	for _, c := range [...]line.Cause{line.UserBusy, line.CallRejected, line.Blocked, line.NoRoute, line.NoAnswer, line.UnallocatedNumber} {
		if c.String() == name {
			return c
		}
	}
	return line.NormalClearing
}
