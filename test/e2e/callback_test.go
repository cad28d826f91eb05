package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

const backNumber = "13800138000"

// backwards has q_appointment offer callbacks to everybody who waits, at key 2.
func backwards(t *testing.T, d *document) {
	t.Helper()
	q := queueOf(t, d, "q_appointment")
	served(q, "1001")
	q.Callback.Key, q.Callback.Wait, q.Callback.Position = "2", 0, 0
	q.Callback.Spacing = []acd.Seconds{4}
}

// askBack has a caller outside ask to be called back at the number that is shown, and hang up at the promise.
func askBack(t *testing.T, b *box, out *phone) record {
	t.Helper()
	c := out.dialAs(backNumber, "700", tone(customerTone))
	c.answered()
	time.Sleep(700 * time.Millisecond)
	c.keys("2")
	hearsSound(t, "the caller whose number is read", c.listen(time.Second))
	c.keys("1#")
	c.overWithin(20 * time.Second)
	b.until(3*time.Second, "the record is written", func() bool { return len(b.calls()) > 0 })
	return b.callTo("700")
}

// callsBack are the records of attempts, the oldest first.
func (b *box) callsBack() (list []record) {
	for _, r := range b.calls() {
		if r.Attrs["callback_of"] != "" {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(x, y record) int { return x.StartedAt.Compare(y.StartedAt) })
	return list
}

// A caller leaves by the key. When an agent comes, that phone rings first, and the customer's only when it is answered.
// Nobody hears the other before the customer has pressed 1; then both do, and the record and the recording tell so.
func TestCallbackInsteadOfWaiting(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { backwards(t, d) })
	out := trunkPeer(b)
	asked := askBack(t, b, out)
	if words := b.logged(asked.ID); !slices.Equal(words, []string{"ENTERQUEUE", "CALLBACK"}) {
		t.Errorf("queue log of the call: %v", words)
	}
	p := agentPhone(b, "8001")
	agent := p.ring()
	out.quiet(700 * time.Millisecond) // the agent first
	agent.answer(tone(agentTone))
	customer := out.ringWithin(30 * time.Second)
	if to := userOf(strings.Fields(customer.invite.start)[1]); to != backNumber {
		t.Errorf("dialled %s, want %s", to, backNumber)
	}
	customer.answer(tone(thirdTone)) // the agent hears ringback: 450 Hz
	time.Sleep(400 * time.Millisecond)
	from := time.Now()
	time.Sleep(time.Second)
	hearsSound(t, "the customer who is asked for 1", customer.since(from))
	if l := dsp.Power(agent.since(from), thirdTone); l > quiet {
		t.Errorf("the agent hears the customer at %.1f dBm0 before the key", l)
	}
	if l := dsp.Power(customer.since(from), agentTone); l > loud {
		t.Errorf("the customer hears the agent at %.1f dBm0 before the key", l)
	}
	customer.press('1')
	time.Sleep(400 * time.Millisecond)
	from = time.Now()
	only(t, "the customer", customer, agentTone, thirdTone)
	hears(t, "the agent", agent.since(from), thirdTone, agentTone)
	agent.hangup()
	customer.over()
	b.until(3*time.Second, "the record is written", func() bool { return len(b.callsBack()) == 1 })
	r := b.callsBack()[0]
	if r.Disposition != "answered" || r.Agent != "1001" || r.Attrs["callback_of"] != asked.ID || r.To != backNumber || r.Queue != "q_appointment" {
		t.Errorf("record: %s, agent %s, to %s, queue %s, %v", r.Disposition, r.Agent, r.To, r.Queue, r.Attrs)
	}
	left, right := stereo(t, b.kept(r.Recording).File)
	hears(t, "the recording, left", middle(left, 200*time.Millisecond), thirdTone, agentTone)
	hears(t, "the recording, right", middle(right, 200*time.Millisecond), agentTone, thirdTone)
	if words := b.logged(r.ID); !slices.Equal(words, []string{"CALLBACKDIAL", "CONNECT", "COMPLETEAGENT"}) {
		t.Errorf("queue log of the callback: %v", words)
	}
	out.quiet(time.Second)
}

// The customer does not press 1; then the power is cut with the next attempt at hand. Nobody is dialled before the spacing
// is over, before and after, and the agent is available in between.
func TestCallbackAcrossAPowerCut(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		backwards(t, d)
		queueOf(t, d, "q_appointment").Callback.Spacing = []acd.Seconds{12}
	})
	out := trunkPeer(b)
	askBack(t, b, out)
	b.kill() // while it waits
	b.start()
	p := agentPhone(b, "8001")
	p.ring().answer(tone(agentTone))
	customer := out.ringWithin(30 * time.Second)
	dialled := time.Now()
	b.kill() // while the customer's phone rings
	customer.finish("power", 0)
	b.start()
	again := p.ringWithin(40 * time.Second)
	if early := time.Since(dialled); early < 9*time.Second {
		t.Errorf("the agent is rung %s after the customer was, the spacing is 12 s", early)
	}
	again.answer(tone(agentTone))
	second := out.ringWithin(30 * time.Second)
	if early := time.Since(dialled); early < 9*time.Second {
		t.Errorf("dialled again after %s, the spacing is 12 s", early)
	}
	second.reject(486)
	again.over()
	b.until(3*time.Second, "the agent is available", func() bool { return b.agent("1001").Status == "available" })
}

// A customer who calls in meanwhile has the place, and is not called any more.
func TestCallbackEndsWhenTheCustomerCallsIn(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { backwards(t, d) })
	out := trunkPeer(b)
	askBack(t, b, out)
	c := out.dialAs(backNumber, "700", tone(customerTone))
	c.answered()
	p := agentPhone(b, "8001")
	agent := p.ring()
	agent.answer(tone(agentTone))
	time.Sleep(15 * time.Second / 10)
	only(t, "the caller", c, agentTone)
	c.hangup()
	agent.over()
	p.quiet(2 * time.Second)
	out.quiet(time.Second)
	if n := len(b.callsBack()); n != 0 {
		t.Errorf("%d calls back", n)
	}
}
