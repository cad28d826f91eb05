package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

// New returns the state of a call before its [Arrive].
func New(id ID, p Policy) State {
	return State{ID: id, Policy: p, Phase: Arriving, Language: p.Language}
}

// Step is the whole behaviour of a call: one event in, the next state and what to do out. It touches nothing.
// An event that comes too late (a play or timer of the past, a leg that is over) changes nothing.
func Step(s State, ev Event, now time.Time) (State, []Effect) {
	if s.Phase == Over {
		return s, nil
	}
	m := &machine{State: s.clone(), now: now}
	switch ev := ev.(type) {
	case Arrive:
		m.arrive(ev)
	case LegSaid:
		m.legSaid(ev)
	case Dialed:
		m.dialed(ev)
	case DialFailed:
		m.tryFailed(ev.Try, ev.Cause)
	case Forwarded:
		m.forwarded(ev)
	case Played:
		m.played(ev)
	case MenuSaid:
		m.menuSaid(ev.Effects)
	case MenuOpened:
		m.Record.Path[len(m.Record.Path)-1].Place = m.Place.Kind.String() + " " + ev.Name
	case MenuMissing:
		m.fail(line.NoRoute)
	case QueueSaid:
		m.queueSaid(ev.Cmd)
	case Fired:
		m.fired(ev.Timer)
	case RecordingIs:
		m.Record.Recording = ev.ID
		m.do(Begin{m.Record}) // what is known by now is kept over a crash
	case MemoDone:
		if m.Phase == InMenu {
			m.do(FeedMenu{MenuRecorded{ev.Memo.Length}})
		}
	case Drop:
		m.end(ev.Cause, "box")
	case CalledBack:
		m.calledBack(ev)
	case Announces:
		m.announces(ev)
	case GuestDialed:
		m.guestDialed(ev)
	default:
		m.around(ev)
	}
	m.backOver()
	m.arrange()
	m.finishIfOver()
	return m.State, m.effects
}

// around does what comes from other calls, and from those at screens.
func (m *machine) around(ev Event) {
	if len(m.Legs) == 0 {
		return
	}
	switch ev := ev.(type) {
	case GivenAway:
		m.givenAway(ev.Leg)
	case Gained:
		m.gained(ev)
	case YieldTo:
		m.yieldTo(ev)
	case NotYielded:
		m.notYielded(ev)
	}
	if m.Phase == Ending {
		return
	}
	switch ev := ev.(type) {
	case Resolved:
		m.resolved(ev)
	case LedOn:
		m.ledOn(ev)
	case Sought:
		m.sought(ev)
	case SlotIs:
		m.slotIs(ev)
	case ConferenceSaid:
		m.conferenceSaid(ev.Cmd)
	default:
		m.asked(ev)
	}
}

// asked does what somebody at a screen wants.
func (m *machine) asked(ev Event) {
	switch ev := ev.(type) {
	case HoldAs:
		m.holdAs(ev)
	case HangUpAs:
		m.hangUpAs(ev.Extension)
	case AnswerAs:
		m.answerAs(ev.Extension)
	case KnownAs:
		m.knownAs(ev)
	case AroundAs:
		m.aroundAs(ev)
	}
}

// machine is one step in the making: the copied state, the clock's reading and the effects so far.
type machine struct {
	State
	now     time.Time
	effects []Effect
}

func (m *machine) do(e ...Effect) { m.effects = append(m.effects, e...) }

func (m *machine) arrive(ev Arrive) {
	in := ev.Info
	m.Record = CDR{
		ID: m.ID, Direction: in.Direction, From: in.From, To: in.To, Line: in.Line,
		Card: ev.Card, StartedAt: in.At, Language: m.Language,
	}
	if ev.Card.Language != "" {
		m.Language = ev.Card.Language
	}
	if m.Host = ev.Host; ev.From != "" {
		m.Record.JoinedFrom = append(m.Record.JoinedFrom, ev.From)
	}
	m.addLeg(in, 0)
	m.do(Begin{m.Record}, Publish{Started{m.ID, in.Kind.String(), in.Line, in.From, in.To, ev.Card}})
	if in.Kind == line.Extension {
		m.do(PhoneBusy{in.Line, true})
	}
	if m.phoneIs(0, LineEarly); ev.Up {
		m.phoneIs(0, LineTalking)
	}
	switch {
	case ev.Card.Blocked:
		m.end(line.Blocked, "box")
	case !ev.Routed:
		m.end(line.NoRoute, "box")
	default:
		if m.Policy.MaxDuration > 0 {
			m.do(SetTimer{Timer{Kind: DurationTimer}, m.Policy.MaxDuration})
		}
		m.sit(0)
		if ev.Up {
			m.Legs[0].Up, m.Legs[0].Record.AnsweredAt, m.Record.AnsweredAt = true, m.now, m.now
		}
		m.lead(ev.Target)
	}
}

// lead takes the caller to a place.
func (m *machine) lead(t Target) {
	if m.Hops++; m.Hops > maxHops {
		m.end(line.Interworking, "box")
		return
	}
	m.Place = t
	m.ExitKeys, m.Music, m.Playing = "", "", 0
	m.Legs[m.Guest].Tune = "" // it plays on until something else does
	m.Record.Path = append(m.Record.Path, PathStep{At: m.now, Place: t.String()})
	m.do(Publish{Led{m.ID, t}})
	switch t.Kind {
	case TargetMenu, TargetFeature, TargetVoicemail:
		m.leadToMenu(t)
	case TargetQueue:
		m.leadToQueue(t)
	case TargetExtension, TargetExternal:
		m.leadToNumber(t)
	case TargetPark:
		m.leadToPark(t)
	case TargetPickup, TargetRetrieve, TargetWatch, TargetSeat:
		m.leadToCall(t)
	case TargetConference:
		m.leadToConference(t)
	default:
		m.end(hangupCause(t.Name), "box")
	}
}

// addLeg takes in a leg that hears and is heard by all in the room once it sits there.
func (m *machine) addLeg(in line.Info, try int) int {
	m.Legs = append(m.Legs, LegState{Record: legRecord(in), CallID: in.CallID, Try: try, Talk: voiceMain, Hear: voiceMain})
	return len(m.Legs) - 1
}

// phoneIs tells lamps and boards how far a phone's line is.
func (m *machine) phoneIs(leg int, st LineState) {
	l := m.Legs[leg]
	if l.Record.Kind != line.Extension {
		return
	}
	p := PhoneIs{Call: m.ID, Extension: l.Record.Line, CallID: l.CallID, State: st, Dialed: l.Record.Direction == line.Inbound}
	switch {
	case p.Dialed:
		p.Remote = m.Record.To
	case m.Record.Card.Number != "":
		p.Remote, p.Name = m.Record.Card.Number, m.Record.Card.Name
	default:
		p.Remote = m.Record.From
	}
	m.do(Publish{p})
}

// answer connects the caller to the box, once.
func (m *machine) answer() {
	if !m.Record.AnsweredAt.IsZero() {
		return
	}
	m.Record.AnsweredAt = m.now
	m.do(Tell{0, line.Answer{}})
}

func (m *machine) legSaid(ev LegSaid) {
	if ev.Leg >= len(m.Legs) || m.Legs[ev.Leg].Over {
		return
	}
	if m.Legs[ev.Leg].Given {
		m.do(PassOn(ev))
		return
	}
	switch e := ev.Ev.(type) {
	case line.Ringing:
		m.legRinging(ev.Leg)
	case line.EarlyMedia:
		m.legEarly(ev.Leg)
	case line.Answered:
		m.legAnswered(ev.Leg, e.By)
	case line.Held:
		m.legHeld(ev.Leg, true)
	case line.Unheld:
		m.legHeld(ev.Leg, false)
	case line.Digit:
		m.pressed(ev.Leg, e.Key)
	case line.Transfer:
		m.transferAsked(ev.Leg, e)
	case line.Ended:
		m.legEnded(ev.Leg, e)
	}
}

func (m *machine) pressed(leg int, key byte) {
	if m.Phase == Talking {
		m.pressedInTalk(leg, key)
	} else if leg == m.Guest {
		m.guestPressed(key)
	}
}

func (m *machine) guestPressed(key byte) {
	switch m.Phase {
	case InMenu:
		m.do(FeedMenu{MenuDigit{key}})
	case InQueue:
		for i := range len(m.ExitKeys) {
			if m.ExitKeys[i] == key {
				m.note("", string(key))
				m.do(TellQueue{CallerLeft{key}})
				return
			}
		}
	case Conferring:
		m.do(TellConference{ConferenceKey{key}})
	case CallingBack:
		m.guestConfirms(key)
	default: // other phases have no use for keys
	}
}

func (m *machine) fired(t Timer) {
	switch t.Kind {
	case RingTimer:
		m.rangTooLong(t.N)
	case MenuTimer:
		if m.Phase == InMenu {
			m.do(FeedMenu{MenuTimeout{}})
		}
	case DurationTimer:
		m.end(line.TooLong, "box")
	case LingerTimer:
		m.giveUpLegs()
	case TypeTimer:
		m.typedEnough()
	case ParkTimer:
		m.parkedTooLong()
	case HoldTimer:
		m.heldTooLong(t.N)
	case BackTimer:
		m.backFails(line.NoAnswer, "box")
	default: // no other timers exist
	}
}

// note adds a step to the way of the call, at the place where it is.
func (m *machine) note(node, key string) {
	step := PathStep{At: m.now, Place: m.Place.String()}
	step.Node, step.Key = node, key
	m.Record.Path = append(m.Record.Path, step)
}
