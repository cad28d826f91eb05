package store

import (
	"context"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/calls/station"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// listBucket holds the lists.
const listBucket = "list"

// List is a small list that is kept over a restart, replaced as a whole, and that only this box needs.
type List[T any] struct {
	db   *DB
	name string
}

// Bindings are the registrations of phones; the list satisfies sipua.BindingStore.
func Bindings(db *DB) List[sipua.Binding] { return List[sipua.Binding]{db, "bindings"} }

// Meter is how much was called out.
func Meter(db *DB) List[dialplan.Used] { return List[dialplan.Used]{db, "meter"} }

// Stations are what the users of phones have set.
func Stations(db *DB) List[station.Station] { return List[station.Station]{db, "stations"} }

// Callbacks are those who are to be called back.
func Callbacks(db *DB) List[acd.Callback] { return List[acd.Callback]{db, "callbacks"} }

// Presence is which agents are signed in, and where.
func Presence(db *DB) List[acd.Presence] { return List[acd.Presence]{db, "presence"} }

// Load reads what was saved last.
func (l List[T]) Load() (list []T, err error) {
	err = l.db.View(func(tx *Tx) error {
		b, err := tx.bucket(listBucket)
		if err != nil || b == nil {
			return err
		}
		if data := b.Get([]byte(l.name)); data != nil {
			return cbor.Unmarshal(data, &list)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", l.name, err)
	}
	return list, nil
}

// Save replaces what was saved before.
func (l List[T]) Save(ctx context.Context, all []T) error {
	data, err := codec.Marshal(all)
	if err != nil {
		return fmt.Errorf("encode %s: %w", l.name, err)
	}
	return l.db.Write(ctx, func(tx *Tx) error {
		b, err := tx.bucket(listBucket)
		if err != nil {
			return err
		}
		return b.Put([]byte(l.name), data)
	})
}
