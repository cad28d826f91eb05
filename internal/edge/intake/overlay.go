package intake

import (
	"bytes"
	"iter"
	"strings"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// maxOverlay bounds how many records a dry run remembers. Beyond, it forgets those it has made up, and so may count a
// customer who stands far apart in the list twice as new.
const maxOverlay = 100_000

// overlay is a transaction that writes to memory: a dry run does everything that an import does, and nothing stays.
type overlay struct {
	customers *layer[crm.Customer]
	vehicles  *layer[crm.Vehicle]
	visits    *layer[crm.Visit]
	relations *layer[crm.Relation]
	mergings  *layer[crm.Merging]
	reviews   *layer[crm.Review]
	values    *layer[crm.Value]
}

func newOverlay() *overlay {
	return &overlay{
		customers: newLayer(crm.CustomerKeys, func(c *crm.Customer) (string, *uint64) { return c.ID, &c.Meta.Rev }),
		vehicles:  newLayer(crm.VehicleKeys, func(v *crm.Vehicle) (string, *uint64) { return v.ID, &v.Meta.Rev }),
		visits:    newLayer(crm.VisitKeys, func(v *crm.Visit) (string, *uint64) { return v.ID, &v.Meta.Rev }),
		relations: newLayer(crm.RelationKeys, func(r *crm.Relation) (string, *uint64) { return r.ID, &r.Meta.Rev }),
		mergings:  newLayer(crm.MergingKeys, func(m *crm.Merging) (string, *uint64) { return m.ID, &m.Meta.Rev }),
		reviews:   newLayer(crm.ReviewKeys, func(r *crm.Review) (string, *uint64) { return r.ID, &r.Meta.Rev }),
		values:    newLayer(crm.ValueKeys, func(v *crm.Value) (string, *uint64) { return v.Customer, new(uint64) }),
	}
}

// over is a transaction that reads tx below and writes to the overlay.
func (o *overlay) over(tx *store.Tx) crm.Tx {
	below := store.CRM(tx)
	return crm.Tx{
		Customers: layered[crm.Customer]{below.Customers, o.customers}, Vehicles: layered[crm.Vehicle]{below.Vehicles, o.vehicles},
		Visits: layered[crm.Visit]{below.Visits, o.visits}, Relations: layered[crm.Relation]{below.Relations, o.relations},
		Mergings: layered[crm.Merging]{below.Mergings, o.mergings}, Reviews: layered[crm.Review]{below.Reviews, o.reviews},
		Values: layered[crm.Value]{below.Values, o.values},
	}
}

// full reports whether the overlay should be thrown away.
func (o *overlay) full() bool {
	return len(o.customers.put)+len(o.vehicles.put)+len(o.visits.put)+len(o.reviews.put) > maxOverlay
}

// layer are the records of one kind in memory. Only whole keys are found in it, which is all that changes look for.
type layer[T any] struct {
	keys  books.Keys[T]
	know  func(*T) (id string, rev *uint64)
	put   map[string]*T // nil: deleted
	index map[string][]string
}

func newLayer[T any](keys books.Keys[T], know func(*T) (string, *uint64)) *layer[T] {
	return &layer[T]{keys: keys, know: know, put: map[string]*T{}, index: map[string][]string{}}
}

type layered[T any] struct {
	below books.Rows[T]
	*layer[T]
}

// Get reads a record.
func (l layered[T]) Get(id string) (v T, ok bool, err error) {
	if p, mine := l.put[id]; mine {
		if p == nil {
			return v, false, nil
		}
		return *p, true, nil
	}
	return l.below.Get(id)
}

// Put keeps a record in memory.
func (l layered[T]) Put(v T) error {
	id, rev := l.know(&v)
	*rev++
	l.put[id] = &v
	for name, keys := range l.keys {
		for _, k := range keys(v) {
			at := name + "\x00" + string(k)
			l.index[at] = append(l.index[at], id)
		}
	}
	return nil
}

// Delete forgets a record.
func (l layered[T]) Delete(id string) error {
	l.put[id] = nil
	return nil
}

// Find yields the records below that the layer does not know better, then its own; nothing that is checked begins at a mark.
func (l layered[T]) Find(index string, prefix []byte, from *books.Mark) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for v, err := range l.below.Find(index, prefix, from) {
			id, _ := l.know(&v)
			if _, mine := l.put[id]; (!mine || err != nil) && !yield(v, err) {
				return
			}
		}
		whole, exact := strings.CutSuffix(string(prefix), "\x00")
		if !exact {
			return
		}
		seen := map[string]bool{}
		for _, id := range l.index[index+"\x00"+whole] {
			v := l.put[id]
			if v == nil || seen[id] || !has(l.keys[index](*v), whole) {
				continue
			}
			if seen[id] = true; !yield(*v, nil) {
				return
			}
		}
	}
}

func has(keys [][]byte, key string) bool {
	for _, k := range keys {
		if bytes.Equal(k, []byte(key)) {
			return true
		}
	}
	return false
}

// Walk yields what is below; nothing that is checked walks.
func (l layered[T]) Walk(from string, down bool) iter.Seq2[T, error] { return l.below.Walk(from, down) }
