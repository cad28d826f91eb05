package acd

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// Event is a fact about queues and agents, for logs, boards and agents' screens. Nobody answers to it. [LogLine]
// says which of them stand in a queue_log, and how.
type Event interface{ queueEvent() }

// Stamp is what most events have in common. Fields that do not apply are empty.
type Stamp struct {
	At    time.Time
	Call  call.ID
	Queue string
	Agent string
}

// The facts about callers.
type (
	// CallerEntered says that a caller joined a queue (ENTERQUEUE).
	CallerEntered struct {
		Stamp
		Number   string
		Position int
	}
	// CallerConnected says that an agent has the caller (CONNECT).
	CallerConnected struct {
		Stamp
		Offer      call.OfferID
		Wait, Ring time.Duration
	}
	// CallerDumped says that the agent was lost while hearing the greeting, before the caller was joined (AGENTDUMP).
	// The caller waits again.
	CallerDumped struct {
		Stamp
		Offer call.OfferID
	}
	// CallerAbandoned says that the caller hung up while waiting, or while the agent heard the greeting (ABANDON).
	CallerAbandoned struct {
		Stamp
		Position, OriginalPosition int
		Wait                       time.Duration
	}
	// CallerExited says that the queue gave the caller up (EXITWITHTIMEOUT, EXITWITHKEY, EXITEMPTY), or the call was led
	// elsewhere (EXITWITHTRANSFER, ours).
	CallerExited struct {
		Stamp
		Word                       string
		Key                        byte // EXITWITHKEY
		Position, OriginalPosition int
		Wait                       time.Duration
		Target                     call.Target
	}
	// CallerRefused says that a caller could not join (FULL, JOINEMPTY, BLOCKED, CLOSED, UNKNOWNQUEUE).
	CallerRefused struct {
		Stamp
		Word   string
		Target call.Target
	}
	// ConversationCompleted says that agent and caller have parted (COMPLETEAGENT, COMPLETECALLER).
	ConversationCompleted struct {
		Stamp
		Offer            call.OfferID
		Wait, Talk       time.Duration
		OriginalPosition int
		ByAgent          bool
		Transferred      bool
	}
)

// The facts about offers.
type (
	// OfferMade says that an agent's phone is about to ring. It carries all that the agent's screen shows.
	OfferMade struct {
		Stamp
		Offer     call.OfferID
		Extension string
		Card      call.Card
		Attrs     map[string]string
		Wait      time.Duration
		Why       string // "strategy", "owner", "last_agent" or "supervisor"
		Callback  string // the customer is to be called back: the callback's id
	}
	// RingMissed says that the agent did not take the call (RINGNOANSWER).
	RingMissed struct {
		Stamp
		Offer call.OfferID
		Ring  time.Duration
		Cause line.Cause
	}
	// RingCanceled says that the ringing ended for a reason that is not the agent's (RINGCANCELED).
	RingCanceled struct {
		Stamp
		Offer call.OfferID
		Ring  time.Duration
	}
)

// The facts about callbacks.
type (
	// CallbackRequested says that a caller left to be called back (CALLBACK, with the caller's end of waiting).
	CallbackRequested struct {
		Stamp
		Callback Callback
	}
	// CallbackDialed says that the customer is dialled, and an agent waits (CALLBACKDIAL, ours). The call is that of the
	// attempt.
	CallbackDialed struct {
		Stamp
		ID      string
		Number  string
		Attempt int
	}
	// CallbackFailed says that an attempt was in vain (CALLBACKFAILED, ours).
	CallbackFailed struct {
		Stamp
		ID      string
		Attempt int
		Dialed  bool // false: the agent did not stay until the customer was dialled
		Cause   line.Cause
	}
	// CallbackEnded says how a callback ended (CALLBACKEND, ours). The stamp's call is the one in which it was asked for.
	CallbackEnded struct {
		Stamp
		Callback Callback
		Outcome  Outcome
		By       call.ID // the call in which the customer was served, or called in
	}
)

// The facts about agents.
type (
	// AgentAdded says that an agent signed in and now serves this queue (ADDMEMBER); one event per queue.
	AgentAdded struct {
		Stamp
		Extension string
		Paused    bool
	}
	// AgentRemoved says that an agent signed out and no longer serves this queue (REMOVEMEMBER); one event per queue.
	AgentRemoved struct{ Stamp }
	// AgentPaused says that an agent takes no calls for now (PAUSE); one event per queue.
	AgentPaused struct {
		Stamp
		Reason string
	}
	// AgentUnpaused says that an agent takes calls again (UNPAUSE); one event per queue.
	AgentUnpaused struct{ Stamp }
	// CallDisposed says what a call was about, as its agent or somebody after has said it (DISPOSITION, ours).
	CallDisposed struct {
		Stamp
		Disposition string
	}
	// AgentChanged says that status or activity of an agent is another one; one event per change.
	AgentChanged struct {
		At    time.Time
		Agent AgentView
	}
)

func (CallerEntered) queueEvent()         {}
func (CallerConnected) queueEvent()       {}
func (CallerDumped) queueEvent()          {}
func (CallerAbandoned) queueEvent()       {}
func (CallerExited) queueEvent()          {}
func (CallerRefused) queueEvent()         {}
func (ConversationCompleted) queueEvent() {}
func (OfferMade) queueEvent()             {}
func (RingMissed) queueEvent()            {}
func (RingCanceled) queueEvent()          {}
func (CallbackRequested) queueEvent()     {}
func (CallbackDialed) queueEvent()        {}
func (CallbackFailed) queueEvent()        {}
func (CallbackEnded) queueEvent()         {}
func (AgentAdded) queueEvent()            {}
func (AgentRemoved) queueEvent()          {}
func (AgentPaused) queueEvent()           {}
func (AgentUnpaused) queueEvent()         {}
func (CallDisposed) queueEvent()          {}
func (AgentChanged) queueEvent()          {}
