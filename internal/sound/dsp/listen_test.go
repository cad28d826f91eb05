package dsp_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

func hiss(r *rand.Rand, s []int16, level float64) []int16 {
	rms := dsp.Amplitude(level) / math.Sqrt2
	for i := range s {
		s[i] = dsp.Saturate(int32(math.Round(float64(s[i]) + rms*r.NormFloat64())))
	}
	return s
}

func faxTones(s []int16) (all []dsp.FaxTone) {
	d := dsp.NewFaxDetector()
	for len(s) > 0 {
		n := min(160, len(s))
		if f := d.Write(s[:n]); f != dsp.NoFaxTone {
			all = append(all, f)
		}
		s = s[n:]
	}
	return all
}

func TestFaxTones(t *testing.T) {
	t.Parallel()
	ms := time.Millisecond
	for name, c := range map[string]struct {
		tone   dsp.Tone
		length time.Duration
		want   int
		kind   dsp.FaxTone
	}{
		"CNG":              {dsp.Tone{Freq1: 1100, Level: -20, On: 500 * ms, Off: 3000 * ms}, 7 * time.Second, 2, dsp.CNG},
		"CNG at the limit": {dsp.Tone{Freq1: 1138, Level: -40, On: 425 * ms, Off: 2550 * ms}, 6 * time.Second, 2, dsp.CNG},
		"and the other":    {dsp.Tone{Freq1: 1062, Level: -3, On: 575 * ms, Off: 3450 * ms}, 8 * time.Second, 2, dsp.CNG},
		"too long":         {dsp.Tone{Freq1: 1100, Level: -20, On: 800 * ms, Off: 3000 * ms}, 7 * time.Second, 0, 0},
		"too short":        {dsp.Tone{Freq1: 1100, Level: -20, On: 300 * ms, Off: 3000 * ms}, 7 * time.Second, 0, 0},
		"another":          {dsp.Tone{Freq1: 1000, Level: -20, On: 500 * ms, Off: 3000 * ms}, 7 * time.Second, 0, 0},
		"CED":              {dsp.Tone{Freq1: 2100, Level: -20, On: 2600 * ms, Off: time.Second, Repeat: 1}, 4 * time.Second, 1, dsp.CED},
		"CED at the limit": {dsp.Tone{Freq1: 2085, Level: -40, On: 4000 * ms, Off: time.Second, Repeat: 1}, 5 * time.Second, 1, dsp.CED},
		"busy":             {dsp.Busy, 4 * time.Second, 0, 0},
	} {
		r := rand.New(rand.NewPCG(1, uint64(len(name))))
		for range 4 {
			s := append(make([]int16, r.IntN(200)), tone(c.tone, dsp.Samples(c.length))...)
			got := faxTones(hiss(r, s, c.tone.Level-15))
			if len(got) != c.want || c.want > 0 && got[0] != c.kind {
				t.Errorf("%s: %v", name, got)
			}
		}
	}
}

// ANS turns its phase every 450 ms, and ANSam its level besides (V.8).
func TestCEDWithPhaseReversals(t *testing.T) {
	t.Parallel()
	s := make([]int16, 8*3300)
	for i := range s {
		sign := float64(1 - 2*(i/3600%2))
		am := 1 + 0.2*math.Sin(2*math.Pi*15*float64(i)/8000)
		s[i] = int16(sign * am * dsp.Amplitude(-18) * math.Sin(2*math.Pi*2100*float64(i)/8000))
	}
	if got := faxTones(s); len(got) != 1 || got[0] != dsp.CED {
		t.Errorf("%v", got)
	}
}
