package appliance

import (
	"testing"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// A leg that goes from one call to another stays lit, in whatever order the two calls speak; then the lamp goes out.
func TestALampOfALegThatChangesItsCall(t *testing.T) {
	is := func(of call.ID, st call.LineState) call.PhoneIs {
		return call.PhoneIs{Call: of, Extension: "8001", CallID: "leg", State: st}
	}
	for name, order := range map[string][]call.PhoneIs{
		"given first": {is("a", call.LineFree), is("b", call.LineTalking)},
		"taken first": {is("b", call.LineTalking), is("a", call.LineFree)},
	} {
		t.Run(name, func(t *testing.T) {
			var shown []sipua.DialogState
			l := newLamps(func(_ string, all []sipua.DialogState) { shown = all })
			l.hear(is("a", call.LineTalking))
			for _, n := range order {
				l.hear(n)
			}
			if len(shown) != 1 || shown[0].State != sipua.Confirmed {
				t.Errorf("after the hand-over the lamp shows %+v", shown)
			}
			if l.hear(is("b", call.LineFree)); len(shown) != 0 || len(l.lines) != 0 {
				t.Errorf("after the end it shows %+v", shown)
			}
		})
	}
}
