package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/edge/store"
)

// writers is how many write at the same time, against one.
const writers = 32

// writeRounds are measured one after another, one writer and many in each.
const writeRounds = 3

// edit changes the notes of a customer on somebody's behalf, as a form does: read, put, audit, change slot.
func (o *opened) edit(id, note string) error {
	by := store.By{Who: "bench", Via: "api", Action: "update-customer"}
	return o.db.Change(context.Background(), by, func(tx *store.Tx) error {
		c, ok, err := store.Customers.Get(tx, store.IDKey(id))
		if err != nil || !ok {
			return errors.Join(err, errors.New("a customer is missing"))
		}
		c.Notes = note
		return store.Customers.Put(tx, c)
	})
}

// edits lets n writers change customers for a while and returns how long each change took.
func (o *opened) edits(n int, length time.Duration) (times, error) {
	var mu sync.Mutex
	var all times
	var failed error
	var wg sync.WaitGroup
	end := time.Now().Add(length)
	for w := range n {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(end.UnixNano()), uint64(w))) //nolint:gosec // chosen by chance, not secret
			var own times
			var err error
			for err == nil && time.Now().Before(end) {
				id := o.CustomerID(r.IntN(o.Customers))
				err = own.take(func() error { return o.edit(id, "note "+strconv.FormatUint(r.Uint64(), 36)) })
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, own...)
			failed = errors.Join(failed, err)
		})
	}
	wg.Wait()
	return all, failed
}

// benchWrite measures changes, by one and by many at the same time.
func benchWrite(_ string, length time.Duration) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	disk, err := diskSync()
	if err != nil {
		return err
	}
	disk.show("the disk itself: 4 KiB written and synced", "")
	o, err := b.open()
	if err != nil {
		return err
	}
	stop := o.writing()
	var one, many times
	var ratios []float64
	for range writeRounds {
		a, err := o.edits(1, length/writeRounds)
		if err != nil {
			return err
		}
		m, err := o.edits(writers, length/writeRounds)
		if err != nil {
			return err
		}
		one, many = append(one, a...), append(many, m...)
		ratios = append(ratios, float64(len(m))/float64(max(len(a), 1)))
	}
	stop()
	seconds := (length / writeRounds * writeRounds).Seconds()
	one.show("change of a customer, one writer", "")
	many.show(fmt.Sprintf("change of a customer, %d writers", writers), "")
	row("changes by one writer", float64(len(one))/seconds, "per s", "")
	row(fmt.Sprintf("changes by %d writers", writers), float64(len(many))/seconds, "per s", "")
	slices.Sort(ratios)
	row(fmt.Sprintf("%d writers ÷ one, median of %d rounds", writers, writeRounds), ratios[len(ratios)/2], "times", "≥ 2")
	row("anonymous memory after the changes (RssAnon)", ownMemory(), "MiB", "≤ 64")
	return o.db.Close()
}

// diskSync writes and syncs single pages, to compare with.
func diskSync() (t times, err error) {
	f, err := os.Create(filepath.Join(bookDir, "sync")) //nolint:gosec // a constant name
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	page := make([]byte, 4096)
	for i := range 200 {
		if err := t.take(func() error {
			_, err := f.WriteAt(page, int64(i%16)*4096)
			return errors.Join(err, f.Sync())
		}); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// benchCommitted makes commits, one after another, for strace to see.
func benchCommitted(_ string, _ time.Duration) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	o, err := b.open()
	if err != nil {
		return err
	}
	stop := o.writing()
	mark, err := os.CreateTemp("", "mark")
	if err != nil {
		return err
	}
	defer os.Remove(mark.Name()) //nolint:errcheck // temporary
	if _, err := mark.WriteAt([]byte("commits begin"), 0); err != nil {
		return err
	}
	for i := range commits {
		if err := o.edit(o.CustomerID(i*37%o.Customers), "commit "+strconv.Itoa(i)+time.Now().String()); err != nil {
			return err
		}
	}
	_, err = mark.WriteAt([]byte("commits end"), 0)
	stop()
	return errors.Join(err, mark.Close(), o.db.Close())
}
