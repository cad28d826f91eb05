package ticket

import (
	"slices"
	"time"
)

// Clock reckons time that counts; workday's Clock is one.
type Clock interface {
	// Add is the moment at which d of counting time has passed since from.
	Add(from time.Time, d time.Duration) time.Time
	// Between is the counting time from a to b.
	Between(a, b time.Time) time.Duration
}

// Clocks finds a clock by the id of a calendar; "" is around the clock. An id that is no longer known gets that one too:
// a deadline that comes too early is seen, one that never comes is not.
type Clocks func(id string) Clock

// Timer follows one target of one ticket. What it promises is kept from the ticket's beginning: settings that change later
// change no promise.
type Timer struct {
	Of     string        `cbor:"1,keyasint" json:"of"`
	Clock  string        `cbor:"2,keyasint,omitempty" json:"clock,omitempty"`
	Within time.Duration `cbor:"3,keyasint" json:"within"` // ns, on its clock
	Ladder []Climb       `cbor:"4,keyasint,omitempty" json:"ladder,omitempty" nullable:"false"`
	// Since is when it last began to run, Spent what had passed on its clock before.
	Since    time.Time     `cbor:"5,keyasint" json:"since"`
	Spent    time.Duration `cbor:"6,keyasint,omitempty" json:"spent,omitempty"`
	Paused   bool          `cbor:"7,keyasint,omitempty" json:"paused,omitempty"`
	Deadline time.Time     `cbor:"8,keyasint" json:"deadline"` // while paused: as it was
	MetAt    time.Time     `cbor:"9,keyasint,omitzero" json:"met_at,omitzero"`
	// Late: the deadline has passed unmet. Progress begins anew; Rounds counts how often, Missed how many were late.
	Late   bool `cbor:"10,keyasint,omitempty" json:"late,omitempty"`
	Rounds int  `cbor:"11,keyasint,omitempty" json:"rounds,omitempty"`
	Missed int  `cbor:"12,keyasint,omitempty" json:"missed,omitempty"`
}

// Climb is a rung of one ticket: when it is due, and when it was climbed.
type Climb struct {
	Rung Rung      `cbor:"1,keyasint" json:"rung"`
	Due  time.Time `cbor:"2,keyasint" json:"due"`
	At   time.Time `cbor:"3,keyasint,omitzero" json:"at,omitzero"`
}

// newTimer starts a timer for a target. A ladder without a rung at the deadline or later gets one: nothing is overdue in
// silence.
func newTimer(g Target, clocks Clocks, now time.Time) Timer {
	t := Timer{Of: g.Of, Clock: g.Clock, Within: g.Within.Duration()}
	heard := false
	for _, r := range g.Ladder {
		t.Ladder = append(t.Ladder, Climb{Rung: r})
		heard = heard || r.After >= g.Within
	}
	if !heard {
		t.Ladder = append(t.Ladder, Climb{Rung: Rung{After: g.Within, Role: RoleOwner, By: []string{ByConsole}}})
	}
	t.run(clocks, now)
	return t
}

// run lets the timer run from now on.
func (t *Timer) run(clocks Clocks, now time.Time) {
	t.Since, t.Paused = now, false
	t.arrange(clocks)
}

// arrange reckons the deadline and the rungs to come, by the calendar as it is now.
func (t *Timer) arrange(clocks Clocks) {
	k := clocks(t.Clock)
	t.Deadline = k.Add(t.Since, max(t.Within-t.Spent, 0))
	for i := range t.Ladder {
		if c := &t.Ladder[i]; c.At.IsZero() {
			c.Due = k.Add(t.Since, max(c.Rung.After.Duration()-t.Spent, 0))
		}
	}
}

// pause lets it stand still.
func (t *Timer) pause(clocks Clocks, now time.Time) {
	if !t.running() {
		return
	}
	t.Spent += max(clocks(t.Clock).Between(t.Since, now), 0)
	t.Since, t.Paused = now, true
}

// mayPause reports whether waiting for the customer stops it. The promise to call at all does not wait for anybody.
func (t *Timer) mayPause() bool {
	return t.Of == OfProgress || t.Of == OfResolution || t.Of == OfClosure
}

func (t *Timer) running() bool { return t.MetAt.IsZero() && !t.Paused }

// Overdue reports whether the deadline has passed unmet.
func (t *Timer) Overdue(now time.Time) bool { return t.running() && !now.Before(t.Deadline) }

// due is the next moment at which something follows; zero when there is none.
func (t *Timer) due() (next time.Time) {
	if !t.running() {
		return next
	}
	for _, c := range t.Ladder {
		if c.At.IsZero() {
			next = sooner(next, c.Due)
		}
	}
	if !t.Late {
		next = sooner(next, t.Deadline)
	}
	return next
}

// climb takes the rungs that are due, and notes a deadline that has passed.
func (t *Timer) climb(now time.Time) (rungs []Climb, missed bool) {
	if !t.running() {
		return nil, false
	}
	for i := range t.Ladder {
		if c := &t.Ladder[i]; c.At.IsZero() && !now.Before(c.Due) {
			c.At = now
			rungs = append(rungs, *c)
		}
	}
	if !t.Late && !now.Before(t.Deadline) {
		t.Late, missed = true, true
		t.Missed++
	}
	return rungs, missed
}

// meet notes that the promise is kept, or that it was broken and is kept at last.
func (t *Timer) meet(now time.Time) {
	if t.MetAt.IsZero() {
		if !t.Late && !t.Paused && now.After(t.Deadline) { // the box was off when it passed
			t.Late = true
			t.Missed++
		}
		t.MetAt = now
	}
}

// again begins a new round.
func (t *Timer) again(clocks Clocks, now time.Time) {
	t.meet(now)
	t.MetAt, t.Late, t.Spent = time.Time{}, false, 0
	t.Rounds++
	for i := range t.Ladder {
		t.Ladder[i].At = time.Time{}
	}
	t.run(clocks, now)
}

// sooner is the earlier of two moments; zero is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// timer finds a ticket's timer.
func (t *Ticket) timer(of string) *Timer {
	if i := slices.IndexFunc(t.Timers, func(m Timer) bool { return m.Of == of }); i >= 0 {
		return &t.Timers[i]
	}
	return nil
}

// Due is the next moment at which something follows by itself; zero when nothing does.
func (t *Ticket) Due() (next time.Time) {
	if t.State == Closed {
		return next
	}
	for i := range t.Timers {
		next = sooner(next, t.Timers[i].due())
	}
	if t.Dispatch != nil {
		next = sooner(next, t.Dispatch.due())
	}
	if t.State == Waiting {
		next = sooner(next, t.Until)
	}
	return sooner(next, t.Seek)
}

// Deadline is the next deadline that the ticket has to meet, by which work is ordered; zero when there is none.
func (t *Ticket) Deadline() (next time.Time) {
	for i := range t.Timers {
		if m := &t.Timers[i]; t.State != Closed && m.running() {
			next = sooner(next, m.Deadline)
		}
	}
	return next
}
