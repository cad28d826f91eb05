package fxo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

var modes = map[string]fxo.Mode{"watching": fxo.Watching, "inviting": fxo.Inviting, "following": fxo.Following, "talking": fxo.Talking}

// speechFrames are the frames of a recording.
func speechFrames(t testing.TB) []analog.Frame {
	t.Helper()
	var all []analog.Frame
	for _, s := range recording(t, "zh-CN", "main_menu") {
		for ; len(s) >= len(analog.Frame{}); s = s[len(analog.Frame{}):] {
			all = append(all, analog.Frame(s[:len(analog.Frame{})]))
		}
	}
	return all
}

func TestListeningAllocatesNothing(t *testing.T) {
	frames := speechFrames(t)
	for name, m := range modes {
		h, port := fxo.NewEar(m, func(any) {})
		var out, f analog.Frame
		i := 0
		if n := testing.AllocsPerRun(2000, func() {
			h.Frame(&frames[i%len(frames)], &out)
			port.Pull(&f)
			port.Push(&f)
			i++
		}); n > 0 {
			t.Errorf("%s: %v allocations a frame", name, n)
		}
	}
}

func BenchmarkListening(b *testing.B) {
	frames := speechFrames(b)
	for name, m := range modes {
		b.Run(name, func(b *testing.B) {
			h, _ := fxo.NewEar(m, func(any) {})
			var out analog.Frame
			i := 0
			for b.Loop() {
				h.Frame(&frames[i%len(frames)], &out)
				i++
			}
			// A frame lasts 20 ms: what part of a core one line takes.
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/20e6*100, "%core")
		})
	}
}

// hours plays sound made by next, a frame at a time, to an ear and returns how often each thing was heard.
func hours(d time.Duration, m fxo.Mode, next func(*[160]int16)) map[string]int {
	heard := map[string]int{}
	h, _ := fxo.NewEar(m, func(ev any) {
		switch ev := ev.(type) {
		case fxo.Heard:
			if ev.Sound != fxo.Quiet && (ev.Sound != fxo.Steady || ev.For >= 20*second) {
				heard[ev.Sound.String()]++
			}
		case fxo.Called:
			heard["called "+ev.Caller.Number]++
		case fxo.Pressed:
			heard["pressed"]++
		}
	})
	var in, out analog.Frame
	var lin [160]int16
	for range int(d / (20 * time.Millisecond)) {
		next(&lin)
		dsp.CompressALaw(in[:], lin[:])
		for i := range out {
			out[i] = 0xD5
		}
		h.Frame(&in, &out)
	}
	return heard
}

// chatter is speech without end at changing levels, with pauses short and long, in noise and hum.
func chatter(t testing.TB, seed uint64) func(*[160]int16) {
	rng := rand.New(rand.NewPCG(seed, 2))
	var voices [][]byte
	for _, lang := range []string{"zh-CN", "en"} {
		for _, n := range []string{"demo_caller_1", "demo_caller_2", "demo_caller_3", "demo_agent_1", "demo_agent_2", "demo_agent_3", "main_menu", "closed", "goodbye"} {
			voices = append(voices, words(t, lang, n))
		}
	}
	hum := dsp.NewGenerator(dsp.Tone{Freq1: 50, Freq2: 150, Level: -45})
	var now []byte
	gain, rest := 1.0, 0
	return func(out *[160]int16) {
		hum.Next(out[:])
		if rest > 0 {
			rest--
		} else if len(now) < len(out) {
			now = voices[rng.IntN(len(voices))]
			gain = math.Pow(10, -rng.Float64()*24/20)
			rest = rng.IntN(100)
			if rng.IntN(20) == 0 {
				rest = 1000 + rng.IntN(2000) // half a minute and more of silence
			}
		}
		for i := range out {
			v := float64(out[i]) + 12*(2*rng.Float64()-1)
			if rest == 0 && i < len(now) {
				v += gain * float64(dsp.DecodeALaw(now[i]))
			}
			out[i] = dsp.Saturate(int32(v))
		}
		if rest == 0 && len(now) >= len(out) {
			now = now[len(out):]
		}
	}
}

func TestHoursOfTalkEndNoCallAndPressNoKey(t *testing.T) {
	if got := hours(talked, fxo.Talking, chatter(t, 1)); len(got) > 0 {
		t.Errorf("heard in hours of talk: %v", got)
	}
}

func TestHoursOfTalkAreNoCallerID(t *testing.T) {
	if got := hours(talked/4, fxo.Watching, chatter(t, 2)); len(got) > 0 {
		t.Errorf("heard in crosstalk: %v", got)
	}
}

func TestRingbackOnABadLineIsNoAnswer(t *testing.T) {
	for _, noise := range []float64{-70, -55, -45, -40} {
		for _, loss := range []float64{0, 12} {
			t.Run(fmt.Sprintf("noise %v loss %v", noise, loss), func(t *testing.T) {
				rng := rand.New(rand.NewPCG(3, 3))
				ring := dsp.Ringback
				ring.Level -= loss
				g := dsp.NewGenerator(ring)
				hum := dsp.NewGenerator(dsp.Tone{Freq1: 50, Freq2: 150, Level: -35})
				a := dsp.Amplitude(noise) * math.Sqrt(1.5)
				var h [160]int16
				got := hours(talked/8, fxo.Following, func(out *[160]int16) {
					g.Next(out[:])
					hum.Next(h[:])
					for i := range out {
						out[i] = dsp.Saturate(int32(float64(out[i]) + float64(h[i]) + a*(2*rng.Float64()-1)))
					}
				})
				if bursts := int(talked / 8 / (5 * second)); got["ringback"] < bursts-2 || len(got) != 1 {
					t.Errorf("heard in %d bursts of ringback: %v", bursts, got)
				}
			})
		}
	}
}

func TestTalkIsVoice(t *testing.T) {
	if got := hours(3*time.Minute, fxo.Following, chatter(t, 1)); got["voice"] < 5 || len(got) != 1 {
		t.Errorf("heard in three minutes of talk: %v", got)
	}
}
