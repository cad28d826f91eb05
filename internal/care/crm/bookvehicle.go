package crm

import (
	"context"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
)

// AddVehicle stores a new vehicle. A VIN or a plate that another vehicle has is a conflict.
func (b *Book) AddVehicle(ctx context.Context, by books.By, v Vehicle) (Vehicle, error) {
	if bad := v.Check(); bad != nil {
		return Vehicle{}, bad
	}
	return changed(ctx, b, by, func(e *Edit) (Vehicle, error) { return e.AddVehicle(v) })
}

// UpdateVehicle stores a changed vehicle under the revision that was read. The owner changes by [Book.Transfer] too, which
// notes the day.
func (b *Book) UpdateVehicle(ctx context.Context, by books.By, v Vehicle) (Vehicle, error) {
	if bad := v.Check(); bad != nil {
		return Vehicle{}, bad
	}
	return changed(ctx, b, by, func(e *Edit) (Vehicle, error) { return e.UpdateVehicle(v) })
}

// DeleteVehicle removes a vehicle; its visits stay with the customer.
func (b *Book) DeleteVehicle(ctx context.Context, by books.By, id string, rev uint64) error {
	return b.Change(ctx, by, func(e *Edit) error {
		v, err := books.Get(e.tx.Vehicles, "vehicle", id)
		if err != nil {
			return err
		}
		if err := books.SameRev("vehicle", id, v.Meta.Rev, rev); err != nil {
			return err
		}
		return e.tx.Vehicles.Delete(id)
	})
}

// Vehicle reads a vehicle.
func (b *Book) Vehicle(id string) (v Vehicle, err error) {
	err = b.books.View(func(tx Tx) (err error) {
		v, err = books.Get(tx.Vehicles, "vehicle", id)
		return err
	})
	return v, err
}

// AddVehicle is [Book.AddVehicle] as part of a larger change.
func (e *Edit) AddVehicle(v Vehicle) (Vehicle, error) {
	if bad := v.Check(); bad != nil {
		return Vehicle{}, bad
	}
	v.ID, v.CreatedAt, v.Meta.Rev = books.NewID(), e.now, 0
	if err := e.vehicleFits(&v); err != nil {
		return Vehicle{}, err
	}
	return v, books.Made(e.tx.Vehicles, v, &v.Meta.Rev)
}

// UpdateVehicle is [Book.UpdateVehicle] as part of a larger change.
func (e *Edit) UpdateVehicle(v Vehicle) (Vehicle, error) {
	if bad := v.Check(); bad != nil {
		return Vehicle{}, bad
	}
	old, err := books.Get(e.tx.Vehicles, "vehicle", v.ID)
	if err != nil {
		return Vehicle{}, err
	}
	if err := e.vehicleFits(&v); err != nil {
		return Vehicle{}, err
	}
	v.CreatedAt, v.Owners = old.CreatedAt, old.Owners
	if v.Owner != old.Owner && old.Owner != "" {
		v.Owners = append(slices.Clone(old.Owners), Ownership{Customer: old.Owner, Until: On(e.now)})
	}
	return books.Stored(e.tx.Vehicles, "vehicle", v.ID, v)
}

// vehicleFits sees that nobody else has the plate or the VIN and that the customers are there; those who were merged
// become the one merged into.
func (e *Edit) vehicleFits(v *Vehicle) error {
	same, err := e.SameVehicle(v.VIN, v.Plate)
	if err != nil {
		return err
	}
	for _, other := range same {
		if other.ID == v.ID {
			continue
		}
		key, what := "vehicle.plate_taken", v.Plate
		if v.VIN != "" && other.VIN == v.VIN {
			key, what = "vehicle.vin_taken", v.VIN
		}
		return fault.New(fault.Conflict, key, "store vehicle: %s is that of vehicle %s", what, other.ID)
	}
	v.Users = slices.Clone(v.Users)
	for i := -1; i < len(v.Users); i++ {
		id := &v.Owner
		if i >= 0 {
			id = &v.Users[i]
		}
		if *id == "" {
			continue
		}
		c, err := present(e.tx, *id)
		if err != nil {
			return err
		}
		*id = c.ID
	}
	slices.Sort(v.Users)
	v.Users = slices.Compact(v.Users)
	return nil
}

// SameVehicle are the vehicles with this VIN or plate, that with the VIN first.
func (e *Edit) SameVehicle(vin, plate string) (list []Vehicle, err error) {
	if list, err = books.All(e.tx.Vehicles, byVIN, vin); err != nil {
		return nil, err
	}
	more, err := withPlate(e.tx, plate)
	for _, v := range more {
		if !slices.ContainsFunc(list, func(have Vehicle) bool { return have.ID == v.ID }) {
			list = append(list, v)
		}
	}
	return list, err
}

// Transfer gives a vehicle to another owner, and keeps who had it until when. to may be empty: sold to somebody unknown.
func (b *Book) Transfer(ctx context.Context, by books.By, id string, rev uint64, to string, on Date, reason string) (Vehicle, error) {
	k := checker{}
	k.date("on", on)
	k.Line("reason", &reason, maxLine)
	if k.Found != nil {
		return Vehicle{}, k.Found
	}
	return changed(ctx, b, by, func(e *Edit) (Vehicle, error) {
		v, err := books.Get(e.tx.Vehicles, "vehicle", id)
		if err != nil {
			return Vehicle{}, err
		}
		if err := books.SameRev("vehicle", id, v.Meta.Rev, rev); err != nil {
			return Vehicle{}, err
		}
		if to != "" {
			c, err := present(e.tx, to)
			if err != nil {
				return Vehicle{}, err
			}
			to = c.ID
		}
		if v.Owner == to {
			return v, nil
		}
		if on == "" {
			on = On(e.now)
		}
		if v.Owner != "" {
			v.Owners = append(slices.Clone(v.Owners), Ownership{Customer: v.Owner, Until: on, Reason: reason})
		}
		v.Owner, v.Users = to, without(v.Users, to)
		if err := e.vehicleFits(&v); err != nil {
			return Vehicle{}, err
		}
		return books.Stored(e.tx.Vehicles, "vehicle", v.ID, v)
	})
}

// AddReading notes an odometer reading that somebody told. One that cannot be true is refused with the reason, unless sure
// says that it is: then the series without contradiction decides which one is doubted.
func (b *Book) AddReading(ctx context.Context, by books.By, id string, r Reading, sure bool) (Vehicle, error) {
	return changed(ctx, b, by, func(e *Edit) (Vehicle, error) {
		v, err := books.Get(e.tx.Vehicles, "vehicle", id)
		if err != nil {
			return Vehicle{}, err
		}
		if r.At.IsZero() {
			r.At = e.now
		}
		if doubt := Doubt(v.Readings, r, e.now); doubt != "" && !sure {
			return Vehicle{}, fault.Fields{{Path: "km", Key: doubt, Message: "the reading contradicts those before or after it"}}
		}
		v.Readings = append(slices.Clone(v.Readings), r)
		if bad := v.Check(); bad != nil {
			return Vehicle{}, bad
		}
		return books.Stored(e.tx.Vehicles, "vehicle", v.ID, v)
	})
}

// RecordVisit stores a visit, that with the same repair order again if there is one, and notes on the vehicle what it says
// of the odometer and of maintenance.
func (b *Book) RecordVisit(ctx context.Context, by books.By, visit Visit) (Visit, error) {
	if bad := visit.Check(); bad != nil {
		return Visit{}, bad
	}
	return changed(ctx, b, by, func(e *Edit) (Visit, error) { return e.RecordVisit(visit) })
}

// RecordVisit is [Book.RecordVisit] as part of a larger change.
func (e *Edit) RecordVisit(visit Visit) (Visit, error) {
	if bad := visit.Check(); bad != nil {
		return Visit{}, bad
	}
	if visit.At.After(e.now.Add(24 * time.Hour)) {
		return Visit{}, fault.Fields{{Path: "at", Key: "visit.future", Message: "a visit cannot lie in the future"}}
	}
	if visit.Customer != "" {
		c, err := present(e.tx, visit.Customer)
		if err != nil {
			return Visit{}, err
		}
		visit.Customer = c.ID
	}
	if err := e.noteVisit(&visit); err != nil {
		return Visit{}, err
	}
	old, err := e.sameOrder(visit)
	if err != nil {
		return Visit{}, err
	}
	if visit.ID, visit.Meta = old.ID, old.Meta; visit.ID == "" {
		visit.ID = books.NewID()
	}
	return books.Stored(e.tx.Visits, "visit", visit.ID, visit)
}

// sameOrder finds the visit that is stored already: that with the number of the repair order.
func (e *Edit) sameOrder(visit Visit) (Visit, error) {
	list, err := books.All(e.tx.Visits, byOrder, books.Cut(visit.Order, books.MaxTerm))
	for _, v := range list {
		if v.Order == visit.Order {
			return v, err
		}
	}
	return Visit{}, err
}

// noteVisit puts what a visit says of its vehicle into the vehicle, and the owner into the visit where it names nobody.
func (e *Edit) noteVisit(visit *Visit) error {
	if visit.Vehicle == "" {
		return nil
	}
	v, err := books.Get(e.tx.Vehicles, "vehicle", visit.Vehicle)
	if err != nil {
		return err
	}
	if visit.Customer == "" {
		visit.Customer = v.Owner
	}
	touched := false
	if visit.Km > 0 {
		v.Readings = append(slices.Clone(v.Readings), Reading{At: visit.At, Km: visit.Km, Source: "visit"})
		touched = true
	}
	if day := On(visit.At); visit.Kind == Maintenance && day >= v.LastService {
		v.LastService, v.LastServiceKm, touched = day, max(visit.Km, 0), true
	}
	if !touched {
		return nil
	}
	if bad := v.Check(); bad != nil {
		return bad
	}
	return e.tx.Vehicles.Put(v)
}

// DeleteVisit removes a visit. The reading it brought stays with the vehicle.
func (b *Book) DeleteVisit(ctx context.Context, by books.By, id string) error {
	return b.Change(ctx, by, func(e *Edit) error { return e.tx.Visits.Delete(id) })
}

// Visits are up to limit visits of a vehicle behind a place, newest first; those of one moment in the order in which they
// were entered.
func (b *Book) Visits(vehicle string, behind Place, limit int) (list []Visit, err error) {
	err = b.books.View(func(tx Tx) error {
		list = nil
		var from *books.Mark
		if !behind.At.IsZero() && vehicle != "" {
			from = &books.Mark{Key: books.NewestFirst(vehicle, behind.At)[0], ID: behind.ID}
		}
		for v, err := range tx.Visits.Find(byVehicle, books.Exactly(vehicle), from) {
			if err != nil {
				return err
			}
			if list = append(list, v); len(list) >= limit {
				break
			}
		}
		return nil
	})
	return list, err
}
