package dsp_test

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

const (
	keypad  = "123A456B789C*0#D"
	longVar = "SIGNAL_PROOFS" // "full" runs the long proofs in whole
)

var (
	rowHz    = [4]float64{697, 770, 852, 941}
	columnHz = [4]float64{1209, 1336, 1477, 1633}
)

// proofs is how much of a long proof is run: all of it, or one part in small.
func proofs(small int) int {
	if os.Getenv(longVar) == "full" {
		return 1
	}
	return small
}

// press is a key as a bad telephone sends it.
type press struct {
	key            byte
	rowOff, colOff float64 // share of the frequency
	row, column    float64 // dBm0
	on, off        int     // samples
	snr            float64 // dB below both tones together
}

// into appends the press and its pause to s.
func (p press) into(s []int16, r *rand.Rand) []int16 {
	at := 0
	for keypad[at] != p.key {
		at++
	}
	a, b := dsp.Amplitude(p.row), dsp.Amplitude(p.column)
	wa, wb := 2*math.Pi*rowHz[at/4]*(1+p.rowOff)/8000, 2*math.Pi*columnHz[at%4]*(1+p.colOff)/8000
	pa, pb := 2*math.Pi*r.Float64(), 2*math.Pi*r.Float64()
	rms := math.Sqrt((a*a+b*b)/2) * math.Pow(10, -p.snr/20)
	for i := range p.on + p.off {
		v := 0.0
		if i < p.on {
			v = a*math.Sin(wa*float64(i)+pa) + b*math.Sin(wb*float64(i)+pb)
		}
		s = append(s, dsp.Saturate(int32(math.Round(v+rms*r.NormFloat64()))))
	}
	return s
}

// A press at each limit at once: frequencies 1.5 % off, 40 ms on and off, twist of +4 to −8 dB either way, −36 dBm0 for the weaker tone, noise
// 15 dB below. None of 100,000 is missed or doubled (5,000 unless SIGNAL_PROOFS=full).
func TestDTMFMissesNone(t *testing.T) {
	t.Parallel()
	missed, wrong, n := 0, 0, 100_000/proofs(20)
	r := rand.New(rand.NewPCG(20, 26))
	d := dsp.NewDTMFReceiver()
	var s []int16
	last := byte(0)
	for i := range n {
		edge := func(limit float64) float64 {
			if r.IntN(2) == 0 {
				return limit
			}
			return limit * r.Float64()
		}
		sign := func() float64 { return float64(2*r.IntN(2) - 1) }
		weak := -36 + 25*r.Float64()
		if i%2 == 0 {
			weak = -36
		}
		p := press{
			key: keypad[r.IntN(16)], rowOff: sign() * edge(0.015), colOff: sign() * edge(0.015),
			row: weak, column: weak, on: 320, off: 320 + r.IntN(80), snr: 15,
		}
		if r.IntN(3) == 0 {
			p.key = last // the same again must be two
		}
		if p.key == 0 {
			p.key = '0'
		}
		last = p.key
		switch r.IntN(3) {
		case 0:
			p.row += edge(8)
		case 1:
			p.column += edge(8)
		}
		s = p.into(s[:0], r)
		got := ""
		for len(s) > 0 {
			m := min(160, len(s))
			if k := d.Write(s[:m]); k != 0 {
				got += string(k)
			}
			s = s[m:]
		}
		switch {
		case got == "":
			missed++
			t.Logf("missed: %+v", p)
		case got != string(p.key):
			wrong++
			t.Logf("%q instead of %+v", got, p)
		}
	}
	if missed+wrong > 0 {
		t.Errorf("of %d: %d missed, %d wrong", n, missed, wrong)
	}
}

// Nothing is heard of what is no press: shorter than 20 ms, or 3.5 % off in either tone, however loud and clean.
func TestDTMFRejects(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 5))
	for i := range 16 * 200 {
		weak := -36 + 33*r.Float64()
		p := press{key: keypad[i%16], row: weak, column: weak, on: 800, off: 400, snr: 20 + 40*r.Float64()}
		what := "short"
		switch r.IntN(3) {
		case 0:
			p.on = 80 + r.IntN(80)
		case 1:
			what, p.rowOff = "row off", float64(2*r.IntN(2)-1)*(0.035+0.01*r.Float64())
		case 2:
			what, p.colOff = "column off", float64(2*r.IntN(2)-1)*(0.035+0.01*r.Float64())
		}
		s := p.into(make([]int16, r.IntN(160)), r)
		if got := keysIn(s); got != "" {
			t.Errorf("%s: %q from %+v", what, got, p)
		}
	}
}

// A press interrupted for 10 ms is one; two presses 40 ms apart are two. Hum, dial tone 15 dB below and companding do not matter.
func TestDTMFOnAnAnalogLine(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 5))
	for i := range 16 * 20 {
		p := press{key: keypad[i%16], row: -20, column: -22, on: 800, off: 400, snr: 30}
		s := p.into(make([]int16, r.IntN(160)), r)
		at := len(s) - 1200 + 200 + r.IntN(300)
		clear(s[at : at+80])
		s = append(s, make([]int16, 500)...)
		p.on, p.off = 320, 320
		for range 3 {
			s = p.into(s, r)
		}
		dial := dsp.Amplitude(-32)
		for j := range s {
			hum := dsp.Amplitude(-18) * math.Sin(2*math.Pi*50*float64(j)/8000)
			v := float64(s[j]) + hum + dial*math.Sin(2*math.Pi*450*float64(j)/8000)
			s[j] = dsp.DecodeALaw(dsp.EncodeALaw(dsp.Saturate(int32(v))))
		}
		want := string([]byte{p.key, p.key, p.key, p.key})
		if got := keysIn(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func BenchmarkDTMFReceiver(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	for name, s := range map[string][]int16{
		"noise": press{key: '1', row: -60, column: -60, on: 8000, snr: 0}.into(nil, r),
		"key":   press{key: '1', row: -10, column: -10, on: 8000, snr: 40}.into(nil, r),
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
