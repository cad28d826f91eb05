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

// An emergency number leaves the house although every rule denies, from any phone; nor do classes of outside
// numbers bind calls inside the house.
func TestEmergencyNumbersAlwaysLeave(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		d.Outbound = []settings.OutboundRule{{Match: "*", Deny: true}}
		for _, c := range dialplan.Classes() {
			if c != dialplan.Emergency && c != dialplan.Internal {
				d.OutboundClasses = append(d.OutboundClasses, dialplan.Rule{Class: c, Deny: true})
			}
		}
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
	colleague := deskPhone(b, "8005")
	c := p.dial("8005", silent)
	colleague.ring().answer(silent)
	c.answered()
	c.hangup()
}

// With one channel, which is taken, an emergency call gets it: who had it is hung up, and the record says why. A second
// emergency call does not take it from the first.
func TestAnEmergencyTakesTheLastLine(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		d.Trunks[0].Capacity = 1
		d.Outbound = []settings.OutboundRule{{Match: "*"}}
	})
	out, first, second := trunkPeer(b), deskPhone(b, "8005"), deskPhone(b, "8006")
	c := first.dial("13800138000", tone(customerTone))
	far := out.ring()
	far.answer(tone(thirdTone))
	c.answered()
	if status := second.dial("13900139000", silent).refusedWith(); status < 400 {
		t.Errorf("a second call on one channel: %d", status)
	}
	only(t, "who speaks", c, thirdTone)

	help := second.dial("120", tone(agentTone))
	far.over()
	c.over()
	station := out.ring()
	if !strings.Contains(station.invite.start, "sip:120@") {
		t.Errorf("the carrier is sent %s", station.invite.start)
	}
	station.answer(tone(thirdTone))
	help.answered()
	time.Sleep(300 * time.Millisecond)
	only(t, "who calls for help", help, thirdTone)
	b.until(5*time.Second, "the first call's record", func() bool { return len(b.calls()) == 2 })
	if r := b.callTo("13800138000"); r.Cause != "preemption" || r.EndedBy != "box" || r.Disposition != "answered" {
		t.Errorf("record: %s, %s by %s", r.Disposition, r.Cause, r.EndedBy)
	}
	another := first.dial("110", silent)
	if status := another.refusedWith(); status < 400 {
		t.Errorf("an emergency call beside another: %d", status)
	}
	only(t, "who calls for help still", help, thirdTone)
	help.hangup()
	station.over()
}
