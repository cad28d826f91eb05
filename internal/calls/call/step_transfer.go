package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// typeTime is how long a typed number waits for its next key; a number may also end with '#'.
const typeTime = 4 * time.Second

// transferAsked answers a phone that asks by its signalling that the other party be led elsewhere.
func (m *machine) transferAsked(leg int, ev line.Transfer) {
	switch {
	case !m.isParty(leg) || !m.isHouse(leg) || len(m.Joined) > 0 || m.Yielding:
		m.do(Tell{leg, line.TransferResult{Cause: line.CallRejected}})
	case ev.Replaces != "":
		if m.Consult.On { // a phone that consults by itself wants no other
			m.giveUpConsult()
		}
		m.Handing, m.Yielding = leg, true
		m.do(Yield{ev.Replaces})
	default:
		m.do(Resolve{leg, ev.To, keySignal})
	}
}

// resolved leads on to what was typed or asked for, or says that it leads nowhere.
func (m *machine) resolved(ev Resolved) {
	if !m.isParty(ev.Leg) {
		return
	}
	bySignal := ev.For == keySignal
	switch {
	case !ev.OK || !ev.Target.passable():
		if bySignal {
			m.do(Tell{ev.Leg, line.TransferResult{Cause: line.NoRoute}})
		} else {
			m.say(ev.Leg, phraseOf("invalid"), "")
		}
	case ev.For == keyConsult && (ev.Target.Kind == TargetExtension || ev.Target.Kind == TargetExternal):
		m.consult(ev.Leg, ev.Target)
	default:
		if bySignal {
			m.do(Tell{ev.Leg, line.TransferResult{OK: true}})
		}
		m.passOn(ev.Leg, ev.Target)
	}
}

// passable are the places somebody can be passed on to.
func (t Target) passable() bool {
	switch t.Kind {
	case TargetMenu, TargetQueue, TargetExtension, TargetExternal, TargetVoicemail, TargetConference, TargetPark:
		return true
	default:
		return false
	}
}

// passOn leaves the other party to a place: whoever passes it on is gone, and is rung again if it reaches nobody.
func (m *machine) passOn(by int, t Target) {
	rest := m.rest(by)
	if len(rest) != 1 || !m.stays(rest[0]) {
		m.say(by, phraseOf("invalid"), "")
		return
	}
	recall := m.Legs[by].Record.Line
	m.note("TRANSFER", "")
	m.release(by, line.NormalClearing)
	m.leaveTalk()
	m.becomesGuest(rest[0])
	m.Recall = recall
	m.do(Music{m.Guest, "default"})
	m.lead(t)
	m.Recall = recall
}

// stays reports whether a party is not on its way out.
func (m *machine) stays(leg int) bool {
	l := m.Legs[leg]
	return !l.Over && !l.Dropped && !l.Given
}

// becomesGuest makes a leg the one that is led from place to place.
func (m *machine) becomesGuest(leg int) {
	if m.Guest == leg {
		return
	}
	m.Guest = leg
	m.conversationOver(leg, ConversationEnded{Transferred: true})
}

// release lets a leg go that has no part in the call any more.
func (m *machine) release(leg int, cause line.Cause) {
	m.conversationOver(leg, ConversationEnded{ByAgent: true, Transferred: true})
	m.Legs[leg].Released = true
	m.drop(leg, cause)
}

// fail ends a call that reached nobody, if nobody takes the guest back.
func (m *machine) fail(cause line.Cause) {
	if m.Recall == "" {
		m.end(cause, "box")
		return
	}
	to := m.Recall
	m.Recall = ""
	m.note("RECALL", "")
	m.recall(to)
}

// recall rings the one who passed the guest on or parked it.
func (m *machine) recall(extension string) {
	m.Phase = Dialing
	m.do(Music{m.Guest, "default"})
	m.startTry(Try{Role: Recalled, Target: Target{TargetExtension, extension}}, m.Policy.RingTime)
}

// recallFailed has the guest wait again where it came from, once; a parked one stays parked.
func (m *machine) recallFailed(cause line.Cause) {
	switch {
	case m.Slot != "":
		m.parkAgain()
	case m.Record.Queue != "" && !m.Requeued:
		m.Requeued = true
		m.lead(Target{TargetQueue, m.Record.Queue})
	default:
		m.end(cause, "box")
	}
}

// heldTooLong rings a phone that has forgotten the other side.
func (m *machine) heldTooLong(leg int) {
	if leg >= len(m.Legs) || !m.isParty(leg) || !m.Legs[leg].Held {
		return
	}
	m.do(SetTimer{Timer{HoldTimer, leg}, m.Policy.HoldLimit})
	if m.Consult.On { // it has not forgotten the other side yet
		return
	}
	m.note("HOLDRECALL", "")
	m.Handing = leg
	m.startTry(Try{Role: Reclaimed, Target: Target{TargetExtension, m.Legs[leg].Record.Line}}, m.Policy.RingTime)
}

// stopReclaiming has a phone ring no more whose user holds nobody any more.
func (m *machine) stopReclaiming() {
	for n, t := range m.Tries {
		if t.Role == Reclaimed {
			m.withdraw(n+1, line.NormalClearing)
		}
	}
}

// reclaimed puts the leg that was taken up in the place of the one that holds.
func (m *machine) reclaimed(leg int) {
	old := m.Handing
	if !m.isParty(old) || !m.Legs[old].Held || m.Legs[old].Record.Line != m.Legs[leg].Record.Line {
		m.release(leg, line.NormalClearing)
		return
	}
	if m.Consult.On {
		m.giveUpConsult()
	}
	if m.Typing.On {
		m.typingOver()
	}
	l := &m.Legs[leg]
	l.Offer, m.Legs[old].Offer = m.Legs[old].Offer, 0
	l.Record.Agent = m.Legs[old].Record.Agent
	m.inherit(old, leg)
	m.sit(leg)
	m.replace(old, leg)
	m.release(old, line.NormalClearing)
	m.do(ClearTimer{Timer{HoldTimer, old}}, Publish{Holding{m.ID, false}})
}

// inherit has the guest be asked how it was also when another phone than the one that the queue rang has it in the end.
func (m *machine) inherit(old, leg int) {
	if from := m.Legs[old].Try; from > 0 {
		m.Tries[m.Legs[leg].Try-1].Offer.Survey = m.Tries[from-1].Offer.Survey
	}
}

func phraseOf(id string, more ...prompt.Phrase) []prompt.Phrase {
	return append([]prompt.Phrase{prompt.Recording(id)}, more...)
}
