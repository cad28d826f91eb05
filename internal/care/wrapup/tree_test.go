package wrapup_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/care/wrapup"
)

func TestKeysLeadToDispositions(t *testing.T) {
	tree := wrapup.Default()
	for keys, want := range map[string]string{
		"11": "booked", "12": "rebooked", "13": "unbooked", "21": "answered", "3": "claim", "4": "rescue", "51": "complaint_filed", "52": "complaint_settled",
		"61": "callback_satisfied", "66": "callback_wrong", "7": "lead", "8": "nuisance",
		"": "", "1": "", "9": "", "14": "", "111": "", "31": "", "*": "",
	} {
		d, err := tree.ByKeys(keys)
		if want == "" {
			if fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%q: %q %v", keys, d.ID, err)
			}
			continue
		}
		if err != nil || d.ID != want || tree.Keys(want) != keys {
			t.Errorf("%q: %q %v, back %q", keys, d.ID, err, tree.Keys(want))
		}
	}
	// A part of the way without a key: no digits lead there, but it can be chosen on a screen.
	odd := wrapup.Tree{{ID: "g"}, {ID: "x", In: "g", Key: "1"}}
	if odd.Keys("x") != "" || odd.IsGroup("x") || !odd.IsGroup("g") || len(odd.Path("x")) != 2 || len(odd.Path("none")) != 0 {
		t.Error("a way without a key")
	}
	// A circle, which the settings refuse, ends.
	if n := len((wrapup.Tree{{ID: "a", In: "b"}, {ID: "b", In: "a"}}).Path("a")); n != 2 {
		t.Errorf("%d", n)
	}
}

func TestTheTreeThatShipsIsSound(t *testing.T) {
	types := ticket.DefaultTypes("")
	has := func(id string) bool {
		for _, k := range types {
			if k.ID == id {
				return true
			}
		}
		return false
	}
	tree := wrapup.Default()
	ids, keys := map[string]bool{"": true}, map[string]bool{}
	for _, d := range tree {
		if d.ID == "" || ids[d.ID] || d.Name == "" || !ids[d.In] || keys[d.In+" "+d.Key] || len(d.Key) != 1 || d.Key < "1" || d.Key > "9" || d.Ticket != "" && !has(d.Ticket) {
			t.Errorf("%+v", d)
		}
		ids[d.ID], keys[d.In+" "+d.Key] = true, true
	}
	for _, d := range tree.Proposing(func(string) bool { return false }) {
		if d.Ticket != "" {
			t.Errorf("%+v proposes what there is not", d)
		}
	}
	if d, _ := tree.Find("booked"); d.Ticket != "appointment" {
		t.Error("the tree itself was changed")
	}
}
