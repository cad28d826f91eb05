package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Checkable is a table whose indexes can be compared with its records. Every [Table] is.
type Checkable interface {
	checkIndexes(tx *Tx) error
}

// Checked are the tables of this package; other packages of this layer add theirs.
func Checked() []Checkable {
	return []Checkable{&CDRs, &openCalls, &Recordings, &documents}
}

// CheckIndexes compares the indexes of tables with what their records say: no key may be missing, and none be left over.
func (d *DB) CheckIndexes(ctx context.Context, tables []Checkable) error {
	return d.View(func(tx *Tx) error {
		var all []error
		for _, t := range tables {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			all = append(all, t.checkIndexes(tx))
		}
		return errors.Join(all...)
	})
}

func (t *Table[T]) checkIndexes(tx *Tx) error {
	counts := make([]int, len(t.Indexes))
	if b := tx.bolt.Bucket([]byte(t.bucketName())); b != nil {
		if err := b.ForEach(func(key, data []byte) error { return t.checkRecord(tx, key, data, counts) }); err != nil {
			return err
		}
	}
	for i := range t.Indexes {
		n := 0
		if b := tx.bolt.Bucket([]byte(t.indexName(&t.Indexes[i]))); b != nil {
			n = b.Stats().KeyN
		}
		if n != counts[i] {
			return damaged("index %s of %s has %d keys, its records have %d", t.Indexes[i].Name, t.Name, n, counts[i])
		}
	}
	return nil
}

// checkRecord sees that a record can be read and that all its index keys are there, and counts them.
func (t *Table[T]) checkRecord(tx *Tx, key, data []byte, counts []int) error {
	s, err := t.read(data)
	if err != nil {
		return damaged("record %s of %s: %w", textKey(key), t.Name, err)
	}
	if s.gone {
		return nil
	}
	if own := t.Key(s.value); !bytes.Equal(own, key) {
		return damaged("record %s of %s lies under the key of %s", textKey(own), t.Name, textKey(key))
	}
	for i := range t.Indexes {
		ix := &t.Indexes[i]
		b := tx.bolt.Bucket([]byte(t.indexName(ix)))
		seen := map[string]bool{}
		for _, k := range ix.Keys(s.value) {
			full := indexKey(k, key)
			if seen[string(full)] {
				continue
			}
			seen[string(full)] = true
			var length []byte
			if b != nil {
				length = b.Get(full)
			}
			if len(length) != 2 || int(binary.BigEndian.Uint16(length)) != len(key) {
				return damaged("record %s of %s is missing in index %s", textKey(key), t.Name, ix.Name)
			}
		}
		counts[i] += len(seen)
	}
	return nil
}

// damaged is the error of a file that contradicts itself.
func damaged(format string, args ...any) error {
	return fault.New(fault.Internal, "store.damaged", "check store: "+format, args...)
}

// maxPageErrors bounds how many faults of pages are listed.
const maxPageErrors = 20

// checkPages has bbolt walk all pages.
func checkPages(b *bolt.DB) error {
	var all []error
	err := b.View(func(tx *bolt.Tx) error {
		for err := range tx.Check() {
			if len(all) < maxPageErrors {
				all = append(all, damaged("page: %w", err))
			}
		}
		return nil
	})
	return errors.Join(append(all, err)...)
}

// CheckFile checks a file that no program has open: its pages, the indexes of tables, the chain of the audit.
func CheckFile(ctx context.Context, path string, tables []Checkable) error {
	b, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: lockTimeout})
	if err != nil {
		return fmt.Errorf("check store %s: %w", path, err)
	}
	d := &DB{bolt: b, path: path}
	err = checkPages(b)
	if err == nil {
		err = d.CheckIndexes(ctx, tables)
	}
	if err == nil {
		_, err = d.VerifyAudit(ctx)
	}
	return errors.Join(err, b.Close())
}
