package corpus

import (
	"math"
	"math/rand/v2"
	"strings"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// Keypad is every key, row by row.
const Keypad = "123A456B789C*0#D"

// Press is a key as a bad telephone on a bad line sends it.
type Press struct {
	Key                   byte
	RowOff, ColumnOff     float64 // share by which the frequency is off
	RowLevel, ColumnLevel float64 // dBm0
	On, Off               int     // samples
	SNR                   float64 // dB by which white noise is below both tones together
}

// Append appends the press and its pause to s.
func (p Press) Append(s []int16, r *rand.Rand) []int16 {
	at := strings.IndexByte(Keypad, p.Key)
	rows, columns := [4]float64{697, 770, 852, 941}, [4]float64{1209, 1336, 1477, 1633}
	a, b := dsp.Amplitude(p.RowLevel), dsp.Amplitude(p.ColumnLevel)
	wa, wb := 2*math.Pi*rows[at/4]*(1+p.RowOff)/Rate, 2*math.Pi*columns[at%4]*(1+p.ColumnOff)/Rate
	pa, pb := 2*math.Pi*r.Float64(), 2*math.Pi*r.Float64()
	rms := math.Sqrt((a*a+b*b)/2) * math.Pow(10, -p.SNR/20)
	for i := range p.On + p.Off {
		v := rms * r.NormFloat64()
		if i < p.On {
			v += a*math.Sin(wa*float64(i)+pa) + b*math.Sin(wb*float64(i)+pb)
		}
		s = append(s, saturate(v))
	}
	return s
}

// WorstPress is a press that must be heard, at several limits at once, chosen by chance: 40 ms on and 40 to 50 off,
// each frequency up to 1.5 % off, either tone up to 8 dB louder, the fainter from −36 to −11 dBm0, noise 15 dB below.
func WorstPress(r *rand.Rand) Press {
	edge := func(limit float64) float64 {
		if r.IntN(2) == 0 {
			return limit
		}
		return limit * r.Float64()
	}
	sign := func() float64 { return float64(2*r.IntN(2) - 1) }
	faint := -36.0
	if r.IntN(2) == 0 {
		faint += 25 * r.Float64()
	}
	p := Press{
		Key: Keypad[r.IntN(16)], RowOff: sign() * edge(0.015), ColumnOff: sign() * edge(0.015),
		RowLevel: faint, ColumnLevel: faint, On: 320, Off: 320 + r.IntN(80), SNR: 15,
	}
	switch r.IntN(3) {
	case 0:
		p.RowLevel += edge(8)
	case 1:
		p.ColumnLevel += edge(8)
	}
	return p
}

// Noise adds white noise of a level in dBm0.
func Noise(r *rand.Rand, s []int16, level float64) {
	rms := dsp.Amplitude(level) / math.Sqrt2
	for i := range s {
		s[i] = saturate(float64(s[i]) + rms*r.NormFloat64())
	}
}

// Hum adds a sine of a level in dBm0.
func Hum(s []int16, hz, level float64) {
	a, w := dsp.Amplitude(level), 2*math.Pi*hz/Rate
	for i := range s {
		s[i] = saturate(float64(s[i]) + a*math.Sin(w*float64(i)))
	}
}

// Click adds what is heard when a ring is cut off: a step of battery voltage through a transformer.
func Click(s []int16) {
	for i := range min(400, len(s)) {
		s[i] = saturate(float64(s[i]) + 30000*math.Exp(-float64(i)/60)*math.Cos(float64(i)/20))
	}
}
