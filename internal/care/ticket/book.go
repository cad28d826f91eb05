package ticket

import (
	"cmp"
	"context"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// Rules are the settings that tickets follow, as one consistent picture.
type Rules struct {
	Types  []Type
	Plan   contact.Plan
	Zone   *time.Location
	Clocks Clocks
	People People
}

// Type finds a type.
func (r *Rules) Type(id string) (*Type, bool) {
	for i := range r.Types {
		if r.Types[i].ID == id {
			return &r.Types[i], true
		}
	}
	return nil, false
}

// env is what a ticket's step depends on. A type that the settings no longer have is one without promises, whose tickets
// can be brought to their end.
func (r *Rules) env(typ string) Env {
	t, ok := r.Type(typ)
	if !ok {
		t = &Type{ID: typ, Name: typ}
	}
	return Env{Type: t, Clocks: r.Clocks, Plan: r.Plan, Zone: r.Zone}
}

// Book is the service of tickets. Its methods are safe from any goroutine.
type Book struct {
	books Books
	rules func() *Rules
	// wake tells the scheduler that something may be due earlier.
	wake chan struct{}
	// told tells the courier that there may be notices.
	told chan struct{}
	// person is who of the roster acts; empty: whoever the change is on behalf of.
	person string
}

// As is the same book for what somebody of the roster does, who may have another id as a user.
func (b *Book) As(person string) *Book {
	c := *b
	c.person = person
	return &c
}

// NewBook makes the service on the books, by the rules of the moment.
func NewBook(books Books, rules func() *Rules) *Book {
	return &Book{books: books, rules: rules, wake: make(chan struct{}, 1), told: make(chan struct{}, 1)}
}

// Edit is one change in the making: all it does is one transaction.
type Edit struct {
	tx    Tx
	now   time.Time
	rules *Rules
	who   string
}

// Edit makes the changes of one transaction on behalf of by. In one that only reads it can look things up.
func (b *Book) Edit(tx Tx, by books.By) *Edit {
	return &Edit{tx: tx, now: time.Now().UTC(), rules: b.rules(), who: cmp.Or(b.person, by.Who)}
}

// Change runs fn in one transaction. It may be run twice.
func (b *Book) Change(ctx context.Context, by books.By, fn func(e *Edit) error) error {
	err := b.books.Change(ctx, by, func(tx Tx) error { return fn(b.Edit(tx, by)) })
	b.Wake()
	return err
}

// Wake has the scheduler look for what is due, and the courier for what is to be told. Whoever changes tickets by [Book.Edit]
// calls it afterwards.
func (b *Book) Wake() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
	b.wakeCourier()
}

func (b *Book) wakeCourier() {
	select {
	case b.told <- struct{}{}:
	default:
	}
}

func changed[T any](ctx context.Context, b *Book, by books.By, fn func(e *Edit) (T, error)) (v T, err error) {
	err = b.Change(ctx, by, func(e *Edit) (err error) {
		v, err = fn(e)
		return err
	})
	return v, err
}

// Create opens a ticket. Of t counts what people write; the rest is made here.
func (b *Book) Create(ctx context.Context, by books.By, t Ticket) (Ticket, error) {
	return changed(ctx, b, by, func(e *Edit) (Ticket, error) { return e.Create(t) })
}

// Create is [Book.Create] as part of a larger change.
func (e *Edit) Create(t Ticket) (Ticket, error) {
	if bad := t.check(e.rules, AtCreate); bad != nil {
		return Ticket{}, bad
	}
	n := Ticket{
		ID: books.NewID(), Type: t.Type, Priority: t.Priority, Subject: t.Subject, Body: t.Body, Customer: t.Customer, Name: t.Name,
		Phones: t.Phones, Vehicle: t.Vehicle, Plate: t.Plate, Department: t.Department, Owner: t.Owner, Watchers: t.Watchers,
		Source: t.Source, Form: t.Form, Links: t.Links, Relations: t.Relations, Tags: t.Tags, Complaint: t.Complaint,
	}
	env := e.rules.env(t.Type)
	var err error
	if n.Number, err = e.number(env); err != nil {
		return Ticket{}, err
	}
	if env.Type.Complaint {
		if err := e.repeats(&n); err != nil {
			return Ticket{}, err
		}
	}
	n, effects := Start(n, e.who, e.now, env)
	if err := e.tx.Words.Put(wordsOf(&n)); err != nil {
		return Ticket{}, err
	}
	return e.settle(n, effects, env)
}

// Do lets something happen to a ticket, on behalf of by. rev is the revision that was read; 0 is for facts, which are true
// whatever the ticket has become meanwhile.
func (b *Book) Do(ctx context.Context, by books.By, id string, rev uint64, ev Event) (Ticket, error) {
	return changed(ctx, b, by, func(e *Edit) (Ticket, error) { return e.Do(id, rev, ev) })
}

// Do is [Book.Do] as part of a larger change.
func (e *Edit) Do(id string, rev uint64, ev Event) (Ticket, error) {
	t, err := books.Get(e.tx.Tickets, "ticket", id)
	if err != nil {
		return Ticket{}, err
	}
	if rev != 0 {
		if err := books.SameRev("ticket", id, t.Meta.Rev, rev); err != nil {
			return Ticket{}, err
		}
	}
	if err := e.checkEvent(&t, &ev); err != nil {
		return Ticket{}, err
	}
	env := e.rules.env(t.Type)
	n, effects, err := Step(t, ev, e.who, e.now, env)
	if err != nil {
		return Ticket{}, err
	}
	return e.settle(n, effects, e.rules.env(n.Type))
}

// Write stores what people changed in a ticket under the revision that was read.
func (b *Book) Write(ctx context.Context, by books.By, t Ticket) (Ticket, error) {
	return changed(ctx, b, by, func(e *Edit) (Ticket, error) {
		if bad := t.check(e.rules, ""); bad != nil {
			return Ticket{}, bad
		}
		n, err := e.Do(t.ID, t.Meta.Rev, Rewrite{t})
		if err == nil {
			err = e.gather(n)
		}
		return n, err
	})
}

// Comment adds to a ticket's history.
func (b *Book) Comment(ctx context.Context, by books.By, id, text string) (Entry, error) {
	return changed(ctx, b, by, func(e *Edit) (Entry, error) {
		t, err := books.Get(e.tx.Tickets, "ticket", id)
		if err != nil {
			return Entry{}, err
		}
		k := books.Checker{}
		if k.Text("text", &text, maxText); text == "" {
			k.Wrong("text", "ticket.comment_empty", "a comment needs a text")
		}
		if err := k.Found.Err(); err != nil {
			return Entry{}, err
		}
		n := Entry{ID: books.NewID(), Ticket: id, At: e.now, By: e.who, What: Comment, Text: text}
		if err := e.tx.Entries.Put(n); err != nil {
			return n, err
		}
		return n, e.hear(t, text)
	})
}

// Link joins something to a ticket: a call, a photo. What is there already stays as it is.
func (e *Edit) Link(id string, l Link) error {
	t, err := books.Get(e.tx.Tickets, "ticket", id)
	if err != nil {
		return err
	}
	for _, have := range t.Links {
		if have.Kind == l.Kind && have.ID == l.ID {
			return nil
		}
	}
	if len(t.Links) == maxLinks {
		return fault.New(fault.Invalid, "ticket.too_many_links", "link to ticket %s: it has %d", t.Number, maxLinks)
	}
	t.Links = append(t.clone().Links, l)
	return e.tx.Tickets.Put(t)
}

// Ticket reads a ticket.
func (b *Book) Ticket(id string) (t Ticket, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		t, err = books.Get(tx.Tickets, "ticket", id)
		return err
	})
	return t, err
}
