package ivr_test

import (
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/ivr"
)

// register knows some numbers and plates, and what it was asked.
type register struct {
	known map[string][]string
	asked []string
}

func (r *register) find(by, digits string) []string {
	r.asked = append(r.asked, by+" "+digits)
	return r.known[by+" "+digits]
}

// ask is a flow that asks who calls.
func ask(n ivr.Node, r *register) *walk {
	n.Kind, n.Next, n.Otherwise = ivr.Identify, "found", "lost"
	w := &walk{w: ivr.World{Find: r.find, Flows: map[string]ivr.Flow{"main": {Entry: "who", Nodes: map[string]ivr.Node{
		"who": n, "found": {Kind: ivr.Queue, Queue: "found"}, "lost": {Kind: ivr.Queue, Queue: "lost"}, "later": {Kind: ivr.Queue, Queue: "later"},
	}}}}}
	w.s = ivr.NewState("main", line.Info{Withheld: true}, call.Card{}, nil)
	return w
}

func TestACallerSaysWhoItIs(t *testing.T) {
	node := ivr.Node{Say: say("ask"), Tries: 2, SayInvalid: say("invalid"), SayTimeout: say("no_input")}
	press := func(keys string) (events []string) {
		for _, k := range keys {
			events = append(events, string(k))
		}
		return events
	}
	for name, c := range map[string]struct {
		node   ivr.Node
		events []string
		end    string
		attrs  map[string]string
		asked  []string
	}{
		"by number":                           {node, press("13800138000#"), "found", map[string]string{"customer": "c1", "identified_by": "phone"}, []string{"phone 13800138000"}},
		"by number, the greatest length":      {node, press("013800138000"), "found", map[string]string{"customer": "c1"}, []string{"phone 013800138000"}},
		"by plate":                            {node, press("345#"), "found", map[string]string{"customer": "c2", "identified_by": "plate"}, []string{"plate 345"}},
		"several":                             {node, press("666#"), "found", map[string]string{"candidates": "c1,c2", "customer": ""}, []string{"plate 666"}},
		"far too many":                        {node, press("888#888#"), "lost", map[string]string{"candidates": "", "customer": ""}, []string{"plate 888", "plate 888"}},
		"skipped":                             {node, press("#"), "lost", nil, nil},
		"skipped after a wrong one":           {node, press("999##"), "lost", nil, []string{"plate 999"}},
		"wrong, then right":                   {node, press("999#345#"), "found", map[string]string{"customer": "c2"}, []string{"plate 999", "plate 345"}},
		"wrong twice":                         {node, press("999#998#"), "lost", nil, []string{"plate 999", "plate 998"}},
		"begun again":                         {node, press("99*345#"), "found", map[string]string{"customer": "c2"}, []string{"plate 345"}},
		"too short twice":                     {node, press("3#4#"), "lost", nil, nil},
		"without the last key":                {node, append(press("345"), "timeout"), "found", map[string]string{"customer": "c2"}, []string{"plate 345"}},
		"silence":                             {node, []string{"played", "timeout", "played", "timeout"}, "lost", nil, nil},
		"silence goes its own way":            {with(node, func(n *ivr.Node) { n.Timeout = "later" }), []string{"played", "timeout", "played", "timeout"}, "later", nil, nil},
		"a number where plates are asked for": {with(node, func(n *ivr.Node) { n.By, n.Max, n.Into = "plate", 5, "tail" }), press("12345"), "found", map[string]string{"customer": "c3", "tail": "12345"}, []string{"plate 12345"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := &register{known: map[string][]string{
				"phone 13800138000": {"c1"}, "phone 013800138000": {"c1"}, "plate 345": {"c2"}, "plate 666": {"c1", "c2"}, "plate 12345": {"c3"},
				"plate 888": {"1", "2", "3", "4", "5", "6"},
			}}
			w := ask(c.node, r)
			w.feed("start")
			attrs := map[string]string{}
			var end string
			for _, e := range c.events {
				var ev call.MenuEvent = call.MenuDigit{Key: e[0]}
				switch e {
				case "played":
					ev = call.MenuPlayed{}
				case "timeout":
					ev = call.MenuTimeout{}
				}
				var effects []call.MenuEffect
				w.s, effects = ivr.Step(w.s, ev, w.w, time.Unix(0, 0))
				for _, e := range effects {
					switch e := e.(type) {
					case call.MenuSet:
						attrs[e.Key] = e.Value
					case call.MenuGo:
						end = e.Target.Name
					}
				}
			}
			if end != c.end {
				t.Errorf("it ends in %q, want %q", end, c.end)
			}
			for k, v := range c.attrs {
				if attrs[k] != v {
					t.Errorf("%s is %q, want %q", k, attrs[k], v)
				}
			}
			if c.attrs == nil && len(attrs) > 0 {
				t.Errorf("it sets %v", attrs)
			}
			if !slices.Equal(r.asked, c.asked) {
				t.Errorf("it asked %q, want %q", r.asked, c.asked)
			}
		})
	}
}

func with(n ivr.Node, change func(*ivr.Node)) ivr.Node { change(&n); return n }

// Who knows the menu and presses its key in the welcome is not asked, and the key is the menu's.
func TestWhoKnowsTheMenuIsNotAskedWhoItIs(t *testing.T) {
	flow := ivr.Flow{Entry: "hello", Nodes: map[string]ivr.Node{
		"hello": {Kind: ivr.Play, Say: say("hello"), Next: "who"}, "who": {Kind: ivr.Identify, Say: say("ask"), Next: "menu", Otherwise: "menu"},
		"menu": {Kind: ivr.Menu, Say: say("menu"), Keys: map[string]string{"1": "one"}, Timeout: "zero"}, "one": {Kind: ivr.Queue, Queue: "one"}, "zero": {Kind: ivr.Queue, Queue: "zero"},
	}}
	for keys, want := range map[string]string{"1": "say:hello stop →queue one", "#": "say:hello stop say:menu", "": "say:hello"} {
		w := &walk{w: ivr.World{Flows: map[string]ivr.Flow{"main": flow}}, s: ivr.NewState("main", line.Info{}, call.Card{}, nil)}
		events := []string{"start"}
		if keys != "" {
			events = append(events, keys)
		}
		if got := w.feed(events...); got != want {
			t.Errorf("%q: %s, want %s", keys, got, want)
		}
	}
}

// Nobody is found where nobody knows anybody, and the caller goes on.
func TestWithoutABookNobodyIsFound(t *testing.T) {
	m := ivr.NewMenus(ivr.Settings{Flows: []ivr.Shelf{{ID: "main", Published: 1, Versions: []ivr.Version{{Version: 1, Flow: ivr.Flow{Entry: "who", Nodes: map[string]ivr.Node{
		"who": {Kind: ivr.Identify, Say: say("ask"), Next: "found", Otherwise: "lost", Tries: 1}, "found": {Kind: ivr.Queue, Queue: "found"}, "lost": {Kind: ivr.Queue, Queue: "lost"},
	}}}}}}})
	ends := func() (end string) {
		s, err := m.Open("main", line.Info{}, call.Card{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range []call.MenuEvent{call.MenuStarted{}, call.MenuDigit{Key: '3'}, call.MenuDigit{Key: '4'}, call.MenuDigit{Key: '5'}, call.MenuDigit{Key: '#'}} {
			for _, e := range s.Step(ev, time.Unix(0, 0)) {
				if g, ok := e.(call.MenuGo); ok {
					end = g.Target.Name
				}
			}
		}
		return end
	}
	if got := ends(); got != "lost" {
		t.Errorf("it ends in %q", got)
	}
	m.Know(func(string, string) []string { return []string{"c1"} })
	if got := ends(); got != "found" {
		t.Errorf("with a book it ends in %q", got)
	}
}

func TestIdentifyingIsValidated(t *testing.T) {
	good := ivr.Node{Kind: ivr.Identify, Say: say("menu"), Next: "end", Otherwise: "end"}
	for name, c := range map[string]struct {
		node ivr.Node
		want []string
	}{
		"good":                  {good, nil},
		"by hand":               {with(good, func(n *ivr.Node) { n.By = "hand" }), []string{"a flow.bad_field"}},
		"the least above most":  {with(good, func(n *ivr.Node) { n.Min, n.Max = 6, 5 }), []string{"a flow.bad_field"}},
		"too long":              {with(good, func(n *ivr.Node) { n.Max = 33 }), []string{"a flow.bad_field"}},
		"no way on":             {with(good, func(n *ivr.Node) { n.Next = "" }), []string{"a flow.dead_end"}},
		"no way past":           {with(good, func(n *ivr.Node) { n.Otherwise = "" }), []string{"a flow.bad_field"}},
		"silence asks for ever": {with(good, func(n *ivr.Node) { n.Otherwise = "a" }), []string{"a flow.endless_loop"}},
	} {
		got := keys(ivr.Validate(ivr.Flow{Entry: "a", Nodes: map[string]ivr.Node{"a": c.node, "end": {Kind: ivr.Hangup}}}, ivr.Known{}))
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
