package ivr_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/ivr"
)

// published are menus in which the shop is in force.
func published() *ivr.Menus {
	var shelves []ivr.Shelf
	for id, f := range shop() {
		shelves = append(shelves, ivr.Shelf{ID: id, Published: 1, Versions: []ivr.Version{{Version: 1, Flow: f}}})
	}
	return ivr.NewMenus(ivr.Settings{Flows: shelves})
}

func TestRehearse(t *testing.T) {
	withoutHours := shop()["main"]
	withoutHours.Entry = "welcome"
	for name, c := range map[string]struct {
		acts  []string
		nodes []string
		goes  string
		waits string
		unmet int
	}{
		"nobody presses":      {nil, []string{"welcome", "vip", "menu"}, "", "key", 0},
		"one":                 {[]string{"1"}, []string{"welcome", "vip", "menu", "topic", "repair"}, "queue q_repair", "", 0},
		"more than is asked":  {[]string{"1", "2", "3"}, []string{"welcome", "vip", "menu", "topic", "repair"}, "queue q_repair", "", 2},
		"waits twice":         {[]string{ivr.ActWait, ivr.ActWait}, []string{"welcome", "vip", "menu", "desk"}, "queue q_reception", "", 0},
		"the boss is called":  {[]string{"3"}, []string{"welcome", "vip", "menu", "boss"}, "extension 8001", "answer", 0},
		"the boss is not in":  {[]string{"3", ivr.ActNotReached}, []string{"welcome", "vip", "menu", "boss", "desk"}, "queue q_reception", "", 0},
		"what cannot be done": {[]string{ivr.ActNotReached, "1"}, []string{"welcome", "vip", "menu"}, "", "key", 2},
		"a plate":             {[]string{"2", "1", "2", "3", "#"}, []string{"welcome", "vip", "menu", "plate", "read", "desk"}, "queue q_reception", "", 0},
	} {
		got := published().Rehearse(ivr.Rehearsal{Flow: "main", Draft: &withoutHours, Acts: c.acts, At: time.Now()})
		var nodes []string
		for _, s := range got.Scenes {
			nodes = append(nodes, s.Node[len("main/"):])
		}
		if !slices.Equal(nodes, c.nodes) || got.Goes != c.goes || got.Waits != c.waits || got.Unmet != c.unmet {
			t.Errorf("%s: %v goes to %q, waits for %q, %d left over", name, nodes, got.Goes, got.Waits, got.Unmet)
		}
	}
}

// Whatever a caller does, the rehearsal takes the way that a call takes.
func TestARehearsalIsTheCall(t *testing.T) {
	all := []string{"1", "2", "3", "7", "8", "#", "*", "0", ivr.ActWait, ivr.ActNotReached}
	draft := shop()["main"]
	draft.Entry = "welcome"
	flows := shop()
	flows["main"] = draft
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		var acts []string
		for range r.IntN(12) {
			acts = append(acts, all[r.IntN(len(all))])
		}
		got := published().Rehearse(ivr.Rehearsal{Flow: "main", Draft: &draft, Acts: acts})
		var rehearsed, called []string
		for _, s := range got.Scenes {
			rehearsed = append(rehearsed, s.Node+" "+s.Key)
		}
		s := ivr.NewState("main", line.Info{}, call.Card{}, nil)
		w := ivr.World{Flows: flows}
		feed := func(ev call.MenuEvent) {
			var effects []call.MenuEffect
			s, effects = ivr.Step(s, ev, w, time.Time{})
			for _, e := range effects {
				if trace, ok := e.(call.MenuTrace); ok {
					called = append(called, trace.Node+" "+trace.Key)
				}
			}
		}
		feed(call.MenuStarted{})
		for _, a := range acts[:len(acts)-got.Unmet] {
			for s.Phase == ivr.Speaking {
				feed(call.MenuPlayed{})
			}
			switch a {
			case ivr.ActWait:
				feed(call.MenuTimeout{})
			case ivr.ActNotReached:
				feed(call.MenuReturned{Cause: line.NoAnswer})
			default:
				feed(call.MenuDigit{Key: a[0]})
			}
		}
		for s.Phase == ivr.Speaking {
			feed(call.MenuPlayed{})
		}
		if !slices.Equal(rehearsed, called) {
			t.Fatalf("seed %d, %v: rehearsed %v, called %v", seed, acts, rehearsed, called)
		}
	}
}

// A menu that leads in circles comes to an end all the same.
func TestARehearsalEnds(t *testing.T) {
	round := ivr.Flow{Entry: "a", Nodes: map[string]ivr.Node{"a": {Kind: ivr.Play, Say: say("x"), Next: "a"}}}
	if got := published().Rehearse(ivr.Rehearsal{Flow: "round", Draft: &round, Acts: []string{"1"}}); got.Waits != "" {
		t.Errorf("%+v", got)
	}
	if got := published().Rehearse(ivr.Rehearsal{Flow: "nothing"}); got.Goes != "hangup" {
		t.Errorf("%+v", got)
	}
}
