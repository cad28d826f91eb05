package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
)

// errUnchanged ends a put that would change nothing.
var errUnchanged = errors.New("unchanged") //nolint:gochecknoglobals // a sentinel

// errLoadedTwice refuses a record in a load that is there already: the keys of the former value may still wait.
var errLoadedTwice = errors.New("a load has it already") //nolint:gochecknoglobals // a sentinel

// Put writes a record, its indexes, its entry in the audit and its slot in the change sequence. In a table with
// [Table.Meta] the record must carry the stored one's Rev, 0 for a new or deleted one; otherwise somebody else was
// quicker, and the error is [fault.Conflict]. There a put that changes no field does nothing. Fields of the stored
// record that this program does not know are kept.
func (t *Table[T]) Put(tx *Tx, v T) error {
	if err := t.put(tx, v); err != nil && !errors.Is(err, errUnchanged) {
		return fmt.Errorf("put %s: %w", t.Name, err)
	}
	return nil
}

func (t *Table[T]) put(tx *Tx, v T) error {
	key := t.Key(v)
	b, err := tx.bucket(t.bucketName())
	if err != nil {
		return err
	}
	former, err := t.read(b.Get(key))
	if err != nil {
		return err
	}
	if former.stored && tx.held != nil {
		return errLoadedTwice
	}
	data, err := codec.Marshal(v)
	if err != nil {
		return err
	}
	var next fields
	if former.stored || t.Meta != nil || t.Audited {
		if next, err = decodeFields(data); err != nil {
			return err
		}
		next.adopt(former.fields, known[T]())
		if t.Meta != nil {
			if err := stamp(tx, t.Meta(&v), former, next); err != nil {
				return err
			}
			if next[metaField], err = codec.Marshal(t.Meta(&v)); err != nil {
				return err
			}
		}
		if data, err = codec.Marshal(next); err != nil {
			return err
		}
	}
	if err := b.Put(key, data); err != nil {
		return err
	}
	if err := t.index(tx, key, former, &v); err != nil {
		return err
	}
	what := AuditUpdate
	if !former.stored || former.gone {
		what = AuditCreate
	}
	return t.wrote(tx, key, what, former.fields, next)
}

// wrote does what every change of a record entails.
func (t *Table[T]) wrote(tx *Tx, key []byte, what string, from, to fields) error {
	if t.Audited {
		if err := tx.audit(what, t.Name, textKey(key), difference(from, to, known[T]()), nil); err != nil {
			return err
		}
	}
	return t.changed(tx, key, what)
}

// stamp gives a record its next revision and its changed fields their version.
func stamp[T any](tx *Tx, m *merge.Meta, former stored[T], next fields) error {
	delete(next, metaField)
	switch {
	case former.gone && m.Rev == 0: // it is brought back
	case m.Rev != former.meta.Rev:
		return fault.New(fault.Conflict, "store.rev", "revision %d was read, %d is stored", m.Rev, former.meta.Rev)
	case former.gone:
		return fault.New(fault.NotFound, "store.deleted", "the record was deleted")
	}
	changed := next.changedFrom(former.fields)
	if len(changed) == 0 && former.stored && !former.gone {
		return errUnchanged
	}
	version := tx.version()
	*m = former.meta
	if former.gone {
		m.Restored = version
	}
	m.Set(version, changed...)
	m.Rev++
	return nil
}

// Delete removes a record and its indexes; one that is not there is no error. A table with [Table.Meta] keeps a
// tombstone, without the record's data.
func (t *Table[T]) Delete(tx *Tx, key []byte) error {
	if err := t.delete(tx, key); err != nil {
		return fmt.Errorf("delete %s: %w", t.Name, err)
	}
	return nil
}

func (t *Table[T]) delete(tx *Tx, key []byte) error {
	b, err := tx.bucket(t.bucketName())
	if err != nil {
		return err
	}
	former, err := t.read(b.Get(key))
	if err != nil || !former.stored || former.gone {
		return err
	}
	if tx.held != nil {
		return errLoadedTwice
	}
	if err := t.index(tx, key, former, nil); err != nil {
		return err
	}
	if t.Meta == nil {
		err = b.Delete(key)
	} else {
		m := former.meta
		m.Deleted = tx.version()
		if !m.Deleted.After(m.Restored) { // the same function has brought it back
			tx.at = tx.clock.Now()
			m.Deleted = tx.at
		}
		m.Rev++
		m.Fields = nil // what is gone has no fields whose versions could matter
		var grave []byte
		if grave, err = codec.Marshal(map[uint64]merge.Meta{metaField: m}); err == nil {
			err = b.Put(key, grave)
		}
	}
	if err != nil {
		return err
	}
	return t.wrote(tx, key, AuditDelete, former.fields, nil)
}

// stored is a record as it lies in the file.
type stored[T any] struct {
	stored bool // something lies there
	gone   bool // … which is a tombstone
	value  T
	meta   merge.Meta
	fields fields // without meta
}

// read decodes what lies in the file; nil is nothing.
func (t *Table[T]) read(data []byte) (s stored[T], err error) {
	if data == nil {
		return s, nil
	}
	s.stored = true
	if err = cbor.Unmarshal(data, &s.value); err != nil {
		return s, fmt.Errorf("decode: %w", err)
	}
	if s.fields, err = decodeFields(data); err != nil {
		return s, err
	}
	if t.Meta != nil {
		s.meta = *t.Meta(&s.value)
		s.gone = s.meta.Gone()
		delete(s.fields, metaField)
	}
	return s, nil
}

// index takes out the index keys of the record's former value and puts in those of the new one; nil is none. Keys that
// both have stay untouched: a change of one field would otherwise write a page of each index.
func (t *Table[T]) index(tx *Tx, key []byte, former stored[T], v *T) error {
	length := binary.BigEndian.AppendUint16(nil, uint16(len(key))) //nolint:gosec // bbolt's keys are at most 32 KiB
	for i := range t.Indexes {
		ix := &t.Indexes[i]
		b, err := tx.bucket(t.indexName(ix))
		if err != nil {
			return err
		}
		var gone, come [][]byte
		if former.stored && !former.gone {
			gone = ix.Keys(former.value)
		}
		if v != nil {
			come = ix.Keys(*v)
		}
		for _, k := range gone {
			if !has(come, k) {
				err = errors.Join(err, b.Delete(indexKey(k, key)))
			}
		}
		for _, k := range come {
			switch {
			case tx.held != nil:
				tx.held.add(t.indexName(ix), indexKey(k, key), length)
			case !has(gone, k):
				err = errors.Join(err, b.Put(indexKey(k, key), length))
			}
		}
		if err != nil {
			return fmt.Errorf("index %s: %w", ix.Name, err)
		}
	}
	return nil
}

func has(keys [][]byte, k []byte) bool {
	return slices.ContainsFunc(keys, func(have []byte) bool { return bytes.Equal(have, k) })
}

// indexKey is the key in an index of a record that is found by k.
func indexKey(k, key []byte) []byte {
	return bytes.Join([][]byte{k, key}, []byte{0})
}

// fields is a record by field number, each value encoded.
type fields map[uint64]cbor.RawMessage

// metaField is the number under which a record's history lies.
const metaField = 0

func decodeFields(data []byte) (fields, error) {
	var f fields
	if err := cbor.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("decode fields: %w", err)
	}
	return f, nil
}

// adopt takes over the fields of a former record that this program does not know: those of a newer one.
func (f fields) adopt(former fields, known map[uint64]field) {
	for n, v := range former {
		if _, ok := known[n]; !ok && n != metaField {
			f[n] = v
		}
	}
}

// changedFrom are the numbers of the fields that differ from a former record's.
func (f fields) changedFrom(former fields) (numbers []uint64) {
	for n := range union(f, former) {
		if !bytes.Equal(f[n], former[n]) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

func union(a, b fields) map[uint64]bool {
	all := make(map[uint64]bool, len(a)+len(b))
	for n := range a {
		all[n] = true
	}
	for n := range b {
		all[n] = true
	}
	return all
}
