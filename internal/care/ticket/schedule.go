package ticket

import (
	"context"
	"log/slog"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

// Scheduler lets happen what is due. What has happened stands in the tickets, in the same transaction as its notices: it
// holds no state of its own, so that a restart changes nothing.
type Scheduler struct {
	book *Book
	log  *slog.Logger
}

// NewScheduler makes the scheduler of a book. Nothing happens before Run.
func NewScheduler(b *Book, log *slog.Logger) *Scheduler { return &Scheduler{b, log} }

const (
	// batch is how many tickets share a transaction: few enough that other writers wait for milliseconds only.
	batch = 50
	// look is how often the clock on the wall is compared at least, because it can be set.
	look = 5 * time.Second
	// pause after a failure, such as a full disk.
	pause = 5 * time.Second
)

// Run lets happen what is due until ctx ends, and returns the cause.
func (s *Scheduler) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-s.book.wake:
		case <-timer.C:
		}
		timer.Reset(s.turn(ctx))
	}
}

// turn does what is due now and says after how long the next thing may be.
func (s *Scheduler) turn(ctx context.Context) time.Duration {
	for ctx.Err() == nil {
		n, next, err := s.book.Tick(ctx, time.Now())
		switch {
		case err != nil && ctx.Err() == nil:
			s.log.Error("let happen what is due to tickets", "error", err)
			return pause
		case n < batch && next.IsZero():
			return look
		case n < batch:
			return min(max(time.Until(next), time.Millisecond), look)
		}
	}
	return look
}

// Tick lets happen what is due to some tickets and returns how many those were, and when the next one is due if these were
// all; zero is never.
func (b *Book) Tick(ctx context.Context, now time.Time) (n int, next time.Time, err error) {
	ids, next, err := b.due(now)
	if err != nil || len(ids) == 0 {
		return 0, next, err
	}
	by := books.By{Who: "box", Via: "clock", Action: "tick"}
	err = b.books.Change(ctx, by, func(tx Tx) error {
		e := b.Edit(tx, by)
		e.now = now.UTC()
		for _, id := range ids {
			if _, err := e.Do(id, 0, Tick{}); err != nil {
				return err
			}
		}
		return nil
	})
	b.wakeCourier()
	return len(ids), next, err
}

// due are the next tickets with something due.
func (b *Book) due(now time.Time) (ids []string, next time.Time, err error) {
	err = b.books.View(func(tx Tx) error {
		for t, err := range tx.Tickets.Find(byDue, nil, nil) {
			if err != nil {
				return err
			}
			if at := t.Due(); at.After(now) || len(ids) == batch {
				next = at
				return nil
			}
			ids = append(ids, t.ID)
		}
		return nil
	})
	return ids, next, err
}

// Rearrange reckons the deadlines of all open tickets anew, after the calendars have changed.
func (b *Book) Rearrange(ctx context.Context) error {
	by := books.By{Who: "box", Via: "clock", Action: "calendars"}
	for _, state := range []State{New, Open, Waiting, Resolved} {
		after := ""
		for {
			list, next, err := b.List(Viewer{}, Filter{State: state}, after, batch)
			if err != nil {
				return err
			}
			for _, t := range list {
				if _, err := b.Do(ctx, by, t.ID, 0, Rearrange{}); err != nil {
					return err
				}
			}
			if after = next; next == "" {
				break
			}
		}
	}
	return nil
}
