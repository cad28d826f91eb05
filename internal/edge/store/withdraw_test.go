package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/store"
)

// Who stops waiting for a write looks at what its function left behind: the function must not run any more then, and one
// that had not begun must never.
func TestWhoStopsWaitingIsNotWrittenBehindTheirBack(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	ctx, cancel := context.WithCancel(t.Context())
	began, release := make(chan struct{}), make(chan struct{})
	steps := 0
	outcome := make(chan error, 1)
	go func() {
		err := db.Write(ctx, func(*store.Tx) error {
			close(began)
			steps++
			<-release
			steps++
			return nil
		})
		if steps != 2 {
			err = errors.Join(err, errors.New("returned while its function ran"))
		}
		outcome <- err
	}()
	<-began
	var late atomic.Bool
	waiting := make(chan error, 1)
	go func() {
		waiting <- db.Write(ctx, func(*store.Tx) error { late.Store(true); return nil })
	}()
	time.Sleep(50 * time.Millisecond) // until it waits
	cancel()
	if err := <-waiting; !errors.Is(err, context.Canceled) {
		t.Errorf("the one that waits: %v", err)
	}
	select {
	case err := <-outcome:
		close(release)
		t.Fatalf("returned while its function ran: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	if err := <-outcome; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := db.Write(t.Context(), func(*store.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if late.Load() {
		t.Error("a write was done for which nobody waited any more")
	}
}
