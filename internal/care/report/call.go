package report

import "time"

// Call is what figures need of a call's record.
type Call struct {
	ID        string
	Outbound  bool      // dialled from the house to the public network
	Start     time.Time // first sign of it
	Queued    time.Time // entry into the first queue; zero: never
	Connected time.Time // to a person; zero: never
	Ended     time.Time
	Spoke     bool // a person spoke with the caller
	Abandoned bool // the caller hung up while waiting
	Queue     string
	Agent     string
	Line      string // the trunk or line to the public network; empty: none
}

// reachedAfter is how long a customer must have been on the line to count as reached.
const reachedAfter = time.Second

// Offered reports whether the caller asked for an agent: entered a queue.
func (c *Call) Offered() bool { return !c.Outbound && !c.Queued.IsZero() }

// Answered reports whether an agent took an offered call.
func (c *Call) Answered() bool { return c.Offered() && c.Spoke && !c.Connected.IsZero() }

// Handled reports whether somebody of the house spoke in the call, in whichever direction.
func (c *Call) Handled() bool { return c.Answered() || c.Reached() }

// Reached reports whether a customer who was dialled answered.
func (c *Call) Reached() bool {
	return c.Outbound && !c.Connected.IsZero() && c.Ended.Sub(c.Connected) >= reachedAfter
}

// Wait is how long an offered call waited: from the queue to the agent, or to its end. The menu before is not in it.
func (c *Call) Wait() time.Duration {
	if c.Answered() {
		return max(c.Connected.Sub(c.Queued), 0)
	}
	return max(c.Ended.Sub(c.Queued), 0)
}

// Short reports whether the caller gave up so soon that it was a mistake.
func (c *Call) Short(o Options) bool { return c.Offered() && c.Abandoned && c.Wait() <= o.Short }

// Talk is the time from the connection to the end, holding included.
func (c *Call) Talk() time.Duration {
	if c.Connected.IsZero() {
		return 0
	}
	return max(c.Ended.Sub(c.Connected), 0)
}

// At is the time by which the call counts: its entry into the queue, otherwise its beginning.
func (c *Call) At() time.Time {
	if c.Offered() {
		return c.Queued
	}
	return c.Start
}
