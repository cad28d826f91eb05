package api

import (
	"context"
	"net/http"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/account"
)

// Connector connects technicians with the customers of their jobs.
type Connector interface {
	// Connect calls the technician, who is connected with the customer at a key. A [fault.Conflict] is a job that is not
	// this person's, or a customer without a number.
	Connect(ctx context.Context, ticket, person string) (call.ID, error)
}

// Connecting says whose telephone rings.
type Connecting struct {
	Person string `json:"person,omitempty" maxLength:"200" doc:"The technician; absent: who asks"`
}

// ConnectingCall is the call that was begun.
type ConnectingCall struct {
	Call call.ID `json:"call" doc:"The id that its record will have"`
}

// connecting is the call of a technician with a customer by the house's number.
func connecting(a *API) {
	Add(a, Op{
		ID: "connect-technician", Method: http.MethodPost, Path: "/tickets/{id}/dispatch/call", Tag: "tickets", Perm: account.TicketsRead,
		Summary: "Call the technician who has the job, who is connected with the customer at a key; both see the house's number", Status: http.StatusAccepted,
	}, a.connectTechnician)
}

func (a *API) connectTechnician(ctx context.Context, in *struct {
	IDInput
	Body Connecting
},
) (*struct{ Body ConnectingCall }, error) {
	if _, err := a.ticket(ctx, in.ID); err != nil {
		return nil, err
	}
	who := personOf(ctx)
	if p := in.Body.Person; p != "" && p != who {
		if !CallerOf(ctx).May(account.TicketsWrite) {
			return nil, fault.New(fault.Denied, keyDenied, "connect %s with a customer", p)
		}
		who = p
	}
	id, err := a.Connect.Connect(ctx, in.ID, who)
	return &struct{ Body ConnectingCall }{ConnectingCall{id}}, err
}
