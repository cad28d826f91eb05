package crm

import (
	"context"
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// Merge makes one customer of two: the winner takes over what the loser has. revs are the revisions that were read. The
// record of the merging can be handed to [Book.Undo].
func (b *Book) Merge(ctx context.Context, by books.By, winner, loser string, revs [2]uint64) (Merging, error) {
	return changed(ctx, b, by, func(e *Edit) (Merging, error) {
		w, l, err := e.two(winner, loser)
		if err != nil {
			return Merging{}, err
		}
		if err := books.SameRev("customer", winner, w.Meta.Rev, revs[0]); err != nil {
			return Merging{}, err
		}
		if err := books.SameRev("customer", loser, l.Meta.Rev, revs[1]); err != nil {
			return Merging{}, err
		}
		return e.merge(w, l, "")
	})
}

// two reads the customers of a merging, which must both be present and not be one.
func (e *Edit) two(winner, loser string) (w, l Customer, err error) {
	if winner == loser {
		return w, l, fault.New(fault.Invalid, "customer.merge_itself", "merge customer %s with itself", winner)
	}
	if w, err = books.Get(e.tx.Customers, "customer", winner); err != nil {
		return w, l, err
	}
	if l, err = books.Get(e.tx.Customers, "customer", loser); err != nil {
		return w, l, err
	}
	for _, c := range []Customer{w, l} {
		if c.MergedInto != "" {
			return w, l, fault.New(fault.Conflict, "customer.merged", "merge customer %s: it was merged into %s", c.ID, c.MergedInto)
		}
	}
	return w, l, nil
}

func (e *Edit) merge(w, l Customer, rule string) (Merging, error) {
	m := Merging{ID: books.NewID(), At: e.now, By: e.by.Who, Rule: rule, Winner: w.ID, Loser: l.ID, WinnerBefore: w, LoserBefore: l}
	after := absorb(w, l)
	if bad := after.Check(); bad != nil {
		return Merging{}, bad
	}
	l.MergedInto = w.ID
	if err := e.tx.Customers.Put(l); err != nil {
		return Merging{}, err
	}
	after, err := books.Stored(e.tx.Customers, "customer", w.ID, after)
	if err != nil {
		return Merging{}, err
	}
	m.WinnerAfter = after
	if m.Vehicles, err = e.moveVehicles(w.ID, l.ID); err != nil {
		return Merging{}, err
	}
	if m.Relations, err = e.moveRelations(w.ID, l.ID); err != nil {
		return Merging{}, err
	}
	if err := e.decide(newReview(w.ID, l.ID, rule).ID, ReviewMerged); err != nil {
		return Merging{}, err
	}
	if err := e.tx.Values.Delete(l.ID); err != nil {
		return Merging{}, err
	}
	return books.Stored(e.tx.Mergings, "merging", m.ID, m)
}

// absorb is the winner with what the loser adds. Where the two differ the winner's stands; of consent the stricter.
func absorb(w, l Customer) Customer {
	w.Phones, w.Tags = slices.Clone(w.Phones), slices.Clone(w.Tags)
	for _, p := range l.Phones {
		i := slices.IndexFunc(w.Phones, func(q Phone) bool { return q.Number == p.Number })
		if i < 0 {
			w.Phones = append(w.Phones, p)
		} else {
			w.Phones[i].DoNotCall = w.Phones[i].DoNotCall || p.DoNotCall
		}
	}
	if len(w.Phones) > maxPhones {
		w.Phones = w.Phones[:maxPhones] // the others stay in the record of the merging
	}
	for _, tag := range l.Tags {
		if !slices.Contains(w.Tags, tag) && len(w.Tags) < maxTags {
			w.Tags = append(w.Tags, tag)
		}
	}
	for _, pair := range [][2]*string{
		{&w.WeChat, &l.WeChat},
		{&w.Email, &l.Email},
		{&w.Address, &l.Address},
		{&w.Tier, &l.Tier},
		{&w.Language, &l.Language},
		{&w.Contact, &l.Contact},
		{&w.Advisor, &l.Advisor},
		{&w.Gender, &l.Gender},
		{(*string)(&w.Birthday), (*string)(&l.Birthday)},
	} {
		if *pair[0] == "" {
			*pair[0] = *pair[1]
		}
	}
	w.VIP = w.VIP || l.VIP
	no := [2]bool{w.Consent.DoNotCall || l.Consent.DoNotCall, w.Consent.DoNotText || l.Consent.DoNotText}
	if w.Consent.At.Before(l.Consent.At) {
		w.Consent = l.Consent
	}
	w.Consent.DoNotCall, w.Consent.DoNotText = no[0], no[1]
	if joined := strings.TrimSpace(w.Notes + "\n" + l.Notes); len([]rune(joined)) <= maxNotes {
		w.Notes = joined
	}
	w.Merged = append(slices.Clone(w.Merged), l.IDs()...)
	return w
}

func (e *Edit) moveVehicles(winner, loser string) (moved []MovedVehicle, err error) {
	list, err := books.All(e.tx.Vehicles, byCustomer, loser)
	if err != nil {
		return nil, err
	}
	for _, v := range list {
		m := MovedVehicle{ID: v.ID, OwnerBefore: v.Owner, UsersBefore: v.Users}
		if v.Owner == loser {
			v.Owner = winner
		}
		users := slices.Clone(v.Users)
		for i := range users {
			if users[i] == loser {
				users[i] = winner
			}
		}
		slices.Sort(users)
		v.Users = without(slices.Compact(users), v.Owner)
		if err := e.tx.Vehicles.Put(v); err != nil {
			return nil, err
		}
		m.OwnerAfter, m.UsersAfter = v.Owner, v.Users
		moved = append(moved, m)
	}
	return moved, nil
}

func (e *Edit) moveRelations(winner, loser string) (before []Relation, err error) {
	if before, err = books.All(e.tx.Relations, byCustomer, loser); err != nil {
		return nil, err
	}
	for _, r := range before {
		if r.From == loser {
			r.From = winner
		}
		if r.To == loser {
			r.To = winner
		}
		if r.From == r.To {
			err = e.tx.Relations.Delete(r.ID)
		} else {
			err = e.tx.Relations.Put(r)
		}
		if err != nil {
			return nil, err
		}
	}
	return before, nil
}

// decide notes what became of a review, if there is one.
func (e *Edit) decide(id, state string) error {
	r, ok, err := e.tx.Reviews.Get(id)
	if err != nil || !ok {
		return err
	}
	r.State, r.DecidedBy, r.DecidedAt = state, e.by.Who, e.now
	return e.tx.Reviews.Put(r)
}

// Distinct notes that the two customers of a review are two.
func (b *Book) Distinct(ctx context.Context, by books.By, review string) error {
	return b.Change(ctx, by, func(e *Edit) error {
		if _, err := books.Get(e.tx.Reviews, "review", review); err != nil {
			return err
		}
		return e.decide(review, ReviewDistinct)
	})
}

// Mergings are those of a customer, undone ones too, oldest first.
func (b *Book) Mergings(customer string) (list []Merging, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		list, err = books.All(tx.Mergings, byCustomer, customer)
		return err
	})
	slices.SortStableFunc(list, func(a, b Merging) int { return strings.Compare(a.ID, b.ID) })
	return list, err
}

// MergeCertain goes once through all customers and merges those that are certainly one, the younger record into the
// older; uncertain pairs are put before people. It returns how many it merged.
func (b *Book) MergeCertain(ctx context.Context, by books.By) (merged int, err error) {
	for after := ""; ; {
		page, err := b.page(after, 200)
		if err != nil || len(page) == 0 {
			return merged, err
		}
		for _, c := range page {
			after = c.ID
			n, err := b.mergeCertain(ctx, by, c)
			if err != nil {
				return merged, err
			}
			merged += n
		}
		if ctx.Err() != nil {
			return merged, context.Cause(ctx)
		}
	}
}

func (b *Book) mergeCertain(ctx context.Context, by books.By, c Customer) (merged int, err error) {
	if c.MergedInto != "" || len(c.Phones) == 0 {
		return 0, nil
	}
	same, err := b.Duplicates(c)
	if err != nil || len(same) == 0 {
		return 0, err
	}
	err = b.Change(ctx, by, func(e *Edit) error {
		merged = 0
		for _, d := range same {
			if d.Customer.ID < c.ID {
				continue // the older one's turn was before
			}
			state, _, err := e.tx.Reviews.Get(newReview(c.ID, d.Customer.ID, "").ID)
			if err != nil {
				return err
			}
			if !d.Certain || state.State == ReviewDistinct {
				if err := e.ask(c.ID, []Duplicate{d}); err != nil {
					return err
				}
				continue
			}
			w, l, err := e.two(c.ID, d.Customer.ID)
			if fault.CodeOf(err) == fault.Conflict {
				continue // merged meanwhile
			}
			if err != nil {
				return err
			}
			if _, err := e.merge(w, l, d.Rule); err != nil {
				return err
			}
			merged++
		}
		return nil
	})
	return merged, err
}

// page reads up to limit customers behind one, in the order of their making.
func (b *Book) page(after string, limit int) (list []Customer, err error) {
	err = b.books.View(func(tx Tx) error {
		list = nil
		for c, err := range tx.Customers.Walk(after, false) {
			if err != nil {
				return err
			}
			if c.ID == after {
				continue
			}
			if list = append(list, c); len(list) >= limit {
				return nil
			}
		}
		return nil
	})
	return list, err
}
