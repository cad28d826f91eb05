package ivr_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/dealerline/dealerline/internal/calls/ivr"
)

// What a node says must be there in each language in which a caller can come to it, and in no other.
func TestRecordingsInEveryLanguageThatCanBeChosen(t *testing.T) {
	// Both hear "choose"; those who press 2 go on in English.
	flow := func(after map[string]ivr.Node) ivr.Flow {
		nodes := map[string]ivr.Node{
			"ask":     {Kind: ivr.Menu, Say: say("choose"), Keys: map[string]string{"2": "english"}, Timeout: "menu"},
			"english": {Kind: ivr.Language, Language: "en", Next: "menu"},
		}
		maps.Copy(nodes, after)
		return ivr.Flow{Entry: "ask", Nodes: nodes}
	}
	end := ivr.Node{Kind: ivr.Hangup}
	all := map[string]bool{"zh-CN/choose": true, "zh-CN/both": true, "en/both": true, "zh-CN/ours": true, "en/theirs": true}
	for _, c := range []struct {
		name   string
		after  map[string]ivr.Node
		enters []string
		want   []string
	}{
		{"there in both", map[string]ivr.Node{"menu": {Kind: ivr.Play, Say: say("both"), Next: "end"}, "end": end}, nil, nil},
		{
			"only in the house's",
			map[string]ivr.Node{"menu": {Kind: ivr.Play, Say: say("ours"), Next: "end"}, "end": end},
			nil,
			[]string{"menu flow.missing_prompt"},
		},
		{
			"only in the other",
			map[string]ivr.Node{"menu": {Kind: ivr.Play, Say: say("theirs"), Next: "end"}, "end": end},
			nil,
			[]string{"menu flow.missing_prompt"},
		},
		{"behind another choice", map[string]ivr.Node{
			"menu": {Kind: ivr.Language, Language: "en", Next: "say"}, "say": {Kind: ivr.Play, Say: say("theirs"), Next: "end"}, "end": end,
		}, nil, nil},
		{"a sub-flow may change it", map[string]ivr.Node{
			"menu": {Kind: ivr.Language, Language: "zh-CN", Next: "sub"}, "sub": {Kind: ivr.SubFlow, Flow: "f", Next: "say"},
			"say": {Kind: ivr.Play, Say: say("ours"), Next: "end"}, "end": end,
		}, nil, []string{"say flow.missing_prompt"}},
		{
			"who comes in English",
			map[string]ivr.Node{"menu": {Kind: ivr.Play, Say: say("both"), Next: "end"}, "end": end},
			[]string{"zh-CN", "en"},
			[]string{"ask flow.missing_prompt"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.enters == nil {
				c.enters = []string{"zh-CN"}
			}
			got := keys(ivr.Validate(flow(c.after), ivr.Known{
				Prompt: func(language, id string) bool { return all[language+"/"+id] },
				Enters: c.enters, Returns: []string{"en"},
			}))
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
