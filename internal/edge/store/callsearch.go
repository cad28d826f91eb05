package store

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/wrapup"
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
	WrapUp      string // what the agent said it was about: a disposition's id, or its group's
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
		p := pageOfCalls{q: q, tx: tx, at: at}
		err := p.fill()
		page, next = p.page, hex.EncodeToString(p.next)
		return err
	})
	return page, next, err
}

// pageOfCalls is a page in the making.
type pageOfCalls struct {
	q     CallQuery
	tx    *Tx
	page  []call.CDR
	at    []byte // the place up to which calls were looked at
	next  []byte // where a page stops that does not reach the end
	steps int
}

func (p *pageOfCalls) fill() error {
	records, err := p.tx.bucket(CDRs.bucketName())
	if err != nil || records == nil {
		return err
	}
	if properties := p.q.properties(); len(properties) > 0 {
		return p.cross(records, properties)
	}
	return p.walk(records)
}

// property is what calls are found by, and its index.
type property struct{ table, index, value string }

// properties are those that are asked for, which few calls are likely to have first.
func (q CallQuery) properties() []property {
	all := []property{
		{CDRs.Name, "customer", q.Customer},
		{CDRs.Name, "number", q.Number},
		{WrapUps.Name, wrapup.ByDisposition, q.WrapUp},
		{CDRs.Name, "agent", q.Agent},
		{CDRs.Name, "disposition", dispositionKey(call.CDR{Disposition: q.Disposition})},
		{CDRs.Name, "queue", q.Queue},
	}
	return slices.DeleteFunc(all, func(p property) bool { return p.value == "" })
}

// cross reads the calls that have all properties.
func (p *pageOfCalls) cross(records *bolt.Bucket, properties []property) error {
	var from []byte
	if len(p.at) > 0 {
		from = behind(p.at)
	} else if !p.q.To.IsZero() {
		from = placeOf(p.q.To.Add(-1)) // the first moment before
	}
	var x crossing
	for _, by := range properties {
		t := trailIn(p.tx, by.table, by.index, by.value, from)
		if t == nil {
			return nil // no call has any such property
		}
		x.trails = append(x.trails, t)
	}
	first := x.trails[0]
	for {
		found, more := x.next()
		if more {
			p.next = x.passed
		}
		if !found || !p.q.From.IsZero() && bytes.Compare(first.place[:placeTime], placeOf(p.q.From)) > 0 {
			return nil
		}
		if full, err := p.take(first.place, records.Get(first.key())); full || err != nil {
			return err
		}
		first.next()
	}
}

// walk reads calls of all kinds.
func (p *pageOfCalls) walk(records *bolt.Bucket) error {
	c, before := records.Cursor(), p.at
	if len(before) == 0 && !p.q.To.IsZero() {
		before = firstID(p.q.To)
	}
	k, data := c.Last()
	if len(before) > 0 {
		if k, _ = c.Seek(before); k == nil {
			k, data = c.Last()
		} else {
			k, data = c.Prev()
		}
	}
	for ; k != nil; k, data = c.Prev() {
		if full, err := p.take(k, data); full || err != nil {
			return err
		}
	}
	return nil
}

// take adds a call to the page if it fits. The page is full when it is, when it has cost enough, and behind the last call
// that may fit.
func (p *pageOfCalls) take(place, data []byte) (full bool, err error) {
	if p.steps++; p.steps > maxCallSteps {
		p.next = p.at
		return true, nil
	}
	if data == nil { // an index names a call that there is not: the nightly check tells of it
		p.at = place
		return false, nil
	}
	if p.q.sifts() {
		var b brief
		if err := cbor.Unmarshal(data, &b); err != nil {
			return true, fmt.Errorf("decode call record: %w", err)
		}
		if !p.q.From.IsZero() && b.StartedAt.Before(p.q.From) {
			return true, nil
		}
		if !p.q.fits(b) {
			p.at = place
			return false, nil
		}
	}
	if len(p.page) == p.q.Limit {
		p.next = p.at
		return true, nil
	}
	var r call.CDR
	if err := cbor.Unmarshal(data, &r); err != nil {
		return true, fmt.Errorf("decode call record: %w", err)
	}
	p.page, p.at = append(p.page, r), place
	return false, nil
}

// brief is what calls are sifted by beside their indexes.
type brief struct {
	Direction line.Direction `cbor:"2,keyasint"`
	StartedAt time.Time      `cbor:"7,keyasint"`
	Recording string         `cbor:"21,keyasint"`
}

// sifts reports whether the indexes are not enough to tell whether a call fits.
func (q CallQuery) sifts() bool {
	return q.Direction != 0 || q.Recorded || len(q.properties()) == 0 && (!q.From.IsZero() || !q.To.IsZero())
}

func (q CallQuery) fits(b brief) bool {
	return (q.Direction == 0 || b.Direction == q.Direction) && (!q.Recorded || b.Recording != "") && (q.To.IsZero() || b.StartedAt.Before(q.To))
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
