package wrapup

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// Call is what is known of a call that is wrapped up.
type Call struct {
	ID, Agent, Queue string
	StartedAt        time.Time
	Number, Customer string
}

// Book is the service. Its methods are safe from any goroutine.
type Book struct {
	books   Books
	tickets *ticket.Book
	tree    func() Tree
}

// NewBook makes the service on the books, with the tree of the moment.
func NewBook(b Books, tickets *ticket.Book, tree func() Tree) *Book { return &Book{b, tickets, tree} }

// Tree are the dispositions in force.
func (b *Book) Tree() Tree { return b.tree() }

// Limits of what is written of a call, in characters, and of how many tickets come of it and drafts an agent has.
const (
	maxNote    = 2000
	maxTickets = 20
	maxDrafts  = 20
)

// Words are what somebody says of a call.
type Words struct {
	Disposition string
	Note        string
}

// check tidies the words and says what is wrong with them. A draft may be incomplete.
func (w *Words) check(t Tree, draft bool) error {
	k := books.Checker{}
	k.Text("note", &w.Note, maxNote)
	_, known := t.Find(w.Disposition)
	switch {
	case w.Disposition == "" && draft:
	case w.Disposition == "":
		k.Wrong("disposition", "wrap_up.disposition_missing", "it must be said what the call was about")
	case !known:
		k.Wrong("disposition", "wrap_up.disposition_unknown", "there is no disposition %q", books.Shorten(w.Disposition))
	case t.IsGroup(w.Disposition) && !draft:
		k.Wrong("disposition", "wrap_up.group", "%q is a group: one of those in it is needed", books.Shorten(w.Disposition))
	}
	return k.Found.Err()
}

// Give notes what somebody says of a call; who is the person or user who says it, rev the revision of the record that was read,
// which matters only when something was said by then. The same words once more change nothing, whatever was read. news reports
// whether they did.
func (b *Book) Give(ctx context.Context, by books.By, who string, c Call, rev uint64, w Words) (r Record, news bool, err error) {
	tree := b.tree()
	if err := w.check(tree, false); err != nil {
		return r, false, err
	}
	err = b.books.Change(ctx, by, func(tx Tx) error {
		had, ok, err := tx.Records.Get(c.ID)
		if err != nil {
			return err
		}
		r, news = had, false
		if ok && had.Disposition == w.Disposition && had.Note == w.Note {
			return tx.Drafts.Delete(draftID(c.ID, who))
		}
		if ok && had.Said() { // as long as nobody has said anything, a ticket that was opened meanwhile is no reason to read again
			if err := books.SameRev("wrap_up", c.ID, had.Meta.Rev, rev); err != nil {
				return err
			}
		}
		if !ok {
			r = Record{Call: c.ID, Agent: c.Agent, Queue: c.Queue, StartedAt: c.StartedAt, Number: c.Number, Customer: c.Customer}
		}
		r.say(tree, w)
		r.By, r.At = who, time.Now().UTC()
		if err := tx.Drafts.Delete(draftID(c.ID, who)); err != nil {
			return err
		}
		news = true
		r, err = books.Stored(tx.Records, "wrap_up", c.ID, r)
		return err
	})
	return r, news, err
}

// say takes the words over.
func (r *Record) say(t Tree, w Words) {
	r.Disposition, r.Note, r.Path = w.Disposition, w.Note, nil
	var names []string
	for _, d := range t.Path(w.Disposition) {
		r.Path, names = append(r.Path, d.ID), append(names, d.Name)
	}
	r.Name = strings.Join(names, " / ")
}

// Owe notes that somebody has to say what a call was about, in the transaction of the call's record. Who has said it during the
// call owes nothing.
func (b *Book) Owe(tx Tx, c Call, limit time.Time) error {
	r, ok, err := tx.Records.Get(c.ID)
	if err != nil || ok && r.Said() {
		return err
	}
	if !ok {
		r = Record{Call: c.ID, StartedAt: c.StartedAt}
	}
	r.Agent, r.Queue, r.Number, r.Customer, r.Limit = c.Agent, c.Queue, c.Number, c.Customer, limit
	return tx.Records.Put(r)
}

// Of is what was said of a call; ok is false when nothing is known.
func (b *Book) Of(call string) (r Record, ok bool, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		r, ok, err = tx.Records.Get(call)
		return err
	})
	return r, ok, err
}

// OfAll is [Book.Of] for many calls, in one view.
func (b *Book) OfAll(calls []string) (map[string]Record, error) {
	out := map[string]Record{}
	err := b.books.View(func(tx Tx) error {
		for _, id := range calls {
			r, ok, err := tx.Records.Get(id)
			if err != nil {
				return err
			}
			if ok {
				out[id] = r
			}
		}
		return nil
	})
	return out, err
}

// Missing lists the calls of which nobody has said what they were about by the limit, newest first: an agent's, or with an empty
// agent everybody's. after is the call that was seen last, next the one to go on behind, empty at the end.
func (b *Book) Missing(agent string, now time.Time, after string, limit int) (list []Record, next string, err error) {
	if agent == "" {
		agent = everybody
	}
	err = b.books.View(func(tx Tx) (err error) {
		var mark *books.Mark
		if after != "" {
			r, ok, err := tx.Records.Get(after)
			if err == nil && !ok {
				err = fault.New(fault.NotFound, "wrap_up.not_found", "list calls behind %s: there is none", after)
			}
			if err != nil {
				return err
			}
			mark = &books.Mark{Key: books.NewestFirst(agent, r.StartedAt)[0], ID: after}
		}
		list, next, err = books.PartOf(tx.Records.Find(byMissing, books.Exactly(agent), mark), after, limit,
			func(r Record) string { return r.Call }, func(r Record) bool { return !r.Limit.After(now) })
		return err
	})
	return list, next, err
}

func draftID(call, agent string) string { return call + " " + agent }

// SaveDraft keeps what an agent has typed so far. The newest [maxDrafts] of an agent are kept.
func (b *Book) SaveDraft(ctx context.Context, by books.By, who, call string, w Words) (d Draft, err error) {
	if err := w.check(b.tree(), true); err != nil {
		return d, err
	}
	d = Draft{ID: draftID(call, who), Call: call, Agent: who, Disposition: w.Disposition, Note: w.Note, At: time.Now().UTC()}
	err = b.books.Change(ctx, by, func(tx Tx) error {
		if err := tx.Drafts.Put(d); err != nil {
			return err
		}
		have, err := books.All(tx.Drafts, byAgent, who)
		if err != nil {
			return err
		}
		for i, o := range have {
			if i < maxDrafts {
				continue
			}
			if err := tx.Drafts.Delete(o.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return d, err
}

// Draft is what somebody has typed of a call; ok is false when there is nothing.
func (b *Book) Draft(who, call string) (d Draft, ok bool, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		d, ok, err = tx.Drafts.Get(draftID(call, who))
		return err
	})
	return d, ok, err
}

// Open opens a ticket for what was asked for in a call, and notes that it came of it, in one transaction. person is who of the
// roster does it.
func (b *Book) Open(ctx context.Context, by books.By, person string, c Call, t ticket.Ticket) (made ticket.Ticket, err error) {
	return b.join(ctx, by, person, c, func(e *ticket.Edit) (ticket.Ticket, error) { return e.Create(t) })
}

// Join notes that a call was about a ticket that is there.
func (b *Book) Join(ctx context.Context, by books.By, person string, c Call, id string) (t ticket.Ticket, err error) {
	return b.join(ctx, by, person, c, func(e *ticket.Edit) (ticket.Ticket, error) {
		t, err := e.Ticket(id)
		if err == nil && t.HiddenFrom(person) {
			err = ticket.NotThere(id)
		}
		if err == nil {
			err = e.Link(id, ticket.Link{Kind: "call", ID: c.ID, At: c.StartedAt})
		}
		if err != nil {
			return t, err
		}
		return e.Ticket(id)
	})
}

func (b *Book) join(ctx context.Context, by books.By, person string, c Call, do func(e *ticket.Edit) (ticket.Ticket, error)) (t ticket.Ticket, err error) {
	err = b.books.Change(ctx, by, func(tx Tx) error {
		t, err = do(b.tickets.As(person).Edit(tx.Tickets, by))
		if err != nil {
			return err
		}
		r, ok, err := tx.Records.Get(c.ID)
		if err != nil {
			return err
		}
		if !ok {
			r = Record{Call: c.ID, Agent: c.Agent, Queue: c.Queue, StartedAt: c.StartedAt, Number: c.Number, Customer: c.Customer}
		}
		if slices.Contains(r.Tickets, t.ID) {
			return nil
		}
		if len(r.Tickets) >= maxTickets {
			return fault.New(fault.Conflict, "wrap_up.too_many_tickets", "join ticket to call %s: it has %d", c.ID, maxTickets)
		}
		r.Tickets = append(slices.Clone(r.Tickets), t.ID)
		return tx.Records.Put(r)
	})
	b.tickets.Wake()
	return t, err
}
