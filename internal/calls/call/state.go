package call

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// Phase is where a call stands. The zero value is invalid on purpose.
type Phase uint8

// The phases of a call; the chart is in the package comment.
const (
	_ Phase = iota
	Arriving
	InMenu
	InQueue
	Dialing
	Greeting
	Talking
	Ending
	Over
	Parked      // waits at a parking place
	Meeting     // looks for another call to join
	Conferring  // sits in a conference
	CallingBack // an agent waits for the guest, who is being called back
)

// String returns the phase's name.
func (p Phase) String() string {
	return [...]string{"invalid", "arriving", "menu", "waiting", "dialing", "greeting", "talking", "ending", "over", "parked", "meeting", "conferring", "calling_back"}[p]
}

// maxHops bounds how often one call is led on, so that menus and queues pointing at one another end.
const maxHops = 50

// lingerTime is how long a call waits for its legs to end after it told them to: 64·T1 of RFC 3261 §17.1.1.2
// and some.
const lingerTime = 40 * time.Second

// Policy is what the dealership decided about all calls.
type Policy struct {
	Language    string        // spoken when nothing else is known
	RingTime    time.Duration // how long an extension or external number rings
	MaxDuration time.Duration // 0: no limit
	Record      Recorded      // which calls
	HoldLimit   time.Duration // after which a phone that holds is rung; 0: never
	ParkTime    time.Duration // after which a parked call comes back; 0: two minutes
	Codes       bool          // phones may transfer by keys
}

// Recorded says which calls are recorded. The zero value is all.
type Recorded uint8

// The choices.
const (
	RecordAll      Recorded = iota
	RecordExternal          // those with somebody outside the house
	RecordNone
)

// State is everything a call is; a plain value that only [Step] changes.
type State struct {
	ID       ID
	Policy   Policy
	Phase    Phase
	Place    Target
	Hops     int
	Language string
	Legs     []LegState // the first is the caller's
	Tries    []Try
	Guest    int   // the leg that is led from place to place: the caller's, until a transfer leaves somebody else
	Peer     int   // the leg the guest speaks with; 0 is nobody
	Joined   []int // further parties of the conversation
	Left     int   // the leg on the left side of the recording
	Consult  Consult
	Typing   Typing
	Farewell Farewell
	Back     Back
	MenuOpen bool // a menu is open and wants to hear
	Skills   []string
	Music    string // what the guest hears while waiting
	ExitKeys string
	Plays    int // numbers the plays, so that a late end of an old one is known
	Playing  int // the caller's current play that somebody waits for; 0 is none
	Greeted  int // the leg that hears a greeting
	Recorded bool
	HeldAt   time.Time // since when one side holds the other; zero is not held
	Recall   string    // extension to ring when the guest, who was passed on, reaches nobody
	Requeued bool      // the guest went back to its queue after a recall that failed
	Slot     string    // where the guest is parked …
	ParkedBy string    // … and the extension that did it
	Parkings int       // how often it came back from there
	Handing  int       // the leg that passes the guest on, or has forgotten it
	Yielding bool      // another call was asked for its party and has not answered yet
	Host     bool      // the conference that the guest is led to is its own
	Vouched  bool      // … or lets it in for one who was inside
	Inside   bool      // the conference has let the guest in
	Cause    line.Cause
	Record   CDR
}

// LegState is one leg as its call sees it.
type LegState struct {
	Record   LegRecord
	Try      int // 1-based index into Tries; 0 for the caller
	CallID   string
	Offer    OfferID // the queue's offer that the leg answered; 0 is none
	Up       bool
	Seated   bool
	Talk     media.Groups // who may hear the leg, and whom it hears, as the room was told
	Hear     media.Groups
	Tune     string // the music it hears because somebody keeps it waiting
	Held     bool
	Quit     bool      // who sits there hung up at a screen
	Apart    bool      // it holds by the box's doing: it does not hear the other side
	Dropped  bool      // told to hang up
	Released bool      // has no part in the call any more: its end changes nothing
	Given    bool      // another call has it, or is getting it
	Watch    Watch     // listens in
	From     string    // the extension that left it to the guest …
	FromAt   time.Time // … and when
	Key      byte      // the last key, which a code may begin with
	KeyAt    time.Time
	Over     bool
	Ringback bool // it rings
}

// Try is one attempt to reach somebody: an agent offered by a queue, or a dialled number.
type Try struct {
	Offer   Offer // ID 0: not a queue's
	Role    Role
	Target  Target
	Live    int // legs not yet over
	Ringing bool
	Done    bool // answered, failed or withdrawn
	Worst   line.Cause
}

func (s State) clone() State {
	s.Legs = slices.Clone(s.Legs)
	s.Tries = slices.Clone(s.Tries)
	s.Joined = slices.Clone(s.Joined)
	return s
}

func (s State) guest() LegState { return s.Legs[s.Guest] }
