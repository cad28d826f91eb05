package progress

import (
	"math"
	"math/cmplx"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// Learned is what a line was heard to send.
type Learned struct {
	Frequency float64       // Hz
	Spread    float64       // Hz: standard deviation of the soundings' frequencies
	Level     float64       // dBm0
	CadenceMS []int         // sounding, pause …; none = without pauses
	Cycles    int           // cadences heard
	Heard     time.Duration // how long
	// Confidence is from 0, nothing heard that repeats, to 1: many cycles, all alike.
	Confidence float64
}

// Pattern is what was learned as a tone of a profile. Busy and congestion tones are believed after three soundings,
// others after one.
func (l Learned) Pattern(t Tone) Pattern {
	p := Pattern{Tone: t, Frequency: math.Round(l.Frequency), CadenceMS: l.CadenceMS}
	if len(p.CadenceMS) > 0 {
		p.Soundings = max(1, len(p.CadenceMS)/2)
		if t == Busy || t == Congestion {
			p.Soundings = max(3, p.Soundings)
		}
	}
	return p
}

// With is the profile with this tone in place of what it had for the same meaning.
func (p Profile) With(t Pattern) Profile {
	p.Patterns = slices.DeleteFunc(slices.Clone(p.Patterns), func(q Pattern) bool { return q.Tone == t.Tone })
	p.Patterns = append(p.Patterns, t)
	return p
}

// Learner measures a tone of unknown frequency and cadence. Make it with [NewLearner].
//
// It hears any pure tone of 300 to 3400 Hz. The sound may have other things before and after the tone: the longest
// stretch that repeats is what was learned.
type Learner struct {
	filter dsp.HighPass
	window [2 * dsp.Hop]float64
	n      int
	follow follower
	heard  pieces
	best   Learned
}

const (
	learnTolerance = 0.1  // by which repeated lengths may differ
	learnEndlessMS = 1500 // a sounding so long has no pauses
	learnMinLevel  = -46  // dBm0
	learnJumpHz    = 20   // a sounding whose frequency moves by more within 10 ms is none
)

// NewLearner makes a learner that has heard nothing.
func NewLearner() *Learner { return &Learner{filter: dsp.NewHighPass(hum)} }

// Write takes in sound.
func (l *Learner) Write(samples []int16) {
	for _, s := range samples {
		l.window[dsp.Hop+l.n] = l.filter.Next(float64(s))
		if l.n++; l.n == dsp.Hop {
			l.hop()
			copy(l.window[:dsp.Hop], l.window[dsp.Hop:])
			l.n = 0
		}
	}
}

// Result is what was learned so far.
func (l *Learner) Result() Learned {
	if now := l.assess(); now.better(l.best) {
		return now
	}
	return l.best
}

func (l Learned) better(b Learned) bool {
	return l.Confidence > b.Confidence || l.Confidence == b.Confidence && l.Heard > b.Heard
}

// hop judges the hop just heard together with the one before.
func (l *Learner) hop() {
	h := measureAny(l.window[:])
	if l.follow.phase == sounding && h.tone && l.follow.inner > 0 && math.Abs(h.hz-l.follow.sumHz/float64(l.follow.inner)) > learnJumpHz {
		h.tone = false
	}
	p, v := l.follow.step(h)
	switch v {
	case ended:
		l.heard.add(p)
	case broke:
		l.best = l.Result()
		l.heard.n = 0
	case goesOn:
	}
}

// measureAny finds the one frequency of two hops: the first guess comes from the correlation of neighbours
// (Pisarenko: white noise does not bias it), which the phase between the hops then makes exact.
func measureAny(x []float64) hop {
	var r0, r1, r2 float64
	for i, v := range x {
		r0 += v * v
		if i >= 2 {
			r1 += v * x[i-1]
			r2 += v * x[i-2]
		}
	}
	newest := 0.0
	for _, v := range x[dsp.Hop:] {
		newest += v * v
	}
	h := hop{energy: newest / dsp.Hop, power: newest / dsp.Hop}
	if r1 == 0 || dsp.PowerLevel(r0/float64(len(x))) < learnMinLevel {
		return h
	}
	cosine := (r2 + math.Sqrt(r2*r2+8*r1*r1)) / (4 * r1)
	if math.Abs(cosine) >= 1 {
		return h
	}
	w := math.Acos(cosine)
	var power float64
	for range 2 {
		a, b := correlate(x[:dsp.Hop], w), correlate(x[dsp.Hop:], w)
		w += math.Remainder(cmplx.Phase(b*cmplx.Conj(a))-w*dsp.Hop, 2*math.Pi) / dsp.Hop
		power = 2 * (real(a)*real(a) + imag(a)*imag(a) + real(b)*real(b) + imag(b)*imag(b)) / dsp.Hop
	}
	h.hz = w * dsp.SampleRate / (2 * math.Pi)
	h.tone = power >= purity*r0 && h.hz >= minFrequency && h.hz <= maxFrequency
	return h
}

// correlate is the sum of x turned back by w a sample.
func correlate(x []float64, w float64) (z complex128) {
	turn, at := cmplx.Rect(1, -w), complex(1, 0)
	for _, v := range x {
		z += complex(v, 0) * at
		at *= turn
	}
	return z
}

// assess is what the pieces since the last break say.
func (l *Learner) assess() Learned {
	ms, on := l.follow.lasts()
	if on && l.follow.inner > 0 && ms >= learnEndlessMS {
		f := &l.follow
		hz := f.sumHz / float64(f.inner)
		return Learned{
			Frequency: hz, Level: dsp.PowerLevel(f.power / filterGain(hz)), Cycles: 1,
			Heard: milliseconds(ms), Confidence: 1 - learnEndlessMS/(2*ms),
		}
	}
	return l.heard.repeated()
}

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
