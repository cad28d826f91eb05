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
	phone       string
	wrong       *Tries
	typed       string
	tries       int
	ending      bool
}

// AskPIN makes the menu for a number that a phone has dialled. What is wrong is remembered.
func AskPIN(pin, number, phone string, wrong *Tries) *PINMenu {
	return &PINMenu{pin: pin, number: number, phone: phone, wrong: wrong}
}

// Name says what it is, without the number.
func (*PINMenu) Name() string { return "pin" }

// Step takes one event.
func (p *PINMenu) Step(ev call.MenuEvent, now time.Time) []call.MenuEffect {
	switch ev := ev.(type) {
	case call.MenuStarted:
		if p.wrong.Locked(p.phone, now) {
			return p.end("pin_locked")
		}
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
			return p.judge(now)
		}
		if p.typed += string(ev.Key); len(p.typed) == len(p.pin) {
			return p.judge(now)
		}
		return []call.MenuEffect{call.MenuStop{}, call.MenuArm{After: pinWait}}
	case call.MenuTimeout:
		return p.judge(now)
	}
	return nil
}

func (p *PINMenu) ask(id string) []call.MenuEffect {
	p.typed = ""
	return []call.MenuEffect{call.MenuPlay{Phrases: []prompt.Phrase{prompt.Recording(id)}, BargeIn: "0123456789#"}}
}

func (p *PINMenu) judge(now time.Time) []call.MenuEffect {
	if subtle.ConstantTimeCompare([]byte(p.typed), []byte(p.pin)) == 1 {
		p.wrong.Right(p.phone)
		return []call.MenuEffect{call.MenuArm{}, call.MenuStop{}, call.MenuGo{Target: call.Target{Kind: call.TargetExternal, Name: p.number}}}
	}
	if p.typed != "" {
		p.wrong.Wrong(p.phone, now)
	}
	if p.tries++; p.tries >= pinTries {
		return p.end("pin_wrong")
	}
	return append([]call.MenuEffect{call.MenuArm{}}, p.ask("pin_again")...)
}

// end says the last words, and then hangs up.
func (p *PINMenu) end(id string) []call.MenuEffect {
	p.ending = true
	return append([]call.MenuEffect{call.MenuArm{}}, p.ask(id)...)
}
