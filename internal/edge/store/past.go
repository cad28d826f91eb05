package store

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/crm"
)

// PastCall is what a line about an earlier call shows; its fields are those of [call.CDR]. The rest of a record, legs and
// ways through menus, is most of it and costs most of its reading.
type PastCall struct {
	ID          call.ID          `cbor:"1,keyasint"`
	Direction   line.Direction   `cbor:"2,keyasint"`
	Card        PastCaller       `cbor:"6,keyasint"`
	StartedAt   time.Time        `cbor:"7,keyasint"`
	ConnectedAt time.Time        `cbor:"10,keyasint"`
	EndedAt     time.Time        `cbor:"11,keyasint"`
	Disposition call.Disposition `cbor:"12,keyasint"`
	Queue       string           `cbor:"15,keyasint"`
	Agent       string           `cbor:"16,keyasint"`
	Recording   string           `cbor:"21,keyasint"`
}

// PastCaller is what of a call's card stands in a line.
type PastCaller struct {
	Number string `cbor:"1,keyasint"`
}

// Past are the last calls with any of somebody's ids and numbers, from behind a place in the time line, newest first. Only
// those that are returned are read; which they are is known from the indexes.
func (l *Ledger) Past(who crm.Subject, place crm.Place, limit int) (list []PastCall, err error) {
	err = l.db.View(func(tx *Tx) error {
		list, err = past(tx, who, place, limit)
		return err
	})
	return list, err
}

func past(tx *Tx, who crm.Subject, place crm.Place, limit int) ([]PastCall, error) {
	var from []byte
	if !place.At.IsZero() {
		from = placeOf(place.At)
	}
	var u junction
	for index, values := range map[string][]string{"customer": who.Customers, "number": who.Numbers} {
		for _, v := range values {
			if t := newTrail(tx, index, v, from); t != nil && v != "" {
				u.trails = append(u.trails, t)
			}
		}
	}
	records, err := tx.bucket(CDRs.bucketName())
	if err != nil || records == nil {
		return nil, err
	}
	list, last := make([]PastCall, 0, limit), []byte(nil)
	for t := u.next(); t != nil; t = u.next() {
		at := t.place
		if len(list) >= limit && !bytes.Equal(at[:placeTime], last) {
			break // of calls of one moment the greater id comes first: all of them must be known
		}
		if data := records.Get(t.key()); data != nil {
			var c PastCall
			if err := cbor.Unmarshal(data, &c); err != nil {
				return nil, fmt.Errorf("decode call record: %w", err)
			}
			if place.Behind(crm.Entry{At: c.StartedAt, ID: string(c.ID)}) {
				list, last = append(list, c), at[:placeTime]
			}
		}
		u.pass(at)
	}
	slices.SortFunc(list, func(a, b PastCall) int {
		return cmp.Or(b.StartedAt.Compare(a.StartedAt), cmp.Compare(b.ID, a.ID))
	})
	return list[:min(len(list), limit)], nil
}
