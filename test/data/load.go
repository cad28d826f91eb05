package data

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/dealerline/dealerline/internal/edge/store"
)

// ahead is how many records are made before they are needed.
const ahead = 4096

// Load makes a store's file at path that holds the dealership. Told, if not nil, hears from time to time how many records
// of a kind are in.
func (d Dealership) Load(ctx context.Context, path string, log *slog.Logger, told func(kind string, n int)) error {
	by := store.By{Who: "import", Via: "import"}
	return store.Load(ctx, path, by, log, func(l *store.Loader) error {
		if err := put(ctx, l, &store.Customers, d.Customers, d.Customer, told); err != nil {
			return err
		}
		if err := put(ctx, l, &store.Vehicles, d.Vehicles, d.Vehicle, told); err != nil {
			return err
		}
		if err := put(ctx, l, &store.Visits, d.Visits, d.Visit, told); err != nil {
			return err
		}
		return put(ctx, l, &store.CDRs, d.Calls, d.Call, told)
	})
}

// put puts n records of one kind, made beside the writing.
func put[T any](ctx context.Context, l *store.Loader, table *store.Table[T], n int, makes func(number int) T, told func(string, int)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	made := make(chan T, ahead)
	go func() {
		defer close(made)
		for i := range n {
			select {
			case made <- makes(i):
			case <-ctx.Done():
				return
			}
		}
	}()
	i := 0
	for v := range made {
		if err := l.Write(ctx, func(tx *store.Tx) error { return table.Put(tx, v) }); err != nil {
			return fmt.Errorf("load %s: %w", table.Name, err)
		}
		if i++; told != nil && i%100_000 == 0 {
			told(table.Name, i)
		}
	}
	return ctx.Err()
}
