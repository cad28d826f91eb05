package intake

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/crm"
)

// outcome is what became of a row.
type outcome uint8

const (
	unchanged outcome = iota
	changed
	created
)

// apply does what a row says. Who and what is there already is filled up and not made anew: a customer with the number
// and the name, or with the number and the car; a vehicle with the VIN or the plate; a visit with the repair order. All
// that can be refused is refused before anything is written.
func (d *draft) apply(e *crm.Edit) (outcome, error) {
	if len(d.wrong) > 0 {
		return 0, d.wrong
	}
	car, err := d.sameVehicle(e)
	if err != nil {
		return 0, err
	}
	who, err := d.sameCustomer(e, car)
	if err != nil {
		return 0, err
	}
	result, owner, err := d.applyCustomer(e, who)
	if err != nil {
		return 0, err
	}
	o, vehicle, err := d.applyVehicle(e, car, owner)
	if result = max(result, o); err != nil || d.visit == nil {
		return result, err
	}
	v := *d.visit
	v.Vehicle, v.Customer = vehicle, owner
	before := v.Order
	stored, err := e.RecordVisit(v)
	switch {
	case err != nil:
		return 0, err
	case stored.Meta.Rev == 1 || before == "":
		return created, nil
	}
	return max(result, changed), nil
}

// sameVehicle is the vehicle that is there already; nil: none.
func (d *draft) sameVehicle(e *crm.Edit) (*crm.Vehicle, error) {
	if d.vehicle == nil {
		return nil, nil //nolint:nilnil // no vehicle is an answer
	}
	same, err := e.SameVehicle(d.vehicle.VIN, d.vehicle.Plate)
	switch {
	case err != nil || len(same) == 0:
		return nil, err
	case len(same) > 1:
		return nil, fault.Fields{{Path: "plate", Key: "import.plate_and_vin_differ", Message: "the plate and the VIN are those of two vehicles"}}
	case d.vehicle.VIN != "" && same[0].VIN != "" && d.vehicle.VIN != same[0].VIN:
		return nil, fault.Fields{{Path: "vin", Key: "import.plate_of_other_vin", Message: "the plate is that of a vehicle with another VIN"}}
	}
	return &same[0], nil
}

// sameCustomer is the customer who is there already; nil: none.
func (d *draft) sameCustomer(e *crm.Edit, car *crm.Vehicle) (*crm.Customer, error) {
	if d.customer == nil {
		return d.numbered(e)
	}
	same, err := e.Duplicates(*d.customer)
	if err != nil {
		return nil, err
	}
	for _, s := range same {
		if s.Certain {
			return &s.Customer, nil
		}
	}
	if car == nil || car.Owner == "" {
		return nil, nil //nolint:nilnil // no customer is an answer
	}
	owner, err := e.Customer(car.Owner)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, nil //nolint:nilnil // deleted
	}
	if err != nil {
		return nil, err
	}
	shares := slices.ContainsFunc(d.customer.Phones, func(p crm.Phone) bool { return owner.HasPhone(p.Number) })
	if shares && car.VIN != "" || len(d.customer.Phones) == 0 && owner.Name == d.customer.Name {
		return &owner, nil
	}
	return nil, nil //nolint:nilnil // no customer is an answer
}

// numbered is the one customer who has the number of a row without a name.
func (d *draft) numbered(e *crm.Edit) (*crm.Customer, error) {
	var found []crm.Customer
	for _, n := range d.numbers {
		list, err := e.WithPhone(n)
		if err != nil {
			return nil, err
		}
		found = append(found, list...)
	}
	switch {
	case len(found) == 1:
		return &found[0], nil
	case d.vehicle != nil || len(d.numbers) == 0:
		return nil, nil //nolint:nilnil // the vehicle says whose it is
	case len(found) == 0:
		return nil, fault.Fields{{Path: "phone", Key: "import.number_unknown", Message: "nobody has this number"}}
	}
	return nil, fault.Fields{{Path: "phone", Key: "import.number_shared", Message: "several customers have this number"}}
}

func (d *draft) applyCustomer(e *crm.Edit, who *crm.Customer) (outcome, string, error) {
	switch {
	case d.customer == nil && who == nil:
		return unchanged, "", nil
	case d.customer == nil:
		return unchanged, who.ID, nil
	case who == nil:
		c, err := e.Create(*d.customer, true)
		return created, c.ID, err
	}
	now := filled(*who, *d.customer)
	if reflect.DeepEqual(now, *who) {
		return unchanged, who.ID, nil
	}
	_, err := e.Update(now)
	return changed, who.ID, err
}

// filled is a customer with what a row says: what stands in the row counts, what does not is left alone.
func filled(c, row crm.Customer) crm.Customer {
	for _, p := range [][2]*string{
		{&c.WeChat, &row.WeChat},
		{&c.Email, &row.Email},
		{&c.Address, &row.Address},
		{&c.Tier, &row.Tier},
		{&c.Language, &row.Language},
		{&c.Notes, &row.Notes},
		{&c.Contact, &row.Contact},
		{&c.Advisor, &row.Advisor},
		{(*string)(&c.Birthday), (*string)(&row.Birthday)},
		{&c.Gender, &row.Gender},
	} {
		*p[0] = cmp.Or(*p[1], *p[0])
	}
	if row.Kind == crm.Company {
		c.Kind = row.Kind
	}
	c.VIP = c.VIP || row.VIP
	c.Consent.DoNotCall = c.Consent.DoNotCall || row.Consent.DoNotCall
	for _, p := range row.Phones {
		if !c.HasPhone(p.Number) {
			c.Phones = append(slices.Clone(c.Phones), p)
		}
	}
	for _, tag := range row.Tags {
		if !slices.Contains(c.Tags, tag) {
			c.Tags = append(slices.Clone(c.Tags), tag)
		}
	}
	return c
}

func (d *draft) applyVehicle(e *crm.Edit, car *crm.Vehicle, owner string) (outcome, string, error) {
	switch {
	case d.vehicle == nil:
		return unchanged, "", nil
	case car == nil:
		v := *d.vehicle
		v.Owner = owner
		v, err := e.AddVehicle(v)
		return created, v.ID, err
	}
	now := equipped(*car, *d.vehicle)
	if now.Owner == "" {
		now.Owner = owner
	}
	if owner != "" && now.Owner != owner && !slices.Contains(now.Users, owner) {
		// Sold second-hand, or brought by somebody else: people decide, nobody is merged and nothing taken away.
		if err := e.AskVIN(now.Owner, owner); err != nil {
			return unchanged, car.ID, err
		}
	}
	if reflect.DeepEqual(now, *car) {
		return unchanged, car.ID, nil
	}
	_, err := e.UpdateVehicle(now)
	return changed, car.ID, err
}

// equipped is a vehicle with what a row says.
func equipped(v, row crm.Vehicle) crm.Vehicle {
	for _, p := range [][2]*string{
		{&v.VIN, &row.VIN},
		{&v.Plate, &row.Plate},
		{&v.Brand, &row.Brand},
		{&v.Model, &row.Model},
		{&v.Color, &row.Color},
		{&v.EngineNumber, &row.EngineNumber},
		{&v.Insurer, &row.Insurer},
		{&v.Notes, &row.Notes},
		{(*string)(&v.SoldOn), (*string)(&row.SoldOn)},
		{(*string)(&v.InsuredUntil), (*string)(&row.InsuredUntil)},
		{(*string)(&v.InspectedBy), (*string)(&row.InspectedBy)},
	} {
		*p[0] = cmp.Or(*p[1], *p[0])
	}
	v.ModelYear = cmp.Or(row.ModelYear, v.ModelYear)
	v.LastService = max(v.LastService, row.LastService)
	for _, r := range row.Readings {
		known := slices.ContainsFunc(v.Readings, func(have crm.Reading) bool { return have.Km == r.Km && have.At.Equal(r.At) })
		if !known {
			v.Readings = append(slices.Clone(v.Readings), r)
		}
	}
	return v
}
