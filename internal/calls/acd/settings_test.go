package acd

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
	"github.com/dealerline/dealerline/internal/calls/call"
)

func TestSettingsFromJSON(t *testing.T) {
	var s Settings
	err := json.Unmarshal([]byte(`{
		"queues": [{"id": "q", "name": "保养", "agents": [{"agent": "li"}], "wrap_up": 0, "ring": {"timeout": 20.5},
			"announce": {"position": false}, "exit_keys": {"0": {"kind": "menu", "name": "main"}}}],
		"agents": [{"id": "li", "name": "Li"}],
		"pause_reasons": [{"id": "lunch", "name": "用餐", "key": "1"}]}`), &s)
	if err != nil {
		t.Fatal(err)
	}
	q := s.Queues[0]
	if q.Strategy != strategy.LongestIdle || q.WrapUp != 0 || q.Ring.Timeout.Duration() != 20500*time.Millisecond ||
		q.Ring.Retry != 3 || q.Announce.Position || !q.Announce.Wait || q.MaxLength != 20 {
		t.Errorf("queue over the defaults: %+v", q)
	}
	if p := s.Validate(); p != nil {
		t.Errorf("problems: %v", p)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var again Settings
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if twice, _ := json.Marshal(again); string(twice) != string(text) {
		t.Errorf("not the same after a round trip:\n%s\n%s", text, twice)
	}
	newer := []byte(`{"queues": [{"id": "q", "strategy": "linear", "of_a_newer_version": {"a": 1}}]}`)
	if err := json.Unmarshal(newer, &s); err != nil || s.Queues[0].Strategy != "linear" {
		t.Errorf("a queue of a newer version: %+v, %v", s.Queues, err)
	}
}

func TestValidateNamesTheField(t *testing.T) {
	for _, c := range []struct {
		path string
		edit func(*Settings)
	}{
		{"queues[0].strategy", first(func(q *Queue) { q.Strategy = "ringall" })},
		{"queues[0].strategy", first(func(q *Queue) { q.Strategy = "" })},
		{"queues[0].id", first(func(q *Queue) { q.ID = "" })},
		{"queues[1].id", func(s *Settings) { s.Queues = append(s.Queues, s.Queues[0]) }},
		{"queues[0].ring.timeout", first(func(q *Queue) { q.Ring.Timeout = 0 })},
		{"queues[0].ring.retry", first(func(q *Queue) { q.Ring.Retry = 0 })},
		{"queues[0].max_wait", first(func(q *Queue) { q.MaxWait = -1 })},
		{"queues[0].tier_wait", first(func(q *Queue) { q.TierWait = Seconds(math.NaN()) })},
		{"queues[0].wrap_up_max", first(func(q *Queue) { q.WrapUp, q.WrapUpMax = 60, 30 })},
		{"queues[0].announce.every", first(func(q *Queue) { q.Announce.Every = 1 })},
		{"queues[0].agents[1].agent", first(func(q *Queue) { q.Agents[1].Agent = "nobody" })},
		{"queues[0].agents[2].agent", first(func(q *Queue) { q.Agents[2].Agent = "a" })},
		{"queues[0].join_empty", first(func(q *Queue) { q.JoinEmpty = "sometimes" })},
		{"queues[0].overflow[1].after", first(func(q *Queue) {
			q.Overflow = []Rung{{After: 60, Target: Target{Kind: "hangup"}}, {After: 30, Target: Target{Kind: "hangup"}}}
		})},
		{"queues[0].overflow[0].when", first(func(q *Queue) {
			q.Overflow = []Rung{{After: 60, When: "full_moon", Target: Target{Kind: "hangup"}}}
		})},
		{"queues[0].overflow[0].target.kind", first(func(q *Queue) { q.Overflow = []Rung{{After: 60}} })},
		{"queues[0].full_target.name", first(func(q *Queue) { q.FullTarget = &Target{Kind: "menu"} })},
		{"queues[0].empty_target.name", first(func(q *Queue) { q.EmptyTarget = &Target{Kind: "queue", Name: "q"} })},
		{"queues[0].exit_keys.10", first(func(q *Queue) { q.ExitKeys = map[string]Target{"10": {Kind: "hangup"}} })},
		{"queues[0].exit_keys.1.name", first(func(q *Queue) { q.ExitKeys = map[string]Target{"1": {Kind: "queue", Name: "x"}} })},
		{"queues[0].full_target and empty_target", func(s *Settings) {
			other := s.Queues[0]
			other.ID, other.EmptyTarget = "q2", &Target{Kind: "queue", Name: "q"}
			s.Queues[0].FullTarget = &Target{Kind: "queue", Name: "q2"}
			s.Queues = append(s.Queues, other)
		}},
		{"queues[0].skills[0]", first(func(q *Queue) { q.Skills = []SkillNeed{{}} })},
		{"queues[0].service_level.percent", first(func(q *Queue) { q.ServiceLevel.Percent = 101 })},
		{"agents[1].id", func(s *Settings) { s.Agents[1].ID = "1" }}, // the number of the first
		{"agents[2].extension", func(s *Settings) { s.Agents[2].Extension = "801" }},
		{"agents[0].skills.claim", func(s *Settings) { s.Agents[0].Skills = map[string]int{"claim": 0} }},
		{"pause_reasons[0].id", func(s *Settings) { s.PauseReasons[0].ID = ReasonMissed }},
		{"pause_reasons[1].key", func(s *Settings) { s.PauseReasons[0].Key, s.PauseReasons[1].Key = "1", "1" }},
	} {
		set := exampleSettings()
		c.edit(&set)
		problems := set.Validate()
		if !slices.ContainsFunc(problems, func(p fault.Field) bool { return strings.HasPrefix(p.Path+"."+p.Message, c.path) }) {
			t.Errorf("%s: problems %v", c.path, problems)
		}
		_, err := New(Config{Settings: set})
		if fault.CodeOf(err) != fault.Invalid || !errors.As(err, new(fault.Fields)) {
			t.Errorf("%s: New: %v", c.path, err)
		}
	}
}

func exampleSettings() Settings {
	q := DefaultQueue("q")
	q.Agents = []Tier{{Agent: "a"}, {Agent: "b"}, {Agent: "c"}}
	return Settings{
		Queues:       []Queue{q},
		Agents:       []Agent{{ID: "a", Number: "1", Extension: "801"}, {ID: "b"}, {ID: "c"}},
		PauseReasons: []PauseReason{{ID: "lunch"}, {ID: "meeting"}},
	}
}

func TestReferences(t *testing.T) {
	set := exampleSettings()
	q := &set.Queues[0]
	q.Whisper, q.Announce.Entry, q.Announce.Periodic = "w", "e", []string{"p"}
	q.Overflow = []Rung{{After: 9, Target: Target{Kind: "external", Name: "139"}}}
	q.ExitKeys = map[string]Target{"0": {Kind: "menu", Name: "main"}}
	set.Agents[1].Greeting = "g"
	if got := set.Targets(); len(got) != 2 || got[0].Path != "queues[0].overflow[0].target" || got[1].Path != "queues[0].exit_keys.0" {
		t.Errorf("targets %+v", got)
	}
	var ids string
	for _, r := range set.Recordings() {
		ids += r.Path + "=" + r.ID + " "
	}
	if want := "queues[0].whisper=w queues[0].announce.entry=e queues[0].announce.periodic[0]=p agents[1].greeting=g "; ids != want {
		t.Errorf("recordings %q", ids)
	}
}

// The settings change under a conversation, a ringing phone and a waiting caller.
func TestApply(t *testing.T) {
	d := newDesk(t, nil)
	d.signIn("a", "b")
	d.join("talks", call.Card{})
	d.answer("talks", "a")
	d.join("rings", call.Card{})
	d.join("waits", call.Card{})
	d.expect("before", "talks→a", "rings→b")

	set := exampleSettings()
	set.Agents = set.Agents[1:] // a is gone
	set.Agents[0].Extension, set.Agents[1].Extension = "802", "803"
	set.Queues[0].Agents = []Tier{{Agent: "b"}, {Agent: "c"}}
	set.Queues[0].WrapUp = 0
	other := set.Queues[0]
	other.ID, other.Agents = "q2", []Tier{{Agent: "b"}}
	set.Queues = append(set.Queues, other)
	d.events = nil
	d.must(changed{set})
	d.expect("nobody is disturbed")
	if got, want := d.log(), []string{"q|a|REMOVEMEMBER|", "q2|b|ADDMEMBER|"}; !slices.Equal(got, want) {
		t.Errorf("log %q, want %q", got, want)
	}
	d.fail("rings", "b", line.CallRejected)
	d.signIn("c")
	d.expect("new agents serve", "rings→c")
	d.end("talks", "a")
	if d.s.agents["a"] != nil || d.s.at["801"] != nil {
		t.Error("an agent who is gone stayed on after the conversation")
	}
	if err := d.do(signIn{"a", ""}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("sign in of an agent who is gone: %v", err)
	}

	set.Queues = set.Queues[1:] // q is gone
	d.must(changed{set})
	d.joinQueue("q", "late", call.Card{})
	d.expect("nobody new", "late leaves: UNKNOWNQUEUE, hangup no_route")
	d.answer("rings", "c")
	d.end("rings", "c")
	d.expect("but those who wait are served", "waits→c")
	d.answer("waits", "c")
	d.must(reconciled{})
	if d.s.queues["q"] != nil || len(d.s.agents["c"].tiers) != 0 {
		t.Error("a queue that is gone and empty is still there")
	}
}

func TestApplyChangesTheOrder(t *testing.T) {
	d := newDesk(t, func(s *Settings) {
		other := s.Queues[0]
		other.ID = "q2"
		s.Queues = append(s.Queues, other)
	})
	d.join("1", call.Card{})
	d.after(time.Minute)
	d.joinQueue("q2", "2", call.Card{})
	set := exampleSettings()
	other := set.Queues[0]
	other.ID, other.Priority, other.MaxWait = "q2", 600, 90
	set.Queues = append(set.Queues, other)
	set.Agents[1].Extension, set.Agents[2].Extension = "802", "803"
	d.must(changed{set})
	d.signIn("a")
	d.expect("the new priority counts", "2→a")
	d.fail("2", "a", line.CallRejected)
	d.must(phoneUsed{"801", true})
	d.after(90 * time.Second)
	d.expect("so does the new limit", "2 leaves: EXITWITHTIMEOUT, hangup no_answer")
}
