package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/store"
)

// An import changes thousands of records at once; told one by one they would drown the news that somebody is calling.
func TestVeryManyChangesAreToldAsOne(t *testing.T) {
	db, err := store.Open(filepath.Join(t.TempDir(), "x.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	var told []store.Changed
	db.Publish = func(c store.Changed) { told = append(told, c) }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = db.Run(ctx) // it returns the context's cause
	}()
	many := func(n int) {
		list := make([]car, n)
		for i := range list {
			list[i].Plate = fmt.Sprintf("%d-%d", n, i)
		}
		put(t, db, list...)
	}
	many(3)
	many(5000)
	cancel()
	<-ended
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	want := store.Changed{Table: "car", What: store.AuditCreate}
	if len(told) != 4 || told[0].ID == "" || told[3] != want {
		t.Errorf("%d told, the last %+v", len(told), told[len(told)-1])
	}
}
