package dsp

import (
	"math"
	"math/cmplx"
)

// Hop is the number of samples that detectors judge at once: 10 ms.
const Hop = 80

// ToneMeter measures one frequency in sound, hop by hop. Make it with [NewToneMeter].
type ToneMeter struct {
	hz, coeff float64
	turn      complex128 // by which the tone turns in a sample
	advance   float64    // and in a hop, in radians
	s1, s2    float64
	before    complex128 // the hop before
	power     float64
}

// NewToneMeter makes a meter that has heard nothing.
func NewToneMeter(hz float64) ToneMeter {
	w := 2 * math.Pi * hz / SampleRate
	return ToneMeter{hz: hz, coeff: 2 * math.Cos(w), turn: cmplx.Rect(1, -w), advance: w * Hop}
}

// Add takes in one sample.
func (m *ToneMeter) Add(v float64) { m.s1, m.s2 = v+m.coeff*m.s1-m.s2, m.s1 }

// Measure ends a hop: call it after [Hop] samples. It returns the tone's frequency in Hz, right if it is within 50 Hz of the meter's, and the
// sum of its mean squares in this hop and the one before. The frequency is found by how far the phase moved between the two, the power
// corrected by what a tone beside the meter's frequency loses.
func (m *ToneMeter) Measure() (hz, power float64) {
	z := complex(m.s1, 0) - complex(m.s2, 0)*m.turn
	off := math.Remainder(cmplx.Phase(z*cmplx.Conj(m.before))-m.advance, 2*math.Pi)
	loss := 1.0
	if math.Abs(off) > 1e-6 {
		loss = math.Sin(off/2) / (off / 2)
	}
	now := 2 * (real(z)*real(z) + imag(z)*imag(z)) / (Hop * Hop)
	power = (now + m.power) / (loss * loss)
	m.before, m.power, m.s1, m.s2 = z, now, 0, 0
	return m.hz + off*SampleRate/(2*math.Pi*Hop), power
}

// Reset forgets what was heard.
func (m *ToneMeter) Reset() { m.s1, m.s2, m.before, m.power = 0, 0, 0, 0 }
