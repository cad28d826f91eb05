package e2e

import (
	"encoding/binary"
	"os/exec"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/test/peer"
)

// Levels by which tests judge sound, in dBm0. Voices speak at −10.
const (
	loud  = -20 // a tone that is there is above
	quiet = -45 // a tone that is not there is below: 35 dB of separation
	hush  = -60 // the level of everything when nothing is to be heard
)

// hears wants one tone in the samples and not the others.
func hears(t testing.TB, who string, samples []int16, want float64, not ...float64) {
	t.Helper()
	if len(samples) < 2000 {
		t.Errorf("%s heard %d samples, too few to judge", who, len(samples))
		return
	}
	if l := dsp.Power(samples, want); l < loud {
		t.Errorf("%s hears %.0f Hz at %.1f dBm0, want above %d", who, want, l, loud)
	}
	for _, hz := range not {
		if l := dsp.Power(samples, hz); l > quiet {
			t.Errorf("%s hears %.0f Hz at %.1f dBm0, want below %d", who, hz, l, quiet)
		}
	}
}

// hearsSound wants that there is something to hear: speech or music.
func hearsSound(t testing.TB, who string, samples []int16) {
	t.Helper()
	if l := dsp.Level(samples); l < -35 {
		t.Errorf("%s hears nothing (%.1f dBm0 in %d samples)", who, l, len(samples))
	}
}

// hearsNothing wants silence.
func hearsNothing(t testing.TB, who string, samples []int16) {
	t.Helper()
	if l := dsp.Level(samples); l > hush {
		t.Errorf("%s hears sound of %.1f dBm0, want silence", who, l)
	}
}

// middle leaves out the first and the last part of samples, where calls begin and end.
func middle(samples []int16, edge time.Duration) []int16 {
	n := dsp.Samples(edge)
	if len(samples) <= 2*n {
		return nil
	}
	return samples[n : len(samples)-n]
}

// wav reads a WAV file with sox, a player made by others, and returns its channels.
func wav(t *testing.T, file string) [][]int16 {
	t.Helper()
	sox := peer.Need(t, "sox")
	info, err := exec.Command(sox, "--i", "-c", file).Output()
	if err != nil {
		t.Fatalf("sox cannot read %s: %v", file, err)
	}
	n := int(info[0] - '0')
	raw, err := exec.Command(sox, file, "-t", "raw", "-e", "signed", "-b", "16", "-L", "-").Output()
	if err != nil {
		t.Fatalf("sox cannot play %s: %v", file, err)
	}
	out := make([][]int16, n)
	for i := 0; i+2*n <= len(raw); i += 2 * n {
		for c := range n {
			out[c] = append(out[c], int16(binary.LittleEndian.Uint16(raw[i+2*c:])))
		}
	}
	return out
}

// stereo reads a recording: the caller's side and the agent's.
func stereo(t *testing.T, file string) (left, right []int16) {
	t.Helper()
	c := wav(t, file)
	if len(c) != 2 {
		t.Fatalf("%s has %d channels, want 2", file, len(c))
	}
	return c[0], c[1]
}

// toneOf makes a tone of a length; 0 Hz is silence.
func toneOf(hz float64, length time.Duration) []int16 {
	out := make([]int16, dsp.Samples(length))
	if hz > 0 {
		g := dsp.NewGenerator(dsp.Tone{Freq1: hz, Level: -10})
		g.Next(out)
	}
	return out
}

// wavFile makes a mono PCM WAV file of 8 kHz.
func wavFile(samples []int16) []byte {
	le := binary.LittleEndian
	n := uint32(2 * len(samples))
	f := le.AppendUint32([]byte("RIFF"), 36+n)
	f = le.AppendUint32(append(f, "WAVEfmt "...), 16)
	f = le.AppendUint16(le.AppendUint16(f, 1), 1)
	f = le.AppendUint32(le.AppendUint32(f, dsp.SampleRate), 2*dsp.SampleRate)
	f = le.AppendUint16(le.AppendUint16(f, 2), 16)
	f = le.AppendUint32(append(f, "data"...), n)
	for _, s := range samples {
		f = le.AppendUint16(f, uint16(s))
	}
	return f
}

func powerOf(samples []int16, hz float64) float64 { return dsp.Power(samples, hz) }
