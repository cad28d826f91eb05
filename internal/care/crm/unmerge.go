package crm

import (
	"context"
	"reflect"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// Undo makes two customers again of one that was merged. What was changed on the winner since then stays as it is.
func (b *Book) Undo(ctx context.Context, by books.By, merging string) (Merging, error) {
	return changed(ctx, b, by, func(e *Edit) (Merging, error) {
		m, err := books.Get(e.tx.Mergings, "merging", merging)
		if err != nil {
			return Merging{}, err
		}
		if !m.UndoneAt.IsZero() {
			return Merging{}, fault.New(fault.Conflict, "merging.undone", "undo merging %s: it was undone already", merging)
		}
		return e.undo(m)
	})
}

func (e *Edit) undo(m Merging) (Merging, error) {
	w, err := books.Get(e.tx.Customers, "customer", m.Winner)
	if err != nil {
		return Merging{}, err
	}
	l, err := books.Get(e.tx.Customers, "customer", m.Loser)
	if err != nil {
		return Merging{}, err
	}
	if w.MergedInto != "" || l.MergedInto != m.Winner {
		return Merging{}, fault.New(fault.Conflict, "merging.later", "undo merging %s: undo the later one of customer %s first", m.ID, w.ID)
	}
	back := restored(w, m)
	if err := e.tx.Customers.Put(back); err != nil {
		return Merging{}, err
	}
	former := m.LoserBefore
	former.Meta = l.Meta
	if err := e.tx.Customers.Put(former); err != nil {
		return Merging{}, err
	}
	if err := e.returnVehicles(m); err != nil {
		return Merging{}, err
	}
	if err := e.returnRelations(m); err != nil {
		return Merging{}, err
	}
	if err := e.decide(newReview(m.Winner, m.Loser, "").ID, ReviewDistinct); err != nil {
		return Merging{}, err
	}
	m.UndoneAt, m.UndoneBy = e.now, e.by.Who
	return books.Stored(e.tx.Mergings, "merging", m.ID, m)
}

// restored is the winner with each field as before the merging that is still as after it; of lists what the merging
// added is taken out.
func restored(w Customer, m Merging) Customer {
	now, before, after := reflect.ValueOf(&w).Elem(), reflect.ValueOf(m.WinnerBefore), reflect.ValueOf(m.WinnerAfter)
	for i := range now.NumField() {
		if now.Type().Field(i).Name == "Meta" {
			continue
		}
		if reflect.DeepEqual(now.Field(i).Interface(), after.Field(i).Interface()) {
			now.Field(i).Set(before.Field(i))
		}
	}
	added := func(number string) bool { return m.WinnerAfter.HasPhone(number) && !m.WinnerBefore.HasPhone(number) }
	w.Phones = slices.DeleteFunc(slices.Clone(w.Phones), func(p Phone) bool { return added(p.Number) })
	w.Tags = less(w.Tags, m.WinnerAfter.Tags, m.WinnerBefore.Tags)
	w.Merged = less(w.Merged, m.WinnerAfter.Merged, m.WinnerBefore.Merged)
	return w
}

// less is list without what after has and before has not.
func less(list, after, before []string) []string {
	out := slices.DeleteFunc(slices.Clone(list), func(s string) bool {
		return slices.Contains(after, s) && !slices.Contains(before, s)
	})
	if len(out) == 0 {
		return nil
	}
	return out
}

func (e *Edit) returnVehicles(m Merging) error {
	for _, moved := range m.Vehicles {
		v, ok, err := e.tx.Vehicles.Get(moved.ID)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if v.Owner == moved.OwnerAfter {
			v.Owner = moved.OwnerBefore
		}
		if slices.Equal(v.Users, moved.UsersAfter) {
			v.Users = moved.UsersBefore
		}
		if err := e.tx.Vehicles.Put(v); err != nil {
			return err
		}
	}
	return nil
}

func (e *Edit) returnRelations(m Merging) error {
	for _, r := range m.Relations {
		now, ok, err := e.tx.Relations.Get(r.ID)
		if err != nil {
			return err
		}
		joinedBoth := r.From == m.Winner || r.To == m.Winner
		if !ok && !joinedBoth {
			continue // somebody ended it since
		}
		if r.Meta.Rev = 0; ok {
			r.Meta = now.Meta
		}
		if err := e.tx.Relations.Put(r); err != nil {
			return err
		}
	}
	return nil
}
