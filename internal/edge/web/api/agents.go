package api

import (
	"context"
	"net/http"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/live"
)

type liveAgentsOutput struct{ Body Page[acd.AgentView] }

type liveQueuesOutput struct{ Body Page[acd.QueueView] }

type liveLinesOutput struct{ Body Page[live.Line] }

type agentOutput struct{ Body acd.AgentView }

// AgentChange is what an agent does about taking calls.
type AgentChange struct {
	Do        string `json:"do" enum:"sign-in,sign-out,pause,resume,extend-wrap-up,end-wrap-up"`
	Extension string `json:"extension,omitempty" maxLength:"32" doc:"For sign-in; empty: the agent's own"`
	Reason    string `json:"reason,omitempty" maxLength:"64" doc:"For pause: the id of a pause reason"`
}

type changeSelfInput struct{ Body AgentChange }

type changeAgentInput struct {
	IDInput
	Body AgentChange
}

// board is queues, agents and lines at this moment, and what agents do about taking calls.
func board(a *API) {
	op := func(id, method, path, summary string, perm account.Permission) Op {
		return Op{ID: id, Method: method, Path: path, Tag: "live", Summary: summary, Perm: perm}
	}
	Add(a, op("list-live-queues", http.MethodGet, "/live/queues", "The queues and who waits in them", account.LiveRead), a.liveQueues)
	Add(a, op("list-live-agents", http.MethodGet, "/live/agents", "The agents and what they do", account.LiveRead), a.liveAgents)
	Add(a, op("list-live-lines", http.MethodGet, "/live/lines", "The trunks and analog lines", account.LiveRead), a.liveLines)
	Add(a, op("get-self", http.MethodGet, "/live/agents/me", "What one does as an agent", account.AgentsSelf), a.getSelf)
	Add(a, op("change-self", http.MethodPost, "/live/agents/me", "Sign in or out, pause, wrap up", account.AgentsSelf), a.changeSelf)
	Add(a, op("cancel-callback", http.MethodDelete, "/live/callbacks/{id}", "Call a customer back no more: what waits is listed with its queue", account.AgentsManage), a.cancelCallback)
	Add(a, op("change-agent", http.MethodPost, "/live/agents/{id}", "The same for somebody else", account.AgentsManage), a.changeAgent)
}

func (a *API) liveQueues(ctx context.Context, _ *struct{}) (*liveQueuesOutput, error) {
	snap, err := a.ACD.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	e, err := a.eyes(ctx)
	return &liveQueuesOutput{Page[acd.QueueView]{Items: orEmpty(e.queues(snap.Queues))}}, err
}

func (a *API) liveAgents(ctx context.Context, _ *struct{}) (*liveAgentsOutput, error) {
	snap, err := a.ACD.Snapshot(ctx)
	return &liveAgentsOutput{Page[acd.AgentView]{Items: orEmpty(snap.Agents)}}, err
}

func (a *API) cancelCallback(ctx context.Context, in *IDInput) (*struct{}, error) {
	if err := a.ACD.CancelCallback(ctx, in.ID); err != nil {
		return nil, err
	}
	return nil, a.note(ctx, "callback", in.ID, map[string]string{"what": "cancelled"})
}

func (a *API) liveLines(context.Context, *struct{}) (*liveLinesOutput, error) {
	return &liveLinesOutput{Page[live.Line]{Items: orEmpty(a.Lines())}}, nil
}

// orEmpty makes a list that JSON shows as [] of one that is nil.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (a *API) agent(ctx context.Context, id string) (*agentOutput, error) {
	snap, err := a.ACD.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range snap.Agents {
		if g.Agent == id {
			return &agentOutput{g}, nil
		}
	}
	return nil, fault.New(fault.NotFound, "agent.unknown", "find agent %q: there is none", id)
}

// self is the agent who asks.
func self(ctx context.Context) (string, error) {
	if id := CallerOf(ctx).User.Agent; id != "" {
		return id, nil
	}
	return "", fault.New(fault.Conflict, "agent.not_one", "find oneself: the user is no agent of the queues")
}

func (a *API) getSelf(ctx context.Context, _ *struct{}) (*agentOutput, error) {
	id, err := self(ctx)
	if err != nil {
		return nil, err
	}
	return a.agent(ctx, id)
}

func (a *API) changeSelf(ctx context.Context, in *changeSelfInput) (*agentOutput, error) {
	id, err := self(ctx)
	if err != nil {
		return nil, err
	}
	return a.change(ctx, id, in.Body)
}

func (a *API) changeAgent(ctx context.Context, in *changeAgentInput) (*agentOutput, error) {
	out, err := a.change(ctx, in.ID, in.Body)
	if err != nil {
		return nil, err
	}
	return out, a.note(ctx, "agent", in.ID, map[string]string{"what": in.Body.Do, "reason": in.Body.Reason})
}

func (a *API) change(ctx context.Context, id string, c AgentChange) (*agentOutput, error) {
	var err error
	switch c.Do {
	case "sign-in":
		err = a.ACD.SignIn(ctx, id, c.Extension)
	case "sign-out":
		err = a.ACD.SignOut(ctx, id)
	case "pause":
		err = a.ACD.Pause(ctx, id, c.Reason)
	case "resume":
		err = a.ACD.Unpause(ctx, id)
	case "extend-wrap-up":
		err = a.ACD.WrapUpExtend(ctx, id)
	case "end-wrap-up":
		err = a.ACD.EndWrapUp(ctx, id)
	}
	if err != nil {
		return nil, err
	}
	return a.agent(ctx, id)
}
