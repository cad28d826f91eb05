package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// free is how many octets an ordinary user may still write to the file's disk.
func (d *DB) free() (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(d.path), &s); err != nil {
		return 0, fmt.Errorf("look at free space: %w", err)
	}
	return s.Bavail * uint64(s.Bsize), nil //nolint:gosec // a block's size is positive
}

// errFull is the refusal of a write for want of space.
func errFull(format string, args ...any) error {
	return fault.New(fault.Unavailable, "store.disk_full", format, args...)
}

// Room refuses what would leave the disk without its reserve: what is not written by [DB.Change], such as files that
// people upload, asks before it writes so many octets.
func (d *DB) Room(octets uint64) error {
	if d.Reserve == 0 {
		return nil
	}
	n, err := d.free()
	if err != nil {
		return err
	}
	if n < d.Reserve+octets {
		return errFull("write %d MiB: %d are free, the last %d are kept for calls", octets>>20, n>>20, d.Reserve>>20)
	}
	return nil
}

// room refuses business data while the disk is nearly full, so that what remains is for calls.
func (d *DB) room() error { return d.Room(0) }

// Named gives an error of the disk its name: "store.disk_full".
func Named(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return errFull("write: %w", err)
	}
	return err
}

// ChangeAnyway is [DB.Change] for the little that must work on a nearly full disk too: signing in and out, and the notes
// of what was heard and done.
func (d *DB) ChangeAnyway(ctx context.Context, by By, fn func(tx *Tx) error) error {
	w := newWrite(fn)
	w.by = by
	if !d.queue.Put(w) {
		return ErrClosed
	}
	return w.wait(ctx, d.done)
}
