package exchange

import (
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// Caller is who calls one of our lines, and how they behave.
type Caller struct {
	Number   string
	Name     string
	Withheld bool     // asks for the number not to be shown
	At       DateTime // sent with caller ID; zero: none
	Patience time.Duration
	Script   []Action // from the answer on; when it is over the caller hangs up
	Hear     time.Duration
}

// DateTime is the exchange's clock as caller ID tells it.
type DateTime struct{ Month, Day, Hour, Minute uint8 }

// Subscriber is somebody who can be called from our lines.
type Subscriber struct {
	Number  string
	Outcome Outcome
	After   time.Duration // Answers: from the first ringback to the answer
	Music   []byte        // colour ring: A-law played in place of ringback
	Script  []Action      // from the answer on; when it is over the subscriber hangs up
	Hear    time.Duration // how much of what they hear is kept; 0 = 30 s
}

// Outcome is what comes of calling a [Subscriber].
type Outcome uint8

// What can come of a call.
const (
	Answers   Outcome = iota
	NoAnswer          // rings for the line's RingFor, then busy tone
	Busy              // busy tone at once
	Congested         // congestion tone: no way through the network
	Vacant            // the number is not in use: information tones and a voice
	Swallowed         // silence for ever: a call lost in the network
)

// Action is one thing a person does. One of the fields is set; Wait may go with each and comes first.
type Action struct {
	Wait  time.Duration
	Say   []byte // A-law
	Keys  string // pressed, 100 ms each and 100 ms between
	Tone  dsp.Tone
	For   time.Duration // how long Tone lasts
	Await string        // waits until these keys were heard (at most a minute)
	Stay  bool          // stays on the line until the other side hangs up
}

// FaxCalling is the tone by which a fax machine that calls makes itself known: 1100 Hz, half a second every 3.5 (ITU-T T.30 §4).
func FaxCalling(d time.Duration) Action {
	return Action{Tone: dsp.Tone{Freq1: 1100, Level: -12, On: 500 * time.Millisecond, Off: 3 * time.Second}, For: d}
}

// FaxAnswer is the tone by which a fax machine answers: 2100 Hz (ITU-T T.30 §4).
func FaxAnswer() Action {
	return Action{Wait: 200 * time.Millisecond, Tone: dsp.Tone{Freq1: 2100, Level: -12}, For: 3 * time.Second}
}

const (
	defaultPatience = 60 * time.Second
	defaultHear     = 30 * time.Second
	awaitLimit      = time.Minute
)

// person acts a script at the far end of a call.
type person struct {
	script []Action
	at     int
	n      int // frames into the present action
	sound  source
	begun  bool
	ears   *dsp.DTMFReceiver
	keys   []byte // heard since the last Await
	all    []byte // heard at all
	heard  []byte // A-law, as far as kept
}

func newPerson(script []Action, hear time.Duration) *person {
	return &person{script: script, ears: dsp.NewDTMFReceiver(), heard: make([]byte, 0, dsp.Samples(or(hear, defaultHear)))}
}

// step is one frame of a conversation: what is heard in, what is said out. It reports false when the person hangs up.
func (p *person) step(in, out *samples) bool {
	if k := p.ears.Write(in[:]); k != 0 {
		p.keys, p.all = append(p.keys, k), append(p.all, k)
	}
	for _, s := range in {
		if len(p.heard) < cap(p.heard) {
			p.heard = append(p.heard, dsp.EncodeALaw(s))
		}
	}
	if p.at >= len(p.script) {
		return false
	}
	if a := &p.script[p.at]; p.n >= frames(a.Wait) && p.act(a, out) {
		p.at, p.n, p.begun = p.at+1, 0, false
		return true
	}
	p.n++
	return true
}

// act does one frame of an action whose wait is over and reports whether it is done.
func (p *person) act(a *Action, out *samples) bool {
	if !p.begun {
		p.begun, p.sound = true, a.source()
		if a.Await != "" && len(p.keys) > len(a.Await) {
			p.keys = p.keys[:0]
		}
	}
	spent := p.n - frames(a.Wait)
	switch {
	case a.Stay:
		return false
	case a.Await != "":
		if tail := len(p.keys) - len(a.Await); tail >= 0 && string(p.keys[tail:]) == a.Await {
			p.keys = p.keys[:0]
			return true
		}
		return spent >= frames(awaitLimit)
	case p.sound != nil:
		return !p.sound.next(out) || a.For > 0 && spent+1 >= frames(a.For)
	}
	return true
}

func (a *Action) source() source {
	switch {
	case a.Say != nil:
		return &clip{alaw: a.Say}
	case a.Keys != "":
		return keyed(a.Keys, 100*time.Millisecond, 100*time.Millisecond, 0)
	case a.Tone != (dsp.Tone{}):
		return newTones(a.Tone)
	}
	return nil
}

// far is the other side of a line's call.
type far interface {
	// talk is one frame of conversation; false = they hang up.
	talk(in, out *samples) bool
	// lifted tells that our side answered; hungUp that it hung up or gave up.
	lifted()
	hungUp()
}
