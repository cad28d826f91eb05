package ticket

import (
	"time"

	"github.com/dealerline/dealerline/internal/care/contact"
)

// Event is something that happens to a ticket.
type Event interface {
	// name is what the change is called, in errors and in the history.
	name() string
}

// What happens to tickets.
type (
	// Assign gives the ticket to an owner. It opens a new one.
	Assign struct {
		To  string
		Why string // "creator", "found", "escalated"; empty: by somebody's decision
	}
	// Postpone: nobody was found to own it; it is tried again at a moment.
	Postpone struct{ Until time.Time }
	// Wait lets it wait for the customer, at the longest until a moment.
	Wait struct {
		Until time.Time
		Why   string
	}
	// Resume ends waiting.
	Resume struct{}
	// Tell is progress of which the customer heard, through an attempt or in writing.
	Tell struct{ Text string }
	// Resolve says that the work is done.
	Resolve struct{ Text string }
	// Contact is an attempt to reach the customer, or a conversation that the customer began. One is known by its call: what a
	// person says of it counts more than what the call's record shows (Seen).
	Contact struct {
		Attempt contact.Attempt
		Seen    bool
	}
	// Close closes a resolved one whose rule is fulfilled, after the form was completed.
	Close struct{}
	// Cancel closes it without the work.
	Cancel struct{ Why string }
	// Reopen opens a closed one again.
	Reopen struct{ Why string }
	// MergeInto closes it, because it goes on in another one.
	MergeInto struct{ Ticket, Number string }
	// Rewrite changes what people wrote.
	Rewrite struct{ To Ticket }
	// Retype makes it one of another kind. Type is that of To, which the [Book] looks up.
	Retype struct {
		To   string
		Form map[string]string // what is filled in beside
		Type *Type
	}
	// SendOut offers the job to technicians, in this order.
	SendOut struct {
		Place   Place
		Choices []Choice
	}
	// Accept is a technician's yes, Decline the no.
	Accept  struct{ Person, How string }
	Decline struct{ Person, How, Why string }
	// Arrive and Complete are the technician's words; what is complete is resolved.
	Arrive   struct{ Person string }
	Complete struct {
		Person, Text string
		Parts        []Part
	}
	// CallOff ends a dispatch.
	CallOff struct{ Why string }
	// Rearrange reckons deadlines anew: the calendars have changed.
	Rearrange struct{}
	// Tick lets happen what is due.
	Tick struct{}
)

func (Assign) name() string    { return "assign" }
func (Postpone) name() string  { return "postpone" }
func (Wait) name() string      { return "wait" }
func (Resume) name() string    { return "resume" }
func (Tell) name() string      { return "progress" }
func (Resolve) name() string   { return "resolve" }
func (Contact) name() string   { return "contact" }
func (Close) name() string     { return "close" }
func (Cancel) name() string    { return "cancel" }
func (Reopen) name() string    { return "reopen" }
func (MergeInto) name() string { return "merge" }
func (Rewrite) name() string   { return "edit" }
func (Retype) name() string    { return "retype" }
func (SendOut) name() string   { return "dispatch" }
func (Accept) name() string    { return "accept" }
func (Decline) name() string   { return "decline" }
func (Arrive) name() string    { return "arrive" }
func (Complete) name() string  { return "complete" }
func (CallOff) name() string   { return "call_off" }
func (Rearrange) name() string { return "rearrange" }
func (Tick) name() string      { return "tick" }

// Effect is what follows from a change, for the [Book] to carry out in the same transaction.
type Effect interface{ effect() }

// What follows from changes.
type (
	// Note goes into the ticket's history.
	Note struct {
		What string            // "assigned", "missed" …, translated for whoever reads it
		Args map[string]string // what the text names
		Text string            // in people's own words
	}
	// Escalate tells those who have a role.
	Escalate struct {
		Of    string // the target
		Climb Climb
	}
	// Seek looks for an owner: the department's, or, for an upset customer, the former owner's superior.
	Seek struct{ Above bool }
	// OfferJob asks a technician.
	OfferJob struct {
		Person string
		Until  time.Time
	}
	// NobodyGoes: no technician is left to ask.
	NobodyGoes struct{}
	// Text sends the customer an SMS by a template: "coming" names the technician, "unreachable" that we tried.
	Text struct {
		Template string
		Args     map[string]string
	}
)

func (Note) effect()       {}
func (Escalate) effect()   {}
func (Seek) effect()       {}
func (OfferJob) effect()   {}
func (NobodyGoes) effect() {}
func (Text) effect()       {}
