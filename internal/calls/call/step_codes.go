package call

import "time"

// The codes that a phone of the house may type in a conversation: "##" passes the other party on, "*2" consults; both
// take a number. While consulting, "*1" gives up, "*2" completes, "*3" is three-way, "*4" swaps. "*5" moves all into a conference. "*6" parks.
const (
	keyBlind   byte = '#'
	keyConsult byte = '2'
	keySignal  byte = 's' // no key: asked by the phone's signalling or at a screen
)

// maxTyped is the longest number that can be typed.
const maxTyped = 32

// codeTime is how soon the second key of a code follows the first.
const codeTime = 2 * time.Second

func (m *machine) pressedInTalk(leg int, key byte) {
	switch {
	case m.Legs[leg].Watch != 0:
		m.watcherPressed(leg, key)
		return
	case !m.isParty(leg) || !m.isHouse(leg) || !m.Policy.Codes:
		return
	case m.Typing.On && m.Typing.Leg == leg:
		m.typed(key)
		return
	}
	l := &m.Legs[leg]
	first, at := l.Key, l.KeyAt
	l.Key, l.KeyAt = key, m.now
	if m.now.Sub(at) > codeTime {
		return
	}
	l.Key = 0
	switch string([]byte{first, key}) {
	case "##":
		m.typeNumber(leg, keyBlind)
	case "*2":
		if m.Consult.On {
			m.complete(leg)
		} else {
			m.typeNumber(leg, keyConsult)
		}
	case "*1":
		if m.Consult.On && m.Consult.By == leg {
			m.giveUpConsult()
		}
	case "*3":
		m.threeWay(leg)
	case "*4":
		m.swap(leg)
	case "*5":
		m.confer(leg)
	case "*6":
		m.park(leg)
	default:
		l.Key = key
	}
}

// typeNumber asks a party for a number; the rest wait.
func (m *machine) typeNumber(leg int, purpose byte) {
	if m.Typing.On || m.Consult.On || len(m.Joined) > 0 && purpose == keyBlind {
		return
	}
	m.Typing = Typing{On: true, Leg: leg, For: purpose}
	m.say(leg, phraseOf("transfer_number"), "0123456789*#")
	m.do(SetTimer{Timer{Kind: TypeTimer}, 2 * typeTime})
}

func (m *machine) typed(key byte) {
	if key == '#' {
		m.typedEnough()
		return
	}
	m.Typing.Digits += string(key)
	m.do(SetTimer{Timer{Kind: TypeTimer}, typeTime})
	if len(m.Typing.Digits) > maxTyped {
		m.typingOver()
	}
}

// typedEnough takes the number as it is. None at all means that the party thought better of it.
func (m *machine) typedEnough() {
	t := m.Typing
	if !t.On {
		return
	}
	m.typingOver()
	if t.Digits != "" {
		m.do(Resolve{t.Leg, t.Digits, t.For})
	}
}

func (m *machine) typingOver() {
	m.do(ClearTimer{Timer{Kind: TypeTimer}}, Hush{m.Typing.Leg})
	m.Typing = Typing{}
}

// aroundAs does what the user of a phone wants at a screen.
func (m *machine) aroundAs(ev AroundAs) {
	leg, ok := m.legAt(ev.Extension)
	if !ok {
		if leg, ok = m.watcherAt(ev.Extension); ok {
			m.watchAs(leg, ev.Do)
		}
		return
	}
	if m.Phase != Talking {
		return
	}
	switch ev.Do {
	case DoTransfer:
		m.do(Resolve{leg, ev.Number, keyBlind})
	case DoConsult:
		m.do(Resolve{leg, ev.Number, keyConsult})
	case DoComplete:
		m.complete(leg)
	case DoAbort:
		if m.Consult.On && m.Consult.By == leg {
			m.giveUpConsult()
		}
	case DoThreeWay:
		m.threeWay(leg)
	case DoSwap:
		m.swap(leg)
	case DoPark:
		m.park(leg)
	case DoConference:
		m.confer(leg)
	default: // what only a supervisor does
	}
}
