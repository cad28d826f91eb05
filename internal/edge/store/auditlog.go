package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"sort"
	"time"

	"github.com/fxamacker/cbor/v2"
	bolt "go.etcd.io/bbolt"

	"github.com/dealerline/dealerline/internal/base/fault"
)

func newPlain() cbor.DecMode {
	m, err := cbor.DecOptions{DefaultMapType: reflect.TypeFor[map[any]any]()}.DecMode()
	if err != nil {
		panic(err) // constant options: a fault of ours that the first test shows
	}
	return m
}

// AuditQuery chooses entries of the audit; zero fields choose all.
type AuditQuery struct {
	Who      string
	Subject  string
	ID       string    // of Subject
	From, To time.Time // From ≤ entry < To
	Before   uint64    // entries before this number; 0: from the newest on
	Limit    int
}

const (
	// maxAuditSteps bounds how many entries one question looks at: what few of them are is found page by page.
	maxAuditSteps = 2000
	// clockJump is how far the clock may have been put back: entries of a time are looked for so far behind it.
	clockJump = time.Hour
)

// AuditLog returns entries, newest first. next is where to go on (as Before), 0 at the end; there may be more although
// fewer than Limit were found.
func (d *DB) AuditLog(q AuditQuery) (list []AuditEntry, next uint64, err error) {
	err = d.View(func(tx *Tx) error {
		list, next, err = tx.auditLog(q)
		return err
	})
	return list, next, err
}

func (tx *Tx) auditLog(q AuditQuery) (list []AuditEntry, next uint64, err error) {
	entries := tx.bolt.Bucket([]byte(auditBucket))
	refs := tx.references(q)
	if entries == nil || refs == nil {
		return nil, 0, nil
	}
	if q.Before == 0 {
		q.Before = math.MaxUint64
	}
	if !q.To.IsZero() {
		if q.Before, err = firstBehind(entries, q.To.Add(clockJump), q.Before); err != nil {
			return nil, 0, err
		}
	}
	for steps := 1; ; steps++ {
		seq, agreed, ok := meet(refs, q.Before)
		switch {
		case !ok:
			return list, 0, nil
		case len(list) == q.Limit && agreed, steps > maxAuditSteps:
			return list, seq + 1, nil
		case !agreed:
			q.Before = seq + 1
			continue
		}
		q.Before = seq
		e, _, err := readEntry(entries.Get(binary.BigEndian.AppendUint64(nil, seq)))
		if err != nil {
			return nil, 0, fmt.Errorf("read audit entry %d: %w", seq, err)
		}
		if !q.From.IsZero() && e.At.Before(q.From.Add(-clockJump)) {
			return list, 0, nil // entries are in the order of time, but for jumps of the clock
		}
		if q.fits(e) {
			list = append(list, e)
		}
	}
}

// firstBehind is the number of the first entry that is not before a time, limit if there is none before that.
func firstBehind(entries *bolt.Bucket, at time.Time, limit uint64) (uint64, error) {
	last, _ := entries.Cursor().Last()
	if last == nil {
		return limit, nil
	}
	var failed error
	n := sort.Search(int(binary.BigEndian.Uint64(last)), func(i int) bool { //nolint:gosec // counted from 1
		var e struct {
			At time.Time `cbor:"2,keyasint"`
		}
		data := entries.Get(binary.BigEndian.AppendUint64(nil, uint64(i)+1)) //nolint:gosec // not negative
		if len(data) <= hashSize {
			failed = fault.New(fault.Internal, "audit.broken", "audit: entry %d is missing", i+1)
			return true
		}
		failed = errors.Join(failed, cbor.Unmarshal(data[hashSize:], &e))
		return !e.At.Before(at)
	})
	return min(limit, uint64(n)+1), failed //nolint:gosec // not negative
}

func (q AuditQuery) fits(e AuditEntry) bool {
	return (q.Who == "" || e.By.Who == q.Who) && (q.Subject == "" || e.Subject == q.Subject) && (q.ID == "" || e.ID == q.ID) &&
		(q.From.IsZero() || !e.At.Before(q.From)) && (q.To.IsZero() || e.At.Before(q.To))
}

// reference goes through the numbers of entries that have something in common.
type reference struct {
	cursor *bolt.Cursor
	prefix []byte
}

// references are those of all that a question asks for; all entries if it asks for nothing.
func (tx *Tx) references(q AuditQuery) (list []reference) {
	add := func(bucket, prefix string) {
		if b := tx.bolt.Bucket([]byte(bucket)); b != nil {
			list = append(list, reference{b.Cursor(), []byte(prefix)})
		}
	}
	if q.Subject != "" && q.ID != "" {
		add(auditSubject, q.Subject+"\x00"+q.ID+"\x00")
	} else if q.Subject != "" {
		add(auditKind, q.Subject+"\x00")
	}
	if q.Who != "" {
		add(auditWho, q.Who+"\x00")
	}
	if len(list) == 0 {
		add(auditBucket, "")
	}
	return list
}

// below is the greatest number below n.
func (r reference) below(n uint64) (uint64, bool) {
	k := before(r.cursor, binary.BigEndian.AppendUint64(bytes.Clone(r.prefix), n))
	if k == nil || !bytes.HasPrefix(k, r.prefix) {
		return 0, false
	}
	return binary.BigEndian.Uint64(k[len(k)-8:]), true
}

// meet takes one step down to where all references agree: below which number they may, or that they do. ok is false when
// they cannot any more.
func meet(refs []reference, below uint64) (seq uint64, agreed, ok bool) {
	for i, r := range refs {
		n := below
		if i > 0 {
			n = seq + 1
		}
		if n, ok = r.below(n); !ok {
			return 0, false, false
		}
		if i > 0 && n != seq {
			return n, false, true
		}
		seq = n
	}
	return seq, true, true
}

// before moves to the last key before a key.
func before(c *bolt.Cursor, key []byte) []byte {
	if k, _ := c.Seek(key); k == nil {
		k, _ = c.Last()
		return k
	}
	k, _ := c.Prev()
	return k
}

// readEntry reads an entry and its hash, and checks them against each other.
func readEntry(data []byte) (e AuditEntry, hash []byte, err error) {
	if len(data) < hashSize {
		return e, nil, fault.New(fault.Internal, "audit.broken", "the entry is missing or cut off")
	}
	hash, body := data[:hashSize], data[hashSize:]
	if sum := sha256.Sum256(body); !bytes.Equal(hash, sum[:]) {
		return e, nil, fault.New(fault.Internal, "audit.broken", "the entry was changed: its hash does not fit")
	}
	return e, hash, cbor.Unmarshal(body, &e)
}

// VerifyAudit goes through the whole audit and returns how many entries it has. The error names the first entry that
// is missing, was changed, or does not follow from the one before.
func (d *DB) VerifyAudit(ctx context.Context) (n uint64, err error) {
	var previous []byte
	for {
		last := n
		err := d.View(func(tx *Tx) error { // in pieces: a long reader would keep old pages from being used again
			n, previous, err = tx.verifyAudit(n, previous)
			return err
		})
		if err != nil || n == last {
			return n, err
		}
		if ctx.Err() != nil {
			return n, context.Cause(ctx)
		}
	}
}

// auditPiece is how many entries are verified in one transaction.
const auditPiece = 10_000

func (tx *Tx) verifyAudit(after uint64, previous []byte) (last uint64, hash []byte, err error) {
	last, hash = after, previous
	b := tx.bolt.Bucket([]byte(auditBucket))
	if b == nil {
		return last, hash, nil
	}
	c := b.Cursor()
	for k, v := c.Seek(binary.BigEndian.AppendUint64(nil, after+1)); k != nil && last < after+auditPiece; k, v = c.Next() {
		seq := binary.BigEndian.Uint64(k)
		if seq != last+1 {
			return last, hash, fault.New(fault.Internal, "audit.broken", "audit: entry %d is missing", last+1)
		}
		e, own, err := readEntry(v)
		if err != nil {
			return last, hash, fmt.Errorf("audit: entry %d: %w", seq, err)
		}
		if e.Seq != seq || !bytes.Equal(e.Previous, hash) {
			return last, hash, fault.New(fault.Internal, "audit.broken", "audit: entry %d does not follow from the one before", seq)
		}
		last, hash = seq, bytes.Clone(own)
	}
	return last, hash, nil
}
