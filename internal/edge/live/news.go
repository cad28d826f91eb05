package live

import (
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/crm"
)

// Pop is what an agent sees when the phone rings: who it is, which car, what happened last and what is still open. It is
// for that agent alone.
type Pop struct {
	Call      call.ID      `json:"call"`
	Offer     call.OfferID `json:"offer,omitempty"` // 0: no queue offers it
	Agent     string       `json:"agent"`
	Extension string       `json:"extension"`
	Card      call.Card    `json:"card"`
	// Known are the customers with this number: none (enter one), one, or several to choose from.
	Known []crm.Known `json:"known" nullable:"false"`
	// Open are open tickets and appointments to come, the most pressing first.
	Open []crm.Entry `json:"open" nullable:"false"`
	// Calls are the last ten calls with the customer, newest first.
	Calls []PastCall `json:"calls" nullable:"false"`

	Queue     string          `json:"queue,omitempty"`
	Line      string          `json:"line,omitempty"`   // the trunk or line it came by
	Dialed    string          `json:"dialed,omitempty"` // the number the caller dialled
	StartedAt time.Time       `json:"started_at"`
	QueuedAt  time.Time       `json:"queued_at,omitzero"`
	Wait      Seconds         `json:"wait"` // in the queue until now
	Menu      []call.PathStep `json:"menu" nullable:"false"`
	// Attrs are what the menu collected.
	Attrs map[string]string `json:"attrs,omitempty"`
}

// Seconds is a length of time in JSON.
type Seconds float64

// PastCall is an earlier call, in a line.
type PastCall struct {
	ID          call.ID   `json:"id"`
	At          time.Time `json:"at"`
	Direction   string    `json:"direction"`
	Number      string    `json:"number,omitempty"`
	Agent       string    `json:"agent,omitempty"`
	Queue       string    `json:"queue,omitempty"`
	Disposition string    `json:"disposition"`
	Talk        Seconds   `json:"talk"`
	Recording   string    `json:"recording,omitempty"` // where it is heard, below the API's root
}

// CallChanged is a call that began or went on.
type CallChanged struct {
	Call call.View `json:"call"`
}

// TicketNotice tells somebody of the house that a ticket needs attention. It is for that person alone.
type TicketNotice struct {
	ID       string            `json:"id"`
	Ticket   string            `json:"ticket"`
	Number   string            `json:"number"` // of the ticket
	Subject  string            `json:"subject"`
	Type     string            `json:"type"`
	Priority string            `json:"priority"`
	Kind     string            `json:"kind"`     // "escalation" or "job"
	Template string            `json:"template"` // what of the ticket: "first_contact" …
	Args     map[string]string `json:"args,omitempty"`
	At       time.Time         `json:"at"`
	Due      time.Time         `json:"due,omitzero"`
}

// CallEnded is a call that is over; its record is stored.
type CallEnded struct {
	Call call.CDR `json:"call"`
}

// AgentChanged is an agent whose state is another one.
type AgentChanged struct {
	Agent acd.AgentView `json:"agent"`
}

// QueuesChanged is all queues and who waits in them, at most twice a second.
type QueuesChanged struct {
	At     time.Time       `json:"at"`
	Queues []acd.QueueView `json:"queues" nullable:"false"`
}

// LinesChanged is trunks and analog lines whose state is another one.
type LinesChanged struct {
	Lines []Line `json:"lines" nullable:"false"`
}

// Line is a trunk or an analog line.
type Line struct {
	Name  string    `json:"name"`
	Kind  string    `json:"kind"`  // "trunk" or "analog"
	State string    `json:"state"` // as the health page names it
	Since time.Time `json:"since,omitzero"`
	Calls int       `json:"calls"`
	Note  string    `json:"note,omitempty"`
}

// RecordChanged is a stored record that changed: whoever shows it reads it again.
type RecordChanged struct {
	Table string `json:"table"`
	ID    string `json:"id"`   // "" when very many records of the table did at once
	What  string `json:"what"` // "create", "update" or "delete"
	By    string `json:"by"`
}
