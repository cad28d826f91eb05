package appliance

import (
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/crm"
)

func TestWhomACallMayBeOf(t *testing.T) {
	attrs := map[string]string{"customer": "c1", "candidates": "c2,c3"}
	for _, c := range []struct {
		card  call.Card
		attrs map[string]string
		want  []string
	}{
		{call.Card{}, nil, nil},
		{call.Card{Customer: "c9", Candidates: []string{"c8"}}, attrs, []string{"c9"}},
		{call.Card{}, attrs, []string{"c1"}},
		{call.Card{Candidates: []string{"c8", "c9"}}, attrs, []string{"c1"}}, // said so among those who share the number
		{call.Card{Candidates: []string{"c8", "c9"}}, map[string]string{"candidates": "c2,c3"}, []string{"c8", "c9"}},
		{call.Card{}, map[string]string{"candidates": "c2,c3"}, []string{"c2", "c3"}},
	} {
		if got := subjects(c.card, c.attrs); !slices.Equal(got, c.want) {
			t.Errorf("%+v with %v is of %v, want %v", c.card, c.attrs, got, c.want)
		}
	}
}

func TestTheScreenNamesWhomTheCallerNamed(t *testing.T) {
	wang, li := crm.Known{Customer: crm.Customer{ID: "c1", Name: "王建国", VIP: true}}, crm.Known{Customer: crm.Customer{ID: "c2", Name: "李红"}}
	if got := named(call.Card{Candidates: []string{"c1", "c2"}}, []crm.Known{wang}); got.Customer != "c1" || got.Name != "王建国" || !got.VIP || got.Candidates != nil {
		t.Errorf("one: %+v", got)
	}
	if got := named(call.Card{}, []crm.Known{wang, li}); got.Customer != "" || !slices.Equal(got.Candidates, []string{"c1", "c2"}) {
		t.Errorf("two: %+v", got)
	}
	if got := named(call.Card{Customer: "c2", Name: "李红女士"}, []crm.Known{li}); got.Name != "李红女士" || got.VIP {
		t.Errorf("known by number: %+v", got)
	}
	if got := named(call.Card{Name: "x"}, nil); got.Customer != "" || got.Name != "x" {
		t.Errorf("nobody: %+v", got)
	}
}

func TestCallsAreLookedAtWhileACallerMayHaveBeenNamed(t *testing.T) {
	var n naming
	now := time.Now()
	if n.lately(now) {
		t.Error("nobody was named")
	}
	n.note(now)
	if !n.lately(now.Add(time.Minute)) || n.lately(now.Add(time.Hour)) {
		t.Error("it does not hold for as long as a menu may last")
	}
}
