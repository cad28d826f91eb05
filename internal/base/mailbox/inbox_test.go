package mailbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/dealerline/dealerline/internal/base/mailbox"
)

var (
	errClosed = errors.New("closed")
	errBusy   = errors.New("busy")
	errOdd    = errors.New("odd")
)

// adder owns a sum; it takes even numbers.
type adder struct {
	inbox *mailbox.Inbox[int]
	sum   int
}

func (a *adder) add(n int) error {
	if n%2 != 0 {
		return fmt.Errorf("add %d: %w", n, errOdd)
	}
	a.sum += n
	return nil
}

func (a *adder) run(ctx context.Context) (left []int) {
	for {
		select {
		case <-ctx.Done():
			return a.inbox.Close()
		case <-a.inbox.Ready():
			a.inbox.Handle(a.add)
		}
	}
}

func TestTellAskAndLookInOneOrder(t *testing.T) {
	a := &adder{inbox: mailbox.NewInbox[int](10, errClosed, errBusy)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan []int)
	go func() { ended <- a.run(ctx) }()
	if !a.inbox.Tell(2) || !a.inbox.Tell(3) {
		t.Error("refused")
	}
	if err := a.inbox.Ask(t.Context(), 4); err != nil {
		t.Error(err)
	}
	if err := a.inbox.Ask(t.Context(), 5); !errors.Is(err, errOdd) {
		t.Errorf("odd: %v", err)
	}
	sum := func() int { return a.sum }
	if got, err := mailbox.Look(t.Context(), a.inbox, sum); got != 6 || err != nil {
		t.Errorf("sum %d, %v", got, err)
	}
	cancel()
	if left := <-ended; len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if _, err := mailbox.Look(t.Context(), a.inbox, sum); !errors.Is(err, errClosed) || a.inbox.Tell(2) {
		t.Errorf("after the end: %v", err)
	}
}

// Nobody who asks waits for an actor that has ended, is too far behind, or takes longer than the asker has time.
func TestNobodyAsksForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mailbox.NewInbox[int](3, errClosed, errBusy)
		answers := make(chan error, 2)
		go func() { answers <- b.Ask(t.Context(), 1) }()
		synctest.Wait()
		go func() {
			_, err := mailbox.Look(t.Context(), b, func() int { return 0 })
			answers <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errOdd)
		if err := b.Ask(ctx, 2); !errors.Is(err, errOdd) {
			t.Errorf("without time: %v", err)
		}
		if err := b.Ask(t.Context(), 3); !errors.Is(err, errBusy) || b.Dropped() != 1 {
			t.Errorf("full: %v, %d dropped", err, b.Dropped())
		}
		if left := b.Close(); !slices.Equal(left, []int{1, 2}) {
			t.Errorf("left over: %v", left)
		}
		for range 2 {
			if err := <-answers; !errors.Is(err, errClosed) {
				t.Errorf("closed: %v", err)
			}
		}
	})
}
