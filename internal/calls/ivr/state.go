package ivr

import (
	"maps"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// Phase is what a session waits for. The zero value is invalid on purpose.
type Phase uint8

// The phases of a session.
const (
	_         Phase = iota
	Fresh           // not started
	Speaking        // what was asked to be played is not over
	Listening       // for a key
	Away            // the call was led to a number; it may come back
	Finished        // the call was led on, or is over
)

// String returns the phase's name.
func (p Phase) String() string {
	return [...]string{"invalid", "fresh", "speaking", "listening", "away", "finished"}[p]
}

// State is one call's way through a flow; a plain value that only [Step] changes.
type State struct {
	Phase  Phase
	Flow   string // where it is
	Node   string
	Stack  []Frame // sub-flows to return from
	Tries  int     // of the node
	Digits string  // collected so far
	Ahead  string  // keys pressed before a node asked for them
	Vars   map[string]string
	Steps  int // nodes run since the last key; bounds flows that validation has not seen
}

// Frame is where a sub-flow returns to.
type Frame struct{ Flow, Node string }

// maxSteps is how many nodes may run without the caller doing anything.
const maxSteps = 200

// World is what a session may know; it does not change while the call is up.
type World struct {
	Flows map[string]Flow                          // published, by id
	Open  func(calendar string, at time.Time) bool // whether a calendar is open
	Find  Finder                                   // who has a number or a plate; nil: nobody is known
}

// NewState begins a session at the entry of a flow.
func NewState(flow string, from line.Info, card call.Card, attrs map[string]string) State {
	vars := map[string]string{
		"caller": card.Number, "caller_name": card.Name, "customer": card.Customer, "vip": yes(card.VIP),
		"language": card.Language, "last_agent": card.LastAgent, "ticket_owner": card.TicketOwner,
		"known": yes(card.TicketOwner != "" || card.VIP || card.LastAgent != ""), "open_tickets": itoa(card.OpenTickets),
		"dialed": from.To, "trunk": card.Trunk, "withheld": yes(from.Withheld),
	}
	maps.Copy(vars, attrs)
	return State{Phase: Fresh, Flow: flow, Vars: vars}
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// value fills in a variable: "$plate" is the variable's value, anything else itself.
func (s State) value(text string) string {
	if len(text) > 1 && text[0] == '$' {
		return s.Vars[text[1:]]
	}
	return text
}

// holds reports whether a case is met.
func (s State) holds(c Case) bool {
	v := s.Vars[c.Variable]
	switch c.Is {
	case "equals":
		return v == s.value(c.Value)
	case "not_equals":
		return v != s.value(c.Value)
	case "set":
		return v != ""
	case "empty":
		return v == ""
	case "at_least":
		return integer(v) >= integer(s.value(c.Value))
	}
	return false
}
