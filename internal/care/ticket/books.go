package ticket

import (
	"cmp"
	"context"
	"iter"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

// Entry is one line of a ticket's history: what happened, or what somebody wrote. CBOR numbers are never reused.
type Entry struct {
	ID     string            `cbor:"1,keyasint" json:"id"`
	Ticket string            `cbor:"2,keyasint" json:"ticket"`
	At     time.Time         `cbor:"3,keyasint" json:"at"`
	By     string            `cbor:"4,keyasint,omitempty" json:"by,omitempty"`
	What   string            `cbor:"5,keyasint" json:"what"` // "comment", "assigned", "missed" …
	Args   map[string]string `cbor:"6,keyasint,omitempty" json:"args,omitempty"`
	Text   string            `cbor:"7,keyasint,omitempty" json:"text,omitempty"`
}

// Comment is the entry of somebody who wrote something.
const Comment = "comment"

// Counter numbers the tickets of one type and day.
type Counter struct {
	ID   string `cbor:"1,keyasint" json:"id"` // "R261122"
	Last int    `cbor:"2,keyasint" json:"last"`
}

// Tx is one transaction on the books of tickets.
type Tx struct {
	Tickets  books.Rows[Ticket]
	Entries  books.Rows[Entry]
	Notices  books.Rows[Notice]
	Counters books.Rows[Counter]
	Files    books.Rows[Attachment]
	Words    books.Rows[Words]
	// Meet yields the ids of the tickets that have all of some words, newest first, as far as that is found soon.
	Meet func(words []string) iter.Seq2[string, error]
}

// Books keep the records. Change runs fn in one transaction and returns when it is durable; fn may be run twice.
type Books interface {
	View(fn func(Tx) error) error
	Change(ctx context.Context, by books.By, fn func(Tx) error) error
}

// Person is somebody of the roster.
type Person struct {
	ID    string
	Name  string
	Phone string // normalised, or an extension: where calls go
	// Mobile is where SMS go, and calls when there is no phone; empty: they go to the phone.
	Mobile string
}

// number is where a person is reached in one way; empty: nowhere.
func (p Person) number(way string) string {
	if way == BySMS {
		return cmp.Or(p.Mobile, p.Phone)
	}
	return cmp.Or(p.Phone, p.Mobile)
}

// People know who works here; the roster does, with the shifts of the moment.
type People interface {
	// Person finds somebody by id.
	Person(id string) (Person, bool)
	// Holders are those who have a role for a department at a moment, or the next role above that somebody has.
	Holders(role, department string, at time.Time) []Person
	// Above are the superiors of somebody, the nearest first, as far as there are any.
	Above(id string, at time.Time) []Person
	// Owners are those who may own tickets of a department at a moment.
	Owners(department string, at time.Time) []Person
	// Opens is when somebody of the department is there next.
	Opens(department string, after time.Time) time.Time
}

// The names of indexes.
const (
	byNumber     = "number"
	byCustomer   = "customer"   // id, newest first
	byWaiting    = "waiting"    // of open ones: customers' ids, numbers, vehicles
	byOwner      = "owner"      // of those to be worked on, the next deadline first
	byDepartment = "department" // likewise
	byState      = "state"      // newest first
	byType       = "type"       // newest first
	byDue        = "due"
	byCall       = "call" // resolved ones, by when the customer is to be called
	byLink       = "link"
	byWord       = "word"
	byTicket     = "ticket"
	byPerson     = "person"
	byTechnician = "technician" // newest first
)

// later stands for a deadline that a ticket does not have: behind all that do.
var never = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) //nolint:gochecknoglobals // constant

// The indexes of each kind of record.
//
//nolint:gochecknoglobals // constant tables
var (
	TicketKeys = books.Keys[Ticket]{
		byNumber:   func(t Ticket) [][]byte { return books.TermsOf(t.Number) },
		byCustomer: func(t Ticket) [][]byte { return books.NewestFirst(t.Customer, t.CreatedAt) },
		byWaiting: func(t Ticket) [][]byte {
			if !t.IsOpen() {
				return nil
			}
			return books.TermsOf(append([]string{t.Customer, t.Vehicle}, t.Phones...)...)
		},
		byOwner:      func(t Ticket) [][]byte { return t.workKey(t.Owner) },
		byDepartment: func(t Ticket) [][]byte { return t.workKey(t.Department) },
		byState:      func(t Ticket) [][]byte { return books.NewestFirst(string(t.State), t.CreatedAt) },
		byType:       func(t Ticket) [][]byte { return books.NewestFirst(t.Type, t.CreatedAt) },
		byDue:        func(t Ticket) [][]byte { return books.SoonestFirst("", t.Due()) },
		byCall: func(t Ticket) [][]byte {
			if t.State != Resolved {
				return nil
			}
			return books.SoonestFirst("", t.NextCall)
		},
		byLink: func(t Ticket) [][]byte {
			var k books.Terms
			for _, l := range t.Links {
				k.Add(l.Kind + " " + l.ID)
			}
			return k.List()
		},
		byTechnician: func(t Ticket) [][]byte {
			if t.Dispatch == nil || t.Dispatch.Technician == nil {
				return nil
			}
			return books.NewestFirst(t.Dispatch.Technician.Person, t.CreatedAt)
		},
	}
	EntryKeys = books.Keys[Entry]{byTicket: func(e Entry) [][]byte { return books.TermsOf(e.Ticket) }}
	WordKeys  = books.Keys[Words]{byWord: func(w Words) (keys [][]byte) {
		for _, word := range w.Words {
			keys = append(keys, books.NewestFirst(word, w.At)...)
		}
		return keys
	}}
	AttachmentKeys = books.Keys[Attachment]{byTicket: func(f Attachment) [][]byte { return books.TermsOf(f.Ticket) }}
	NoticeKeys     = books.Keys[Notice]{
		byTicket: func(n Notice) [][]byte { return books.TermsOf(n.Ticket) },
		byPerson: func(n Notice) [][]byte { return books.NewestFirst(n.Person, n.At) },
		byState:  func(n Notice) [][]byte { return books.NewestFirst(string(n.State), n.At) },
		byDue:    func(n Notice) [][]byte { return books.SoonestFirst(n.By, n.Next) },
	}
)

// workKey orders what is to be worked on by its next deadline.
func (t *Ticket) workKey(id string) [][]byte {
	if id == "" || t.State == Closed || t.State == Resolved {
		return nil
	}
	at := t.Deadline()
	if at.IsZero() {
		at = never
	}
	return books.SoonestFirst(id, at)
}
