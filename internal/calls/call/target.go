package call

// TargetKind is the kind of place a call can be led to.
type TargetKind uint8

// The places a call can be led to.
const (
	_                TargetKind = iota
	TargetMenu                  // a published flow, by id
	TargetQueue                 // a queue, by id
	TargetExtension             // an extension, by number
	TargetExternal              // a number in the public network
	TargetFeature               // a feature code such as *45
	TargetHangup                // the end; Name is empty or the Q.850 name of the cause
	TargetVoicemail             // a voicemail box, by number
	TargetConference            // a conference room, by number
	TargetPark                  // a parking place, by number; "" is any that is free
	TargetRetrieve              // who is parked at a place, by number
	TargetPickup                // a call that rings at one of these extensions, parted by commas
	TargetWatch                 // the conversation of an extension: "listen 8001", "whisper 8001", "barge 8001"
	TargetSeat                  // the place of the ringing phone whose leg has this CallID
)

// String returns the kind's name as it stands in flows and call records.
func (k TargetKind) String() string {
	return [...]string{"none", "menu", "queue", "extension", "external", "feature", "hangup", "voicemail", "conference", "park", "retrieve", "pickup", "watch", "seat"}[k]
}

// ParseTargetKind reads what [TargetKind.String] wrote; ok is false for an unknown name.
func ParseTargetKind(s string) (kind TargetKind, ok bool) {
	for k := TargetMenu; k <= TargetSeat; k++ {
		if k.String() == s {
			return k, true
		}
	}
	return 0, false
}

// Target is a place a call is led to.
type Target struct {
	Kind TargetKind
	Name string
}

// String returns "queue q_rescue" and the like, for logs and traces.
func (t Target) String() string {
	if t.Name == "" {
		return t.Kind.String()
	}
	return t.Kind.String() + " " + t.Name
}
