package call

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Queues is where calls wait for agents; acd satisfies it. No method blocks: answers come as [QueueCommand]s to
// the call that waits, in the order in which they were decided.
type Queues interface {
	// Join lets a call wait. It is refused by a [QueueLeave], never by silence.
	Join(w Waiting)
	// Report tells what became of a waiting call or of an offer.
	Report(id ID, f QueueFact)
	// Phone tells that a leg of a call the queues did not make uses an extension (busy), or no longer does. Each
	// busy is followed by one that is not; an extension with several phones may be in use several times.
	Phone(extension string, busy bool)
}

// Waiting is a call that joins a queue.
type Waiting struct {
	Call   ID
	Waiter Waiter
	Queue  string
	Card   Card
	Skills []string          // required on top of the queue's own
	Attrs  map[string]string // what the menu set, for the agent's screen
	Since  time.Time         // when waiting began; kept when a call overflows from queue to queue
	// Language is what the caller hears.
	Language string
}

// Waiter is a call seen from its queue. It never blocks.
type Waiter interface{ Queue(cmd QueueCommand) }

// QueueCommand is what a queue has a waiting call do.
type QueueCommand interface{ queueCommand() }

// The commands of a queue.
type (
	// QueueMusic sets what the caller hears between announcements: a class of music, or "ringback".
	QueueMusic struct{ Class string }
	// QueueAnnounce speaks to the waiting caller, then goes back to the music. ExitKeys are digits that leave
	// the queue; they work during announcement and music alike.
	QueueAnnounce struct {
		Phrases  []prompt.Phrase
		ExitKeys string
	}
	// QueueOffer rings one agent's phone. Several offers may ring at once; the first to answer has the call, and
	// the call itself ends the others (reported as failed, answered elsewhere).
	QueueOffer struct{ Offer Offer }
	// QueueWithdraw stops ringing for an offer.
	QueueWithdraw struct {
		Offer OfferID
		Cause line.Cause
	}
	// QueueLeave ends the waiting: the call goes on to Target. Event is the queue_log word, for example
	// EXITWITHTIMEOUT. A caller with a farewell hears it and is hung up then.
	QueueLeave struct {
		Target   Target
		Event    string
		Farewell []prompt.Phrase
	}
)

func (QueueMusic) queueCommand()    {}
func (QueueAnnounce) queueCommand() {}
func (QueueOffer) queueCommand()    {}
func (QueueWithdraw) queueCommand() {}
func (QueueLeave) queueCommand()    {}

// OfferID numbers offers; it is never used twice while the box runs.
type OfferID uint64

// Offer is one call shown to one agent.
type Offer struct {
	ID        OfferID
	Agent     string
	Extension string
	Timeout   time.Duration
	Queue     string
	Greeting  []prompt.Phrase // spoken to the agent alone before the caller is joined, for example the waiting time
	// AutoAnswer asks the phone to answer by itself.
	AutoAnswer bool
	Survey     string // flow that the caller is led to when the agent has hung up; "" is none
}

// QueueFact is what became of a waiting call or of an offer.
type QueueFact interface{ queueFact() }

// The facts a call reports to its queue.
type (
	// CallerLeft: the caller hung up while waiting (Key 0) or pressed an exit key.
	CallerLeft struct{ Key byte }
	// OfferRinging: the agent's phone rings.
	OfferRinging struct{ Offer OfferID }
	// OfferAnswered: the agent has answered, and hears the greeting first if the offer has one.
	OfferAnswered struct{ Offer OfferID }
	// OfferJoined: the greeting is over, and agent and caller speak with each other.
	OfferJoined struct{ Offer OfferID }
	// OfferFailed: the agent's phone did not take the call.
	OfferFailed struct {
		Offer OfferID
		Cause line.Cause
	}
	// ConversationEnded: the agent's part in the call is over.
	ConversationEnded struct {
		Offer       OfferID
		ByAgent     bool // the agent hung up
		Transferred bool // the caller went on to somebody else
	}
	// CallGone: the call ended or was led elsewhere while no offer was answered, by something other than the
	// caller or the queue.
	CallGone struct{}
)

func (CallerLeft) queueFact()        {}
func (OfferRinging) queueFact()      {}
func (OfferAnswered) queueFact()     {}
func (OfferJoined) queueFact()       {}
func (OfferFailed) queueFact()       {}
func (ConversationEnded) queueFact() {}
func (CallGone) queueFact()          {}
