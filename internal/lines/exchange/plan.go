package exchange

import (
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// source makes sound; next fills a frame and reports false when it is over (the rest of the frame is then silence).
type source interface{ next(out *samples) bool }

// act is one thing that an exchange does on a line: something to signal, then sound or silence for a time.
type act struct {
	signal analog.Signal // told at its beginning, 0 = none
	ring   bool          // ring current flows
	sound  source        // nil = silence
	frames int           // how long; 0 = until the sound is over; negative = for ever
	loop   int           // when over, go back to the act of this number …
	again  bool          // … if so
	name   string        // for the journal
}

// plan does acts one after another. The zero value is finished.
type plan struct {
	acts []act
	at   int
	n    int // frames into the present act
}

func newPlan(acts ...act) plan { return plan{acts: acts} }

// now is the present act; nil when the plan is finished.
func (p *plan) now() *act {
	if p.at >= len(p.acts) {
		return nil
	}
	return &p.acts[p.at]
}

// first reports whether the present act begins with this frame.
func (p *plan) first() bool { return p.n == 0 }

// step fills out with the present act's sound and moves on.
func (p *plan) step(out *samples) {
	a := p.now()
	if a == nil {
		return
	}
	over := false
	if a.sound != nil && !a.sound.next(out) {
		over = a.frames == 0
	}
	p.n++
	if a.sound == nil && a.frames == 0 || a.frames > 0 && p.n >= a.frames {
		over = true
	}
	if !over {
		return
	}
	p.n = 0
	if a.again {
		p.at = a.loop
	} else {
		p.at++
	}
}

func pause(d time.Duration) act { return act{frames: max(1, frames(d))} }

// toned is a tone, for a time or (0) for ever.
func toned(t dsp.Tone, d time.Duration) act {
	a := act{sound: newTones(t), frames: -1}
	if d > 0 {
		a.frames = max(1, frames(d))
	}
	return a
}

// tones plays tones one after another.
type tones struct{ rest []dsp.Generator }

func newTones(all ...dsp.Tone) *tones {
	t := &tones{}
	for _, x := range all {
		t.rest = append(t.rest, dsp.NewGenerator(x))
	}
	return t
}

func (t *tones) next(out *samples) bool {
	n := 0
	for n < len(out) && len(t.rest) > 0 {
		k := t.rest[0].Next(out[n:])
		if n += k; n < len(out) {
			t.rest = t.rest[1:]
		}
	}
	return len(t.rest) > 0
}

// clip plays recorded sound, again and again if it loops.
type clip struct {
	alaw []byte
	at   int
	loop bool
}

func (c *clip) next(out *samples) bool {
	for i := range out {
		if c.at == len(c.alaw) {
			if !c.loop || len(c.alaw) == 0 {
				return false
			}
			c.at = 0
		}
		out[i] = dsp.DecodeALaw(c.alaw[c.at])
		c.at++
	}
	return true
}

// keyed presses keys.
func keyed(keys string, on, off time.Duration, level float64) *tones {
	return newTones(dsp.DTMFTones(keys, on, off, level)...)
}

// informationTones are the special information tones (ITU-T E.180 §6): 950, 1400 and 1800 Hz for a third of a second each.
func informationTones() *tones {
	third := func(hz float64, off time.Duration) dsp.Tone {
		return dsp.Tone{Freq1: hz, Level: -12, On: 330 * time.Millisecond, Off: off, Repeat: 1}
	}
	return newTones(third(950, 0), third(1400, 0), third(1800, time.Second))
}

// ringNoise is what a ring sounds like through the capacitor of a port: the ring current's harmonics.
func ringNoise() *tones { return newTones(dsp.Tone{Freq1: 25, Freq2: 75, Level: -14}) }
