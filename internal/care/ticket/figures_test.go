package ticket_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// TestFigures counts tickets whose figures were worked out by hand.
func TestFigures(t *testing.T) {
	var f ticket.Figures
	count := func(p *play) {
		typ := p.env.Type
		f.Add(&p.t, typ)
	}

	a := start(t, rescue, ticket.Ticket{Owner: "li"}) // contacted after 12 minutes, verified as satisfied
	a.do("li", 0, ticket.SendOut{Choices: []ticket.Choice{{Person: "t"}}})
	a.do("t", time.Minute, ticket.Accept{Person: "t"})
	in := reached("t", "c1", "")
	in.Attempt.At = open.Add(12 * time.Minute)
	a.do("t", 11*time.Minute, in)
	a.do("t", time.Hour, ticket.Complete{Person: "t", Text: "x"})
	a.do("li", time.Hour, reached("li", "c2", contact.Satisfied))
	count(a)

	b := start(t, rescue, ticket.Ticket{Owner: "li"}) // contacted after 16 minutes, late; unreachable afterwards
	b.do("li", 0, ticket.SendOut{Choices: []ticket.Choice{{Person: "t"}}})
	b.do("t", time.Minute, ticket.Accept{Person: "t"})
	b.do("box", 14*time.Minute, ticket.Tick{})
	late := reached("t", "c1", "")
	late.Attempt.At = open.Add(16 * time.Minute)
	b.do("t", time.Minute, late)
	b.do("t", time.Hour, ticket.Complete{Person: "t", Text: "x"})
	for b.t.State != ticket.Closed {
		at := b.t.NextCall
		b.do("li", max(at.Sub(b.now), 0), ticket.Contact{Attempt: contact.Attempt{At: at, By: "li", Call: at.String(), Result: contact.NoAnswer}})
	}
	count(b)

	c := start(t, complaint, ticket.Ticket{Owner: "li", Form: map[string]string{"remedy": "x"}}) // open, first contact yet to come
	count(c)

	d := start(t, complaint, ticket.Ticket{Owner: "li", Form: map[string]string{"remedy": "x"}, Relations: []ticket.Relation{{Kind: "repeat_of", Ticket: "c"}}})
	d.do("li", time.Hour, reached("li", "c1", ""))
	d.do("box", 47*time.Hour, ticket.Tick{}) // the resolution is late
	d.do("li", time.Minute, ticket.Resolve{Text: "x"})
	d.do("wang", time.Minute, reached("wang", "c2", contact.Dissatisfied))
	count(d)

	e := start(t, complaint, ticket.Ticket{Owner: "li"})
	e.do("li", 0, ticket.MergeInto{Ticket: "d", Number: "d"})
	count(e)
	g := start(t, complaint, ticket.Ticket{Owner: "li"})
	g.do("li", 0, ticket.Cancel{Why: "prank"})
	count(g)

	want := ticket.Figures{
		Opened: 5, Open: 2, FirstContact: ticket.Rate{Met: 2, Of: 3}, Quarter: ticket.Rate{Met: 1, Of: 2}, Resolution: ticket.Rate{Met: 0, Of: 1},
		Loop: ticket.Rate{Met: 1, Of: 2}, Repeat: ticket.Rate{Met: 1, Of: 3}, Satisfied: ticket.Rate{Met: 1, Of: 2}, Reopened: ticket.Rate{Met: 1, Of: 3},
	}
	if f != want {
		t.Errorf("got  %+v\nwant %+v", f, want)
	}
}

func TestFiguresOfATime(t *testing.T) {
	b, _ := newBook(t, staff{})
	before := time.Now()
	create(t, b, ticket.Ticket{Type: "rescue", Owner: "li"})
	create(t, b, ticket.Ticket{Type: "inquiry", Owner: "wang"})
	create(t, b, ticket.Ticket{Type: "complaint", Owner: "wang", Complaint: &ticket.Complaint{About: "li"}})
	for _, tc := range []struct {
		who      string
		from, to time.Time
		opened   int
		groups   int
	}{
		{"wang", before, time.Now().Add(time.Second), 3, 3},
		{"li", before, time.Now().Add(time.Second), 2, 2},
		{"wang", before.Add(-time.Hour), before, 0, 0},
		{"wang", time.Now().Add(time.Second), time.Now().Add(time.Hour), 0, 0},
	} {
		all, groups, whole, err := b.Figures(ticket.Viewer{Person: tc.who}, tc.from, tc.to, ticket.ByType)
		if err != nil || !whole || all.Opened != tc.opened || len(groups) != tc.groups {
			t.Errorf("%+v: %+v in %d groups, %v", tc, all, len(groups), err)
		}
	}
}
