package ivr_test

import (
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/ivr"
)

// Callers hear the hours of the day it is at the dealership, public holidays and the weekends worked for them included,
// also of years that only the settings know.
func TestHoursFollowThePublicHolidays(t *testing.T) {
	week := map[string][]workday.Period{}
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri"} {
		week[d] = []workday.Period{{From: "08:30", To: "18:00"}}
	}
	flow := ivr.Flow{Entry: "hours", Nodes: map[string]ivr.Node{
		"hours":  {Kind: ivr.Hours, Calendar: "service", Open: "open", Closed: "closed"},
		"open":   {Kind: ivr.Queue, Queue: "open"},
		"closed": {Kind: ivr.Queue, Queue: "closed"},
	}}
	menus := ivr.NewMenus(ivr.Settings{
		Flows:     []ivr.Shelf{{ID: "main", Published: 1, Versions: []ivr.Version{{Version: 1, Flow: flow}}}},
		Calendars: []workday.Calendar{{ID: "service", Week: week, Public: true}},
		Years: []workday.Year{{
			Year: 2031, Holidays: []workday.Day{{Date: "2031-10-01"}}, Swaps: []workday.Swap{{Date: "2031-10-11"}},
		}},
		Zone: time.FixedZone("CST", 8*60*60),
	})
	for at, want := range map[string]string{
		"2025-09-30T01:00:00Z": "→queue open",
		"2025-10-01T01:00:00Z": "→queue closed", // National Day
		"2025-10-11T01:00:00Z": "→queue open",   // a Saturday worked for it
		"2025-10-12T01:00:00Z": "→queue closed",
		"2031-10-01T01:00:00Z": "→queue closed",
		"2031-10-11T01:00:00Z": "→queue open",
		"2031-10-11T11:00:00Z": "→queue closed", // seven in the evening there
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		menu, err := menus.Open("main", line.Info{}, call.Card{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := show(menu.Step(call.MenuStarted{}, now)); !slices.Contains(got, want) {
			t.Errorf("%s: %v, want %s", at, got, want)
		}
	}
}
