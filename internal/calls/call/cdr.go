package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

// ID names a call for ever: a UUIDv7, so ids sort by time.
type ID string

// Disposition says how far a call came.
type Disposition uint8

// How far a call came, in rising order.
const (
	_           Disposition = iota
	Rejected                // never answered: blocked, no route, no capacity
	Unanswered              // rang or tried, nobody answered
	MenuOnly                // ended in the menu
	Abandoned               // the caller hung up while waiting in a queue
	Overflowed              // a queue gave it up and nothing further answered
	Answered                // a person spoke with the caller
	Interrupted             // the box stopped while the call was up
)

// String returns the disposition's name as it stands in the call record.
func (d Disposition) String() string {
	return [...]string{"unknown", "rejected", "unanswered", "menu_only", "abandoned", "overflowed", "answered", "interrupted"}[d]
}

// CDR is the record of one call. Exactly one is written per call, also when the box loses power in between. The
// field numbers are for ever.
type CDR struct {
	ID           ID                `cbor:"1,keyasint" json:"id"`
	Direction    line.Direction    `cbor:"2,keyasint" json:"direction"` // of the first leg; extension to extension counts as inbound
	From         string            `cbor:"3,keyasint,omitempty" json:"from"`
	To           string            `cbor:"4,keyasint,omitempty" json:"to"`
	Line         string            `cbor:"5,keyasint,omitempty" json:"line"` // trunk or extension of the first leg
	Card         Card              `cbor:"6,keyasint" json:"card"`
	StartedAt    time.Time         `cbor:"7,keyasint" json:"started_at"`
	AnsweredAt   time.Time         `cbor:"8,keyasint,omitzero" json:"answered_at,omitzero"` // by the box (menu, queue) or a person
	QueuedAt     time.Time         `cbor:"9,keyasint,omitzero" json:"queued_at,omitzero"`
	ConnectedAt  time.Time         `cbor:"10,keyasint,omitzero" json:"connected_at,omitzero"` // to a person
	EndedAt      time.Time         `cbor:"11,keyasint,omitzero" json:"ended_at,omitzero"`
	Disposition  Disposition       `cbor:"12,keyasint,omitempty" json:"disposition"`
	Cause        line.Cause        `cbor:"13,keyasint,omitempty" json:"cause"`
	EndedBy      string            `cbor:"14,keyasint,omitempty" json:"ended_by,omitempty"` // "caller", "agent", "box"
	Queue        string            `cbor:"15,keyasint,omitempty" json:"queue,omitempty"`    // the last one
	Agent        string            `cbor:"16,keyasint,omitempty" json:"agent,omitempty"`    // who spoke last
	Extension    string            `cbor:"17,keyasint,omitempty" json:"extension,omitempty"`
	Path         []PathStep        `cbor:"18,keyasint,omitempty" json:"path,omitempty"`
	Attrs        map[string]string `cbor:"19,keyasint,omitempty" json:"attrs,omitempty"`
	Legs         []LegRecord       `cbor:"20,keyasint,omitempty" json:"legs,omitempty"`
	Recording    string            `cbor:"21,keyasint,omitempty" json:"recording,omitempty"` // id of its recording
	HeldFor      time.Duration     `cbor:"22,keyasint,omitempty" json:"held_for,omitempty"`
	Language     string            `cbor:"23,keyasint,omitempty" json:"language,omitempty"`
	ExternalLine string            `cbor:"24,keyasint,omitempty" json:"external_line,omitempty"` // trunk the call left by
	JoinedTo     ID                `cbor:"25,keyasint,omitempty" json:"joined_to,omitempty"`     // the call that got a leg of this one
	JoinedFrom   []ID              `cbor:"26,keyasint,omitempty" json:"joined_from,omitempty"`   // the calls that gave theirs
}

// PathStep is one place the call went through.
type PathStep struct {
	At    time.Time `cbor:"1,keyasint" json:"at"`
	Place string    `cbor:"2,keyasint" json:"place"` // "menu main@7", "queue q_rescue", "extension 8001"
	Node  string    `cbor:"3,keyasint,omitempty" json:"node,omitempty"`
	Key   string    `cbor:"4,keyasint,omitempty" json:"key,omitempty"`
}

// LegRecord is one leg of the call.
type LegRecord struct {
	ID         string         `cbor:"1,keyasint" json:"id"`
	Direction  line.Direction `cbor:"2,keyasint" json:"direction"`
	Kind       line.Kind      `cbor:"3,keyasint" json:"kind"`
	Line       string         `cbor:"4,keyasint" json:"line"`
	Number     string         `cbor:"5,keyasint,omitempty" json:"number,omitempty"`
	Agent      string         `cbor:"6,keyasint,omitempty" json:"agent,omitempty"`
	StartedAt  time.Time      `cbor:"7,keyasint" json:"started_at"`
	AnsweredAt time.Time      `cbor:"8,keyasint,omitzero" json:"answered_at,omitzero"`
	EndedAt    time.Time      `cbor:"9,keyasint,omitzero" json:"ended_at,omitzero"`
	Cause      line.Cause     `cbor:"10,keyasint,omitempty" json:"cause"`
	Remote     bool           `cbor:"11,keyasint,omitempty" json:"remote"`
	Detail     string         `cbor:"12,keyasint,omitempty" json:"detail,omitempty"`
	Quality    line.Quality   `cbor:"13,keyasint" json:"quality"`
	// AnsweredBy is how the answer was known; absent where the signalling said so, as it always does but on analog lines.
	AnsweredBy line.Supervision `cbor:"14,keyasint,omitempty" json:"answered_by,omitempty"`
}

// MarshalText writes the name, for JSON. On disk it is the number.
func (d Disposition) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
