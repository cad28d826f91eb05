package ivr

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
)

const allKeys = "0123456789*#"

func itoa(n int) string { return strconv.Itoa(n) }

// Step is the whole interpreter: one event in, the next state and what the call is to do out. It touches nothing.
// A late event (a key after the flow is over) changes nothing.
func Step(s State, ev call.MenuEvent, w World, now time.Time) (State, []call.MenuEffect) {
	m := &machine{State: s, w: w, now: now}
	m.Vars = maps.Clone(s.Vars)
	m.Stack = slices.Clone(s.Stack)
	switch ev := ev.(type) {
	case call.MenuStarted:
		if s.Phase == Fresh {
			m.enter(w.Flows[s.Flow].Entry, "")
		}
	case call.MenuPlayed:
		m.played()
	case call.MenuDigit:
		m.pressed(ev.Key)
	case call.MenuTimeout:
		m.timedOut()
	case call.MenuReturned:
		if s.Phase == Away {
			m.returned(ev.Cause.String())
		}
	case call.MenuEnded:
		m.Phase = Finished
	}
	return m.State, m.effects
}

type machine struct {
	State
	w       World
	now     time.Time
	effects []call.MenuEffect
}

func (m *machine) do(e ...call.MenuEffect) { m.effects = append(m.effects, e...) }

func (m *machine) node() Node { return m.w.Flows[m.Flow].Nodes[m.Node] }

// enter runs nodes from name on until one waits or the flow is over. key is what led there.
func (m *machine) enter(name, key string) {
	for {
		if m.Steps++; m.Steps > maxSteps || name == "" {
			m.leave(call.Target{Kind: call.TargetHangup})
			return
		}
		m.Node, m.Tries, m.Digits = name, 0, ""
		m.do(call.MenuTrace{Node: m.Flow + "/" + name, Key: key})
		next, waits := m.run(m.node())
		if waits {
			return
		}
		name, key = next, ""
	}
}

// run does one node. It returns where to go on, or waits.
func (m *machine) run(n Node) (next string, waits bool) {
	switch n.Kind {
	case Identify:
		if m.Ahead != "" { // who presses keys before they are asked for knows the menu, and wants to get there
			m.Ahead = strings.TrimPrefix(m.Ahead, "#")
			return n.Otherwise, false
		}
		m.ask(n, nil)
		return "", true
	case Play, Menu, Collect:
		m.ask(n, nil)
		return "", true
	case Hours:
		if m.w.Open(n.Calendar, m.now) {
			return n.Open, false
		}
		return n.Closed, false
	case Language:
		m.Vars["language"] = n.Language
		m.do(call.MenuLanguage{Language: n.Language})
	case Set:
		for _, k := range slices.Sorted(maps.Keys(n.Values)) {
			m.set(k, m.value(n.Values[k]))
		}
	case Branch:
		for _, c := range n.Cases {
			if m.holds(c) {
				return c.Next, false
			}
		}
		return n.Otherwise, false
	case SubFlow:
		return m.call(n), false
	case Queue:
		if len(n.Skills) > 0 {
			m.do(call.MenuSkills{Skills: n.Skills})
		}
		m.leave(call.Target{Kind: call.TargetQueue, Name: n.Queue})
		return "", true
	case Extension:
		m.dial(call.Target{Kind: call.TargetExtension, Name: m.value(n.Number)})
		return "", true
	case External:
		m.dial(call.Target{Kind: call.TargetExternal, Name: m.value(n.Number)})
		return "", true
	case Voicemail:
		m.leave(call.Target{Kind: call.TargetVoicemail, Name: n.Number})
		return "", true
	default: // Hangup, and a kind that validation has not let through
		m.leave(call.Target{Kind: call.TargetHangup, Name: n.Cause})
		return "", true
	}
	return m.after(n.Next), false
}

func (m *machine) set(name, value string) {
	m.Vars[name] = value
	m.do(call.MenuSet{Key: name, Value: value})
}

// call enters a sub-flow and returns its entry.
func (m *machine) call(n Node) string {
	sub, ok := m.w.Flows[n.Flow]
	if !ok {
		return m.after(n.Next)
	}
	if n.Next != "" {
		m.Stack = append(m.Stack, Frame{m.Flow, n.Next})
	}
	m.Flow = n.Flow
	return sub.Entry
}

// after is where a node without Next goes: back from the sub-flow it belongs to.
func (m *machine) after(next string) string {
	if next != "" || len(m.Stack) == 0 {
		return next
	}
	last := m.Stack[len(m.Stack)-1]
	m.Stack = m.Stack[:len(m.Stack)-1]
	m.Flow = last.Flow
	return last.Node
}

// ask says what the node says, first what went wrong before. A caller who knows the menu and has pressed keys ahead
// is not made to listen.
func (m *machine) ask(n Node, first []Words) {
	if m.Ahead != "" && n.Kind != Play {
		key := m.Ahead[0]
		m.Ahead = m.Ahead[1:]
		m.Phase = Listening
		m.take(n, key)
		return
	}
	say := speech(append(slices.Clone(first), n.Say...), m.value)
	if len(say) == 0 {
		m.listen(n)
		return
	}
	m.Phase = Speaking
	m.do(call.MenuArm{}, call.MenuPlay{Phrases: say, BargeIn: n.bargeIn()})
}

// bargeIn is the keys that stop the node's words.
func (n Node) bargeIn() string {
	if n.NoBargeIn {
		return ""
	}
	return allKeys
}

func (m *machine) listen(n Node) {
	if n.Kind == Play {
		m.enter(m.after(n.Next), "")
		return
	}
	m.Phase = Listening
	m.do(call.MenuArm{After: n.timeout()})
}

func (m *machine) played() {
	if m.Phase == Speaking {
		m.listen(m.node())
	}
}

func (m *machine) pressed(key byte) {
	n := m.node()
	if (m.Phase != Speaking && m.Phase != Listening) || (m.Phase == Speaking && n.NoBargeIn) {
		return
	}
	m.Steps = 0
	if m.Phase == Speaking {
		m.do(call.MenuStop{})
	}
	if n.Kind == Play {
		m.Ahead += string(key)
		m.listen(n)
		return
	}
	m.take(n, key)
}

// take uses a key at the node that asked for it.
func (m *machine) take(n Node, key byte) {
	if n.asks() {
		m.digit(n, key)
		return
	}
	if next, ok := n.Keys[string(key)]; ok {
		m.do(call.MenuArm{})
		m.enter(next, string(key))
		return
	}
	m.Ahead = "" // a wrong key: what was pressed after it was meant for something else
	m.do(call.MenuTrace{Node: m.Flow + "/" + m.Node, Key: string(key)})
	m.again(n, n.SayInvalid, n.Invalid)
}

// digit adds a digit to what is collected.
func (m *machine) digit(n Node, key byte) {
	if key != '#' && key != '*' {
		m.Digits += string(key)
		if _, most := n.bounds(); len(m.Digits) < most {
			m.await(n)
			return
		}
	}
	if key == '*' { // begin again
		m.Digits = ""
		m.await(n)
		return
	}
	m.collected(n)
}

// await waits for the next digit, or takes the one pressed ahead.
func (m *machine) await(n Node) {
	if m.Ahead != "" {
		m.ask(n, nil)
		return
	}
	m.Phase = Listening
	m.do(call.MenuArm{After: n.timeout()})
}

func (m *machine) collected(n Node) {
	if least, _ := n.bounds(); len(m.Digits) < least && (n.Kind == Collect || m.Digits != "") {
		m.again(n, n.SayInvalid, n.Invalid)
		return
	}
	if n.Kind == Identify {
		m.identified(n)
		return
	}
	m.do(call.MenuArm{})
	m.set(n.Into, m.Digits)
	m.enter(m.after(n.Next), m.Digits)
}

func (m *machine) timedOut() {
	if m.Phase != Listening {
		return
	}
	n := m.node()
	if least, _ := n.bounds(); n.asks() && len(m.Digits) >= max(least, 1) {
		m.collected(n)
		return
	}
	m.again(n, n.SayTimeout, n.Timeout)
}

// again repeats the node's question, or goes where it leads after the last try.
func (m *machine) again(n Node, why []Words, then string) {
	if m.Tries++; m.Tries < n.tries() {
		m.Digits = ""
		m.ask(n, why)
		return
	}
	if then == "" {
		then = cmp.Or(n.Timeout, n.Otherwise)
	}
	m.do(call.MenuArm{})
	m.enter(then, "")
}

func (m *machine) dial(t call.Target) {
	m.Phase = Away
	m.do(call.MenuGo{Target: t})
}

// returned goes on after a number was not reached; without a way on it stays silent, and the call ends.
func (m *machine) returned(cause string) {
	m.Vars["dial_cause"] = cause
	if next := m.node().Otherwise; next != "" {
		m.enter(next, "")
		return
	}
	m.Phase = Finished
}

func (m *machine) leave(t call.Target) {
	m.Phase = Finished
	m.do(call.MenuGo{Target: t})
}

// recordings lists the recordings a node may say, for validation.
func (n Node) recordings() []string {
	var ids []string
	for _, say := range [][]Words{n.Say, n.SayInvalid, n.SayTimeout} {
		for _, w := range say {
			if w.Recording != "" && !strings.HasPrefix(w.Recording, "$") {
				ids = append(ids, w.Recording)
			}
		}
	}
	return ids
}
