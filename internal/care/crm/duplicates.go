package crm

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm/pinyin"
	"github.com/dealerline/dealerline/internal/care/crm/plate"
)

// The rules by which two records seem to be one customer. The first three are certain; the others are for people to
// decide: families and fleets share a number, numbers are given out again, and a car that was sold has a new owner, who
// must never be merged with the old one.
const (
	PhoneAndName     = "phone_name"
	PhoneAndSpelling = "phone_spelling"
	PhoneAndVIN      = "phone_vin"
	PhoneOnly        = "phone"
	VINOnly          = "vin"
)

// Duplicate is a customer who seems to be the same as another.
type Duplicate struct {
	Customer Customer `json:"customer"`
	Rule     string   `json:"rule"`
	Certain  bool     `json:"certain"`
}

// DuplicateError says that a customer is there already.
type DuplicateError struct{ Of []Duplicate }

// Error says so in English.
func (e *DuplicateError) Error() string { return e.Unwrap().Error() }

// Unwrap is the fault: a conflict.
func (e *DuplicateError) Unwrap() error {
	return fault.New(fault.Conflict, "customer.duplicate", "create customer: %s is there already (%s)", e.Of[0].Customer.ID, e.Of[0].Rule)
}

// Duplicates are the customers who seem to be the same as c, the certain ones first. c need not be stored.
func (b *Book) Duplicates(c Customer) (list []Duplicate, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		list, err = duplicates(tx, c)
		return err
	})
	return list, err
}

// maxSharing bounds how many customers with one number are compared: a fleet's number may stand everywhere.
const maxSharing = 20

func duplicates(tx Tx, c Customer) (list []Duplicate, err error) {
	for _, p := range c.Phones {
		n := 0
		for other, err := range tx.Customers.Find(byPhone, books.Exactly(p.Number), nil) {
			if err != nil {
				return nil, err
			}
			if n++; n > maxSharing {
				break
			}
			if slices.Contains(c.IDs(), other.ID) || slices.ContainsFunc(list, func(d Duplicate) bool { return d.Customer.ID == other.ID }) {
				continue
			}
			rule, err := samePerson(tx, c, other)
			if err != nil {
				return nil, err
			}
			list = append(list, Duplicate{other, rule, rule != PhoneOnly})
		}
	}
	slices.SortStableFunc(list, func(a, b Duplicate) int { return before01(a.Certain, b.Certain) })
	return list, nil
}

// before01 orders what is true before what is not.
func before01(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// samePerson says by which rule two customers with a number in common are the same.
func samePerson(tx Tx, a, b Customer) (rule string, err error) {
	if plainName(a.Name) == plainName(b.Name) {
		return PhoneAndName, nil
	}
	if s := pinyin.Likely(a.Name); s != "" && s == pinyin.Likely(b.Name) {
		return PhoneAndSpelling, nil
	}
	if a.ID == "" {
		return PhoneOnly, nil
	}
	mine, err := books.All(tx.Vehicles, byCustomer, a.ID)
	if err != nil {
		return "", err
	}
	for _, v := range mine {
		if v.VIN != "" && (v.Owner == b.ID || slices.Contains(v.Users, b.ID)) {
			return PhoneAndVIN, nil
		}
	}
	return PhoneOnly, nil
}

// withPlate are the vehicles with a plate.
func withPlate(tx Tx, text string) ([]Vehicle, error) {
	if text == "" {
		return nil, nil
	}
	return books.All(tx.Vehicles, byPlate, plate.Fold(text))
}

// ask puts pairs before people, those they have not decided on.
func (e *Edit) ask(id string, same []Duplicate) error {
	for _, d := range same {
		r := newReview(id, d.Customer.ID, d.Rule)
		if _, ok, err := e.tx.Reviews.Get(r.ID); err != nil || ok {
			if err != nil {
				return err
			}
			continue
		}
		r.At = e.now
		if err := e.tx.Reviews.Put(r); err != nil {
			return err
		}
	}
	return nil
}

func newReview(a, b, rule string) Review {
	if b < a {
		a, b = b, a
	}
	return Review{ID: a + ":" + b, A: a, B: b, Rule: rule, State: ReviewOpen}
}

// AskVIN puts two owners of one VIN before people: a second-hand sale, or one person twice.
func (e *Edit) AskVIN(a, b string) error {
	if a == "" || b == "" || a == b {
		return nil
	}
	return e.ask(a, []Duplicate{{Customer: Customer{ID: b}, Rule: VINOnly}})
}

// Pair is a review with both customers.
type Pair struct {
	Review Review   `json:"review"`
	A      Customer `json:"a"`
	B      Customer `json:"b"`
}

// Reviews are up to limit pairs on which people have not decided, from behind the one with id after. next is where it goes
// on, empty at the end: a page may be short, as pairs are settled by other means.
func (b *Book) Reviews(after string, limit int) (list []Pair, next string, err error) {
	err = b.books.View(func(tx Tx) error {
		list, next = nil, ""
		n, last := 0, after
		for r, err := range tx.Reviews.Find(byState, books.Exactly(ReviewOpen), &books.Mark{Key: []byte(ReviewOpen), ID: after}) {
			if err != nil {
				return err
			}
			if n++; len(list) == limit || n > books.MaxScan {
				next = last
				return nil
			}
			last = r.ID
			x, okA, errA := tx.Customers.Get(r.A)
			y, okB, errB := tx.Customers.Get(r.B)
			if errA != nil || errB != nil {
				return fmt.Errorf("read review %s: %w", r.ID, errors.Join(errA, errB))
			}
			if !okA || !okB || x.MergedInto != "" || y.MergedInto != "" {
				continue // settled by other means
			}
			list = append(list, Pair{r, x, y})
		}
		return nil
	})
	return list, next, err
}
