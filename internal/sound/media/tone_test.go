package media_test

import "github.com/dealerline/dealerline/internal/sound/dsp"

// toneALaw is a tone of −10 dBm0.
func toneALaw(hz float64, samples int) []byte {
	g := dsp.NewGenerator(dsp.Tone{Freq1: hz, Level: -10})
	linear := make([]int16, samples)
	g.Next(linear)
	a := make([]byte, samples)
	dsp.CompressALaw(a, linear)
	return a
}
