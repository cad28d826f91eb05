package media_test

import (
	"math"
	"math/cmplx"
	"slices"
	"testing"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// wantSteadyTone checks that the sound is one tone of −10 dBm0, in each 10 ms as loud as ever, and that nothing of it is
// missing. One frame may have been made up, as if a tick came just before its packet;
// such a frame fades a little.
func wantSteadyTone(t testing.TB, what string, samples []int16, hz float64) {
	t.Helper()
	if made, lost := slips(samples, hz); made > 1 || lost > 0 {
		t.Errorf("%s: %d frames made up, %d lost", what, made, lost)
	}
	for i := 0; i+80 <= len(samples); i += 80 {
		if l := dsp.Power(samples[i:i+80], hz); l < -13 || l > -7.5 {
			t.Errorf("%s: level %.1f dBm0 at %d ms", what, l, i/8)
		}
	}
}

// slips counts the frames put into a tone and those left out of it: at the end its phase is behind or ahead by what the
// tone turns in a frame, less whole turns, of which 440 and 1010 Hz leave a fifth.
func slips(samples []int16, hz float64) (made, lost int) {
	turn := math.Mod(hz*0.020, 1)
	if turn > 0.5 {
		turn--
	}
	const window = media.FrameSamples
	last := math.NaN()
	for i := 0; i+window <= len(samples); i += window / 2 {
		var c complex128
		for k, v := range samples[i : i+window] {
			c += complex(float64(v), 0) * cmplx.Rect(1, -2*math.Pi*hz*float64(i+k)/dsp.SampleRate)
		}
		at := cmplx.Phase(c) / (2 * math.Pi)
		if math.IsNaN(last) {
			last = at
		}
		switch moved := math.Remainder(at-last, 1) / turn; {
		case moved < -0.8:
			made, last = made+1, at
		case moved > 0.8:
			lost, last = lost+1, at
		}
	}
	return made, lost
}

func TestSlips(t *testing.T) {
	for _, hz := range []float64{partyTones[customer], partyTones[agent]} {
		tone := make([]int16, 8000)
		for i := range tone {
			tone[i] = int16(8000 * math.Sin(2*math.Pi*hz*float64(i)/dsp.SampleRate))
		}
		const frame = media.FrameSamples
		again := slices.Insert(slices.Clone(tone), 5*frame, tone[4*frame:5*frame]...)
		less := slices.Delete(slices.Clone(tone), 20*frame, 21*frame)
		both := slices.Delete(slices.Clone(again), 20*frame, 21*frame)
		for name, c := range map[string]struct {
			samples    []int16
			made, lost int
		}{"whole": {tone, 0, 0}, "made up": {again, 1, 0}, "lost": {less, 0, 1}, "both": {both, 1, 1}} {
			if made, lost := slips(c.samples, hz); made != c.made || lost != c.lost {
				t.Errorf("%v Hz, %s: %d made up, %d lost, want %d and %d", hz, name, made, lost, c.made, c.lost)
			}
		}
	}
}
