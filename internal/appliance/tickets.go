package appliance

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// tickets joins the tickets to the rest of the box.
type tickets struct {
	box      *Box
	book     *ticket.Book
	now      atomic.Pointer[ticketSettings]
	anew     chan struct{} // the calendars have changed
	before   *settings.Document
	purposes sync.Map // call.ID → purpose, until the call is over
}

// attachmentsDir is where files of tickets lie, below the data directory. Like recordings they are not in the backup: they are many
// and never change, so that a copy of the directory is a backup of them, which their rows' hashes can be held against.
const attachmentsDir = "attachments"

// ticketSettings is what of the settings tickets follow.
type ticketSettings struct {
	rules  *ticket.Rules
	roster *roster.Roster
}

func newTickets(b *Box) *tickets {
	t := &tickets{box: b, anew: make(chan struct{}, 1)}
	t.book = ticket.NewBook(store.TicketBooks{DB: b.db}, func() *ticket.Rules { return t.now.Load().rules })
	return t
}

// follow takes changed settings.
func (t *tickets) follow(d *settings.Document) error {
	rules, staffed, err := ticketRules(d)
	if err != nil {
		return err
	}
	t.now.Store(&ticketSettings{rules, staffed})
	if t.before != nil && !sameCalendars(t.before, d) {
		select {
		case t.anew <- struct{}{}:
		default:
		}
	}
	t.before = d
	t.book.Wake()
	return nil
}

// run lets happen what is due, and reckons deadlines anew when the calendars have changed.
func (t *tickets) run(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- ticket.NewScheduler(t.book, t.box.log).Run(ctx) }()
	for {
		select {
		case <-t.anew:
			if err := t.book.Rearrange(ctx); err != nil && ctx.Err() == nil {
				t.box.log.Error("reckon deadlines of tickets anew", "error", err)
			}
		case err := <-done:
			return err
		}
	}
}

// knowCaller adds to a call's card what is open of the caller's: who owns it, how pressing it is, whom to keep away.
func (t *tickets) knowCaller(card call.Card) call.Card {
	ids := []string{card.Number, card.Customer}
	open, err := t.book.OpenOf(ticket.Viewer{}, ids, maxOpen)
	if err != nil {
		t.box.log.Error("look up tickets of caller", "number", phone.Mask(card.Number), "error", err)
		return card
	}
	rules := t.now.Load().rules
	now := time.Now()
	card.OpenTickets = len(open)
	for i := range open {
		k := &open[i]
		if card.TicketOwner == "" {
			card.TicketOwner = k.Owner
		}
		if k.Complaint != nil && card.AvoidAgent == "" {
			card.AvoidAgent = k.Complaint.About
		}
		typ, ok := rules.Type(k.Type)
		if !ok {
			continue
		}
		if late := k.Deadline(); typ.Job || (!late.IsZero() && !now.Before(late)) {
			card.Bonus = max(card.Bonus, typ.Head.Duration())
			card.Direct = card.Direct || typ.Direct
		}
	}
	if card.TicketOwner == card.AvoidAgent {
		card.TicketOwner = ""
	}
	return card
}

// ticketEntries are tickets in a customer's time line, and what of it waits for somebody; it satisfies crm.Source and
// crm.Waiting.
type ticketEntries struct{ book *ticket.Book }

// Entries are the tickets of a customer behind a place, newest first.
func (s ticketEntries) Entries(who crm.Subject, behind crm.Place, limit int) ([]crm.Entry, error) {
	list, err := s.book.Past(who.Customers, behind.At, behind.ID, limit)
	return entriesOf(list), err
}

// Open are those that wait for somebody, the most pressing first.
func (s ticketEntries) Open(who crm.Subject, limit int) ([]crm.Entry, error) {
	list, err := s.book.OpenOf(ticket.Viewer{}, slices.Concat(who.Customers, who.Numbers, who.Vehicles), limit)
	return entriesOf(list), err
}

func entriesOf(list []ticket.Ticket) []crm.Entry {
	out := make([]crm.Entry, 0, len(list))
	for i := range list {
		t := &list[i]
		e := crm.Entry{
			At: t.CreatedAt, Kind: "ticket", ID: t.ID, Open: t.IsOpen(), Vehicle: t.Vehicle, Agent: t.Owner, Summary: t.Subject,
			Detail: map[string]string{"number": t.Number, "type": t.Type, "state": string(t.State), "priority": string(t.Priority)},
		}
		if d := t.Deadline(); !d.IsZero() {
			e.Detail["deadline"] = d.UTC().Format(time.RFC3339)
		}
		if t.Complaint != nil {
			e.Not = t.Complaint.About
		}
		if t.Outcome != "" {
			e.Detail["outcome"] = string(t.Outcome)
		}
		out = append(out, e)
	}
	return out
}
