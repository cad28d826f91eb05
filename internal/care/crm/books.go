package crm

import (
	"context"
	"iter"
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

// Tx is one transaction on the books.
type Tx struct {
	Customers Rows[Customer]
	Vehicles  Rows[Vehicle]
	Visits    Rows[Visit]
	Relations Rows[Relation]
	Mergings  Rows[Merging]
	Reviews   Rows[Review]
	Values    Rows[Value]
}

// Books keep the records. Change runs fn in one transaction and returns when it is durable; fn may be run twice.
type Books interface {
	View(fn func(Tx) error) error
	Change(ctx context.Context, by By, fn func(Tx) error) error
}
