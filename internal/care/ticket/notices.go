package ticket

import (
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

// Acknowledged is the entry of somebody who has said to have heard of an escalation.
const Acknowledged = "acknowledged"

// As is the same change for what somebody of the roster does.
func (e *Edit) As(person string) *Edit {
	c := *e
	c.who = person
	return &c
}

// Note adds to a ticket's history.
func (e *Edit) Note(id, what string, args map[string]string) error {
	return e.tx.Entries.Put(Entry{ID: books.NewID(), Ticket: id, At: e.now, By: e.who, What: what, Args: args})
}

// Ticket reads a ticket as this change has left it.
func (e *Edit) Ticket(id string) (Ticket, error) { return books.Get(e.tx.Tickets, "ticket", id) }

// Notice reads a notice as this change has left it.
func (e *Edit) Notice(id string) (Notice, error) { return books.Get(e.tx.Notices, "notice", id) }

// PutNotice writes what has become of a notice.
func (e *Edit) PutNotice(n Notice) error { return e.tx.Notices.Put(n) }

// Acknowledge notes that a person has heard of an escalation: what is still to be told to the same person of the same target
// need not be any more. The notice that was acknowledged may be given as it is about to be written.
func (e *Edit) Acknowledge(n Notice) error {
	all, err := books.All(e.tx.Notices, byTicket, n.Ticket)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.ID == n.ID || o.State != Pending || o.Kind != n.Kind || o.Template != n.Template || o.Person != n.Person {
			continue
		}
		o.State, o.Next, o.DoneAt = Acked, time.Time{}, e.now
		if err := e.tx.Notices.Put(o); err != nil {
			return err
		}
	}
	n.State, n.Next, n.DoneAt, n.Error = Acked, time.Time{}, e.now, ""
	if err := e.tx.Notices.Put(n); err != nil {
		return err
	}
	return e.As(n.Person).Note(n.Ticket, Acknowledged, map[string]string{"target": n.Template, "person": n.Person, "by": n.By})
}

// Notice reads a notice.
func (b *Book) Notice(id string) (n Notice, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		n, err = books.Get(tx.Notices, "notice", id)
		return err
	})
	return n, err
}

// Told reports that there may be new notices, or that the tickets of old ones have changed. It is for one courier.
func (b *Book) Told() <-chan struct{} { return b.told }

// maxDue bounds how many notices are looked at for the next ones to be delivered.
const maxDue = 500

// DueNotices are the next notices to be delivered in one way, but for those to be passed over, and when the next one is due
// if these were all; zero is never.
func (b *Book) DueNotices(way string, now time.Time, limit int, pass func(Notice) bool) (list []Notice, next time.Time, err error) {
	err = b.books.View(func(tx Tx) error {
		read := 0
		for n, err := range tx.Notices.Find(byDue, books.Exactly(way), nil) {
			switch {
			case err != nil:
				return err
			case n.Next.After(now):
				next = n.Next
				return nil
			case len(list) == limit || read == maxDue:
				return nil
			}
			if read++; !pass(n) {
				list = append(list, n)
			}
		}
		return nil
	})
	return list, next, err
}

// Obsolete says why a notice need not be told any more; empty: it must be.
func (n *Notice) Obsolete(t *Ticket) string {
	switch n.Kind {
	case KindJob:
		if o := t.Dispatch.asked(); o == nil || o.Person != n.Person || !o.Until.Equal(n.Until) {
			return "superseded"
		}
	case KindEscalation:
		if m := t.timer(n.Template); t.State == Closed || (m != nil && !m.MetAt.IsZero()) {
			return "superseded"
		}
	}
	return ""
}

// NoticeFilter says which notices a list shows; zero fields do not matter.
type NoticeFilter struct {
	Ticket, Person string
	State          NoticeState
}

func (f NoticeFilter) fits(n *Notice) bool {
	return (f.Ticket == "" || n.Ticket == f.Ticket) && (f.Person == "" || n.Person == f.Person) && (f.State == "" || n.State == f.State)
}

// index is the one that reads the least.
func (f NoticeFilter) index() (name, key string) {
	switch {
	case f.Ticket != "":
		return byTicket, f.Ticket
	case f.Person != "":
		return byPerson, f.Person
	case f.State != "":
		return byState, string(f.State)
	}
	return "", ""
}

// Notices lists notices: of one ticket in the order of their making, else the newest first. after is the id of the last one
// seen, next the one to go on behind, empty at the end.
func (b *Book) Notices(who Viewer, f NoticeFilter, after string, limit int) (list []Notice, next string, err error) {
	err = b.books.View(func(tx Tx) error {
		rows := tx.Notices.Walk(after, true)
		if name, key := f.index(); name != "" {
			mark, err := f.mark(tx, name, after)
			if err != nil {
				return err
			}
			rows = tx.Notices.Find(name, books.Exactly(key), mark)
		}
		read, last := 0, ""
		for n, err := range rows {
			if err != nil {
				return err
			}
			if n.ID == after {
				continue
			}
			if len(list) == limit || read == books.MaxScan {
				next = last
				return nil
			}
			read, last = read+1, n.ID
			if !f.fits(&n) {
				continue
			}
			t, ok, err := tx.Tickets.Get(n.Ticket)
			if err != nil {
				return err
			}
			if !ok || who.sees(&t) {
				list = append(list, n)
			}
		}
		return nil
	})
	return list, next, err
}

// mark is the place behind a notice in an index.
func (f NoticeFilter) mark(tx Tx, index, after string) (*books.Mark, error) {
	if after == "" {
		return nil, nil //nolint:nilnil // from the beginning
	}
	n, err := books.Get(tx.Notices, "notice", after)
	if err != nil {
		return nil, err
	}
	if f.State != "" {
		n.State = f.State // it may have come to another one meanwhile
	}
	return &books.Mark{Key: NoticeKeys[index](n)[0], ID: after}, nil
}
