package ticket

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// Viewer is who looks at tickets. What is hidden from a person is neither listed nor found.
type Viewer struct {
	Person string // of the roster; empty: nobody, from whom nothing is hidden
}

// NotThere is the error about a ticket that somebody must not see: that of one that is not there.
func NotThere(id string) error {
	return fault.New(fault.NotFound, "ticket.not_found", "read ticket %s: there is none", id)
}

func (v Viewer) sees(t *Ticket) bool { return !t.HiddenFrom(v.Person) }

// Filter says which tickets a list shows; zero fields do not matter. Owner and Department list what is to be worked on, the
// next deadline first; anything else lists the newest first.
type Filter struct {
	Owner, Department, Customer, Type string
	State                             State
	Priority                          Priority
	Tag                               string
	Overdue                           bool // only those with a deadline passed
}

func (f Filter) fits(t *Ticket, now time.Time) bool {
	return (f.Owner == "" || t.Owner == f.Owner) && (f.Department == "" || t.Department == f.Department) &&
		(f.Customer == "" || t.Customer == f.Customer) && (f.Type == "" || t.Type == f.Type) && (f.State == "" || t.State == f.State) &&
		(f.Priority == "" || t.Priority == f.Priority) && (f.Tag == "" || slices.Contains(t.Tags, f.Tag)) && (!f.Overdue || t.overdue(now))
}

func (t *Ticket) overdue(now time.Time) bool {
	d := t.Deadline()
	return !d.IsZero() && !now.Before(d)
}

// index is the one that reads the least.
func (f Filter) index() (name string, prefix []byte) {
	switch {
	case f.Customer != "":
		return byCustomer, books.Exactly(f.Customer)
	case f.State == Closed || f.State == Resolved:
		return byState, books.Exactly(string(f.State))
	case f.Owner != "":
		return byOwner, books.Exactly(f.Owner)
	case f.Department != "":
		return byDepartment, books.Exactly(f.Department)
	case f.State != "":
		return byState, books.Exactly(string(f.State))
	case f.Type != "":
		return byType, books.Exactly(f.Type)
	}
	return "", nil
}

// List lists tickets. after is the id of the last one seen, next the one to go on behind, empty at the end.
func (b *Book) List(who Viewer, f Filter, after string, limit int) (list []Ticket, next string, err error) {
	now := time.Now()
	err = b.books.View(func(tx Tx) error {
		name, prefix := f.index()
		rows := tx.Tickets.Walk(after, true)
		if name != "" {
			mark, err := f.mark(tx, name, after)
			if err != nil {
				return err
			}
			rows = tx.Tickets.Find(name, prefix, mark)
		}
		list, next, err = books.PartOf(rows, after, limit, func(t Ticket) string { return t.ID }, func(t Ticket) bool { return who.sees(&t) && f.fits(&t, now) })
		return err
	})
	return list, next, err
}

// mark is the place behind a ticket in an index, as the ticket is now.
func (f Filter) mark(tx Tx, index, after string) (*books.Mark, error) {
	if after == "" {
		return nil, nil //nolint:nilnil // from the beginning
	}
	t, err := books.Get(tx.Tickets, "ticket", after)
	if err != nil {
		return nil, err
	}
	keys := TicketKeys[index](t)
	if len(keys) == 0 { // it is no longer in this list: the page goes on where it would be
		return f.wouldBe(index, t), nil
	}
	return &books.Mark{Key: keys[0], ID: after}, nil
}

func (f Filter) wouldBe(index string, t Ticket) *books.Mark {
	at := t.Deadline()
	if at.IsZero() {
		at = never
	}
	keys := books.NewestFirst(string(f.State), t.CreatedAt)
	switch index {
	case byOwner:
		keys = books.SoonestFirst(f.Owner, at)
	case byDepartment:
		keys = books.SoonestFirst(f.Department, at)
	}
	return &books.Mark{Key: keys[0]}
}

// Find searches by number, telephone number, plate, or words of subject, content and comments; of open and closed ones.
func (b *Book) Find(who Viewer, query string, limit int) (list []Ticket, err error) {
	query = strings.TrimSpace(query)
	search := words(books.HalfWidth(query))
	if len(search) == 0 {
		return nil, nil
	}
	seen := map[string]bool{}
	take := func(t Ticket) bool {
		if !seen[t.ID] && who.sees(&t) {
			seen[t.ID] = true
			list = append(list, t)
		}
		return len(list) < limit
	}
	err = b.books.View(func(tx Tx) error {
		for t, err := range tx.Tickets.Find(byNumber, []byte(strings.ToUpper(query)), nil) {
			if err != nil || !take(t) {
				return err
			}
		}
		for t, err := range tx.Tickets.Find(byWaiting, books.Exactly(query), nil) {
			if err != nil || !take(t) {
				return err
			}
		}
		return b.findWords(tx, search, take)
	})
	return list, err
}

// OpenOf are the open tickets of a caller: a customer's, a vehicle's, or a number's. The most pressing is first.
func (b *Book) OpenOf(who Viewer, ids []string, limit int) (list []Ticket, err error) {
	err = b.books.View(func(tx Tx) error {
		list, err = openOf(tx, who, ids)
		return err
	})
	return list[:min(limit, len(list))], err
}

// Past are a customer's tickets behind a place, newest first; of those made in one instant the greater id first. ids are all
// under which the customer has been known.
func (b *Book) Past(ids []string, at time.Time, id string, limit int) (list []Ticket, err error) {
	err = b.books.View(func(tx Tx) error {
		for _, customer := range ids {
			var mark *books.Mark
			if !at.IsZero() {
				mark = &books.Mark{Key: books.NewestFirst(customer, at)[0]}
			}
			n := 0
			for t, err := range tx.Tickets.Find(byCustomer, books.Exactly(customer), mark) {
				if err != nil {
					return err
				}
				if !at.IsZero() && (t.CreatedAt.After(at) || (t.CreatedAt.Equal(at) && t.ID >= id)) {
					continue
				}
				if n++; n > limit {
					break
				}
				list = append(list, t)
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Ticket) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return list[:min(limit, len(list))], err
}

// OpenOf is [Book.OpenOf] as part of a larger change.
func (e *Edit) OpenOf(ids []string) ([]Ticket, error) { return openOf(e.tx, Viewer{}, ids) }

// maxOpenOf bounds how many open tickets of one caller are read.
const maxOpenOf = 50

func openOf(tx Tx, who Viewer, ids []string) (list []Ticket, err error) {
	seen := map[string]bool{}
	for _, id := range ids {
		if id == "" {
			continue
		}
		for t, err := range tx.Tickets.Find(byWaiting, books.Exactly(id), nil) {
			if err != nil {
				return nil, err
			}
			if !seen[t.ID] && who.sees(&t) {
				seen[t.ID] = true
				list = append(list, t)
			}
			if len(list) == maxOpenOf {
				break
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Ticket) int { return pressing(a).Compare(pressing(b)) })
	return list, nil
}

func pressing(t Ticket) time.Time {
	if d := t.Deadline(); !d.IsZero() {
		return d
	}
	return never
}

// ToCall lists resolved tickets by when their customers are to be called: those a person may call about, which are not the
// person's own work unless the type allows it.
func (b *Book) ToCall(who Viewer, now time.Time, limit int) (list []Ticket, err error) {
	rules := b.rules()
	err = b.books.View(func(tx Tx) error {
		read := 0
		for t, err := range tx.Tickets.Find(byCall, nil, nil) {
			if err != nil {
				return err
			}
			if read++; t.NextCall.After(now) || read > books.MaxScan || len(list) == limit {
				return nil
			}
			if who.sees(&t) && (rules.env(t.Type).Type.Closing.SameMay || t.Resolution.By != who.Person) {
				list = append(list, t)
			}
		}
		return nil
	})
	return list, err
}

// History is a ticket's, oldest first. after is the id of the last entry seen.
func (b *Book) History(id, after string, limit int) (list []Entry, next string, err error) {
	err = b.books.View(func(tx Tx) error {
		var mark *books.Mark
		if after != "" {
			mark = &books.Mark{Key: []byte(id), ID: after}
		}
		for e, err := range tx.Entries.Find(byTicket, books.Exactly(id), mark) {
			if err != nil {
				return err
			}
			if len(list) == limit {
				next = list[limit-1].ID
				return nil
			}
			list = append(list, e)
		}
		return nil
	})
	return list, next, err
}

// Linked are the tickets joined to something: a call, a message.
func (b *Book) Linked(kind, id string) (list []Ticket, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		list, err = books.All(tx.Tickets, byLink, kind+" "+id)
		return err
	})
	return list, err
}
