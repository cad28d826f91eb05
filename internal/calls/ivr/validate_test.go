package ivr_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/ivr"
)

func keys(problems []ivr.Problem) []string {
	var out []string
	for _, p := range problems {
		if !p.Warning {
			out = append(out, p.Node+" "+p.Key)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestValidate(t *testing.T) {
	menu := ivr.Node{Kind: ivr.Menu, Say: say("menu"), Keys: map[string]string{"1": "end"}, Timeout: "end"}
	end := ivr.Node{Kind: ivr.Hangup}
	with := func(n ivr.Node, change func(*ivr.Node)) ivr.Node { change(&n); return n }
	for _, c := range []struct {
		name  string
		nodes map[string]ivr.Node
		want  []string
	}{
		{"good", map[string]ivr.Node{"a": menu, "end": end}, nil},
		{"no entry", map[string]ivr.Node{"b": end}, []string{" flow.no_entry", "b flow.unreachable"}},
		{"a node nobody reaches", map[string]ivr.Node{"a": menu, "end": end, "lost": end}, []string{"lost flow.unreachable"}},
		{"a dead end", map[string]ivr.Node{"a": {Kind: ivr.Play, Say: say("menu")}}, []string{"a flow.dead_end"}},
		{"no way on without a key", map[string]ivr.Node{"a": with(menu, func(n *ivr.Node) { n.Timeout = "" }), "end": end}, []string{"a flow.bad_field"}},
		{"words that say nothing", map[string]ivr.Node{"a": with(menu, func(n *ivr.Node) { n.Say = []ivr.Words{{}} }), "end": end}, []string{"a flow.bad_field"}},
		{"a wait that rounds to none", map[string]ivr.Node{"a": with(menu, func(n *ivr.Node) { n.TimeoutSeconds = 1e-10 }), "end": end}, []string{"a flow.bad_field"}},
		{"a wait no clock can hold", map[string]ivr.Node{"a": with(menu, func(n *ivr.Node) { n.TimeoutSeconds = 1e300 }), "end": end}, []string{"a flow.bad_field"}},
		{"a negative wait", map[string]ivr.Node{"a": with(menu, func(n *ivr.Node) { n.TimeoutSeconds = -1 }), "end": end}, []string{"a flow.bad_field"}},
		{"a question asked for ever", map[string]ivr.Node{"a": with(menu, func(n *ivr.Node) { n.Tries = 1e9 }), "end": end}, []string{"a flow.bad_field"}},
		{"a prompt that is not there", map[string]ivr.Node{"a": with(menu, func(n *ivr.Node) { n.Say = say("hum") }), "end": end}, []string{"a flow.missing_prompt"}},
		{"a way to no node", map[string]ivr.Node{"a": with(menu, func(n *ivr.Node) { n.Keys = map[string]string{"1": "hell"} }), "end": end}, []string{"a flow.no_such_node"}},
		{"silence leads round and round", map[string]ivr.Node{
			"a": with(menu, func(n *ivr.Node) { n.Timeout = "again" }), "again": {Kind: ivr.Play, Say: say("menu"), Next: "a"}, "end": end,
		}, []string{"again flow.endless_loop"}},
		{"a key may lead back", map[string]ivr.Node{"a": with(menu, func(n *ivr.Node) { n.Keys = map[string]string{"9": "a"} }), "end": end}, nil},
		{"no such queue", map[string]ivr.Node{"a": {Kind: ivr.Queue, Queue: "q_none"}}, []string{"a flow.unknown"}},
		{"not a key", map[string]ivr.Node{"a": with(menu, func(n *ivr.Node) { n.Keys = map[string]string{"x": "end"} }), "end": end}, []string{"a flow.bad_field"}},
		{"no kind", map[string]ivr.Node{"a": {}}, []string{"a flow.bad_kind"}},
		{"an empty branch", map[string]ivr.Node{"a": {Kind: ivr.Branch, Otherwise: "end"}, "end": end}, []string{"a flow.bad_field"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := keys(ivr.Validate(ivr.Flow{Entry: "a", Nodes: c.nodes}, ivr.Known{
				Prompt: func(_, id string) bool { return id == "menu" }, Enters: []string{"zh-CN"}, Queue: func(id string) bool { return id == "q" },
			}))
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Whatever flow the validator lets through, a session of it does something or waits, and always ends.
func FuzzFlow(f *testing.F) {
	seed, err := json.Marshal(shop()["main"])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed, []byte("1p2#t"))
	f.Add([]byte(`{"entry":"a","nodes":{"a":{"kind":"play","say":["x",{"number":"$n"}],"next":"a"}}}`), []byte("ppp"))
	f.Fuzz(func(t *testing.T, data, events []byte) {
		var flow ivr.Flow
		if json.Unmarshal(data, &flow) != nil {
			return
		}
		problems := ivr.Validate(flow, ivr.Known{})
		w := ivr.World{Flows: map[string]ivr.Flow{"f": flow}, Open: func(string, time.Time) bool { return len(events)%2 == 0 }}
		s := ivr.NewState("f", line.Info{}, call.Card{}, nil)
		s, effects := ivr.Step(s, call.MenuStarted{}, w, time.Unix(0, 0))
		if len(keys(problems)) == 0 && len(effects) == 0 {
			t.Error("a valid flow does nothing at all")
		}
		for _, e := range events {
			var ev call.MenuEvent
			switch e {
			case 'p':
				ev = call.MenuPlayed{}
			case 't':
				ev = call.MenuTimeout{}
			case 'r':
				ev = call.MenuReturned{}
			default:
				ev = call.MenuDigit{Key: e}
			}
			s, _ = ivr.Step(s, ev, w, time.Unix(0, 0))
			if s.Steps > 201 {
				t.Fatalf("%d nodes without the caller doing anything", s.Steps)
			}
		}
	})
}

func TestWordsOfANewerVersionAreRead(t *testing.T) {
	var w ivr.Words
	if err := json.Unmarshal([]byte(`{"number": "7", "plural": true}`), &w); err != nil || w != (ivr.Words{Number: "7"}) {
		t.Errorf("read as %+v, %v", w, err)
	}
	if err := json.Unmarshal([]byte(`{"duration_seconds": "60"}`), &w); err != nil || w.Seconds != "60" {
		t.Errorf("read as %+v, %v", w, err)
	}
}
