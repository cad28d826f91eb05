package e2e

import (
	"testing"
	"time"
)

// A supervisor at a baresip listens to a customer at a sipp and an agent at a baresip, whispers, barges in and takes the
// agent's place. The customer does not hear the whisper, nor does the recording hold it.
func TestListeningInByPeers(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { d.Calls.Supervisors = []string{"8006"} })
	agent := baresipAgent(t, b, "8001", "answermode=auto", agentTone)
	boss := extension(t, b, "8006", "answermode=manual", thirdTone)
	customer := sippCaller(t, b, "13800138000", "700", customerTone)
	nowHears(t, b, "the customer", customer, agentTone)
	boss.dial("*338001")
	nowHears(t, b, "the supervisor", boss, customerTone)
	allHear(t, inCalls, hearing{"the supervisor who listens", boss, []float64{customerTone, agentTone}, []float64{thirdTone}},
		hearing{"the agent", agent, []float64{customerTone}, []float64{thirdTone, agentTone}},
		hearing{"the customer", customer, []float64{agentTone}, []float64{thirdTone, customerTone}})
	boss.keys("5")
	nowHears(t, b, "the agent", agent, thirdTone)
	allHear(t, inCalls, hearing{"the agent who is whispered to", agent, []float64{thirdTone, customerTone}, []float64{agentTone}},
		hearing{"the customer during the whisper", customer, []float64{agentTone}, []float64{thirdTone, customerTone}},
		hearing{"the supervisor who whispers", boss, []float64{customerTone, agentTone}, []float64{thirdTone}})
	whispered := time.Now()
	boss.keys("6")
	nowHears(t, b, "the customer", customer, thirdTone)
	allHear(t, inCalls, hearing{"the customer who is barged in on", customer, []float64{agentTone, thirdTone}, []float64{customerTone}},
		hearing{"the agent, too", agent, []float64{customerTone, thirdTone}, []float64{agentTone}})
	boss.keys("8")
	agent.over(2)
	time.Sleep(300 * time.Millisecond)
	allHear(t, inCalls, hearing{"the customer who was taken over", customer, []float64{thirdTone}, []float64{agentTone, customerTone}},
		hearing{"the supervisor who took over", boss, []float64{customerTone}, []float64{agentTone, thirdTone}})
	customer.hangup()
	boss.over(1)
	r := b.callTo("700")
	if r.Disposition != "answered" || len(r.Legs) != 3 {
		t.Errorf("record: %s, %d legs", r.Disposition, len(r.Legs))
	}
	left, right := stereo(t, b.kept(r.Recording).File)
	cut := int(whispered.Sub(r.ConnectedAt).Seconds() * 8000)
	hears(t, "the recording of the agent, up to the end of the whisper", right[cut/3:cut], agentTone, thirdTone, customerTone)
	hears(t, "the recording of the customer", left[cut/3:cut], customerTone, thirdTone, agentTone)
	hears(t, "the recording in the end", right[len(right)-8000:len(right)-3000], thirdTone, agentTone)
}

// The same with a customer at a baresip, and a supervisor who whispers from the beginning.
func TestWhisperBetweenBaresips(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { d.Calls.Supervisors = []string{"8006"} })
	agent := baresipAgent(t, b, "8001", "answermode=auto", agentTone)
	boss := extension(t, b, "8006", "answermode=manual", thirdTone)
	customer := extension(t, b, "8005", "answermode=manual", customerTone)
	customer.dial("8001")
	nowHears(t, b, "the customer", customer, agentTone)
	boss.dial("*348001")
	nowHears(t, b, "the agent", agent, thirdTone)
	allHear(t, inCalls, hearing{"the agent who is whispered to", agent, []float64{thirdTone, customerTone}, []float64{agentTone}},
		hearing{"the customer", customer, []float64{agentTone}, []float64{thirdTone, customerTone}},
		hearing{"the supervisor", boss, []float64{customerTone, agentTone}, []float64{thirdTone}})
	boss.Tell("hangup", "")
	allHear(t, inCalls, hearing{"the customer", customer, []float64{agentTone}, []float64{thirdTone, customerTone}})
	customer.Tell("hangup", "")
	agent.over(2)
}
