package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"

	bolt "go.etcd.io/bbolt"
)

const (
	// loadPiece is how many functions share one transaction of a load, and loadKeys how many index keys do.
	loadPiece, loadKeys = 4_000, 50_000
	// loadFill is how full pages are made: what is loaded is mostly in order, so that little comes in between later.
	loadFill = 0.9
	// loadHeld bounds the index keys that wait in memory, in octets.
	loadHeld = 1 << 30
)

// Loader puts many new records into a new file. [Load] makes it.
type Loader struct {
	db   *DB
	by   By
	tx   *bolt.Tx
	n    int // functions in tx
	held heldKeys
}

// Load makes a new file at path of what fill writes, and checks nothing but what [Table.Put] checks. It gives what as
// many calls of [DB.Change] on behalf of by would, many times as fast: large transactions wait for no disk, and keys of
// indexes wait in memory until they can be written in order. The file has another name until it is complete and
// durable, so that there is never half a one. One that is there already is an error, [fs.ErrExist].
func Load(ctx context.Context, path string, by By, log *slog.Logger, fill func(l *Loader) error) (err error) {
	defer damage(path, &err)
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("load store %s: %w", path, fs.ErrExist)
	}
	temp := path + ".load"
	if err := remove(temp); err != nil { // of a run that was interrupted
		return fmt.Errorf("load store: %w", err)
	}
	d, err := open(temp, log, bolt.Options{NoSync: true, NoGrowSync: true})
	if err != nil {
		return err
	}
	l := &Loader{db: d, by: by, held: heldKeys{}}
	if err = fill(l); err == nil {
		err = l.finish(ctx)
	}
	if l.tx != nil {
		err = errors.Join(err, l.tx.Rollback())
	}
	if err = errors.Join(err, d.Close()); err == nil {
		if err = os.Rename(temp, path); err == nil {
			return SyncDir(filepath.Dir(path))
		}
	}
	return fmt.Errorf("load store %s: %w", path, errors.Join(err, remove(temp)))
}

// Write runs fn, which puts new records. A record cannot be put twice or deleted, and no index be read: their keys are
// not there yet. An error ends the load.
func (l *Loader) Write(ctx context.Context, fn func(tx *Tx) error) error {
	if l.n == loadPiece {
		if err := l.commit(ctx); err != nil {
			return err
		}
	}
	b, err := l.begin()
	if err != nil {
		return err
	}
	l.n++
	return fn(&Tx{bolt: b, clock: l.db.clock, by: l.by, held: l.held})
}

func (l *Loader) begin() (*bolt.Tx, error) {
	if l.tx != nil {
		return l.tx, nil
	}
	var err error
	if l.tx, err = l.db.bolt.Begin(true); err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	return l.tx, nil
}

// commit ends the transaction, and writes the keys that wait if they are many.
func (l *Loader) commit(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if l.tx == nil {
		return nil
	}
	if err := l.db.keepStamp(l.tx); err != nil {
		return err
	}
	tx := l.tx
	l.tx, l.n = nil, 0
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if l.held.size() < loadHeld {
		return nil
	}
	return l.writeKeys(ctx)
}

// finish writes all that waits and makes it durable.
func (l *Loader) finish(ctx context.Context) error {
	if err := l.commit(ctx); err != nil {
		return err
	}
	if err := l.writeKeys(ctx); err != nil {
		return err
	}
	return l.db.bolt.Sync()
}

// writeKeys writes the keys that wait, index by index, in order.
func (l *Loader) writeKeys(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(l.held)) {
		run := l.held[name]
		delete(l.held, name)
		run.sort()
		for piece := range slices.Chunk(run.keys, loadKeys) {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			err := l.db.bolt.Update(func(b *bolt.Tx) error {
				index, err := (&Tx{bolt: b, held: l.held}).bucket(name)
				if err != nil {
					return err
				}
				for _, k := range piece {
					if err := index.Put(run.text(k), k.value[:]); err != nil {
						return fmt.Errorf("index %s: %w", name, err)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// heldKeys are the keys that wait to be written, by index bucket.
type heldKeys map[string]*keyRun

func (h heldKeys) add(bucket string, key, value []byte) {
	r := h[bucket]
	if r == nil {
		r = &keyRun{}
		h[bucket] = r
	}
	r.add(key, value)
}

func (h heldKeys) size() (n int) {
	for _, r := range h {
		n += len(r.octets) + len(r.keys)*heldKeySize
	}
	return n
}

// keyRun are the keys of one index, one behind the other.
type keyRun struct {
	octets []byte
	keys   []heldKey
}

// heldKey is where a key lies. head is its first octets: it decides most comparisons without looking there.
type heldKey struct {
	head   uint64
	at     uint32 // loadHeld is less than 4 GiB
	length uint16 // bbolt's keys are at most 32 KiB
	value  [2]byte
}

const heldKeySize = 16

func (r *keyRun) add(key, value []byte) {
	var head [8]byte
	copy(head[:], key)
	k := heldKey{head: binary.BigEndian.Uint64(head[:]), at: uint32(len(r.octets)), length: uint16(len(key))} //nolint:gosec // bounded
	copy(k.value[:], value)
	r.octets = append(r.octets, key...)
	r.keys = append(r.keys, k)
}

func (r *keyRun) text(k heldKey) []byte { return r.octets[k.at : k.at+uint32(k.length)] }

func (r *keyRun) sort() {
	slices.SortFunc(r.keys, func(a, b heldKey) int {
		return cmp.Or(cmp.Compare(a.head, b.head), bytes.Compare(r.text(a), r.text(b)))
	})
}
