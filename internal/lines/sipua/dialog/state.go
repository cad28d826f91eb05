package dialog

import (
	"time"

	"github.com/dealerline/dealerline/internal/lines/sipua/offer"
)

// The timers of RFC 3261 table 4.
const (
	T1     = 500 * time.Millisecond
	T2     = 4 * time.Second
	GiveUp = 64 * T1
)

// Session timers (RFC 4028).
const (
	MinExpires     = 90 * time.Second // §4: no shorter one is allowed
	DefaultExpires = 30 * time.Minute // §4: recommended
)

// NoAnswerLimit ends an outgoing call that rings when nobody said how long it may: timer C (RFC 3261 §16.6).
const NoAnswerLimit = 3 * time.Minute

// SilenceLimit ends a call to a far side that answers nothing at all, not even 100: it is away, and another trunk or
// agent should be tried. By then the INVITE has been sent four times over UDP (RFC 3261 §17.1.1.2, timer A); its
// timer B would wait for 32 s.
const SilenceLimit = 5 * time.Second

// Role says which side of the INVITE we are.
type Role uint8

// The roles.
const (
	_      Role = iota
	Caller      // we sent the INVITE
	Callee      // the far side did
)

// State says where the leg is. The zero value is a leg that has not begun.
type State uint8

// The states; see the package's chart.
const (
	_ State = iota
	Calling
	Proceeding
	Cancelling
	Offered
	Answering
	Confirmed
	Ended
)

// String returns the state's name for logs.
func (s State) String() string {
	names := [...]string{"new", "calling", "proceeding", "cancelling", "offered", "answering", "confirmed", "ended"}
	if int(s) >= len(names) {
		return "invalid"
	}
	return names[s]
}

// Dialog is the whole state of a leg, a plain value. Set Role, Session and, for a caller, LocalSeq before the
// first step.
type Dialog struct {
	Role    Role
	State   State
	Session offer.Session

	RemoteTag string
	Target    string   // the far side's Contact: where requests are addressed to
	Routes    []string // route set in sending order (RFC 3261 §12.1)
	LocalSeq  uint32   // last CSeq that we used
	RemoteSeq uint32   // last CSeq of the far side

	invite   invite
	ack      ackWait
	ours     reinvite
	rel      reliable
	timer    sessionTimer
	early    []fork // caller: early dialogs seen so far
	hold     bool   // we want to hold
	glare    bool   // waiting to try again after 491
	retry    bool   // what was refused with 491 was a refresh
	heldNow  bool   // last reported
	ringing  bool   // 180 seen or sent
	sound    bool   // early media seen or sent
	over     bool   // Ended was reported
	done     bool   // Finish was said
	updates  bool   // the far side allows UPDATE
	byeSeq   uint32 // CSeq of our BYE, 0 before
	transfer *referral
}

// invite is the INVITE that began the leg.
type invite struct {
	id        int
	seq       uint32
	tries     int           // caller: how often credentials or timers were corrected
	reliable  bool          // callee: provisional answers must be acknowledged (Require: 100rel)
	delayed   bool          // it carried no offer
	answer    []byte        // callee: our answer or, when delayed, our offer
	answered  bool          // callee: the answer has passed in an acknowledged provisional response
	offered   Timer         // callee: what it said of session timers
	cancelled bool          // caller: CANCEL was sent
	minimum   time.Duration // caller: Min-SE learnt from a 422
	wantBye   bool          // callee: hang up as soon as the ACK is there
}

// ackWait is a 2xx of ours that waits for its ACK.
type ackWait struct {
	active  bool
	id      int
	seq     uint32
	every   time.Duration
	delayed bool // the ACK must bring the answer to our offer
}

// reinvite is a change that we asked for.
type reinvite struct {
	active bool
	method string
	seq    uint32
	before bool // the hold state to go back to when refused
	tries  int
}

// reliable is the provisional response that waits for its PRACK, and those that wait for their turn (RFC 3262 §3).
type reliable struct {
	active bool
	rseq   uint32
	body   bool
	every  time.Duration
	queue  []provisional
	answer bool // answer the call once acknowledged
}

type provisional struct {
	status int
	body   []byte
}

type fork struct {
	tag  string
	rseq uint32
}

// sessionTimer is what was agreed by RFC 4028; zero means none.
type sessionTimer struct {
	interval time.Duration
	ours     bool // we refresh
}
