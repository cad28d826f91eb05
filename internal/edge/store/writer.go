package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
)

// ErrClosed means that the store takes no more writes.
var ErrClosed = errors.New("store: closed")

// patience is how long a write that can wait gathers others: at 50 calls a second this makes one transaction of ten
// writes, and costs nobody anything, because nobody waits for it.
const patience = 50 * time.Millisecond

// maxGroup bounds how many writes share one transaction, and so how long one may wait for the others.
const maxGroup = 256

// write is one function on its way to the disk. A nil function is a probe.
type write struct {
	fn      func(tx *Tx) error
	by      By
	patient bool // may wait for others
	changes []Changed
	reply   chan error
	taken   atomic.Bool   // by the writer, or by who waited for it and does so no more
	ran     chan struct{} // closed when fn has run for the last time, before the transaction is on the disk
}

func newWrite(fn func(tx *Tx) error) *write {
	return &write{fn: fn, reply: make(chan error, 1), ran: make(chan struct{})}
}

// take reports whether it is for the caller to say what becomes of the write.
func (w *write) take() bool { return w.taken.CompareAndSwap(false, true) }

// wait returns when the outcome is known, or soon after ctx ends: not while fn runs, whose caller would look at what it
// is leaving behind.
func (w *write) wait(ctx context.Context, done <-chan struct{}) error {
	select {
	case err := <-w.reply:
		return err
	case <-ctx.Done():
		if w.take() {
			return context.Cause(ctx)
		}
		select {
		case err := <-w.reply:
			return err
		case <-w.ran:
			return context.Cause(ctx)
		}
	case <-done:
		select {
		case err := <-w.reply: // it was written before the end
			return err
		default:
			return ErrClosed
		}
	}
}

// Write runs fn in a transaction and returns when it is durable. On an error nothing of fn is kept. When ctx
// ends first fn does not run any more once Write has returned; if it has run, it may still be written.
func (d *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	w := newWrite(fn)
	if !d.queue.Put(w) {
		return ErrClosed
	}
	return w.wait(ctx, d.done)
}

// Change is [DB.Write] for what somebody wants: everything put into audited tables gets an entry that names by. It is
// refused with "store.disk_full" while the disk has less than [DB.Reserve] left.
func (d *DB) Change(ctx context.Context, by By, fn func(tx *Tx) error) error {
	if err := d.room(); err != nil {
		return err
	}
	w := newWrite(fn)
	w.by = by
	if !d.queue.Put(w) {
		return ErrClosed
	}
	return w.wait(ctx, d.done)
}

// WritePatiently is Write for what happens often and hurries nobody: it may wait a little for others so that they
// share one transaction.
func (d *DB) WritePatiently(ctx context.Context, fn func(tx *Tx) error) error {
	w := newWrite(fn)
	w.patient = true
	if !d.queue.Put(w) {
		return ErrClosed
	}
	return w.wait(ctx, d.done)
}

// Submit runs fn in a transaction a little later and does not wait. The channel yields the outcome once; it may be
// ignored.
func (d *DB) Submit(fn func(tx *Tx) error) <-chan error {
	w := newWrite(fn)
	w.patient = true
	if !d.queue.Put(w) {
		w.reply <- ErrClosed
	}
	return w.reply
}

// Run writes until ctx ends; what was handed over by then is still written.
func (d *DB) Run(ctx context.Context) error {
	defer close(d.done)
	d.RunUntil(ctx)
	d.queue.Close()
	d.commitAll(d.queue.Take(nil))
	return context.Cause(ctx)
}

// RunUntil writes until ctx ends without closing the store for writes: for the work before [DB.Run], such as
// migration and first settings.
func (d *DB) RunUntil(ctx context.Context) {
	due := time.NewTimer(patience)
	due.Stop()
	defer due.Stop()
	var waiting []*write
	for {
		select {
		case <-d.queue.Ready():
			first := len(waiting) == 0
			waiting = append(waiting, d.queue.Take(nil)...)
			hurried := slices.ContainsFunc(waiting, func(w *write) bool { return !w.patient })
			if !hurried && len(waiting) < maxGroup {
				if first && len(waiting) > 0 {
					due.Reset(patience)
				}
				continue
			}
			due.Stop()
		case <-due.C:
		case <-ctx.Done():
			d.commitAll(waiting)
			return
		}
		d.commitAll(waiting)
		waiting = waiting[:0]
	}
}

func (d *DB) commitAll(waiting []*write) {
	for len(waiting) > 0 {
		n := min(len(waiting), maxGroup)
		d.commit(waiting[:n])
		waiting = waiting[n:]
	}
}

// commit writes a group in one transaction. A function that fails is taken out and the others are run again, so
// that nothing of it is kept.
func (d *DB) commit(group []*write) {
	pending := make([]*write, 0, len(group))
	for _, w := range group {
		if !w.take() {
			continue // nobody waits for it any more
		}
		if w.fn == nil {
			w.reply <- nil
			continue
		}
		pending = append(pending, w)
	}
	for len(pending) > 0 {
		failed, err := d.attempt(pending)
		if failed < 0 {
			d.tell(pending, Named(err))
			return
		}
		pending[failed].reply <- Named(err)
		pending = append(pending[:failed], pending[failed+1:]...)
	}
}

// attempt runs functions in one transaction. failed is the index of the one that failed, -1 when none did or when
// none is to blame.
func (d *DB) attempt(pending []*write) (failed int, err error) {
	failed = -1
	err = d.bolt.Update(func(b *bolt.Tx) error {
		stamped := false
		for i, w := range pending {
			tx := &Tx{bolt: b, clock: d.clock, by: w.by}
			if err := w.run(tx); err != nil {
				failed = i
				return err
			}
			w.changes = tx.changes
			stamped = stamped || tx.at.At != 0
		}
		for _, w := range pending {
			close(w.ran)
		}
		if stamped {
			return d.keepStamp(b)
		}
		return nil
	})
	return failed, err
}

// tell gives all their outcome, and the world its news.
func (d *DB) tell(done []*write, err error) {
	for _, w := range done {
		if err == nil && d.Publish != nil {
			for _, c := range gathered(w.changes) {
				d.Publish(c)
			}
		}
		w.reply <- err
	}
}

// maxNews is how many changes of one function are told one by one.
const maxNews = 100

// gathered is what is told of changes: of very many, as an import makes them, that there are some in a table. One by one
// they would drown all other news.
func gathered(changes []Changed) []Changed {
	if len(changes) <= maxNews {
		return changes
	}
	var out []Changed
	for _, c := range changes {
		if !slices.ContainsFunc(out, func(o Changed) bool { return o.Table == c.Table && o.What == c.What }) {
			out = append(out, Changed{Table: c.Table, What: c.What, By: c.By})
		}
	}
	return out
}

// run calls the function; its panic is its own error and not the writer's end.
func (w *write) run(tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: write panicked: %v", p)
		}
	}()
	return w.fn(tx)
}
