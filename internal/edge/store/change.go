package store

import (
	"encoding/binary"
	"fmt"
	"iter"
)

const (
	seqBucket = "sync.seq"
	curBucket = "sync.cur"
)

// changed gives the record the newest slot of the change sequence and frees its former one.
func (t *Table[T]) changed(tx *Tx, key []byte, what string) error {
	if t.Local {
		return nil
	}
	tx.changes = append(tx.changes, Changed{Table: t.Name, ID: textKey(key), What: what, By: tx.by.Who})
	seqs, err := tx.bucket(seqBucket)
	if err != nil {
		return err
	}
	slots, err := tx.bucket(curBucket)
	if err != nil {
		return err
	}
	name := append(append([]byte(t.Name), 0), key...)
	if old := slots.Get(name); old != nil {
		if err := seqs.Delete(old); err != nil {
			return fmt.Errorf("free change slot: %w", err)
		}
	}
	n, err := seqs.NextSequence()
	if err != nil {
		return fmt.Errorf("take change slot: %w", err)
	}
	seq := binary.BigEndian.AppendUint64(nil, n)
	if err := seqs.Put(seq, name); err != nil {
		return fmt.Errorf("take change slot: %w", err)
	}
	return slots.Put(name, seq)
}

// Changed is the news that a record changed, published once the change is durable.
type Changed struct {
	Table string
	ID    string // "" when there are very many
	What  string // AuditCreate, AuditUpdate or AuditDelete
	By    string // who did it
}

// Change is one slot of the change sequence: this record changed last at Seq.
type Change struct {
	Seq   uint64
	Table string
	Key   []byte
}

// Changes yields the slots after seq in order.
func (tx *Tx) Changes(after uint64) iter.Seq[Change] {
	return func(yield func(Change) bool) {
		b := tx.bolt.Bucket([]byte(seqBucket))
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, v := c.Seek(binary.BigEndian.AppendUint64(nil, after+1)); k != nil; k, v = c.Next() {
			for i, o := range v {
				if o == 0 {
					ch := Change{binary.BigEndian.Uint64(k), string(v[:i]), append([]byte(nil), v[i+1:]...)}
					if !yield(ch) {
						return
					}
					break
				}
			}
		}
	}
}

// LastChange is the number of the newest slot.
func (tx *Tx) LastChange() uint64 {
	b := tx.bolt.Bucket([]byte(seqBucket))
	if b == nil {
		return 0
	}
	return b.Sequence()
}
