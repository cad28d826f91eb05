package e2e

import (
	"testing"

	"github.com/dealerline/dealerline/internal/edge/settings"
)

// A customer at a sipp is parked by an agent at a baresip and fetched at another; then rings at a sipp's desk phone and is
// picked up there, once by its number, once in the group.
func TestParkingAndPickingUpByPeers(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		d.Inbound = append([]settings.InboundRule{{Number: "706", Target: target("extension", "8006")}}, d.Inbound...)
		d.Calls.PickupGroups = []settings.PickupGroup{{Name: "sales", Extensions: []string{"8005", "8006"}}}
	})
	agent := baresipAgent(t, b, "8001", "answermode=auto", agentTone)
	other := extension(t, b, "8005", "answermode=manual", thirdTone)
	desk := sippDesk(t, b, "8006", agentTone)

	customer := sippCaller(t, b, "13800138000", "700", customerTone)
	nowHears(t, b, "the customer", customer, agentTone)
	agent.keys("*6")
	nowSound(t, b, "the parked customer", customer)
	agent.over(2)
	other.dial("7901")
	bothHear := func(what string) {
		t.Helper()
		nowHears(t, b, "the customer who was "+what, customer, thirdTone)
		allHear(t, inCalls, hearing{"the customer who was " + what, customer, []float64{thirdTone}, []float64{agentTone, customerTone}},
			hearing{"the other phone", other, []float64{customerTone}, []float64{agentTone, thirdTone}})
	}
	bothHear("fetched")
	other.Tell("hangup", "")
	customer.over()
	if r := b.callTo("700"); r.Disposition != "answered" || r.Extension != "8005" {
		t.Errorf("record: %s at %s", r.Disposition, r.Extension)
	}

	for n, code := range []string{"*88006", "*8"} {
		customer.calls("1390013900"+code[len(code)-1:], "706", customerTone)
		desk.rung(n + 1)
		other.dial(code)
		desk.elsewhere(n + 1)
		bothHear("picked up by " + code)
		customer.hangup()
		other.over(n + 2)
	}
}

// A phone's calls go elsewhere when its user, at a baresip, has said so: to a sipp's phone always, when busy, and when not
// taken; or nowhere.
func TestForwardingAndDoNotDisturbByPeers(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { d.Calls.Ring = 5 })
	user := extension(t, b, "8005", "answermode=manual", thirdTone)
	caller := extension(t, b, "8004", "answermode=manual", customerTone)
	desk := sippDesk(t, b, "8006", agentTone)
	goesTo := func(n int) {
		t.Helper()
		caller.Tell("dial", "sip:8005@"+caller.server)
		desk.rung(n)
		desk.answers()
		caller.Wait(n, "CALL_ESTABLISHED", "")
		nowHears(t, b, "the caller", caller, agentTone)
		allHear(t, inCalls, hearing{"the caller who was forwarded", caller, []float64{agentTone}, []float64{thirdTone, customerTone}},
			hearing{"whom it was forwarded to", desk, []float64{customerTone}, []float64{agentTone}})
		caller.Tell("hangup", "")
		desk.over()
	}
	user.code(b, "*928006")
	goesTo(1)
	if n := user.Count("CALL_INCOMING", ""); n != 1 {
		t.Errorf("a phone whose calls go elsewhere when not taken has rung %d times", n)
	}
	user.code(b, "*78")
	user.code(b, "*908006")
	goesTo(2)
	user.code(b, "*728006")
	goesTo(3)
	user.code(b, "*72")
	user.code(b, "*90")
	caller.Tell("dial", "sip:8005@"+caller.server)
	caller.Wait(1, "CALL_CLOSED", "486")
	if n := user.Count("CALL_INCOMING", ""); n != 1 {
		t.Errorf("a phone that is not to be disturbed, or whose calls all go elsewhere, has rung: %d times in all", n)
	}
}
