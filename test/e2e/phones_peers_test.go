package e2e

import (
	"testing"
)

// An agent has three phones, two baresips and a sipp: all ring, the first to answer has the call, the others are told that
// it was answered elsewhere. A second call comes in on a second line of the phone that talks, and the first one waits.
func TestSeveralPhonesOfAnAgentByPeers(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	first := baresipAgent(t, b, "8001", "answermode=manual", agentTone)
	second := extension(t, b, "8001", "answermode=manual", agentTone)
	third := sippDesk(t, b, "8001", thirdTone)

	caller := sippCaller(t, b, "13800138000", "700", customerTone)
	third.rung(1)
	first.Wait(1, "CALL_INCOMING", "")
	second.Wait(1, "CALL_INCOMING", "")
	third.answers()
	first.elsewhere(b, 1)
	second.elsewhere(b, 1)
	allHear(t, inCalls, hearing{"the caller", caller, []float64{thirdTone}, []float64{customerTone, agentTone}},
		hearing{"the sipp that was first", third, []float64{customerTone}, []float64{thirdTone}})
	third.hangup()
	caller.over()

	caller.calls("13800138001", "700", customerTone)
	third.rung(2)
	first.Wait(2, "CALL_INCOMING", "")
	second.Wait(2, "CALL_INCOMING", "")
	first.Tell("accept", "")
	third.elsewhere(1)
	second.elsewhere(b, 2)
	nowHears(t, b, "the caller", caller, agentTone)
	allHear(t, inCalls, hearing{"the caller", caller, []float64{agentTone}, []float64{customerTone, thirdTone}},
		hearing{"the baresip that was first", first, []float64{customerTone}, []float64{agentTone}})

	colleague := extension(t, b, "8005", "answermode=manual", thirdTone)
	colleague.Tell("dial", "sip:8001@"+colleague.server)
	first.Wait(3, "CALL_INCOMING", "")
	first.Tell("accept", "") // its other line goes on hold
	colleague.Wait(1, "CALL_ESTABLISHED", "")
	third.elsewhere(2)
	second.elsewhere(b, 3)
	nowHears(t, b, "the colleague", colleague, agentTone)
	nowSound(t, b, "the caller who waits", caller)
	allHear(t, inCalls, hearing{"the colleague", colleague, []float64{agentTone}, []float64{customerTone, thirdTone}},
		hearing{"the caller who waits", caller, nil, []float64{agentTone, thirdTone}},
		hearing{"the phone with two lines", first, []float64{thirdTone}, []float64{customerTone}})
	first.Tell("hangup", "")
	colleague.over(1)
	first.Tell("resume", "")
	nowHears(t, b, "the caller again", caller, agentTone)
	caller.hangup()
	first.over(4)
}
