package recording

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

func TestPeaksShowWhoSpokeWhen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.wav")
	const seconds = 10
	h := header(seconds*stereo*sampleRateHz, stereo)
	data := h[:]
	for i := range seconds * sampleRateHz {
		left, right := int16(0), int16(0)
		if i < 5*sampleRateHz { // the caller speaks first, the agent then, half as loud
			left = []int16{16000, -16000}[i/10%2]
		} else {
			right = []int16{8000, -8000}[i/10%2]
		}
		data = append(data, dsp.EncodeALaw(left), dsp.EncodeALaw(right))
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := ReadPeaks(t.Context(), path, 100)
	if err != nil || p.Seconds != seconds || len(p.Left) != 200 || len(p.Right) != 200 {
		t.Fatalf("%v s, %d and %d values: %v", p.Seconds, len(p.Left), len(p.Right), err)
	}
	for i := range 100 {
		loudLeft, loudRight := p.Left[2*i+1] > 55 && p.Left[2*i] < -55, p.Right[2*i+1] > 25 && p.Right[2*i] < -25
		if loudLeft != (i < 50) || loudRight != (i >= 50) {
			t.Errorf("piece %d: left %v, right %v", i, p.Left[2*i:2*i+2], p.Right[2*i:2*i+2])
		}
	}
	if err := os.WriteFile(path, data[:headerBytes+3], 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err = ReadPeaks(t.Context(), path, 100); err != nil || len(p.Left) != 2 {
		t.Errorf("one sample: %+v, %v", p, err)
	}
	if _, err := ReadPeaks(t.Context(), path+"?", 100); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
