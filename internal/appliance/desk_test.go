package appliance

import (
	"testing"
	"time"

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
		if got, ok := dialled(doc, number, time.Now()); !ok || got.String() != want {
			t.Errorf("%s leads to %s, %t, want %s", number, got, ok, want)
		}
	}
}
