package crm

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm/plate"
)

// Known is what is known of a caller: the customer, what it is worth, and its vehicles as they are today.
type Known struct {
	Customer Customer     `json:"customer"`
	Value    Value        `json:"value"`
	Vehicles []VehicleNow `json:"vehicles,omitempty" nullable:"false"`
	// More is how many vehicles are not listed: a fleet has many.
	More int `json:"more,omitempty"`
}

// VehicleNow is a vehicle as reckoned for today.
type VehicleNow struct {
	Vehicle  Vehicle   `json:"vehicle"`
	Mileage  *Estimate `json:"mileage,omitempty"` // nil: nothing to reckon from
	Warranty Warranty  `json:"warranty"`
	Service  Service   `json:"service"`
}

const maxVehiclesShown = 20

// Now reckons what a vehicle is like at a time, days being those of its zone.
func (v *Vehicle) Now(at time.Time) VehicleNow {
	n := VehicleNow{Vehicle: *v, Warranty: v.WarrantyOn(at), Service: v.NextService(at)}
	if e, ok := EstimateMileage(v.Readings, v.SoldOn, at); ok {
		n.Mileage = &e
	}
	return n
}

// ByPhone are the customers who have a number, with what is known of them. now is the time in the dealership's zone.
func (b *Book) ByPhone(number string, now time.Time) (list []Known, err error) {
	err = b.books.View(func(tx Tx) error {
		callers, err := callers(tx, number)
		if err != nil {
			return err
		}
		list = nil
		for _, c := range callers {
			k, err := known(tx, c, now)
			if err != nil {
				return err
			}
			list = append(list, k)
		}
		return nil
	})
	return list, err
}

// Callers are the customers who have a number, for the card of a call: VIPs first, then who was entered first. None
// when nobody has it, several when people share it.
//
// Within a city numbers are shown without the area code: a number that nobody has is looked for with any area code,
// and without its own.
func (b *Book) Callers(number string) (list []Customer, err error) {
	err = b.books.View(func(tx Tx) error {
		list, err = callers(tx, number)
		return err
	})
	return list, err
}

func callers(tx Tx, number string) ([]Customer, error) {
	number = phone.Normalize(number)
	if !phone.Valid(number) {
		return nil, nil
	}
	list, err := withNumber(tx, number)
	slices.SortStableFunc(list, func(a, b Customer) int { return before01(a.VIP, b.VIP) })
	return list, err
}

// maxPlates bounds how many vehicles are looked at whose plates end alike.
const maxPlates = 20

// WithPlateTail are the owners of vehicles whose plate ends in what a caller said, at least its last three characters, and
// not more than can be told apart: of very common ends nobody is found.
func (b *Book) WithPlateTail(tail string) (list []Customer, err error) {
	tail = plate.Fold(tail)
	if n := utf8.RuneCountInString(tail); n < minPlateTail || n > maxPlateTail {
		return nil, nil
	}
	err = b.books.View(func(tx Tx) error {
		list = nil
		n := 0
		for v, err := range tx.Vehicles.Find(byPlateTail, []byte(plate.Reversed(tail)), nil) {
			if err != nil {
				return err
			}
			if n++; n > maxPlates {
				list = nil
				return nil
			}
			if v.Owner == "" || v.Retired || slices.ContainsFunc(list, func(c Customer) bool { return c.ID == v.Owner }) {
				continue
			}
			c, err := present(tx, v.Owner)
			if fault.CodeOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			list = append(list, c)
		}
		return nil
	})
	return list, err
}

func withNumber(tx Tx, number string) ([]Customer, error) {
	list, err := some(tx.Customers, byPhone, books.Exactly(number), func(Customer) bool { return true })
	if err != nil || len(list) > 0 {
		return list, err
	}
	if local := phone.Local(number); local != "" {
		return some(tx.Customers, byPhone, books.Exactly(local), func(Customer) bool { return true })
	}
	if len(number) == 7 || len(number) == 8 {
		return some(tx.Customers, byPhoneTail, []byte(phone.Reversed(number)), func(c Customer) bool {
			return c.number(func(p string) bool { return phone.Local(p) == number }) != ""
		})
	}
	return nil, nil
}

// some reads the first records from a key on that are wanted.
func some[T any](rows books.Rows[T], index string, prefix []byte, want func(T) bool) (list []T, err error) {
	n := 0
	for v, err := range rows.Find(index, prefix, nil) {
		if err != nil {
			return nil, err
		}
		if want(v) {
			list = append(list, v)
		}
		if n++; n >= maxSharing {
			break
		}
	}
	return list, nil
}

// Known is what is known of one customer, as for the card of a call.
func (b *Book) Known(id string, now time.Time) (k Known, err error) {
	err = b.books.View(func(tx Tx) error {
		c, err := present(tx, id)
		if err != nil {
			return err
		}
		k, err = known(tx, c, now)
		return err
	})
	return k, err
}

func known(tx Tx, c Customer, now time.Time) (k Known, err error) {
	k.Customer = c
	if k.Value, err = valueOf(tx, c); err != nil {
		return k, err
	}
	for v, err := range tx.Vehicles.Find(byCustomer, books.Exactly(c.ID), nil) {
		if err != nil {
			return k, err
		}
		if len(k.Vehicles) < maxVehiclesShown {
			k.Vehicles = append(k.Vehicles, v.Now(now))
		} else if k.More++; k.More > maxReads {
			break
		}
	}
	slices.SortStableFunc(k.Vehicles, func(a, b VehicleNow) int { return before01(!a.Vehicle.Retired, !b.Vehicle.Retired) })
	return k, nil
}

// Vehicles are up to limit vehicles of a customer, from behind the one with id after.
func (b *Book) Vehicles(customer, after string, limit int) (list []Vehicle, err error) {
	err = b.books.View(func(tx Tx) error {
		list = nil
		for v, err := range tx.Vehicles.Find(byCustomer, books.Exactly(customer), &books.Mark{Key: []byte(customer), ID: after}) {
			if err != nil {
				return err
			}
			if list = append(list, v); len(list) >= limit {
				return nil
			}
		}
		return nil
	})
	return list, err
}
