package workday_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/workday"
)

func week(days ...string) map[string][]workday.Period {
	w := map[string][]workday.Period{}
	for _, d := range days {
		w[d] = []workday.Period{{From: "08:30", To: "12:00"}, {From: "13:00", To: "18:00"}}
	}
	return w
}

func TestOpen(t *testing.T) {
	c := workday.Calendar{
		ID: "service", Week: week("mon", "tue", "wed", "thu", "fri"),
		Holidays: []string{"2026-10-01"}, SwapDays: map[string]string{"2026-10-10": "thu"},
	}
	for _, tc := range []struct {
		name, at string
		want     bool
	}{
		{"before opening", "2026-11-23 08:29", false},
		{"first minute", "2026-11-23 08:30", true},
		{"lunch", "2026-11-23 12:00", false},
		{"after lunch", "2026-11-23 13:00", true},
		{"closing is exclusive", "2026-11-23 18:00", false},
		{"sunday", "2026-11-22 10:00", false},
		{"holiday on a thursday", "2026-10-01 10:00", false},
		{"worked saturday (swap day)", "2026-10-10 10:00", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			at, err := time.Parse("2006-01-02 15:04", tc.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Open(at); got != tc.want {
				t.Errorf("Open(%s) = %v, want %v", tc.at, got, tc.want)
			}
		})
	}
}

func TestValidateNamesTheField(t *testing.T) {
	c := workday.Calendar{
		Week: map[string][]workday.Period{
			"mo": nil, "tue": {{From: "8:30", To: "25:00"}, {From: "18:00", To: "09:00"}},
			"fri": {{From: "13:00", To: "18:00"}, {From: "08:00", To: "13:01"}, {From: "18:00", To: "19:00"}, {From: "-1:00", To: "+1:00"}},
		},
		Holidays: []string{"1.10.2026"}, SwapDays: map[string]string{"2026-10-10": "payday"},
	}
	var all []string
	for _, err := range c.Validate() {
		all = append(all, err.Error())
	}
	text := strings.Join(all, "\n")
	for _, want := range []string{
		"id:", "week.mo:", "week.tue[0].from", "week.tue[0].to", "week.tue[1]",
		"week.fri[0]: 13:00 to 18:00 overlaps with 08:00 to 13:01", "week.fri[3].from", "week.fri[3].to", "holidays[0]", "swap_days.2026-10-10",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no complaint about %s in:\n%s", want, text)
		}
	}
	if strings.Contains(text, "week.fri[2]") {
		t.Errorf("a period that begins when another ends is refused:\n%s", text)
	}
}
