package media

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// clock is the one 20 ms beat of all bridges on the tick plane, and the owner of all bridges' state.
type clock struct {
	engine  *Engine
	inbox   inbox
	bell    chan struct{}        // holds one token after an order
	bridges map[*Bridge]struct{} // open, with members
	ticking []*Bridge            // those of them on the tick plane
	dirty   []*Bridge            // to be looked at again before the next tick
	lone    []*RTP               // sending keys without being in a bridge

	ticks, late, skipped       atomic.Uint64
	sent, dropLate             atomic.Uint64
	packetBridges, tickBridges atomic.Int64
}

// maxCatchUp is how many ticks are made good after a stall; more would be a burst that no jitter buffer takes.
const maxCatchUp = 3

func newClock(e *Engine) *clock {
	return &clock{engine: e, bridges: make(map[*Bridge]struct{}), bell: make(chan struct{}, 1)}
}

// run ticks until ctx ends. The clock waits in the runtime's poller for a timer of the kernel's: a runtime timer rounds
// up to a millisecond, and a thread asleep in a system call looks stuck to the runtime, whose monitor thread then never
// rests (measured: 15 % of all CPU time at 200 calls in a menu).
func (c *clock) run(ctx context.Context) error {
	alarm, err := newAlarm()
	if err != nil {
		return err
	}
	defer alarm.close()
	stop := context.AfterFunc(ctx, alarm.stop)
	defer stop()
	next, err := monotonic()
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		if len(c.ticking)+len(c.lone) == 0 {
			if next, err = c.rest(ctx); err != nil {
				return err
			}
		}
		next += FrameDuration
		if err := alarm.wait(next); err != nil {
			return err
		}
		now, err := monotonic()
		if err != nil {
			return err
		}
		behind := now - next
		if behind > FrameDuration/2 {
			c.late.Add(1)
		}
		if missed := int64(behind / FrameDuration); missed > maxCatchUp {
			c.skipped.Add(uint64(missed - maxCatchUp)) //nolint:gosec // positive
			next += time.Duration(missed-maxCatchUp) * FrameDuration
		}
		c.tick(c.engine.now())
	}
	return nil
}

// rest waits while nothing is on the tick plane, and returns when time begins to count again. Forwarding calls
// so cost the clock nothing at all.
func (c *clock) rest(ctx context.Context) (time.Duration, error) {
	for len(c.ticking)+len(c.lone) == 0 && ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-c.bell:
		}
		c.inbox.run()
		c.settle(c.engine.now())
	}
	return monotonic()
}

// order gives the clock something to do by its next tick.
func (c *clock) order(do func()) {
	c.engine.order(&c.inbox, do)
	select {
	case c.bell <- struct{}{}:
	default:
	}
}

func monotonic() (time.Duration, error) {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &t); err != nil {
		return 0, fmt.Errorf("read clock: %w", err)
	}
	return time.Duration(t.Nano()), nil
}

func (c *clock) tick(now time.Duration) {
	c.ticks.Add(1)
	c.inbox.run()
	c.settle(now)
	for _, b := range c.ticking {
		b.tick(now)
	}
	c.tickLone()
	c.settle(now)
}

// touch has a bridge looked at again.
func (c *clock) touch(b *Bridge) {
	b.changed = true
	c.dirty = append(c.dirty, b)
}

// settle puts every bridge that has changed on the plane where it belongs.
func (c *clock) settle(now time.Duration) {
	for i := 0; i < len(c.dirty); i++ { // it may grow meanwhile
		if b := c.dirty[i]; b.changed {
			b.changed = false
			b.settle(now)
		}
	}
	clear(c.dirty)
	c.dirty = c.dirty[:0]
}

// sendDigits sees to it that a session's keys get sent.
func (c *clock) sendDigits(r *RTP) {
	if r.member != nil {
		c.touch(r.member.bridge)
		return
	}
	if !slices.Contains(c.lone, r) {
		c.lone = append(c.lone, r)
	}
}

func (c *clock) tickLone() {
	kept := c.lone[:0]
	for _, r := range c.lone {
		if r.member != nil || r.closed.Load() || !r.out.busy.Load() {
			continue
		}
		f := silence
		r.Push(&f)
		kept = append(kept, r)
	}
	clear(c.lone[len(kept):])
	c.lone = kept
}

func (c *clock) closeAll() {
	for b := range c.bridges {
		b.close(c.engine.now())
	}
}
