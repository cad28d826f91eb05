package analog

import "github.com/dealerline/dealerline/internal/sound/media"

// Frame is 20 ms of A-law sound on the device's clock.
type Frame = media.Frame

// Handler takes what happens at a port. Both methods are called only from the device's loop, one at a time, and
// neither blocks nor allocates. Signals come before the frame in which they happened.
type Handler interface {
	// Frame hands over the 20 ms just heard and fetches the next 20 ms to say: out holds silence and may be left so.
	// in is only valid during the call.
	Frame(in, out *Frame)
	// Signal reports something that is not sound.
	Signal(s Signal)
}

// Signal is what happened on the wires, apart from sound.
type Signal uint8

// The signals of a port.
const (
	_           Signal = iota
	RingBegins         // ring current has come on, once for each burst
	RingEnds           // the burst is over
	Reversed           // tip and ring have changed places
	LoopOpened         // the exchange took the current away for a moment: the far side has hung up (kewlstart, CPC)
	BatteryLost        // no current for long: the line is cut or pulled out
	BatteryBack        // there is current again
	HookDone           // what SetHook, Flash or Pulse began is finished
	Removed            // the port itself is gone: a card or a span was taken out
	Returned           // it is back, on hook
	Stopped            // the device's loop ends: nothing more comes, until Returned
)

// String returns the signal's name as it stands in logs and captures.
func (s Signal) String() string {
	names := [...]string{
		"unknown", "ring_begins", "ring_ends", "reversed", "loop_opened", "battery_lost", "battery_back", "hook_done",
		"removed", "returned", "stopped",
	}
	if int(s) >= len(names) {
		return names[0]
	}
	return names[s]
}

// Hook is the state of our end of the loop.
type Hook uint8

// The states of the hook.
const (
	OnHook  Hook = iota // the loop is open: the line is free
	OffHook             // the loop is closed: the line is in use
)

// String returns "on_hook" or "off_hook".
func (h Hook) String() string {
	if h == OffHook {
		return "off_hook"
	}
	return "on_hook"
}
