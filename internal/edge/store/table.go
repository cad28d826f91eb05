package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/fxamacker/cbor/v2"

	"github.com/dealerline/dealerline/internal/base/merge"
)

// codec writes times with all their digits and maps in one order, so that equal values are equal octets.
var codec = newCodec() //nolint:gochecknoglobals // immutable

func newCodec() cbor.EncMode {
	o := cbor.CoreDetEncOptions()
	o.Time = cbor.TimeRFC3339Nano
	m, err := o.EncMode()
	if err != nil {
		panic(err) // constant options: a fault of ours that the first test shows
	}
	return m
}

// Table is a typed table. Declare one as a package variable of its owner; it holds no state.
type Table[T any] struct {
	Name    string
	Key     func(v T) []byte
	Indexes []Index[T]
	// Local keeps a table out of the change sequence: what only this box needs.
	Local bool
	// Meta finds a record's history in it, which has field number 0. A table that has it checks that who changes a record
	// has read its latest revision, keeps a version of each field, and leaves tombstones. nil: none of it.
	Meta func(v *T) *merge.Meta
	// Audited tables leave an entry in the audit for each change: who, when, which fields, from what to what.
	Audited bool
}

// Index finds records of a table by something other than their key.
type Index[T any] struct {
	Name string
	// Keys returns the index keys of a record, none if it is not to be found this way.
	Keys func(v T) [][]byte
}

func (t *Table[T]) bucketName() string            { return "t." + t.Name }
func (t *Table[T]) indexName(ix *Index[T]) string { return "x." + t.Name + "." + ix.Name }

// Get reads the record with this key; ok is false when there is none.
func (t *Table[T]) Get(tx *Tx, key []byte) (v T, ok bool, err error) {
	b, err := tx.bucket(t.bucketName())
	if err != nil || b == nil {
		return v, false, err
	}
	data := b.Get(key)
	if data == nil {
		return v, false, nil
	}
	if err := cbor.Unmarshal(data, &v); err != nil {
		return v, false, fmt.Errorf("decode %s: %w", t.Name, err)
	}
	return v, !t.gone(&v), nil
}

// gone reports whether v is a tombstone.
func (t *Table[T]) gone(v *T) bool { return t.Meta != nil && t.Meta(v).Gone() }

// Ascend yields the records from key on, in the order of the keys; nil starts at the first.
func (t *Table[T]) Ascend(tx *Tx, from []byte) iter.Seq2[T, error] {
	return t.walk(tx, from, true)
}

// Descend yields the records before key, in falling order; nil starts at the last.
func (t *Table[T]) Descend(tx *Tx, before []byte) iter.Seq2[T, error] {
	return t.walk(tx, before, false)
}

func (t *Table[T]) walk(tx *Tx, at []byte, up bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var v T
		b, err := tx.bucket(t.bucketName())
		if err != nil {
			yield(v, err)
			return
		}
		if b == nil {
			return
		}
		c := b.Cursor()
		next := c.Next
		var k, data []byte
		switch {
		case up && at == nil:
			k, data = c.First()
		case up:
			k, data = c.Seek(at)
		default:
			next = c.Prev
			if at == nil {
				k, data = c.Last()
			} else if k, _ = c.Seek(at); k == nil {
				k, data = c.Last()
			} else {
				k, data = c.Prev()
			}
		}
		for ; k != nil; k, data = next() {
			var v T
			if err := cbor.Unmarshal(data, &v); err != nil {
				err = fmt.Errorf("decode %s: %w", t.Name, err)
				if !yield(v, err) {
					return
				}
				continue
			}
			if !t.gone(&v) && !yield(v, nil) {
				return
			}
		}
	}
}

// Find yields the records with an index key that begins with prefix, in the order of the index keys.
func (t *Table[T]) Find(tx *Tx, index string, prefix []byte) iter.Seq2[T, error] {
	return t.findFrom(tx, index, prefix, nil)
}

// findFrom is [Table.FindAfter] for who does not ask for the places.
func (t *Table[T]) findFrom(tx *Tx, index string, prefix, after []byte) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		t.find(tx, index, prefix, after, func(_ []byte, v T, err error) bool { return yield(v, err) })
	}
}

// Hit is a record found by an index. At is its place there, from which [Table.FindAfter] can go on.
type Hit[T any] struct {
	Value T
	At    []byte
}

// FindAfter is [Table.Find] from behind a place; nil is the first one with the prefix.
func (t *Table[T]) FindAfter(tx *Tx, index string, prefix, after []byte) iter.Seq2[Hit[T], error] {
	return func(yield func(Hit[T], error) bool) {
		t.find(tx, index, prefix, after, func(at []byte, v T, err error) bool { return yield(Hit[T]{v, bytes.Clone(at)}, err) })
	}
}

// find yields records and their places, which hold only until the next one.
func (t *Table[T]) find(tx *Tx, index string, prefix, after []byte, yield func(at []byte, v T, err error) bool) {
	b := tx.bolt.Bucket([]byte("x." + t.Name + "." + index))
	if b == nil {
		return
	}
	c := b.Cursor()
	k, keyLen := c.Seek(prefix)
	if bytes.Compare(after, prefix) > 0 {
		if k, keyLen = c.Seek(after); bytes.Equal(k, after) {
			k, keyLen = c.Next()
		}
	}
	for ; k != nil && bytes.HasPrefix(k, prefix); k, keyLen = c.Next() {
		n := int(binary.BigEndian.Uint16(keyLen))
		v, ok, err := t.Get(tx, k[len(k)-n:])
		if (ok || err != nil) && !yield(k, v, err) {
			return
		}
	}
}
