package api

import (
	"context"
	"net/http"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/account"
)

type moveInput struct {
	IDInput
	Body struct {
		To    string `json:"to" enum:"front,queue,agent" doc:"Before all others, to another queue, or the next call of an agent"`
		Queue string `json:"queue,omitempty" maxLength:"64" doc:"For queue"`
		Agent string `json:"agent,omitempty" maxLength:"64" doc:"For agent: one who serves the caller's queue"`
	}
}

// moves is what supervisors do with those who wait.
func moves(a *API) {
	op := Op{
		ID: "move-caller", Method: http.MethodPost, Path: "/live/calls/{id}/move", Tag: "live", Perm: account.CallsMonitor,
		Summary: "Put a waiting caller elsewhere", Status: http.StatusAccepted,
	}
	Add(a, op, a.moveCaller)
}

func (a *API) moveCaller(ctx context.Context, in *moveInput) (*struct{}, error) {
	var to acd.Move
	switch in.Body.To {
	case "front":
		to.Front = true
	case "queue":
		to.Queue = in.Body.Queue
	case "agent":
		to.Agent = in.Body.Agent
	}
	if to == (acd.Move{}) {
		return nil, fault.Fields{{Path: in.Body.To, Key: "text.empty", Message: "must not be empty"}}
	}
	if err := a.ACD.Move(ctx, call.ID(in.ID), to); err != nil {
		return nil, err
	}
	return nil, a.note(ctx, "call", in.ID, map[string]string{"what": "moved", "to": in.Body.To, "queue": to.Queue, "agent": to.Agent})
}
