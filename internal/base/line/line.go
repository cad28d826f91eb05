package line

import "time"

// Direction says who started a leg, seen from the box.
type Direction uint8

// The directions of a leg.
const (
	_        Direction = iota
	Inbound            // the other side called the box
	Outbound           // the box called the other side
)

// String returns "inbound" or "outbound".
func (d Direction) String() string { return [...]string{"unknown", "inbound", "outbound"}[d] }

// Kind says what a leg runs on.
type Kind uint8

// The kinds of leg.
const (
	_         Kind = iota
	Extension      // a desk phone or softphone of the dealership
	Trunk          // a line to the public network
)

// String returns "extension" or "trunk".
func (k Kind) String() string { return [...]string{"unknown", "extension", "trunk"}[k] }

// Info is what is known of a leg when it appears. It does not change.
type Info struct {
	ID        string // unique for ever (UUIDv7)
	CallID    string // the signalling's own name for it (SIP Call-ID), for logs and traces
	Direction Direction
	Kind      Kind
	Line      string // the extension number, or the trunk's name
	From      string // caller's number as received, empty when withheld
	FromName  string // caller's display name, may be empty
	To        string // number dialled
	Withheld  bool   // the caller asked for anonymity (RFC 3323, CLIR)
	At        time.Time

	// Replaces is the CallID of the leg whose place this one wants to take, "" for an ordinary call: a phone picks up
	// what rings on another one (SIP INVITE with Replaces, RFC 3891). The signalling has checked that there is such a
	// leg, on an extension; whether this phone may have it is for the call to decide. ReplacesEarly: only while that
	// leg still rings (early-only, RFC 3891 §7.1).
	Replaces      string
	ReplacesEarly bool
}

// Command is what a leg is told to do. Commands never block and never fail at once: what came of one is
// reported as an [Event].
type Command interface{ command() }

// The commands of a leg.
type (
	// Ring tells the calling side that the called side is being alerted (SIP 180).
	Ring struct{}
	// Progress opens the sound path before the answer (SIP 183 with SDP).
	Progress struct{}
	// Answer connects the leg (SIP 200). A phone that the box has ring is asked to be taken up.
	Answer struct{}
	// Hangup ends the leg in whatever state it is.
	Hangup struct{ Cause Cause }
	// Hold tells the far side that the box does not listen for now; Unhold ends that.
	Hold   struct{}
	Unhold struct{}
	// SendDigits sends DTMF in the way agreed with the far side.
	SendDigits struct{ Digits string }
	// TransferResult tells the far side what came of its last [Transfer]. When it is not OK, Cause says why. Where
	// no transfer waits for its result, it is nothing.
	TransferResult struct {
		OK    bool
		Cause Cause
	}
)

func (Ring) command()           {}
func (Progress) command()       {}
func (Answer) command()         {}
func (Hangup) command()         {}
func (Hold) command()           {}
func (Unhold) command()         {}
func (SendDigits) command()     {}
func (TransferResult) command() {}

// Event is a fact that a leg reports to the call that owns it. After [Ended] a leg reports nothing more.
type Event interface{ event() }

// The facts of a leg.
type (
	// Ringing: the far side alerts (SIP 180).
	Ringing struct{}
	// EarlyMedia: the far side sends sound before answering (SIP 183 with SDP).
	EarlyMedia struct{}
	// Answered: the leg is connected in both directions. For an inbound leg: our answer was confirmed (ACK).
	Answered struct{ By Supervision }
	// Held: the far side put us on hold; Unheld: it came back.
	Held   struct{}
	Unheld struct{}
	// Digit: one key press, reported exactly once, when it begins.
	Digit struct{ Key byte } // '0'…'9', '*', '#', 'A'…'D'
	// Transfer: the far side asks that the party it speaks with be led on to the number To (SIP REFER, RFC 3515).
	// Replaces is "" for a blind transfer. For an attended one it is the CallID of the same phone's other leg, whose
	// place that party takes (RFC 3891); To then only says whom that leg was meant for. The leg stays connected and
	// waits for a [TransferResult]; a second Transfer comes only after that.
	Transfer struct{ To, Replaces string }
	// Ended: the leg is over and its resources are free.
	Ended struct {
		Cause   Cause
		Remote  bool    // the far side ended it
		Detail  string  // the signalling's words, for example "486 Busy Here"
		Quality Quality // of the sound, where it was measured
	}
)

func (Ringing) event()    {}
func (EarlyMedia) event() {}
func (Answered) event()   {}
func (Held) event()       {}
func (Unheld) event()     {}
func (Digit) event()      {}
func (Transfer) event()   {}
func (Ended) event()      {}

// Supervision is how an answer was known. Only some lines say so; on others it is inferred, more or less safely.
type Supervision uint8

// The ways to know of an answer, the safest first.
const (
	BySignal   Supervision = iota // the signalling said so (SIP 200, Q.931 CONNECT, our own hook)
	ByPolarity                    // the exchange swapped the wires of an analog line
	ByFax                         // a fax machine answered (2100 Hz, ITU-T T.30 §4)
	ByVoice                       // somebody spoke after the ringback tone
	ByRingback                    // the ringback tone stopped and no other tone followed
	ByTimeout                     // nothing spoke against it for long enough
)

// String returns the name as it stands in logs and call records, for example "polarity".
func (s Supervision) String() string {
	names := [...]string{"signal", "polarity", "fax", "voice", "ringback", "timeout"}
	if int(s) >= len(names) {
		return "unknown"
	}
	return names[s]
}

// MarshalText writes the name, for JSON. On disk it is the number.
func (s Supervision) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Quality is what was measured of one leg's sound. Zero means not measured.
type Quality struct {
	Sent, Received, Lost uint64        // RTP packets; Lost are those expected from the far side that did not come
	RemoteLost           float64       // fraction of ours that the far side missed, 0…1 (RFC 3550 §6.4.1)
	Jitter               time.Duration // interarrival jitter of what we received (RFC 3550 §6.4.1)
	RoundTrip            time.Duration // from RTCP, 0 when unknown
	MOS                  float64       // estimate 1.0…4.5 by the E-model (ITU-T G.107), 0 when unknown
}

// MarshalText writes the name, for JSON. On disk it is the number.
func (d Direction) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// MarshalText writes the name, for JSON. On disk it is the number.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }
