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

// listBucket holds small lists that are replaced as a whole and that only this box needs.
const listBucket = "list"

func putList[T any](ctx context.Context, d *DB, name string, list []T) error {
	data, err := codec.Marshal(list)
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return d.Write(ctx, func(tx *Tx) error {
		b, err := tx.bucket(listBucket)
		if err != nil {
			return err
		}
		return b.Put([]byte(name), data)
	})
}

func getList[T any](d *DB, name string) (list []T, err error) {
	err = d.View(func(tx *Tx) error {
		b, err := tx.bucket(listBucket)
		if err != nil || b == nil {
			return err
		}
		if data := b.Get([]byte(name)); data != nil {
			return cbor.Unmarshal(data, &list)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return list, nil
}

// Bindings keeps the registrations of phones over a restart; it satisfies sipua.BindingStore.
type Bindings struct{ DB *DB }

// Load reads what was saved last.
func (b Bindings) Load(context.Context) ([]sipua.Binding, error) {
	return getList[sipua.Binding](b.DB, "bindings")
}

// Save replaces what was saved before.
func (b Bindings) Save(ctx context.Context, all []sipua.Binding) error {
	return putList(ctx, b.DB, "bindings", all)
}

// Meter keeps how much was called out over a restart.
type Meter struct{ DB *DB }

// Load reads what was saved last.
func (m Meter) Load() ([]dialplan.Used, error) { return getList[dialplan.Used](m.DB, "meter") }

// Save replaces what was saved before.
func (m Meter) Save(ctx context.Context, all []dialplan.Used) error {
	return putList(ctx, m.DB, "meter", all)
}

// Stations keeps what the users of phones have set over a restart.
type Stations struct{ DB *DB }

// Load reads what was saved last.
func (s Stations) Load() ([]station.Station, error) {
	return getList[station.Station](s.DB, "stations")
}

// Save replaces what was saved before.
func (s Stations) Save(ctx context.Context, all []station.Station) error {
	return putList(ctx, s.DB, "stations", all)
}

// Callbacks keeps who is to be called back over a restart.
type Callbacks struct{ DB *DB }

// Load reads what was saved last.
func (c Callbacks) Load() ([]acd.Callback, error) { return getList[acd.Callback](c.DB, "callbacks") }

// Save replaces what was saved before.
func (c Callbacks) Save(ctx context.Context, all []acd.Callback) error {
	return putList(ctx, c.DB, "callbacks", all)
}

// Presence keeps which agents are signed in, and where, over a restart.
type Presence struct{ DB *DB }

// Load reads what was saved last.
func (p Presence) Load() ([]acd.Presence, error) { return getList[acd.Presence](p.DB, "presence") }

// Save replaces what was saved before.
func (p Presence) Save(ctx context.Context, all []acd.Presence) error {
	return putList(ctx, p.DB, "presence", all)
}
