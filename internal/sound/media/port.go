package media

import "time"

// FrameSamples is the length of one frame: 20 ms at 8 kHz, one octet a sample (G.711 A-law, ITU-T G.711).
const FrameSamples = 160

// FrameDuration is the time one [Frame] lasts, and the period of the media clock.
const FrameDuration = 20 * time.Millisecond

// Frame is 20 ms of A-law sound. Silence is 0xD5 in every octet.
type Frame [FrameSamples]byte

// Port is one party's sound on the 20 ms clock. Neither method blocks or allocates; both are called only by
// the media clock.
type Port interface {
	// Pull fetches the next 20 ms heard from the party and reports false for silence (f is then untouched).
	Pull(f *Frame) bool
	// Push sends 20 ms to the party.
	Push(f *Frame)
}

// Source is something that can be played: a prompt, a tone, music. Next is called only by the media clock and
// reports false when it is over (f is then untouched). It neither blocks nor allocates nor reads a disk.
type Source interface {
	Next(f *Frame) bool
}

// Tap hears what passes through a [Bridge]: left is what the bridge's first member (the caller) says, or who is named by
// [Bridge.SetLeft], right is what all others say, as far as [Bridge.SetTapGroups] lets them. Frames follow one another without gap or overlap on either plane, in step. It must not
// block: the media loop calls it. The frames are only valid during the call.
type Tap interface {
	Frame(left, right *Frame)
}

// Event is a fact about a party's sound, reported to the function given at [RTPConfig.Sink]. That function is
// called from the receive loop and must only post to a mailbox.
type Event interface{ event() }

type (
	// Digit: the party pressed a key; reported once a press, at its beginning, however it was sent
	// (RFC 4733 or in-band).
	Digit struct{ Key byte }
	// Lost: no packet came for [RTPConfig.Timeout]. Reported once, until packets flow again.
	Lost struct{}
	// Learnt: the party's real sound address is known (the first accepted packet).
	Learnt struct{}
)

func (Digit) event()  {}
func (Lost) event()   {}
func (Learnt) event() {}
