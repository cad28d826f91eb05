package appliance

import (
	"context"
	"slices"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// orders is what supervisors do to others by feature code; it satisfies feature.Orders.
type orders struct{ box *Box }

// SignOut signs an agent out, who is named by a number of its own or by the extension.
func (o orders) SignOut(supervisor, who string) error {
	ctx, cancel := deadline()
	defer cancel()
	agent, _, err := o.find(ctx, who)
	if err != nil {
		return err
	}
	if err := o.box.acd.SignOut(ctx, agent); err != nil {
		return err
	}
	return o.note(ctx, supervisor, "agent", agent, "signed out by force")
}

// HangUp hangs up an extension, or the phone of an agent.
func (o orders) HangUp(supervisor, who string) error {
	ctx, cancel := deadline()
	defer cancel()
	extension := who
	if len(o.box.lamps.talking(who)) == 0 {
		_, at, err := o.find(ctx, who)
		if err != nil {
			return err
		}
		extension = at
	}
	// The calls themselves cannot be asked here: one of them is asking.
	calls := o.box.lamps.talking(extension)
	if len(calls) == 0 {
		return fault.New(fault.Conflict, "call.not_found", "hang up %s: it speaks with nobody", extension)
	}
	for _, id := range calls {
		if err := o.box.calls.HangUp(id, extension); err != nil {
			return err
		}
		if err := o.note(ctx, supervisor, "call", string(id), "phone "+extension+" hung up by force"); err != nil {
			return err
		}
	}
	return nil
}

// find is the agent who has this number, or is signed in at this extension, and where that is.
func (o orders) find(ctx context.Context, who string) (agent, extension string, err error) {
	snap, err := o.box.acd.Snapshot(ctx)
	if err != nil {
		return "", "", err
	}
	number := map[string]string{}
	for _, a := range o.box.settings.Current().Agents {
		number[a.ID] = a.Number
	}
	i := slices.IndexFunc(snap.Agents, func(v acd.AgentView) bool {
		return v.Status != acd.SignedOut && (v.Extension == who || number[v.Agent] == who)
	})
	if i < 0 {
		return "", "", fault.New(fault.NotFound, "agent.unknown", "find agent %s: nobody is signed in under this number", who)
	}
	return snap.Agents[i].Agent, snap.Agents[i].Extension, nil
}

func (o orders) note(ctx context.Context, supervisor, kind, id, what string) error {
	by := store.By{Who: "phone " + supervisor, Via: "phone", Action: "force"}
	return o.box.db.ChangeAnyway(ctx, by, func(tx *store.Tx) error {
		return tx.Note(kind, id, map[string]string{"what": what, "supervisor": supervisor})
	})
}
