package crm

import "github.com/dealerline/dealerline/internal/care/books"

// CustomerFilter says which customers a list shows; zero fields do not matter.
type CustomerFilter struct {
	Kind, Tier, Tag, Source string
	VIP                     bool
}

func (f CustomerFilter) fits(c Customer) bool {
	has := f.Tag == ""
	for _, t := range c.Tags {
		has = has || t == f.Tag
	}
	return c.MergedInto == "" && has && (f.Kind == "" || c.Kind == f.Kind) && (f.Tier == "" || c.Tier == f.Tier) &&
		(f.Source == "" || c.Source == f.Source) && (!f.VIP || c.VIP)
}

// Customers lists customers. next is the id behind which it goes on, empty at the end.
func (b *Book) Customers(f CustomerFilter, r books.Range) (list []Customer, next string, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		list, next, err = books.Part(tx.Customers, r, func(c Customer) string { return c.ID }, f.fits)
		return err
	})
	return list, next, err
}

// VehicleFilter says which vehicles a list shows; zero fields do not matter.
type VehicleFilter struct {
	Brand, Model, Source string
	// InsuredBefore and InspectedBefore are for those whose insurance or inspection ends before a day.
	InsuredBefore, InspectedBefore Date
	Unchecked                      bool // only those whose VIN is doubtful
}

func (f VehicleFilter) fits(v Vehicle) bool {
	return (f.Brand == "" || v.Brand == f.Brand) && (f.Model == "" || v.Model == f.Model) && (f.Source == "" || v.Source == f.Source) &&
		(f.InsuredBefore == "" || v.InsuredUntil != "" && v.InsuredUntil < f.InsuredBefore) &&
		(f.InspectedBefore == "" || v.InspectedBy != "" && v.InspectedBy < f.InspectedBefore) && (!f.Unchecked || v.VINUnchecked)
}

// AllVehicles lists vehicles. next is the id behind which it goes on, empty at the end.
func (b *Book) AllVehicles(f VehicleFilter, r books.Range) (list []Vehicle, next string, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		list, next, err = books.Part(tx.Vehicles, r, func(v Vehicle) string { return v.ID }, f.fits)
		return err
	})
	return list, next, err
}

// AllVisits lists visits in the order in which they were entered.
func (b *Book) AllVisits(kind string, r books.Range) (list []Visit, next string, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		list, next, err = books.Part(tx.Visits, r, func(v Visit) string { return v.ID }, func(v Visit) bool { return kind == "" || v.Kind == kind })
		return err
	})
	return list, next, err
}

// Visit reads a visit.
func (b *Book) Visit(id string) (v Visit, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		v, err = books.Get(tx.Visits, "visit", id)
		return err
	})
	return v, err
}
