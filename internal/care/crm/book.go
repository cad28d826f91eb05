package crm

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// Book is the service of customers and vehicles. Its methods are safe from any goroutine.
type Book struct {
	books   Books
	sources []Source
}

// New makes the service on the books. The sources fill the time line beside the visits.
func New(books Books, sources ...Source) *Book { return &Book{books: books, sources: sources} }

// Edit is one change in the making: all it does is one transaction.
type Edit struct {
	tx  Tx
	by  books.By
	now time.Time
}

// Edit makes the changes of one transaction on behalf of by. In one that only reads it can look things up.
func (b *Book) Edit(tx Tx, by books.By) *Edit { return &Edit{tx: tx, by: by, now: time.Now().UTC()} }

// Change runs fn in one transaction. It may be run twice.
func (b *Book) Change(ctx context.Context, by books.By, fn func(e *Edit) error) error {
	return b.books.Change(ctx, by, func(tx Tx) error { return fn(b.Edit(tx, by)) })
}

// changed runs fn in one transaction and returns the record that it made.
func changed[T any](ctx context.Context, b *Book, by books.By, fn func(e *Edit) (T, error)) (v T, err error) {
	err = b.Change(ctx, by, func(e *Edit) (err error) {
		v, err = fn(e)
		return err
	})
	return v, err
}

// Create stores a new customer. When there seems to be such a customer already the error is a [DuplicateError], unless
// anew says that it is another one all the same; then people are asked to look at both.
func (b *Book) Create(ctx context.Context, by books.By, c Customer, anew bool) (Customer, error) {
	if bad := c.Check(); bad != nil {
		return Customer{}, bad
	}
	return changed(ctx, b, by, func(e *Edit) (Customer, error) { return e.Create(c, anew) })
}

// Update stores a changed customer under the revision that was read.
func (b *Book) Update(ctx context.Context, by books.By, c Customer) (Customer, error) {
	if bad := c.Check(); bad != nil {
		return Customer{}, bad
	}
	return changed(ctx, b, by, func(e *Edit) (Customer, error) { return e.Update(c) })
}

// Delete removes a customer, with the records that were merged into it and all that would part them again: whoever wants to
// be forgotten is, whole. Vehicles stay, without this owner, and so do visits.
func (b *Book) Delete(ctx context.Context, by books.By, id string, rev uint64) error {
	return b.Change(ctx, by, func(e *Edit) error { return e.Delete(id, rev) })
}

// Customer reads a customer; of one who was merged, the one merged into.
func (b *Book) Customer(id string) (c Customer, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		c, err = present(tx, id)
		return err
	})
	return c, err
}

// present reads a customer and follows mergings.
func present(tx Tx, id string) (Customer, error) {
	for range 16 { // mergings of mergings name the last one; this ends even a circle
		c, err := books.Get(tx.Customers, "customer", id)
		if err != nil || c.MergedInto == "" {
			return c, err
		}
		id = c.MergedInto
	}
	return Customer{}, fault.New(fault.Internal, "customer.merge_circle", "read customer %s: mergings go in a circle", id)
}

// Create is [Book.Create] as part of a larger change.
func (e *Edit) Create(c Customer, anew bool) (Customer, error) {
	if bad := c.Check(); bad != nil {
		return Customer{}, bad
	}
	same, err := duplicates(e.tx, c)
	if err != nil {
		return Customer{}, err
	}
	if !anew && slices.ContainsFunc(same, func(d Duplicate) bool { return d.Certain }) {
		return Customer{}, &DuplicateError{Of: same}
	}
	c.ID, c.CreatedAt, c.MergedInto, c.Merged = books.NewID(), e.now, "", nil
	c.Meta.Rev = 0
	if err := e.ask(c.ID, same); err != nil {
		return Customer{}, err
	}
	return c, books.Made(e.tx.Customers, c, &c.Meta.Rev)
}

// Update is [Book.Update] as part of a larger change.
func (e *Edit) Update(c Customer) (Customer, error) {
	if bad := c.Check(); bad != nil {
		return Customer{}, bad
	}
	old, err := books.Get(e.tx.Customers, "customer", c.ID)
	if err != nil {
		return Customer{}, err
	}
	if old.MergedInto != "" {
		return Customer{}, fault.New(fault.Conflict, "customer.merged", "update customer %s: it was merged into %s", c.ID, old.MergedInto)
	}
	c.CreatedAt, c.MergedInto, c.Merged = old.CreatedAt, old.MergedInto, old.Merged
	if !slices.Equal(c.Phones, old.Phones) || c.Name != old.Name {
		same, err := duplicates(e.tx, c)
		if err != nil {
			return Customer{}, err
		}
		if err := e.ask(c.ID, same); err != nil {
			return Customer{}, err
		}
	}
	return books.Stored(e.tx.Customers, "customer", c.ID, c)
}

// Delete is [Book.Delete] as part of a larger change.
func (e *Edit) Delete(id string, rev uint64) error {
	c, err := books.Get(e.tx.Customers, "customer", id)
	if err != nil {
		return err
	}
	if c.MergedInto != "" {
		return fault.New(fault.Conflict, "customer.merged", "delete customer %s: it was merged into %s", id, c.MergedInto)
	}
	if err := books.SameRev("customer", id, c.Meta.Rev, rev); err != nil {
		return err
	}
	vehicles, err := books.All(e.tx.Vehicles, byCustomer, id)
	if err != nil {
		return err
	}
	for _, v := range vehicles {
		if v.Owner == id {
			v.Owners, v.Owner = append(v.Owners, Ownership{Customer: id, Until: On(e.now), Reason: "deleted"}), ""
		}
		v.Users = without(v.Users, id)
		if err := e.tx.Vehicles.Put(v); err != nil {
			return err
		}
	}
	for _, part := range c.IDs() {
		if err := errors.Join(e.deleteAbout(part), e.tx.Customers.Delete(part)); err != nil {
			return err
		}
	}
	return nil
}

// deleteAbout removes what makes no sense without a customer.
func (e *Edit) deleteAbout(id string) error {
	relations, err := books.All(e.tx.Relations, byCustomer, id)
	if err != nil {
		return err
	}
	for _, r := range relations {
		if err := e.tx.Relations.Delete(r.ID); err != nil {
			return err
		}
	}
	reviews, err := books.All(e.tx.Reviews, byCustomer, id)
	if err != nil {
		return err
	}
	for _, r := range reviews {
		if err := e.tx.Reviews.Delete(r.ID); err != nil {
			return err
		}
	}
	mergings, err := books.All(e.tx.Mergings, byCustomer, id)
	if err != nil {
		return err
	}
	for _, m := range mergings {
		if err := e.tx.Mergings.Delete(m.ID); err != nil {
			return err
		}
	}
	return e.tx.Values.Delete(id)
}

func without(list []string, gone string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == gone })
}

// Relate joins two customers.
func (b *Book) Relate(ctx context.Context, by books.By, r Relation) (Relation, error) {
	if bad := r.Check(); bad != nil {
		return Relation{}, bad
	}
	return changed(ctx, b, by, func(e *Edit) (Relation, error) {
		for _, id := range []*string{&r.From, &r.To} {
			c, err := present(e.tx, *id)
			if err != nil {
				return Relation{}, err
			}
			*id = c.ID
		}
		if bad := r.Check(); bad != nil { // of a merged customer and the one merged into, they are one
			return Relation{}, bad
		}
		if r.ID == "" {
			r.ID, r.Meta.Rev = books.NewID(), 0
		}
		return books.Stored(e.tx.Relations, "relation", r.ID, r)
	})
}

// Unrelate ends a relation; one that is not there is no error.
func (b *Book) Unrelate(ctx context.Context, by books.By, id string) error {
	return b.Change(ctx, by, func(e *Edit) error { return e.tx.Relations.Delete(id) })
}

// Relative is the other side of a relation.
type Relative struct {
	Relation Relation `json:"relation"`
	Customer Customer `json:"customer"`
}

// Relatives are the customers related to one.
func (b *Book) Relatives(id string) (list []Relative, err error) {
	err = b.books.View(func(tx Tx) error {
		list = nil
		relations, err := books.All(tx.Relations, byCustomer, id)
		if err != nil {
			return err
		}
		for _, r := range relations {
			other := r.From
			if other == id {
				other = r.To
			}
			c, ok, err := tx.Customers.Get(other)
			if err != nil {
				return err
			}
			if ok {
				list = append(list, Relative{r, c})
			}
		}
		return nil
	})
	return list, err
}

// Customer reads a customer inside a change; of one who was merged, the one merged into.
func (e *Edit) Customer(id string) (Customer, error) { return present(e.tx, id) }

// Duplicates are the customers who seem to be the same as c.
func (e *Edit) Duplicates(c Customer) ([]Duplicate, error) { return duplicates(e.tx, c) }

// WithPhone are the customers who have a number, as many as are compared at most.
func (e *Edit) WithPhone(number string) ([]Customer, error) {
	return some(e.tx.Customers, byPhone, books.Exactly(number), func(Customer) bool { return true })
}

// Tied reports whether anything else names a customer: a visit, a vehicle, a relation.
func (e *Edit) Tied(customer string) (bool, error) {
	for _, err := range e.tx.Visits.Find(byCustomer, books.Exactly(customer), nil) {
		return err == nil, err
	}
	for _, err := range e.tx.Vehicles.Find(byCustomer, books.Exactly(customer), nil) {
		return err == nil, err
	}
	for _, err := range e.tx.Relations.Find(byCustomer, books.Exactly(customer), nil) {
		return err == nil, err
	}
	return false, nil
}
