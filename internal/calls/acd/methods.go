package acd

import (
	"context"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/mailbox"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// Join lets a call wait; see [call.Queues].
func (a *ACD) Join(w call.Waiting) {
	if !a.inbox.Tell(joined{w}) {
		turnAway(w)
	}
}

// Report tells what became of a waiting call or of an offer; see [call.Queues].
func (a *ACD) Report(id call.ID, f call.QueueFact) { a.inbox.Tell(reported{id, f}) }

// Phone tells that an extension is in use by a call that the queues did not make, or is no longer.
func (a *ACD) Phone(extension string, busy bool) { a.inbox.Tell(phoneUsed{extension, busy}) }

// Apply changes the settings while calls go on. They are validated whole: on an error, a [fault.Fields] that names
// every field that is wrong, nothing changes. Waiting callers and signed-in agents stay. The change comes in the order of all
// other requests; Apply does not wait for it.
func (a *ACD) Apply(s Settings) error {
	if err := invalid(s.Validate()); err != nil {
		return err
	}
	if !a.inbox.Tell(changed{s}) {
		return ErrClosed
	}
	return nil
}

// SignIn has an agent take calls at an extension; an empty one is the agent's own. An agent is named by id or by
// agent number, here and below. Whoever was signed in there before is signed out. It is a fault.NotFound when
// there is no such agent, and a fault.Conflict while a call of the agent or at the extension stands in the way.
func (a *ACD) SignIn(ctx context.Context, agent, extension string) error {
	return a.ask(ctx, signIn{agent, extension})
}

// SignOut has an agent take no more calls. A conversation goes on; a phone that rings stops.
func (a *ACD) SignOut(ctx context.Context, agent string) error { return a.ask(ctx, signOut{agent}) }

// Pause has an agent take no calls for a while, for one of the reasons in the settings. A phone that rings stops.
func (a *ACD) Pause(ctx context.Context, agent, reason string) error {
	return a.ask(ctx, pause{agent, reason})
}

// Unpause ends a pause, also one that the queues imposed for missed calls.
func (a *ACD) Unpause(ctx context.Context, agent string) error { return a.ask(ctx, unpause{agent}) }

// WrapUpExtend gives an agent one more wrap-up time from now, within the queue's limit. A form that is open calls
// it every few seconds.
func (a *ACD) WrapUpExtend(ctx context.Context, agent string) error {
	return a.ask(ctx, extendWrapUp{agent})
}

// EndWrapUp makes an agent ready for the next call at once.
func (a *ACD) EndWrapUp(ctx context.Context, agent string) error { return a.ask(ctx, endWrapUp{agent}) }

// Disposed tells that somebody has said what a call of an agent was about. An agent who is wrapping up that call and had to say
// it is free as soon as the time of wrapping up is over. Queue is that of the call; it and the agent may be empty.
func (a *ACD) Disposed(id call.ID, queue, agent, disposition string) {
	a.inbox.Tell(disposed{agent: agent, queue: queue, call: id, disposition: disposition})
}

// NothingOwed tells that an agent need not say (again) what a call was about, because it is known: somebody else has said it, or
// the agent has said the same. Nothing is published.
func (a *ACD) NothingOwed(id call.ID, agent string) { a.inbox.Tell(settled{agent: agent, call: id}) }

// AgentAt returns the id of the agent who is signed in at an extension, and otherwise of the one whose own
// extension it is: for feature codes dialled from a desk phone. It is a fault.NotFound when there is neither.
func (a *ACD) AgentAt(ctx context.Context, extension string) (string, error) {
	id, err := mailbox.Look(ctx, a.inbox, func() string {
		if at := a.state.at[extension]; at != nil {
			return at.ID
		}
		for _, g := range a.state.agentList() {
			if g.Extension == extension && !g.removed {
				return g.ID
			}
		}
		return ""
	})
	if err == nil && id == "" {
		err = fault.New(fault.NotFound, "agent.none_at_extension", "find agent at extension %q", extension)
	}
	return id, err
}

// Restore signs agents in as they were before a restart. Presence comes from [AgentChanged] events or a
// [Snapshot]. Whatever no longer fits the settings is left out.
func (a *ACD) Restore(ctx context.Context, presence []Presence) error {
	return a.ask(ctx, restored{slices.Clone(presence)})
}

// Snapshot returns queues, waiting callers and agents as they are now.
func (a *ACD) Snapshot(ctx context.Context) (Snapshot, error) {
	return mailbox.Look(ctx, a.inbox, func() Snapshot { return a.state.snapshot(time.Now()) })
}

// BeginCallbacks has those called back whose turn it is: before, none of [Config.Callbacks] is. It is called once, when
// calls can be made.
func (a *ACD) BeginCallbacks(ctx context.Context) error { return a.ask(ctx, callbacksBegin{}) }

// CancelCallback gives up a callback by its id; an attempt in flight ends. It is a fault.NotFound when there is none.
func (a *ACD) CancelCallback(ctx context.Context, id string) error {
	return a.ask(ctx, cancelCallback{id})
}

// CallbacksKept tells that the list that came with this number, and so every earlier one, has been written down, or could
// not be: see [Config.Keep].
func (a *ACD) CallbacksKept(seq uint64, ok bool) { a.inbox.Tell(kept{seq, ok}) }

// Reached tells that somebody of the house spoke with a number in a call from this time on: who asked to be called back
// there before is served.
func (a *ACD) Reached(number string, by call.ID, at time.Time) {
	a.inbox.Tell(reached{number, by, at})
}

// Move puts a waiting caller elsewhere, as a supervisor wishes. It is a fault.NotFound when the call does not wait or there is no
// such queue or agent, and a fault.Conflict when the queue takes nobody or the agent takes no calls of the caller's queue.
func (a *ACD) Move(ctx context.Context, id call.ID, to Move) error { return a.ask(ctx, moved{id, to}) }

// ResetCounters begins a new day of counters; fewest_calls and least_talk_time start afresh too.
func (a *ACD) ResetCounters(ctx context.Context) error { return a.ask(ctx, countersZero{}) }

// Probe returns nil when the queues answer. A watchdog asks.
func (a *ACD) Probe(ctx context.Context) error {
	_, err := mailbox.Look(ctx, a.inbox, func() bool { return true })
	return err
}

// Drain has the queues refuse new callers; those who wait are still served. It is the first step of a shutdown.
func (a *ACD) Drain(ctx context.Context) error { return a.ask(ctx, drained{}) }

// StopOffering has the queues ring nobody any more and sends away all who wait; conversations go on. It is the
// second step of a shutdown.
func (a *ACD) StopOffering(ctx context.Context) error { return a.ask(ctx, halted{}) }

// Dropped is the number of facts and requests that were refused because the owner was too far behind.
func (a *ACD) Dropped() uint64 { return a.inbox.Dropped() }

func (a *ACD) ask(ctx context.Context, in input) error { return a.inbox.Ask(ctx, in) }
