package courier

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// How much is done at once.
const (
	shown     = 50 // notices for screens in one transaction
	texting   = 20 // SMS on their way
	calling   = 4  // calls
	look      = 5 * time.Second
	pause     = 5 * time.Second // after a failure, such as a full disk
	rest      = 8 * time.Second // before the same telephone is called again: it still says goodbye
	textLimit = 40 * time.Second
	callLimit = 4 * time.Minute
)

// Config is what a courier works with. All fields are required.
type Config struct {
	Book    *ticket.Book
	Console Console
	Texter  Texter
	Caller  Caller
	Logger  *slog.Logger
}

// Courier delivers notices. Make it with [New], then call [Courier.Run] once.
type Courier struct {
	Config
	came chan came

	// Of the goroutine in Run alone.
	away  map[string]*errand   // by notice: what is being delivered
	quiet map[string]time.Time // by telephone: until when it is not called
	kept  []came               // what could not be written yet
}

// errand is a notice that is being delivered.
type errand struct {
	notice ticket.Notice
	stop   context.CancelFunc
}

// came is what came of an errand.
type came struct {
	id string
	ev event // nil: nothing is known, it was broken off
}

// New makes a courier.
func New(cfg Config) *Courier {
	return &Courier{Config: cfg, came: make(chan came), away: map[string]*errand{}, quiet: map[string]time.Time{}}
}

// Run delivers until ctx ends, and returns the cause. What is under way then is broken off and tried again by the next Run.
func (c *Courier) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case r := <-c.came:
			c.gather(r)
		case <-c.Book.Told():
		case <-timer.C:
		}
		timer.Reset(c.turn(ctx, &wg))
	}
}

// gather takes what came of errands, this one and those that are waiting.
func (c *Courier) gather(r came) {
	for {
		if e := c.away[r.id]; e != nil {
			e.stop()
			if e.notice.By == ticket.ByCall {
				c.quiet[e.notice.Phone] = time.Now().Add(rest)
			}
		}
		c.kept = append(c.kept, r)
		select {
		case r = <-c.came:
		default:
			return
		}
	}
}

// turn writes what has come, sends out what is due, and says after how long there is more to do.
func (c *Courier) turn(ctx context.Context, wg *sync.WaitGroup) time.Duration {
	if err := c.write(ctx); err != nil {
		return c.failed(ctx, err)
	}
	c.recall()
	wait := look
	for _, way := range []string{ticket.ByConsole, ticket.BySMS, ticket.ByCall} {
		next, err := c.send(ctx, way, wg)
		if err != nil {
			return c.failed(ctx, err)
		}
		wait = min(wait, next)
	}
	return max(wait, time.Millisecond)
}

func (c *Courier) failed(ctx context.Context, err error) time.Duration {
	if ctx.Err() == nil {
		c.Logger.Error("deliver notices of tickets", "error", err)
	}
	return pause
}

// send begins what is due in one way, and says after how long it is to be looked at again.
func (c *Courier) send(ctx context.Context, way string, wg *sync.WaitGroup) (time.Duration, error) {
	free := shown
	switch way {
	case ticket.BySMS:
		free = texting - c.under(way)
	case ticket.ByCall:
		free = calling - c.under(way)
	}
	if free <= 0 {
		return look, nil // it goes on when one is back
	}
	now := time.Now()
	taken := map[string]bool{}
	wait := look
	list, next, err := c.Book.DueNotices(way, now, free, func(n ticket.Notice) bool {
		if c.away[n.ID] != nil {
			return true
		}
		if way != ticket.ByCall {
			return false
		}
		if until := c.quiet[n.Phone]; now.Before(until) {
			wait = min(wait, until.Sub(now))
			return true
		}
		again := taken[n.Phone] || c.rings(n.Phone)
		taken[n.Phone] = true
		return again
	})
	if err != nil {
		return 0, err
	}
	if !next.IsZero() {
		wait = min(wait, next.Sub(now))
	}
	if len(list) == 0 {
		return wait, nil
	}
	if err := c.begin(ctx, list, wg); err != nil {
		return 0, err
	}
	if way == ticket.ByConsole && len(list) == free {
		return 0, nil
	}
	return wait, nil
}

// under counts what is being delivered in one way.
func (c *Courier) under(way string) (n int) {
	for _, e := range c.away {
		if e.notice.By == way {
			n++
		}
	}
	return n
}

// rings reports whether a telephone is being called.
func (c *Courier) rings(number string) bool {
	for _, e := range c.away {
		if e.notice.By == ticket.ByCall && e.notice.Phone == number {
			return true
		}
	}
	return false
}

// recall breaks off what is of no use any more: a call about a job that somebody else has taken. It also forgets which
// telephones were called a while ago.
func (c *Courier) recall() {
	for _, e := range c.away {
		if e.notice.By != ticket.ByCall {
			continue
		}
		n, err := c.Book.Notice(e.notice.ID)
		if err != nil {
			continue // it is tried again with the next change
		}
		t, err := c.Book.Ticket(n.Ticket)
		if err == nil && (n.State != ticket.Pending || n.Obsolete(&t) != "") {
			e.stop()
		}
	}
	now := time.Now()
	for number, until := range c.quiet {
		if !now.Before(until) {
			delete(c.quiet, number)
		}
	}
}

// errandOf delivers one notice and says what came of it.
func (c *Courier) errandOf(ctx context.Context, n ticket.Notice, t ticket.Ticket) event {
	if n.By == ticket.BySMS {
		ctx, stop := context.WithTimeout(ctx, textLimit)
		defer stop()
		text, err := c.Texter.Compose(ctx, n, t)
		if err == nil {
			err = c.Texter.Text(ctx, n.Phone, text)
		}
		if err != nil {
			c.Logger.Info("text notice", "notice", n.ID, "phone", phone.Mask(n.Phone), "error", err)
		}
		return texted{err}
	}
	ctx, stop := context.WithTimeout(ctx, callLimit)
	defer stop()
	a, err := c.Caller.Announce(ctx, Announcement{n, t})
	if err != nil {
		return nil
	}
	c.Logger.Info("notice told by call", "notice", n.ID, "call", a.Call, "answer", string(a.Said))
	return called{a}
}
