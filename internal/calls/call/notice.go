package call

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
func (Identified) notice() {}
func (Finished) notice()   {}
