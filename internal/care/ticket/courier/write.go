package courier

import (
	"context"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// errand in the making: what is to be delivered once it is written that it will be.
type outbound struct {
	notice ticket.Notice
	ticket ticket.Ticket
}

// begin notes the tries of notices, and makes them.
func (c *Courier) begin(ctx context.Context, list []ticket.Notice, wg *sync.WaitGroup) error {
	var out []outbound
	err := c.Book.Change(ctx, byClock("deliver"), func(e *ticket.Edit) error {
		out = out[:0]
		for _, n := range list {
			o, ok, err := take(e, n.ID)
			if err != nil {
				return err
			}
			if ok {
				out = append(out, o)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, o := range out {
		if o.notice.By == ticket.ByConsole {
			c.Console.Tell(o.notice.Person, o.notice, o.ticket)
			continue
		}
		c.start(ctx, o, wg)
	}
	return nil
}

// take begins with a notice; ok is false when it is not to be delivered.
func take(e *ticket.Edit, id string) (o outbound, ok bool, err error) {
	n, err := e.Notice(id)
	if err != nil {
		return o, false, err
	}
	t, err := e.Ticket(n.Ticket)
	obsolete := ""
	switch {
	case fault.CodeOf(err) == fault.NotFound && err != nil:
		obsolete = "superseded"
	case err != nil:
		return o, false, err
	default:
		obsolete = n.Obsolete(&t)
	}
	now := time.Now().UTC()
	n, effects := step(n, due{obsolete}, now)
	if len(effects) > 0 && n.By == ticket.ByConsole { // a screen takes it at once, and losing it with the power is no loss
		n, _ = step(n, told{}, now)
	}
	return outbound{n, t}, len(effects) > 0, e.PutNotice(n)
}

// start delivers in a goroutine of its own.
func (c *Courier) start(ctx context.Context, o outbound, wg *sync.WaitGroup) {
	run, stop := context.WithCancel(ctx)
	c.away[o.notice.ID] = &errand{o.notice, stop}
	wg.Go(func() {
		r := came{o.notice.ID, c.errandOf(run, o.notice, o.ticket)}
		select {
		case c.came <- r:
		case <-ctx.Done():
		}
	})
}

// write writes what came of errands.
func (c *Courier) write(ctx context.Context) error {
	if len(c.kept) == 0 {
		return nil
	}
	err := c.Book.Change(ctx, byClock("delivered"), func(e *ticket.Edit) error {
		for _, r := range c.kept {
			if r.ev == nil {
				continue
			}
			if err := follow(e, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range c.kept {
		delete(c.away, r.id)
	}
	c.kept = c.kept[:0]
	return nil
}

// follow writes what came of one errand, and what follows from it.
func follow(e *ticket.Edit, r came) error {
	was, err := e.Notice(r.id)
	if err != nil {
		return err
	}
	n, effects := step(was, r.ev, time.Now().UTC())
	for _, f := range effects {
		var err error
		switch f {
		case acknowledge:
			return e.Acknowledge(n)
		case accept:
			_, err = e.As(n.Person).Do(n.Ticket, 0, ticket.Accept{Person: n.Person, How: byKey})
		case decline:
			_, err = e.As(n.Person).Do(n.Ticket, 0, ticket.Decline{Person: n.Person, How: byKey})
		case tell:
		}
		switch fault.CodeOf(err) {
		case fault.Conflict, fault.NotFound: // somebody else was asked meanwhile
			n.Error = tooLate
		default:
			if err != nil {
				return err
			}
		}
	}
	return e.PutNotice(n)
}

// byKey is how a technician answers a call.
const byKey = "key"

func byClock(action string) books.By { return books.By{Who: "box", Via: "clock", Action: action} }
