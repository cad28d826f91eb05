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

// Measure ends a hop: call it after [Hop] samples. It returns the tone's frequency in Hz, right if it is within 50 Hz
// of the meter's, its mean square in this hop as the meter sees it ([ToneMeter.Loss]), and the sum of its true mean
// squares in this hop and the one before. The frequency is found by how far the phase moved between the two.
func (m *ToneMeter) Measure() (hz, seen, both float64) {
	z := complex(m.s1, 0) - complex(m.s2, 0)*m.turn
	off := math.Remainder(cmplx.Phase(z*cmplx.Conj(m.before))-m.advance, 2*math.Pi)
	hz = m.hz + off*SampleRate/(2*math.Pi*Hop)
	seen = 2 * (real(z)*real(z) + imag(z)*imag(z)) / (Hop * Hop)
	both = (seen + m.power) / m.Loss(hz)
	m.before, m.power, m.s1, m.s2 = z, seen, 0, 0
	return hz, seen, both
}

// Loss is the share of a tone's power that the meter sees: less than all of it beside the meter's frequency.
func (m *ToneMeter) Loss(hz float64) float64 {
	x := math.Pi * (hz - m.hz) * Hop / SampleRate
	if math.Abs(x) < 1e-6 {
		return 1
	}
	l := math.Sin(x) / x
	return l * l
}

// Reset forgets what was heard.
func (m *ToneMeter) Reset() { m.s1, m.s2, m.before, m.power = 0, 0, 0, 0 }
