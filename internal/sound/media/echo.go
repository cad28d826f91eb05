package media

import "time"

// echoDelay is how much later somebody hears what they said: late enough to be told from the voice in one's own head.
const echoDelay = 600 * time.Millisecond

// Echo is a [Tap] and the [Source] of what it has heard from the left side, a little later: one hears oneself. It is used
// by the media clock alone, once.
type Echo struct {
	frames [echoDelay / FrameDuration]Frame
	next   int // the oldest frame, which the newest replaces
	heard  bool
}

// NewEcho makes an echo, which begins with silence.
func NewEcho() *Echo {
	e := &Echo{}
	for i := range e.frames {
		e.frames[i] = silentFrame()
	}
	return e
}

// Frame hears 20 ms.
func (e *Echo) Frame(left, _ *Frame) {
	e.frames[e.next], e.heard = *left, true
}

// Next says what was heard that long ago. It is never over.
func (e *Echo) Next(f *Frame) bool {
	if !e.heard {
		e.frames[e.next] = silentFrame()
	}
	e.next = (e.next + 1) % len(e.frames)
	*f = e.frames[e.next]
	e.heard = false
	return true
}
