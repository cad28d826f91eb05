package call

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

func (m *machine) leadToNumber(t Target) {
	m.Phase = Dialing
	m.startTry(Try{Target: t}, m.Policy.RingTime)
}

// startTry begins to ring somebody.
func (m *machine) startTry(t Try, ring time.Duration) {
	m.Tries = append(m.Tries, t)
	n := len(m.Tries)
	out := Outgoing{Call: m.ID, Card: m.Record.Card, AutoAnswer: t.Offer.AutoAnswer, Queue: t.Offer.Queue}
	out.Own = t.Role == Recalled || t.Role == Reclaimed
	caller := m.Guest
	if t.Role == Consulted {
		caller = m.Consult.By
	}
	if ring > 0 {
		m.do(SetTimer{Timer{RingTimer, n}, ring})
	}
	m.do(Dial{n, caller, t.Target, out})
}

func (m *machine) dialed(ev Dialed) {
	t := &m.Tries[ev.Try-1]
	for _, in := range ev.Legs {
		leg := m.addLeg(in, ev.Try)
		m.Legs[leg].Record.Agent, m.Legs[leg].Record.StartedAt = t.Offer.Agent, m.now
		t.Live++
		if t.Offer.ID == 0 && in.Kind == line.Extension {
			m.do(PhoneBusy{in.Line, true})
		}
		if t.Done { // withdrawn or the call ended while the legs were being made
			m.drop(leg, line.NormalClearing)
		}
	}
}

func (m *machine) legRinging(leg int) {
	m.Legs[leg].Ringback = true
	n := m.Legs[leg].Try
	if n == 0 || m.Tries[n-1].Done || m.Tries[n-1].Ringing {
		return
	}
	t := &m.Tries[n-1]
	t.Ringing = true
	m.phoneIs(leg, LineEarly)
	m.do(Publish{Alerting{m.ID, m.Legs[leg].Record.Line, t.Offer, m.Record.Card}})
	if t.Offer.ID != 0 {
		m.do(TellQueue{OfferRinging{t.Offer.ID}})
		return
	}
	switch {
	case t.Role == Consulted && m.Consult.On:
		m.do(Music{m.Consult.By, "ringback"})
	case m.Phase != Dialing || t.Role == Recalled:
	case m.Record.AnsweredAt.IsZero():
		m.do(Tell{0, line.Ring{}})
	default:
		m.do(Music{m.Guest, "ringback"})
	}
}

// legEarly lets the caller hear what the network says before the answer: tones, announcements.
func (m *machine) legEarly(leg int) {
	n := m.Legs[leg].Try
	if c := m.Consult; c.On && c.Try == n && !c.Up {
		m.do(Music{c.By, "ringback"}) // many networks say nothing else
	}
	if n == 0 || m.Phase != Dialing || m.Tries[n-1].Done || m.Tries[n-1].Offer.ID != 0 || m.Tries[n-1].Target.Kind != TargetExternal {
		return
	}
	if m.Record.AnsweredAt.IsZero() {
		m.do(Tell{0, line.Progress{}})
	}
	m.sit(leg)
	m.do(Hush{m.Guest})
}

func (m *machine) legAnswered(leg int, by line.Supervision) {
	l := &m.Legs[leg]
	if l.Up {
		return
	}
	l.Up = true
	l.Record.AnsweredAt, l.Record.AnsweredBy = m.now, by
	m.phoneIs(leg, LineTalking)
	if leg == 0 {
		if m.pending() {
			m.guestUp()
		} else if m.Phase == InMenu {
			m.do(FeedMenu{MenuStarted{}})
		}
		return
	}
	t := &m.Tries[l.Try-1]
	inTalk := t.Role == Consulted || t.Role == Reclaimed
	if l.Dropped || t.Done || (m.Phase != InQueue && m.Phase != Dialing && !inTalk) {
		m.drop(leg, line.AnsweredElsewhere)
		return
	}
	t.Done = true
	m.do(ClearTimer{Timer{RingTimer, l.Try}})
	switch t.Role { // what rings for the guest is no concern of these
	case Consulted:
		m.dropOthers(leg)
		m.consultAnswered(leg)
		return
	case Reclaimed:
		m.dropOthers(leg)
		m.reclaimed(leg)
		return
	default:
	}
	m.withdrawAll(leg, line.AnsweredElsewhere)
	m.sit(leg)
	if t.Offer.ID == 0 {
		m.join(leg)
		return
	}
	l.Offer = t.Offer.ID
	m.do(TellQueue{OfferAnswered{t.Offer.ID}})
	if len(t.Offer.Greeting) == 0 {
		m.join(leg)
		return
	}
	m.Phase, m.Greeted = Greeting, leg
	m.arrange()
	m.say(leg, t.Offer.Greeting, "")
}

// tryFailed ends a try that came to nothing. For a dialled number the call goes back to its menu or ends; for
// an offer the queue decides.
func (m *machine) tryFailed(n int, cause line.Cause) {
	if n < 1 || n > len(m.Tries) || m.Tries[n-1].Done {
		return
	}
	t := &m.Tries[n-1]
	t.Done = true
	m.do(ClearTimer{Timer{RingTimer, n}})
	switch {
	case t.Offer.ID != 0:
		m.do(TellQueue{OfferFailed{t.Offer.ID, cause}})
	case t.Role == Consulted:
		m.consultFailed(n)
	case m.Phase != Dialing || t.Role == Reclaimed:
	case t.Role == Recalled:
		m.recallFailed(cause)
	case m.MenuOpen:
		m.backToMenu(cause)
	case t.Target.Kind == TargetExtension && t.Role == Reach:
		m.do(AskForward{n, t.Target, cause})
	default:
		m.fail(cause)
	}
}

// forwarded leads the guest where the user of a phone has its calls go. Whom somebody consults is simply not reached:
// only calls for the phone's user follow it.
func (m *machine) forwarded(ev Forwarded) {
	t := &m.Tries[ev.Try-1]
	switch {
	case ev.Cause == line.CauseUnknown && t.Done: // withdrawn in the meantime
	case ev.Cause == line.CauseUnknown && (t.Role != Reach || m.Phase != Dialing):
		m.tryFailed(ev.Try, line.UserBusy)
	case m.Phase != Dialing || m.reachesSince(ev.Try): // it went on in the meantime
	case ev.OK:
		t.Done = true
		m.do(ClearTimer{Timer{RingTimer, ev.Try}})
		m.closeMenu()
		m.note("FORWARD", "")
		m.lead(ev.To)
	default:
		m.fail(ev.Cause)
	}
}

func (m *machine) rangTooLong(n int) {
	if n < 1 || n > len(m.Tries) || m.Tries[n-1].Done {
		return
	}
	for i := range m.Legs {
		if m.Legs[i].Try == n {
			m.drop(i, line.NoAnswer)
		}
	}
	m.tryFailed(n, line.NoAnswer)
}

// withdraw stops ringing for a try and tells its queue.
func (m *machine) withdraw(n int, cause line.Cause) {
	t := &m.Tries[n-1]
	if t.Done {
		return
	}
	t.Done = true
	m.do(ClearTimer{Timer{RingTimer, n}})
	for i := range m.Legs {
		if m.Legs[i].Try == n {
			m.drop(i, cause)
		}
	}
	if t.Offer.ID != 0 {
		m.do(TellQueue{OfferFailed{t.Offer.ID, cause}})
	}
}

// dropOthers stops the other phones of the extension at which the leg has answered.
func (m *machine) dropOthers(leg int) {
	for i, l := range m.Legs {
		if i != leg && l.Try == m.Legs[leg].Try {
			m.drop(i, line.AnsweredElsewhere)
		}
	}
}

// reachesSince reports whether the guest was led to somebody else after a try.
func (m *machine) reachesSince(try int) bool {
	return slices.ContainsFunc(m.Tries[try:], func(t Try) bool { return t.Role == Reach || t.Role == Recalled })
}

// withdrawAll stops everything that rings, but for the leg that has just answered.
func (m *machine) withdrawAll(except int, cause line.Cause) {
	if except != 0 {
		m.dropOthers(except)
	}
	for n := range m.Tries {
		m.withdraw(n+1, cause)
	}
}

func (m *machine) sit(leg int) {
	if !m.Legs[leg].Seated {
		l := &m.Legs[leg]
		l.Seated = true
		l.Talk, l.Hear = m.voiceOf(leg)
		m.do(Sit{leg, l.Talk, l.Hear, l.Watch != 0})
	}
}

// drop tells a leg to hang up, once.
func (m *machine) drop(leg int, cause line.Cause) {
	if l := &m.Legs[leg]; !l.Over && !l.Dropped {
		l.Dropped = true
		m.do(Tell{leg, line.Hangup{Cause: cause}})
	}
}
