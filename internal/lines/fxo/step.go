package fxo

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/analog"
)

// New is a line on hook.
func New(r Rules, now time.Time) State { return State{Rules: r, Phase: Idle, Since: now} }

// Step is the whole behaviour of a line: one event in, the next state and what to do out. It touches nothing. What means
// nothing in the present phase is ignored.
func Step(s State, ev Event, now time.Time) (State, []Effect) {
	s.Todo = slices.Clone(s.Todo)
	m := &machine{State: s, now: now}
	switch ev := ev.(type) {
	case Sensed:
		m.sensed(ev.Signal)
	case Heard:
		m.heard(ev)
	case Called:
		m.called(ev.Caller)
	case Pressed:
		if m.Leg && (m.Phase == Up || m.Phase == Answering) {
			m.report(line.Digit{Key: ev.Key})
		}
	case Seize:
		m.seize(ev.Number)
	case Ordered:
		m.ordered(ev.Command)
	case Sent:
		m.sent()
	case Fired:
		m.fired(ev.Clock)
	case Ruled:
		m.Rules = ev.Rules
	case Retire:
		m.retire()
	case Test:
		m.test(ev.Number)
	}
	return m.State, m.effects
}

// machine is a state being stepped.
type machine struct {
	State
	now     time.Time
	effects []Effect
}

func (m *machine) do(e ...Effect)       { m.effects = append(m.effects, e...) }
func (m *machine) report(ev line.Event) { m.do(Report{ev}) }
func (m *machine) enter(p Phase)        { m.Phase, m.Since = p, m.now }
func (m *machine) arm(c Clock, d time.Duration) {
	if d > 0 {
		m.do(Arm{c, d})
	}
}

// sensed takes in a signal of the port.
func (m *machine) sensed(s analog.Signal) {
	switch s {
	case analog.RingBegins:
		m.ringBegins()
	case analog.RingEnds:
		m.RingEnded = m.now
		if m.Phase == Ringing || m.Phase == Ignoring || m.Phase == Offered && !m.Lifted {
			m.arm(RingClock, m.Rules.Abandon)
		}
	case analog.Reversed:
		m.reversed()
	case analog.LoopOpened:
		m.loopOpened()
	case analog.HookDone:
		m.hookDone()
	case analog.BatteryLost:
		m.Dead = true
		m.Count.Lost++
		m.lost("no battery")
	case analog.Removed, analog.Stopped:
		m.Gone = true
		m.lost("port removed")
	case analog.BatteryBack:
		m.Dead = false
		m.back()
	case analog.Returned:
		m.Gone, m.Dead = false, false
		m.back()
	}
}

// lost ends whatever is on the line.
func (m *machine) lost(what string) {
	m.Fault = what
	m.release(line.NetworkOutOfOrder, true, what)
	m.do(Disarm{GuardClock})
	m.enter(NoLine)
	m.finishIfRetiring()
}

func (m *machine) back() {
	if m.Phase == NoLine && !m.Gone && !m.Dead {
		m.Fault = ""
		m.guard()
	}
}

// hookDone takes in that the hook is where it should be. A port may say so late, when digits are being sent already.
func (m *machine) hookDone() {
	if m.Phase == Answering {
		m.settled()
	}
}

func (m *machine) fired(c Clock) {
	switch c {
	case RingClock:
		m.gaveUp()
	case WindowClock:
		if m.Phase == Ringing {
			m.offer()
		}
	case SettleClock:
		if m.Phase == Answering {
			m.settled()
		} else if m.Sending { // a pause or a flash is over
			m.sent()
		}
	case StageClock:
		m.stageOver()
	case RingbackClock:
		if m.Phase == Proceeding && m.Rules.AnswerSwap != Yes {
			m.answered(line.ByRingback)
		}
	case DurationClock:
		if m.Leg {
			m.release(line.TooLong, false, "longest duration")
		}
	case GuardClock:
		if m.Phase == Guard {
			m.enter(Idle)
			m.finishIfRetiring()
		}
	}
}

func (m *machine) ordered(c line.Command) {
	if !m.Leg {
		return
	}
	switch c := c.(type) {
	case line.Answer:
		m.answer()
	case line.Hangup:
		m.hangup(c.Cause)
	case line.SendDigits:
		if stages, err := ParseStages(c.Digits); err == nil && m.Phase == Up && len(m.Todo)+len(stages) <= maxDialled {
			m.Todo = append(m.Todo, stages...)
			m.nextStage()
		}
	}
}

// hangup ends the leg because the call wants it.
func (m *machine) hangup(cause line.Cause) {
	if m.Phase == Offered && !m.Lifted {
		// An analog line cannot refuse: it rings until the caller gives up.
		m.report(line.Ended{Cause: cause, Detail: "left ringing"})
		m.Leg = false
		m.enter(Ignoring)
		return
	}
	m.release(cause, false, "")
}

// release ends the leg, if there is one, and goes on hook, if we are off.
func (m *machine) release(cause line.Cause, remote bool, detail string) {
	if m.Phase == Testing {
		m.do(Tested{})
	}
	if m.Leg {
		m.Leg = false
		m.report(line.Ended{Cause: cause, Remote: remote, Detail: detail})
	}
	for _, c := range [...]Clock{RingClock, WindowClock, SettleClock, StageClock, RingbackClock, DurationClock} {
		m.do(Disarm{c})
	}
	m.Todo, m.Sending = nil, false
	m.CallerAt = time.Time{}
	if m.Lifted {
		m.Lifted = false
		m.do(Hush{}, EchoCancel{false}, SetHook{analog.OnHook})
	}
	m.guard()
}

// guard leaves the line alone for a moment.
func (m *machine) guard() {
	m.do(Listen{Watching})
	m.enter(Guard)
	m.arm(GuardClock, m.Rules.Guard)
}

func (m *machine) retire() {
	m.Retiring = true
	m.finishIfRetiring()
}

func (m *machine) finishIfRetiring() {
	if m.Retiring && (m.Phase == Idle || m.Phase == NoLine) {
		m.do(Finish{})
	}
}
