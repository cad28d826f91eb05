// Package storetest opens stores for tests.
package storetest

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/store"
)

// Open opens the store at path, which writes until the test ends and is closed then.
func Open(t testing.TB, path string) *store.DB {
	t.Helper()
	db, err := store.Open(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = db.Run(ctx) // it returns the context's cause
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// New opens a store that lies where the test's other files do.
func New(t testing.TB) *store.DB {
	t.Helper()
	return Open(t, filepath.Join(t.TempDir(), "x.db"))
}
