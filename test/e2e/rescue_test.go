package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/web"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// stranded is the number of somebody whose car has broken down.
const stranded = "62345678"

// TestARescueFromTheCallToItsEnd: a call over an analog line becomes a ticket; a technician is asked by call and accepts by
// key, calls the customer, and does the work; the agent calls the customer back; the ticket is closed by what the calls have
// proved, and by nothing else.
func TestARescueFromTheCallToItsEnd(t *testing.T) {
	t.Parallel()
	b := open(t, withLines(func(_ *box, d *document) {
		d.Outbound[0].Trunks = []string{"line7"}
		d.Roster.People = technicians()
		d.Tickets.Contact = &contact.Plan{Attempts: 3, Parts: []contact.Part{{From: "00:00", To: "24:00"}}} // whenever the test runs
	}))
	office, van := agentPhone(b, "8001"), deskPhone(b, "8005")
	admin, told := b.admin(), newListener(t)
	admin.ask("POST", "/webhooks", map[string]any{"name": "DMS", "url": told.url, "events": []string{"ticket.changed"}, "enabled": true}, nil)
	agent := admin.seat("1001", "8001")

	// the customer calls
	caller := b.callIn(6, web.Person{Number: stranded, Script: []web.Action{{Wait: 3, Keys: "3"}, {Wait: 1, Tone: 700, For: 6}}})
	rung := office.ringWithin(40 * time.Second)
	rung.answer(tone(1000))
	time.Sleep(2 * time.Second)
	var opened api.StoredTicket
	agent.ask("POST", "/tickets", map[string]any{
		"type": "rescue", "subject": "高速抛锚", "phones": []string{stranded}, "owner": "1001", "call": admin.live(stranded), "source": "call",
	}, &opened)
	at := "/tickets/" + opened.ID
	rung.over()
	caller.over(15 * time.Second)
	if opened.State != ticket.Open || opened.Deadline.Sub(opened.CreatedAt) != 5*time.Minute {
		t.Fatalf("opened: %s, to be dispatched by %v", opened.State, opened.Deadline)
	}

	// the technician is asked, accepts by key, and calls the customer
	agent.change(at+"/dispatch", map[string]any{"place": map[string]any{"text": "G2 1203"}, "technicians": []string{"chen"}}, nil)
	asked := van.ringWithin(30 * time.Second)
	asked.answer(tone(agentTone))
	hearsWords(t, asked)
	asked.press('1')
	asked.overWithin(20 * time.Second)
	b.ticketIs(agent, opened.ID, "a technician is on the way", func(k api.StoredTicket) bool { return k.Dispatch.State == ticket.JobAccepted })
	b.subscriber(stranded, web.Person{After: 2, Script: []web.Action{{Wait: 0.5, Tone: 700, For: 5}}})
	b.until(20*time.Second, "the line is free", func() bool { return b.lineState("line7") == "idle" })
	out := van.dial(stranded, tone(1000))
	out.answered()
	time.Sleep(3 * time.Second)
	out.over()
	k := b.ticketIs(agent, opened.ID, "the call has proved the contact", func(k api.StoredTicket) bool { return !k.Dispatch.ContactedAt.IsZero() })
	if k.Dispatch.ContactedAt.Sub(k.CreatedAt) > 15*time.Minute || k.Dispatch.Proof == "" || len(k.Attempts) != 2 || k.Attempts[1].By != "chen" || k.Attempts[1].Inbound {
		t.Errorf("contact after %v, proved by %q: %+v", k.Dispatch.ContactedAt.Sub(k.CreatedAt), k.Dispatch.Proof, k.Attempts)
	}

	// the work is done, and the agent asks the customer
	agent.change(at+"/dispatch/arrive", map[string]any{"person": "chen"}, nil)
	agent.change(at+"/dispatch/complete", map[string]any{"person": "chen", "text": "换了电瓶", "parts": []map[string]any{{"name": "电瓶", "count": 1}}}, nil)
	if status, data := agent.try("POST", at+"/close", map[string]any{}, "If-Match", agent.tag(at)); status != 409 {
		t.Errorf("closed without a contact: %d %s", status, data)
	}
	var due api.FoundTickets
	agent.ask("GET", "/tickets/to-call", nil, &due)
	if len(due.Items) != 1 || due.Items[0].ID != opened.ID {
		t.Fatalf("to be called: %+v", due)
	}
	b.until(20*time.Second, "the line is free", func() bool { return b.lineState("line7") == "idle" })
	back := office.dial(stranded, tone(1000))
	back.answered()
	time.Sleep(2 * time.Second)
	agent.ask("POST", at+"/contacts", map[string]any{"call": admin.live("8001"), "result": "reached", "satisfaction": "satisfied"}, &k)
	back.over()
	if k.State != ticket.Closed || k.Outcome != ticket.Contacted {
		t.Fatalf("at the end: %s, %s", k.State, k.Outcome)
	}
	b.until(20*time.Second, "the webhook tells of the ticket", func() bool { return told.of("ticket.changed", opened.ID) })
	var f api.FiguresOfTickets
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) } // it may be another day at the dealership
	b.until(5*time.Second, "the figures say so", func() bool {
		admin.ask("GET", fmt.Sprintf("/tickets/figures?from=%s&to=%s", day(-1), day(1)), nil, &f)
		return f.All.Quarter == ticket.Rate{Met: 1, Of: 1} && f.All.Loop == ticket.Rate{Met: 1, Of: 1}
	})
	if k := b.ticketIs(agent, opened.ID, "both calls are in it", func(k api.StoredTicket) bool { return len(k.Links) >= 2 }); k.Links[0].Kind != "call" {
		t.Errorf("links: %+v", k.Links)
	}
}

// live is the id of the call that somebody has begun.
func (p *person) live(from string) (id string) {
	p.b.t.Helper()
	p.b.until(5*time.Second, "the call is up", func() bool {
		var list struct{ Items []struct{ ID, From string } }
		p.ask("GET", "/live/calls", nil, &list)
		for _, v := range list.Items {
			if v.From == from {
				id = v.ID
			}
		}
		return id != ""
	})
	return id
}

// tag is the entity tag of something.
func (p *person) tag(path string) string {
	p.b.t.Helper()
	res := p.request("GET", path, nil)
	_ = res.Body.Close()
	return res.Header.Get("ETag")
}

// change changes something as it is now; the box itself may change it meanwhile.
func (p *person) change(path string, body, into any) {
	p.b.t.Helper()
	at := "/tickets/" + path[len("/tickets/"):len("/tickets/")+36]
	for range 5 {
		status, data := p.try("POST", path, body, "If-Match", p.tag(at))
		if status == 412 || (status == 409 && strings.Contains(string(data), "store.rev")) {
			continue
		}
		if status/100 != 2 {
			p.b.t.Fatalf("POST %s: %d %s", path, status, data)
		}
		if into != nil {
			decode(p.b, string(data), into)
		}
		return
	}
	p.b.t.Fatalf("POST %s: it never stands still", path)
}

// ticketIs waits until a ticket is as it should be.
func (b *box) ticketIs(p *person, id, what string, is func(api.StoredTicket) bool) (k api.StoredTicket) {
	b.t.Helper()
	b.until(20*time.Second, what, func() bool {
		k = api.StoredTicket{}
		p.ask("GET", "/tickets/"+id, nil, &k)
		return is(k)
	})
	return k
}
