package appliance

import (
	"context"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

// agentTimeout bounds how long a feature code waits for the queues, which answer at once.
const agentTimeout = time.Second

// agents is what feature codes do to agents; it satisfies feature.Agents.
type agents struct {
	acd      *acd.ACD
	settings *settings.Keeper
}

func deadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), agentTimeout)
}

// SignedIn reports whether an agent is signed in at the extension.
func (a agents) SignedIn(extension string) bool {
	ctx, cancel := deadline()
	defer cancel()
	snap, err := a.acd.Snapshot(ctx)
	return err == nil && slices.ContainsFunc(snap.Agents, func(v acd.AgentView) bool {
		return v.Extension == extension && v.Status != acd.SignedOut
	})
}

// SignedIn reports whether an agent is signed in at an extension.
func (b *Box) SignedIn(extension string) bool { return agents{b.acd, b.settings}.SignedIn(extension) }

// SignIn signs an agent in at the extension.
func (a agents) SignIn(number, extension string) error {
	ctx, cancel := deadline()
	defer cancel()
	for _, g := range a.settings.Current().Agents {
		if (number == "" && g.Extension == extension) || (number != "" && g.Number == number) {
			return a.acd.SignIn(ctx, g.ID, extension)
		}
	}
	return fault.New(fault.NotFound, "agent.unknown", "sign in at %s: no such agent", extension)
}

// SignOut signs out the agent at the extension.
func (a agents) SignOut(extension string) error {
	return a.at(extension, a.acd.SignOut)
}

// Pause with the reason's key; "" makes the agent available again.
func (a agents) Pause(extension, key string) error {
	if key == "" {
		return a.at(extension, a.acd.Unpause)
	}
	for _, r := range a.settings.Current().PauseReasons {
		if r.Key == key {
			return a.at(extension, func(ctx context.Context, agent string) error { return a.acd.Pause(ctx, agent, r.ID) })
		}
	}
	return fault.New(fault.Invalid, "agent.reason_unknown", "pause at %s: no reason has the key %s", extension, key)
}

// WrapUp extends the wrap-up or ends it.
func (a agents) WrapUp(extension string, more bool) error {
	if more {
		return a.at(extension, a.acd.WrapUpExtend)
	}
	err := a.at(extension, a.acd.EndWrapUp)
	if fault.KeyOf(err) == "agent.disposition_missing" { // not for want of signing in, which a conflict would be said to be
		err = fault.New(fault.Invalid, "agent.disposition_missing", "end wrap-up at %s: %w", extension, err)
	}
	return err
}

// at does something to the agent who is signed in at an extension.
func (a agents) at(extension string, do func(ctx context.Context, agent string) error) error {
	ctx, cancel := deadline()
	defer cancel()
	agent, err := a.acd.AgentAt(ctx, extension)
	if err != nil {
		return fault.New(fault.NotFound, "agent.unknown", "find agent at %s: %w", extension, err)
	}
	return do(ctx, agent)
}
