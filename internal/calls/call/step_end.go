package call

import (
	"slices"

	"github.com/dealerline/dealerline/internal/base/line"
)

func (m *machine) legEnded(leg int, e line.Ended) {
	l := &m.Legs[leg]
	l.Over = true
	l.Record.EndedAt = m.now
	l.Record.Cause, l.Record.Remote = e.Cause, e.Remote
	l.Record.Detail, l.Record.Quality = e.Detail, e.Quality
	e.Remote = e.Remote || l.Quit
	if l.Seated || leg == 0 {
		m.do(Unsit{leg})
	}
	if leg == 0 {
		if l.Record.Kind == line.Extension {
			m.do(PhoneBusy{l.Record.Line, false})
		}
		m.end(e.Cause, by(e, "caller"))
		return
	}
	m.outgoingEnded(leg, e)
}

func (m *machine) outgoingEnded(leg int, e line.Ended) {
	l := m.Legs[leg]
	t := &m.Tries[l.Try-1]
	t.Live--
	if t.Offer.ID == 0 && l.Record.Kind == line.Extension {
		m.do(PhoneBusy{l.Record.Line, false})
	}
	switch {
	case leg == m.Greeted && m.Phase == Greeting:
		// The caller has not heard the agent yet and goes on waiting, with the time already waited.
		m.reportConversation(leg, e.Remote)
		m.Phase, m.Greeted = Arriving, 0
		m.lead(Target{TargetQueue, m.Record.Queue})
	case leg == m.Peer && m.Phase == Talking:
		m.reportConversation(leg, e.Remote)
		m.end(e.Cause, by(e, m.calledSide()))
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

// calledSide names the called party in the call record.
func (m *machine) calledSide() string {
	if m.Record.Agent != "" {
		return "agent"
	}
	return "callee"
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
	if n := m.Legs[leg].Try; n != 0 && m.Tries[n-1].Offer.ID != 0 {
		m.do(TellQueue{ConversationEnded{Offer: m.Tries[n-1].Offer.ID, ByAgent: byAgent}})
	}
}

// end brings the call to its end: everybody is told to hang up, the queue hears of it, and the call waits for
// its legs.
func (m *machine) end(cause line.Cause, who string) {
	if m.Phase == Ending || m.Phase == Over {
		return
	}
	m.tellQueueOfEnd()
	m.stopHoldClock()
	m.Record.Disposition = m.disposition()
	m.Record.Cause, m.Record.EndedBy = cause, who
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
		if m.caller().Over {
			m.do(TellQueue{CallerLeft{}})
		} else {
			m.do(TellQueue{CallGone{}})
		}
	case Greeting:
		if !m.Legs[m.Greeted].Over {
			m.reportConversation(m.Greeted, false)
		}
	case Talking:
		if !m.Legs[m.Peer].Over {
			m.reportConversation(m.Peer, false)
		}
	default: // the queue is not concerned
	}
}

func (m *machine) disposition() Disposition {
	r := m.Record
	switch {
	case !r.ConnectedAt.IsZero():
		return Answered
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
			if l.Record.Kind == line.Extension && (i == 0 || m.Tries[l.Try-1].Offer.ID == 0) {
				m.do(PhoneBusy{l.Record.Line, false})
			}
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
