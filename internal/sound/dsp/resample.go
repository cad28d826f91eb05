package dsp

import "math"

// resampleWing is the number of zero crossings of the sinc on either side of the point computed.
const resampleWing = 16

// Resample turns sound of one rate into another, both in samples a second, by a windowed sinc that cuts off below
// the lower of the two Nyquist frequencies. It allocates, and is meant for files.
func Resample(in []int16, from, to int) []int16 {
	if from == to || len(in) == 0 {
		return in
	}
	cutoff := 0.94 * math.Min(1, float64(to)/float64(from)) // of the input's Nyquist frequency
	wing := resampleWing / cutoff
	out := make([]int16, int(int64(len(in))*int64(to)/int64(from)))
	for i := range out {
		at := float64(i) * float64(from) / float64(to)
		first, last := max(0, int(math.Ceil(at-wing))), min(len(in)-1, int(at+wing))
		var sum float64
		for k := first; k <= last; k++ {
			sum += float64(in[k]) * windowedSinc(at-float64(k), cutoff, wing)
		}
		out[i] = int16(max(math.MinInt16, min(math.MaxInt16, math.Round(sum))))
	}
	return out
}

// windowedSinc is the impulse response of the low-pass at a distance of x input samples (Blackman window).
func windowedSinc(x, cutoff, wing float64) float64 {
	if x == 0 {
		return cutoff
	}
	w := 0.42 + 0.5*math.Cos(math.Pi*x/wing) + 0.08*math.Cos(2*math.Pi*x/wing)
	return math.Sin(math.Pi*x*cutoff) / (math.Pi * x) * w
}
