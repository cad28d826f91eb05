package ticket

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// State is how far a ticket has come. The values are for ever.
type State string

// The states of a ticket.
const (
	New      State = "new"      // nobody owns it yet
	Open     State = "open"     // its owner works on it
	Waiting  State = "waiting"  // for the customer; clocks that may stand still do
	Resolved State = "resolved" // done, and the customer has yet to say so
	Closed   State = "closed"
)

// Outcome is how a ticket was closed.
type Outcome string

// How tickets are closed.
const (
	Contacted   Outcome = "contacted"   // the customer has said that it is done
	Unreachable Outcome = "unreachable" // tried by the plan, in vain, and told by SMS
	Done        Outcome = "done"        // its type asks for no contact
	Cancelled   Outcome = "cancelled"   // by somebody who may, with a reason
	Merged      Outcome = "merged"      // it goes on in another ticket
	Refused     Outcome = "refused"     // the customer does not want to be asked
)

// Priority orders work; a type's targets may be shorter for high ones.
type Priority string

// The priorities.
const (
	Low    Priority = "low"
	Normal Priority = "normal"
	High   Priority = "high"
	Urgent Priority = "urgent"
)

// Source is where a ticket comes from.
type Source struct {
	Kind string `cbor:"1,keyasint" json:"kind"`                    // "call", "voicemail", "fax", "sms", "web", "survey", "headquarters", "callback", "api"
	Ref  string `cbor:"2,keyasint,omitempty" json:"ref,omitempty"` // the call's id, the message's …
}

// Link joins a ticket to something that has to do with it.
type Link struct {
	Kind string    `cbor:"1,keyasint" json:"kind"` // "call", "recording", "voicemail", "fax", "sms", "visit", "part", "photo", "file"
	ID   string    `cbor:"2,keyasint" json:"id"`
	At   time.Time `cbor:"3,keyasint,omitzero" json:"at,omitzero"`
	Note string    `cbor:"4,keyasint,omitempty" json:"note,omitempty"`
}

// Relation joins two tickets.
type Relation struct {
	Kind   string `cbor:"1,keyasint" json:"kind"` // "related", "split_from", "split_into", "merged_from", "merged_into", "repeat_of"
	Ticket string `cbor:"2,keyasint" json:"ticket"`
}

// Ticket is one thing that a customer asks for. CBOR numbers are never reused.
type Ticket struct {
	Meta     merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID       string     `cbor:"1,keyasint" json:"id"`
	Number   string     `cbor:"2,keyasint" json:"number"` // what people say: "R261122-007"
	Type     string     `cbor:"3,keyasint" json:"type"`
	State    State      `cbor:"4,keyasint" json:"state"`
	Priority Priority   `cbor:"5,keyasint" json:"priority"`
	Subject  string     `cbor:"6,keyasint" json:"subject"`
	// Body is what the customer said, in the customer's words.
	Body       string            `cbor:"7,keyasint,omitempty" json:"body,omitempty"`
	Customer   string            `cbor:"8,keyasint,omitempty" json:"customer,omitempty"` // id
	Name       string            `cbor:"9,keyasint,omitempty" json:"name,omitempty"`     // the customer's, kept when the customer is deleted
	Phones     []string          `cbor:"10,keyasint,omitempty" json:"phones,omitempty" nullable:"false"`
	Vehicle    string            `cbor:"11,keyasint,omitempty" json:"vehicle,omitempty"` // id
	Plate      string            `cbor:"12,keyasint,omitempty" json:"plate,omitempty"`
	Department string            `cbor:"13,keyasint,omitempty" json:"department,omitempty"`
	Owner      string            `cbor:"14,keyasint,omitempty" json:"owner,omitempty"` // a person of the roster
	Watchers   []string          `cbor:"15,keyasint,omitempty" json:"watchers,omitempty" nullable:"false"`
	Source     Source            `cbor:"16,keyasint" json:"source"`
	Form       map[string]string `cbor:"17,keyasint,omitempty" json:"form,omitempty"` // by the type's field ids
	Links      []Link            `cbor:"18,keyasint,omitempty" json:"links,omitempty" nullable:"false"`
	Relations  []Relation        `cbor:"19,keyasint,omitempty" json:"relations,omitempty" nullable:"false"`
	Tags       []string          `cbor:"20,keyasint,omitempty" json:"tags,omitempty" nullable:"false"`
	CreatedAt  time.Time         `cbor:"21,keyasint" json:"created_at"`
	CreatedBy  string            `cbor:"22,keyasint,omitempty" json:"created_by,omitempty"`
	Timers     []Timer           `cbor:"23,keyasint,omitempty" json:"timers,omitempty" nullable:"false"`
	// Until is when waiting for the customer ends by itself.
	Until time.Time `cbor:"24,keyasint,omitzero" json:"until,omitzero"`
	// Seek is when an owner is looked for again.
	Seek time.Time `cbor:"25,keyasint,omitzero" json:"seek,omitzero"`
	// Attempts are those since the ticket was last opened; what was before is in its history.
	Attempts     []contact.Attempt    `cbor:"26,keyasint,omitempty" json:"attempts,omitempty" nullable:"false"`
	Resolution   *Resolution          `cbor:"27,keyasint,omitempty" json:"resolution,omitempty"`
	NextCall     time.Time            `cbor:"28,keyasint,omitzero" json:"next_call,omitzero"` // when the customer is to be called about it
	Outcome      Outcome              `cbor:"29,keyasint,omitempty" json:"outcome,omitempty"`
	ClosedAt     time.Time            `cbor:"30,keyasint,omitzero" json:"closed_at,omitzero"`
	Satisfaction contact.Satisfaction `cbor:"31,keyasint,omitempty" json:"satisfaction,omitempty"` // the last one said
	Reopened     int                  `cbor:"32,keyasint,omitempty" json:"reopened,omitempty"`
	Complaint    *Complaint           `cbor:"33,keyasint,omitempty" json:"complaint,omitempty"`
	Dispatch     *Dispatch            `cbor:"34,keyasint,omitempty" json:"dispatch,omitempty"`
}

// Resolution is who did the work, and what it was.
type Resolution struct {
	At   time.Time `cbor:"1,keyasint" json:"at"`
	By   string    `cbor:"2,keyasint" json:"by"`
	Text string    `cbor:"3,keyasint" json:"text"`
}

// Complaint is what a complaint has beside. What the customer said is [Ticket.Body].
type Complaint struct {
	Category    string `cbor:"1,keyasint,omitempty" json:"category,omitempty"` // a path in the tree: "service/waiting"
	About       string `cbor:"2,keyasint,omitempty" json:"about,omitempty"`    // the person complained about
	Responsible string `cbor:"3,keyasint,omitempty" json:"responsible,omitempty"`
	Department  string `cbor:"4,keyasint,omitempty" json:"department,omitempty"`
	Cause       string `cbor:"5,keyasint,omitempty" json:"cause,omitempty"`
	Remedy      string `cbor:"6,keyasint,omitempty" json:"remedy,omitempty"`
	Prevention  string `cbor:"7,keyasint,omitempty" json:"prevention,omitempty"`
	Cost        int64  `cbor:"8,keyasint,omitempty" json:"cost,omitempty"` // fen
	Major       bool   `cbor:"9,keyasint,omitempty" json:"major,omitempty"`
}

// IsOpen reports whether somebody still has to do something about it.
func (t *Ticket) IsOpen() bool { return t.State != Closed }

// HasPhone reports whether a normalised number is one of those where the customer is called.
func (t *Ticket) HasPhone(number string) bool {
	return number != "" && slices.Contains(t.Phones, number)
}

// HiddenFrom reports whether the ticket is a complaint about this person, who then neither sees nor gets it.
func (t *Ticket) HiddenFrom(person string) bool {
	return person != "" && t.Complaint != nil && t.Complaint.About == person
}
