package call

import (
	"maps"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// AgainKey is what whoever hears an [Announce] presses to hear it again, unless the key is an answer.
const AgainKey = '9'

// Bounds of what is announced.
const (
	// maxSaid is how often it is said at most, however often the key for it is pressed.
	maxSaid = 10
	// answerTime is how long the answer is waited for after the words.
	answerTime = 5 * time.Second
)

// Announce tells one person something by telephone and takes an answer by key. Its call leaves one record, which has Attrs.
// Who does not press a key has not heard it: an answering machine never does.
type Announce struct {
	Call     ID // by [NewID]
	To       Target
	From     string // the number to show
	Name     string // the name to show
	Language string // "" is that of all calls
	Attrs    map[string]string
	Urgent   bool          // it rings also where nobody wants to be disturbed
	Ring     time.Duration // how long it rings
	Say      []prompt.Phrase
	Times    int                      // how often it is said to one who presses nothing; 0 is once
	Answers  map[byte][]prompt.Phrase // the keys that answer, and what is said to each
	// Then is where an answer leads whoever gave it, behind what is said to it; without an entry the call ends there.
	Then map[byte]Target
	// Lead is where whoever answers the telephone is led, rather than being told Say; none: it is said.
	Lead Target
	// Done is told what came of it, once: at the key, or when the call is over. It must not block.
	Done func(Announced)
}

// Announced is what came of an [Announce].
type Announced struct {
	Call  ID
	Key   byte       // the answer; 0: none
	Cause line.Cause // why there is none: that of the call's end, or NoAnswer when it was heard out in silence
}

// Announce makes the call. It does not block.
func (m *Manager) Announce(a Announce) {
	a.Attrs = maps.Clone(a.Attrs)
	told := a.Done
	answered := false // touched by the call's goroutine alone
	a.Done = func(r Announced) {
		if !answered {
			answered = true
			told(r)
		}
	}
	kind := line.Trunk
	if a.To.Kind == TargetExtension {
		kind = line.Extension
	}
	c := newCall(m, a.Call, &awaited{announce: &a, info: line.Info{
		Direction: line.Outbound, Kind: kind, From: a.From, To: a.To.Name, At: time.Now(),
	}})
	m.mu.Lock()
	if m.shut {
		m.mu.Unlock()
		a.Done(Announced{Call: a.Call, Cause: line.Shutdown})
		return
	}
	m.calls[a.Call] = c
	m.mu.Unlock()
	go func() {
		defer m.forget(a.Call)
		c.run(m.ctx, c.legs[0].Info())
		cause := c.state.Record.Cause
		if !c.state.Record.AnsweredAt.IsZero() || cause == line.CauseUnknown {
			cause = line.NoAnswer
		}
		a.Done(Announced{Call: a.Call, Cause: cause})
	}()
}

// announcements opens what is to be announced by a call, and else what can be dialled.
type announcements struct {
	Menus
	announce *Announce
}

// Open starts it.
func (a announcements) Open(name string, from line.Info, card Card, attrs map[string]string) (Menu, error) {
	if a.announce != nil && name == announcement {
		return &announcing{Announce: a.announce}, nil
	}
	return a.Menus.Open(name, from, card, attrs)
}

// announcement is the name of what is announced among the features; no telephone can dial it.
const announcement = "announcement"

// announcing is an announcement as a menu of its call.
type announcing struct {
	*Announce
	said     int
	answered bool
	next     Target // where the answer leads
}

// Name is what the record calls it.
func (a *announcing) Name() string { return announcement }

// Step says it, and takes the answer.
func (a *announcing) Step(ev MenuEvent, _ time.Time) []MenuEffect {
	switch ev := ev.(type) {
	case MenuStarted:
		return a.say()
	case MenuPlayed:
		if a.answered {
			return a.goOn()
		}
		return []MenuEffect{MenuArm{After: answerTime}}
	case MenuTimeout:
		if a.said < max(a.Times, 1) {
			return a.say()
		}
		return a.over()
	case MenuDigit:
		return a.key(ev.Key)
	default:
		return nil
	}
}

func (a *announcing) key(key byte) []MenuEffect {
	thanks, ok := a.Answers[key]
	switch {
	case a.answered:
		return nil
	case ok:
		a.answered, a.next = true, a.Then[key]
		a.Done(Announced{Call: a.Call, Key: key})
		return []MenuEffect{MenuArm{}, MenuTrace{Key: string(key)}, MenuPlay{Phrases: thanks}}
	case key == AgainKey && a.said < maxSaid:
		return a.say()
	}
	return nil
}

func (a *announcing) say() []MenuEffect {
	a.said++
	return []MenuEffect{MenuArm{}, MenuPlay{Phrases: a.Say, BargeIn: a.keys()}}
}

// keys are those that end the words.
func (a *announcing) keys() string {
	var b strings.Builder
	b.WriteByte(AgainKey)
	for k := range a.Answers {
		if k != AgainKey {
			b.WriteByte(k)
		}
	}
	return b.String()
}

// goOn leads whoever has answered on.
func (a *announcing) goOn() []MenuEffect {
	if a.next.Kind == 0 {
		return a.over()
	}
	return []MenuEffect{MenuGo{a.next}}
}

func (a *announcing) over() []MenuEffect { return []MenuEffect{MenuGo{Target{Kind: TargetHangup}}} }
