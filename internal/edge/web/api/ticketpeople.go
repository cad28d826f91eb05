package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// Colleague is somebody who works here, to be named where only an id is known.
type Colleague struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Role       roster.Role `json:"role,omitempty" doc:"Absent: the person is no one to whom tickets may be given"`
	Department string      `json:"department,omitempty"`
}

// Colleagues are who works here.
type Colleagues struct {
	Items []Colleague `json:"items" nullable:"false"`
}

// mostColleagues bounds the users that are named: a dealership has some dozens.
const mostColleagues = 500

// ticketPeople names people where the settings are not to be read.
func ticketPeople(a *API, op func(id, method, path, summary string, perm account.Permission) Op) {
	Add(a, op("list-colleagues", http.MethodGet, "/people", "Who works here: people to whom tickets may be given, and users", account.TicketsRead), a.listColleagues)
}

func (a *API) listColleagues(context.Context, *struct{}) (*struct{ Body Colleagues }, error) {
	people := a.Settings.Current().Staff().People
	list := make([]Colleague, len(people))
	for i, p := range people {
		list[i] = Colleague{p.ID, p.Name, p.Role, p.Department}
	}
	users, err := a.Accounts.Users("", mostColleagues)
	if err != nil {
		return nil, err
	}
	for _, u := range users {
		if !slices.ContainsFunc(list, func(c Colleague) bool { return c.ID == u.ID }) {
			list = append(list, Colleague{ID: u.ID, Name: cmp.Or(u.Name, u.Login)})
		}
	}
	return &struct{ Body Colleagues }{Colleagues{list}}, nil
}
