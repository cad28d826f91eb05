package ivr_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/ivr"
)

func say(ids ...string) []ivr.Words {
	out := make([]ivr.Words, len(ids))
	for i, id := range ids {
		out[i] = ivr.Words{Recording: id}
	}
	return out
}

// shop is a small menu with every kind of node.
func shop() map[string]ivr.Flow {
	return map[string]ivr.Flow{
		"main": {Entry: "hours", Nodes: map[string]ivr.Node{
			"hours":   {Kind: ivr.Hours, Calendar: "service", Open: "welcome", Closed: "closed"},
			"closed":  {Kind: ivr.Play, Say: say("closed"), Next: "bye"},
			"bye":     {Kind: ivr.Hangup, Cause: "user_busy"},
			"welcome": {Kind: ivr.Play, Say: say("welcome"), Next: "vip"},
			"vip":     {Kind: ivr.Branch, Cases: []ivr.Case{{Variable: "vip", Is: "set", Next: "desk"}}, Otherwise: "menu"},
			"menu": {
				Kind: ivr.Menu, Say: say("menu"), Tries: 2, Timeout: "desk", SayInvalid: say("invalid"), SayTimeout: say("no_input"),
				Keys: map[string]string{"1": "topic", "2": "plate", "3": "boss", "8": "english", "7": "sub"},
			},
			"topic":   {Kind: ivr.Set, Values: map[string]string{"topic": "repair"}, Next: "repair"},
			"repair":  {Kind: ivr.Queue, Queue: "q_repair", Skills: []string{"booking"}},
			"plate":   {Kind: ivr.Collect, Say: say("plate"), Min: 3, Max: 5, Into: "plate", Next: "read", Timeout: "desk", Tries: 2},
			"read":    {Kind: ivr.Play, Say: []ivr.Words{{Digits: "$plate"}}, Next: "desk"},
			"boss":    {Kind: ivr.Extension, Number: "8001", Otherwise: "desk"},
			"english": {Kind: ivr.Language, Language: "en", Next: "menu"},
			"sub":     {Kind: ivr.SubFlow, Flow: "club", Next: "desk"},
			"desk":    {Kind: ivr.Queue, Queue: "q_reception"},
		}},
		"club": {Entry: "ad", Nodes: map[string]ivr.Node{"ad": {Kind: ivr.Play, Say: say("club"), Next: "return"}, "return": {Kind: ivr.Set, Values: map[string]string{"return": "1"}}}},
	}
}

type walk struct {
	s ivr.State
	w ivr.World
}

func start(card call.Card, open bool) *walk {
	w := &walk{w: ivr.World{Flows: shop(), Open: func(string, time.Time) bool { return open }}}
	w.s = ivr.NewState("main", line.Info{To: "400"}, card, nil)
	return w
}

// feed plays events ("start", "played", "timeout", "returned", or keys) and shows the effects in short.
func (w *walk) feed(events ...string) string {
	var out []string
	for _, e := range events {
		var ev call.MenuEvent
		switch e {
		case "start":
			ev = call.MenuStarted{}
		case "played":
			ev = call.MenuPlayed{}
		case "timeout":
			ev = call.MenuTimeout{}
		case "returned":
			ev = call.MenuReturned{Cause: line.NoAnswer}
		default:
			ev = call.MenuDigit{Key: e[0]}
		}
		var effects []call.MenuEffect
		w.s, effects = ivr.Step(w.s, ev, w.w, time.Unix(0, 0))
		out = append(out, show(effects)...)
	}
	return strings.Join(out, " ")
}

func show(effects []call.MenuEffect) []string {
	var out []string
	for _, e := range effects {
		switch e := e.(type) {
		case call.MenuPlay:
			var words []string
			for _, p := range e.Phrases {
				words = append(words, p.ID+p.Digits)
			}
			out = append(out, "say:"+strings.Join(words, "+"))
		case call.MenuGo:
			out = append(out, "→"+e.Target.String())
		case call.MenuSet:
			out = append(out, e.Key+"="+e.Value)
		case call.MenuLanguage:
			out = append(out, "lang:"+e.Language)
		case call.MenuSkills:
			out = append(out, fmt.Sprint("skills:", e.Skills))
		case call.MenuStop:
			out = append(out, "stop")
		}
	}
	return out
}

func TestStep(t *testing.T) {
	for _, c := range []struct {
		name   string
		card   call.Card
		closed bool
		events string
		want   string
	}{
		{"press 1 after the menu", call.Card{}, false, "start played played 1", "say:welcome say:menu topic=repair skills:[booking] →queue q_repair"},
		{"press 1 into the menu", call.Card{}, false, "start played 1", "say:welcome say:menu stop topic=repair skills:[booking] →queue q_repair"},
		{"press 1 during the welcome", call.Card{}, false, "start 1", "say:welcome stop topic=repair skills:[booking] →queue q_repair"},
		{"wrong key, then nothing", call.Card{}, false, "start played played 9 played timeout", "say:welcome say:menu say:invalid+menu →queue q_reception"},
		{"silence twice", call.Card{}, false, "start played played timeout played timeout", "say:welcome say:menu say:no_input+menu →queue q_reception"},
		{"a VIP skips the menu", call.Card{VIP: true}, false, "start played", "say:welcome →queue q_reception"},
		{"closed", call.Card{}, true, "start played", "say:closed →hangup user_busy"},
		{"digits to the maximum", call.Card{}, false, "start played 2 played 1 2 3 4 5 played", "say:welcome say:menu stop say:plate plate=12345 say:12345 →queue q_reception"},
		{"digits ended by #", call.Card{}, false, "start played 2 1 2 3 # played", "say:welcome say:menu stop say:plate stop plate=123 say:123 →queue q_reception"},
		{"digits ended by time", call.Card{}, false, "start played 2 1 2 3 timeout", "say:welcome say:menu stop say:plate stop plate=123 say:123"},
		{"too few digits, twice", call.Card{}, false, "start played 2 1 # 1 # ", "say:welcome say:menu stop say:plate stop say:plate stop →queue q_reception"},
		{"* begins the digits again", call.Card{}, false, "start played 2 1 * 4 5 6 #", "say:welcome say:menu stop say:plate stop plate=456 say:456"},
		{"an extension that answers", call.Card{}, false, "start played 3", "say:welcome say:menu stop →extension 8001"},
		{"an extension that does not", call.Card{}, false, "start played 3 returned", "say:welcome say:menu stop →extension 8001 →queue q_reception"},
		{"English", call.Card{}, false, "start played 8", "say:welcome say:menu stop lang:en say:menu"},
		{"a sub-flow returns", call.Card{}, false, "start played 7 played", "say:welcome say:menu stop say:club return=1 →queue q_reception"},
		{"keys after the end change nothing", call.Card{}, false, "start 1 1 2 played timeout returned", "say:welcome stop topic=repair skills:[booking] →queue q_repair"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := start(c.card, !c.closed)
			if got := w.feed(strings.Fields(c.events)...); got != c.want {
				t.Errorf("%s:\n got  %s\n want %s", c.events, got, c.want)
			}
		})
	}
}

func TestAnEndlessFlowEndsAllTheSame(t *testing.T) {
	w := start(call.Card{}, true)
	w.w.Flows = map[string]ivr.Flow{"main": {Entry: "a", Nodes: map[string]ivr.Node{
		"a": {Kind: ivr.Set, Values: map[string]string{"x": "1"}, Next: "b"}, "b": {Kind: ivr.Language, Language: "en", Next: "a"},
	}}}
	if got := w.feed("start"); !strings.HasSuffix(got, "→hangup") {
		t.Errorf("ends with %q", got[max(0, len(got)-40):])
	}
}

func TestSessionsKeepTheVersionTheyBeganWith(t *testing.T) {
	shelf := func(published int) ivr.Settings {
		v := func(n int, queue string) ivr.Version {
			return ivr.Version{Version: n, Flow: ivr.Flow{Entry: "q", Nodes: map[string]ivr.Node{"q": {Kind: ivr.Queue, Queue: queue}}}}
		}
		return ivr.Settings{Flows: []ivr.Shelf{{ID: "main", Published: published, Versions: []ivr.Version{v(1, "old"), v(2, "new")}}}}
	}
	menus := ivr.NewMenus(shelf(1))
	up, err := menus.Open("main", line.Info{}, call.Card{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	menus.Apply(shelf(2))
	next, err := menus.Open("main", line.Info{}, call.Card{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		menu call.Menu
		name string
		want string
	}{{up, "main@1", "→queue old"}, {next, "main@2", "→queue new"}} {
		got := show(c.menu.Step(call.MenuStarted{}, time.Unix(0, 0)))
		if c.menu.Name() != c.name || !slices.Contains(got, c.want) {
			t.Errorf("%s: %v, want %s to lead %s", c.menu.Name(), got, c.name, c.want)
		}
	}
}

func TestPublishAndRollBack(t *testing.T) {
	good := ivr.Flow{Entry: "q", Nodes: map[string]ivr.Node{"q": {Kind: ivr.Queue, Queue: "a"}}}
	bad := ivr.Flow{Entry: "nowhere", Nodes: good.Nodes}
	s := ivr.Shelf{ID: "main", Draft: &bad}
	if _, problems, err := s.Publish(ivr.Known{}, "li", "", time.Now()); err == nil || len(problems) == 0 {
		t.Error("a bad draft was published")
	}
	s.Draft = &good
	s, _, err := s.Publish(ivr.Known{}, "li", "first", time.Now())
	if err != nil || s.Published != 1 || s.Draft != nil {
		t.Fatalf("publish: %+v, %v", s, err)
	}
	s.Draft = &good
	if s, _, err = s.Publish(ivr.Known{}, "li", "second", time.Now()); err != nil || s.Published != 2 {
		t.Fatalf("publish: %+v, %v", s, err)
	}
	if s, err = s.RollBack(1); err != nil || s.Published != 1 {
		t.Errorf("roll back: %+v, %v", s, err)
	}
	if _, err = s.RollBack(9); err == nil {
		t.Error("rolled back to a version that is not there")
	}
}
