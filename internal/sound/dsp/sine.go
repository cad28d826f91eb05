package dsp

import (
	"math"
	"math/cmplx"
)

// sine is a sine that was measured in a window: w in radians a sample, a its complex amplitude at the window's first
// sample.
type sine struct {
	w float64
	a complex128
}

// power is the sine's mean square.
func (s *sine) power() float64 { return (real(s.a)*real(s.a) + imag(s.a)*imag(s.a)) / 2 }

// off is how far the sine is from a frequency in Hz, as a share of it.
func (s *sine) off(hz float64) float64 {
	return math.Abs(s.w*SampleRate/(2*math.Pi*hz) - 1)
}

// refine measures frequency and amplitude in x. The frequency must be known to less than half a turn in half of the
// window: the phase between both halves tells the rest.
func (s *sine) refine(x []float64) {
	a, b := correlateHalves(x, s.w)
	n := float64(len(x) / 2)
	turned := math.Remainder(cmplx.Phase(b*cmplx.Conj(a))-s.w*n, 2*math.Pi)
	// Correlating beside the frequency turns each half's phase by half of that, and loses a little.
	loss := 1.0
	if math.Abs(turned) > 1e-6 {
		loss = math.Sin(turned/2) / (turned / 2)
	}
	s.w += turned / n
	a *= cmplx.Rect(1, -turned/2)
	b *= cmplx.Rect(1, -s.w*n-turned/2)
	s.a = (a + b) / complex(n*loss, 0)
}

// correlateHalves is the sum of each half of x turned back by w a sample, from each half's beginning.
func correlateHalves(x []float64, w float64) (first, second complex128) {
	sin, cos := math.Sincos(w)
	x, y := x[:len(x)/2], x[len(x)/2:]
	y = y[:len(x)]
	c, s := 1.0, 0.0
	var re1, im1, re2, im2 float64
	for i, v := range x {
		u := y[i]
		re1 += v * c
		im1 -= v * s
		re2 += u * c
		im2 -= u * s
		c, s = c*cos-s*sin, c*sin+s*cos
	}
	return complex(re1, im1), complex(re2, im2)
}

// add adds the sine to x, sign times.
func (s *sine) add(x []float64, sign float64) {
	if s.a == 0 {
		return
	}
	sin, cos := math.Sincos(s.w)
	x, y := x[:len(x)/2], x[len(x)/2:]
	y = y[:len(x)]
	a := s.a * complex(sign, 0)
	b := a * cmplx.Rect(1, s.w*float64(len(x)))
	ar, ai, br, bi := real(a), imag(a), real(b), imag(b)
	c, q := 1.0, 0.0
	for i := range x {
		x[i] += ar*c - ai*q
		y[i] += br*c - bi*q
		c, q = c*cos-q*sin, c*sin+q*cos
	}
}
