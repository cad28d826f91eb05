package api

import (
	"context"
	"net/http"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// StoredVehicle is a vehicle as stored, with what is reckoned for today.
type StoredVehicle struct {
	crm.VehicleNow
	Rev uint64 `json:"rev" doc:"The revision, as in the ETag"`
}

func (a *API) showVehicle(v crm.Vehicle) StoredVehicle {
	return StoredVehicle{v.Now(a.here()), v.Meta.Rev}
}

// VehicleFields is what people decide about a vehicle. A PUT replaces all of it but the readings of the odometer, which are
// only added to.
type VehicleFields struct {
	VIN           string            `json:"vin,omitempty" maxLength:"40"`
	Plate         string            `json:"plate,omitempty" maxLength:"20"`
	Brand         string            `json:"brand,omitempty" maxLength:"100"`
	Model         string            `json:"model,omitempty" maxLength:"100"`
	ModelYear     int               `json:"model_year,omitempty"`
	Color         string            `json:"color,omitempty" maxLength:"100"`
	EngineNumber  string            `json:"engine_number,omitempty" maxLength:"100"`
	SoldOn        string            `json:"sold_on,omitempty" maxLength:"10" doc:"2026-05-01"`
	Warranty      *crm.Limit        `json:"warranty,omitempty" doc:"Absent: 36 months or 100,000 km"`
	FirstService  *crm.FirstService `json:"first_service,omitempty" doc:"Absent: 6 months or 3,000 to 5,000 km"`
	Service       *crm.Limit        `json:"service,omitempty" doc:"Absent: 12 months or 10,000 km"`
	InsuredUntil  string            `json:"insured_until,omitempty" maxLength:"10"`
	Insurer       string            `json:"insurer,omitempty" maxLength:"100"`
	InspectionDue string            `json:"inspection_due,omitempty" maxLength:"10"`
	Owner         string            `json:"owner,omitempty" maxLength:"64" doc:"A customer's id"`
	Users         []string          `json:"users,omitempty" maxItems:"20" nullable:"false" doc:"Other customers who bring it"`
	Notes         string            `json:"notes,omitempty" maxLength:"4000"`
	LastService   string            `json:"last_service,omitempty" maxLength:"10"`
	LastServiceKm int               `json:"last_service_km,omitempty"`
	Retired       bool              `json:"retired,omitempty" doc:"Scrapped or sold away: no reminders"`
}

// onto puts the fields into a vehicle.
func (f VehicleFields) onto(v crm.Vehicle) crm.Vehicle {
	v.VIN, v.Plate, v.Brand, v.Model, v.ModelYear, v.Color, v.EngineNumber = f.VIN, f.Plate, f.Brand, f.Model, f.ModelYear, f.Color, f.EngineNumber
	v.SoldOn, v.Warranty, v.FirstService, v.Service = crm.Date(f.SoldOn), f.Warranty, f.FirstService, f.Service
	v.InsuredUntil, v.Insurer, v.InspectedBy = crm.Date(f.InsuredUntil), f.Insurer, crm.Date(f.InspectionDue)
	v.Owner, v.Users, v.Notes = f.Owner, f.Users, f.Notes
	v.LastService, v.LastServiceKm, v.Retired = crm.Date(f.LastService), f.LastServiceKm, f.Retired
	return v
}

type vehicleOutput struct {
	ETag string `header:"ETag"`
	Body StoredVehicle
}

func (a *API) answerVehicle(v crm.Vehicle, err error) (*vehicleOutput, error) {
	return &vehicleOutput{ETag(v.Meta.Rev), a.showVehicle(v)}, err
}

type vehiclesInput struct {
	Paging
	Sort      string `query:"sort" enum:"created,-created" default:"-created"`
	Brand     string `query:"brand" maxLength:"100"`
	Model     string `query:"model" maxLength:"100"`
	Source    string `query:"source" maxLength:"200"`
	Insured   string `query:"insured_before" maxLength:"10" doc:"Whose insurance ends before this day"`
	Inspected string `query:"inspection_before" maxLength:"10" doc:"Whose inspection is due before this day"`
	Unchecked bool   `query:"vin_unchecked" doc:"Only those with a doubtful VIN"`
}

type vehiclesOutput struct{ Body Page[StoredVehicle] }

type transferInput struct {
	IDInput
	IfMatch
	Body struct {
		To     string `json:"to,omitempty" maxLength:"64" doc:"A customer's id; absent: somebody unknown"`
		On     string `json:"on,omitempty" maxLength:"10" doc:"Absent: today"`
		Reason string `json:"reason,omitempty" maxLength:"200"`
	}
}

type readingInput struct {
	IDInput
	Body struct {
		Km   int       `json:"km"`
		At   time.Time `json:"at,omitzero" required:"false" doc:"Absent: now"`
		Sure bool      `json:"sure,omitempty" doc:"It is so although other readings contradict it"`
	}
}

// vehicles are the customers' cars.
func vehicles(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/vehicles" + path, Tag: "vehicles", Summary: summary, Perm: perm}
	}
	Add(a, op("list-vehicles", http.MethodGet, "", "The vehicles, newest first. A page may be short although there are more", account.CustomersRead), a.listVehicles)
	create := op("create-vehicle", http.MethodPost, "", "Add a vehicle", account.CustomersWrite)
	create.Status = http.StatusCreated
	Add(a, create, a.createVehicle)
	Add(a, op("get-vehicle", http.MethodGet, "/{id}", "One vehicle, with mileage, warranty and service as reckoned for today", account.CustomersRead), a.getVehicle)
	Add(a, op("update-vehicle", http.MethodPut, "/{id}", "Change a vehicle", account.CustomersWrite), a.updateVehicle)
	Add(a, op("delete-vehicle", http.MethodDelete, "/{id}", "Remove a vehicle; its visits stay", account.CustomersWrite), a.deleteVehicle)
	Add(a, op("transfer-vehicle", http.MethodPost, "/{id}/transfer", "Give a vehicle to another owner", account.CustomersWrite), a.transferVehicle)
	Add(a, op("add-reading", http.MethodPost, "/{id}/readings", "Note what the odometer shows", account.CustomersWrite), a.addReading)
	Add(a, op("list-vehicle-visits", http.MethodGet, "/{id}/visits", "A vehicle's visits, newest first", account.CustomersRead), a.listVehicleVisits)
}

func (a *API) listVehicles(_ context.Context, in *vehiclesInput) (*vehiclesOutput, error) {
	after, err := decodeCursor("list-vehicles", in.Cursor)
	if err != nil {
		return nil, err
	}
	f := crm.VehicleFilter{
		Brand: in.Brand, Model: in.Model, Source: in.Source, InsuredBefore: crm.Date(in.Insured), InspectedBefore: crm.Date(in.Inspected), Unchecked: in.Unchecked,
	}
	list, next, err := a.Book.AllVehicles(f, books.Range{After: after, Down: in.Sort == "-created", Limit: in.Limit})
	return &vehiclesOutput{ranged("list-vehicles", list, next, a.showVehicle)}, err
}

func (a *API) listCustomerVehicles(_ context.Context, in *byIDPaging) (*vehiclesOutput, error) {
	after, err := decodeCursor("list-customer-vehicles", in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Book.Vehicles(in.ID, after, in.Limit+1)
	views := make([]StoredVehicle, len(list))
	for i, v := range list {
		views[i] = a.showVehicle(v)
	}
	return &vehiclesOutput{paged("list-customer-vehicles", views, in.Limit, func(v StoredVehicle) string { return v.Vehicle.ID })}, err
}

func (a *API) createVehicle(ctx context.Context, in *struct{ Body VehicleFields }) (*vehicleOutput, error) {
	v := in.Body.onto(crm.Vehicle{})
	v.Source = "api"
	return a.answerVehicle(a.Book.AddVehicle(ctx, books.By(ByOf(ctx)), v))
}

func (a *API) getVehicle(_ context.Context, in *IDInput) (*vehicleOutput, error) {
	return a.answerVehicle(a.Book.Vehicle(in.ID))
}

// matched reads a vehicle of which a revision was read.
func (a *API) matched(id string, m IfMatch) (crm.Vehicle, error) {
	v, err := a.Book.Vehicle(id)
	if err == nil {
		err = m.Check(v.Meta.Rev)
	}
	return v, err
}

func (a *API) updateVehicle(ctx context.Context, in *struct {
	IDInput
	IfMatch
	Body VehicleFields
},
) (*vehicleOutput, error) {
	old, err := a.matched(in.ID, in.IfMatch)
	if err != nil {
		return nil, err
	}
	return a.answerVehicle(a.Book.UpdateVehicle(ctx, books.By(ByOf(ctx)), in.Body.onto(old)))
}

func (a *API) deleteVehicle(ctx context.Context, in *deleteByMatchInput) (*struct{}, error) {
	old, err := a.matched(in.ID, in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, a.Book.DeleteVehicle(ctx, books.By(ByOf(ctx)), old.ID, old.Meta.Rev)
}

func (a *API) transferVehicle(ctx context.Context, in *transferInput) (*vehicleOutput, error) {
	old, err := a.matched(in.ID, in.IfMatch)
	if err != nil {
		return nil, err
	}
	on := crm.Date(in.Body.On)
	if on == "" {
		on = crm.On(a.here())
	}
	return a.answerVehicle(a.Book.Transfer(ctx, books.By(ByOf(ctx)), old.ID, old.Meta.Rev, in.Body.To, on, in.Body.Reason))
}

func (a *API) addReading(ctx context.Context, in *readingInput) (*vehicleOutput, error) {
	r := crm.Reading{At: in.Body.At, Km: in.Body.Km, Source: "api"}
	return a.answerVehicle(a.Book.AddReading(ctx, books.By(ByOf(ctx)), in.ID, r, in.Body.Sure))
}
