package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// VisitFields is a visit to the workshop, as a repair order sums it up.
type VisitFields struct {
	Order    string    `json:"order,omitempty" maxLength:"100" doc:"The repair order's number; the same again replaces the visit"`
	At       time.Time `json:"at"`
	Vehicle  string    `json:"vehicle,omitempty" maxLength:"64" doc:"A vehicle's id"`
	Customer string    `json:"customer,omitempty" maxLength:"64" doc:"Absent: the vehicle's owner"`
	Km       int       `json:"km,omitempty"`
	Kind     string    `json:"kind,omitempty" enum:"maintenance,repair,accident,warranty,recall,delivery,other"`
	Work     string    `json:"work,omitempty" maxLength:"4000"`
	Amount   int64     `json:"amount,omitempty" doc:"fen"`
	Advisor  string    `json:"advisor,omitempty" maxLength:"100"`
}

type visitOutput struct{ Body crm.Visit }

type visitsOutput struct{ Body Page[crm.Visit] }

type visitsInput struct {
	Paging
	Sort string `query:"sort" enum:"created,-created" default:"-created"`
	Kind string `query:"kind" maxLength:"20"`
}

// visits are what was done to cars, and what it cost.
func visits(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: "/visits" + path, Tag: "visits", Summary: summary, Perm: perm}
	}
	Add(a, op("list-visits", http.MethodGet, "", "The visits in the order in which they were entered", account.CustomersRead), a.listVisits)
	Add(a, op("record-visit", http.MethodPost, "", "Enter a visit", account.CustomersWrite), a.recordVisit)
	Add(a, op("get-visit", http.MethodGet, "/{id}", "One visit", account.CustomersRead), a.getVisit)
	Add(a, op("delete-visit", http.MethodDelete, "/{id}", "Remove a visit", account.CustomersWrite), a.deleteVisit)
}

func (a *API) listVisits(_ context.Context, in *visitsInput) (*visitsOutput, error) {
	after, err := decodeCursor("list-visits", in.Cursor)
	if err != nil {
		return nil, err
	}
	list, next, err := a.Book.AllVisits(in.Kind, books.Range{After: after, Down: in.Sort == "-created", Limit: in.Limit})
	return &visitsOutput{ranged("list-visits", list, next, func(v crm.Visit) crm.Visit { return v })}, err
}

func (a *API) listVehicleVisits(_ context.Context, in *byIDPaging) (*visitsOutput, error) {
	after, err := decodeCursor("list-vehicle-visits", in.Cursor)
	if err != nil {
		return nil, err
	}
	var behind crm.Place
	if after != "" {
		at, id, _ := strings.Cut(after, " ")
		if behind.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
			return nil, badCursor(err)
		}
		behind.ID = id
	}
	list, err := a.Book.Visits(in.ID, behind, in.Limit+1)
	return &visitsOutput{paged("list-vehicle-visits", list, in.Limit, func(v crm.Visit) string { return v.At.Format(time.RFC3339Nano) + " " + v.ID })}, err
}

func (a *API) recordVisit(ctx context.Context, in *struct{ Body VisitFields }) (*visitOutput, error) {
	f := in.Body
	v, err := a.Book.RecordVisit(ctx, books.By(ByOf(ctx)), crm.Visit{
		Order: f.Order, At: f.At, Vehicle: f.Vehicle, Customer: f.Customer, Km: f.Km, Kind: f.Kind, Work: f.Work, Amount: f.Amount, Advisor: f.Advisor, Source: "api",
	})
	return &visitOutput{v}, err
}

func (a *API) getVisit(_ context.Context, in *IDInput) (*visitOutput, error) {
	v, err := a.Book.Visit(in.ID)
	return &visitOutput{v}, err
}

func (a *API) deleteVisit(ctx context.Context, in *IDInput) (*struct{}, error) {
	if _, err := a.Book.Visit(in.ID); err != nil {
		return nil, err
	}
	return nil, a.Book.DeleteVisit(ctx, books.By(ByOf(ctx)), in.ID)
}
