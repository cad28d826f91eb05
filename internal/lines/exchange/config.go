package exchange

import (
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// Config is what an [Exchange] is made of.
type Config struct {
	Seed        uint64
	Lines       []LineConfig
	Subscribers []Subscriber
	// Tick is how long a frame takes in Run; 0 = 20 ms exactly. A little more or less is a clock that drifts.
	Tick time.Duration
}

// LineConfig is one of our lines as the exchange serves it. The zero value but for Name and Number is a clean line
// with FSK caller ID between the first two rings and endless busy tone after the far side hung up.
type LineConfig struct {
	Name   string // of the port, for example "exchange/1"
	Number string // our number on it

	Presentation Presentation // how caller ID is sent
	Clearing     Clearing     // what tells that the far side hung up
	// AnswerReversal swaps the wires when the called person answers, and back when the call is over.
	AnswerReversal bool
	// SeizureReversal swaps the wires when we lift, and back, which means nothing: some gateways do.
	SeizureReversal bool

	DialToneDelay time.Duration // after we lift; 0 = 200 ms, negative = there is never a dial tone
	PostDialDelay time.Duration // from the last digit to what comes then; 0 = 500 ms
	RingOn        time.Duration // 0 = 1 s
	RingOff       time.Duration // 0 = 4 s
	RingFor       time.Duration // nobody answers: how long it rings at most; 0 = 60 s
	Tones         Tones         // zero: China's

	Wire Wire
}

// Wire is what lies between the exchange and us.
type Wire struct {
	Loss      float64       // dB, both ways
	Noise     float64       // dBm0 of white noise; 0 = none
	Hum       float64       // dBm0 of 50 Hz with its third harmonic; 0 = none
	Echo      float64       // dB by which what we say comes back weaker; 0 = no echo
	EchoDelay time.Duration // of that echo; 0 = 4 ms
	// NoCanceller is a port without an echo canceller: EchoCancel does nothing.
	NoCanceller bool
	TripClicks  bool // lifting during a ring and the edges of a ring make clicks
}

// Tones are the exchange's call-progress tones.
type Tones struct {
	Dial, Ringback, Busy, Congestion dsp.Tone
}

// orChina fills in what is not set with the tones of GB/T 3380.
func (t Tones) orChina() Tones {
	for _, x := range []struct {
		tone  *dsp.Tone
		china dsp.Tone
	}{{&t.Dial, dsp.DialTone}, {&t.Ringback, dsp.Ringback}, {&t.Busy, dsp.Busy}, {&t.Congestion, dsp.Congestion}} {
		if *x.tone == (dsp.Tone{}) {
			*x.tone = x.china
		}
	}
	return t
}

// Clearing is what an exchange does on a line when the far side has hung up, in this order.
type Clearing struct {
	Delay     time.Duration // silence first
	Reversal  bool          // the wires are swapped
	LoopBreak time.Duration // the current goes away for so long (kewlstart); 0 = it stays
	Congested bool          // congestion tone in place of busy tone
	Silent    bool          // no tone at all …
	BusyFor   time.Duration // … or a tone for so long; 0 = for ever
	DialTone  bool          // then dial tone, otherwise silence
}

// Presentation is how and when caller ID is sent.
type Presentation struct {
	Form   Form
	Timing Timing
	Level  float64 // dBm0 of each frequency; 0 = −13.5 (FSK), −9 (DTMF)
	// DTMF alone: the keys before and after the number; "" = "D" and "C".
	Start, End string
	On, Off    time.Duration // DTMF alone: of a key and of the pause after it; 0 = 60 ms each
	// NoName leaves the caller's name out.
	NoName bool
}

// Form is the signal that carries caller ID.
type Form uint8

// The forms of caller ID met in China.
const (
	MDMF     Form = iota // FSK of Bell 202, multiple data message (YDN 069)
	SDMF                 // FSK of Bell 202, single data message
	MDMFV23              // the same with the frequencies of V.23
	SDMFV23              //
	DTMF                 // keys
	NoNumber             // the line has no caller ID
)

// String returns the form's name.
func (f Form) String() string {
	return [...]string{"mdmf", "sdmf", "mdmf_v23", "sdmf_v23", "dtmf", "none", "?", "?"}[f&7]
}

// Timing is when caller ID is sent.
type Timing uint8

// The moments of caller ID.
const (
	BetweenRings Timing = iota // in the pause after the first ring
	BeforeRing                 // before the first ring
)

// String returns the timing's name.
func (t Timing) String() string { return [...]string{"between", "before"}[t&1] }

// or is d, or the default when d is not set.
func or(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return d
}
