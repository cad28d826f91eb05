package dsp_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

const frame = 160

// speech is like speech in what a leveller goes by: a tone in syllables of 180 ms with 60 ms between, and a pause of
// 600 ms after each 2.4 s, on a line with noise. Levels are in dBm0, that of the speech while there is some.
func speech(hz, level, noise float64, length time.Duration) []byte {
	out := make([]byte, dsp.Samples(length))
	tone, hiss := dsp.Amplitude(level), noiseDeviation(noise)
	random := rand.New(rand.NewPCG(1, 7))
	for i := range out {
		v := hiss * random.NormFloat64()
		if ms := i / 8; ms%3000 < 2400 && ms%240 < 180 {
			v += tone * math.Sin(2*math.Pi*hz*float64(i)/dsp.SampleRate)
		}
		out[i] = dsp.EncodeALaw(dsp.Saturate(int32(math.Round(v))))
	}
	return out
}

// noiseDeviation is the standard deviation of noise of a level in dBm0.
func noiseDeviation(level float64) float64 { return dsp.Amplitude(level) / math.Sqrt2 }

func noise(level float64, length time.Duration) []byte {
	out := make([]byte, dsp.Samples(length))
	random := rand.New(rand.NewPCG(3, 9))
	for i := range out {
		out[i] = dsp.EncodeALaw(dsp.Saturate(int32(math.Round(noiseDeviation(level) * random.NormFloat64()))))
	}
	return out
}

// levelled is what a leveller makes of a party's sound when it alone decides who is heard.
func levelled(l *dsp.Leveller, sound []byte) []int16 {
	var out []int16
	for ; len(sound) >= frame; sound = sound[frame:] {
		a := append([]byte(nil), sound[:frame]...)
		_, speaks := l.Listen(a)
		if !l.Shape(a, speaks) {
			a = make([]byte, frame)
			for i := range a {
				a[i] = dsp.SilenceALaw
			}
		}
		linear := make([]int16, frame)
		dsp.ExpandALaw(linear, a)
		out = append(out, linear...)
	}
	return out
}

// active is the level of the frames that are louder than −45 dBm0.
func active(s []int16) float64 {
	sum, n := 0.0, 0
	for ; len(s) >= frame; s = s[frame:] {
		if dsp.Level(s[:frame]) < -45 {
			continue
		}
		for _, v := range s[:frame] {
			sum += float64(v) * float64(v)
			n++
		}
	}
	return dsp.PowerLevel(sum / float64(max(1, n)))
}

func TestLevellerBringsSpeechToOneLevel(t *testing.T) {
	for _, c := range []struct{ level, noise, within float64 }{
		{-35, -65, 3}, {-30, -60, 2}, {-20, -60, 2}, {-20, -42, 2}, {-12, -50, 2}, {-5, -60, 2},
	} {
		l := dsp.NewLeveller(dsp.NominalLevel)
		out := levelled(l, speech(700, c.level, c.noise, 12*time.Second))
		got := active(out[len(out)/2:])
		t.Logf("%.0f dBm0 with noise of %.0f comes out at %.1f, gain %.1f dB", c.level, c.noise, got, l.Gain())
		if math.Abs(got-dsp.NominalLevel) > c.within {
			t.Errorf("%.0f dBm0 comes out at %.1f, gain %.1f dB", c.level, got, l.Gain())
		}
	}
}

// Speech of the nominal level goes through from its first frame on, and no syllable is lost or cut short.
func TestLevellerChopsNothing(t *testing.T) {
	in := speech(700, -20, -55, 9*time.Second)
	l := dsp.NewLeveller(dsp.NominalLevel)
	out := levelled(l, in)
	linear := make([]int16, len(in))
	dsp.ExpandALaw(linear, in)
	for i := 0; i+frame <= len(out); i += frame {
		was, is := dsp.Level(linear[i:i+frame]), dsp.Level(out[i:i+frame])
		if was > -32 && math.Abs(was-is) > 3 {
			t.Errorf("at %d ms: %.1f dBm0 became %.1f", i/8, was, is)
		}
	}
}

// Silence in A-law is a step of 8, which counts as −66.1 dBm0.
func TestLevellerShutsNoiseOut(t *testing.T) {
	for _, level := range []float64{-60, -50, -40, -37} {
		l := dsp.NewLeveller(dsp.NominalLevel)
		out := levelled(l, noise(level, 8*time.Second))
		if got := dsp.Level(out); got > -65 {
			t.Errorf("noise of %.0f dBm0 from the beginning: %.1f", level, got)
		}
		// A line that was quiet begins to hum: it is heard for two seconds at most, and never louder than it is.
		l = dsp.NewLeveller(dsp.NominalLevel)
		out = levelled(l, append(speech(700, -20, -65, 6*time.Second), noise(level, 6*time.Second)...))
		hum := out[dsp.Samples(6*time.Second):]
		if got := dsp.Level(hum[dsp.Samples(2600*time.Millisecond):]); got > -65 {
			t.Errorf("noise of %.0f dBm0 after a while: %.1f", level, got)
		}
		if got := dsp.Level(hum[:dsp.Samples(2*time.Second)]); got > level+2 {
			t.Errorf("noise of %.0f dBm0 at first: %.1f", level, got)
		}
	}
}

// A tone or music that never stops is heard, is not made louder, and is turned down if it is loud.
func TestLevellerLetsTonesThrough(t *testing.T) {
	for _, c := range []struct{ level, want float64 }{{-5, -20}, {-10, -20}, {-20, -20}, {-26, -26}} {
		g := dsp.NewGenerator(dsp.Tone{Freq1: 450, Level: c.level})
		linear := make([]int16, dsp.Samples(8*time.Second))
		g.Next(linear)
		a := make([]byte, len(linear))
		dsp.CompressALaw(a, linear)
		out := levelled(dsp.NewLeveller(dsp.NominalLevel), a)
		if got := dsp.Level(out[len(out)/2:]); math.Abs(got-c.want) > 1.5 {
			t.Errorf("a tone of %.0f dBm0 comes out at %.1f, want %.0f", c.level, got, c.want)
		}
	}
}

// Who sighs while others speak is not amplified for it.
func TestLevellerForgetsNobodyForBreathing(t *testing.T) {
	l := dsp.NewLeveller(dsp.NominalLevel)
	levelled(l, speech(700, -20, -65, 9*time.Second))
	levelled(l, speech(300, -44, -65, 20*time.Second))
	if g := l.Gain(); g > 6 {
		t.Errorf("gain %.1f dB after breathing", g)
	}
}

func TestLevellerLimitsAShout(t *testing.T) {
	l := dsp.NewLeveller(dsp.NominalLevel)
	levelled(l, speech(700, -35, -65, 9*time.Second))
	out := levelled(l, speech(700, 0, -65, time.Second))
	for i := frame; i+frame <= len(out); i += frame {
		if got := dsp.Level(out[i : i+frame]); got > -6 {
			t.Errorf("at %d ms: %.1f dBm0", i/8, got)
		}
	}
}

func TestLevellerFadesAndAllocatesNothing(t *testing.T) {
	l := dsp.NewLeveller(dsp.NominalLevel)
	in := speech(700, -20, -65, time.Second)
	a := make([]byte, frame)
	step := func(heard bool) (first, last int16, any bool) {
		copy(a, in[800:])
		l.Listen(a)
		any = l.Shape(a, heard)
		return dsp.DecodeALaw(a[1]), dsp.DecodeALaw(a[150]), any
	}
	if _, _, any := step(true); !any {
		t.Fatal("nothing heard")
	}
	if _, last, any := step(false); !any || last < -8 || last > 8 {
		t.Errorf("fading: %v, ends with %d", any, last)
	}
	if _, _, any := step(false); any {
		t.Error("still heard")
	}
	l.Rest()
	if n := testing.AllocsPerRun(100, func() { step(true) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzLeveller(f *testing.F) {
	f.Add(speech(700, -20, -40, 200*time.Millisecond), uint8(7))
	f.Fuzz(func(t *testing.T, sound []byte, pattern uint8) {
		l := dsp.NewLeveller(dsp.NominalLevel)
		for i := 0; len(sound) > 0; i++ {
			n := min(frame, len(sound))
			if rank, _ := l.Listen(sound[:n]); rank < 0 || rank > 100 || math.IsNaN(rank) {
				t.Fatalf("rank %v", rank)
			}
			l.Shape(sound[:n], pattern>>(i%8)&1 == 1)
			if g := l.Gain(); !(math.Abs(g) <= 18) {
				t.Fatalf("gain %v", g)
			}
			if sound = sound[n:]; pattern>>(i%5)&1 == 1 {
				l.Rest()
			}
		}
	})
}

func BenchmarkLeveller(b *testing.B) {
	in := speech(700, -12, -60, time.Second)
	a := make([]byte, frame)
	l := dsp.NewLeveller(dsp.NominalLevel)
	b.ReportAllocs()
	for i := range b.N {
		copy(a, in[i%40*frame:])
		l.Listen(a)
		l.Shape(a, true)
	}
}

func TestMixTwoIsMix(t *testing.T) {
	a, b := speech(700, -3, -50, time.Second), speech(300, -3, -40, time.Second)
	sum := make([]int32, len(a))
	dsp.AddALaw(sum, a)
	dsp.AddALaw(sum, b)
	want, got := make([]byte, len(a)), make([]byte, len(a))
	dsp.MixALaw(want, sum, nil)
	dsp.MixTwoALaw(got, a, b)
	if !bytes.Equal(want, got) {
		t.Error("two voices are not their sum")
	}
}
