package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"reflect"
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

// maxAuditSteps bounds how many entries one question reads: a rare subject in a long audit is found page by page.
const maxAuditSteps = 20_000

// AuditLog returns entries, newest first. next is where to go on (as Before), 0 at the end; there may be more although
// fewer than Limit were found.
func (d *DB) AuditLog(q AuditQuery) (list []AuditEntry, next uint64, err error) {
	if q.Before == 0 {
		q.Before = math.MaxUint64
	}
	err = d.View(func(tx *Tx) error {
		entries := tx.bolt.Bucket([]byte(auditBucket))
		if entries == nil {
			return nil
		}
		steps := 0
		for seq := range tx.auditNumbers(q) {
			if len(list) == q.Limit || steps == maxAuditSteps {
				next = seq + 1
				return nil
			}
			steps++
			e, _, err := readEntry(entries.Get(binary.BigEndian.AppendUint64(nil, seq)))
			if err != nil {
				return fmt.Errorf("read audit entry %d: %w", seq, err)
			}
			if !q.From.IsZero() && e.At.Before(q.From) && steps > 1 {
				return nil // entries are in the order of time, but for jumps of the clock
			}
			if q.fits(e) {
				list = append(list, e)
			}
		}
		return nil
	})
	return list, next, err
}

func (q AuditQuery) fits(e AuditEntry) bool {
	return (q.Who == "" || e.By.Who == q.Who) && (q.Subject == "" || e.Subject == q.Subject) && (q.ID == "" || e.ID == q.ID) &&
		(q.From.IsZero() || !e.At.Before(q.From)) && (q.To.IsZero() || e.At.Before(q.To))
}

// auditNumbers yields the numbers below q.Before of entries that may fit, newest first, by the narrowest index.
func (tx *Tx) auditNumbers(q AuditQuery) func(yield func(uint64) bool) {
	bucket, prefix := auditBucket, []byte(nil)
	switch {
	case q.Subject != "" && q.ID != "":
		bucket, prefix = auditSubject, fmt.Appendf(nil, "%s\x00%s\x00", q.Subject, q.ID)
	case q.Who != "":
		bucket, prefix = auditWho, append([]byte(q.Who), 0)
	}
	return func(yield func(uint64) bool) {
		c := tx.bolt.Bucket([]byte(bucket)).Cursor()
		for k := before(c, binary.BigEndian.AppendUint64(bytes.Clone(prefix), q.Before)); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Prev() {
			if !yield(binary.BigEndian.Uint64(k[len(k)-8:])) {
				return
			}
		}
	}
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
