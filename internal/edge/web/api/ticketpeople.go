package api

import (
	"context"
	"net/http"

	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// Colleague is somebody to whom tickets may be given.
type Colleague struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Role       roster.Role `json:"role"`
	Department string      `json:"department,omitempty"`
}

// Colleagues are who works here.
type Colleagues struct {
	Items []Colleague `json:"items" nullable:"false"`
}

// ticketPeople names people where the settings are not to be read.
func ticketPeople(a *API, op func(id, method, path, summary string, perm account.Permission) Op) {
	Add(a, op("list-colleagues", http.MethodGet, "/people", "Who works here: the people to whom tickets may be given", account.TicketsRead), a.listColleagues)
}

func (a *API) listColleagues(context.Context, *struct{}) (*struct{ Body Colleagues }, error) {
	people := a.Settings.Current().Staff().People
	list := make([]Colleague, len(people))
	for i, p := range people {
		list[i] = Colleague{p.ID, p.Name, p.Role, p.Department}
	}
	return &struct{ Body Colleagues }{Colleagues{list}}, nil
}
