package dialplan

import (
	"crypto/subtle"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

const (
	pinTries = 3
	pinWait  = 8 * time.Second
)

// PINMenu asks the phone for a PIN before the number is dialled.
type PINMenu struct {
	pin, number string
	typed       string
	tries       int
	ending      bool
}

// AskPIN makes the menu for a number.
func AskPIN(pin, number string) *PINMenu { return &PINMenu{pin: pin, number: number} }

// Name says what it is, without the number.
func (*PINMenu) Name() string { return "pin" }

// Step takes one event.
func (p *PINMenu) Step(ev call.MenuEvent, _ time.Time) []call.MenuEffect {
	switch ev := ev.(type) {
	case call.MenuStarted:
		return p.ask("pin_ask")
	case call.MenuPlayed:
		if p.ending {
			return []call.MenuEffect{call.MenuGo{Target: call.Target{Kind: call.TargetHangup}}}
		}
		return []call.MenuEffect{call.MenuArm{After: pinWait}}
	case call.MenuDigit:
		if p.ending {
			return nil
		}
		if ev.Key == '#' {
			return p.judge()
		}
		if p.typed += string(ev.Key); len(p.typed) == len(p.pin) {
			return p.judge()
		}
		return []call.MenuEffect{call.MenuStop{}, call.MenuArm{After: pinWait}}
	case call.MenuTimeout:
		return p.judge()
	}
	return nil
}

func (p *PINMenu) ask(id string) []call.MenuEffect {
	p.typed = ""
	return []call.MenuEffect{call.MenuPlay{Phrases: []prompt.Phrase{prompt.Recording(id)}, BargeIn: "0123456789#"}}
}

func (p *PINMenu) judge() []call.MenuEffect {
	if subtle.ConstantTimeCompare([]byte(p.typed), []byte(p.pin)) == 1 {
		return []call.MenuEffect{call.MenuArm{}, call.MenuStop{}, call.MenuGo{Target: call.Target{Kind: call.TargetExternal, Name: p.number}}}
	}
	if p.tries++; p.tries >= pinTries {
		p.ending = true
		return append([]call.MenuEffect{call.MenuArm{}}, p.ask("pin_wrong")...)
	}
	return append([]call.MenuEffect{call.MenuArm{}}, p.ask("pin_again")...)
}
