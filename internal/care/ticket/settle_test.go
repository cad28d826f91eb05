package ticket_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// ranked is a staff of one general manager and one team leader.
type ranked struct{ staff }

func (ranked) Person(id string) (ticket.Person, bool) {
	p, ok := map[string]ticket.Person{
		"gm": {ID: "gm", Phone: "8001", Mobile: "13900000001"}, "lead": {ID: "lead", Mobile: "13900000002"}, "desk": {ID: "desk", Phone: "8003"},
	}[id]
	return p, ok
}

func (r ranked) Holders(role, _ string, _ time.Time) []ticket.Person {
	who := map[string]string{"general_manager": "gm", "service_director": "gm", "crm_manager": "gm", "team_lead": "lead"}[role]
	p, _ := r.Person(who)
	return []ticket.Person{p}
}
func (ranked) Above(string, time.Time) []ticket.Person { return nil }

func (r ranked) Owners(string, time.Time) []ticket.Person {
	p, _ := r.Person("desk")
	return []ticket.Person{p}
}

// A complaint about the one at the top climbs to whoever else is there, and says so where each is reached.
func TestAComplaintAboutTheTopIsHeardOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rules := &ticket.Rules{Types: []ticket.Type{complaint}, Plan: contact.DefaultPlan(), Zone: cst, Clocks: clocks, People: ranked{}}
		b := ticket.NewBook(newMemory(), func() *ticket.Rules { return rules })
		k := create(t, b, ticket.Ticket{Type: "complaint", Complaint: &ticket.Complaint{About: "gm"}})
		for range 4 {
			time.Sleep(12 * time.Hour)
			if _, _, err := b.Tick(t.Context(), time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		list, _, err := b.Notices(ticket.Viewer{}, ticket.NoticeFilter{Ticket: k.ID}, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		heard := map[string]string{}
		for _, n := range list {
			if n.Person == "gm" {
				t.Errorf("whom it is about is told: %+v", n)
			}
			heard[n.Person+" "+n.By] = n.Phone
		}
		for way, number := range map[string]string{"lead sms": "13900000002", "lead call": "13900000002", "desk console": "8003"} {
			if heard[way] != number {
				t.Errorf("%s: %q, want %q; %v", way, heard[way], number, heard)
			}
		}
	})
}
