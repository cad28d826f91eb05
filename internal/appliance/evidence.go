package appliance

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// purpose is what the box knows of a call that it dialled for a ticket.
type purpose struct {
	ticket string
	person string // who speaks with the customer
}

// leastRing is how long a telephone must have rung in vain to count as an attempt.
const leastRing = 10 * time.Second

// prove takes what a call's record proves about tickets, in the transaction of the record: attempts to reach the customer,
// conversations, and which call belongs to which ticket.
func (t *tickets) prove(tx *store.Tx, r call.CDR) error {
	number, outbound := customersNumber(r)
	if number == "" || r.Attrs[attrNotice] != "" { // a call that told somebody of the house is none with the customer
		return nil
	}
	why, _ := t.purposes.LoadAndDelete(r.ID)
	p, dialled := why.(purpose)
	edit := t.book.Edit(store.TicketsOf(tx), books.By{Who: "box", Via: "call", Action: "prove-contact"})
	open, err := edit.OpenOf([]string{number, r.Card.Customer})
	if err != nil {
		return err
	}
	person := cmp.Or(p.person, r.Agent, t.holder(r))
	for i := range open {
		k := &open[i]
		if dialled && k.ID != p.ticket {
			continue
		}
		err = errors.Join(err, edit.Link(k.ID, ticket.Link{Kind: "call", ID: string(r.ID), At: r.StartedAt}))
		if a, ok := attempt(r, number, person, outbound); ok && (dialled || concerns(k, person, outbound)) {
			_, e := edit.Do(k.ID, 0, ticket.Contact{Attempt: a, Seen: true})
			err = errors.Join(err, e)
		}
	}
	return err
}

// holder is who of the roster has the phone of the house that a call was made from.
func (t *tickets) holder(r call.CDR) string {
	if len(r.Legs) == 0 || r.Legs[0].Kind != line.Extension {
		return ""
	}
	p, _ := t.now.Load().roster.WithPhone(r.Legs[0].Line)
	return p.ID
}

// concerns reports whether a conversation with the customer is about a ticket although nobody has said so: that of whoever
// works on it, or, when the work is done, one that the dealership began.
func concerns(k *ticket.Ticket, person string, outbound bool) bool {
	if person == "" {
		return false
	}
	if d := k.Dispatch; d != nil && d.Technician != nil && d.Technician.Person == person {
		return true
	}
	return k.Owner == person || (k.State == ticket.Resolved && outbound)
}

// customersNumber is the number outside the house that a call was with, and whether the house has dialled it.
func customersNumber(r call.CDR) (number string, outbound bool) {
	for _, l := range slices.Backward(r.Legs) {
		if l.Kind != line.Extension && l.Direction == line.Outbound {
			if r.Card.Trunk == "" { // the first leg was a phone of the house, or the box itself
				return phone.Normalize(l.Number), true
			}
		}
	}
	if r.Card.Trunk != "" {
		return r.Card.Number, false
	}
	return "", false
}

// attempt is what a call's record says about reaching the customer; ok is false for one that says nothing: a call that the
// house gave up at once, or that never left it.
func attempt(r call.CDR, number, person string, outbound bool) (a contact.Attempt, ok bool) {
	a = contact.Attempt{At: r.StartedAt, By: person, Call: string(r.ID), Number: number, Inbound: !outbound, Recording: r.Recording}
	if !r.ConnectedAt.IsZero() && r.Disposition == call.Answered {
		a.Result, a.Talk = contact.Reached, r.EndedAt.Sub(r.ConnectedAt)
		return a, true
	}
	if !outbound {
		return a, false
	}
	for _, l := range r.Legs {
		if l.Kind == line.Extension || l.Direction != line.Outbound {
			continue
		}
		switch l.Cause {
		case line.UserBusy:
			a.Result = contact.Busy
		case line.UnallocatedNumber, line.InvalidNumber, line.NumberChanged:
			a.Result = contact.WrongNumber
		case line.SubscriberAbsent, line.DestinationOutOfOrder:
			a.Result = contact.PoweredOff
		case line.NoAnswer, line.NoUserResponding, line.CallRejected:
			a.Result = contact.NoAnswer
		default:
			if l.EndedAt.Sub(l.StartedAt) < leastRing {
				continue
			}
			a.Result = contact.NoAnswer
		}
	}
	return a, a.Result != ""
}

// proof is what the box knows of a call, of one that is up as well.
func (t *tickets) proof(ctx context.Context, id call.ID) (p api.CallProof, ok bool, err error) {
	if v, err := t.box.calls.Look(ctx, id); err == nil {
		p = api.CallProof{At: v.StartedAt, Customer: v.Card.Customer, Number: v.Card.Number, Inbound: true, Connected: !v.ConnectedAt.IsZero(), Recording: v.Recording}
		for _, o := range v.Outside {
			if o.Dialed && v.Card.Trunk == "" {
				p.Number, p.Inbound = phone.Normalize(o.Number), false
			}
		}
		return p, true, nil
	}
	r, ok, err := t.box.ledger.Record(id)
	if !ok || err != nil {
		return p, false, err
	}
	number, outbound := customersNumber(r)
	return api.CallProof{
		At: r.StartedAt, Customer: r.Card.Customer, Number: number, Inbound: !outbound, Connected: r.Disposition == call.Answered, Recording: r.Recording,
	}, true, nil
}
