package voicemail

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Voices knows which recordings there are.
type Voices interface {
	Has(language, id string) bool
}

// Desk opens boxes for those who leave messages; it satisfies call.Menus.
type Desk struct {
	Shelf  *Shelf
	Voices Voices
	// Led says what a number of the house leads to; ok is false when it is none.
	Led func(number string) (t call.Target, ok bool)
}

// Open lets a caller leave a message in the box with this number.
func (d Desk) Open(number string, from line.Info, card call.Card, _ map[string]string) (call.Menu, error) {
	b, ok := d.Shelf.box(number)
	if !ok {
		return nil, fault.New(fault.NotFound, "voicemail.no_box", "open voicemail box %s: there is none", number)
	}
	m := Message{Box: number, Number: card.Number, Name: card.Name, Customer: card.Customer, House: from.Kind == line.Extension}
	if m.House {
		m.Number, m.Name = from.Line, from.FromName
	}
	l := &leaving{shelf: d.Shelf, box: b, message: m, greeting: d.greeting(b, card.Language)}
	if b.Operator != "" && d.Led != nil {
		l.operator, l.operated = d.Led(b.Operator)
	}
	return l, nil
}

// greeting is what callers of a box hear first.
func (d Desk) greeting(b Box, language string) []prompt.Phrase {
	for _, id := range []string{GreetingID(b.Number), b.Greeting} {
		for _, l := range append([]string{language}, prompt.Languages()...) {
			if id != "" && l != "" && d.Voices.Has(l, id) {
				own := prompt.Recording(id)
				own.Language = l
				return []prompt.Phrase{own}
			}
		}
	}
	if b.Extension == "" {
		return []prompt.Phrase{prompt.Recording("vm_away"), prompt.Recording("vm_leave")}
	}
	return []prompt.Phrase{prompt.Recording("vm_number"), prompt.Digits(b.Extension), prompt.Recording("vm_away"), prompt.Recording("vm_leave")}
}

// keyWait is the wait for a key.
const keyWait = 8 * time.Second

// stage is where a menu is.
type stage uint8

const (
	atGreeting stage = iota
	atBeep
	atRecording
	atEnd // of a recording, until its sound is safe
	atReview
	atFarewell
	atOperator
)

// leaving is one caller who leaves a message.
type leaving struct {
	shelf    *Shelf
	box      Box
	message  Message
	greeting []prompt.Phrase
	operator call.Target
	operated bool // 0 leads to operator

	stage stage
	draft string // the message's id, once there is one
	asked bool   // what to do with it
}

// Name is the box's number.
func (l *leaving) Name() string { return l.box.Number }

// Step takes one event.
func (l *leaving) Step(ev call.MenuEvent, now time.Time) []call.MenuEffect {
	switch ev := ev.(type) {
	case call.MenuStarted:
		return l.start()
	case call.MenuPlayed:
		return l.played(now)
	case call.MenuDigit:
		return l.pressed(ev.Key)
	case call.MenuTimeout:
		return l.timedOut()
	case call.MenuRecorded:
		return l.recorded(ev.Length)
	case call.MenuReturned:
		if l.stage == atOperator {
			return l.start()
		}
	case call.MenuEnded:
		l.keep()
	}
	return nil
}

func (l *leaving) start() []call.MenuEffect {
	if why := l.shelf.takes(l.box); why != "" {
		return l.refuse(why)
	}
	l.stage = atGreeting
	return []call.MenuEffect{l.say("#", l.greeting...)}
}

// refuse says that the box takes no message. Who has an operator may still ask for them.
func (l *leaving) refuse(why Trouble) []call.MenuEffect {
	l.stage = atFarewell
	words := []prompt.Phrase{prompt.Recording(string(why))}
	if l.operated {
		words = append(words, prompt.Recording("vm_operator"))
	}
	return []call.MenuEffect{call.MenuTrace{Node: string(why)}, l.say("", words...)}
}

func (l *leaving) beep() []call.MenuEffect {
	if why := l.shelf.takes(l.box); why != "" {
		return l.refuse(why)
	}
	l.stage = atBeep
	return []call.MenuEffect{call.MenuArm{}, tell("beep")}
}

func (l *leaving) played(now time.Time) []call.MenuEffect {
	switch l.stage {
	case atGreeting:
		return l.beep()
	case atBeep:
		l.stage = atRecording
		m := l.message
		m.Left = now.UTC()
		l.draft = l.shelf.begin(m)
		limit := l.box.Limit()
		return []call.MenuEffect{call.MenuRecord{Message: l.draft, Max: limit}, call.MenuArm{After: limit}}
	case atReview:
		return []call.MenuEffect{call.MenuArm{After: keyWait}}
	case atFarewell:
		if l.operated && l.draft == "" {
			return []call.MenuEffect{call.MenuArm{After: keyWait}}
		}
		return hangup()
	default:
		return nil
	}
}

func (l *leaving) pressed(key byte) []call.MenuEffect {
	switch {
	case key == '0' && l.operated && (l.stage == atGreeting || l.stage == atReview || (l.stage == atFarewell && l.draft == "")):
		l.keep()
		l.stage = atOperator
		return []call.MenuEffect{call.MenuTrace{Node: "operator", Key: "0"}, call.MenuArm{}, call.MenuGo{Target: l.operator}}
	case l.stage == atGreeting && key == '#':
		return l.beep()
	case l.stage == atRecording && key == '#':
		return l.stop()
	case l.stage != atReview:
		return nil
	}
	switch key {
	case '1', '#':
		return l.farewell()
	case '2':
		return []call.MenuEffect{call.MenuArm{}, l.say("123#", append([]prompt.Phrase{prompt.Message(l.draft)}, l.question()...)...)}
	case '3':
		l.shelf.discard(l.draft)
		l.draft = ""
		return l.beep()
	default:
		return nil
	}
}

// stop ends the recording; what came of it is told by MenuRecorded.
func (l *leaving) stop() []call.MenuEffect {
	l.stage = atEnd
	return []call.MenuEffect{call.MenuArm{}, call.MenuStop{}}
}

func (l *leaving) recorded(length time.Duration) []call.MenuEffect {
	if l.stage != atEnd {
		return nil
	}
	if length == 0 {
		l.stage, l.draft = atFarewell, "-"
		return []call.MenuEffect{tell("vm_empty")}
	}
	l.stage, l.asked = atReview, true
	return []call.MenuEffect{l.say("123#", l.question()...)}
}

func (l *leaving) question() []prompt.Phrase {
	words := []prompt.Phrase{prompt.Recording("vm_review")}
	if l.operated {
		words = append(words, prompt.Recording("vm_operator"))
	}
	return words
}

func (l *leaving) timedOut() []call.MenuEffect {
	switch l.stage {
	case atRecording:
		return l.stop()
	case atReview:
		if l.asked {
			l.asked = false // once more
			return []call.MenuEffect{l.say("123#", l.question()...)}
		}
		return l.farewell()
	case atFarewell:
		return hangup()
	default:
		return nil
	}
}

func (l *leaving) farewell() []call.MenuEffect {
	l.keep()
	l.stage = atFarewell
	return []call.MenuEffect{call.MenuArm{}, call.MenuTrace{Node: "kept"}, tell("vm_kept")}
}

// keep has what was said kept, if anything was.
func (l *leaving) keep() {
	if l.draft != "" {
		l.shelf.decide(l.draft)
	}
}

// say plays words that these keys cut short, and 0 where it leads to somebody.
func (l *leaving) say(keys string, words ...prompt.Phrase) call.MenuEffect {
	if l.operated {
		keys += "0"
	}
	return call.MenuPlay{Phrases: words, BargeIn: keys}
}

// tell says something to its end.
func tell(id string) call.MenuEffect {
	return call.MenuPlay{Phrases: []prompt.Phrase{prompt.Recording(id)}}
}

func hangup() []call.MenuEffect {
	return []call.MenuEffect{call.MenuGo{Target: call.Target{Kind: call.TargetHangup}}}
}
