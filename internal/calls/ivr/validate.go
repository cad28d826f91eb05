package ivr

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Problem is one thing wrong with a flow, at a node ("" for the flow itself).
type Problem struct {
	Node    string `json:"node,omitempty"`
	Field   string `json:"field,omitempty"`
	Key     string `json:"key"`  // message id, for example "flow.unreachable"
	Text    string `json:"text"` // English
	Warning bool   `json:"warning,omitempty"`
}

func (p Problem) String() string {
	where := ""
	if p.Node != "" {
		where = "node " + p.Node
		if p.Field != "" {
			where += "." + p.Field
		}
		where += ": "
	}
	return where + p.Text
}

// Known is what exists outside a flow; a nil function knows everything.
type Known struct {
	// Prompt reports whether there is a recording in a language.
	Prompt   func(language, id string) bool
	Calendar func(id string) bool
	Queue    func(id string) bool
	Flow     func(id string) bool
	// Voicemail reports whether there is a voicemail box with a number.
	Voicemail func(number string) bool
	// Enters lists the languages in which callers come into the flow, Returns those in which they come back from a
	// sub-flow besides the one they went in with. Neither is needed without Prompt.
	Enters, Returns []string
}

// Validate finds everything that would fail a caller, in the order of the nodes' names. A flow with problems that
// are not warnings is not published.
func Validate(f Flow, k Known) []Problem {
	v := &validator{flow: f, known: k}
	if k.Prompt != nil {
		v.spoken = f.spoken(k)
	}
	if _, ok := f.Nodes[f.Entry]; !ok {
		v.add("", "entry", "flow.no_entry", "the entry %q is not a node", f.Entry)
	}
	for _, name := range slices.Sorted(maps.Keys(f.Nodes)) {
		v.checkNode(name, f.Nodes[name])
	}
	v.checkReach()
	v.checkLoops()
	return v.problems
}

// The bounds of a wait for a key, in seconds, and of how often a question is asked. A wait of no length would be none
// at all, and the caller would sit there for ever; so would one too long for a clock.
const (
	minTimeout = 0.5
	maxTimeout = 600.0
	maxTries   = 20
)

type validator struct {
	flow     Flow
	known    Known
	spoken   map[string][]string // by node: the languages in which callers come there
	problems []Problem
}

func (v *validator) add(node, field, key, format string, args ...any) {
	v.problems = append(v.problems, Problem{Node: node, Field: field, Key: key, Text: fmt.Sprintf(format, args...)})
}

// edge is one way out of a node. An automatic one is taken without the caller doing anything.
type edge struct {
	field, to string
	automatic bool
}

func (n Node) edges() []edge {
	var out []edge
	add := func(field, to string, automatic bool) {
		if to != "" {
			out = append(out, edge{field, to, automatic})
		}
	}
	add("next", n.Next, !n.asks())
	for _, k := range slices.Sorted(maps.Keys(n.Keys)) {
		add("keys."+k, n.Keys[k], false)
	}
	add("timeout", n.Timeout, true)
	add("invalid", n.Invalid, false)
	add("open", n.Open, true)
	add("closed", n.Closed, true)
	for i, c := range n.Cases {
		add(fmt.Sprintf("cases[%d].next", i), c.Next, true)
	}
	add("otherwise", n.Otherwise, true)
	return out
}

func (v *validator) checkNode(name string, n Node) {
	for _, e := range n.edges() {
		if _, ok := v.flow.Nodes[e.to]; !ok {
			v.add(name, e.field, "flow.no_such_node", "leads to %q, which is not a node", e.to)
		}
	}
	v.checkRecordings(name, n)
	v.need(name, "timeout_seconds", n.TimeoutSeconds == 0 || (n.TimeoutSeconds >= minTimeout && n.TimeoutSeconds <= maxTimeout),
		fmt.Sprintf("must be from %v to %v, or 0 for the default", minTimeout, maxTimeout))
	v.need(name, "tries", n.Tries >= 0 && n.Tries <= maxTries, fmt.Sprintf("must be from 1 to %d, or 0 for the default", maxTries))
	for _, say := range [][]Words{n.Say, n.SayInvalid, n.SayTimeout} {
		for _, w := range say {
			v.need(name, "say", w != Words{}, "has words that say nothing")
		}
	}
	switch n.Kind {
	case Play:
		v.need(name, "say", len(n.Say) > 0, "says nothing")
	case Menu:
		v.checkMenu(name, n)
	case Collect:
		v.need(name, "into", n.Into != "", "collects digits into nothing")
		v.need(name, "max", n.Max >= 1 && n.Max >= n.Min && n.Max <= 32, "must be 1 to 32 and not below min")
		v.need(name, "timeout", n.Timeout != "", "has no way on when the caller presses nothing")
	case Identify:
		least, most := n.bounds()
		v.need(name, "by", n.By == "" || n.By == ByPhone || n.By == ByPlate, "must be phone or plate, or absent for either")
		v.need(name, "max", most >= least && least >= 1 && most <= 32, "must be 1 to 32 and not below min")
		v.need(name, "otherwise", n.Otherwise != "", "has no way on when nobody is found, or the caller skips it")
	case Hours:
		v.exists(name, "calendar", n.Calendar, v.known.Calendar)
		v.need(name, "open", n.Open != "", "is missing")
		v.need(name, "closed", n.Closed != "", "is missing")
	case Language:
		v.need(name, "language", n.Language == "zh-CN" || n.Language == "en", "must be zh-CN or en")
	case Queue:
		v.exists(name, "queue", n.Queue, v.known.Queue)
	case Voicemail:
		v.exists(name, "number", n.Number, v.known.Voicemail)
	case Extension, External:
		v.need(name, "number", n.Number != "", "is missing")
	case Set:
		v.need(name, "values", len(n.Values) > 0, "sets nothing")
	case Branch:
		v.checkBranch(name, n)
	case SubFlow:
		v.exists(name, "flow", n.Flow, v.known.Flow)
	case Hangup:
	default:
		v.add(name, "kind", "flow.bad_kind", "%q is not a kind of node", n.Kind)
	}
}

func (v *validator) checkMenu(name string, n Node) {
	v.need(name, "keys", len(n.Keys) > 0, "offers no key")
	for k := range n.Keys {
		v.need(name, "keys."+k, len(k) == 1 && strings.Contains(allKeys, k), "is not a key of a telephone")
	}
	v.need(name, "timeout", n.Timeout != "", "has no way on when the caller presses nothing")
}

func (v *validator) checkBranch(name string, n Node) {
	v.need(name, "cases", len(n.Cases) > 0, "has no case")
	v.need(name, "otherwise", n.Otherwise != "", "has no way on when no case holds")
	for i, c := range n.Cases {
		field := fmt.Sprintf("cases[%d]", i)
		v.need(name, field+".variable", c.Variable != "", "is missing")
		v.need(name, field+".next", c.Next != "", "is missing")
		v.need(name, field+".is", slices.Contains([]string{"equals", "not_equals", "set", "empty", "at_least"}, c.Is),
			"must be equals, not_equals, set, empty or at_least")
	}
}

func (v *validator) need(node, field string, ok bool, text string) {
	if !ok {
		v.add(node, field, "flow.bad_field", "%s", text)
	}
}

func (v *validator) exists(node, field, id string, known func(string) bool) {
	if id == "" {
		v.add(node, field, "flow.bad_field", "is missing")
	} else if known != nil && !known(id) {
		v.add(node, field, "flow.unknown", "%q does not exist", id)
	}
}

// checkReach finds nodes nobody comes to, and nodes that nobody leaves although they do not end the call.
func (v *validator) checkReach() {
	reached := map[string]bool{}
	todo := []string{v.flow.Entry}
	for len(todo) > 0 {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if reached[name] {
			continue
		}
		reached[name] = true
		for _, e := range v.flow.Nodes[name].edges() {
			todo = append(todo, e.to)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.flow.Nodes)) {
		n := v.flow.Nodes[name]
		if !reached[name] {
			v.add(name, "", "flow.unreachable", "no way leads here")
		}
		if n.needsNext() && n.Next == "" {
			v.problems = append(v.problems, Problem{
				Node: name, Field: "next", Key: "flow.dead_end",
				Text: "leads nowhere: in a sub-flow it returns, otherwise the call ends here", Warning: n.Return(),
			})
		}
	}
}

// needsNext reports whether a node goes on by Next.
func (n Node) needsNext() bool {
	switch n.Kind {
	case Play, Set, Language, Collect, Identify:
		return true
	default:
		return false
	}
}

// Return reports whether the node says on purpose that a sub-flow ends here: a set node whose only value is
// "return".
func (n Node) Return() bool {
	_, ok := n.Values["return"]
	return n.Kind == Set && ok
}

// checkLoops finds circles in which the caller is never asked anything.
func (v *validator) checkLoops() {
	const (
		unseen = iota
		open
		done
	)
	state := map[string]int{}
	var visit func(name string) bool
	visit = func(name string) bool {
		state[name] = open
		for _, e := range v.flow.Nodes[name].edges() {
			if !e.automatic {
				continue
			}
			if state[e.to] == open {
				v.add(name, e.field, "flow.endless_loop", "leads back to %q without the caller doing anything", e.to)
				continue
			}
			if state[e.to] == unseen {
				visit(e.to)
			}
		}
		state[name] = done
		return true
	}
	for _, name := range slices.Sorted(maps.Keys(v.flow.Nodes)) {
		if state[name] == unseen {
			visit(name)
		}
	}
}
