package progress

import (
	"fmt"
	"slices"
)

// Tone is the meaning of a call progress tone.
type Tone uint8

// The tones.
const (
	None        Tone = iota
	Dial             // the exchange waits for digits
	Ringback         // the other side is being rung
	Busy             // the other side is busy, or has hung up
	Congestion       // no way through the network
	CallWaiting      // a second caller waits
	Information      // a recorded announcement follows: number not in use and the like
	Recording        // the call is being recorded
	Howler           // the receiver is off the hook
)

//nolint:gochecknoglobals // constant table
var toneNames = []string{"none", "dial", "ringback", "busy", "congestion", "call_waiting", "information", "recording", "howler"}

// String is the tone's name as it stands in profiles.
func (t Tone) String() string {
	if int(t) < len(toneNames) {
		return toneNames[t]
	}
	return toneNames[None]
}

// MarshalText writes the tone's name.
func (t Tone) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a tone's name.
func (t *Tone) UnmarshalText(text []byte) error {
	i := slices.Index(toneNames, string(text))
	if i < 0 {
		return fmt.Errorf("read tone: %q is none", text)
	}
	*t = Tone(i) //nolint:gosec // a place in a table of nine
	return nil
}
