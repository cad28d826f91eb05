package appliance

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// The keys of a technician who is offered the customer.
const (
	connectKey = '1'
	menuKey    = '0'
)

const (
	connectWait  = 5 * time.Second // for a key, behind the words
	connectTries = 4               // calls of the customer from one call of the technician
)

// connecting offers a technician the customer of a job, and leads there at the key: the technician's call dials the
// customer, who sees the house's number; neither side learns the other's. It satisfies call.Menu.
//
//	asking ── 1 ──► "one moment" ──► the customer rings ── answers ──► they speak, and the menu is over
//	  ▲                                 │
//	  └──── busy, nobody, not reached ──┘   four times; without a key: on to where the call leads otherwise, or the end
type connecting struct {
	words     []prompt.Phrase // before the keys
	elsewhere call.Target     // where the call goes on without the key; none: it ends
	ticket    string
	person    string
	// numbers are the customer's, asked at the key: the job may be another one's by then, and there are none.
	numbers func() []string
	end     func() // called once, when the menu is over

	tries   int
	ahead   call.Target // where the words that play lead; none: a key is awaited
	leaving bool        // … and nothing can stop them
}

// Name is what the record calls it.
func (c *connecting) Name() string { return "connect" }

// Step takes one event.
func (c *connecting) Step(ev call.MenuEvent, _ time.Time) []call.MenuEffect {
	switch ev := ev.(type) {
	case call.MenuStarted:
		return c.ask(c.words...)
	case call.MenuPlayed:
		if c.leaving {
			c.leaving = false
			return []call.MenuEffect{call.MenuGo{Target: c.ahead}}
		}
		return []call.MenuEffect{call.MenuArm{After: connectWait}}
	case call.MenuTimeout:
		return c.away()
	case call.MenuDigit:
		return c.key(ev.Key)
	case call.MenuReturned:
		return c.inVain(ev.Cause)
	case call.MenuEnded:
		if c.end != nil {
			c.end()
			c.end = nil
		}
	case call.MenuRecorded:
	}
	return nil
}

func (c *connecting) key(key byte) []call.MenuEffect {
	switch {
	case c.leaving:
		return nil
	case key == menuKey:
		return c.away()
	case key != connectKey:
		return nil
	}
	numbers := c.numbers()
	if len(numbers) == 0 {
		return c.leave("conn_gone", c.elsewhere)
	}
	to := call.Target{Kind: call.TargetExternal, Name: numbers[c.tries%len(numbers)]}
	c.tries++
	return append([]call.MenuEffect{
		call.MenuSet{Key: attrConnect, Value: c.ticket}, call.MenuSet{Key: attrTechnician, Value: c.person}, call.MenuTrace{Key: string(key)},
	}, c.leave("conn_calling", to)...)
}

// inVain says why the customer was not reached, and offers to try again.
func (c *connecting) inVain(cause line.Cause) []call.MenuEffect {
	said := "conn_failed"
	switch cause {
	case line.UserBusy:
		said = "conn_busy"
	case line.NoAnswer, line.NoUserResponding, line.CallRejected:
		said = "conn_no_answer"
	default:
	}
	if c.tries >= connectTries {
		return c.leave(said, call.Target{})
	}
	return c.ask(prompt.Recording(said), prompt.Recording("conn_again"))
}

// ask says something and waits for a key.
func (c *connecting) ask(words ...prompt.Phrase) []call.MenuEffect {
	return []call.MenuEffect{call.MenuArm{}, call.MenuPlay{Phrases: words, BargeIn: string([]byte{connectKey, menuKey})}}
}

// away goes where the call leads without the key.
func (c *connecting) away() []call.MenuEffect {
	return []call.MenuEffect{call.MenuArm{}, call.MenuGo{Target: ending(c.elsewhere)}}
}

// leave says the last words before the call is led on.
func (c *connecting) leave(word string, to call.Target) []call.MenuEffect {
	c.leaving, c.ahead = true, ending(to)
	return []call.MenuEffect{call.MenuArm{}, call.MenuPlay{Phrases: []prompt.Phrase{prompt.Recording(word)}}}
}

// ending is a target, or the end where there is none.
func ending(t call.Target) call.Target {
	if t.Kind == 0 {
		t.Kind = call.TargetHangup
	}
	return t
}
