package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/sheet"
	"github.com/dealerline/dealerline/internal/edge/store"
)

const (
	// batch is how many rows one transaction takes unless told: enough that pages of the file are written once for many rows, few
	// enough that a call's record does not wait long for its turn.
	batch = 2000
	// undoBatch is how many records one transaction puts back.
	undoBatch = 500
)

// errStopped ends a job whose state somebody changed.
var errStopped = errors.New("import stopped") //nolint:gochecknoglobals // a sentinel

// Run does the imports one after the other, those first that were interrupted, until ctx ends.
func (m *Manager) Run(ctx context.Context) error {
	for {
		j, ok, err := m.working()
		if err != nil {
			m.Log.Error("look for imports", "error", err)
		}
		if ok {
			m.work(ctx, j)
			if ctx.Err() == nil {
				continue
			}
		}
		select {
		case <-m.wake:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// working is the oldest of the latest imports that has something to be done.
func (m *Manager) working() (found Job, ok bool, err error) {
	list, err := m.Jobs("", keptJobs)
	for _, j := range list {
		if j.State.working() {
			found, ok = j, true
		}
	}
	return found, ok, err
}

func (m *Manager) work(ctx context.Context, j Job) {
	began := time.Now()
	err := m.shielded(j.ID, func() error { return m.do(ctx, &j) })
	switch {
	case err == nil:
		m.Log.Info("import ended", "import", j.ID, "state", string(j.State), "rows", j.Read, "refused", j.Refused, "dur", time.Since(began))
	case ctx.Err() != nil || errors.Is(err, errStopped): // it goes on at the next start, or somebody cancelled it
	default:
		m.Log.Error("import failed", "import", j.ID, "error", err)
		m.fail(ctx, j.ID, fault.KeyOf(err))
	}
	if _, err := m.told(j.ID); err != nil && ctx.Err() == nil {
		m.Log.Error("read import", "import", j.ID, "error", err)
	}
}

// shielded makes an error of a panic over what is in a file: it must neither stop the box nor meet it again at the next
// start.
func (m *Manager) shielded(id string, fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			m.Log.Error("import panicked", "import", id, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = fault.New(fault.Invalid, "import.broken", "import %s: %v", id, p)
		}
	}()
	return fn()
}

// do does what an import has to do.
func (m *Manager) do(ctx context.Context, j *Job) error {
	switch j.State {
	case Checking, Running:
		return m.take(ctx, j)
	case Undoing:
		return m.putBack(ctx, j)
	case Uploaded, Checked, Done, Failed, Cancelled, Undone:
	}
	return nil
}

// fail notes why an import could not go on.
func (m *Manager) fail(ctx context.Context, id, key string) {
	err := m.DB.Write(ctx, func(tx *store.Tx) error {
		j, ok, err := jobs.Get(tx, store.IDKey(id))
		if err != nil || !ok {
			return err
		}
		j.State, j.Fault, j.EndedAt = Failed, key, time.Now().UTC()
		return jobs.Put(tx, j)
	})
	if err != nil {
		m.Log.Error("note that an import failed", "import", id, "error", err)
	}
}

// rowError is what is wrong with a row.
type rowError struct {
	line   int
	fields fault.Fields
}

// take reads the file from behind the last line that is done and does row after row.
func (m *Manager) take(ctx context.Context, j *Job) (err error) {
	l, err := m.openErrors(j)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.file.Close()) }()
	dry := newOverlay()
	return m.rows(j.ID, func(r *sheet.Reader) error {
		if _, err := r.Next(); err != nil { // the headings
			return err
		}
		for {
			drafts, last, err := m.drafts(ctx, r, j)
			if err != nil {
				return err
			}
			if j.State == Checking {
				err = m.try(ctx, j, drafts, &dry, l, last)
			} else {
				err = m.write(ctx, j, drafts, l, last)
			}
			if err != nil || last {
				return err
			}
			if _, err := m.told(j.ID); err != nil {
				return err
			}
		}
	})
}

// drafts reads the next batch.
func (m *Manager) drafts(ctx context.Context, r *sheet.Reader, j *Job) (list []draft, last bool, err error) {
	zone := m.Zone()
	for len(list) < m.Batch {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list, true, nil
		}
		if err != nil {
			return nil, false, err
		}
		if row.Line > j.Line {
			list = append(list, j.read(row, zone))
		}
	}
	return list, false, ctx.Err()
}

// tally is what became of a batch.
type tally struct {
	count  [3]int
	errors []rowError
}

// do applies drafts; errors that are the row's own are counted, others end it.
func do(drafts []draft, e *crm.Edit) (t tally, err error) {
	for i := range drafts {
		d := &drafts[i]
		o, err := d.apply(e)
		fields, known := rowFault(err)
		switch {
		case err == nil:
			t.count[o]++
		case known:
			t.errors = append(t.errors, rowError{d.line, fields})
		default:
			return t, fmt.Errorf("import line %d: %w", d.line, err)
		}
	}
	return t, nil
}

// rowFault makes field errors of what is wrong with one row; ok is false when the fault is not the row's.
func rowFault(err error) (list fault.Fields, ok bool) {
	if fields, ok := errors.AsType[fault.Fields](err); ok {
		return fields, true
	}
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.NotFound:
		return fault.Fields{{Key: fault.KeyOf(err), Message: err.Error()}}, true
	default:
		return nil, false
	}
}

// advance moves the job behind a batch.
func (j *Job) advance(drafts []draft, t tally, last bool) {
	if len(drafts) > 0 {
		j.Line = drafts[len(drafts)-1].line
	}
	j.Read += len(drafts)
	j.Unchanged += t.count[unchanged]
	j.Changed += t.count[changed]
	j.Created += t.count[created]
	j.Refused += len(t.errors)
	if last {
		if j.State == Checking {
			j.State = Checked
		} else {
			j.State = Done
		}
		j.EndedAt = time.Now().UTC()
	}
}

// try does a batch in memory.
func (m *Manager) try(ctx context.Context, j *Job, drafts []draft, dry **overlay, l *errorLog, last bool) error {
	if (*dry).full() {
		*dry = newOverlay()
	}
	var t tally
	err := m.DB.View(func(tx *store.Tx) (err error) {
		t, err = do(drafts, m.Book.Edit((*dry).over(tx), books.By(j.by())))
		return err
	})
	if err != nil {
		return err
	}
	next := *j
	next.advance(drafts, t, last)
	if next.ErrorBytes, err = l.write(t.errors, j.ErrorBytes); err != nil {
		return err
	}
	err = m.DB.Write(ctx, func(tx *store.Tx) error { return m.keep(tx, j.State, &next) })
	if err == nil {
		*j = next
	}
	return err
}

// keep stores the job's progress, unless somebody commanded something else meanwhile.
func (m *Manager) keep(tx *store.Tx, was State, next *Job) error {
	now, ok, err := jobs.Get(tx, store.IDKey(next.ID))
	if err != nil {
		return err
	}
	if !ok || now.State != was {
		return errStopped
	}
	next.Meta = now.Meta
	return jobs.Put(tx, *next)
}

// write does a batch in one transaction: records, what an undo needs, the place reached.
func (m *Manager) write(ctx context.Context, j *Job, drafts []draft, l *errorLog, last bool) error {
	next := *j
	err := m.DB.Change(ctx, j.by(), func(tx *store.Tx) error {
		next = *j
		rec := newRecorder(j.ID, store.CRM(tx))
		t, err := do(drafts, m.Book.Edit(rec.watched(), books.By(j.by())))
		if err != nil {
			return err
		}
		if err := rec.write(tx); err != nil {
			return err
		}
		next.advance(drafts, t, last)
		// The function may be run again: then this writes over what it wrote.
		if err := l.rewind(j.ErrorBytes); err != nil {
			return err
		}
		if next.ErrorBytes, err = l.write(t.errors, j.ErrorBytes); err != nil {
			return err
		}
		return m.keep(tx, Running, &next)
	})
	if err == nil {
		*j = next
	}
	return err
}
