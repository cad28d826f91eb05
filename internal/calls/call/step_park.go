package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// defaultParkTime is how long a call is parked before the one who parked it is rung.
const defaultParkTime = 2 * time.Minute

// maxParkings bounds how often a parked call comes back before it ends.
const maxParkings = 10

// park takes the other party to a parking place, and tells the number of it before the phone that parks is let go.
func (m *machine) park(by int) {
	rest := m.rest(by)
	if len(rest) != 1 || !m.stays(rest[0]) || m.Consult.On {
		return
	}
	recall := m.Legs[by].Record.Line
	m.note("PARK", "")
	m.conversationOver(by, ConversationEnded{ByAgent: true, Transferred: true})
	m.Legs[by].Released = true
	m.leaveTalk()
	m.becomesGuest(rest[0])
	if m.Farewell.Play != 0 { // who parked the guest before still hears where
		m.drop(m.Farewell.Leg, line.NormalClearing)
	}
	m.Plays++
	m.Farewell = Farewell{Leg: by, Play: m.Plays}
	m.do(Hush{by})
	m.Recall = recall
	m.lead(Target{TargetPark, ""})
}

func (m *machine) leadToPark(t Target) {
	m.Phase = Parked
	m.answer()
	m.do(Music{m.Guest, "default"}, TakeSlot{t.Name})
}

// slotIs lets the guest wait at its place, or takes it back to the one who wanted to park it.
func (m *machine) slotIs(ev SlotIs) {
	by := m.Farewell.Leg
	farewell := m.Farewell.Play != 0 && m.Farewell.Play == m.Plays && !m.Legs[by].Over && !m.Legs[by].Dropped
	if m.Phase != Parked {
		if ev.OK {
			m.do(FreeSlot{ev.Name})
		}
		return
	}
	words := phraseOf("park_full")
	if ev.OK {
		m.Slot = ev.Name
		m.Place = Target{TargetPark, ev.Name}
		m.note("", "")
		m.ParkedBy = m.Recall
		m.Recall = ""
		m.do(SetTimer{Timer{Kind: ParkTimer}, m.parkTime()}, Publish{ParkedAt{m.ID, ev.Name, true}})
		words = phraseOf("parked_at", prompt.Digits(ev.Name))
	}
	if farewell {
		m.do(Say{by, m.Farewell.Play, words, m.Language, ""})
	}
	if !ev.OK {
		m.fail(line.NoCircuit)
	}
}

func (m *machine) parkTime() time.Duration {
	if m.Policy.ParkTime > 0 {
		return m.Policy.ParkTime
	}
	return defaultParkTime
}

// parkedTooLong rings the one who parked the guest; who calls from outside the house and has nobody to go back to goes
// back to its queue.
func (m *machine) parkedTooLong() {
	if m.Phase != Parked {
		return
	}
	if m.Parkings++; m.Parkings > maxParkings || m.ParkedBy == "" {
		m.leavePlace()
		m.recallFailed(line.TooLong)
		return
	}
	m.note("PARKRECALL", "")
	m.recall(m.ParkedBy)
}

// parkAgain leaves the guest where it is after nobody took it back.
func (m *machine) parkAgain() {
	m.Phase = Parked
	m.do(Music{m.Guest, "default"}, SetTimer{Timer{Kind: ParkTimer}, m.parkTime()})
}

// leavePlace gives the parking place back.
func (m *machine) leavePlace() {
	if m.Slot != "" {
		// Told before it is free: who takes it next says so afterwards.
		m.do(ClearTimer{Timer{Kind: ParkTimer}}, Publish{ParkedAt{m.ID, m.Slot, false}}, FreeSlot{m.Slot})
		m.Slot, m.ParkedBy = "", ""
	}
}
