package e2e

import (
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// An agent at a baresip calls out: a class with a PIN, over the second trunk when the first refuses, with the number of
// the queue; by a click at the screen; an emergency number from a phone that may call nobody else. Both trunks are sipps.
func TestCallingOutByPeers(t *testing.T) {
	t.Parallel()
	b := open(t, func(b *box, d *document) {
		d.Trunks = append(d.Trunks, sipua.Trunk{Name: "second", Host: b.net + carrier2, Sources: []string{b.net + carrier2}, Priority: 1})
		d.Outbound = []settings.OutboundRule{{Match: "*"}}
		d.OutboundClasses = dialplan.Plan{{Class: dialplan.Mobile, PIN: "4711"}, {Class: dialplan.Special, Deny: true}}
		queueOf(t, d, "q_appointment").CallerID = "4006001234"
	})
	screen := b.admin().seat("1001", "8001")
	first, second := sippTrunk(t, b, carrier, thirdTone), sippTrunk(t, b, carrier2, thirdTone)
	agent := baresipAgent(t, b, "8001", "answermode=auto", agentTone)
	agent.dial("13800138000")
	nowSound(t, b, "the agent who is asked for the PIN", agent)
	agent.keys("4711")
	first.rung(1)
	first.refuses()
	invited := second.rung(1)
	if to, from := userOf(strings.Fields(invited.start)[1]), invited.get("from"); to != "13800138000" || !strings.Contains(from, "4006001234@") {
		t.Errorf("the second trunk is sent %s, from %s", to, from)
	}
	second.answers()
	both := func(what string, far *sippPhone) {
		t.Helper()
		nowHears(t, b, "the agent "+what, agent, thirdTone)
		allHear(t, inCalls, hearing{"the agent " + what, agent, []float64{thirdTone}, []float64{agentTone}},
			hearing{"the number outside", far, []float64{agentTone}, []float64{thirdTone}})
	}
	both("who dialled", second)
	agent.Tell("hangup", "")
	second.over()
	if r := b.callTo("13800138000"); r.ExternalLine != "second" || r.Disposition != "answered" || r.From != "8001" {
		t.Errorf("record: by %q, %s, from %q", r.ExternalLine, r.Disposition, r.From)
	}

	screen.ask("POST", "/calls", map[string]string{"number": "01062345678"}, nil)
	agent.Wait(3, "CALL_ESTABLISHED", "")
	first.rung(2)
	first.answers()
	both("who clicked", first)
	first.hangup()
	agent.over(3)

	poor := extension(t, b, "8005", "answermode=manual", customerTone)
	for n, number := range []string{"0044201234567", "10086"} {
		poor.Tell("dial", "sip:"+number+"@"+poor.server)
		poor.Wait(n+1, "CALL_CLOSED", "404")
	}
	poor.Tell("dial", "sip:120@"+poor.server)
	if to := userOf(strings.Fields(first.rung(3).start)[1]); to != "120" {
		t.Errorf("the carrier is sent %s", to)
	}
	first.answers()
	poor.Wait(1, "CALL_ESTABLISHED", "")
	nowHears(t, b, "who calls for help", poor, thirdTone)
	allHear(t, inCalls, hearing{"who calls for help", poor, []float64{thirdTone}, []float64{customerTone}},
		hearing{"who helps", first, []float64{customerTone}, []float64{thirdTone}})
	first.hangup()
	poor.over(3)
}
