package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/edge/store"
)

// kinds are the events by the table whose changes they tell of. A call's record is written once, when it ends; of other
// records only the id is told: who may read them asks for them.
var kinds = map[string]string{ //nolint:gochecknoglobals // a constant table
	"cdr": "call.ended", "customer": "customer.changed", "vehicle": "vehicle.changed", "voicemail": "voicemail.changed", "ticket": "ticket.changed",
}

// Events are the names of all events, sorted.
func Events() []string { return slices.Sorted(maps.Values(kinds)) }

// Message is the body of a delivery.
type Message struct {
	ID    string    `json:"id"` // of the delivery
	Event string    `json:"event"`
	At    time.Time `json:"at"`
	Data  any       `json:"data"`
}

// Changed is the data of an event that tells of a record's change.
type Changed struct {
	ID string `json:"id"`
}

// piece is how many changes become jobs in one transaction.
const piece = 200

// look is how often the change sequence is looked at when nobody says that something changed.
const look = 5 * time.Second

// Feed makes jobs of changes.
type Feed struct {
	db, queue *store.DB
	log       *slog.Logger
	news      chan struct{}
}

// NewFeed makes the feed from db to queue.
func NewFeed(db, queue *store.DB, log *slog.Logger) *Feed {
	return &Feed{db, queue, log, make(chan struct{}, 1)}
}

// Wake says that something changed. It does not wait.
func (f *Feed) Wake() {
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// Run feeds until ctx ends.
func (f *Feed) Run(ctx context.Context) error {
	t := time.NewTicker(look)
	defer t.Stop()
	for {
		for {
			more, err := f.step(ctx)
			if err != nil && ctx.Err() == nil {
				f.log.Error("feed webhooks", "error", err)
			}
			if !more || err != nil {
				break
			}
		}
		select {
		case <-f.news:
		case <-t.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// step makes jobs of the next piece of changes; more reports whether there may be others. While there is no hook there
// is no cursor either: what happened before a hook was made is not told.
func (f *Feed) step(ctx context.Context) (more bool, err error) {
	after, known, err := cursor(f.queue)
	if err != nil {
		return false, err
	}
	hooks, err := List(f.db)
	if err != nil {
		return false, err
	}
	hooks = slices.DeleteFunc(hooks, func(h Hook) bool { return !h.Enabled })
	switch {
	case len(hooks) == 0 && known:
		return false, f.queue.Write(ctx, func(tx *store.Tx) error { return cursors.Delete(tx, []byte(feedName)) })
	case len(hooks) == 0:
		return false, nil
	case !known:
		return false, f.begin(ctx)
	}
	if ahead, err := f.ahead(after); err != nil || ahead { // the database was restored from before
		return false, errors.Join(err, f.begin(ctx))
	}
	last, jobs, more, err := f.read(after, hooks)
	if err != nil || last == after {
		return false, err
	}
	return more, f.queue.Write(ctx, func(tx *store.Tx) error {
		for _, j := range jobs {
			if err := Jobs.Put(tx, j); err != nil {
				return err
			}
		}
		return cursors.Put(tx, Cursor{feedName, last})
	})
}

// ahead reports whether a number lies behind all that has happened.
func (f *Feed) ahead(after uint64) (ahead bool, err error) {
	err = f.db.View(func(tx *store.Tx) error {
		ahead = after > tx.LastChange()
		return nil
	})
	return ahead, err
}

// begin puts the cursor behind all that has happened.
func (f *Feed) begin(ctx context.Context) error {
	var last uint64
	err := f.db.View(func(tx *store.Tx) error {
		last = tx.LastChange()
		return nil
	})
	if err != nil {
		return err
	}
	return f.queue.Write(ctx, func(tx *store.Tx) error { return cursors.Put(tx, Cursor{feedName, last}) })
}

// read makes the jobs of the changes after a number.
func (f *Feed) read(after uint64, hooks []Hook) (last uint64, jobs []Job, more bool, err error) {
	last = after
	err = f.db.View(func(tx *store.Tx) error {
		n := 0
		for c := range tx.Changes(after) {
			if n++; n > piece {
				more = true
				return nil
			}
			last = c.Seq
			made, err := jobsOf(tx, c, hooks)
			if err != nil { // a record that cannot be read must not stop all that come after it
				f.log.Error("make webhook of change", "table", c.Table, "error", err)
				continue
			}
			jobs = append(jobs, made...)
		}
		return nil
	})
	return last, jobs, more, err
}

// jobsOf makes the jobs of one change.
func jobsOf(tx *store.Tx, c store.Change, hooks []Hook) (jobs []Job, err error) {
	event, ok := kinds[c.Table]
	if !ok {
		return nil, nil
	}
	var data any = Changed{store.TextID(c.Key)}
	if c.Table == store.CDRs.Name {
		r, ok, err := store.CDRs.Get(tx, c.Key)
		if err != nil || !ok {
			return nil, err
		}
		data = RecordOf(r)
	}
	now := time.Now().UTC()
	for _, h := range hooks {
		if !slices.Contains(h.Events, event) {
			continue
		}
		j := Job{ID: store.NewID(), Hook: h.ID, Event: event, At: now, Next: now, State: Waiting}
		if j.Body, err = json.Marshal(Message{j.ID, event, now, data}); err != nil {
			return nil, fmt.Errorf("write %s: %w", event, err)
		}
		jobs = append(jobs, j)
	}
	return jobs, nil
}
