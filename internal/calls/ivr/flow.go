package ivr

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Flow is one menu as it is drawn: nodes by name, beginning with Entry.
type Flow struct {
	Entry string          `json:"entry"`
	Nodes map[string]Node `json:"nodes"`
}

// Kind is what a node does.
type Kind string

// The kinds of node.
const (
	Play      Kind = "play"      // says Say, goes to Next
	Menu      Kind = "menu"      // says Say, waits for one of Keys
	Collect   Kind = "collect"   // says Say, waits for digits, sets Into, goes to Next
	Identify  Kind = "identify"  // says Say, waits for a number or the end of a plate, goes to Next when somebody has it, else to Otherwise
	Hours     Kind = "hours"     // goes to Open or Closed by Calendar
	Language  Kind = "language"  // changes to Language, goes to Next
	Queue     Kind = "queue"     // the call waits in Queue; the flow ends
	Extension Kind = "extension" // rings Number; Otherwise when not reached
	External  Kind = "external"  // dials Number; Otherwise when not reached
	Voicemail Kind = "voicemail" // a message is left in the box Number; the flow ends
	Set       Kind = "set"       // sets Values, goes to Next
	Branch    Kind = "branch"    // goes to the first of Cases that holds, else to Otherwise
	SubFlow   Kind = "flow"      // runs Flow, then goes to Next; without Next it does not return
	Hangup    Kind = "hangup"    // ends the call with Cause
)

// Node is one node of a flow. Which fields count depends on Kind; the others must be empty.
type Node struct {
	Kind Kind `json:"kind"`
	// Say is what is spoken first.
	Say []Words `json:"say,omitempty"`
	// NoBargeIn has the caller hear Say to its end; keys pressed meanwhile are ignored.
	NoBargeIn bool   `json:"no_barge_in,omitempty"`
	Next      string `json:"next,omitempty"`

	// Keys leads from a key to a node ("1" … "9", "0", "*", "#").
	Keys map[string]string `json:"keys,omitempty"`
	// TimeoutSeconds is the wait for a key after Say, and between two digits; 5 when 0.
	TimeoutSeconds float64 `json:"timeout_seconds,omitempty"`
	// Tries is how often Say is repeated before Timeout or Invalid is taken; 3 when 0.
	Tries int `json:"tries,omitempty"`
	// Timeout is where to go when no key came, Invalid when only wrong ones did (Timeout when empty).
	Timeout string `json:"timeout,omitempty"`
	Invalid string `json:"invalid,omitempty"`
	// SayInvalid and SayTimeout are spoken before a repetition.
	SayInvalid []Words `json:"say_invalid,omitempty"`
	SayTimeout []Words `json:"say_timeout,omitempty"`

	// Min and Max digits of Collect and Identify; '#' ends the input early, and without a digit skips Identify. There 3 and
	// 12 when 0.
	Min  int    `json:"min,omitempty"`
	Max  int    `json:"max,omitempty"`
	Into string `json:"into,omitempty"`
	// By is what Identify asks for: "phone", "plate" (its last digits), or either, told apart by their length, when empty.
	By string `json:"by,omitempty"`

	Calendar string `json:"calendar,omitempty"`
	Open     string `json:"open,omitempty"`
	Closed   string `json:"closed,omitempty"`

	Language string            `json:"language,omitempty"`
	Queue    string            `json:"queue,omitempty"`
	Skills   []string          `json:"skills,omitempty"`
	Number   string            `json:"number,omitempty"` // may be a variable: "$owner_extension"
	Values   map[string]string `json:"values,omitempty"`
	Cases    []Case            `json:"cases,omitempty"`
	// Otherwise is where Branch goes when no case holds, Extension and External when nobody was reached, and Identify when
	// nobody was found.
	Otherwise string `json:"otherwise,omitempty"`
	Flow      string `json:"flow,omitempty"`
	Cause     string `json:"cause,omitempty"`

	// At is where the console draws the node.
	At *[2]int `json:"at,omitempty"`
}

// Case is one condition of a branch: a variable compared with a value.
type Case struct {
	Variable string `json:"variable"`
	Is       string `json:"is"`              // "equals", "not_equals", "set", "empty", "at_least"
	Value    string `json:"value,omitempty"` // unused for set and empty
	Next     string `json:"next"`
}

// Words is one thing to say, in a flow: the id of a recording as a plain string, or an object with one of number,
// digits, position, duration_seconds; their values may be variables ("$position").
type Words struct {
	Recording string `json:"recording,omitempty"`
	Number    string `json:"number,omitempty"`
	Digits    string `json:"digits,omitempty"`
	Position  string `json:"position,omitempty"`
	Seconds   string `json:"duration_seconds,omitempty"`
}

// UnmarshalJSON reads either form. Fields that it does not know are for others to judge: a newer version of the
// program may have written them.
func (w *Words) UnmarshalJSON(data []byte) error {
	var id string
	if json.Unmarshal(data, &id) == nil {
		*w = Words{Recording: id}
		return nil
	}
	type plain Words
	var p plain
	if err := json.Unmarshal(data, &p); err != nil {
		return fmt.Errorf("say: neither a recording's id nor an object: %w", err)
	}
	*w = Words(p)
	return nil
}

// MarshalJSON writes the short form where it can.
func (w Words) MarshalJSON() ([]byte, error) {
	if w == (Words{Recording: w.Recording}) {
		return json.Marshal(w.Recording)
	}
	type plain Words
	return json.Marshal(plain(w))
}

const (
	defaultTimeout = 5 * time.Second
	defaultTries   = 3
)

func (n Node) timeout() time.Duration {
	if n.TimeoutSeconds > 0 {
		return time.Duration(n.TimeoutSeconds * float64(time.Second))
	}
	return defaultTimeout
}

func (n Node) tries() int {
	if n.Tries > 0 {
		return n.Tries
	}
	return defaultTries
}

// speech is what Say says with the variables filled in.
func speech(say []Words, value func(string) string) []prompt.Phrase {
	out := make([]prompt.Phrase, 0, len(say))
	for _, w := range say {
		switch {
		case w.Recording != "":
			out = append(out, prompt.Recording(value(w.Recording)))
		case w.Number != "":
			out = append(out, prompt.Number(integer(value(w.Number))))
		case w.Digits != "":
			out = append(out, prompt.Digits(value(w.Digits)))
		case w.Position != "":
			out = append(out, prompt.Position(integer(value(w.Position))))
		case w.Seconds != "":
			out = append(out, prompt.Duration(time.Duration(integer(value(w.Seconds)))*time.Second))
		}
	}
	return out
}

func integer(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || n > 1e9 {
			return n
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}
