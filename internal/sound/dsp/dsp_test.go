package dsp_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

func tone(t dsp.Tone, n int) []int16 {
	g, s := dsp.NewGenerator(t), make([]int16, n)
	g.Next(s)
	return s
}

// Values of ITU-T G.711 tables 1 and 2, as 16-bit samples.
func TestG711Values(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a    byte
		want int16
	}{{0xD5, 8}, {0x55, -8}, {0xD4, 24}, {0xAA, 32256}, {0x2A, -32256}, {0x80, 5504}, {0xC5, 264}, {0xF5, 528}} {
		if got := dsp.DecodeALaw(c.a); got != c.want {
			t.Errorf("A-law %#x: %d, want %d", c.a, got, c.want)
		}
	}
	for _, c := range []struct {
		u    byte
		want int16
	}{{0xFF, 0}, {0x7F, 0}, {0xFE, 8}, {0x80, 32124}, {0x00, -32124}, {0xEF, 132}, {0xF0, 120}} {
		if got := dsp.DecodeMuLaw(c.u); got != c.want {
			t.Errorf("µ-law %#x: %d, want %d", c.u, got, c.want)
		}
	}
}

// The encoder chooses the value on the right side of each decision threshold: the nearest one.
func TestG711EncodesToTheNearest(t *testing.T) {
	t.Parallel()
	for v := math.MinInt16; v <= math.MaxInt16; v++ {
		s := int16(v)
		a, u := int(dsp.DecodeALaw(dsp.EncodeALaw(s))), int(dsp.DecodeMuLaw(dsp.EncodeMuLaw(s)))
		if d := abs(a - v); d > 16 && d*32 > abs(v)+32 {
			t.Fatalf("A-law %d → %d", v, a)
		}
		if d := abs(u - v); d > 8 && d*31 > abs(v)+132 && abs(v) < 32124 {
			t.Fatalf("µ-law %d → %d", v, u)
		}
	}
	for i := range 256 {
		b := byte(i)
		if got := dsp.EncodeALaw(dsp.DecodeALaw(b)); got != b {
			t.Errorf("A-law %#x → %#x", b, got)
		}
		if got := dsp.EncodeMuLaw(dsp.DecodeMuLaw(b)); got != b && b != 0x7F {
			t.Errorf("µ-law %#x → %#x", b, got)
		}
	}
}

func abs(v int) int { return max(v, -v) }

// G.711 tables 3 and 4: next to what decoding and encoding again gives, sign kept, silence to silence.
func TestLawsConvert(t *testing.T) {
	t.Parallel()
	var all, a, u [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	dsp.MuLawToALaw(a[:], all[:])
	dsp.ALawToMuLaw(u[:], all[:])
	for i := range all {
		b := byte(i)
		if want := dsp.EncodeALaw(dsp.DecodeMuLaw(b)); a[i]&0x80 != b&0x80 || abs(int((a[i]^0x55)&0x7F)-int((want^0x55)&0x7F)) > 1 {
			t.Errorf("µ %#x → A %#x, by values %#x", b, a[i], want)
		}
		if want := dsp.EncodeMuLaw(dsp.DecodeALaw(b)); u[i]&0x80 != b&0x80 || abs(int(u[i]&0x7F)-int(want&0x7F)) > 1 {
			t.Errorf("A %#x → µ %#x, by values %#x", b, u[i], want)
		}
	}
	if u[dsp.SilenceALaw] != dsp.SilenceMuLaw && u[dsp.SilenceALaw] != 0xFE {
		t.Errorf("silence → %#x", u[dsp.SilenceALaw])
	}
	if a[dsp.SilenceMuLaw] != dsp.SilenceALaw {
		t.Errorf("silence → %#x", a[dsp.SilenceMuLaw])
	}
}

func TestToneLevelAndCadence(t *testing.T) {
	t.Parallel()
	s := tone(dsp.Busy, 8000)
	for _, c := range []struct{ from, to int }{{0, 2800}, {5600, 8000}} {
		if l := dsp.Power(s[c.from:c.to], 450); math.Abs(l+10) > 0.2 {
			t.Errorf("on %d: %.2f dBm0", c.from, l)
		}
	}
	if l := dsp.Level(s[2800:5600]); l != -96 {
		t.Errorf("pause: %.1f dBm0", l)
	}
	g := dsp.NewGenerator(dsp.Tone{Freq1: 450, Level: -10, On: 10 * time.Millisecond, Off: 5 * time.Millisecond, Repeat: 3})
	if n := g.Next(make([]int16, 1000)); n != 360 {
		t.Errorf("three times 15 ms are %d samples", n)
	}
	long := tone(dsp.DialTone, 8000*60)
	if l := dsp.Level(long[8000*59:]); math.Abs(l+10) > 0.05 {
		t.Errorf("after a minute: %.3f dBm0", l)
	}
}

func keysIn(s []int16) (keys string) {
	d := dsp.NewDTMFReceiver()
	for len(s) > 0 {
		n := min(len(s), 160)
		if k := d.Write(s[:n]); k != 0 {
			keys += string(k)
		}
		s = s[n:]
	}
	return keys
}

func TestDTMFEveryKeyOnce(t *testing.T) {
	t.Parallel()
	const all = "0123456789*#ABCD"
	for _, level := range []float64{0, -20} {
		var s []int16
		for i, k := range []byte(all + all[:8] + "55") {
			tn, ok := dsp.DTMFTone(k, 40*time.Millisecond, 40*time.Millisecond)
			if !ok {
				t.Fatal(string(k))
			}
			tn.Level += level
			s = append(s, make([]int16, i*13%102)...) // begin anywhere in a block
			s = append(s, tone(tn, 640)...)
		}
		if got := keysIn(s); got != all+all[:8]+"55" {
			t.Errorf("at %v dB: %q", level, got)
		}
	}
	if _, ok := dsp.DTMFTone('x', 0, 0); ok {
		t.Error("x is a key")
	}
}

func TestDTMFLimits(t *testing.T) {
	t.Parallel()
	two := func(f1, l1, f2, l2 float64, ms int) []int16 {
		a, b := tone(dsp.Tone{Freq1: f1, Level: l1}, 8*ms), tone(dsp.Tone{Freq1: f2, Level: l2}, 8*ms)
		for i := range a {
			a[i] += b[i]
		}
		return append(append(make([]int16, 200), a...), make([]int16, 400)...)
	}
	for name, c := range map[string]struct {
		s    []int16
		want string
	}{
		"plain":              {two(770, -9, 1336, -7, 60), "5"},
		"1.5 % off":          {two(770*1.015, -9, 1336*0.985, -9, 60), "5"},
		"3.5 % off":          {two(770*1.035, -9, 1336, -9, 60), ""},
		"normal twist 6 dB":  {two(770, -13, 1336, -7, 60), "5"},
		"reverse twist 4 dB": {two(770, -7, 1336, -11, 60), "5"},
		"too much twist":     {two(770, -24, 1336, -8, 60), ""},
		"too quiet":          {two(770, -45, 1336, -45, 60), ""},
		"too short":          {two(770, -9, 1336, -9, 20), ""},
		"one tone":           {tone(dsp.Tone{Freq1: 770, Level: -6}, 800), ""},
		"two of a group":     {two(770, -9, 941, -9, 60), ""},
		"dial tone":          {tone(dsp.DialTone, 4000), ""},
		"long":               {two(941, -9, 1477, -9, 900), "#"},
	} {
		if got := keysIn(c.s); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	gap := two(770, -9, 1336, -9, 100)
	clear(gap[600:680]) // 10 ms missing
	if got := keysIn(gap); got != "5" {
		t.Errorf("interrupted: %q", got)
	}
}

// Voice-like sound, a buzz with its harmonics and noise, is no key.
func TestDTMFTalkOff(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	var s []int16
	for range 400 {
		pitch, n := 90+200*r.Float64(), 400+r.IntN(1200)
		for i := range n {
			v := 0.0
			for h := 1.0; h*pitch < 3400; h++ {
				v += math.Sin(2*math.Pi*pitch*h*float64(i)/8000+h*h) / math.Sqrt(h)
			}
			s = append(s, int16(2500*v+600*r.NormFloat64()))
		}
	}
	if got := keysIn(s); got != "" {
		t.Errorf("%d s of buzz: %q", len(s)/8000, got)
	}
}

func TestResample(t *testing.T) {
	t.Parallel()
	for _, rate := range []int{16000, 44100, 48000} {
		in := make([]int16, rate)
		for i := range in { // 1 kHz at −10 dBm0, and 6 kHz that must not fold to 2 kHz
			w := 2 * math.Pi * float64(i) / float64(rate)
			in[i] = int16(dsp.Amplitude(-10) * (math.Sin(1000*w) + math.Sin(6000*w)))
		}
		out := dsp.Resample(in, rate, 8000)
		if len(out) != 8000 {
			t.Errorf("%d: %d samples", rate, len(out))
		}
		out = out[200:7800]
		if a, b := dsp.Power(out, 1000), dsp.Power(out, 2000); math.Abs(a+10) > 0.2 || b > -60 {
			t.Errorf("%d Hz: 1 kHz %.2f dBm0, alias %.1f dBm0", rate, a, b)
		}
	}
	up := dsp.Resample(tone(dsp.Tone{Freq1: 1000, Level: -10}, 8000), 8000, 16000)
	if l := dsp.Power(up[400:15600], 500); len(up) != 16000 || math.Abs(l+10) > 0.2 { // 1 kHz at twice the rate
		t.Errorf("up: %d samples, %.2f dBm0", len(up), l)
	}
}

func TestMixLessOneAndLimited(t *testing.T) {
	t.Parallel()
	sum := make([]int32, 160)
	a, b := make([]byte, 160), make([]byte, 160)
	dsp.CompressALaw(a, tone(dsp.Tone{Freq1: 440, Level: -10}, 160))
	dsp.CompressALaw(b, tone(dsp.Tone{Freq1: 1000, Level: -10}, 160))
	dsp.AddALaw(sum, a)
	dsp.AddALaw(sum, b)
	out := make([]byte, 160)
	dsp.MixALaw(out, sum, a)
	if string(out) != string(b) {
		t.Error("total less own is not the other")
	}
	if dsp.Saturate(40000) != 32767 || dsp.Saturate(-40000) != -32768 {
		t.Error("not limited")
	}
}

func TestConcealer(t *testing.T) {
	t.Parallel()
	var c dsp.Concealer
	s := tone(dsp.Tone{Freq1: 400, Level: -10}, 1600)
	for i := 0; i < 800; i += 160 {
		c.Good(append([]int16(nil), s[i:i+160]...))
	}
	out := make([]int16, 160)
	c.Conceal(out)
	if l := dsp.Power(out[:80], 400); math.Abs(l+10) > 1 {
		t.Errorf("first 10 ms: %.1f dBm0", l)
	}
	if d := abs(int(out[0]) - int(s[800])); d > 1500 {
		t.Errorf("a step of %d at the beginning", d)
	}
	for range 2 {
		c.Conceal(out)
	}
	if l := dsp.Level(out[80:]); l > -25 {
		t.Errorf("after 50 ms still %.1f dBm0", l)
	}
	c.Conceal(out)
	if l := dsp.Level(out); l > -90 {
		t.Errorf("after 60 ms still %.1f dBm0", l)
	}
}

func TestNothingAllocates(t *testing.T) {
	s, a, sum := tone(dsp.DialTone, 160), make([]byte, 160), make([]int32, 160)
	g, d := dsp.NewGenerator(dsp.Ringback), dsp.NewDTMFReceiver()
	f := dsp.NewFaxDetector()
	var c dsp.Concealer
	if n := testing.AllocsPerRun(100, func() {
		g.Next(s)
		dsp.CompressALaw(a, s)
		dsp.ExpandALaw(s, a)
		dsp.AddALaw(sum, a)
		dsp.MixALaw(a, sum, a)
		d.Write(s)
		f.Write(s)
		c.Good(s)
		c.Conceal(s)
		dsp.Power(s, 450)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
