package dsp

import "math"

// mains is in Hz what the detectors of this package do not look below: hum of 50 Hz and its first harmonic.
const mains = 120

// HighPass is a second-order Butterworth high-pass filter: it takes mains hum and offsets out of a line's sound.
// Make it with [NewHighPass].
type HighPass struct {
	b0, a1, a2 float64
	z1, z2     float64
}

// NewHighPass makes a filter that attenuates hz by 3 dB and what lies below by 12 dB more an octave.
func NewHighPass(hz float64) HighPass {
	k := math.Tan(math.Pi * hz / SampleRate)
	n := 1 / (1 + math.Sqrt2*k + k*k)
	return HighPass{b0: n, a1: 2 * (k*k - 1) * n, a2: (1 - math.Sqrt2*k + k*k) * n}
}

// Next filters one sample.
func (f *HighPass) Next(x float64) float64 {
	y := f.b0*x + f.z1
	f.z1 = -2*f.b0*x - f.a1*y + f.z2
	f.z2 = f.b0*x - f.a2*y
	return y
}

// Reset forgets what was heard.
func (f *HighPass) Reset() { f.z1, f.z2 = 0, 0 }
