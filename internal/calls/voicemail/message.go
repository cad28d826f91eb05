package voicemail

import "time"

// State is what has become of a message. The zero value is invalid on purpose.
type State uint8

// The states.
const (
	_       State = iota
	Draft         // it is being spoken, or its caller is still to say that it is good
	New           // nobody has heard it
	Old           // somebody has heard it, or saved it
	Deleted       // it goes a week after it was deleted
)

// String returns the state's name as it stands in the API.
func (s State) String() string { return [...]string{"unknown", "draft", "new", "old", "deleted"}[s] }

// MarshalText writes the name, for JSON. On disk it is the number.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ParseState reads the name of a state that a message can be given; ok is false for any other.
func ParseState(name string) (s State, ok bool) {
	for s = New; s <= Deleted; s++ {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// Message is what somebody left in a box: a row of the store. The field numbers are for ever.
type Message struct {
	ID       string        `cbor:"1,keyasint" json:"id"`
	Box      string        `cbor:"2,keyasint" json:"box"`
	State    State         `cbor:"3,keyasint" json:"state"`
	Call     string        `cbor:"4,keyasint,omitempty" json:"call,omitempty"`
	Number   string        `cbor:"5,keyasint,omitempty" json:"number,omitempty"` // the caller's; empty: withheld
	Name     string        `cbor:"6,keyasint,omitempty" json:"name,omitempty"`
	Customer string        `cbor:"7,keyasint,omitempty" json:"customer,omitempty"`
	House    bool          `cbor:"8,keyasint,omitempty" json:"house"` // the number is that of an extension
	Left     time.Time     `cbor:"9,keyasint" json:"left_at"`
	Length   time.Duration `cbor:"10,keyasint,omitempty" json:"-"`
	Path     string        `cbor:"11,keyasint" json:"-"` // below the directory of messages
	SHA256   string        `cbor:"12,keyasint,omitempty" json:"sha256,omitempty"`
	Open     bool          `cbor:"13,keyasint,omitempty" json:"-"` // it is being recorded, or was when the box stopped
	Repaired bool          `cbor:"14,keyasint,omitempty" json:"repaired,omitempty"`
	Deleted  time.Time     `cbor:"15,keyasint,omitzero" json:"deleted_at,omitzero"`
}

// Least is the shortest message that is kept when the caller hangs up: below, somebody thought better of it.
const Least = 2 * time.Second

// Box is a place for messages.
type Box struct {
	Number string `json:"number"`
	Name   string `json:"name,omitempty"`
	// Extension is the phone whose box it is: it is read there by *97, its lamp shows it, and calls that the phone does not
	// take go here. Empty: a box of the house, such as a queue's.
	Extension string `json:"extension,omitempty"`
	Queue     string `json:"queue,omitempty"` // whose messages these are, for reports
	PIN       string `json:"pin,omitempty"`   // asked for before messages are heard; without one only the own phones may
	// Greeting is a recording that callers hear. One recorded by phone stands before it; without any the box speaks of itself.
	Greeting    string `json:"greeting,omitempty"`
	MaxSeconds  int    `json:"max_seconds,omitempty"`  // of a message; 0: 180
	MaxMessages int    `json:"max_messages,omitempty"` // that are not deleted; 0: 100
	MaxMinutes  int    `json:"max_minutes,omitempty"`  // of all its messages that are not deleted; 0: no limit of its own
	Operator    string `json:"operator,omitempty"`     // number of the house that 0 leads to
	// Notify are further phones whose lamps show the box, and that may read it as their own.
	Notify []string `json:"notify,omitempty"`
}

// The bounds of a box that does not say.
const (
	defaultSeconds  = 180
	defaultMessages = 100
)

// Limit is the longest message.
func (b Box) Limit() time.Duration {
	if b.MaxSeconds == 0 {
		return defaultSeconds * time.Second
	}
	return time.Duration(b.MaxSeconds) * time.Second
}

func (b Box) most() int {
	if b.MaxMessages == 0 {
		return defaultMessages
	}
	return b.MaxMessages
}

// Phones are the phones that may read the box as their own, and whose lamps show it.
func (b Box) Phones() []string {
	if b.Extension == "" {
		return b.Notify
	}
	return append([]string{b.Extension}, b.Notify...)
}

// GreetingID is the recording made by phone for a box.
func GreetingID(box string) string { return "voicemail_" + box }
