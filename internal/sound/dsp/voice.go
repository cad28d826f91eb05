package dsp

import (
	"math"
	"time"
)

// Limits of the voice detector.
const (
	voiceFloor     = -50.0 // dBm0 below which nothing is a voice
	voiceAbove     = 9.0   // dB above the noise that are one
	voiceHissAbove = 5.0   // the same of a sound with many zero crossings: s, sh, f
	voiceHiss      = 30    // zero crossings a hop
	voiceOnset     = 3     // hops in a row
	voiceHangover  = 20    // hops for which it goes on: the gaps within words
	voiceRise      = 0.03  // dB a hop by which the noise is thought to rise while it is louder than thought
	voiceFall      = 0.3   // share of the difference by which it falls
	voiceSteady    = 0.4   // dB from hop to hop: less is a tone
	voiceSmooth    = 0.12
)

// VoiceDetector tells talk from silence, noise and tones. Make it with [NewVoiceDetector].
type VoiceDetector struct {
	filter    HighPass
	n         int
	energy    float64
	last      float64 // sample
	crossings int
	noise     float64 // dBm0
	level     float64 // of the last hop
	moves     float64 // mean difference from hop to hop, dB
	loud      int     // hops in a row
	hang      int
}

// NewVoiceDetector makes a detector that has heard nothing.
func NewVoiceDetector() *VoiceDetector {
	return &VoiceDetector{filter: NewHighPass(mains), noise: -65, level: floorLevel, moves: 3}
}

// Write takes in sound and reports whether there is talk at its end. Talk begins 30 ms after its sound and ends 200
// ms after it.
func (v *VoiceDetector) Write(samples []int16) bool {
	for _, s := range samples {
		x := v.filter.Next(float64(s))
		v.energy += x * x
		if (x < 0) != (v.last < 0) {
			v.crossings++
		}
		v.last = x
		if v.n++; v.n == Hop {
			v.hop()
		}
	}
	return v.hang > 0
}

// Noise is the level in dBm0 of what is heard between the talk.
func (v *VoiceDetector) Noise() float64 { return v.noise }

func (v *VoiceDetector) hop() {
	level := toLevel(v.energy / Hop)
	v.moves += voiceSmooth * (min(6, math.Abs(level-v.level)) - v.moves)
	v.level = level
	above := voiceAbove
	if v.crossings >= voiceHiss {
		above = voiceHissAbove
	}
	if level > v.noise {
		v.noise += voiceRise
	} else {
		v.noise = max(-75, v.noise+voiceFall*(level-v.noise))
	}
	if level > voiceFloor && level > v.noise+above && v.moves > voiceSteady {
		if v.loud++; v.loud >= voiceOnset {
			v.hang = voiceHangover
		}
	} else {
		v.loud = 0
		v.hang = max(0, v.hang-1)
	}
	v.n, v.energy, v.crossings = 0, 0, 0
}

// Silence measures how long a line has been silent. Make it with [NewSilence].
type Silence struct {
	limit  float64 // mean square
	n      int
	energy float64
	lasts  time.Duration
}

// NewSilence makes a measure for which silence is what is fainter than level dBm0 over each 10 ms.
func NewSilence(level float64) *Silence {
	a := Amplitude(level)
	return &Silence{limit: a * a / 2}
}

// Write takes in sound and returns how long there has been silence at its end.
func (q *Silence) Write(samples []int16) time.Duration {
	for _, s := range samples {
		q.energy += float64(s) * float64(s)
		if q.n++; q.n < Hop {
			continue
		}
		if q.energy < q.limit*Hop {
			q.lasts += Hop * time.Second / SampleRate
		} else {
			q.lasts = 0
		}
		q.n, q.energy = 0, 0
	}
	return q.lasts
}
