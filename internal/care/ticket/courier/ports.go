package courier

import (
	"context"

	"github.com/dealerline/dealerline/internal/care/ticket"
)

// Console shows notices on people's screens.
type Console interface {
	// Tell shows it to a person who is there. It does not wait; who is not there finds it in the list of notices.
	Tell(person string, n ticket.Notice, t ticket.Ticket)
}

// Texter sends SMS.
type Texter interface {
	// Compose is the text of a notice. It may make the address of a page for whoever gets it.
	Compose(ctx context.Context, n ticket.Notice, t ticket.Ticket) (string, error)
	// Text sends one and returns when the network has taken it. [fault.Invalid] is a number that cannot be texted;
	// everything else is tried again.
	Text(ctx context.Context, phone, text string) error
}

// Caller tells people things by telephone.
type Caller interface {
	// Announce calls a telephone, says what the notice is about, and returns the answer. The error is the context's; then
	// the call is over.
	Announce(ctx context.Context, a Announcement) (Answer, error)
}

// Announcement is what is told by telephone.
type Announcement struct {
	Notice ticket.Notice
	Ticket ticket.Ticket
}

// Said is what came of a call.
type Said string

// What can come of a call.
const (
	Confirmed Said = "confirmed" // key 1
	Declined  Said = "declined"  // key 2
	NoAnswer  Said = "no_answer" // nobody took it, or nobody pressed a key
	Busy      Said = "busy"
	Failed    Said = "failed"
)

// Answer is what came of a call.
type Answer struct {
	Said Said
	Call string // its record's id
	Why  string // the cause, for one that failed
}
