package store

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
)

// The tables of customers and vehicles. Their index keys are crm's, which knows what people search by.
//
//nolint:gochecknoglobals // declarations
var (
	Customers = Table[crm.Customer]{
		Name: "customer", Audited: true, Indexes: indexesOf(crm.CustomerKeys),
		Key:  func(c crm.Customer) []byte { return idKey(c.ID) },
		Meta: func(c *crm.Customer) *merge.Meta { return &c.Meta },
	}
	Vehicles = Table[crm.Vehicle]{
		Name: "vehicle", Audited: true, Indexes: indexesOf(crm.VehicleKeys),
		Key:  func(v crm.Vehicle) []byte { return idKey(v.ID) },
		Meta: func(v *crm.Vehicle) *merge.Meta { return &v.Meta },
	}
	Visits = Table[crm.Visit]{
		Name: "visit", Audited: true, Indexes: indexesOf(crm.VisitKeys),
		Key:  func(v crm.Visit) []byte { return idKey(v.ID) },
		Meta: func(v *crm.Visit) *merge.Meta { return &v.Meta },
	}
	Relations = Table[crm.Relation]{
		Name: "relation", Audited: true, Indexes: indexesOf(crm.RelationKeys),
		Key:  func(r crm.Relation) []byte { return idKey(r.ID) },
		Meta: func(r *crm.Relation) *merge.Meta { return &r.Meta },
	}
	Mergings = Table[crm.Merging]{
		Name: "merging", Audited: true, Indexes: indexesOf(crm.MergingKeys),
		Key:  func(m crm.Merging) []byte { return idKey(m.ID) },
		Meta: func(m *crm.Merging) *merge.Meta { return &m.Meta },
	}
	Reviews = Table[crm.Review]{
		Name: "review", Audited: true, Indexes: indexesOf(crm.ReviewKeys),
		Key:  func(r crm.Review) []byte { return idKey(r.ID) },
		Meta: func(r *crm.Review) *merge.Meta { return &r.Meta },
	}
	CustomerValues = Table[crm.Value]{
		Name: "customer_value", Local: true, Indexes: indexesOf(crm.ValueKeys),
		Key: func(v crm.Value) []byte { return idKey(v.Customer) },
	}
)

// indexesOf declares the indexes that a kind of record has, in one order.
func indexesOf[T any](keys books.Keys[T]) []Index[T] {
	var out []Index[T]
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		out = append(out, Index[T]{Name: name, Keys: keys[name]})
	}
	return out
}

// CRMTables are the tables of customers and vehicles, to check their indexes.
func CRMTables() []Checkable {
	return []Checkable{&Customers, &Vehicles, &Visits, &Relations, &Mergings, &Reviews, &CustomerValues}
}

// Books are the tables as crm wants them; it satisfies crm.Books.
type Books struct{ DB *DB }

// View runs fn on a consistent view.
func (b Books) View(fn func(crm.Tx) error) error {
	return b.DB.View(func(tx *Tx) error { return fn(CRM(tx)) })
}

// Change runs fn in one transaction and returns when it is durable.
func (b Books) Change(ctx context.Context, by books.By, fn func(crm.Tx) error) error {
	return b.DB.Change(ctx, By(by), func(tx *Tx) error { return fn(CRM(tx)) })
}

// CRM is a transaction as crm wants it.
func CRM(tx *Tx) crm.Tx {
	return crm.Tx{
		Customers: rows[crm.Customer]{&Customers, tx}, Vehicles: rows[crm.Vehicle]{&Vehicles, tx},
		Visits: rows[crm.Visit]{&Visits, tx}, Relations: rows[crm.Relation]{&Relations, tx},
		Mergings: rows[crm.Merging]{&Mergings, tx}, Reviews: rows[crm.Review]{&Reviews, tx},
		Values: rows[crm.Value]{&CustomerValues, tx},
	}
}

// rows are the records of one table in one transaction.
type rows[T any] struct {
	table *Table[T]
	tx    *Tx
}

// Get reads the record with this id.
func (r rows[T]) Get(id string) (T, bool, error) { return r.table.Get(r.tx, idKey(id)) }

// Put writes a record.
func (r rows[T]) Put(v T) error { return r.table.Put(r.tx, v) }

// Delete removes a record; one that is not there is no error.
func (r rows[T]) Delete(id string) error { return r.table.Delete(r.tx, idKey(id)) }

// Find yields the records with an index key that begins with prefix, all or from a mark on.
func (r rows[T]) Find(index string, prefix []byte, from *books.Mark) iter.Seq2[T, error] {
	var after []byte
	switch {
	case from == nil:
	case from.ID == "":
		after = from.Key // no whole key, which ends in a record's: what is found there is behind it
	default:
		after = indexKey(from.Key, idKey(from.ID))
	}
	return r.table.findFrom(r.tx, index, prefix, after)
}

// Walk yields all records from an id on, or those before it, newest first.
func (r rows[T]) Walk(from string, down bool) iter.Seq2[T, error] {
	var key []byte
	if from != "" {
		key = idKey(from)
	}
	if down {
		return r.table.Descend(r.tx, key)
	}
	return r.table.Ascend(r.tx, key)
}
