package store

import (
	"cmp"
	"context"

	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/care/outreach"
)

// The tables of those to be called, and of what they answered. Their index keys are outreach's.
//
//nolint:gochecknoglobals // declarations
var (
	OutreachTasks = Table[outreach.Task]{
		Name: "outreach_task", Audited: true, Indexes: indexesOf(outreach.TaskKeys),
		Key:  func(t outreach.Task) []byte { return idKey(t.ID) },
		Meta: func(t *outreach.Task) *merge.Meta { return &t.Meta },
	}
	OutreachReplies = Table[outreach.Reply]{
		Name: "outreach_reply", Indexes: indexesOf(outreach.ReplyKeys),
		Key: func(r outreach.Reply) []byte { return idKey(r.ID) },
	}
	outreachMarks = Table[outreach.Mark]{
		Name: "outreach_mark", Local: true,
		Key: func(m outreach.Mark) []byte { return []byte(m.ID) },
	}
)

// OutreachTables are the tables of outreach, to check their indexes.
func OutreachTables() []Checkable { return []Checkable{&OutreachTasks, &OutreachReplies, &links} }

// OutreachBooks are the tables as outreach wants them; it satisfies outreach.Books. Ticket opens tickets in the same
// transaction; without it none are opened.
type OutreachBooks struct {
	DB     *DB
	Ticket func(tx *Tx, by books.By, d outreach.Draft) (string, error)
}

// View runs fn on a consistent view.
func (b OutreachBooks) View(fn func(outreach.Tx) error) error {
	return b.DB.View(func(tx *Tx) error { return fn(b.Of(tx)) })
}

// Change runs fn in one transaction and returns when it is durable.
func (b OutreachBooks) Change(ctx context.Context, by books.By, fn func(outreach.Tx) error) error {
	return b.DB.Change(ctx, By(by), func(tx *Tx) error { return fn(b.Of(tx)) })
}

// Of is a transaction as outreach wants it.
func (b OutreachBooks) Of(tx *Tx) outreach.Tx {
	return outreach.Tx{
		Tasks: rows[outreach.Task]{&OutreachTasks, tx}, Replies: rows[outreach.Reply]{&OutreachReplies, tx},
		Marks: rows[outreach.Mark]{&outreachMarks, tx},
		Whom:  func(id string) (outreach.Whom, bool, error) { return whom(CRM(tx), id) }, Wanted: func(n []string) ([]string, error) { return wanted(CRM(tx), n) },
		Visits: func(after string, limit int) ([]outreach.Visit, error) { return visitsAfter(CRM(tx), after, limit) },
		OpenTicket: func(by books.By, d outreach.Draft) (string, error) {
			if b.Ticket == nil {
				return "", nil
			}
			return b.Ticket(tx, by, d)
		},
	}
}

// maxMerged bounds how long a customer is followed who became part of another, who became part of another.
const maxMerged = 10

// whom is a customer as outreach knows one; one who became part of another is that other.
func whom(tx crm.Tx, id string) (w outreach.Whom, ok bool, err error) {
	c, ok, err := tx.Customers.Get(id)
	for n := 0; err == nil && ok && c.MergedInto != "" && n < maxMerged; n++ {
		c, ok, err = tx.Customers.Get(c.MergedInto)
	}
	if err != nil || !ok {
		return w, false, err
	}
	w = outreach.Whom{Customer: c.ID, Name: c.Name, NoCalls: c.Consent.DoNotCall, NoTexts: c.Consent.DoNotText}
	for _, p := range c.Phones {
		if !p.DoNotCall {
			w.Numbers = append(w.Numbers, p.Number)
		}
	}
	return w, true, nil
}

// wanted are the numbers that nobody has asked not to be called on.
func wanted(tx crm.Tx, numbers []string) (list []string, err error) {
	for _, n := range numbers {
		have, err := books.All(tx.Customers, "phone", n)
		if err != nil {
			return nil, err
		}
		free := true
		for _, c := range have {
			free = free && !c.Consent.DoNotCall
			for _, p := range c.Phones {
				free = free && (p.Number != n || !p.DoNotCall)
			}
		}
		if free {
			list = append(list, n)
		}
	}
	return list, nil
}

// visitsAfter are the visits behind one, with whom to ask how it was: the customer, else the car's owner.
func visitsAfter(tx crm.Tx, after string, limit int) (list []outreach.Visit, err error) {
	for v, err := range tx.Visits.Walk(after, false) {
		if err != nil {
			return nil, err
		}
		if v.ID == after {
			continue
		}
		if len(list) == limit {
			break
		}
		customer := v.Customer
		if customer == "" {
			car, _, err := tx.Vehicles.Get(v.Vehicle)
			if err != nil {
				return nil, err
			}
			customer = cmp.Or(car.Owner, customer)
		}
		list = append(list, outreach.Visit{ID: v.ID, Kind: v.Kind, Customer: customer, Vehicle: v.Vehicle, At: v.At})
	}
	return list, nil
}
