package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

// A class of numbers asks for a PIN, is bound to so many calls, and shows the number of the queue whose agent calls.
func TestClassesOfNumbers(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		d.Outbound = []settings.OutboundRule{{Match: "*"}}
		d.OutboundClasses = dialplan.Plan{{Class: dialplan.Mobile, PIN: "4711", MaxCalls: 1}, {Class: dialplan.Special, Deny: true}}
		queueOf(t, d, "q_appointment").CallerID = "4006001234"
	})
	out, first, second := trunkPeer(b), deskPhone(b, "8001"), deskPhone(b, "8005")
	c := first.dial("13800138000", tone(customerTone))
	c.answered() // by the box, which asks
	c.keys("4711")
	far := out.ring()
	if to, from := far.invite.start, far.invite.get("from"); !strings.Contains(to, "13800138000@") || !strings.Contains(from, "4006001234@") {
		t.Errorf("the carrier is sent %s, from %s", to, from)
	}
	far.answer(tone(thirdTone))
	time.Sleep(500 * time.Millisecond)
	only(t, "who called out", c, thirdTone)
	over := second.dial("13900139000", silent)
	over.answered()
	over.keys("4711")
	over.over() // one call of the class is up
	if status := second.dial("0044201234567", silent).refusedWith(); status != 404 {
		t.Errorf("an international number: %d, want 404", status)
	}
	if status := second.dial("10086", silent).refusedWith(); status != 404 {
		t.Errorf("a number of a barred class: %d, want 404", status)
	}
	c.hangup()
	far.over()
	again := second.dial("13900139000", silent)
	again.answered()
	again.keys("9999")
	again.keys("4711")
	out.ring().answer(silent)
	again.hangup()
}

// An emergency number leaves the house although every rule denies, from any phone.
func TestEmergencyNumbersAlwaysLeave(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		d.Outbound = []settings.OutboundRule{{Match: "*", Deny: true}}
	})
	out, p := trunkPeer(b), deskPhone(b, "8006")
	for _, number := range []string{"110", "119", "120", "122"} {
		c := p.dial(number, silent)
		far := out.ring()
		if !strings.Contains(far.invite.start, "sip:"+number+"@") {
			t.Errorf("the carrier is sent %s", far.invite.start)
		}
		far.answer(silent)
		c.answered()
		c.hangup()
		far.over()
	}
	if status := p.dial("13800138000", silent).refusedWith(); status != 404 {
		t.Errorf("a number that is denied: %d, want 404", status)
	}
}
