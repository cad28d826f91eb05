package store

import (
	"context"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/report"
)

// callFacts is what figures are reckoned from; its fields are those of [call.CDR]. The rest of a record is most of it.
type callFacts struct {
	ID        call.ID        `cbor:"1,keyasint"`
	Direction line.Direction `cbor:"2,keyasint"`
	Card      struct {
		Trunk string `cbor:"14,keyasint"`
	} `cbor:"6,keyasint"`
	StartedAt    time.Time        `cbor:"7,keyasint"`
	QueuedAt     time.Time        `cbor:"9,keyasint"`
	ConnectedAt  time.Time        `cbor:"10,keyasint"`
	EndedAt      time.Time        `cbor:"11,keyasint"`
	Disposition  call.Disposition `cbor:"12,keyasint"`
	Queue        string           `cbor:"15,keyasint"`
	Agent        string           `cbor:"16,keyasint"`
	ExternalLine string           `cbor:"24,keyasint"`
}

func (f *callFacts) call() report.Call {
	c := report.Call{
		ID: string(f.ID), Outbound: f.Direction == line.Outbound, Start: f.StartedAt, Queued: f.QueuedAt,
		Connected: f.ConnectedAt, Ended: f.EndedAt, Spoke: f.Disposition == call.Answered, Abandoned: f.Disposition == call.Abandoned,
		Queue: f.Queue, Agent: f.Agent, Line: f.Card.Trunk,
	}
	if c.Outbound {
		c.Line = f.ExternalLine
	}
	return c
}

const (
	// factsAtOnce is how many records are read in one transaction, so that a long report holds up nobody.
	factsAtOnce = 2000
	// longestMenu is how long after its beginning a call may enter a queue and still be found by that.
	longestMenu = time.Hour
)

// Facts reads what figures need of the calls that count in a period, in the order of their beginning, from behind the call
// with id after ("" for all). It stops when each returns false. What is read at once is bounded, whatever the period.
func (l *Ledger) Facts(ctx context.Context, from, to time.Time, after string, each func(report.Call) bool) error {
	next, last := firstID(from.Add(-longestMenu)), firstID(to.Add(time.Millisecond))
	if after != "" {
		next = append(idKey(after), 0)
	}
	batch := make([]report.Call, 0, factsAtOnce)
	for next != nil {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read calls: %w", context.Cause(ctx))
		}
		batch = batch[:0]
		err := l.db.View(func(tx *Tx) (err error) {
			batch, next, err = factsFrom(tx, next, last, batch)
			return err
		})
		if err != nil {
			return err
		}
		for _, c := range batch {
			if at := c.At(); !at.Before(from) && at.Before(to) && !each(c) {
				return nil
			}
		}
	}
	return nil
}

// factsFrom reads a batch; next is nil behind the last.
func factsFrom(tx *Tx, from, last []byte, batch []report.Call) (_ []report.Call, next []byte, err error) {
	records, err := tx.bucket(CDRs.bucketName())
	if err != nil || records == nil {
		return batch, nil, err
	}
	c := records.Cursor()
	for k, data := c.Seek(from); k != nil && string(k) < string(last); k, data = c.Next() {
		if len(batch) == cap(batch) {
			return batch, append([]byte{}, k...), nil
		}
		var f callFacts
		if err := cbor.Unmarshal(data, &f); err != nil {
			return batch, nil, fmt.Errorf("decode call record: %w", err)
		}
		batch = append(batch, f.call())
	}
	return batch, nil, nil
}
