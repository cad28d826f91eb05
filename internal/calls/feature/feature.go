// Package feature is what a phone of the dealership can do by dialling a code: agents sign in and out, pause and
// end their wrap-up from a plain desk phone, and prompts are recorded by speaking them.
//
//	*45 sign in or out          *46 pause (asks for the reason, or *46N)   *47 available again
//	*48 more wrap-up time       *49 wrap-up done                           *65 hear the own extension
//	*44 what the last call was about (after a beep, the keys of its place in the tree, then #; or *44NN)
//	*43 hear oneself, to try a headset; # ends it
//	*77 record a prompt (asks for its number, or *77NNN)
//	*8  take a call that rings in the own pickup group, *8NNNN at one extension
//	*33NNNN listen to an extension's conversation, *34NNNN whisper to it, *35NNNN barge in: supervisors
//	*36NNNN sign out the agent NNNN, or whoever is signed in at extension NNNN, by force: supervisors
//	*37NNNN hang up extension NNNN, or the phone of agent NNNN, by force: supervisors
//	*72NNNN forward all calls (alone: no more), *90NNNN when busy, *92NNNN when not taken up
//	*78 do not disturb          *79 disturb again
//	*97 hear the messages in the own voicemail box, *98NNNN in another
//
// Each code is a small call.Menu: a list of stages, stepped by the call that dialled it.
package feature

import (
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Agents is what the codes do to agents, each found by the extension that dialled. Every method returns soon.
type Agents interface {
	SignedIn(extension string) bool
	// SignIn signs in the agent with this number, or with "" the agent whose own extension this is.
	SignIn(number, extension string) error
	SignOut(extension string) error
	// Pause with the reason's key; "" makes the agent available again.
	Pause(extension, key string) error
	// WrapUp extends the wrap-up or ends it.
	WrapUp(extension string, more bool) error
}

// Dispositions note what calls were about.
type Dispositions interface {
	// Give says of the last call of the agent at a phone what it was about, by the keys that lead there. It is a
	// [fault.NotFound] when they lead nowhere, [fault.Conflict] when there is no such call. It returns soon.
	Give(extension, keys string) error
}

// Prompts names what can be recorded by phone: a recording's id by its three-digit number.
type Prompts interface {
	Numbered(number string) (id string, ok bool)
}

// Phones knows the phones of the house and what their users have set.
type Phones interface {
	// Group are the other extensions whose calls the user of this one may take, parted by commas; "" is none.
	Group(extension string) string
	// MaySupervise reports whether the user of this phone may take part in others' conversations.
	MaySupervise(extension string) bool
	// Forward has calls go to a number ("" ends that): always, when the phone is busy, or when it is not taken up.
	Forward(extension string, when Forward, number string) error
	// Disturb says whether the phone may ring.
	Disturb(extension string, may bool) error
}

// Forward is when calls are forwarded.
type Forward uint8

// The times to forward.
const (
	Always Forward = iota
	WhenBusy
	WhenNotAnswered
)

// Orders is what a supervisor may do to others, each noted in the audit. Who is an extension, or an agent's number. The
// error is a [fault.NotFound] when there is no such agent, [fault.Conflict] when there is nothing to do. Both return soon.
type Orders interface {
	// SignOut signs an agent out.
	SignOut(supervisor, who string) error
	// HangUp hangs a phone up that speaks with somebody.
	HangUp(supervisor, who string) error
}

// Codes opens feature codes; it satisfies call.Menus.
type Codes struct {
	Agents       Agents
	Dispositions Dispositions
	Prompts      Prompts
	Phones       Phones
	Orders       Orders
	Mail         call.Menus // hears messages; nil: there are no boxes
}

// List are the codes, longest first where one begins another.
func List() []string {
	return []string{
		"*33", "*34", "*35", "*36", "*37", "*43", "*44", "*45", "*46", "*47", "*48", "*49", "*65", "*72", "*77", "*78", "*79", "*90", "*92", "*97", "*98", "*8",
	}
}

// IsCode reports whether a dialled number is a feature code.
func IsCode(number string) bool { return codeOf(number) != "" }

func codeOf(number string) string {
	for _, c := range List() {
		if strings.HasPrefix(number, c) {
			return c
		}
	}
	return ""
}

// Open starts a code for the phone that dialled it. Other legs than extensions are refused.
func (c Codes) Open(name string, from line.Info, card call.Card, attrs map[string]string) (call.Menu, error) {
	if from.Kind != line.Extension {
		return nil, fault.New(fault.Denied, "feature.denied", "open feature %s: only phones of the dealership may", name)
	}
	code := codeOf(name)
	if code == "" {
		return nil, fault.New(fault.NotFound, "feature.unknown", "open feature %s: no such code", name)
	}
	if code == "*97" || code == "*98" {
		if c.Mail == nil {
			return nil, fault.New(fault.NotFound, "feature.unknown", "open feature %s: there are no voicemail boxes", name)
		}
		return c.Mail.Open(name, from, card, attrs)
	}
	return &session{codes: c, code: code, rest: name[len(code):], phone: from.Line}, nil
}

// memoLimit is the longest prompt spoken by phone.
const memoLimit = 2 * time.Minute

// echoCode is where one hears oneself, and echoLimit for how long.
const (
	echoCode  = "*43"
	echoLimit = 3 * time.Minute
)

// digitWait is the wait for a key.
const digitWait = 8 * time.Second

// session is one use of a code.
type session struct {
	codes  Codes
	code   string
	rest   string // digits dialled after the code, or typed
	phone  string
	asking bool   // waits for digits
	asked  bool   // has asked once
	memo   string // the prompt being recorded
	taping bool
	ending bool // the last words are playing
}

// Name is the code.
func (s *session) Name() string { return s.code }

// Step takes one event.
func (s *session) Step(ev call.MenuEvent, _ time.Time) []call.MenuEffect {
	switch ev := ev.(type) {
	case call.MenuStarted:
		return s.start()
	case call.MenuDigit:
		return s.pressed(ev.Key)
	case call.MenuPlayed:
		return s.played()
	case call.MenuTimeout:
		return s.timedOut()
	case call.MenuRecorded:
		if ev.Length == 0 {
			return s.finish("memo_empty")
		}
		return s.finish("memo_saved", prompt.Recording(s.memo)) // and hear it
	}
	return nil
}

func (s *session) start() []call.MenuEffect {
	switch s.code {
	case "*44":
		if s.rest == "" {
			return s.ask("beep")
		}
		return s.dispose()
	case "*45":
		return s.signInOrOut()
	case "*46":
		if s.rest == "" {
			return s.ask("pause_which")
		}
		return s.result(s.codes.Agents.Pause(s.phone, s.rest), "paused")
	case "*47":
		return s.result(s.codes.Agents.Pause(s.phone, ""), "unpaused")
	case "*48":
		return s.result(s.codes.Agents.WrapUp(s.phone, true), "wrapup_extended")
	case "*49":
		return s.result(s.codes.Agents.WrapUp(s.phone, false), "wrapup_ended")
	case "*65":
		return s.finish("your_number", prompt.Digits(s.phone))
	case "*77":
		return s.recordPrompt()
	default:
		return s.startPhone()
	}
}

func (s *session) signInOrOut() []call.MenuEffect {
	if s.codes.Agents.SignedIn(s.phone) {
		return s.result(s.codes.Agents.SignOut(s.phone), "signed_out")
	}
	return s.result(s.codes.Agents.SignIn(s.rest, s.phone), "signed_in")
}

// dispose says what the last call was about.
func (s *session) dispose() []call.MenuEffect {
	err := s.codes.Dispositions.Give(s.phone, s.rest)
	code := fault.CodeOf(err)
	switch {
	case err != nil && code == fault.NotFound:
		return s.finish("invalid")
	case err != nil && code == fault.Conflict:
		return s.finish("feature_failed")
	}
	return s.result(err, "wrapup_ended")
}

func (s *session) recordPrompt() []call.MenuEffect {
	if s.rest == "" {
		return s.ask("memo_which")
	}
	id, ok := s.codes.Prompts.Numbered(s.rest)
	if !ok {
		return s.finish("invalid")
	}
	s.memo = id
	return []call.MenuEffect{call.MenuPlay{Phrases: phrases("memo_speak", prompt.Recording("beep"))}}
}

func (s *session) pressed(key byte) []call.MenuEffect {
	switch {
	case s.code == echoCode && key == '#':
		return s.finish("beep")
	case s.taping && key == '#':
		s.taping = false
		return []call.MenuEffect{call.MenuArm{}, call.MenuStop{}}
	case !s.asking:
		return nil
	case key == '#':
		return s.answered()
	}
	s.rest += string(key)
	if s.code == "*46" || len(s.rest) >= s.longest() {
		return s.answered()
	}
	return []call.MenuEffect{call.MenuStop{}, call.MenuArm{After: digitWait}}
}

// longest is how many digits are typed at most: a prompt's number has three, a place in the tree of dispositions as many as its
// groups are deep.
func (s *session) longest() int {
	if s.code == "*44" {
		return 8
	}
	return 3
}

func (s *session) answered() []call.MenuEffect {
	s.asking = false
	if s.rest == "" {
		return s.finish("invalid")
	}
	return append([]call.MenuEffect{call.MenuArm{}, call.MenuStop{}}, s.start()...)
}

func (s *session) played() []call.MenuEffect {
	switch {
	case s.ending:
		return []call.MenuEffect{call.MenuGo{Target: call.Target{Kind: call.TargetHangup}}}
	case s.asking:
		return []call.MenuEffect{call.MenuArm{After: digitWait}}
	case s.code == echoCode:
		return []call.MenuEffect{call.MenuEcho{}, call.MenuArm{After: echoLimit}}
	case s.memo != "" && !s.taping:
		s.taping = true
		return []call.MenuEffect{call.MenuRecord{Prompt: s.memo, Max: memoLimit}, call.MenuArm{After: memoLimit}}
	}
	return nil
}

func (s *session) timedOut() []call.MenuEffect {
	if s.code == echoCode {
		return s.finish("beep")
	}
	if s.taping {
		s.taping = false
		return []call.MenuEffect{call.MenuStop{}}
	}
	return s.answered()
}

func (s *session) ask(id string) []call.MenuEffect {
	if s.asked {
		return s.finish("invalid")
	}
	s.asking, s.asked = true, true
	return []call.MenuEffect{call.MenuPlay{Phrases: phrases(id), BargeIn: "0123456789#"}}
}

// result says what came of a command.
func (s *session) result(err error, done string, more ...prompt.Phrase) []call.MenuEffect {
	if err == nil {
		return s.finish(done, more...)
	}
	switch fault.CodeOf(err) {
	case fault.NotFound:
		return s.finish("agent_unknown")
	case fault.Conflict:
		return s.finish("not_signed_in")
	default:
		return s.finish("feature_failed")
	}
}

// finish says the last words, then hangs up.
func (s *session) finish(id string, more ...prompt.Phrase) []call.MenuEffect {
	s.ending, s.memo = true, ""
	return []call.MenuEffect{call.MenuArm{}, call.MenuPlay{Phrases: phrases(id, more...)}}
}

func phrases(id string, more ...prompt.Phrase) []prompt.Phrase {
	return append([]prompt.Phrase{prompt.Recording(id)}, more...)
}
