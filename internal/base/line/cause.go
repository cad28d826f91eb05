package line

// Cause is why a leg or a call ended: the cause values of ITU-T Q.850, and above 127 our own for what Q.850
// has no word for.
type Cause uint8

// Causes by Q.850 table 1.
const (
	CauseUnknown            Cause = 0
	UnallocatedNumber       Cause = 1
	Preemption              Cause = 8 // its line is needed for a call that matters more
	NormalClearing          Cause = 16
	UserBusy                Cause = 17
	NoUserResponding        Cause = 18
	NoAnswer                Cause = 19
	SubscriberAbsent        Cause = 20 // not registered
	CallRejected            Cause = 21
	NumberChanged           Cause = 22
	AnsweredElsewhere       Cause = 26 // Q.850: non-selected user clearing
	DestinationOutOfOrder   Cause = 27
	InvalidNumber           Cause = 28
	NormalUnspecified       Cause = 31
	NoCircuit               Cause = 34
	NetworkOutOfOrder       Cause = 38
	TemporaryFailure        Cause = 41
	Congestion              Cause = 42
	BearerNotImplemented    Cause = 65 // no common codec
	IncompatibleDestination Cause = 88
	RecoveryOnTimer         Cause = 102
	ProtocolError           Cause = 111
	Interworking            Cause = 127
)

// Our own causes, for the call record.
const (
	MediaTimeout Cause = 128 + iota // no sound packet for too long: the network or the phone is gone
	Restarted                       // the box was restarted or lost power during the call
	Shutdown                        // the box was being shut down
	Blocked                         // the caller's number is on the blacklist
	TooLong                         // the longest permitted duration was reached
	NoRoute                         // no route leads to the number dialled
)

var causeNames = map[Cause]string{ //nolint:gochecknoglobals // a constant table
	CauseUnknown: "unknown", UnallocatedNumber: "unallocated_number", NormalClearing: "normal_clearing", Preemption: "preemption",
	UserBusy: "user_busy", NoUserResponding: "no_user_responding", NoAnswer: "no_answer",
	SubscriberAbsent: "subscriber_absent", CallRejected: "call_rejected", NumberChanged: "number_changed",
	AnsweredElsewhere: "answered_elsewhere", DestinationOutOfOrder: "destination_out_of_order",
	InvalidNumber: "invalid_number", NormalUnspecified: "normal_unspecified", NoCircuit: "no_circuit",
	NetworkOutOfOrder: "network_out_of_order", TemporaryFailure: "temporary_failure", Congestion: "congestion",
	BearerNotImplemented: "bearer_not_implemented", IncompatibleDestination: "incompatible_destination",
	RecoveryOnTimer: "recovery_on_timer", ProtocolError: "protocol_error", Interworking: "interworking",
	MediaTimeout: "media_timeout", Restarted: "restarted", Shutdown: "shutdown", Blocked: "blocked",
	TooLong: "too_long", NoRoute: "no_route",
}

// String returns the cause's name as it stands in logs and call records, for example "user_busy".
func (c Cause) String() string {
	if s, ok := causeNames[c]; ok {
		return s
	}
	return "other"
}

// Q850 returns the value to put on the wire: 1…127.
func (c Cause) Q850() uint8 {
	switch c {
	case MediaTimeout:
		return uint8(RecoveryOnTimer)
	case Restarted, Shutdown:
		return uint8(TemporaryFailure)
	case Blocked:
		return uint8(CallRejected)
	case TooLong:
		return uint8(NormalClearing)
	case NoRoute:
		return uint8(UnallocatedNumber)
	case CauseUnknown:
		return uint8(NormalUnspecified)
	default:
		return uint8(c) & 0x7f
	}
}

// TryNext reports whether another trunk may succeed where this cause ended an attempt: the fault lies with the
// line or the network, not with the number or the person called.
func (c Cause) TryNext() bool {
	switch c {
	case NoUserResponding, SubscriberAbsent, DestinationOutOfOrder, NoCircuit, NetworkOutOfOrder,
		TemporaryFailure, Congestion, RecoveryOnTimer, ProtocolError, Interworking, MediaTimeout:
		return true
	default:
		return false
	}
}

// MarshalText writes the name, for JSON. On disk it is the number.
func (c Cause) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
