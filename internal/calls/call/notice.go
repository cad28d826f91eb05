package call

// LineState is how far a phone's line is (RFC 4235 §3.7.1).
type LineState uint8

// The states of a line.
const (
	LineFree    LineState = iota // the call is over for it
	LineEarly                    // it rings, or has dialled
	LineTalking                  // it is connected
)

// Notice is a fact about calls, published for boards, terminals and counters.
type Notice interface{ notice() }

type (
	// Started: a call arrived.
	Started struct {
		Call       ID
		Kind, Line string // of the caller's leg
		From, To   string
		Card       Card
	}
	// Led: the call went on to a place.
	Led struct {
		Call   ID
		Target Target
	}
	// Alerting: a phone rings for the call.
	Alerting struct {
		Call      ID
		Extension string
		Offer     Offer
		Card      Card
	}
	// Connected: a person has the call.
	Connected struct {
		Call      ID
		Agent     string
		Extension string
	}
	// Holding: one side of the call put the other on hold, or took it back.
	Holding struct {
		Call ID
		On   bool
	}
	// PhoneIs: a phone of the house uses one of its lines for a call, or no longer does.
	PhoneIs struct {
		Call      ID
		Extension string
		CallID    string // the signalling's own name of the leg
		State     LineState
		Dialed    bool // from the phone, not to it
		Remote    string
		Name      string
	}
	// ParkedAt: a call waits at a parking place, or has left it.
	ParkedAt struct {
		Call ID
		Slot string
		On   bool
	}
	// Watched: a supervisor takes part in an agent's conversation in this way; 0: in the agent's place.
	Watched struct {
		Call              ID
		Supervisor, Agent string // extensions
		Watch             Watch
	}
	// Identified: somebody has said who the caller is.
	Identified struct {
		Call     ID
		Customer string
	}
	// Finished: the call is over and its record stored.
	Finished struct{ Record CDR }
)

func (Started) notice()    {}
func (Led) notice()        {}
func (Alerting) notice()   {}
func (Connected) notice()  {}
func (Holding) notice()    {}
func (PhoneIs) notice()    {}
func (ParkedAt) notice()   {}
func (Watched) notice()    {}
func (Identified) notice() {}
func (Finished) notice()   {}
