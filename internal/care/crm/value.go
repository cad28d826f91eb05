package crm

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

const (
	// valueMonths is the time whose revenue counts.
	valueMonths = 12
	// lapsedMonths without a visit make a customer lapsed (features of the trade: 6 months).
	lapsedMonths = 6
	// The customers who make the first 80 % of the revenue are A, those up to 95 % B, in thousandths.
	shareA, shareB = 800, 950
	valuePage      = 2000
)

// Reckoning is the outcome of one reckoning of all customers' values.
type Reckoning struct {
	At        time.Time      `json:"at"`
	Customers int            `json:"customers"` // who visited at all
	Revenue   int64          `json:"revenue"`   // fen in the last 12 months
	Tiers     map[string]int `json:"tiers"`     // how many are A, B …
	// Top is how many customers make 80 % of the revenue.
	Top int `json:"top"`
}

// ReckonValues reckons all customers' values from their visits and stores them.
//
//	A  makes part of the first 80 % of the last 12 months' revenue     D  nothing spent in 12 months, but here in 24
//	B  … of the next 15 %                                             E  here before that
//	C  spent something                                                F  never here (no value is stored)
//
// Who was not here for 6 months is one letter lower, A to C. It reads page by page, so that no transaction is long.
func (b *Book) ReckonValues(ctx context.Context, by books.By, now time.Time) (Reckoning, error) {
	sums, err := b.sums(ctx, now.AddDate(0, -valueMonths, 0))
	if err != nil {
		return Reckoning{}, err
	}
	list, r := ranked(sums, now)
	for page := range slices.Chunk(list, valuePage) {
		err := b.books.Change(ctx, by, func(tx Tx) error {
			for _, v := range page {
				if err := tx.Values.Put(v); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return Reckoning{}, err
		}
	}
	return r, b.forgetValues(ctx, by, sums)
}

// sums adds up visits by customer.
func (b *Book) sums(ctx context.Context, since time.Time) (map[string]*Value, error) {
	sums := map[string]*Value{}
	for after := ""; ; {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		n := 0
		err := b.books.View(func(tx Tx) error {
			for v, err := range tx.Visits.Walk(after, false) {
				if err != nil {
					return err
				}
				if v.ID == after {
					continue
				}
				if after = v.ID; v.Customer != "" && v.Kind != Delivery { // the price of a car is no revenue of the workshop
					add(sums, v, since)
				}
				if n++; n == valuePage {
					return nil
				}
			}
			return nil
		})
		if err != nil || n == 0 {
			return b.presentSums(sums), err
		}
	}
}

func add(sums map[string]*Value, v Visit, since time.Time) {
	s := sums[v.Customer]
	if s == nil {
		s = &Value{Customer: v.Customer}
		sums[v.Customer] = s
	}
	if v.At.After(s.LastVisit) {
		s.LastVisit = v.At
	}
	if v.At.After(since) {
		s.Spent += v.Amount
		s.Visits++
	}
}

// presentSums gives what merged customers spent to those they were merged into.
func (b *Book) presentSums(sums map[string]*Value) map[string]*Value {
	out := make(map[string]*Value, len(sums))
	for id, s := range sums {
		c, err := b.Customer(id)
		if err != nil {
			continue // deleted: nobody to value
		}
		if t := out[c.ID]; t != nil {
			t.Spent, t.Visits = t.Spent+s.Spent, t.Visits+s.Visits
			if s.LastVisit.After(t.LastVisit) {
				t.LastVisit = s.LastVisit
			}
			continue
		}
		s.Customer = c.ID
		out[c.ID] = s
	}
	return out
}

// ranked puts customers in the order of what they spent and gives each its letter.
func ranked(sums map[string]*Value, now time.Time) ([]Value, Reckoning) {
	r := Reckoning{At: now, Customers: len(sums), Tiers: map[string]int{}}
	list := make([]Value, 0, len(sums))
	for _, s := range sums {
		list = append(list, *s)
		r.Revenue += max(s.Spent, 0)
	}
	slices.SortFunc(list, func(a, b Value) int {
		return cmp.Or(cmp.Compare(b.Spent, a.Spent), cmp.Compare(a.Customer, b.Customer))
	})
	var sum int64
	for i := range list {
		v := &list[i]
		before := share(sum, r.Revenue)
		sum += max(v.Spent, 0)
		v.Rank, v.Share = i+1, share(sum, r.Revenue)
		v.Tier = tier(*v, before, now)
		r.Tiers[v.Tier]++
		if v.Spent > 0 && before < shareA {
			r.Top++
		}
	}
	return list, r
}

func share(part, whole int64) int {
	if whole == 0 {
		return 0
	}
	return int(part * 1000 / whole)
}

// tier is a customer's letter; before is the share of all who spent more.
func tier(v Value, before int, now time.Time) string {
	letter := byte('E')
	switch {
	case v.Spent > 0 && before < shareA:
		letter = 'A'
	case v.Spent > 0 && before < shareB:
		letter = 'B'
	case v.Visits > 0:
		letter = 'C'
	case v.LastVisit.After(now.AddDate(0, -2*valueMonths, 0)):
		letter = 'D'
	}
	if letter <= 'C' && v.LastVisit.Before(now.AddDate(0, -lapsedMonths, 0)) {
		letter++
	}
	return string(letter)
}

// forgetValues removes the values of customers who have no visits any more.
func (b *Book) forgetValues(ctx context.Context, by books.By, sums map[string]*Value) error {
	var gone []string
	err := b.books.View(func(tx Tx) error {
		gone = nil
		for v, err := range tx.Values.Walk("", false) {
			if err != nil {
				return err
			}
			if sums[v.Customer] == nil {
				gone = append(gone, v.Customer)
			}
		}
		return nil
	})
	if err != nil || len(gone) == 0 {
		return err
	}
	return b.books.Change(ctx, by, func(tx Tx) error {
		for _, id := range gone {
			if err := tx.Values.Delete(id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Value is what a customer is worth: as last reckoned, F for one who was never here, and the letter that people set
// instead of the reckoned one.
func (b *Book) Value(c Customer) (v Value, err error) {
	err = b.books.View(func(tx Tx) error {
		v, err = valueOf(tx, c)
		return err
	})
	return v, err
}

func valueOf(tx Tx, c Customer) (Value, error) {
	v, ok, err := tx.Values.Get(c.ID)
	if !ok {
		v = Value{Customer: c.ID, Tier: "F"}
	}
	v.Tier = cmp.Or(c.Tier, v.Tier)
	return v, err
}

// Valued is a customer with what it is worth.
type Valued struct {
	Value    Value    `json:"value"`
	Customer Customer `json:"customer"`
}

// TopCustomers are those who spent most, from the one behind rank after; until their share of the revenue reaches 80 %
// they are the list that the 80/20 rule asks for. next is the rank behind which it goes on, 0 at the end: a page may be
// short, as customers are removed between two reckonings.
func (b *Book) TopCustomers(after, limit int) (list []Valued, next int, err error) {
	err = b.books.View(func(tx Tx) error {
		list, next = nil, 0
		n, last := 0, after
		for v, err := range tx.Values.Find(byRank, nil, &books.Mark{Key: rankKey(after + 1)}) {
			if err != nil {
				return err
			}
			if v.Spent <= 0 {
				return nil // nor did those behind
			}
			if n++; len(list) == limit || n > books.MaxScan {
				next = last
				return nil
			}
			last = v.Rank
			c, ok, err := tx.Customers.Get(v.Customer)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			list = append(list, Valued{v, c})
		}
		return nil
	})
	return list, next, err
}
