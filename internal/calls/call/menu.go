package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Menus opens published flows; ivr satisfies it.
type Menus interface {
	// Open starts a flow (or a feature code, or a voicemail box) for a call with the version published now; the call keeps that version. A flow that does
	// not exist is a fault.NotFound.
	Open(name string, from line.Info, card Card, attrs map[string]string) (Menu, error)
}

// Menu is one call's way through one flow (or through a feature code). The call's own goroutine steps it; it
// starts nothing itself.
type Menu interface {
	// Step takes one event and says what to do, in order.
	Step(ev MenuEvent, now time.Time) []MenuEffect
	// Name and version of the flow, for the call record: "main@7".
	Name() string
}

// MenuEvent is what happened to a call in a menu.
type MenuEvent interface{ menuEvent() }

type (
	// MenuStarted is the first event: the call is answered and hears.
	MenuStarted struct{}
	// MenuPlayed: what the last [MenuPlay] asked for was played to its end (not when a key stopped it).
	MenuPlayed struct{}
	// MenuDigit: the caller pressed a key.
	MenuDigit struct{ Key byte }
	// MenuTimeout: the time of the last [MenuArm] passed.
	MenuTimeout struct{}
	// MenuRecorded: the recording asked for by [MenuRecord] is over. Length is 0 when there was no sound.
	MenuRecorded struct{ Length time.Duration }
	// MenuEnded: the call is over; the last event. Effects are ignored.
	MenuEnded struct{}
)

func (MenuStarted) menuEvent()  {}
func (MenuPlayed) menuEvent()   {}
func (MenuDigit) menuEvent()    {}
func (MenuTimeout) menuEvent()  {}
func (MenuRecorded) menuEvent() {}
func (MenuEnded) menuEvent()    {}

// MenuEffect is what a menu has its call do.
type MenuEffect interface{ menuEffect() }

type (
	// MenuPlay plays phrases in the current language; any key of BargeIn stops them at once. It replaces what
	// plays. Exactly one MenuPlayed follows unless a key or another effect stops it.
	MenuPlay struct {
		Phrases []prompt.Phrase
		BargeIn string
	}
	// MenuStop ends what plays.
	MenuStop struct{}
	// MenuArm asks for one MenuTimeout after this long; it replaces an earlier one. 0 disarms.
	MenuArm struct{ After time.Duration }
	// MenuLanguage changes the language of the call: "zh-CN" or "en".
	MenuLanguage struct{ Language string }
	// MenuSet remembers an attribute of the call, for the agent's screen and the call record.
	MenuSet struct{ Key, Value string }
	// MenuSkills requires skills of the agents of the next queue.
	MenuSkills struct{ Skills []string }
	// MenuTrace adds a step to the call record's way through the menu: a node and the key pressed there.
	MenuTrace struct {
		Node string
		Key  string
	}
	// MenuRecord records the caller into a new prompt recording until [MenuStop] or Max; or, if Message is set, into that
	// message of a voicemail box, which is kept also when the caller hangs up.
	MenuRecord struct {
		Prompt  string
		Message string
		Max     time.Duration
	}
	// MenuEcho has the caller hear what they say, a little later, until [MenuStop].
	MenuEcho struct{}
	// MenuGo leads the call on; the menu is over.
	MenuGo struct{ Target Target }
)

func (MenuPlay) menuEffect()     {}
func (MenuStop) menuEffect()     {}
func (MenuArm) menuEffect()      {}
func (MenuLanguage) menuEffect() {}
func (MenuSet) menuEffect()      {}
func (MenuSkills) menuEffect()   {}
func (MenuTrace) menuEffect()    {}
func (MenuRecord) menuEffect()   {}
func (MenuEcho) menuEffect()     {}
func (MenuGo) menuEffect()       {}

// MenuReturned: the extension or external number that the last [MenuGo] led to was not reached. A menu that
// has nothing more to say returns no effects, and the call ends with the cause.
type MenuReturned struct{ Cause line.Cause }

func (MenuReturned) menuEvent() {}
