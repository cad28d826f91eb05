package intake

import (
	"crypto/sha256"
	"encoding/json"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// recorder notes what one batch writes, with the state before.
type recorder struct {
	job     string
	tx      crm.Tx
	order   []string // keys, so that the notes are written in one order
	touched map[string]*Touched
}

func newRecorder(job string, tx crm.Tx) *recorder {
	return &recorder{job: job, tx: tx, touched: map[string]*Touched{}}
}

// watched is the transaction through which everything is noted.
func (r *recorder) watched() crm.Tx {
	tx := r.tx
	tx.Customers = recorded[crm.Customer]{r.tx.Customers, func(c crm.Customer) error {
		return note(r, r.tx.Customers, customerTable, c.ID, func(t *Touched, old crm.Customer) { t.Customer = &old })
	}}
	tx.Vehicles = recorded[crm.Vehicle]{r.tx.Vehicles, func(v crm.Vehicle) error {
		return note(r, r.tx.Vehicles, vehicleTable, v.ID, func(t *Touched, old crm.Vehicle) { t.Vehicle = &old })
	}}
	tx.Visits = recorded[crm.Visit]{r.tx.Visits, func(v crm.Visit) error {
		return note(r, r.tx.Visits, visitTable, v.ID, func(t *Touched, old crm.Visit) { t.Visit = &old })
	}}
	return tx
}

// recorded are rows whose writes are noted.
type recorded[T any] struct {
	books.Rows[T]
	note func(v T) error
}

// Put notes what there was, then writes.
func (r recorded[T]) Put(v T) error {
	if err := r.note(v); err != nil {
		return err
	}
	return r.Rows.Put(v)
}

// note keeps the state of a record before the batch first writes it.
func note[T any](r *recorder, rows books.Rows[T], table, id string, keep func(*Touched, T)) error {
	key := string(touchedKey(r.job, table, id))
	if r.touched[key] != nil {
		return nil
	}
	old, ok, err := rows.Get(id)
	if err != nil {
		return err
	}
	t := &Touched{Import: r.job, Table: table, ID: id, Created: !ok}
	if ok {
		keep(t, old)
	}
	r.touched[key] = t
	r.order = append(r.order, key)
	return nil
}

// write stores the notes of the batch. A record that an earlier batch touched keeps its first state.
func (r *recorder) write(tx *store.Tx) error {
	for _, key := range r.order {
		t := r.touched[key]
		first, ok, err := touchedRecords.Get(tx, []byte(key))
		if err != nil {
			return err
		}
		if ok {
			t = &first
		}
		if t.Left, _, err = present(r.tx, t.Table, t.ID); err != nil {
			return err
		}
		if err := touchedRecords.Put(tx, *t); err != nil {
			return err
		}
	}
	return nil
}

// present is a record as it is now: a digest of what it says, without its history, and its revision. The digest of what
// is gone is nil.
func present(tx crm.Tx, table, id string) (digest []byte, rev uint64, err error) {
	switch table {
	case customerTable:
		c, ok, err := tx.Customers.Get(id)
		return digestOf(c, ok, err, c.Meta.Rev)
	case vehicleTable:
		v, ok, err := tx.Vehicles.Get(id)
		return digestOf(v, ok, err, v.Meta.Rev)
	default:
		v, ok, err := tx.Visits.Get(id)
		return digestOf(v, ok, err, v.Meta.Rev)
	}
}

// digestOf reckons from JSON, which leaves the history out.
func digestOf(v any, ok bool, err error, rev uint64) ([]byte, uint64, error) {
	if err != nil || !ok {
		return nil, 0, err
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, 0, err
	}
	sum := sha256.Sum256(data)
	return sum[:16], rev, nil
}
