package dsp

import (
	"math"
	"time"
)

// Tone is one or two frequencies with a cadence.
type Tone struct {
	Freq1, Freq2 float64       // Hz; 0 = none. Both 0 is silence.
	Level        float64       // dBm0 of each frequency
	Twist        float64       // dB by which the second is louder
	On, Off      time.Duration // the cadence; On 0 = continuous
	Repeat       int           // how often the cadence is heard, 0 = for ever
}

// The call progress tones of mainland China (GB/T 3380: 450 Hz, −10 dBm0).
//
//nolint:gochecknoglobals // constant descriptions
var (
	DialTone   = Tone{Freq1: 450, Level: -10}
	Ringback   = Tone{Freq1: 450, Level: -10, On: time.Second, Off: 4 * time.Second}
	Busy       = Tone{Freq1: 450, Level: -10, On: 350 * time.Millisecond, Off: 350 * time.Millisecond}
	Congestion = Tone{Freq1: 450, Level: -10, On: 700 * time.Millisecond, Off: 700 * time.Millisecond}
)

// fullScaleLevel is the level of a sine that just reaches the largest sample (G.711 §4).
const fullScaleLevel = 3.14

// Amplitude is the peak value of a sine of that many dBm0.
func Amplitude(level float64) float64 {
	return 32767 * math.Pow(10, (level-fullScaleLevel)/20)
}

// Generator makes the samples of a [Tone]. Make it with [NewGenerator].
type Generator struct {
	a, b        oscillator
	on, period  int // samples
	repeat, pos int
}

// NewGenerator makes the generator of a tone, at its beginning.
func NewGenerator(t Tone) Generator {
	g := Generator{a: newOscillator(t.Freq1, t.Level), b: newOscillator(t.Freq2, t.Level+t.Twist), repeat: t.Repeat}
	if t.On > 0 {
		g.on = Samples(t.On)
		g.period = g.on + Samples(t.Off)
	}
	return g
}

// Samples is the number of samples in a duration, rounded down.
func Samples(d time.Duration) int { return int(d * SampleRate / time.Second) }

// Next makes len(out) samples and returns how many of them belong to the tone: fewer than asked for means that
// it is over. The rest of out is untouched.
func (g *Generator) Next(out []int16) int {
	for i := range out {
		if g.period > 0 && g.pos == g.period {
			if g.repeat == 1 {
				return i
			}
			g.pos = 0
			if g.repeat > 1 {
				g.repeat--
			}
		}
		a, b := g.a.next(), g.b.next()
		if g.period > 0 && g.pos >= g.on {
			out[i] = 0
		} else {
			out[i] = Saturate(int32(math.Round(a + b)))
		}
		g.pos++
		if g.period == 0 {
			g.pos = 0
		}
	}
	return len(out)
}

// oscillator turns a vector by a fixed angle for each sample.
type oscillator struct {
	x, y, cos, sin float64
	n              int
	amplitude      float64
}

func newOscillator(hz, level float64) oscillator {
	if hz <= 0 {
		return oscillator{}
	}
	w := 2 * math.Pi * hz / SampleRate
	a := Amplitude(level)
	return oscillator{x: a, cos: math.Cos(w), sin: math.Sin(w), amplitude: a}
}

func (o *oscillator) next() float64 {
	if o.amplitude == 0 {
		return 0
	}
	v := o.y
	o.x, o.y = o.x*o.cos-o.y*o.sin, o.x*o.sin+o.y*o.cos
	if o.n++; o.n == 4096 { // rounding errors grow with time: bring the length back
		o.n = 0
		k := o.amplitude / math.Hypot(o.x, o.y)
		o.x *= k
		o.y *= k
	}
	return v
}

// Saturate limits a sum of samples to what a sample can hold.
func Saturate(v int32) int16 {
	return int16(max(math.MinInt16, min(math.MaxInt16, v))) //nolint:gosec // limited just here
}
