package intake

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// touchedBy are up to limit records that an import wrote and that are not put back yet.
func touchedBy(tx *store.Tx, job string, limit int) (list []Touched, err error) {
	for t, err := range touchedRecords.Ascend(tx, store.IDKey(job)) {
		if err != nil {
			return nil, err
		}
		if t.Import != job || len(list) == limit {
			break
		}
		list = append(list, t)
	}
	return list, nil
}

// putBack undoes an import batch by batch; what is put back is forgotten, so that it goes on there after a restart.
func (m *Manager) putBack(ctx context.Context, j *Job) error {
	for {
		var next Job
		more := false
		err := m.DB.Change(ctx, j.by(), func(tx *store.Tx) error {
			next = *j
			list, err := touchedBy(tx, j.ID, undoBatch)
			if err != nil {
				return err
			}
			for _, t := range list {
				if err := m.putBackOne(tx, &next, t); err != nil {
					return fmt.Errorf("undo import of %s: %w", t.ID, err)
				}
			}
			if more = len(list) > 0; !more {
				next.State, next.EndedAt = Undone, time.Now().UTC()
			}
			return m.keep(tx, Undoing, &next)
		})
		if err != nil {
			return err
		}
		if *j = next; !more {
			return nil
		}
		if _, err := m.told(j.ID); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

func (m *Manager) putBackOne(tx *store.Tx, j *Job, t Touched) error {
	rows := store.CRM(tx)
	now, rev, err := present(rows, t.Table, t.ID)
	if err != nil {
		return err
	}
	done := false
	if now != nil && bytes.Equal(now, t.Left) {
		if done, err = m.restore(rows, j, t, rev); err != nil {
			return err
		}
	}
	if done {
		j.Undone++
	} else {
		j.Kept++
	}
	return touchedRecords.Delete(tx, touchedKey(t.Import, t.Table, t.ID))
}

// restore puts one record back as it was. A new customer whom something still names that the import did not make, or that
// was changed since, stays: visits and vehicles have been put back by then.
func (m *Manager) restore(tx crm.Tx, j *Job, t Touched, rev uint64) (bool, error) {
	switch t.Table {
	case customerTable:
		return m.restoreCustomer(tx, j, t, rev)
	case vehicleTable:
		return putOld(tx.Vehicles, t.ID, t.Vehicle, func(old *crm.Vehicle, now crm.Vehicle) { old.Meta = now.Meta })
	default:
		return putOld(tx.Visits, t.ID, t.Visit, func(old *crm.Visit, now crm.Visit) { old.Meta = now.Meta })
	}
}

func (m *Manager) restoreCustomer(tx crm.Tx, j *Job, t Touched, rev uint64) (bool, error) {
	if !t.Created {
		return putOld(tx.Customers, t.ID, t.Customer, func(old *crm.Customer, now crm.Customer) { old.Meta = now.Meta })
	}
	e := m.Book.Edit(tx, books.By(j.by()))
	if tied, err := e.Tied(t.ID); err != nil || tied {
		return false, err
	}
	err := e.Delete(t.ID, rev)
	if fault.CodeOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}

// putOld writes the former state over the present one, or deletes what there was not.
func putOld[T any](rows books.Rows[T], id string, old *T, carry func(old *T, now T)) (bool, error) {
	if old == nil {
		return true, rows.Delete(id)
	}
	now, ok, err := rows.Get(id)
	if err != nil || !ok {
		return false, err
	}
	carry(old, now)
	return true, rows.Put(*old)
}
