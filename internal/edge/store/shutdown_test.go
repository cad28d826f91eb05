package store_test

import (
	"context"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/edge/store"
)

// stageLimit is what the box gives each stage of its stop.
const stageLimit = 5 * time.Second

// With a disk that answers nothing the ledger gives up its last write before the box gives up the ledger.
func TestTheLedgerEndsInTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stuck.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(path, quiet) // nobody runs it: it takes writes and does none
		if err != nil {
			t.Fatal(err)
		}
		l := store.NewLedger(db, quiet)
		l.Finish(record(1, "1001"))
		if l.Late() != 1 {
			t.Fatalf("%d late records, want 1", l.Late())
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = l.Run(ctx) // it returns the context's cause
		}()
		synctest.Wait()
		cancel()
		began := time.Now()
		<-ended
		if took := time.Since(began); took == 0 || took >= stageLimit {
			t.Errorf("it ended after %s, must try and be done within %s", took, stageLimit)
		}
		if l.Late() != 1 {
			t.Errorf("%d late records, want 1", l.Late())
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}
