package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// When a file is worth compacting: bbolt never gives space back by itself, and every commit writes the list of free
// pages.
const (
	compactShare = 0.4
	compactFloor = 64 << 20
)

// compactBatch is how many octets [bolt.Compact] copies in one transaction.
const compactBatch = 4 << 20

// Compact copies the file at path, which no program has open, into one without free pages, if that is worth it or if
// always is set, and puts it in the place of the old one. saved is how many octets were won.
func Compact(path string, always bool) (saved int64, err error) {
	defer damage(path, &err)
	before, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("compact store: %w", err)
	}
	src, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: lockTimeout, FreelistType: bolt.FreelistMapType, PreLoadFreelist: true})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return 0, inUse(path, err)
	}
	if err != nil {
		return 0, fmt.Errorf("compact store: %w", err)
	}
	if free := int64(src.Stats().FreePageN) * pageSize; !always && (free < compactFloor || float64(free) < compactShare*float64(before.Size())) {
		return 0, src.Close()
	}
	temp := path + ".compact"
	err = errors.Join(copyCompact(temp, src), src.Close())
	if err == nil {
		err = keepOwner(temp)
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return 0, fmt.Errorf("compact store: %w", errors.Join(err, remove(temp)))
	}
	after, err := os.Stat(path)
	if err != nil {
		return 0, fmt.Errorf("compact store: %w", err)
	}
	return before.Size() - after.Size(), SyncDir(filepath.Dir(path))
}

func copyCompact(path string, src *bolt.DB) error {
	if err := remove(path); err != nil { // of a run that was interrupted
		return err
	}
	dst, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, FreelistType: bolt.FreelistMapType, PageSize: pageSize})
	if err != nil {
		return err
	}
	return errors.Join(bolt.Compact(dst, src, compactBatch), dst.Sync(), dst.Close())
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// SyncDir makes the names in a directory durable.
func SyncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return nil
}

// Snapshot writes a consistent copy of the file while writers go on. size is told first.
func (d *DB) Snapshot(begin func(size int64) (io.Writer, error)) error {
	return d.bolt.View(func(tx *bolt.Tx) error {
		w, err := begin(tx.Size())
		if err != nil {
			return err
		}
		_, err = tx.WriteTo(w)
		return err
	})
}
