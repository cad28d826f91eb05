package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/hlc"
	"github.com/dealerline/dealerline/internal/base/mailbox"
)

const (
	// pageSize is fixed so that a file moves between machines whose kernels have other page sizes.
	pageSize = 4096
	// initialMmap is address space, not memory: growing the map later would wait for all readers.
	initialMmap = 1 << 30
	// lockTimeout bounds the wait for another process that has the file open.
	lockTimeout = 2 * time.Second
	// maxWaiting bounds the writes that wait for the disk.
	maxWaiting = 65536
)

// DB is the open file. Its methods are safe from any goroutine.
type DB struct {
	bolt  *bolt.DB
	path  string
	log   *slog.Logger
	queue *mailbox.Box[*write]
	done  chan struct{}
	clock *hlc.Clock

	// Publish is told of every change once it is durable, in order, by the writer's goroutine: it must be quick. Set it
	// before Run; nil: nobody is told. Of more than 100 changes by one function only the tables are told, without ids.
	Publish func(Changed)
	// Reserve is how many octets of the disk are kept for call records and recordings: while less is free, [DB.Change] is
	// refused and [DB.Write] is not. Set it before Run.
	Reserve uint64
}

// Open opens the file at path, makes it if it is not there, and brings its schema up to date. A file in use by
// another process and one written by a newer version are clear errors.
func Open(path string, log *slog.Logger) (db *DB, err error) {
	return open(path, log, bolt.Options{})
}

func open(path string, log *slog.Logger, o bolt.Options) (db *DB, err error) {
	defer damage(path, &err)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	o.Timeout, o.FreelistType, o.PageSize, o.InitialMmapSize = lockTimeout, bolt.FreelistMapType, pageSize, initialMmap
	b, err := bolt.Open(path, 0o600, &o)
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, inUse(path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	d := &DB{bolt: b, path: path, log: log, queue: mailbox.New[*write](maxWaiting), done: make(chan struct{})}
	if err := keepOwner(path); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	if err := d.migrate(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	if err := d.wind(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return d, nil
}

// keepOwner gives a file that root made the owner of its directory, so that the service can open it too.
func keepOwner(path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	return KeepOwner(filepath.Dir(path), path)
}

func inUse(path string, err error) error {
	return fault.New(fault.Conflict, "store.in_use", "open store %s: another process has it open: %w", path, err)
}

// damage makes an error of bbolt's panics about pages that contradict each other.
func damage(path string, err *error) {
	if p := recover(); p != nil {
		*err = damaged("open %s: %v: restore a backup", path, p)
	}
}

// KeepOwner gives the file at path the owner of a directory. Only root can.
func KeepOwner(dir, path string) error {
	var d syscall.Stat_t
	if err := syscall.Stat(dir, &d); err != nil {
		return fmt.Errorf("keep owner: %w", err)
	}
	if err := os.Chown(path, int(d.Uid), int(d.Gid)); err != nil {
		return fmt.Errorf("keep owner: %w", err)
	}
	return nil
}

// Close closes the file. Run must have ended.
func (d *DB) Close() error { return d.bolt.Close() }

// View runs fn on a consistent view of the data. fn must be quick and keep no byte slice.
func (d *DB) View(fn func(tx *Tx) error) error {
	return d.bolt.View(func(b *bolt.Tx) error { return fn(&Tx{bolt: b}) })
}

// Probe returns when a read and the writer have answered, for the watchdog.
func (d *DB) Probe(ctx context.Context) error {
	w := newWrite(nil)
	if !d.queue.Put(w) {
		return ErrClosed
	}
	return w.wait(ctx, d.done)
}

// Tx is one transaction.
type Tx struct {
	bolt    *bolt.Tx
	clock   *hlc.Clock
	by      By
	at      hlc.Version // of all that this transaction's function writes, zero until it writes
	changes []Changed
	held    heldKeys // in a load, where index keys wait; nil otherwise
}

// version is the version of what the function writes.
func (tx *Tx) version() hlc.Version {
	if tx.at.At == 0 {
		tx.at = tx.clock.Now()
	}
	return tx.at
}

func (tx *Tx) bucket(name string) (*bolt.Bucket, error) {
	if b := tx.bolt.Bucket([]byte(name)); b != nil {
		if tx.held != nil {
			b.FillPercent = loadFill
		}
		return b, nil
	}
	if !tx.bolt.Writable() {
		return nil, nil //nolint:nilnil // an empty table has no bucket yet
	}
	b, err := tx.bolt.CreateBucketIfNotExists([]byte(name))
	if err == nil && tx.held != nil {
		b.FillPercent = loadFill
	}
	return b, err
}
