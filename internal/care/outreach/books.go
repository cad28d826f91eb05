package outreach

import (
	"context"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

// Mark is how far something has come that goes through records in their order: the planner, through visits.
type Mark struct {
	ID   string `cbor:"1,keyasint" json:"id"`
	Last string `cbor:"2,keyasint" json:"last"`
}

// Whom is a customer as outreach knows one: the numbers that may be called, and whether calls are wanted.
type Whom struct {
	Customer string
	Name     string
	Numbers  []string // without those that may not be called
	NoCalls  bool     // but answers to a call
	NoTexts  bool     // no SMS but what was asked for
}

// Visit is a visit as plans follow it.
type Visit struct {
	ID, Kind, Customer, Vehicle string
	At                          time.Time
}

// Draft is a ticket to be opened with a customer's words.
type Draft struct {
	Type, Subject, Words, Customer, Name string
	Numbers                              []string
	Vehicle, Agent, Department           string
	Call, Task                           string // where it comes from
}

// Tx is one transaction on the books of outreach, and on what it asks of others within it.
type Tx struct {
	Tasks   books.Rows[Task]
	Replies books.Rows[Reply]
	Marks   books.Rows[Mark]

	// Whom finds a customer by id.
	Whom func(customer string) (Whom, bool, error)
	// Wanted takes the numbers out of a list that may not be called, whoever they belong to.
	Wanted func(numbers []string) ([]string, error)
	// Visits are those made after the one with this id, in the order of their ids, at most limit.
	Visits func(after string, limit int) ([]Visit, error)
	// OpenTicket opens a ticket and returns its id; empty when there are no tickets of that type.
	OpenTicket func(by books.By, d Draft) (string, error)
}

// Books keep the records. Change runs fn in one transaction and returns when it is durable; fn may be run twice.
type Books interface {
	View(fn func(Tx) error) error
	Change(ctx context.Context, by books.By, fn func(Tx) error) error
}

// The names of indexes.
const (
	byWork     = "work"   // of open ones: whose they are, the next one due first
	byNumber   = "number" // of open ones
	byCustomer = "customer"
	byState    = "state"
	byKind     = "kind"
	byFlow     = "flow" // kind and state
	byEnds     = "ends"
	bySource   = "source"
	byCall     = "call"
	byTaken    = "taken"
	byText     = "sms" // those with an SMS to be sent, the next one due first
	byBatch    = "batch"
	byAt       = "at"
)

// Whose a task is, as a key of the work index.
func whose(agent, queue, department string) string {
	switch {
	case agent != "":
		return "a " + agent
	case queue != "":
		return "q " + queue
	}
	return "d " + department
}

// ofBox is the key of the work index of what the box does by itself.
func ofBox(w Way) string { return "w " + string(w) }

// The indexes of each kind of record. Lists have the newest first.
//
//nolint:gochecknoglobals // constant tables
var (
	TaskKeys = books.Keys[Task]{
		byWork: func(t Task) [][]byte {
			if t.State != Open {
				return nil
			}
			if t.Way != ByAgent {
				return books.SoonestFirst(ofBox(t.Way), t.Due)
			}
			return books.SoonestFirst(whose(t.Agent, t.Queue, t.Department), t.Due)
		},
		byNumber: func(t Task) [][]byte {
			if !t.IsOpen() {
				return nil
			}
			return books.TermsOf(t.Numbers...)
		},
		byCustomer: func(t Task) [][]byte { return books.NewestFirst(t.Customer, t.CreatedAt) },
		byState:    func(t Task) [][]byte { return books.NewestFirst(string(t.State), t.CreatedAt) },
		byKind:     func(t Task) [][]byte { return books.NewestFirst(string(t.Kind), t.CreatedAt) },
		byFlow:     func(t Task) [][]byte { return books.NewestFirst(flow(t.Kind, t.State), t.CreatedAt) },
		byEnds:     func(t Task) [][]byte { return books.SoonestFirst("", t.ends()) },
		bySource:   func(t Task) [][]byte { return books.TermsOf(source(t.Plan, t.Source)) },
		byBatch:    func(t Task) [][]byte { return books.NewestFirst(t.Batch, t.CreatedAt) },
		byText: func(t Task) [][]byte {
			if t.SMS == nil || t.SMS.State != MessagePending {
				return nil
			}
			return books.SoonestFirst("", t.SMS.Next)
		},
		byTaken: func(t Task) [][]byte { return books.TermsOf(t.TakenBy) },
		byCall: func(t Task) [][]byte {
			var k books.Terms
			for _, c := range t.Calls {
				k.Add(c)
			}
			for _, a := range t.Attempts {
				k.Add(a.Call)
			}
			return k.List()
		},
	}
	ReplyKeys = books.Keys[Reply]{
		byAt:   func(r Reply) [][]byte { return books.SoonestFirst("", r.At) },
		byCall: func(r Reply) [][]byte { return books.TermsOf(r.Call) },
	}
)

func flow(k Kind, s State) string { return string(k) + " " + string(s) }

// source is what made a task: one plan makes one of one visit.
func source(plan, from string) string {
	if from == "" {
		return ""
	}
	return from + " " + plan
}
