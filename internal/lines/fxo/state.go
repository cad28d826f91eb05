package fxo

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/analog"
)

// Phase is what a line is doing. The zero value is invalid on purpose.
type Phase uint8

// The phases of a line.
const (
	_          Phase = iota
	NoLine           // no battery, or no port
	Idle             // on hook, nobody rings
	Ringing          // somebody calls; caller ID is awaited; there is no leg yet
	Offered          // the leg is there, not answered yet
	Ignoring         // it rings, but nobody wants the call
	Answering        // off hook, the hook is settling
	Seizing          // off hook, waiting for dial tone
	Dialling         // digits are being sent
	Proceeding       // the number is sent; listening for what comes of it
	Up               // connected
	Guard            // on hook again, not to be used for a moment
	Testing          // a test call for learning, see [Lines.Learn]
)

// String returns the phase's name as it stands in logs and on the health page.
func (p Phase) String() string {
	names := [...]string{
		"unknown", "no_line", "idle", "ringing", "offered", "ignoring", "answering", "seizing", "dialling", "proceeding",
		"up", "guard", "testing",
	}
	if int(p) >= len(names) {
		return names[0]
	}
	return names[p]
}

// State is everything that is known of a line, a plain value.
type State struct {
	Rules Rules
	Phase Phase
	Since time.Time // when Phase was entered

	// The port.
	Gone   bool // taken out
	Dead   bool // without battery
	Lifted bool // we are off hook

	// Who calls.
	Caller    Caller
	CallerAt  time.Time // when Caller was heard, zero if it was not
	Rings     int
	RingEnded time.Time

	// The leg.
	Leg        bool // there is one
	Outbound   bool
	Todo       []Stage // what is still to be dialled, after the stage under way
	Sending    bool    // a stage is under way
	Rang       bool    // ringback was heard
	Sounded    bool    // something was heard after dialling
	AnsweredBy line.Supervision
	AnsweredAt time.Time
	FlashedAt  time.Time

	// Health.
	DialTone float64 // dBm0 of the last dial tone heard, 0 when none was
	Misses   int     // seizures in a row that came to no dial tone
	LastMiss time.Time
	Fault    string // what went wrong last, "" if all is well
	Count    Counters
	Retiring bool // the line is to end as soon as it is free
}

// Counters are what has happened on a line since it was started.
type Counters struct {
	Inbound  uint64 `json:"inbound"`
	Outbound uint64 `json:"outbound"`
	Missed   uint64 `json:"missed"` // callers who gave up
	Glare    uint64 `json:"glare"`  // a ring and a seizure met
	Misses   uint64 `json:"no_dial_tone"`
	Lost     uint64 `json:"battery_lost"`
	// Caller ID by how it came: "fsk_between", "fsk_before", "dtmf_before", "dtmf_between", and "none".
	FSKBetween  uint64 `json:"fsk_between"`
	FSKBefore   uint64 `json:"fsk_before"`
	DTMFBefore  uint64 `json:"dtmf_before"`
	DTMFBetween uint64 `json:"dtmf_between"`
	NoCallerID  uint64 `json:"no_caller_id"`
}

// Caller is who calls, as the exchange said it.
type Caller struct {
	Number   string
	Name     string
	Withheld bool // the caller does not want to be known
	DTMF     bool // said by keys, not by data
}

// Clock is a timer of a line.
type Clock uint8

// The timers of a line.
const (
	RingClock     Clock = iota // no further ring: the caller gave up
	WindowClock                // caller ID did not come
	SettleClock                // the hook has settled
	StageClock                 // the present step of an outgoing call takes too long
	RingbackClock              // no further ringback
	DurationClock              // the call lasts too long
	GuardClock                 // the line may be used again
)

// clocks is the number of timers.
const clocks = int(GuardClock) + 1

// Event is what happened to a line.
type Event interface{ event() }

// The events of a line.
type (
	// Sensed: the port signalled something.
	Sensed struct{ Signal analog.Signal }
	// Heard: something was recognised in the sound.
	Heard struct {
		Sound Sound
		For   time.Duration // Quiet: how long already; Steady: how long it was quiet before
		Level float64       // dBm0 of a tone, 0 when not measured
	}
	// Called: caller ID came, whole and with the right checksum.
	Called struct{ Caller Caller }
	// Pressed: the far side pressed a key.
	Pressed struct{ Key byte }
	// Seize: a call is to go out.
	Seize struct{ Number []Stage }
	// Ordered: the call told its leg something.
	Ordered struct{ Command line.Command }
	// Sent: the digits of the stage under way are out.
	Sent struct{}
	// Fired: a timer ran out.
	Fired struct{ Clock Clock }
	// Ruled: the line's rules were changed.
	Ruled struct{ Rules Rules }
	// Retire: the line is to end as soon as it is free.
	Retire struct{}
	// Test: a test call is to be made.
	Test struct{ Number []Stage }
)

func (Sensed) event()  {}
func (Heard) event()   {}
func (Called) event()  {}
func (Pressed) event() {}
func (Seize) event()   {}
func (Ordered) event() {}
func (Sent) event()    {}
func (Fired) event()   {}
func (Ruled) event()   {}
func (Retire) event()  {}
func (Test) event()    {}

// Sound is something recognised in a line's sound.
type Sound uint8

// The sounds.
const (
	_           Sound = iota
	DialTone          //
	Ringback          // one burst of it
	Busy              // its cadence
	Congestion        //
	Information       // special information tones: the number is wrong
	Steady            // a tone that does not end and that is none of the above
	Voice             // speech or music
	FaxAnswer         // 2100 Hz: a fax machine answers
	Quiet             // nothing
	FaxCalling        // 1100 Hz: a fax machine calls
)

// String returns the sound's name.
func (s Sound) String() string {
	names := [...]string{"unknown", "dial_tone", "ringback", "busy", "congestion", "information", "steady", "voice", "fax_answer", "quiet", "fax_calling"}
	if int(s) >= len(names) {
		return names[0]
	}
	return names[s]
}

// Mode is what a line listens for.
type Mode uint8

// The modes of listening.
const (
	Watching  Mode = iota // on hook: caller ID
	Inviting              // off hook: dial tone is awaited
	Following             // an outgoing call before the answer: tones, voice
	Talking               // tones that mean the far side hung up; keys; silence
	Studying              // a test call: everything is kept
)

// Effect is what must be done after a step, in the order given.
type Effect interface{ effect() }

// The effects of a line.
type (
	SetHook    struct{ Hook analog.Hook }
	Flash      struct{ For time.Duration }
	EchoCancel struct{ On bool }
	Listen     struct{ Mode Mode }
	// Send digits, by keys or pulses; Sent tells when they are out.
	Send struct{ Digits string }
	// Hush stops sending.
	Hush struct{}
	// Arm makes a clock run out after a time, from now; Disarm stops it.
	Arm struct {
		Clock Clock
		After time.Duration
	}
	Disarm struct{ Clock Clock }
	// Offer makes the leg of a caller.
	Offer struct{ Caller Caller }
	// Take makes the leg that asked for the line its leg; Refuse sends it away.
	Take   struct{}
	Refuse struct {
		Cause  line.Cause
		Detail string
	}
	// Report tells the leg's call something.
	Report struct{ Event line.Event }
	// Tested hands over what a test call brought; Complete is false when it was broken off.
	Tested struct{ Complete bool }
	// Finish ends the line's actor.
	Finish struct{}
)

func (SetHook) effect()    {}
func (Flash) effect()      {}
func (EchoCancel) effect() {}
func (Listen) effect()     {}
func (Send) effect()       {}
func (Hush) effect()       {}
func (Arm) effect()        {}
func (Disarm) effect()     {}
func (Offer) effect()      {}
func (Take) effect()       {}
func (Refuse) effect()     {}
func (Report) effect()     {}
func (Tested) effect()     {}
func (Finish) effect()     {}
