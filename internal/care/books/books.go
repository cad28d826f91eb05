package books

import (
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// By says on whose behalf something is changed; the store writes it into the audit.
type By struct {
	Who     string // a user's id, "box" for the box itself
	Via     string // "api", "cli", "import"
	Action  string // the operation's id
	Address string // where the request came from
}

// Rows are the records of one kind in a transaction. Put demands that a record carry the revision that is stored, 0 for a
// new one. Find yields those with an index key that begins with prefix, in the order of the keys, all or from a mark on; Walk
// all, in the order of their ids, which is that of their making, from one on or before one.
type Rows[T any] interface {
	Get(id string) (T, bool, error)
	Put(v T) error
	Delete(id string) error
	Find(index string, prefix []byte, from *Mark) iter.Seq2[T, error]
	Walk(from string, down bool) iter.Seq2[T, error]
}

// Mark is a place in an index: behind the record with an id under a key, or at the key if ID is empty.
type Mark struct {
	Key []byte
	ID  string
}

// NewID makes the id of a new record: a UUIDv7, so ids sort by time.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Get reads a record that must be there. kind names it in errors: "customer".
func Get[T any](rows Rows[T], kind, id string) (T, error) {
	v, ok, err := rows.Get(id)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, kind+".not_found", "read %s %s: there is none", kind, id)
	}
	return v, err
}

// Made writes a new record; its revision is then 1.
func Made[T any](rows Rows[T], v T, rev *uint64) error {
	err := rows.Put(v)
	*rev = 1
	return err
}

// Stored writes a record and reads back what it became.
func Stored[T any](rows Rows[T], kind, id string, v T) (T, error) {
	if err := rows.Put(v); err != nil {
		return v, err
	}
	return Get(rows, kind, id)
}

// SameRev refuses a change by someone who has not read the latest revision.
func SameRev(kind, id string, stored, read uint64) error {
	if stored != read {
		return fault.New(fault.Conflict, "store.rev", "change %s %s: revision %d was read, %d is stored", kind, id, read, stored)
	}
	return nil
}

// All reads the records under one index key.
func All[T any](rows Rows[T], index, key string) (list []T, err error) {
	if key == "" {
		return nil, nil
	}
	for v, err := range rows.Find(index, Exactly(key), nil) {
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// IDAt is an id that sorts before those made from a moment on, and behind those made before (RFC 9562 §5.7).
func IDAt(t time.Time) string {
	var id uuid.UUID
	ms := uint64(max(t.UnixMilli(), 0)) //nolint:gosec // not negative
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	id[6], id[8] = 0x70, 0x80
	return id.String()
}
