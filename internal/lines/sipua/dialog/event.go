package dialog

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

// Methods.
const (
	INVITE    = "INVITE"
	ACK       = "ACK"
	BYE       = "BYE"
	CANCEL    = "CANCEL"
	INFO      = "INFO"
	NOTIFY    = "NOTIFY"
	OPTIONS   = "OPTIONS"
	PRACK     = "PRACK"
	REFER     = "REFER"
	SUBSCRIBE = "SUBSCRIBE"
	UPDATE    = "UPDATE"
)

// Timer is what a message says of session timers (RFC 4028).
type Timer struct {
	Supported bool          // Supported: timer
	Interval  time.Duration // Session-Expires, 0 for none
	Minimum   time.Duration // Min-SE
	Refresher string        // "uac", "uas" or ""
}

// Event is what happened to a leg.
type Event interface{ event() }

type (
	// Begin means: the leg shall call, and give up after Limit (0: [NoAnswerLimit]).
	Begin struct{ Limit time.Duration }
	// Command means: the owner wants something of the leg.
	Command struct{ line.Command }
	// Request means: a request came, the first INVITE included. The ACK to a 2xx is [Acked].
	Request struct {
		ID          int // names it in [Reply]
		Method      string
		Seq         uint32
		Target      string   // Contact
		Unsupported []string // option tags it requires and we do not know
		Type        string   // Content-Type without parameters, in lower case
		Body        []byte
		Reliable    bool // Require: 100rel
		Timer       Timer
		Updates     bool // Allow: UPDATE
		RSeq, RCSeq uint32
		Cause       line.Cause // from Reason, 0 for none
		Refer       *Refer     // what a REFER asks for, nil where it is not served
	}
	// Acked means: the ACK to a 2xx of ours came.
	Acked struct {
		Seq  uint32
		Body []byte
	}
	// Cancelled means: the far side took its INVITE back; it has been answered 487 already.
	Cancelled struct{ Cause line.Cause }
	// Response means: an answer to a request of ours came, retransmissions and other forks included.
	Response struct {
		Method   string
		Seq      uint32
		Status   int
		Reason   string // the words after the status
		Tag      string // To tag
		Target   string
		Routes   []string // Record-Route, reversed
		Body     []byte
		RSeq     uint32 // 0 unless it requires 100rel
		Timer    Timer
		Updates  bool
		Answers  bool // it is a challenge that our credentials can answer
		Cause    line.Cause
		Jitter   float64 // chance, 0 ≤ x < 1
		MinField time.Duration
	}
	// Failed means: our request was not answered, or could not be sent.
	Failed struct {
		Method  string
		Seq     uint32
		Timeout bool
	}
	// Due means: a timer ran out.
	Due struct{ Timer Clock }
	// SoundLost means: no sound packet came for too long.
	SoundLost struct{}
	// Broken means: the owner met a fault of its own while handling the leg.
	Broken struct{}
)

func (Begin) event()     {}
func (Command) event()   {}
func (Request) event()   {}
func (Acked) event()     {}
func (Cancelled) event() {}
func (Response) event()  {}
func (Failed) event()    {}
func (Due) event()       {}
func (SoundLost) event() {}
func (Broken) event()    {}

// Clock names a timer.
type Clock uint8

// The timers of a leg.
const (
	_              Clock = iota
	ReferOver            // the far side has waited long enough for what came of its transfer
	AckAgain             // send the 2xx again
	AckMissing           // no ACK at all
	PrackAgain           // send the reliable 1xx again
	PrackMissing         // no PRACK at all
	NoAnswer             // nobody answers our call
	Silence              // not even a provisional answer
	CancelMissing        // no final answer to what we cancelled
	GlareOver            // try again after 491
	RefreshDue           // our turn to refresh the session
	SessionExpired       // nobody refreshed the session
	Clocks               // how many there are
)

// Effect is what must be done after a step, in the order given.
type Effect interface{ effect() }

type (
	// Send means: send a request of ours.
	Send struct {
		Method    string
		Seq       uint32
		Tag       string // To tag, empty for the first INVITE
		Target    string
		Routes    []string
		Body      []byte
		Timer     Timer
		Authorize bool // with credentials for the last challenge
		RSeq      uint32
		RCSeq     uint32 // of a PRACK
		Cause     line.Cause
	}
	// Notify means: send a NOTIFY.
	Notify struct {
		Seq          uint32
		Tag          string
		Target       string
		Routes       []string
		Event        string
		Subscription string // Subscription-State
		Status       int    // of what the far side asked for, for the body (message/sipfrag, RFC 3420); 0: no body
	}
	// Acknowledge means: send the ACK to a 2xx, outside any transaction.
	Acknowledge struct {
		Seq    uint32
		Tag    string
		Target string
		Routes []string
	}
	// Cancel means: take our INVITE back.
	Cancel struct {
		Seq   uint32
		Cause line.Cause
	}
	// Reply means: answer the request with this ID.
	Reply struct {
		ID          int
		Status      int
		Body        []byte
		Timer       Timer // Session-Expires to put in, if Interval is set
		MinSE       bool
		RSeq        uint32 // makes it reliable
		RetryAfter  time.Duration
		Unsupported []string
		Cause       line.Cause
		NoNews      bool // to a REFER: there will be no NOTIFY (RFC 4488)
	}
	// Again means: send the last response to this request again.
	Again struct{ ID int }
	// Arm means: start a timer, anew if it runs.
	Arm struct {
		Timer Clock
		After time.Duration
	}
	// Disarm means: stop a timer.
	Disarm struct{ Timer Clock }
	// Refused means: the INVITE was refused for a reason that the caller cannot mend by asking again, so that this
	// call is lost.
	Refused struct{ Cause line.Cause }
	// Report means: tell the call.
	Report struct{ line.Event }
	// Sound means: the session description has changed; give it to the media.
	Sound struct{}
	// Press means: a key press came by INFO.
	Press struct{ Key byte }
	// Digits means: send these by media.
	Digits struct{ Keys string }
	// Finish means: the leg needs nothing more.
	Finish struct{}
)

func (Send) effect()        {}
func (Notify) effect()      {}
func (Acknowledge) effect() {}
func (Cancel) effect()      {}
func (Reply) effect()       {}
func (Again) effect()       {}
func (Arm) effect()         {}
func (Disarm) effect()      {}
func (Refused) effect()     {}
func (Report) effect()      {}
func (Sound) effect()       {}
func (Press) effect()       {}
func (Digits) effect()      {}
func (Finish) effect()      {}
