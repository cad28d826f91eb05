package store

import (
	"encoding/hex"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// CallQuery chooses call records; zero fields choose all.
type CallQuery struct {
	From, To    time.Time // From ≤ start < To
	Customer    string
	Number      string // the outside number, as phone.Normalize writes it
	Agent       string
	Queue       string
	Disposition call.Disposition
	Direction   line.Direction
	Recorded    bool
	Cursor      string // where the page before ended
	Limit       int
}

// maxCallSteps bounds how many records one page reads, so that what is rare among a million calls makes a short page
// and not a long wait.
const maxCallSteps = 250

// Search returns a page of call records, newest first. next is the cursor of the following page, "" after the last; a
// page may be short and still have a following one.
func (l *Ledger) Search(q CallQuery) (page []call.CDR, next string, err error) {
	at, err := hex.DecodeString(q.Cursor)
	if err != nil {
		return nil, "", fault.New(fault.Invalid, "request.bad_cursor", "search calls: cursor: %w", err)
	}
	err = l.db.View(func(tx *Tx) error {
		steps := 0
		for h, err := range q.walk(tx, at) {
			if err != nil {
				return err
			}
			if !q.From.IsZero() && h.Value.StartedAt.Before(q.From) {
				return nil
			}
			if steps++; steps > maxCallSteps {
				next = hex.EncodeToString(at)
				return nil
			}
			if q.fits(h.Value) {
				if len(page) == q.Limit {
					next = hex.EncodeToString(at)
					return nil
				}
				page = append(page, h.Value)
			}
			at = h.At
		}
		return nil
	})
	return page, next, err
}

func (q CallQuery) fits(r call.CDR) bool {
	return (q.Disposition == 0 || r.Disposition == q.Disposition) && (q.Direction == 0 || r.Direction == q.Direction) &&
		(q.Agent == "" || r.Agent == q.Agent) && (q.Queue == "" || r.Queue == q.Queue) && (!q.Recorded || r.Recording != "") &&
		(q.Number == "" || outsideNumber(r) == q.Number) && (q.Customer == "" || r.Card.Customer == q.Customer) && (q.To.IsZero() || r.StartedAt.Before(q.To))
}

// walk goes through the calls that may fit, newest first, by the narrowest index.
func (q CallQuery) walk(tx *Tx, after []byte) iter.Seq2[Hit[call.CDR], error] {
	disposition := dispositionKey(call.CDR{Disposition: q.Disposition})
	if q.Disposition == call.Answered { // most are: no way to find few
		disposition = ""
	}
	for _, by := range []struct{ index, value string }{
		{"customer", q.Customer}, {"number", q.Number}, {"agent", q.Agent}, {"disposition", disposition}, {"queue", q.Queue},
	} {
		if by.value == "" {
			continue
		}
		prefix := append([]byte(by.value), 0)
		if len(after) == 0 && !q.To.IsZero() {
			after = newestFirst(by.value, q.To)
		}
		return CDRs.FindAfter(tx, by.index, prefix, after)
	}
	switch {
	case len(after) > 0:
	case q.To.IsZero():
		after = nil
	default:
		after = firstID(q.To)
	}
	return func(yield func(Hit[call.CDR], error) bool) {
		for r, err := range CDRs.Descend(tx, after) {
			if !yield(Hit[call.CDR]{r, idKey(string(r.ID))}, err) {
				return
			}
		}
	}
}

// firstID is the least key of a record made at or after a moment: ids are UUIDv7 (RFC 9562 §5.7), which begin with the
// milliseconds since 1970.
func firstID(at time.Time) []byte {
	var id uuid.UUID
	ms := max(at.UnixMilli(), 0)
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	return id[:]
}
