package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/test/peer"
)

// A customer at a sipp leaves the queue by a key, confirms the number, and is called back: the agent, at a baresip, first.
// Neither hears the other before the customer has pressed 1; then both do, and so does the recording.
func TestCallbackToASipp(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { backwards(t, d) })
	customer := sippCaller(t, b, backNumber, "700", customerTone)
	nowSound(t, b, "who waits", customer)
	customer.press("2")
	nowSound(t, b, "whose number is read", customer)
	customer.press("1#")
	promised(t, b, customer)
	customer.hangup() // never mind how it goes on
	customer.start("talk_uas", thirdTone, b.ip)
	agent := baresipAgent(t, b, "8001", "answermode=auto", agentTone)
	if to := userOf(strings.Fields(customer.rung(1).start)[1]); to != backNumber {
		t.Errorf("dialled %s, want %s", to, backNumber)
	}
	if agent.Count("CALL_ESTABLISHED", "") != 2 { // the code, and the callback
		t.Error("the customer rings before the agent has answered")
	}
	customer.answers()
	beforeTheKey(t, b, customer, agent)
	customer.press("1")
	calledBack(t, b, customer, agent)
	customer.over()
}

// The same with a customer at a baresip.
func TestCallbackToABaresip(t *testing.T) {
	t.Parallel()
	port := peer.FreePort(t)
	b := open(t, func(_ *box, d *document) {
		backwards(t, d)
		d.Trunks = nil
		trunkTo(d, port)
	})
	customer := baresipOutside(t, b, backNumber, port, thirdTone)
	customer.dial("700")
	nowSound(t, b, "who waits", customer)
	customer.keys("2")
	nowSound(t, b, "whose number is read", customer)
	customer.keys("1#")
	promised(t, b, customer)
	customer.Tell("hangup", "")
	customer.over(1)
	agent := baresipAgent(t, b, "8001", "answermode=auto", agentTone)
	customer.Wait(1, "CALL_INCOMING", "")
	customer.Tell("accept", "")
	customer.Wait(2, "CALL_ESTABLISHED", "")
	beforeTheKey(t, b, customer, agent)
	customer.keys("1")
	calledBack(t, b, customer, agent)
	customer.over(2)
}

// promised waits until the customer is told that the call will come, and the queue knows.
func promised(t *testing.T, b *box, customer hearer) {
	t.Helper()
	b.until(10*time.Second, "the customer has left the queue", func() bool { return len(b.waiting("q_appointment")) == 0 })
	nowSound(t, b, "who is promised a call", customer)
}

// beforeTheKey checks that the customer is asked, and hears as little of the agent as the agent of the customer.
func beforeTheKey(t *testing.T, b *box, customer hearer, agent *baresip) {
	t.Helper()
	nowSound(t, b, "the customer who is asked for 1", customer)
	from, to := len(customer.heard()), len(agent.heard())
	time.Sleep(time.Second)
	if l := powerOf(customer.heard()[from:], agentTone); l > loud {
		t.Errorf("the customer hears the agent at %.1f dBm0 before the key", l)
	}
	if l := powerOf(agent.heard()[to:], thirdTone); l > quiet {
		t.Errorf("the agent hears the customer at %.1f dBm0 before the key", l)
	}
}

// calledBack checks that they speak, ends the call at the agent's phone and checks the books.
func calledBack(t *testing.T, b *box, customer hearer, agent *baresip) {
	t.Helper()
	nowHears(t, b, "the customer", customer, agentTone)
	nowHears(t, b, "the agent", agent, thirdTone)
	time.Sleep(300 * time.Millisecond)
	allHear(t, inCalls, hearing{"the customer", customer, []float64{agentTone}, []float64{thirdTone}},
		hearing{"the agent", agent, []float64{thirdTone}, []float64{agentTone}})
	agent.Tell("hangup", "")
	b.until(5*time.Second, "the record is written", func() bool { return len(b.callsBack()) == 1 })
	r := b.callsBack()[0]
	if r.Disposition != "answered" || r.Agent != "1001" || r.To != backNumber || r.Queue != "q_appointment" {
		t.Errorf("record: %s, agent %s, to %s, queue %s", r.Disposition, r.Agent, r.To, r.Queue)
	}
	left, right := stereo(t, b.kept(r.Recording).File)
	hears(t, "the recording, left", middle(left, 200*time.Millisecond), thirdTone, agentTone)
	hears(t, "the recording, right", middle(right, 200*time.Millisecond), agentTone, thirdTone)
	if words := b.logged(r.ID); !slices.Equal(words, []string{"CALLBACKDIAL", "CONNECT", "COMPLETEAGENT"}) {
		t.Errorf("queue log of the callback: %v", words)
	}
}
