package caller

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/outreach"
)

// How much is done at once, and how often it is looked.
const (
	texting   = 10
	look      = 5 * time.Second
	pause     = 10 * time.Second // after a failure, such as a full disk
	textLimit = 40 * time.Second
	callLimit = 10 * time.Minute
)

// Texter sends SMS.
type Texter interface {
	// Text sends a task's SMS and returns when the network has taken it. A [fault.Invalid] is never tried again.
	Text(ctx context.Context, t outreach.Task) error
}

// Dialer calls customers.
type Dialer interface {
	// Ask calls a task's customer at a number and returns when the call is over. What came of it is told by the call's record.
	// An error means that there was no call.
	Ask(ctx context.Context, t outreach.Task, number string) error
}

// Book is what a caller works on; *outreach.Book satisfies it.
type Book interface {
	Texts(ctx context.Context, limit int) ([]outreach.Task, error)
	Texted(ctx context.Context, id string, sent error) error
	Call(ctx context.Context, not []string) (t outreach.Task, number string, ok bool, err error)
	NotCalled(ctx context.Context, id string) error
	Task(id string) (outreach.Task, error)
}

// Config is what a caller works with. All fields are required.
type Config struct {
	Book   Book
	Texter Texter
	Dialer Dialer
	AtOnce func() int // customers called at once
	Logger *slog.Logger
}

// Caller sends and calls. Make it with [New], then call [Caller.Run] once.
type Caller struct {
	Config
	back chan string // tasks whose errand is over

	// Of the goroutine in Run alone.
	texts int
	calls map[string]under // by task
}

// under is a call that is under way.
type under struct {
	number string
	stop   context.CancelFunc
}

// New makes a caller.
func New(cfg Config) *Caller {
	return &Caller{Config: cfg, back: make(chan string), calls: map[string]under{}}
}

// Run works until ctx ends, and returns the cause when nothing is under way any more.
func (c *Caller) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case id := <-c.back:
			c.over(id)
		case <-timer.C:
		}
		wait := look
		if err := c.turn(ctx, &wg); err != nil {
			wait = pause
			if ctx.Err() == nil {
				c.Logger.Error("call and text customers", "error", err)
			}
		}
		timer.Reset(wait)
	}
}

// over takes note of the end of an errand.
func (c *Caller) over(id string) {
	if u, ok := c.calls[id]; ok {
		u.stop()
		delete(c.calls, id)
		return
	}
	c.texts--
}

// turn begins what is due, and ends calls that nobody wants any more.
func (c *Caller) turn(ctx context.Context, wg *sync.WaitGroup) error {
	if err := c.recall(); err != nil {
		return err
	}
	if err := c.sendTexts(ctx, wg); err != nil {
		return err
	}
	for n := c.AtOnce(); len(c.calls) < n; {
		t, number, ok, err := c.Book.Call(ctx, c.numbers())
		if err != nil || !ok {
			return err
		}
		c.call(ctx, wg, t, number)
	}
	return nil
}

func (c *Caller) numbers() (list []string) {
	for _, u := range c.calls {
		list = append(list, u.number)
	}
	return list
}

// recall ends the calls of tasks that were called off.
func (c *Caller) recall() error {
	for id, u := range c.calls {
		t, err := c.Book.Task(id)
		if err != nil {
			return err
		}
		if !t.IsOpen() {
			u.stop()
		}
	}
	return nil
}

func (c *Caller) sendTexts(ctx context.Context, wg *sync.WaitGroup) error {
	free := texting - c.texts
	if free <= 0 {
		return nil
	}
	list, err := c.Book.Texts(ctx, free)
	if err != nil {
		return err
	}
	for _, t := range list {
		c.texts++
		wg.Go(func() {
			c.text(ctx, t)
			c.done(ctx, t.ID+" ") // no task's id: it may be called as well
		})
	}
	return nil
}

// text sends one SMS and notes what came of it.
func (c *Caller) text(ctx context.Context, t outreach.Task) {
	limited, stop := context.WithTimeout(ctx, textLimit)
	defer stop()
	err := c.Texter.Text(limited, t)
	if ctx.Err() != nil {
		return // the try is made again
	}
	if err != nil {
		c.Logger.Info("text customer", "task", t.ID, "phone", phone.Mask(t.SMS.To), "error", err)
	}
	if err := c.Book.Texted(ctx, t.ID, err); err != nil && ctx.Err() == nil {
		c.Logger.Error("note SMS", "task", t.ID, "error", err)
	}
}

// call calls one customer.
func (c *Caller) call(ctx context.Context, wg *sync.WaitGroup, t outreach.Task, number string) {
	limited, stop := context.WithTimeout(ctx, callLimit)
	c.calls[t.ID] = under{number, stop}
	wg.Go(func() {
		err := c.Dialer.Ask(limited, t, number)
		if err != nil && ctx.Err() == nil {
			c.Logger.Info("call customer", "task", t.ID, "phone", phone.Mask(number), "error", err)
			if err := c.Book.NotCalled(ctx, t.ID); err != nil && ctx.Err() == nil {
				c.Logger.Error("put customer off", "task", t.ID, "error", err)
			}
		}
		c.done(ctx, t.ID)
	})
}

func (c *Caller) done(ctx context.Context, id string) {
	select {
	case c.back <- id:
	case <-ctx.Done():
	}
}
