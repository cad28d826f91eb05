package fxo

import (
	"github.com/dealerline/dealerline/internal/base/line"
)

// heardUp takes in a sound during a conversation: which tones mean that the far side has hung up.
func (m *machine) heardUp(h Heard) {
	switch h.Sound {
	case Busy:
		m.farGone("busy tone")
	case Congestion:
		m.farGone("congestion tone")
	case DialTone:
		m.farGone("dial tone")
	case Steady:
		if h.For >= m.Rules.SteadyAfter {
			m.farGone("tone after silence")
		}
	case Quiet:
		if m.Rules.SilenceLimit > 0 && h.For >= m.Rules.SilenceLimit {
			m.release(line.MediaTimeout, false, "silence")
		}
	case FaxCalling, FaxAnswer:
		m.do(EchoCancel{false}) // for the rest of the call: a canceller spoils what modems say to each other (ITU-T G.168 has them yield to 2100 Hz)
	default: // conversation
	}
}

// farGone ends a call whose far side has hung up.
func (m *machine) farGone(how string) { m.release(line.NormalClearing, true, how) }

// reversed takes in that the exchange swapped the wires.
func (m *machine) reversed() {
	switch m.Phase {
	case Proceeding:
		if m.Rules.AnswerSwap != No {
			m.answered(line.ByPolarity)
		}
	case Up:
		m.reversedUp()
	default: // it means nothing, or caller ID is about to come, which is listened for anyway
	}
}

func (m *machine) reversedUp() {
	switch {
	case m.Rules.HangupSwap == No, m.sinceAnswer() < m.Rules.SwapGuard, m.flashing():
	case m.Outbound && m.AnsweredBy != line.ByPolarity && m.Rules.AnswerSwap != No:
		m.AnsweredBy = line.ByPolarity // we took the call for answered too early; only now it is
		m.AnsweredAt = m.now
	default:
		m.farGone("polarity")
	}
}

// flashing reports whether the port is busy with a flash of ours.
func (m *machine) flashing() bool {
	return !m.FlashedAt.IsZero() && m.now.Sub(m.FlashedAt) < m.Rules.Flash+m.Rules.SwapGuard
}

// loopOpened takes in that the exchange took the current away for a moment.
func (m *machine) loopOpened() {
	switch m.Phase {
	case Up, Offered:
		if m.Lifted && !m.flashing() {
			m.farGone("loop opened")
		}
	case Proceeding:
		m.release(line.NormalUnspecified, true, "loop opened")
	case Testing:
		m.Todo = nil
		m.arm(StageClock, testTail)
	default: // exchanges do that when a line is taken
	}
}
