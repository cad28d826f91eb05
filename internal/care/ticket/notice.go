package ticket

import (
	"time"
)

// NoticeState is how far a notice has come.
type NoticeState string

// The states of a notice.
const (
	Pending NoticeState = "pending" // it is to be delivered at Next
	Sent    NoticeState = "sent"    // delivered; nobody has to say so
	Acked   NoticeState = "acked"   // whom it was for has said so
	Unsent  NoticeState = "failed"  // given up; Error says why
)

// The kinds of notices.
const (
	KindEscalation = "escalation" // to somebody of the house: a rung of a ladder
	KindJob        = "job"        // to a technician: will you go?
	KindCustomer   = "customer"   // to the customer
)

// Notice is something to be told to one person in one way. It is written in the transaction of the change that it tells of, and
// delivered by a courier afterwards. CBOR numbers are never reused.
type Notice struct {
	ID       string            `cbor:"1,keyasint" json:"id"`
	Ticket   string            `cbor:"2,keyasint" json:"ticket"`
	Kind     string            `cbor:"3,keyasint" json:"kind"`
	Template string            `cbor:"4,keyasint" json:"template"` // "missed first_contact", "coming" …
	Args     map[string]string `cbor:"5,keyasint,omitempty" json:"args,omitempty"`
	Person   string            `cbor:"6,keyasint,omitempty" json:"person,omitempty"` // of the roster; empty: the customer
	Phone    string            `cbor:"7,keyasint,omitempty" json:"phone,omitempty"`
	By       string            `cbor:"8,keyasint" json:"by"` // ByConsole, BySMS, ByCall
	At       time.Time         `cbor:"9,keyasint" json:"at"`
	State    NoticeState       `cbor:"10,keyasint" json:"state"`
	Tries    int               `cbor:"11,keyasint,omitempty" json:"tries,omitempty"`
	Next     time.Time         `cbor:"12,keyasint,omitzero" json:"next,omitzero"`  // when it is tried; zero: no more
	Until    time.Time         `cbor:"13,keyasint,omitzero" json:"until,omitzero"` // when it is of no use any more
	Error    string            `cbor:"14,keyasint,omitempty" json:"error,omitempty"`
	DoneAt   time.Time         `cbor:"15,keyasint,omitzero" json:"done_at,omitzero"`
	Call     string            `cbor:"16,keyasint,omitempty" json:"call,omitempty"` // the call that told it
	Due      time.Time         `cbor:"17,keyasint,omitzero" json:"due,omitzero"`    // when it should have been told; At is when it was
}
