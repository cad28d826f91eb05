package call

import (
	"fmt"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

func (w *world) target() Target {
	return []Target{
		{TargetMenu, "m"},
		{TargetQueue, "q"},
		{TargetQueue, "q"},
		{TargetExtension, "8001"},
		{TargetExternal, "10086"},
		{TargetHangup, ""},
		{TargetFeature, "*45"},
		{TargetExtension, "8002"},
		{TargetPark, ""},
		{TargetPickup, "8001,8002"},
		{TargetWatch, "listen 8001"},
		{TargetConference, "600"},
		{TargetVoicemail, "8001"},
	}[w.rnd.IntN(13)]
}

// anything is an event that could happen now.
func (w *world) anything(i int) Event {
	leg := w.rnd.IntN(len(w.legs))
	switch n := w.rnd.IntN(20); {
	case n == 16:
		return LegSaid{leg, line.Transfer{To: "8002", Replaces: []string{"", "other"}[w.rnd.IntN(2)]}}
	case n == 17:
		return AroundAs{w.lineOf(leg), Around(1 + w.rnd.IntN(12)), "8003"}
	case n == 18:
		return w.fromAnotherCall(leg)
	case n == 18 && w.asked:
		return w.yields()
	case n == 19:
		for l, said := range w.given {
			if !said {
				w.given[l], w.legs[l] = true, "over"
				return GivenAway{l}
			}
		}
	case n <= 1:
		return LegSaid{leg, line.Ringing{}}
	case n <= 4:
		if w.legs[leg] == "" {
			w.legs[leg] = "up"
		}
		return LegSaid{leg, line.Answered{}}
	case n == 5:
		return LegSaid{leg, line.EarlyMedia{}}
	case n == 6:
		return LegSaid{leg, []line.Event{line.Held{}, line.Unheld{}}[w.rnd.IntN(2)]}
	case n == 7:
		if w.chance(0.3) {
			w.step(LegSaid{leg, line.Digit{Key: "*#"[w.rnd.IntN(2)]}})
			return LegSaid{leg, line.Digit{Key: "1234568#"[w.rnd.IntN(8)]}}
		}
		return LegSaid{leg, line.Digit{Key: "1234567890*#"[w.rnd.IntN(12)]}}
	case n == 8 && (leg != 0 || w.chance(0.2)):
		return w.legEnds(leg, true)
	case n == 9:
		for l, told := range w.told {
			if told && w.legs[l] != "over" {
				return w.legEnds(l, false)
			}
		}
	case n == 10:
		for timer, armed := range w.timers {
			if armed && (timer.Kind != DurationTimer || w.chance(0.02)) {
				w.timers[timer] = false
				return Fired{timer}
			}
		}
	case n == 11 && w.waiting:
		return QueueSaid{w.queueCommand()}
	case n == 12 && w.menu:
		return MenuSaid{w.menuEffects()}
	case n == 13 && i > 50 && w.chance(0.1):
		return Drop{line.Shutdown}
	case n == 14:
		for leg, p := range w.plays {
			delete(w.plays, leg)
			return Played{p, []media.Outcome{media.Finished, media.Interrupted, media.Stopped}[w.rnd.IntN(3)]}
		}
	case n == 15:
		return w.command(leg)
	}
	return Played{-1, media.Stopped} // a late nothing
}

// command is what somebody at a screen may want, mostly of a phone that has a part in the call.
func (w *world) command(leg int) Event {
	extension := w.lineOf(leg)
	return []Event{
		HoldAs{extension, true},
		HoldAs{extension, false},
		HoldAs{extension, true},
		HoldAs{extension, false},
		HangUpAs{extension},
		AnswerAs{extension},
		KnownAs{"c1", "王建国"},
	}[w.rnd.IntN(7)]
}

func (w *world) lineOf(leg int) string {
	if leg < len(w.s.Legs) {
		return w.s.Legs[leg].Record.Line
	}
	return "9999"
}

// fromAnotherCall is what another call may do to this one at any time.
func (w *world) fromAnotherCall(leg int) Event {
	switch w.rnd.IntN(6) {
	case 0:
		return YieldTo{"other", leg}
	case 1:
		return NotYielded{}
	case 2:
		return LedOn{"other", w.target(), w.rnd.IntN(2) == 0}
	case 3:
		if w.s.Phase == Conferring {
			out := ConferenceOut{Target: []Target{{}, {TargetExtension, "8001"}}[w.rnd.IntN(2)], Cause: line.NormalClearing}
			if !w.s.Inside {
				out.Target, out.Refused = Target{}, w.rnd.IntN(2) == 0
				if w.rnd.IntN(2) == 0 {
					return ConferenceSaid{ConferenceIn{}}
				}
			}
			return ConferenceSaid{out}
		}
	}
	as, name := Part(1+w.rnd.IntN(4)), w.s.Slot
	if as == AsAnswer {
		name = "8001"
	}
	return w.gains(as, name)
}

// gives notes that another call gets a leg.
func (w *world) gives(leg int) {
	if w.seated[leg] || w.told[leg] || w.legs[leg] == "over" {
		w.t.Errorf("leg %d is given: seated %t, told to hang up %t, %s", leg, w.seated[leg], w.told[leg], w.legs[leg])
	}
	w.given[leg], w.told[leg] = false, true
}

// yields is what another call says that was asked for its party.
func (w *world) yields() Event {
	w.asked = false
	switch w.rnd.IntN(4) {
	case 0:
		return NotYielded{}
	case 1:
		return LedOn{"other", w.target(), w.chance(0.5)}
	default:
		return w.gains(AsPartner, "")
	}
}

// gains is a leg given by another call.
func (w *world) gains(as Part, name string) Event {
	if len(w.legs) > 40 {
		return NotYielded{}
	}
	in := line.Info{
		ID: fmt.Sprint("leg", len(w.legs)), Direction: line.Inbound, Kind: []line.Kind{line.Extension, line.Trunk}[w.rnd.IntN(2)], Line: "8004", At: w.now,
	}
	w.legs, w.told = append(w.legs, "up"), append(w.told, false)
	return Gained{"other", in, legRecord(in), as, Watch(1 + w.rnd.IntN(3)), name}
}

func (w *world) legEnds(leg int, remote bool) Event {
	if w.legs[leg] == "over" {
		return Played{-1, media.Stopped}
	}
	w.legs[leg] = "over"
	causes := []line.Cause{line.NormalClearing, line.UserBusy, line.CallRejected, line.NoCircuit, line.MediaTimeout}
	return LegSaid{leg, line.Ended{Cause: causes[w.rnd.IntN(len(causes))], Remote: remote}}
}

func (w *world) queueCommand() QueueCommand {
	switch w.rnd.IntN(8) {
	case 0:
		return QueueMusic{"default"}
	case 1:
		return QueueAnnounce{[]prompt.Phrase{prompt.Position(1)}, "1"}
	case 2:
		for id, st := range w.offers {
			if st == "open" {
				return QueueWithdraw{id, line.NormalClearing}
			}
		}
	case 3:
		w.waiting = false
		return QueueLeave{Target: w.target(), Event: "EXITWITHTIMEOUT"}
	}
	w.nextID++
	w.offers[w.nextID] = "open"
	o := Offer{ID: w.nextID, Agent: "a", Extension: fmt.Sprintf("80%02d", w.rnd.IntN(5)), Timeout: 15 * time.Second}
	if w.chance(0.3) {
		o.Greeting = []prompt.Phrase{prompt.Recording("hold")}
	}
	return QueueOffer{o}
}

func (w *world) menuEffects() []MenuEffect {
	switch w.rnd.IntN(4) {
	case 0:
		return []MenuEffect{MenuPlay{Phrases: []prompt.Phrase{prompt.Number(1)}}, MenuArm{time.Second}}
	case 1:
		return []MenuEffect{MenuStop{}, MenuSet{"k", "v"}, MenuTrace{"n", "1"}, MenuLanguage{"en"}}
	}
	return []MenuEffect{MenuGo{w.target()}, MenuPlay{}}
}
