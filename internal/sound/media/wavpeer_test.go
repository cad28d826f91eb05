package media_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/test/peer"
)

// sox makes a second of 440 Hz at −10 dBm0 (full scale is +3.14) as a WAV file of some kind.
func sox(t *testing.T, name string, format, effects []string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".wav")
	args := append(append([]string{"-n", "-D"}, format...), file, "synth", "1", "sine", "440", "gain", "-13.14")
	cmd := exec.Command(peer.Need(t, "sox"), append(args, effects...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("sox: %v: %s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Files made by sox in every encoding, rate and number of channels that may be uploaded sound as they should.
func TestReadWAVOfSox(t *testing.T) {
	t.Parallel()
	encodings := map[string][]string{
		"pcm16": {"-e", "signed-integer", "-b", "16"}, "mulaw": {"-e", "u-law"}, "alaw": {"-e", "a-law"},
	}
	for encoding, flags := range encodings {
		for _, rate := range []int{8000, 16000, 32000, 44100, 48000} {
			for _, channels := range []int{1, 2} {
				name := fmt.Sprintf("%s-%d-%d", encoding, rate, channels)
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					format := append([]string{"-r", fmt.Sprint(rate), "-c", fmt.Sprint(channels)}, flags...)
					alaw, err := media.ReadWAV(bytes.NewReader(sox(t, name, format, nil)))
					if err != nil {
						t.Fatal(err)
					}
					if n := len(alaw); n < 7990 || n > 8010 {
						t.Errorf("%d samples, want a second", n)
					}
					linear := decoded(alaw)
					wantTone(t, name, linear[400:len(linear)-400], 440, 880, 1320, 3560)
				})
			}
		}
	}
}

// Of two channels the mean is heard: a tone on one side only is half as strong.
func TestReadWAVMixesStereo(t *testing.T) {
	t.Parallel()
	for name, remix := range map[string][]string{"left": {"remix", "1", "0"}, "right": {"remix", "0", "1"}} {
		alaw, err := media.ReadWAV(bytes.NewReader(sox(t, name, []string{"-r", "44100", "-c", "2", "-b", "16"}, remix)))
		if err != nil {
			t.Fatal(err)
		}
		if l := dsp.Power(decoded(alaw)[400:7600], 440); l < -16.5 || l > -15.5 {
			t.Errorf("%s: %.1f dBm0, want −16", name, l)
		}
	}
}

// What is higher than a telephone carries does not come back as another tone.
func TestReadWAVDoesNotFold(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "high.wav")
	cmd := exec.Command(peer.Need(t, "sox"), "-n", "-D", "-r", "16000", "-c", "1", "-b", "16", file, "synth", "1", "sine", "5500", "gain", "-13.14")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("sox: %v: %s", err, out)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	alaw, err := media.ReadWAV(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if l := dsp.Power(decoded(alaw)[400:7600], 2500); l > -35 {
		t.Errorf("5500 Hz comes back as 2500 Hz at %.1f dBm0", l)
	}
}

func TestReadWAVRefusesOtherFilesOfSox(t *testing.T) {
	t.Parallel()
	for name, format := range map[string][]string{
		"rate": {"-r", "22050", "-c", "1", "-b", "16"}, "24 bits": {"-r", "8000", "-c", "1", "-b", "24"},
		"8 bits": {"-r", "8000", "-c", "1", "-b", "8"}, "float": {"-r", "8000", "-c", "1", "-e", "float"},
		"four channels": {"-r", "8000", "-c", "4", "-b", "16"}, "adpcm": {"-r", "8000", "-c", "1", "-e", "ms-adpcm"},
	} {
		if _, err := media.ReadWAV(bytes.NewReader(sox(t, "other", format, nil))); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
}

func decoded(alaw []byte) []int16 {
	out := make([]int16, len(alaw))
	for i, b := range alaw {
		out[i] = dsp.DecodeALaw(b)
	}
	return out
}
