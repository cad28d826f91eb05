package e2e

import (
	"testing"
)

// A customer at a sipp is passed on by an agent at a baresip: after a question, by keys, to another baresip; and from there
// blindly, by REFER, to a sipp's desk phone. One record and one recording through all of it.
func TestTransfersByPeers(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	agent := baresipAgent(t, b, "8001", "answermode=auto", agentTone)
	asked := extension(t, b, "8005", "answermode=auto", thirdTone)
	desk := sippDesk(t, b, "8006", agentTone)
	customer := sippCaller(t, b, "13800138000", "700", customerTone)
	nowHears(t, b, "the customer", customer, agentTone)
	agent.keys("*28005#")
	nowHears(t, b, "the agent", agent, thirdTone)
	nowSound(t, b, "the customer who waits", customer)
	allHear(t, inCalls, hearing{"the agent who asks", agent, []float64{thirdTone}, []float64{customerTone, agentTone}},
		hearing{"the one asked", asked, []float64{agentTone}, []float64{customerTone, thirdTone}},
		hearing{"the customer who waits", customer, nil, []float64{agentTone, thirdTone}})
	agent.Tell("hangup", "")
	agent.over(2)
	nowHears(t, b, "the customer who is passed on", customer, thirdTone)
	allHear(t, inCalls, hearing{"the customer who is passed on", customer, []float64{thirdTone}, []float64{customerTone, agentTone}},
		hearing{"who was asked", asked, []float64{customerTone}, []float64{agentTone, thirdTone}})

	asked.Tell("transfer", "sip:8006@"+asked.server)
	desk.rung(1)
	desk.answers()
	asked.over(1)
	nowHears(t, b, "the customer in the end", customer, agentTone)
	allHear(t, inCalls, hearing{"the customer in the end", customer, []float64{agentTone}, []float64{customerTone, thirdTone}},
		hearing{"the sipp in the end", desk, []float64{customerTone}, []float64{agentTone, thirdTone}})
	customer.hangup()
	desk.over()
	r := b.callTo("700")
	if r.Disposition != "answered" || r.Agent != "1001" || r.Extension != "8006" || len(r.Legs) != 4 {
		t.Errorf("record: %s, agent %s, extension %s, %d legs", r.Disposition, r.Agent, r.Extension, len(r.Legs))
	}
	left, right := stereo(t, b.kept(r.Recording).File)
	hears(t, "the recording in the end, left", left[len(left)-4500:len(left)-1000], customerTone, agentTone, thirdTone)
	hears(t, "the recording in the end, right", right[len(right)-4500:len(right)-1000], agentTone, customerTone, thirdTone)
}
