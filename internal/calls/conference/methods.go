package conference

import (
	"context"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/mailbox"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// Apply changes the settings while conferences go on. They are validated whole: on an error, a [fault.Fields] that names
// every field that is wrong, nothing changes. Apply does not wait for the change.
func (c *Conferences) Apply(s Settings) error {
	if err := invalid(s.Validate()); err != nil {
		return err
	}
	if !c.inbox.Tell(changed{s}) {
		return ErrClosed
	}
	return nil
}

// List returns the rooms in which anybody is or waits, by number.
func (c *Conferences) List(ctx context.Context) ([]RoomView, error) {
	return mailbox.Look(ctx, c.inbox, c.state.views)
}

// Look returns one room. It is a fault.NotFound when nobody is or waits there.
func (c *Conferences) Look(ctx context.Context, number string) (RoomView, error) {
	v, err := mailbox.Look(ctx, c.inbox, func() RoomView { return c.state.view(number) })
	if err == nil && len(v.Parties) == 0 {
		err = fault.New(fault.NotFound, "conference.not_found", "find conference %q: nobody is there", number)
	}
	return v, err
}

// Mute has a party not be heard, which it cannot undo itself, or be heard again. It is a fault.NotFound when the party is
// not inside; so are the other orders when nobody is.
func (c *Conferences) Mute(ctx context.Context, number string, party call.ID, on bool) error {
	return c.ask(ctx, mute{number, party, on})
}

// MuteAll has nobody but moderators be heard, also of those who come later, or ends that.
func (c *Conferences) MuteAll(ctx context.Context, number string, on bool) error {
	return c.ask(ctx, muteAll{number, on})
}

// Lock lets nobody in but moderators, or ends that.
func (c *Conferences) Lock(ctx context.Context, number string, on bool) error {
	return c.ask(ctx, lock{number, on})
}

// Kick sends a party away.
func (c *Conferences) Kick(ctx context.Context, number string, party call.ID) error {
	return c.ask(ctx, kick{number, party})
}

// End sends all away.
func (c *Conferences) End(ctx context.Context, number string) error {
	return c.ask(ctx, endRoom{number})
}

// Probe returns nil when the owner answers. A watchdog asks.
func (c *Conferences) Probe(ctx context.Context) error {
	_, err := mailbox.Look(ctx, c.inbox, func() bool { return true })
	return err
}

// Dropped is the number of facts and requests that were refused because the owner was too far behind.
func (c *Conferences) Dropped() uint64 { return c.inbox.Dropped() }

func (c *Conferences) ask(ctx context.Context, in input) error { return c.inbox.Ask(ctx, in) }
