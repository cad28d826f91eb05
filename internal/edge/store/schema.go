package store

import (
	"encoding/binary"
	"fmt"

	"github.com/fxamacker/cbor/v2"
	bolt "go.etcd.io/bbolt"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// schemaVersion is the version of the data's layout that this program writes.
const schemaVersion = 5

const metaBucket = "meta"

// step does one piece of the work that leads from one version to the next, in one transaction. after is where the last
// piece stopped, nil at first; next is where this one did, nil when all is done. So a migration that is interrupted goes
// on where it was, and holds up no transaction for long.
type step func(tx *Tx, after []byte) (next []byte, err error)

// migrations[n] leads from version n to n+1.
var migrations = [schemaVersion]step{ //nolint:gochecknoglobals // a constant table
	func(*Tx, []byte) ([]byte, error) { return nil, nil }, // 0 → 1: an empty file
	func(*Tx, []byte) ([]byte, error) { return nil, nil }, // 1 → 2: calls by customer, agent and queue, as the next does
	CDRs.reindex,     // 2 → 3: … and by disposition
	indexAuditByKind, // 3 → 4: entries of the audit by subject
	gatherWords,      // 4 → 5: the words of tickets
}

// migrate brings the file to the version of this program.
func (d *DB) migrate() error {
	for {
		version, err := d.migratePiece()
		if err != nil {
			return err
		}
		if version > schemaVersion {
			return fault.New(fault.Invalid, "store.newer",
				"open store: the file has version %d, this program knows %d: install the newer program", version, schemaVersion)
		}
		if version == schemaVersion {
			return nil
		}
	}
}

// migratePiece does the next piece of the migration and returns the version that the file then has.
func (d *DB) migratePiece() (version uint64, err error) {
	err = d.bolt.Update(func(b *bolt.Tx) error {
		meta, err := b.CreateBucketIfNotExists([]byte(metaBucket))
		if err != nil {
			return err
		}
		if v := meta.Get([]byte("schema")); len(v) == 8 {
			version = binary.BigEndian.Uint64(v)
		}
		if version >= schemaVersion {
			return nil
		}
		next, err := migrations[version](&Tx{bolt: b}, meta.Get([]byte("migrated")))
		if err != nil {
			return fmt.Errorf("migrate store from version %d: %w", version, err)
		}
		if next != nil {
			return meta.Put([]byte("migrated"), next)
		}
		version++
		if err := meta.Delete([]byte("migrated")); err != nil {
			return err
		}
		return meta.Put([]byte("schema"), binary.BigEndian.AppendUint64(nil, version))
	})
	return version, err
}

// indexAuditByKind writes the numbers of the entries after one by their subjects.
func indexAuditByKind(tx *Tx, after []byte) (next []byte, err error) {
	entries := tx.bolt.Bucket([]byte(auditBucket))
	if entries == nil {
		return nil, nil
	}
	c := entries.Cursor()
	k, v := goOn(c, after)
	for n := 0; k != nil; k, v = c.Next() {
		var e struct {
			Subject string `cbor:"5,keyasint"`
		}
		if len(v) > hashSize {
			if err := cbor.Unmarshal(v[hashSize:], &e); err != nil {
				return nil, fmt.Errorf("read audit entry %d: %w", binary.BigEndian.Uint64(k), err)
			}
		}
		if err := tx.refer(auditKind, append(append([]byte(e.Subject), 0), k...)); err != nil {
			return nil, err
		}
		if n++; n == auditPiece {
			return append([]byte(nil), k...), nil
		}
	}
	return nil, nil
}

// goOn is the first record after a key; nil is before all.
func goOn(c *bolt.Cursor, after []byte) (k, v []byte) {
	if after == nil {
		return c.First()
	}
	if k, v = c.Seek(after); string(k) == string(after) {
		return c.Next()
	}
	return k, v
}

// reindexPiece is how many records get their indexes in one transaction.
const reindexPiece = 2000

// reindex writes the indexes of the records after a key. Keys that are there already are written again, which does no
// harm.
func (t *Table[T]) reindex(tx *Tx, after []byte) (next []byte, err error) {
	b, err := tx.bucket(t.bucketName())
	if err != nil {
		return nil, err
	}
	c := b.Cursor()
	k, v := goOn(c, after)
	for n := 0; k != nil; k, v = c.Next() {
		s, err := t.read(v)
		if err != nil {
			return nil, err
		}
		if !s.gone {
			if err := t.index(tx, k, stored[T]{}, &s.value); err != nil {
				return nil, err
			}
		}
		if n++; n == reindexPiece {
			return append([]byte(nil), k...), nil
		}
	}
	return nil, nil
}

// wordsPiece is how many tickets get their words in one transaction: each has up to some hundred.
const wordsPiece = 200

// gatherWords writes the words of the tickets after a key.
func gatherWords(tx *Tx, after []byte) (next []byte, err error) {
	book, n := TicketsOf(tx), 0
	b, err := tx.bucket(Tickets.bucketName())
	if err != nil {
		return nil, err
	}
	c := b.Cursor()
	k, v := goOn(c, after)
	for ; k != nil; k, v = c.Next() {
		s, err := Tickets.read(v)
		if err != nil {
			return nil, err
		}
		if !s.gone {
			if err := ticket.GatherWords(book, s.value); err != nil {
				return nil, err
			}
		}
		if n++; n == wordsPiece {
			return append([]byte(nil), k...), nil
		}
	}
	return nil, nil
}
