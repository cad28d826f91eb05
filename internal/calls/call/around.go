package call

// What several parties do in one conversation: consult, listen in, leave one another.

// Role is what a [Try] is for.
type Role uint8

// The roles of a try.
const (
	Reach     Role = iota // whom the guest is led to
	Consulted             // whom a party of the conversation asks while the guest waits
	Recalled              // who passed the guest on, and now gets it back
	Reclaimed             // who forgot the other side on hold
	Came                  // not rung at all: a leg that another call gave
)

// Consult is a party of the conversation speaking with somebody else while the rest wait.
type Consult struct {
	On    bool
	By    int // the leg that asked
	Try   int
	Third int  // the leg asked, once it has answered …
	Up    bool // … as this says
	Away  bool // By is back with the rest, and the third waits
}

// Typing is a code that a plain phone types in a conversation.
type Typing struct {
	On     bool
	Leg    int
	For    byte // what the number is for: [keyBlind] or [keyConsult]
	Digits string
}

// Farewell is the last thing a leg hears before it is hung up: the number of a parking place.
type Farewell struct{ Leg, Play int }

// Watch is how a supervisor's leg takes part. The zero value is not at all.
type Watch uint8

// The ways to take part.
const (
	_       Watch = iota
	Listen        // hears all, is heard by nobody
	Whisper       // is heard by the agent alone
	Barge         // is heard by all
)

// String returns the name as it stands in the API and the audit.
func (w Watch) String() string {
	return [...]string{"none", "listen", "whisper", "barge"}[w]
}

// ParseWatch reads what [Watch.String] wrote; ok is false for an unknown name.
func ParseWatch(s string) (w Watch, ok bool) {
	for w = Listen; w <= Barge; w++ {
		if w.String() == s {
			return w, true
		}
	}
	return 0, false
}
