package ticket_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// become changes a ticket's type, after which its rules are the new type's.
func (p *play) become(after time.Duration, to ticket.Type) error {
	err := p.try("li", after, ticket.Retype{To: to.ID, Type: &to})
	if err == nil {
		p.env = env(&to)
	}
	return err
}

func (p *play) deadline(of, want string) {
	p.Helper()
	if m := p.timer(of); !m.Deadline.Equal(at(want)) {
		p.Errorf("%s is due %s, want %s", of, m.Deadline.In(cst).Format("2006-01-02 15:04"), want)
	}
}

func TestATicketBecomesOneOfAnotherType(t *testing.T) {
	p := start(t, inquiry, ticket.Ticket{Owner: "li"})
	p.deadline(ticket.OfResolution, "2026-11-23 14:00") // three hours, lunch, one hour
	p.deadline(ticket.OfProgress, "2026-11-23 10:00")
	if err := p.become(30*time.Minute, complaint); err != nil {
		t.Fatal(err)
	}
	p.state(ticket.Open, "")
	if p.t.Type != "complaint" || p.t.Complaint == nil || p.t.Number != "I261123-001" || p.t.Owner != "li" || len(p.t.Timers) != 2 {
		t.Errorf("%+v", p.t)
	}
	p.deadline(ticket.OfContact, "2026-11-23 11:30")    // begins now
	p.deadline(ticket.OfResolution, "2026-11-25 09:00") // runs from the beginning, around the clock
	n := found[ticket.Note](p)
	if last := n[len(n)-1]; last.What != "retyped" || last.Args["from"] != "inquiry" || last.Args["to"] != "complaint" {
		t.Errorf("%+v", last)
	}
	// A rescue that was taken for a complaint: the customer has waited since nine.
	if err := p.become(0, rescue); err != nil {
		t.Fatal(err)
	}
	p.deadline(ticket.OfContact, "2026-11-23 09:45") // the complaint's began at half past nine
	p.deadline(ticket.OfDispatch, "2026-11-23 09:35")
	if p.t.Priority != ticket.Urgent || p.t.Complaint != nil || len(p.t.Timers) != 2 {
		t.Errorf("%s %+v", p.t.Priority, p.t.Timers)
	}
	p.effects = nil
	p.do("box", 11*time.Minute, ticket.Tick{})
	if told := found[ticket.Escalate](p); len(told) != 2 || told[0].Of != ticket.OfDispatch || told[1].Of != ticket.OfContact {
		t.Errorf("%+v", told)
	}
}

func TestWaitingTicketsBecomeOthersAndStillWait(t *testing.T) {
	p := start(t, inquiry, ticket.Ticket{Owner: "li"})
	p.do("li", 30*time.Minute, ticket.Wait{Until: p.now.Add(48 * time.Hour), Why: "parts"})
	if err := p.become(30*time.Minute, complaint); err != nil {
		t.Fatal(err)
	}
	p.state(ticket.Waiting, "")
	if !p.timer(ticket.OfResolution).Paused || p.timer(ticket.OfContact).Paused {
		t.Errorf("%+v", p.t.Timers)
	}
	p.do("li", time.Hour, ticket.Resume{})
	p.deadline(ticket.OfResolution, "2026-11-25 11:00") // 48 hours from eleven: the half hour was of other hours
}

func TestWhatATicketMayNotBecome(t *testing.T) {
	about := start(t, complaint, ticket.Ticket{Owner: "li", Complaint: &ticket.Complaint{About: "wang"}})
	if err := about.become(0, inquiry); fault.KeyOf(err) != "ticket.about_somebody" {
		t.Error(err)
	}
	if err := about.become(0, complaint); fault.CodeOf(err) != fault.Invalid {
		t.Error(err)
	}
	going := start(t, rescue, ticket.Ticket{Owner: "li"})
	going.do("li", 0, ticket.SendOut{Place: ticket.Place{Text: "G6"}, Choices: []ticket.Choice{{Person: "wang"}}})
	if err := going.become(0, inquiry); fault.KeyOf(err) != "ticket.technician_goes" {
		t.Error(err)
	}
	bound := inquiry
	bound.Becomes = []string{"appointment"}
	narrow := start(t, bound, ticket.Ticket{Owner: "li"})
	var refused *books.RefusedError
	if err := narrow.become(0, complaint); !errors.As(err, &refused) || refused.Allowed[0] != "appointment" {
		t.Error(err)
	}
	narrow.do("li", 0, ticket.Cancel{Why: "twice"})
	if err := narrow.become(0, complaint); !errors.As(err, &refused) || refused.State != "closed" {
		t.Error(err)
	}
}

func TestTheFormIsHeldAgainstTheNewType(t *testing.T) {
	b, _ := newBook(t, staff{})
	k := create(t, b, ticket.Ticket{Type: "inquiry", Form: map[string]string{"old": "kept"}})
	_, err := b.Do(t.Context(), clerk, k.ID, 1, ticket.Retype{To: "complaint", Form: map[string]string{"remedy": strings.Repeat("长", 5000)}})
	if f, ok := errors.AsType[fault.Fields](err); !ok || f[0].Path != "form.remedy" {
		t.Errorf("%v", err)
	}
	if _, err = b.Do(t.Context(), clerk, k.ID, 1, ticket.Retype{To: "magic"}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
	k, err = b.Do(t.Context(), clerk, k.ID, k.Meta.Rev, ticket.Retype{To: "complaint", Form: map[string]string{"remedy": " 返修 "}})
	if err != nil || k.Type != "complaint" || k.Form["remedy"] != "返修" || k.Form["old"] != "kept" {
		t.Errorf("%+v %v", k, err)
	}
}

func TestTemplates(t *testing.T) {
	p := ticket.Template{ID: "noise", Name: "异响", Type: "inquiry", Subject: "异响", Body: "何时出现？", Priority: ticket.High, Form: map[string]string{"a": "1", "b": "2"}, Tags: []string{"x"}}
	k := p.Fill(ticket.Ticket{Subject: "左前异响", Form: map[string]string{"b": "3", "a": ""}, Tags: []string{"y"}})
	if k.Subject != "左前异响" || k.Type != "inquiry" || k.Body != p.Body || k.Priority != ticket.High || k.Form["a"] != "1" || k.Form["b"] != "3" || len(k.Tags) != 2 || len(p.Tags) != 1 || p.Form["b"] != "2" {
		t.Errorf("%+v", k)
	}
	types := ticket.DefaultTypes("")
	good := ticket.Template{ID: "a", Name: "A", Type: "claim", Form: map[string]string{"injured": "有"}}
	if bad := ticket.CheckTemplates([]ticket.Template{good}, types); len(bad) != 0 {
		t.Errorf("%v", bad)
	}
	for want, p := range map[string]ticket.Template{
		"[0].id": {Name: "A", Type: "claim"}, "[0].name": {ID: "a", Type: "claim"}, "[0].type": {ID: "a", Name: "A", Type: "magic"},
		"[0].form.injured": {ID: "a", Name: "A", Type: "claim", Form: map[string]string{"injured": "maybe"}},
		"[0].form.none":    {ID: "a", Name: "A", Type: "claim", Form: map[string]string{"none": "x"}}, "[0].priority": {ID: "a", Name: "A", Type: "claim", Priority: "top"},
	} {
		if bad := ticket.CheckTemplates([]ticket.Template{p}, types); len(bad) != 1 || bad[0].Path != want {
			t.Errorf("%s: %v", want, bad)
		}
	}
	if bad := ticket.CheckTemplates([]ticket.Template{good, good}, types); len(bad) != 1 || bad[0].Path != "[1].id" {
		t.Errorf("%v", bad)
	}
}
