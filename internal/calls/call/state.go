package call

import (
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
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
)

// String returns the phase's name.
func (p Phase) String() string {
	return [...]string{"invalid", "arriving", "menu", "waiting", "dialing", "greeting", "talking", "ending", "over"}[p]
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
	Peer     int  // the leg the caller speaks with; 0 is nobody
	MenuOpen bool // a menu is open and wants to hear
	Skills   []string
	Music    string // what the caller hears while waiting
	ExitKeys string
	Plays    int // numbers the plays, so that a late end of an old one is known
	Playing  int // the caller's current play that somebody waits for; 0 is none
	Greeted  int // the leg that hears a greeting
	Recorded bool
	HeldAt   time.Time // since when one side holds the other; zero is not held
	Cause    line.Cause
	Record   CDR
}

// LegState is one leg as its call sees it.
type LegState struct {
	Record   LegRecord
	Try      int // 1-based index into Tries; 0 for the caller
	Up       bool
	Seated   bool
	Held     bool
	Quit     bool // who sits there hung up at a screen
	Apart    bool // it holds by the box's doing: it does not hear the other side
	Dropped  bool // told to hang up
	Over     bool
	Ringback bool // it rings
}

// Try is one attempt to reach somebody: an agent offered by a queue, or a dialled number.
type Try struct {
	Offer   Offer // ID 0: not a queue's
	Target  Target
	Live    int // legs not yet over
	Ringing bool
	Done    bool // answered, failed or withdrawn
	Worst   line.Cause
}

func (s State) clone() State {
	s.Legs = slices.Clone(s.Legs)
	s.Tries = slices.Clone(s.Tries)
	return s
}

func (s State) caller() LegState { return s.Legs[0] }
