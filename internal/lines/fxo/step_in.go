package fxo

import (
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/analog"
)

// ringBegins takes in the beginning of a burst.
func (m *machine) ringBegins() {
	another := m.RingEnded.IsZero() || m.now.Sub(m.RingEnded) >= sameRing
	switch m.Phase {
	case Idle, Guard, NoLine:
		m.Dead, m.Gone = false, false // what rings is there
		m.Fault, m.Misses = "", 0
		m.Rings = 1
		m.do(Disarm{GuardClock})
		m.enter(Ringing)
		m.arm(RingClock, m.Rules.Abandon)
		if m.callerKnown() || m.Rules.NoCallerID {
			m.offer()
			return
		}
		m.arm(WindowClock, m.Rules.CallerWindow)
	case Ringing:
		m.arm(RingClock, m.Rules.Abandon)
		if another {
			m.Rings++
			m.offer()
		}
	case Offered, Ignoring:
		if !m.Lifted {
			m.arm(RingClock, m.Rules.Abandon)
		}
		if another {
			m.Rings++
		}
	case Seizing, Testing:
		m.glare()
	default: // a ring during a call means nothing
	}
}

// callerKnown reports whether caller ID has come for the call that rings.
func (m *machine) callerKnown() bool {
	return !m.CallerAt.IsZero() && m.now.Sub(m.CallerAt) <= callerMemory
}

// called takes in caller ID.
func (m *machine) called(c Caller) {
	switch m.Phase {
	case Idle, Guard, NoLine:
		m.Caller, m.CallerAt = c, m.now
	case Ringing:
		m.Caller, m.CallerAt = c, m.now
		m.offer()
	case Offered, Ignoring:
		if !m.Lifted && m.another(c) {
			m.replaced(c)
		}
	default: // too late: a leg's caller does not change
	}
}

// another reports whether caller ID is that of another call: somebody gave up, and somebody else calls before that could be
// known by a missing ring.
func (m *machine) another(c Caller) bool {
	if m.Caller.Number != "" && c.Number != "" {
		return c.Number != m.Caller.Number
	}
	return !m.RingEnded.IsZero() && m.now.Sub(m.RingEnded) > ringPause
}

// replaced ends the call of somebody who gave up and offers the one that has taken its place.
func (m *machine) replaced(c Caller) {
	if m.Leg {
		m.Leg = false
		m.Count.Missed++
		m.report(line.Ended{Cause: line.NormalClearing, Remote: true, Detail: "caller gave up"})
	}
	m.Caller, m.CallerAt, m.Rings = c, m.now, 1
	m.enter(Ringing)
	m.arm(RingClock, m.Rules.Abandon)
	m.offer()
}

// offer makes the leg: the caller is known, or will not become so.
func (m *machine) offer() {
	c := Caller{}
	if m.callerKnown() {
		c = m.Caller
		m.countCaller(m.CallerAt.Before(m.Since))
	} else {
		m.Count.NoCallerID++
	}
	m.Caller, m.CallerAt = c, m.now.Add(-2*callerMemory)
	m.Leg, m.Outbound = true, false
	m.Count.Inbound++
	m.enter(Offered)
	m.do(Disarm{WindowClock}, Offer{c})
}

func (m *machine) countCaller(before bool) {
	switch {
	case m.Caller.DTMF && before:
		m.Count.DTMFBefore++
	case m.Caller.DTMF:
		m.Count.DTMFBetween++
	case before:
		m.Count.FSKBefore++
	default:
		m.Count.FSKBetween++
	}
}

// gaveUp takes in that it has not rung for long.
func (m *machine) gaveUp() {
	switch m.Phase {
	case Offered:
		if m.Lifted {
			return
		}
		m.Leg = false
		m.report(line.Ended{Cause: line.NormalClearing, Remote: true, Detail: "caller gave up"})
	case Ringing, Ignoring:
	default:
		return
	}
	if m.Phase != Ignoring {
		m.Count.Missed++
	}
	m.do(Disarm{WindowClock}, Disarm{DurationClock})
	m.enter(Idle)
	m.finishIfRetiring()
}

// answer lifts.
func (m *machine) answer() {
	if m.Phase != Offered {
		return
	}
	m.AnsweredBy = line.BySignal
	m.do(Disarm{RingClock})
	if m.Lifted { // by glare
		m.up()
		return
	}
	m.Lifted = true
	m.enter(Answering)
	m.do(SetHook{analog.OffHook}, EchoCancel{true}, Listen{Talking})
	m.arm(SettleClock, m.Rules.Settle)
}

// settled is the moment at which an answered line carries sound.
func (m *machine) settled() {
	m.do(Disarm{SettleClock})
	m.up()
}

// up is the beginning of a conversation.
func (m *machine) up() {
	m.AnsweredAt = m.now
	m.enter(Up)
	m.report(line.Answered{By: m.AnsweredBy})
	m.arm(DurationClock, m.Rules.MaxCall)
}

// glare is a caller who is on the line that we took to call out: they keep it, and the outgoing call goes elsewhere.
func (m *machine) glare() {
	if m.Phase == Testing {
		m.do(Tested{})
	}
	if m.Leg {
		m.report(line.Ended{Cause: line.NoCircuit, Detail: "a call came in on the line"})
	}
	m.Count.Glare++
	m.Todo, m.Sending = nil, false
	m.Rings = max(m.Rings, 1)
	m.do(Hush{}, Disarm{StageClock}, Disarm{SettleClock}, EchoCancel{true}, Listen{Talking})
	m.offer()
	m.arm(DurationClock, m.Rules.MaxCall)
}
