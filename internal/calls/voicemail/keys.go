package voicemail

import (
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// pressed takes a key of somebody who hears messages.
func (r *reading) pressed(key byte) []call.MenuEffect {
	switch r.at {
	case askingBox, askingPIN:
		return r.typing(key)
	case taping:
		if key == '#' {
			return []call.MenuEffect{call.MenuArm{}, call.MenuStop{}}
		}
		return nil
	case counting, hearing:
		return r.chose(key)
	default:
		return nil
	}
}

func (r *reading) typing(key byte) []call.MenuEffect {
	switch {
	case key == '#':
		return r.typedAll()
	case key >= '0' && key <= '9' && len(r.typed) < most:
		r.typed += string(key)
	}
	return []call.MenuEffect{call.MenuStop{}, call.MenuArm{After: keyWait}}
}

// typedAll goes on with what was typed.
func (r *reading) typedAll() []call.MenuEffect {
	if r.at == askingPIN {
		return r.checkPIN()
	}
	if r.typed == "" {
		return r.leave("vm_unknown")
	}
	return r.other()
}

// chose does what a key of the menu stands for.
func (r *reading) chose(key byte) []call.MenuEffect {
	if r.at == counting && key != '7' && key != '*' && key != '#' {
		return r.hear() // whoever presses something wants to hear them
	}
	switch key {
	case '1':
		return r.hear()
	case '2':
		if r.set(Old) {
			return r.step(1, "vm_saved")
		}
	case '3':
		if r.set(Deleted) {
			return r.step(0, "vm_deleted")
		}
	case '4':
		return r.step(1)
	case '5':
		return r.step(-1)
	case '6':
		return r.callBack()
	case '7':
		r.at = greeting
		return []call.MenuEffect{call.MenuArm{}, call.MenuPlay{Phrases: []prompt.Phrase{prompt.Recording("vm_greeting"), prompt.Recording("beep")}}}
	case '9':
		if m, ok := r.message(); ok && m.State == Deleted && r.set(Old) {
			return r.menu("vm_undeleted")
		}
	case '*':
		r.at, r.whole = hearing, false
		return []call.MenuEffect{call.MenuArm{}, say("vm_help")}
	case '#':
		return r.leave("goodbye")
	}
	return []call.MenuEffect{call.MenuArm{After: keyWait}}
}

// step goes so many messages on, saying something first: 0 stays, so that a deletion can be taken back.
func (r *reading) step(by int, first ...string) []call.MenuEffect {
	to := r.pos + by
	switch {
	case by == 0:
		r.at, r.whole = hearing, false
		return []call.MenuEffect{call.MenuArm{}, say(first[0])}
	case to < 0:
		return r.menu("vm_first")
	case to >= len(r.ids):
		return r.menu(append(first, "vm_last")...)
	}
	r.pos = to
	effects := r.hear()
	if play, ok := effects[len(effects)-1].(call.MenuPlay); ok && len(first) > 0 {
		play.Phrases = append([]prompt.Phrase{prompt.Recording(first[0])}, play.Phrases...)
		effects[len(effects)-1] = play
	}
	return effects
}

// callBack leads the one who hears to the one who left the message. When nobody answers the menu goes on.
func (r *reading) callBack() []call.MenuEffect {
	m, ok := r.message()
	if !ok || m.Number == "" {
		return r.menu("vm_no_number")
	}
	r.heard()
	r.at = calling
	t := call.Target{Kind: call.TargetExternal, Name: m.Number}
	if m.House {
		t.Kind = call.TargetExtension
	}
	return []call.MenuEffect{call.MenuTrace{Node: "call back", Key: "6"}, call.MenuArm{}, call.MenuGo{Target: t}}
}

// recorded goes on when the greeting is recorded.
func (r *reading) recorded(length time.Duration) []call.MenuEffect {
	if r.at != taping {
		return nil
	}
	if length == 0 {
		return r.menu("memo_empty")
	}
	return r.menu("vm_greeting_saved", GreetingID(r.box.Number))
}
