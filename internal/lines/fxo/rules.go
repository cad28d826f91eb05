package fxo

import "time"

// Rules are what a line's procedures go by: a [Profile] and the settings of the line, worked out.
type Rules struct {
	Abandon      time.Duration // no further ring for so long: the caller gave up
	CallerWindow time.Duration // caller ID is awaited for so long after the first ring began, unless a second one begins
	NoCallerID   bool          // the line has none: nothing is awaited
	AnswerSwap   Known         // polarity changes when the called side answers
	HangupSwap   Known         // polarity changes when the far side hangs up

	DialTone      bool          // dial tone is awaited before dialling
	DialToneLimit time.Duration // for so long at most
	BlindPause    time.Duration // when it is not: so long after lifting
	AnswerLimit   time.Duration // after dialling, with sound but neither ringback nor another tone: it counts as answered
	RingLimit     time.Duration // ringback for so long: nobody answers
	RingbackGap   time.Duration // no further ringback after one: it has stopped

	Settle       time.Duration // after the hook moved: signals mean nothing
	SwapGuard    time.Duration // after the answer: a change of polarity means nothing
	Flash        time.Duration
	Guard        time.Duration // from hanging up to the next use
	SilenceLimit time.Duration // nothing heard for so long: the call is dead; 0 = never
	SteadyAfter  time.Duration // an unknown steady tone means hung up after silence of this length
	MaxCall      time.Duration
	Misses       int // seizures in a row without dial tone that make a fault
}

// Known is what is known of a line's behaviour.
type Known string

// What may be known.
const (
	Yes     Known = "yes"
	No      Known = "no"
	Unknown Known = "unknown"
)

// callerMemory is how long caller ID that came before the first ring waits for it. callerSoon is how long it keeps an
// outgoing call from taking the line.
const (
	callerMemory = 10 * time.Second
	callerSoon   = 3 * time.Second
	// sameRing is the pause inside one ring of a double cadence: PBXs ring 0.4 s, 0.2 s off, 0.4 s, 2 s off.
	sameRing = time.Second
	// ringPause is longer than any pause between two rings of a call.
	ringPause = 5500 * time.Millisecond
	// sendLimit is the longest that digits may take to send: 64 pulsed zeros.
	sendLimit = 2 * time.Minute
	// testDialTone and testListen are how long a test call listens before dialling and after.
	testDialTone = 5 * time.Second
	testListen   = 45 * time.Second
	testTail     = 1500 * time.Millisecond // after the loop was opened
)

// DefaultRules are the rules of a line of which nothing is known.
func DefaultRules() Rules {
	return Rules{
		Abandon: 8 * time.Second, CallerWindow: 6 * time.Second, AnswerSwap: Unknown, HangupSwap: Unknown,
		DialTone: true, DialToneLimit: 10 * time.Second, BlindPause: 2 * time.Second,
		AnswerLimit: 30 * time.Second, RingLimit: 2 * time.Minute, RingbackGap: 6500 * time.Millisecond,
		Settle: 300 * time.Millisecond, SwapGuard: 600 * time.Millisecond, Flash: 200 * time.Millisecond,
		Guard: 2 * time.Second, SilenceLimit: 15 * time.Minute, SteadyAfter: 20 * time.Second, MaxCall: 4 * time.Hour, Misses: 3,
	}
}
