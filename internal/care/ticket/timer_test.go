package ticket_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

func climbed(p *play) (list []string) {
	for _, e := range found[ticket.Escalate](p) {
		list = append(list, e.Of+" "+e.Climb.Rung.Role)
	}
	return list
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
}

func TestTheLadderIsClimbedOnceEach(t *testing.T) {
	p := start(t, rescue, ticket.Ticket{Owner: "li"})
	p.do("box", 4*time.Minute, ticket.Tick{})
	same(t, climbed(p))
	p.do("box", time.Minute, ticket.Tick{})
	p.do("box", 0, ticket.Tick{})
	same(t, climbed(p), "dispatch team_lead")
	p.do("box", 5*time.Minute, ticket.Tick{})
	p.do("box", 5*time.Minute, ticket.Tick{})
	p.do("box", time.Second, ticket.Tick{})
	same(t, climbed(p), "dispatch team_lead", "first_contact team_lead", "first_contact crm_manager")
	p.do("chen", time.Minute, reached("chen", "c9", ""))
	p.do("box", time.Hour, ticket.Tick{})
	same(t, climbed(p), "dispatch team_lead", "first_contact team_lead", "first_contact crm_manager")
	if m := p.timer(ticket.OfContact); m.Missed != 1 || m.MetAt.IsZero() {
		t.Errorf("first contact: %+v", m)
	}
}

// TestAWeekendWithoutPower: what should have happened happens at once when the box is back, each thing once, and a clock
// that is set back repeats nothing.
func TestAWeekendWithoutPower(t *testing.T) {
	p := start(t, rescue, ticket.Ticket{Owner: "li"})
	want := []string{"dispatch team_lead", "first_contact team_lead", "first_contact crm_manager", "first_contact service_director"}
	p.do("box", 60*time.Hour, ticket.Tick{})
	same(t, climbed(p), want...)
	p.do("box", -59*time.Hour, ticket.Tick{})
	p.do("box", 80*time.Hour, ticket.Tick{})
	same(t, climbed(p), want...)
	for _, e := range found[ticket.Escalate](p) {
		if !e.Climb.Due.Before(e.Climb.At) {
			t.Errorf("%s: due %v, told %v", e.Of, e.Climb.Due, e.Climb.At)
		}
	}
}

func TestNothingIsOverdueInSilence(t *testing.T) {
	p := start(t, complaint, ticket.Ticket{Owner: "li"}) // its first contact has no ladder
	p.do("box", 2*time.Hour, ticket.Tick{})
	same(t, climbed(p), "first_contact owner")
	p.do("li", 0, reached("li", "c", ""))
	p.t.Form = map[string]string{"remedy": "x"}
	p.do("li", 0, ticket.Resolve{Text: "x"}) // and nor has its closure, which the type does not speak of
	p.do("box", 72*time.Hour, ticket.Tick{})
	same(t, climbed(p), "first_contact owner", "closure owner")
}

func TestProgressBeginsAnew(t *testing.T) {
	p := start(t, inquiry, ticket.Ticket{Owner: "li"})
	p.do("li", 50*time.Minute, ticket.Tell{Text: "told her the price by SMS"})
	p.do("box", 59*time.Minute, ticket.Tick{})
	same(t, climbed(p))
	p.do("box", time.Minute, ticket.Tick{})
	same(t, climbed(p), "progress owner")
	p.do("li", time.Minute, reached("li", "c", ""))
	if m := p.timer(ticket.OfProgress); m.Rounds != 2 || m.Missed != 1 || m.Late {
		t.Errorf("progress: %+v", m)
	}
	p.do("box", 59*time.Minute, ticket.Tick{})
	same(t, climbed(p), "progress owner")
	p.do("box", 62*time.Minute, ticket.Tick{}) // over lunch
	same(t, climbed(p), "progress owner", "progress owner")
}

func TestANewPriorityKeepsWhatHasPassed(t *testing.T) {
	typ := complaint
	typ.Targets = []ticket.Target{
		{Of: ticket.OfResolution, Within: 60, Only: []ticket.Priority{ticket.Urgent}, Ladder: []ticket.Rung{{After: 30, Role: "team_lead", By: []string{"sms"}}}},
		{Of: ticket.OfResolution, Within: 240, Ladder: []ticket.Rung{{After: 30, Role: "team_lead", By: []string{"sms"}}}},
	}
	p := start(t, typ, ticket.Ticket{Owner: "li"})
	p.do("box", 40*time.Minute, ticket.Tick{})
	same(t, climbed(p), "resolution team_lead")
	edited := p.t
	edited.Priority = ticket.Urgent
	p.do("li", 0, ticket.Rewrite{To: edited})
	if d := p.timer(ticket.OfResolution).Deadline; !d.Equal(open.Add(time.Hour)) {
		t.Errorf("deadline %v", d)
	}
	p.do("box", 0, ticket.Tick{})
	same(t, climbed(p), "resolution team_lead")
	p.do("box", 20*time.Minute, ticket.Tick{})
	same(t, climbed(p), "resolution team_lead", "resolution owner")
}

func offers(p *play) (list []string) {
	for _, o := range found[ticket.OfferJob](p) {
		list = append(list, o.Person)
	}
	return list
}

func TestTechniciansAreAskedOneAfterTheOther(t *testing.T) {
	p := start(t, rescue, ticket.Ticket{Owner: "li"})
	p.do("li", 0, ticket.SendOut{Place: ticket.Place{Text: "G6 K102"}, Choices: []ticket.Choice{{Person: "a"}, {Person: "b", Name: "陈", Phone: "13900000002"}, {Person: "c"}}})
	p.do("a", time.Second, ticket.Decline{Person: "a", How: "key"})
	if err := p.try("a", 0, ticket.Accept{Person: "a"}); err == nil {
		t.Error("who declined has accepted")
	}
	p.do("box", ticket.OfferTime, ticket.Tick{}) // b says nothing
	same(t, offers(p), "a", "b", "c")
	p.do("li", 0, ticket.SendOut{Place: ticket.Place{Text: "G6 K102"}, Choices: []ticket.Choice{{Person: "b", Name: "陈", Phone: "13900000002"}}})
	p.do("b", 30*time.Second, ticket.Accept{Person: "b", How: "key"})
	if s := found[ticket.Text](p); len(s) != 1 || s[0].Args["technician"] != "陈" {
		t.Errorf("the customer is told %v", s)
	}
	if err := p.try("a", 0, ticket.Arrive{Person: "a"}); err == nil {
		t.Error("another one has arrived")
	}
	p.do("b", 2*time.Minute, reached("b", "call-b", ""))
	if d := p.t.Dispatch; d.ContactedAt.IsZero() || d.Proof != "call-b" || p.timer(ticket.OfContact).MetAt.IsZero() {
		t.Errorf("dispatch %+v", d)
	}
	p.do("b", 20*time.Minute, ticket.Arrive{Person: "b"})
	p.do("b", time.Hour, ticket.Complete{Person: "b", Text: "battery", Parts: []ticket.Part{{Name: "battery", Count: 1}}})
	p.state(ticket.Resolved, "")
	p.do("b", time.Minute, reached("b", "call-c", contact.Satisfied))
	p.state(ticket.Resolved, "")
	p.do("li", time.Minute, reached("li", "call-d", contact.Satisfied))
	p.state(ticket.Closed, ticket.Contacted)
}

func TestNobodyGoesIsTold(t *testing.T) {
	p := start(t, rescue, ticket.Ticket{Owner: "li"})
	p.do("li", 0, ticket.SendOut{Choices: []ticket.Choice{{Person: "a"}}})
	p.do("box", ticket.OfferTime, ticket.Tick{})
	if len(found[ticket.NobodyGoes](p)) != 1 || p.t.Dispatch.State != ticket.JobFailed {
		t.Errorf("dispatch %+v", p.t.Dispatch)
	}
	if p.t.Due().IsZero() {
		t.Error("nothing is due any more")
	}
}
