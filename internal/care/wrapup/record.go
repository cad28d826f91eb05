package wrapup

import (
	"context"
	"time"

	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// Record is what was said of one call, or has yet to be said. CBOR numbers are never reused.
type Record struct {
	Meta        merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	Call        string     `cbor:"1,keyasint" json:"call"`
	Agent       string     `cbor:"2,keyasint,omitempty" json:"agent,omitempty"` // who had the call
	Queue       string     `cbor:"3,keyasint,omitempty" json:"queue,omitempty"`
	StartedAt   time.Time  `cbor:"4,keyasint" json:"started_at"`                                // the call
	Disposition string     `cbor:"5,keyasint,omitempty" json:"disposition,omitempty"`           // empty: nobody has said it
	Path        []string   `cbor:"6,keyasint,omitempty" json:"path,omitempty" nullable:"false"` // ids of its groups and its own, the outermost first
	Name        string     `cbor:"7,keyasint,omitempty" json:"name,omitempty"`                  // as it was called then: "投诉 / 投诉立案"
	Note        string     `cbor:"8,keyasint,omitempty" json:"note,omitempty"`
	By          string     `cbor:"9,keyasint,omitempty" json:"by,omitempty"`
	At          time.Time  `cbor:"10,keyasint,omitzero" json:"at,omitzero"`                         // when it was said
	Limit       time.Time  `cbor:"11,keyasint,omitzero" json:"limit,omitzero"`                      // by when it was to be said; zero: nobody has to
	Tickets     []string   `cbor:"12,keyasint,omitempty" json:"tickets,omitempty" nullable:"false"` // that came of the call
	Number      string     `cbor:"13,keyasint,omitempty" json:"number,omitempty"`
	Customer    string     `cbor:"14,keyasint,omitempty" json:"customer,omitempty"`
}

// Said reports whether somebody has said what the call was about.
func (r *Record) Said() bool { return r.Disposition != "" }

// Draft is what an agent has typed of a call and not yet sent. CBOR numbers are never reused.
type Draft struct {
	ID          string    `cbor:"1,keyasint" json:"-"` // the call's and the agent's
	Call        string    `cbor:"2,keyasint" json:"call"`
	Agent       string    `cbor:"3,keyasint" json:"agent"`
	Disposition string    `cbor:"4,keyasint,omitempty" json:"disposition,omitempty"`
	Note        string    `cbor:"5,keyasint,omitempty" json:"note,omitempty"`
	At          time.Time `cbor:"6,keyasint" json:"at"`
}

// Tx is one transaction on the books of wrapping up, and of the tickets that come of calls.
type Tx struct {
	Records books.Rows[Record]
	Drafts  books.Rows[Draft]
	Tickets ticket.Tx
}

// Books keep the records. Change runs fn in one transaction and returns when it is durable; fn may be run twice.
type Books interface {
	View(fn func(Tx) error) error
	Change(ctx context.Context, by books.By, fn func(Tx) error) error
}

// The names of indexes. That of dispositions orders calls as the index of call records does, so that the two can be crossed.
const (
	ByDisposition = "disposition"
	byMissing     = "missing"
	byAgent       = "agent"
)

// everybody is whose missing dispositions are listed when no agent is named.
const everybody = "*"

// The indexes of each kind of record.
//
//nolint:gochecknoglobals // constant tables
var (
	RecordKeys = books.Keys[Record]{
		ByDisposition: func(r Record) (keys [][]byte) {
			for _, id := range r.Path {
				keys = append(keys, books.NewestFirst(id, r.StartedAt)...)
			}
			return keys
		},
		byMissing: func(r Record) [][]byte {
			if r.Said() || r.Limit.IsZero() {
				return nil
			}
			return append(books.NewestFirst(everybody, r.StartedAt), books.NewestFirst(r.Agent, r.StartedAt)...)
		},
	}
	DraftKeys = books.Keys[Draft]{byAgent: func(d Draft) [][]byte { return books.NewestFirst(d.Agent, d.At) }}
)
