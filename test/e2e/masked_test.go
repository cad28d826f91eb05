package e2e

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// A technician with a mobile accepts a job by key and is connected with the customer at a further one: first the customer is
// busy, which is an attempt in vain and is said, then they speak. Neither sees the other's number. Later the technician calls in
// and is offered the customer before the menu; and the box calls both when it is asked to.
func TestATechnicianIsConnectedWithTheCustomer(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		d.Roster.People = technicians()
		d.Tickets.Contact = &contact.Plan{Attempts: 3, Parts: []contact.Part{{From: "00:00", To: "24:00"}}} // whenever the test runs
	})
	out, boss := trunkPeer(b), b.admin()
	var k api.StoredTicket
	boss.ask("POST", "/tickets", map[string]any{"type": "rescue", "subject": "高速抛锚", "phones": []string{backNumber}, "owner": "chen"}, &k)
	path := "/tickets/" + k.ID
	boss.change(path+"/dispatch", map[string]any{"place": map[string]any{"text": "G2 1203"}, "technicians": []string{"zhao"}}, nil)

	van := out.ringWithin(30 * time.Second)
	if userOf(uri(van.invite.start[len("INVITE "):])) != outsidePhone {
		t.Fatalf("rings: %s", van.invite.start)
	}
	shown := userOf(uri(van.invite.get("from")))
	van.answer(tone(agentTone))
	hearsWords(t, van)
	van.press('1')
	b.ticketIs(boss, k.ID, "the job is accepted", func(k api.StoredTicket) bool { return k.Dispatch.State == ticket.JobAccepted })
	van.pressUntilRings('1', out).reject(486)
	hearsWords(t, van)
	home := van.pressUntilRings('1', out)
	if from := userOf(uri(home.invite.get("from"))); from == outsidePhone || from != shown {
		t.Errorf("the customer is shown %q, the technician %q", from, shown)
	}
	home.answer(tone(customerTone))
	together(t, ear{"the technician", van, []float64{customerTone}, nil}, ear{"the customer", home, []float64{agentTone}, nil})
	home.hangup()
	van.overWithin(10 * time.Second)
	k = b.ticketIs(boss, k.ID, "the call has proved the contact", func(k api.StoredTicket) bool { return !k.Dispatch.ContactedAt.IsZero() })
	if len(k.Attempts) != 1 || k.Attempts[0].By != "zhao" || k.Attempts[0].Inbound || k.Attempts[0].Recording == "" || k.Attempts[0].Number != backNumber {
		t.Errorf("attempts: %+v", k.Attempts)
	}

	in := out.dialAs(outsidePhone, "700", tone(agentTone))
	in.answered()
	hearsWords(t, in)
	home = in.pressUntilRings('1', out)
	if from := userOf(uri(home.invite.get("from"))); from != shown {
		t.Errorf("the customer is shown %q", from)
	}
	home.reject(486)
	hearsWords(t, in)
	in.hangup()
	k = b.ticketIs(boss, k.ID, "the attempt in vain counts", func(k api.StoredTicket) bool { return len(k.Attempts) == 2 })
	if a := k.Attempts[1]; a.Result != contact.Busy || a.By != "zhao" {
		t.Errorf("attempt: %+v", a)
	}

	boss.ask("POST", path+"/dispatch/call", map[string]any{"person": "zhao"}, nil)
	van = out.ringWithin(20 * time.Second)
	van.answer(tone(agentTone))
	hearsWords(t, van)
	home = van.pressUntilRings('1', out)
	van.hangup()
	home.overWithin(10 * time.Second)
	if status, data := boss.try("POST", path+"/dispatch/call", map[string]any{"person": "chen"}); status != 409 {
		t.Errorf("called somebody else: %d %s", status, data)
	}
}

// pressUntilRings presses a key until another phone rings: while the box still says what nothing stops, it takes none.
func (d *dialog) pressUntilRings(key byte, other *phone) *dialog {
	d.p.t.Helper()
	for range 12 {
		d.press(key)
		select {
		case r := <-other.rings:
			return r
		case <-time.After(1200 * time.Millisecond):
		}
	}
	d.p.t.Fatalf("phone %s never rings", other.user)
	return nil
}
