package dsp_test

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/test/spandsp/corpus"
)

// Of 100,000 presses at several limits at once, a third of them of the key before, none is missed or doubled. 2,000
// without SIGNAL_PROOFS=full.
func TestDTMFMissesNone(t *testing.T) {
	t.Parallel()
	n := 2000
	if os.Getenv("SIGNAL_PROOFS") == "full" {
		n = 100_000
	}
	r := rand.New(rand.NewPCG(20, 26))
	d := dsp.NewDTMFReceiver()
	var s []int16
	last := byte('0')
	for range n {
		p := corpus.WorstPress(r)
		if r.IntN(3) == 0 {
			p.Key = last
		}
		last = p.Key
		s = p.Append(s[:0], r)
		got := ""
		for i := 0; i < len(s); i += 160 {
			if k := d.Write(s[i:min(i+160, len(s))]); k != 0 {
				got += string(k)
			}
		}
		if got != string(p.Key) {
			t.Errorf("%q instead of %+v", got, p)
		}
	}
}

// Nothing is heard of what is no press: shorter than 20 ms, or 3.5 % off in either tone, however loud and clean.
func TestDTMFRejects(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 5))
	for i := range 16 * 60 {
		weak := -36 + 33*r.Float64()
		p := corpus.Press{Key: corpus.Keypad[i%16], RowLevel: weak, ColumnLevel: weak, On: 800, Off: 400, SNR: 20 + 40*r.Float64()}
		what := "short"
		switch r.IntN(3) {
		case 0:
			p.On = 80 + r.IntN(80)
		case 1:
			what, p.RowOff = "row off", float64(2*r.IntN(2)-1)*(0.035+0.01*r.Float64())
		case 2:
			what, p.ColumnOff = "column off", float64(2*r.IntN(2)-1)*(0.035+0.01*r.Float64())
		}
		s := p.Append(make([]int16, r.IntN(160)), r)
		if got := keysIn(s); got != "" {
			t.Errorf("%s: %q from %+v", what, got, p)
		}
	}
}

// A press interrupted for 10 ms is one; two presses 40 ms apart are two. Hum, dial tone 15 dB below and companding do
// not matter.
func TestDTMFOnAnAnalogLine(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 5))
	for i := range 16 * 5 {
		p := corpus.Press{Key: corpus.Keypad[i%16], RowLevel: -20, ColumnLevel: -22, On: 800, Off: 400, SNR: 30}
		s := p.Append(make([]int16, r.IntN(160)), r)
		at := len(s) - 1200 + 200 + r.IntN(300)
		clear(s[at : at+80])
		s = append(s, make([]int16, 500)...)
		p.On, p.Off = 320, 320
		for range 3 {
			s = p.Append(s, r)
		}
		dial := dsp.Amplitude(-32)
		for j := range s {
			hum := dsp.Amplitude(-18) * math.Sin(2*math.Pi*50*float64(j)/8000)
			v := float64(s[j]) + hum + dial*math.Sin(2*math.Pi*450*float64(j)/8000)
			s[j] = dsp.DecodeALaw(dsp.EncodeALaw(dsp.Saturate(int32(v))))
		}
		want := string([]byte{p.Key, p.Key, p.Key, p.Key})
		if got := keysIn(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A key pressed over the echo of a voice is heard later, but heard; a shorter one may be lost.
func TestDTMFOverAVoice(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 8))
	for i := range 64 {
		p := corpus.Press{Key: corpus.Keypad[i%16], RowLevel: -14, ColumnLevel: -12, On: 960, Off: 800, SNR: 40}
		s := p.Append(nil, r)
		pitch := 120 + 100*r.Float64()
		for j := range s {
			v := 0.0
			for h := 1.0; h*pitch < 1000; h++ {
				v += math.Sin(2*math.Pi*pitch*h*float64(j)/8000+h) / h
			}
			s[j] = dsp.Saturate(int32(s[j]) + int32(dsp.Amplitude(-20)*v))
		}
		if got := keysIn(s); got != string(p.Key) {
			t.Errorf("%q, want %q", got, string(p.Key))
		}
	}
}

// What is sent is heard, without what is no key, and lasts as long as it should.
func TestDTMFTones(t *testing.T) {
	t.Parallel()
	var s []int16
	for _, x := range dsp.DTMFTones("138x00D*#", 50*time.Millisecond, 50*time.Millisecond, -6) {
		block, g := make([]int16, 8000), dsp.NewGenerator(x)
		s = append(s, block[:g.Next(block)]...)
	}
	if got := keysIn(s); got != "13800D*#" {
		t.Errorf("heard %q", got)
	}
	if want := 8 * 800; len(s) != want {
		t.Errorf("%d samples, want %d", len(s), want)
	}
	row, column := dsp.Power(s[:400], 697), dsp.Power(s[:400], 1209)
	if math.Abs(row+15) > 0.5 || math.Abs(column+13) > 0.5 {
		t.Errorf("%.1f and %.1f dBm0", row, column)
	}
}

func BenchmarkDTMFReceiver(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for name, s := range map[string][]int16{
		"noise": corpus.Press{Key: '1', RowLevel: -60, ColumnLevel: -60, On: 8000, SNR: 0}.Append(nil, r),
		"key":   corpus.Press{Key: '1', RowLevel: -10, ColumnLevel: -10, On: 8000, SNR: 40}.Append(nil, r),
	} {
		b.Run(name, func(b *testing.B) {
			d := dsp.NewDTMFReceiver()
			for b.Loop() {
				for i := 0; i < len(s); i += 160 {
					d.Write(s[i : i+160])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e9*100, "%core")
		})
	}
}
