package callerid_test

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/callerid"
)

// send is the whole sound of a message with silence around it.
func send(s *callerid.Sender) []int16 {
	out, block := make([]int16, 2400), make([]int16, 160)
	for more := true; more; {
		more = s.Next(block)
		out = append(out, block...)
	}
	return append(out, make([]int16, 800)...)
}

// noise adds white noise of a level in dBm0.
func noise(r *rand.Rand, s []int16, level float64) {
	rms := dsp.Amplitude(level) / 1.41421356
	for i := range s {
		s[i] = dsp.Saturate(int32(float64(s[i]) + rms*r.NormFloat64()))
	}
}

// receive is every message in a sound.
func receive(std callerid.Standard, s []int16) (all []callerid.Message) {
	r := callerid.NewReceiver(std)
	for len(s) > 0 {
		n := min(len(s), 160)
		if data := r.Write(s[:n]); data != nil {
			if m, err := callerid.Decode(data); err == nil {
				all = append(all, m)
			}
		}
		s = s[n:]
	}
	return all
}

var full = callerid.Message{Number: "13800138000", Name: "张三", Month: 5, Day: 17, Hour: 9, Minute: 41}

var standards = []callerid.Standard{callerid.Bell202, callerid.V23}

func encoded(t testing.TB, m callerid.Message, f callerid.Format) []byte {
	t.Helper()
	data, err := callerid.Encode(m, f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// good is how many of 20 messages arrive as they were sent, alone, after the sound was changed.
func good(t testing.TB, std callerid.Standard, level float64, change func(r *rand.Rand, s []int16), options ...callerid.Option) (n int) {
	t.Helper()
	data := encoded(t, full, callerid.MDMF)
	for i := range uint64(20) {
		s := send(callerid.NewSender(std, data, level, options...))
		change(rand.New(rand.NewPCG(i, 1)), s)
		if all := receive(std, s); len(all) == 1 && all[0] == full {
			n++
		}
	}
	return n
}

func TestFSKLevelsAndNoise(t *testing.T) {
	t.Parallel()
	for _, std := range standards {
		for _, c := range []struct{ level, snr float64 }{{-3, 40}, {-14, 12}, {-36, 18}, {-40, 25}, {-40, 15}} {
			n := good(t, std, c.level, func(r *rand.Rand, s []int16) { noise(r, s, c.level-c.snr) })
			if n != 20 {
				t.Errorf("standard %d, %v dBm0, %v dB: %d of 20", std, c.level, c.snr, n)
			}
		}
	}
}

func TestFSKExchangesThatAreOff(t *testing.T) {
	t.Parallel()
	for name, options := range map[string][]callerid.Option{
		"both 1 % fast":       {callerid.Skew(0.01, 0.01)},
		"both 1 % slow":       {callerid.Skew(-0.01, -0.01)},
		"baud fast, low":      {callerid.Skew(0.01, -0.01)},
		"baud slow, high":     {callerid.Skew(-0.01, 0.01)},
		"short seizure":       {callerid.Seizure(40)},
		"no seizure":          {callerid.Seizure(0)},
		"nor many marks":      {callerid.Seizure(0), callerid.Marks(20)},
		"seizure, few marks":  {callerid.Marks(20)},
		"long seizure, marks": {callerid.Seizure(600), callerid.Marks(400)},
	} {
		for _, std := range standards {
			if n := good(t, std, -36, func(r *rand.Rand, s []int16) { noise(r, s, -36-18) }, options...); n != 20 {
				t.Errorf("%s, standard %d: %d of 20", name, std, n)
			}
		}
	}
}

func TestFSKOnALineThatIsBad(t *testing.T) {
	t.Parallel()
	hum := func(s []int16, hz, level float64) {
		for i := range s {
			s[i] = dsp.Saturate(int32(s[i]) + int32(dsp.Amplitude(level)*math.Sin(2*math.Pi*hz*float64(i)/8000)))
		}
	}
	for name, change := range map[string]func(r *rand.Rand, s []int16){
		"hum as loud as it may be": func(_ *rand.Rand, s []int16) { hum(s, 50, -16) },
		"its harmonics":            func(_ *rand.Rand, s []int16) { hum(s, 50, -16); hum(s, 150, -30); hum(s, 250, -40) },
		"ring trip click": func(r *rand.Rand, s []int16) {
			// A step of battery voltage through the line's transformer, up to the first marks.
			at := 2400 + r.IntN(1600)
			for i := range 400 {
				s[at+i] = dsp.Saturate(int32(s[at+i]) + int32(30000*math.Exp(-float64(i)/60)*math.Cos(float64(i)/20)))
			}
		},
		"offset": func(_ *rand.Rand, s []int16) {
			for i := range s {
				s[i] += 2000
			}
		},
		"a line that takes 8 dB off the high tone": func(_ *rand.Rand, s []int16) {
			before := 0.0
			for i := range s { // one pole at 900 Hz
				before += 0.5 * (float64(s[i]) - before)
				s[i] = int16(before)
			}
		},
		"A-law": func(_ *rand.Rand, s []int16) {
			for i := range s {
				s[i] = dsp.DecodeALaw(dsp.EncodeALaw(s[i]))
			}
		},
		"an echo 2 ms later, 10 dB below": func(_ *rand.Rand, s []int16) {
			for i := len(s) - 1; i >= 16; i-- {
				s[i] += int16(0.316 * float64(s[i-16]))
			}
		},
		"another tone before it": func(_ *rand.Rand, s []int16) { hum(s[:2300], 450, -10) },
	} {
		for _, std := range standards {
			n := good(t, std, -30, func(r *rand.Rand, s []int16) { change(r, s); noise(r, s, -50) })
			if n != 20 {
				t.Errorf("%s, standard %d: %d of 20", name, std, n)
			}
		}
	}
}

// Two messages in one sound, another format, and what is said instead of a number.
func TestFSKSeveral(t *testing.T) {
	t.Parallel()
	want := []callerid.Message{
		full,
		{Number: "02188886666", Month: 12, Day: 31, Hour: 23, Minute: 59},
		{NumberAbsence: callerid.Private, NameAbsence: callerid.Unavailable, Month: 1, Day: 2, Hour: 3, Minute: 4},
		{NumberAbsence: callerid.Private, Month: 1, Day: 2, Hour: 3, Minute: 4},
	}
	formats := []callerid.Format{callerid.MDMF, callerid.SDMF, callerid.MDMF, callerid.SDMF}
	var s []int16
	for i, m := range want {
		s = append(s, send(callerid.NewSender(callerid.Bell202, encoded(t, m, formats[i]), -14))...)
	}
	if got := receive(callerid.Bell202, s); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	// Each standard's receiver reads the other as well.
	for _, std := range standards {
		s := send(callerid.NewSender(std, encoded(t, full, callerid.MDMF), -36))
		noise(rand.New(rand.NewPCG(5, 5)), s, -36-18)
		if got := receive(callerid.Bell202+callerid.V23-std, s); len(got) != 1 {
			t.Errorf("standard %d by the other: %+v", std, got)
		}
	}
}

// One wrong bit anywhere, or noise alone for ten minutes, is no message (a fifth of the bits and one minute without
// SIGNAL_PROOFS=full).
func TestFSKBelievesOnlyWholeMessages(t *testing.T) {
	t.Parallel()
	data := encoded(t, full, callerid.MDMF)
	step, minutes := 5, uint64(1)
	if os.Getenv("SIGNAL_PROOFS") == "full" {
		step, minutes = 1, 10
	}
	for i := 0; i < 8*len(data); i += step {
		wrong := slices.Clone(data)
		wrong[i/8] ^= 1 << (i % 8)
		if got := receive(callerid.Bell202, send(callerid.NewSender(callerid.Bell202, wrong, -14))); len(got) != 0 {
			t.Errorf("bit %d: %+v", i, got)
		}
	}
	s := make([]int16, 8000*60)
	for i := range minutes {
		clear(s)
		noise(rand.New(rand.NewPCG(i, 9)), s, -20)
		if got := receive(callerid.Bell202, s); len(got) != 0 {
			t.Errorf("noise: %+v", got)
		}
	}
}

func TestReceiverResets(t *testing.T) {
	t.Parallel()
	s := send(callerid.NewSender(callerid.Bell202, encoded(t, full, callerid.SDMF), -14))
	r := callerid.NewReceiver(callerid.Bell202)
	half := len(s) - 2000 // within the octets
	r.Write(s[:half])
	r.Reset()
	if r.Write(s[half:]) != nil {
		t.Error("half a message after Reset")
	}
	if r.Write(s) == nil {
		t.Error("nothing in a whole one")
	}
}

func TestNothingAllocates(t *testing.T) {
	s := send(callerid.NewSender(callerid.Bell202, encoded(t, full, callerid.MDMF), -14))
	r, sender := callerid.NewReceiver(callerid.Bell202), callerid.NewSender(callerid.Bell202, encoded(t, full, callerid.MDMF), -14)
	block := make([]int16, 160)
	if n := testing.AllocsPerRun(3, func() {
		for i := 0; i+160 <= len(s); i += 160 {
			r.Write(s[i : i+160])
		}
		sender.Next(block)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkReceiver(b *testing.B) {
	s := make([]int16, 8000)
	noise(rand.New(rand.NewPCG(1, 1)), s, -20)
	r := callerid.NewReceiver(callerid.Bell202)
	for b.Loop() {
		for i := 0; i < len(s); i += 160 {
			r.Write(s[i : i+160])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e9*100, "%core")
}

func FuzzReceiver(f *testing.F) {
	f.Add([]byte{0x80, 0x04, 0x55, 0x55})
	f.Fuzz(func(_ *testing.T, b []byte) {
		r := callerid.NewReceiver(callerid.V23)
		for len(b) >= 2 {
			r.Write([]int16{int16(uint16(b[0])<<8 | uint16(b[1]))})
			b = b[2:]
		}
	})
}
