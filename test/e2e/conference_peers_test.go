package e2e

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/settings"
)

// A sipp from outside and two baresips meet in a room with a PIN: each hears the others and not itself. One is sent away;
// another vanishes without a word, which the room notices by its silence. Who is left hears neither.
func TestConferenceOfPeers(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		meetingRoom(d)
		d.Inbound = append([]settings.InboundRule{{Number: "760", Target: target("conference", "6600")}}, d.Inbound...)
	})
	admin := b.admin()
	caller := sippCaller(t, b, "13800138000", "760", customerTone)
	first, second := extension(t, b, "8004", "answermode=manual", agentTone), extension(t, b, "8005", "answermode=manual", thirdTone)
	inside := func(n int) (parties []any) {
		var rooms struct{ Items []map[string]any }
		admin.ask("GET", "/live/conferences", nil, &rooms)
		if len(rooms.Items) > 0 {
			parties, _ = rooms.Items[0]["parties"].([]any)
		}
		for _, p := range parties {
			if at(p, "phase") != "inside" {
				return nil
			}
		}
		if len(parties) != n {
			return nil
		}
		return parties
	}
	first.dial("6600")
	nowSound(t, b, "the first at the door", first)
	first.keys("4711#")
	second.dial("6600")
	nowSound(t, b, "the second at the door", second)
	second.keys("4711#")
	nowSound(t, b, "the caller at the door", caller)
	caller.press("4711#")
	b.until(10*time.Second, "three are inside", func() bool { return len(inside(3)) == 3 })
	nowHears(t, b, "the caller", caller, agentTone)
	nowHears(t, b, "the first", first, thirdTone)
	nowHears(t, b, "the second", second, customerTone)
	time.Sleep(500 * time.Millisecond)
	allHear(t, inRooms, hearing{"the caller", caller, []float64{agentTone, thirdTone}, []float64{customerTone}},
		hearing{"the first", first, []float64{customerTone, thirdTone}, []float64{agentTone}},
		hearing{"the second", second, []float64{customerTone, agentTone}, []float64{thirdTone}})

	caller.vanish()
	b.until(5*time.Second, "the caller is not heard", func() bool {
		all := last(first.heard(), 400*time.Millisecond)
		return powerOf(all, customerTone) < quiet && powerOf(all, thirdTone) > inRooms
	})
	for _, p := range inside(3) {
		if at(p, "extension") == "8005" {
			admin.ask("DELETE", "/live/conferences/6600/parties/"+at(p, "call"), nil, nil)
		}
	}
	second.over(1)
	b.until(5*time.Second, "who was sent away is not heard", func() bool {
		return powerOf(last(first.heard(), 400*time.Millisecond), thirdTone) < quiet
	})
	b.until(45*time.Second, "the room has noticed who vanished", func() bool { return len(inside(1)) == 1 })
	if r := b.callTo("760"); r.Disposition == "" || !r.went("conference 6600") {
		t.Errorf("record of who vanished: %+v", r)
	}
	first.Tell("hangup", "")
	b.until(5*time.Second, "three records", func() bool { return len(b.calls()) == 3 })
}
