package progress_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
)

// heard is an event and when it was heard.
type heard struct {
	progress.Event
	at time.Duration
}

func listen(d *progress.Detector, s []int16) (all []heard) {
	at := 0
	for len(s) > 0 {
		n := min(len(s), 160)
		at += n
		if e, ok := d.Write(s[:n]); ok {
			all = append(all, heard{e, time.Duration(at) * time.Second / 8000})
		}
		s = s[n:]
	}
	return all
}

func sound(t dsp.Tone, length time.Duration) []int16 {
	g, s := dsp.NewGenerator(t), make([]int16, dsp.Samples(length))
	g.Next(s)
	return s
}

func noise(r *rand.Rand, s []int16, level float64) {
	rms := dsp.Amplitude(level) / math.Sqrt2
	for i := range s {
		s[i] = dsp.Saturate(int32(math.Round(float64(s[i]) + rms*r.NormFloat64())))
	}
}

func TestBusyWithinThreeCycles(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, level := range []float64{-3, -10, -25, -40} {
		for _, hz := range []float64{425, 437, 450, 463, 475} {
			for _, scale := range []float64{0.9, 1, 1.1} {
				piece := time.Duration(350 * scale * float64(time.Millisecond))
				for range 8 {
					s := append(make([]int16, r.IntN(4000)), sound(dsp.Tone{Freq1: hz, Level: level, On: piece, Off: piece}, 4*time.Second)...)
					begin := time.Duration(len(s))*time.Second/8000 - 4*time.Second
					noise(r, s, level-15)
					all := listen(progress.New(progress.China()), s)
					if len(all) == 0 {
						t.Errorf("%v dBm0, %v Hz, %v: nothing", level, hz, piece)
						continue
					}
					e := all[0]
					if e.Tone != progress.Busy || e.Cycles != 3 || math.Abs(e.Frequency-hz) > 2 || math.Abs(e.Level-level) > 1 || e.at-begin > 6*piece {
						t.Errorf("%v dBm0, %v Hz, %v: %+v after %v", level, hz, piece, e.Event, e.at-begin)
					}
				}
			}
		}
	}
}
