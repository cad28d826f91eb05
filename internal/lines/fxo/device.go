package fxo

import (
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
)

// Device is one analog port. The kernel's (lines/dahdi) and the simulated exchange's (lines/exchange) both satisfy
// it. The methods may be called from any goroutine, also from within the handler, and none of them waits: a hook
// that has finished moving is reported as analog.HookDone. On a port that was removed they do nothing.
type Device interface {
	// Name is how the settings name the port, for example "dahdi/3" or "exchange/1".
	Name() string
	// Attach makes h hear of everything from the next frame on; nil ends that. A device without a handler keeps on hook
	// and is silent. A port that is without battery, or gone, says so to each new handler.
	Attach(h analog.Handler)
	// SetHook opens or closes the loop.
	SetHook(h analog.Hook)
	// Flash opens the loop for d and closes it again (register recall). It means nothing on hook.
	Flash(d time.Duration)
	// EchoCancel turns the device's echo canceller on or off, if it has one. It is off when the line goes on hook.
	EchoCancel(on bool)
}

// Pulser is a [Device] that can dial by opening and closing the loop (10 pulses a second, ITU-T Q.2 §2).
type Pulser interface {
	Device
	// Pulse dials digits ('0'…'9'); analog.HookDone tells when it is done.
	Pulse(digits string)
}

// Gapped is a [Device] that counts the frames which it could not say, because what is below it took none in time: the
// far side hears gaps.
type Gapped interface {
	Device
	// Gaps is how many frames of 20 ms there were, since the device was made.
	Gaps() uint64
}
