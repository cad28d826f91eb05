package fxo

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/analog"
)

// seize takes the line for an outgoing call, if it is free.
func (m *machine) seize(number []Stage) {
	if m.Phase != Idle || m.Retiring || !m.CallerAt.IsZero() && m.now.Sub(m.CallerAt) < callerSoon {
		if m.Phase == Ringing || m.Phase == Idle {
			m.Count.Glare++
		}
		m.do(Refuse{line.NoCircuit, "line is not free"})
		return
	}
	m.Leg, m.Outbound = true, true
	m.Count.Outbound++
	m.do(Take{})
	m.lift(number, Seizing, Inviting)
	if m.Rules.DialTone {
		m.arm(StageClock, m.Rules.DialToneLimit)
	} else {
		m.arm(StageClock, m.Rules.BlindPause)
	}
}

// lift goes off hook to call out.
func (m *machine) lift(number []Stage, p Phase, mode Mode) {
	m.Todo, m.Sending = append([]Stage(nil), number...), false
	m.Rang, m.Sounded, m.Rings = false, false, 0
	m.AnsweredBy, m.Caller = 0, Caller{}
	m.Lifted = true
	m.enter(p)
	m.do(SetHook{analog.OffHook}, Listen{mode})
}

// test makes a test call: everything is recorded while it listens, dials, and listens.
func (m *machine) test(number []Stage) {
	if m.Phase != Idle || m.Retiring {
		m.do(Tested{})
		return
	}
	m.lift(number, Testing, Studying)
	m.arm(StageClock, testDialTone)
}

// heard takes in a sound.
func (m *machine) heard(h Heard) {
	switch m.Phase {
	case Seizing:
		m.heardSeizing(h)
	case Dialling:
		if h.Sound == DialTone && len(m.Todo) > 0 && !m.Sending && m.Todo[0].Tone {
			m.Todo = m.Todo[1:]
			m.nextStage()
		}
	case Proceeding:
		m.heardProceeding(h)
	case Up, Answering:
		m.heardUp(h)
	case Offered:
		if m.Lifted {
			m.heardUp(h)
		}
	default: // nothing is expected
	}
}

func (m *machine) heardSeizing(h Heard) {
	switch h.Sound {
	case DialTone:
		m.Misses, m.Fault, m.DialTone = 0, "", h.Level
		m.do(Disarm{StageClock})
		m.enter(Dialling)
		m.nextStage()
	case Busy, Congestion:
		m.miss("busy tone in place of dial tone", line.Congestion)
	case Voice:
		m.glare()
	default: // noise
	}
}

// miss gives up a call for which the exchange gave no dial tone.
func (m *machine) miss(what string, cause line.Cause) {
	m.Misses++
	m.Count.Misses++
	m.LastMiss, m.Fault = m.now, what
	m.release(cause, false, what)
}

// nextStage goes on dialling; after the last stage the call proceeds.
func (m *machine) nextStage() {
	if m.Sending {
		return
	}
	if len(m.Todo) == 0 {
		switch m.Phase {
		case Dialling:
			m.proceed()
		case Testing:
			m.arm(StageClock, testListen)
		default:
		}
		return
	}
	s := m.Todo[0]
	if s.Tone && m.Phase == Dialling {
		m.do(Listen{Inviting})
		m.arm(StageClock, m.Rules.DialToneLimit) // the stage stays first until the tone is heard
		return
	}
	m.Todo, m.Sending = m.Todo[1:], true
	switch {
	case s.Digits != "":
		m.do(Send{s.Digits})
		if m.Phase != Up {
			m.arm(StageClock, sendLimit)
		}
	case s.Flash:
		m.FlashedAt = m.now
		m.do(Flash{m.Rules.Flash})
		m.arm(SettleClock, m.Rules.Flash+m.Rules.Settle)
	case s.Tone: // in a test or a conversation nobody waits for it
		m.arm(SettleClock, m.Rules.BlindPause)
	default:
		m.arm(SettleClock, s.Pause)
	}
}

// sent takes in that the stage under way is done.
func (m *machine) sent() {
	if m.Sending {
		m.Sending = false
		m.do(Disarm{SettleClock})
		m.nextStage()
	}
}

// proceed waits for what comes of the number.
func (m *machine) proceed() {
	m.enter(Proceeding)
	m.do(EchoCancel{true}, Listen{Following})
	m.report(line.EarlyMedia{})
	if m.Rules.AnswerSwap == Yes {
		m.arm(StageClock, m.Rules.RingLimit)
	} else {
		m.arm(StageClock, m.Rules.AnswerLimit)
	}
}

func (m *machine) heardProceeding(h Heard) {
	sure := m.Rules.AnswerSwap == Yes // then nothing else counts as an answer
	switch h.Sound {
	case Ringback:
		m.ringback()
	case Busy:
		if m.Rang {
			m.release(line.NoAnswer, true, "busy tone after ringing")
		} else {
			m.release(line.UserBusy, true, "busy tone")
		}
	case Congestion:
		m.release(line.Congestion, true, "congestion tone")
	case Information:
		m.release(line.UnallocatedNumber, true, "information tones")
	case DialTone:
		m.miss("the exchange did not take the number", line.TemporaryFailure)
	case FaxAnswer:
		if !sure {
			m.answered(line.ByFax)
			m.do(EchoCancel{false})
		}
	case Voice:
		m.Sounded = true
		if m.Rang && !sure {
			m.answered(line.ByVoice)
		}
	case Steady:
		m.Sounded = true
	default: // silence says nothing
	}
}

func (m *machine) ringback() {
	m.Sounded = true
	if !m.Rang {
		m.Rang = true
		m.arm(StageClock, m.Rules.RingLimit)
		m.report(line.Ringing{})
		m.report(line.EarlyMedia{}) // what is heard is the line's own ringback
	}
	m.arm(RingbackClock, m.Rules.RingbackGap)
}

// stageOver takes in that a step of an outgoing call took too long.
func (m *machine) stageOver() {
	switch m.Phase {
	case Seizing:
		if !m.Rules.DialTone {
			m.enter(Dialling)
			m.nextStage()
			return
		}
		m.miss("no dial tone", line.NetworkOutOfOrder)
	case Dialling:
		if m.Sending {
			m.miss("the port does not send", line.NetworkOutOfOrder)
			return
		}
		m.miss("no second dial tone", line.NetworkOutOfOrder)
	case Proceeding:
		m.unanswered()
	case Testing:
		m.testGoesOn()
	default: // it was over already
	}
}

// unanswered judges a call of which nothing certain has been heard for long.
func (m *machine) unanswered() {
	switch {
	case m.Rang:
		m.release(line.NoAnswer, false, "rang too long")
	case m.Rules.AnswerSwap == Yes:
		m.release(line.NoAnswer, false, "no change of polarity")
	case m.Sounded:
		m.answered(line.ByTimeout)
	default:
		m.Fault = "nothing heard after dialling"
		m.release(line.NoUserResponding, false, m.Fault)
	}
}

// answered is the called side's answer, known in one way or another.
func (m *machine) answered(by line.Supervision) {
	m.AnsweredBy = by
	m.do(Disarm{StageClock}, Disarm{RingbackClock}, Listen{Talking})
	m.up()
}

// testGoesOn leads a test call from its dial tone to the number and from the number to its end.
func (m *machine) testGoesOn() {
	switch {
	case m.Sending:
		m.release(line.NetworkOutOfOrder, false, "the port does not send")
	case len(m.Todo) > 0:
		m.nextStage()
	default:
		m.finishTest()
	}
}

func (m *machine) finishTest() {
	m.do(Tested{Complete: true})
	m.enter(Guard) // so that release does not call the test broken off
	m.release(line.NormalClearing, false, "")
}

// sinceAnswer is how long ago the call was answered.
func (m *machine) sinceAnswer() time.Duration { return m.now.Sub(m.AnsweredAt) }
