package e2e

import (
	"testing"

	"github.com/dealerline/dealerline/test/peer"
)

// After the call a sipp, and then a baresip, is asked how it was: the key that each presses stands in its record.
func TestSurveyByPeers(t *testing.T) {
	t.Parallel()
	port := peer.FreePort(t)
	b := open(t, func(_ *box, d *document) {
		trunkTo(d, port)
		queueOf(t, d, "q_appointment").Survey = "survey"
	})
	agent := baresipAgent(t, b, "8001", "answermode=auto", agentTone)
	asked := func(from, grade string) {
		t.Helper()
		r := b.callFrom(from)
		if r.Attrs["survey"] != grade || r.EndedBy != "agent" || r.Disposition != "answered" {
			t.Errorf("record: %s by %s, %v, want grade %s", r.Disposition, r.EndedBy, r.Attrs, grade)
		}
	}
	speak := func(caller hearer) {
		t.Helper()
		nowHears(t, b, "the caller", caller, agentTone)
		allHear(t, inCalls, hearing{"the caller", caller, []float64{agentTone}, []float64{customerTone}},
			hearing{"the agent", agent, []float64{customerTone}, []float64{agentTone}})
		agent.Tell("hangup", "")
		nowSound(t, b, "the caller who is asked", caller)
	}
	one := sippCaller(t, b, "13800138000", "700", customerTone)
	speak(one)
	one.press("4")
	one.over()
	asked("13800138000", "4")

	two := baresipOutside(t, b, "13900139000", port, customerTone)
	two.dial("700")
	speak(two)
	two.keys("2")
	two.over(1)
	asked("13900139000", "2")
}
