package appliance

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// An extension or a parking place that somebody gave the number of the police does not keep anybody from calling them.
func TestNothingStandsBeforeAnEmergencyNumber(t *testing.T) {
	doc := &settings.Document{Extensions: []sipua.Extension{{Number: "110"}, {Number: "8001"}}}
	doc.Calls.Parking = settings.Parking{Number: "118", First: "119", Places: 4}
	for number, want := range map[string]string{
		"110": "external 110", "119": "external 119", "120": "external 120", "122": "external 122",
		"118": "park", "121": "retrieve 121", "8001": "extension 8001", "*8": "feature *8",
	} {
		if got, ok := dialled(doc, "8001", number, time.Now()); !ok || got.String() != want {
			t.Errorf("%s leads to %s, %t, want %s", number, got, ok, want)
		}
	}
}

// A phone that is barred, and a house that is closed for its own calls, still reach the police and their feature codes.
func TestCallsInsideTheHouseAreAClass(t *testing.T) {
	doc := &settings.Document{
		Extensions: []sipua.Extension{{Number: "8001"}, {Number: "8002"}, {Number: "8010"}},
		Outbound:   []settings.OutboundRule{{Match: "0*"}, {Match: "1*"}},
		PhoneBars:  dialplan.Bars{{Extensions: []string{"8010"}, Deny: []dialplan.Class{dialplan.Internal, dialplan.Mobile}}},
	}
	may := func(from, number string) bool {
		_, ok := dialled(doc, from, number, time.Now())
		return ok
	}
	for _, c := range []struct {
		from, number string
		want         bool
	}{
		{"8001", "8002", true},
		{"8001", "13800138000", true},
		{"8010", "8002", false},
		{"8010", "13800138000", false},
		{"8010", "02161230000", true},
		{"8010", "110", true},
		{"8010", "*45", true},
	} {
		if got := may(c.from, c.number); got != c.want {
			t.Errorf("%s may dial %s: %t", c.from, c.number, got)
		}
	}
	doc.OutboundClasses = dialplan.Plan{{Class: dialplan.Internal, Deny: true}}
	if may("8001", "8002") || !may("8001", "110") || !may("8001", "13800138000") {
		t.Error("barring calls inside the house bars the wrong ones")
	}
}
