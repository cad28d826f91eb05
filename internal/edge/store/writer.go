package store

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// ErrClosed means that the store takes no more writes.
var ErrClosed = errors.New("store: closed")

// maxGroup bounds how many writes share one transaction, and so how long one may wait for the others.
const maxGroup = 256

// write is one function on its way to the disk. A nil function is a probe.
type write struct {
	fn    func(tx *Tx) error
	err   error
	reply chan error
}

func newWrite(fn func(tx *Tx) error) *write { return &write{fn: fn, reply: make(chan error, 1)} }

func (w *write) wait(ctx context.Context, done <-chan struct{}) error {
	select {
	case err := <-w.reply:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
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
// ends first the outcome is open: it may still be written.
func (d *DB) Write(ctx context.Context, fn func(tx *Tx) error) error {
	w := newWrite(fn)
	if !d.queue.Put(w) {
		return ErrClosed
	}
	return w.wait(ctx, d.done)
}

// Submit runs fn in a transaction later and does not wait. The channel yields the outcome once; it may be
// ignored.
func (d *DB) Submit(fn func(tx *Tx) error) <-chan error {
	w := newWrite(fn)
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
	d.writeAll(nil)
	return context.Cause(ctx)
}

// RunUntil writes until ctx ends without closing the store for writes: for the work before [DB.Run], such as
// migration and first settings.
func (d *DB) RunUntil(ctx context.Context) {
	var batch []*write
	for {
		select {
		case <-d.queue.Ready():
			batch = d.writeAll(batch)
		case <-ctx.Done():
			return
		}
	}
}

func (d *DB) writeAll(batch []*write) []*write {
	batch = d.queue.Take(batch)
	for rest := batch; len(rest) > 0; {
		n := min(len(rest), maxGroup)
		d.commit(rest[:n])
		rest = rest[n:]
	}
	return batch
}

// commit writes a group in one transaction. A function that fails is taken out and the others are run again, so
// that nothing of it is kept.
func (d *DB) commit(group []*write) {
	pending := make([]*write, 0, len(group))
	for _, w := range group {
		if w.fn == nil {
			w.reply <- nil
			continue
		}
		pending = append(pending, w)
	}
	for len(pending) > 0 {
		failed := -1
		err := d.bolt.Update(func(b *bolt.Tx) error {
			for i, w := range pending {
				if w.err = w.run(&Tx{bolt: b}); w.err != nil {
					failed = i
					return w.err
				}
			}
			return nil
		})
		if err == nil || failed < 0 {
			for _, w := range pending {
				w.reply <- err
			}
			return
		}
		pending[failed].reply <- err
		pending = append(pending[:failed], pending[failed+1:]...)
	}
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
