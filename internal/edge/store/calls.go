package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// CDRs is the table of call records. Keys sort by time. All indexes have the newest call of a kind first; "number" is
// the caller's or called outside number.
var CDRs = Table[call.CDR]{ //nolint:gochecknoglobals // a declaration
	Name: "cdr",
	Key:  func(r call.CDR) []byte { return idKey(string(r.ID)) },
	Indexes: []Index[call.CDR]{
		callsBy("number", outsideNumber),
		callsBy("customer", func(r call.CDR) string { return r.Card.Customer }),
		callsBy("agent", func(r call.CDR) string { return r.Agent }),
		callsBy("queue", func(r call.CDR) string { return r.Queue }),
		callsBy("disposition", dispositionKey),
	},
}

// dispositionKey is how far a call came; nothing for what a newer program may know.
func dispositionKey(r call.CDR) string {
	if r.Disposition == 0 || r.Disposition > call.Interrupted {
		return ""
	}
	return r.Disposition.String()
}

// outsideNumber is the caller's number, or the outside number that was called.
func outsideNumber(r call.CDR) string {
	if r.Card.Number != "" {
		return r.Card.Number
	}
	return r.From
}

// callsBy finds calls by one of their properties; those without it are not found.
func callsBy(name string, property func(r call.CDR) string) Index[call.CDR] {
	return Index[call.CDR]{name, func(r call.CDR) [][]byte {
		p := property(r)
		if p == "" {
			return nil
		}
		return [][]byte{newestFirst(p, r.StartedAt)}
	}}
}

// openCalls holds the calls that are up, so that each gets its record also if the box stops.
var openCalls = Table[call.CDR]{ //nolint:gochecknoglobals // a declaration
	Name: "open_call", Local: true,
	Key: func(r call.CDR) []byte { return idKey(string(r.ID)) },
}

// idKey is the 16 octets of a UUID, and the text itself for an id that is none.
func idKey(id string) []byte {
	if u, err := uuid.Parse(id); err == nil {
		return u[:]
	}
	return []byte(id)
}

// newestFirst is an index key under which later times come first.
func newestFirst(key string, at time.Time) []byte {
	inverted := math.MaxUint64 - uint64(max(at.UnixNano(), 0)) //nolint:gosec // not negative
	return binary.BigEndian.AppendUint64(append([]byte(key), 0), inverted)
}

const (
	finishTimeout = 10 * time.Second
	// lastWrite bounds the last try when the box stops. It is less than the 5 s that the box gives each stage of its
	// stop; what still cannot be written then is lost but for its row among the open calls, of which the next start
	// makes a record.
	lastWrite     = 4 * time.Second
	lateInterval  = 5 * time.Second
	aliveInterval = 10 * time.Second
)

// Ledger keeps call records; it satisfies call.Ledger. Records that cannot be written (a full disk) wait in
// memory and are tried again until they are.
type Ledger struct {
	db  *DB
	log *slog.Logger
	// Also is what a call's end means for other records: it is in the transaction of the call's record. nil: nothing. If it
	// fails the record is written without it.
	Also func(tx *Tx, r call.CDR) error

	mu   sync.Mutex
	late []call.CDR
}

// NewLedger makes the ledger of a store.
func NewLedger(db *DB, log *slog.Logger) *Ledger { return &Ledger{db: db, log: log} }

// Begin notes that a call is up. It does not wait.
func (l *Ledger) Begin(r call.CDR) {
	l.db.Submit(func(tx *Tx) error { return openCalls.Put(tx, r) })
}

// Finish stores the record of a call that is over.
func (l *Ledger) Finish(r call.CDR) {
	ctx, cancel := context.WithTimeout(context.Background(), finishTimeout)
	defer cancel()
	if err := l.write(ctx, r); err != nil {
		l.log.Error("write call record, will try again", "call", string(r.ID), "error", err)
		l.mu.Lock()
		l.late = append(l.late, r)
		l.mu.Unlock()
	}
}

// write stores a record with what it means for others.
func (l *Ledger) write(ctx context.Context, r call.CDR) error {
	if l.Also == nil {
		return l.db.WritePatiently(ctx, finish(r))
	}
	var also error
	err := l.db.WritePatiently(ctx, func(tx *Tx) error {
		also = l.Also(tx, r)
		return errors.Join(also, finish(r)(tx))
	})
	if err == nil || also == nil {
		return err
	}
	l.log.Error("follow up on call", "call", string(r.ID), "error", also)
	return l.db.WritePatiently(ctx, finish(r))
}

func finish(r call.CDR) func(tx *Tx) error {
	return func(tx *Tx) error {
		return errors.Join(openCalls.Delete(tx, idKey(string(r.ID))), CDRs.Put(tx, r))
	}
}

// Late is the number of records that wait for the disk.
func (l *Ledger) Late() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.late)
}

// Run tries late records again and notes that the box lives, until ctx ends.
func (l *Ledger) Run(ctx context.Context) error {
	retry := time.NewTicker(lateInterval)
	defer retry.Stop()
	alive := time.NewTicker(aliveInterval)
	defer alive.Stop()
	for {
		select {
		case <-retry.C:
			l.writeLate(ctx)
		case now := <-alive.C:
			l.db.Submit(func(tx *Tx) error { return tx.setAlive(now) })
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWrite)
			defer cancel()
			l.writeLate(last)
			return context.Cause(ctx)
		}
	}
}

func (l *Ledger) writeLate(ctx context.Context) {
	l.mu.Lock()
	late := l.late
	l.late = nil
	l.mu.Unlock()
	for i, r := range late {
		if err := l.write(ctx, r); err != nil {
			l.mu.Lock()
			l.late = append(l.late, late[i:]...)
			l.mu.Unlock()
			return
		}
	}
}

// CloseInterrupted gives a record to every call that was up when the box stopped, and returns how many there
// were. It ends when the box was last known to live.
func (l *Ledger) CloseInterrupted(ctx context.Context) (int, error) {
	n := 0
	err := l.db.Write(ctx, func(tx *Tx) error {
		n = 0
		var open []call.CDR
		for r, err := range openCalls.Ascend(tx, nil) {
			if err != nil { // one bad row must not keep the box from starting; it stays for whoever looks into it
				l.log.Error("read a call that was up", "error", err)
				continue
			}
			open = append(open, r)
		}
		for _, r := range open {
			r.Disposition, r.Cause, r.EndedBy = call.Interrupted, line.Restarted, "box"
			if r.EndedAt = tx.alive(); r.EndedAt.Before(r.StartedAt) {
				r.EndedAt = r.StartedAt
			}
			if err := finish(r)(tx); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// lastCalls is among how many calls of a number the last agent is looked for.
const lastCalls = 20

// LastAgent returns who last spoke with a number, and when; agent is empty if nobody did among the number's last
// 20 calls.
func (l *Ledger) LastAgent(number string) (agent string, at time.Time, err error) {
	err = l.db.View(func(tx *Tx) error {
		records, err := tx.bucket(CDRs.bucketName())
		t := newTrail(tx, "number", number, nil)
		if err != nil || records == nil || t == nil {
			return err
		}
		for i := 0; t.place != nil && i < lastCalls; i++ {
			var r struct {
				ConnectedAt time.Time `cbor:"10,keyasint"`
				Agent       string    `cbor:"16,keyasint"`
			}
			if data := records.Get(t.key()); data != nil {
				if err := cbor.Unmarshal(data, &r); err != nil {
					return fmt.Errorf("decode call record: %w", err)
				}
			}
			if r.Agent != "" {
				agent, at = r.Agent, r.ConnectedAt
				return nil
			}
			t.next()
		}
		return nil
	})
	return agent, at, err
}

// Recent returns up to limit records, newest first, of calls before the one with id before ("" for the newest).
func (l *Ledger) Recent(before call.ID, limit int) ([]call.CDR, error) {
	var out []call.CDR
	err := l.db.View(func(tx *Tx) error {
		var key []byte
		if before != "" {
			key = idKey(string(before))
		}
		for r, err := range CDRs.Descend(tx, key) {
			if err != nil {
				return err
			}
			if out = append(out, r); len(out) >= limit {
				break
			}
		}
		return nil
	})
	return out, err
}

func (tx *Tx) setAlive(at time.Time) error {
	return tx.bolt.Bucket([]byte(metaBucket)).Put([]byte("alive"), binary.BigEndian.AppendUint64(nil, uint64(at.UnixNano()))) //nolint:gosec // after 1970
}

func (tx *Tx) alive() time.Time {
	v := tx.bolt.Bucket([]byte(metaBucket)).Get([]byte("alive"))
	if len(v) != 8 {
		return time.Time{}
	}
	return time.Unix(0, int64(binary.BigEndian.Uint64(v))).UTC() //nolint:gosec // written by setAlive
}

// Record reads the record of one call; ok is false when there is none.
func (l *Ledger) Record(id call.ID) (r call.CDR, ok bool, err error) {
	err = l.db.View(func(tx *Tx) error {
		r, ok, err = CDRs.Get(tx, idKey(string(id)))
		return err
	})
	return r, ok, err
}
