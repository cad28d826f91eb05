package ticket

import (
	"context"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// Merge closes one ticket because it goes on in another, which gets its links, numbers and relations.
func (b *Book) Merge(ctx context.Context, by books.By, id string, rev uint64, into string) (Ticket, error) {
	return changed(ctx, b, by, func(e *Edit) (Ticket, error) { return e.merge(id, rev, into) })
}

func (e *Edit) merge(id string, rev uint64, into string) (Ticket, error) {
	if id == into {
		return Ticket{}, fault.Fields{{Path: "into", Key: "ticket.itself", Message: "a ticket goes on in another one"}}
	}
	winner, err := books.Get(e.tx.Tickets, "ticket", into)
	if err != nil {
		return Ticket{}, err
	}
	if !winner.IsOpen() {
		return Ticket{}, fault.New(fault.Conflict, "ticket.closed", "merge into ticket %s: it is closed", winner.Number)
	}
	from, err := books.Get(e.tx.Tickets, "ticket", id)
	if err != nil {
		return Ticket{}, err
	}
	if about := complaintAbout(from); about != "" && !winner.HiddenFrom(about) {
		return Ticket{}, fault.New(fault.Conflict, "ticket.about_somebody", "merge ticket %s into %s: it is a complaint about somebody, who would see it", from.Number, winner.Number)
	}
	loser, err := e.Do(id, rev, MergeInto{Ticket: into, Number: winner.Number})
	if err != nil {
		return Ticket{}, err
	}
	to := winner.clone()
	for _, l := range loser.Links {
		if !slices.ContainsFunc(to.Links, func(h Link) bool { return h.Kind == l.Kind && h.ID == l.ID }) && len(to.Links) < maxLinks {
			to.Links = append(to.Links, l)
		}
	}
	for _, p := range loser.Phones {
		if !slices.Contains(to.Phones, p) && len(to.Phones) < maxPhones {
			to.Phones = append(to.Phones, p)
		}
	}
	to.Relations = append(to.Relations, Relation{"merged_from", id})
	if err := e.tx.Entries.Put(Entry{
		ID: books.NewID(), Ticket: into, At: e.now, By: e.who, What: "merged_from", Args: map[string]string{"number": loser.Number}, Text: loser.Body,
	}); err != nil {
		return Ticket{}, err
	}
	if err := e.moveAttachments(id, into); err != nil {
		return Ticket{}, err
	}
	if err := e.hear(to, loser.Body); err != nil {
		return Ticket{}, err
	}
	return books.Stored(e.tx.Tickets, "ticket", into, to)
}

// Split makes a ticket of its own of something that the customer also asked for.
func (b *Book) Split(ctx context.Context, by books.By, id string, part Ticket) (Ticket, error) {
	return changed(ctx, b, by, func(e *Edit) (Ticket, error) {
		from, err := books.Get(e.tx.Tickets, "ticket", id)
		if err != nil {
			return Ticket{}, err
		}
		part.Customer, part.Name, part.Phones, part.Vehicle, part.Plate = from.Customer, from.Name, slices.Clone(from.Phones), from.Vehicle, from.Plate
		part.Source = from.Source
		part.Relations = append(part.Relations, Relation{"split_from", id})
		made, err := e.Create(part)
		if err != nil {
			return Ticket{}, err
		}
		from = from.clone()
		from.Relations = append(from.Relations, Relation{"split_into", made.ID})
		return made, e.tx.Tickets.Put(from)
	})
}

// Relate joins two tickets that have to do with each other; both say so.
func (b *Book) Relate(ctx context.Context, by books.By, a, other string) error {
	return b.Change(ctx, by, func(e *Edit) error {
		if a == other {
			return fault.Fields{{Path: "ticket", Key: "ticket.itself", Message: "a ticket is related to another one"}}
		}
		for _, pair := range [][2]string{{a, other}, {other, a}} {
			t, err := books.Get(e.tx.Tickets, "ticket", pair[0])
			if err != nil {
				return err
			}
			r := Relation{"related", pair[1]}
			if slices.Contains(t.Relations, r) {
				continue
			}
			if len(t.Relations) >= maxLinks {
				return fault.New(fault.Invalid, "ticket.too_many_links", "relate ticket %s: it has %d relations", t.Number, maxLinks)
			}
			t = t.clone()
			t.Relations = append(t.Relations, r)
			if err := e.tx.Tickets.Put(t); err != nil {
				return err
			}
		}
		return nil
	})
}

// Bulk is what came of it for one of many.
type Bulk struct {
	ID    string
	Error error
}

// DoAll lets the same happen to many tickets. Each is a change of its own: one that refuses it does not hold up the others.
func (b *Book) DoAll(ctx context.Context, who Viewer, by books.By, ids []string, ev Event) []Bulk {
	out := make([]Bulk, len(ids))
	for i, id := range ids {
		t, err := b.Ticket(id)
		if err == nil && !who.sees(&t) {
			err = NotThere(id)
		}
		if err == nil {
			_, err = b.Do(ctx, by, id, 0, ev)
		}
		out[i] = Bulk{id, err}
	}
	return out
}
