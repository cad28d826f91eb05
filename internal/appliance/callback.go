package appliance

import (
	"context"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// callbacks is what the queues need to call customers back, and the list of them on its way to the disk.
type callbacks struct {
	box  *Box
	wake chan struct{}

	mu     sync.Mutex
	latest []acd.Callback
	seq    uint64
}

func newCallbacks(b *Box) *callbacks { return &callbacks{box: b, wake: make(chan struct{}, 1)} }

// CallBack makes the call of an attempt; with Command it satisfies acd.Outbound.
func (c *callbacks) CallBack(b call.CallBack) { c.box.calls.CallBack(b) }

// Command gives the call of an attempt a command of its queue.
func (c *callbacks) Command(id call.ID, cmd call.QueueCommand) { c.box.calls.Command(id, cmd) }

// Dialable reports whether the outbound rules let a number out without a PIN; with Closes it satisfies acd.Rules. Nobody
// is called back at an emergency number.
func (c *callbacks) Dialable(number string) (canonical string, ok bool) {
	canonical = phone.Normalize(number)
	if !phone.Valid(canonical) {
		return canonical, false
	}
	doc := c.box.settings.Current()
	way, _ := doc.OutboundWay(canonical)
	t, ok := outside(doc, "", canonical, time.Now())
	return canonical, ok && t.Kind == call.TargetExternal && dialplan.ClassOf(way.Number) != dialplan.Emergency
}

// Closes returns when a calendar closes for the day.
func (c *callbacks) Closes(calendar string, at time.Time) (closes time.Time, open bool) {
	doc := c.box.settings.Current()
	for _, k := range doc.Calendars {
		if k.ID == calendar {
			return closing(k, doc.HolidayYears, at.In(doc.Location()))
		}
	}
	return time.Time{}, false
}

// closing returns when a calendar closes for the day of at, which is in the dealership's zone: the end of the last open
// minute of that day. open is false when none is left.
func closing(k workday.Calendar, years []workday.Year, at time.Time) (closes time.Time, open bool) {
	end := time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
	for t := end.Add(-time.Minute); !t.Before(at.Truncate(time.Minute)); t = t.Add(-time.Minute) {
		if k.Open(t, years...) {
			return t.Add(time.Minute), true
		}
	}
	return time.Time{}, false
}

// keep takes the list to be written down. It does not block.
func (c *callbacks) keep(list []acd.Callback, seq uint64) {
	c.mu.Lock()
	c.latest, c.seq = list, seq
	c.mu.Unlock()
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// run writes the list down whenever it has changed, and tells the queues when that is done: nobody is dialled, and
// nothing is promised to a caller, before.
func (c *callbacks) run(ctx context.Context) error {
	for {
		select {
		case <-c.wake:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		c.mu.Lock()
		list, seq := c.latest, c.seq
		c.mu.Unlock()
		err := store.Callbacks(c.box.db).Save(ctx, list)
		if err != nil && ctx.Err() == nil {
			c.box.log.Error("keep callbacks", "error", err)
		}
		c.box.acd.CallbacksKept(seq, err == nil)
	}
}

// openCallbacks reads who was to be called back when the box stopped.
func (b *Box) openCallbacks() ([]acd.Callback, error) {
	b.callbacks = newCallbacks(b)
	return store.Callbacks(b.db).Load()
}

// tellReached tells the queues of customers who have spoken with somebody otherwise than by a call back.
func (b *Box) tellReached(ctx context.Context) error {
	events, stop := b.bus.Subscribe(reachedBacklog, func(ev any) bool { _, ok := ev.(call.Finished); return ok })
	defer stop()
	for {
		select {
		case ev, ok := <-events:
			if !ok {
				return context.Cause(ctx)
			}
			if f, ok := ev.(call.Finished); ok && !f.Record.ConnectedAt.IsZero() {
				b.acd.Reached(outsider(f.Record), f.Record.ID, f.Record.ConnectedAt)
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

const reachedBacklog = 1024

// outsider is the number outside the house in a call, "" when there is none.
func outsider(r call.CDR) string {
	if r.ExternalLine != "" {
		return phone.Normalize(r.To)
	}
	return r.Card.Number
}

// followUp says in the words of calls that a customer was not called back, for whoever makes a ticket of it.
func (b *Box) followUp(ev acd.Event) {
	e, ok := ev.(acd.CallbackEnded)
	if !ok {
		return
	}
	switch e.Outcome {
	case acd.BackExhausted, acd.BackClosing, acd.BackQueueGone:
		b.bus.Publish(call.CallbackLapsed{
			Of: e.Callback.Of, Queue: e.Callback.Queue, Number: e.Callback.Number, Card: e.Callback.Card,
			Attempts: e.Callback.Attempts, Why: string(e.Outcome),
		})
	case acd.BackServed, acd.BackCalledIn, acd.BackCanceled:
	}
}

var _ interface {
	acd.Outbound
	acd.Rules
} = (*callbacks)(nil)
