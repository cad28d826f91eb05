package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// dueTickets fall due in the same second, a minute after they were opened.
const dueTickets = 10_000

// hurry is the type of these tickets.
var hurry = object{ //nolint:gochecknoglobals // a constant table
	"id": "hurry", "name": "hurry", "prefix": "H", "closing": object{},
	"targets": []object{{"of": "first_contact", "within_minutes": 1, "ladder": []object{{"after_minutes": 1, "role": "owner", "by": []string{"console"}}}}},
}

// benchDue calls into a queue at 50/s while ten thousand tickets fall due, and before.
func benchDue(binary string, _ time.Duration) error {
	b, err := newBox(binary)
	if err != nil {
		return err
	}
	defer b.stop()
	b.agents, b.types = 100, []object{hurry}
	var opened time.Time
	b.prepare = func() (err error) {
		opened, err = b.openTickets()
		return err
	}
	err = b.withAgents(func(c *callers, a *agents) error {
		const before, window = 12 * time.Second, 12 * time.Second
		due := opened.Add(time.Minute)
		if time.Until(due) < before+2*time.Second {
			return fmt.Errorf("the box was not up %s before the tickets fell due", before)
		}
		for _, when := range []string{"before", "while"} {
			c.reset()
			if when == "while" {
				time.Sleep(time.Until(due.Add(-2 * time.Second)))
			}
			n := c.load("4002", 50, window-2*time.Second, time.Second, "")
			c.wait(2 * time.Second)
			d := a.delays(c)
			row(when+" 10,000 tickets fall due: INVITE to agent's INVITE, p50", percentile(d, 0.5), "ms", "")
			row(when+" 10,000 tickets fall due: INVITE to agent's INVITE, p99", percentile(d, 0.99), "ms", "+ 5")
			row(when+" 10,000 tickets fall due: calls not answered", float64(n-c.answered()), "calls", "0")
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.halt()
	return b.told()
}

func (b *box) data() string { return filepath.Join(b.dir, "data", "dealerline.db") }

// openTickets fills the box's store before it starts, and says when the first was opened.
func (b *box) openTickets() (first time.Time, err error) {
	err = b.withTickets(func(book *ticket.Book) error {
		first = time.Now()
		for range dueTickets / 500 {
			by := books.By{Who: "bench", Via: "api", Action: "create-ticket"}
			err := book.Change(context.Background(), by, func(e *ticket.Edit) error {
				for range 500 {
					if _, err := e.Create(ticket.Ticket{Type: "hurry", Subject: "x", Phones: []string{"13800000001"}, Owner: "a8000"}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	row("tickets opened", dueTickets/time.Since(first).Seconds(), "per s", "")
	return first, err
}

// told says how long the box took to tell of all that was due, from what its notices say.
func (b *box) told() error {
	return b.withTickets(func(book *ticket.Book) error {
		var first, last time.Time
		n, after := 0, ""
		for {
			list, next, err := book.Notices(ticket.Viewer{}, ticket.NoticeFilter{}, after, 500)
			if err != nil {
				return err
			}
			for _, k := range list {
				if k.Kind != ticket.KindEscalation {
					continue
				}
				if n++; first.IsZero() || k.At.Before(first) {
					first = k.At
				}
				if k.At.After(last) {
					last = k.At
				}
			}
			if after = next; next == "" {
				break
			}
		}
		row("tickets that were told of", float64(n), "tickets", "10000")
		row("  from the first to the last", last.Sub(first).Seconds(), "s", "≤ 5")
		return nil
	})
}

// withTickets opens the store of a box that does not run.
func (b *box) withTickets(use func(*ticket.Book) error) error {
	db, err := store.Open(b.data(), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = db.Run(ctx) // it returns the context's cause
	}()
	types := []ticket.Type{{ID: "hurry", Name: "hurry", Prefix: "H", Targets: []ticket.Target{
		{Of: ticket.OfContact, Within: 1, Ladder: []ticket.Rung{{After: 1, Role: ticket.RoleOwner, By: []string{ticket.ByConsole}}}},
	}}}
	rules := &ticket.Rules{Types: types, Plan: contact.DefaultPlan(), Zone: time.UTC, Clocks: func(string) ticket.Clock { return wall{} }, People: owner{}}
	err = use(ticket.NewBook(store.TicketBooks{DB: db}, func() *ticket.Rules { return rules }))
	cancel()
	<-ended
	return errors.Join(err, db.Close())
}

// wall is the clock that never stands still.
type wall struct{}

func (wall) Add(from time.Time, d time.Duration) time.Time { return from.Add(d) }
func (wall) Between(a, b time.Time) time.Duration          { return b.Sub(a) }

// owner is the one person that owns all of these tickets.
type owner struct{}

func (owner) Person(id string) (ticket.Person, bool) {
	return ticket.Person{ID: id, Name: id, Phone: "8000"}, id == "a8000"
}

func (o owner) one() []ticket.Person { p, _ := o.Person("a8000"); return []ticket.Person{p} }

func (o owner) Holders(string, string, time.Time) []ticket.Person { return o.one() }
func (o owner) Above(string, time.Time) []ticket.Person           { return nil }
func (o owner) Owners(string, time.Time) []ticket.Person          { return o.one() }
func (owner) Opens(_ string, after time.Time) time.Time           { return after }
