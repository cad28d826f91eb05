package progress_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
)

// some is how often a case is tried with other noise: all times with SIGNAL_PROOFS=full, a few otherwise.
func some(all int) int {
	if os.Getenv("SIGNAL_PROOFS") == "full" {
		return all
	}
	return max(1, all/8)
}

// heard is an event and when it was heard.
type heard struct {
	progress.Event
	at time.Duration
}

func listen(d *progress.Detector, s []int16) (all []heard) {
	at := 0
	for len(s) > 0 {
		n := min(len(s), 160)
		at += n
		if e, ok := d.Write(s[:n]); ok {
			all = append(all, heard{e, time.Duration(at) * time.Second / 8000})
		}
		s = s[n:]
	}
	return all
}

func sound(t dsp.Tone, length time.Duration) []int16 {
	g, s := dsp.NewGenerator(t), make([]int16, dsp.Samples(length))
	g.Next(s)
	return s
}

func noise(r *rand.Rand, s []int16, level float64) {
	rms := dsp.Amplitude(level) / math.Sqrt2
	for i := range s {
		s[i] = dsp.Saturate(int32(math.Round(float64(s[i]) + rms*r.NormFloat64())))
	}
}

// first is the event that comes first, and when.
func first(t testing.TB, s []int16) heard {
	t.Helper()
	all := listen(progress.New(progress.China()), s)
	if len(all) == 0 {
		return heard{}
	}
	return all[0]
}

// Each tone of the network is known for what it is and never for another, at its limits.
func TestTonesOfTheNetwork(t *testing.T) {
	t.Parallel()
	ms := func(n float64) time.Duration { return time.Duration(n * float64(time.Millisecond)) }
	info := func(scale float64) (s []int16) {
		for range 3 {
			s = append(s, sound(dsp.Tone{Freq1: 450, Level: -10, On: ms(100 * scale), Off: ms(100 * scale)}, ms(600*scale))...)
			s = append(s, sound(dsp.Tone{Freq1: 450, Level: -10, On: ms(400 * scale), Off: ms(400 * scale)}, ms(800*scale))...)
		}
		return s
	}
	tone := func(hz, on, off float64, length time.Duration) func(float64) []int16 {
		return func(scale float64) []int16 {
			return sound(dsp.Tone{Freq1: hz, Level: -10, On: ms(on * scale), Off: ms(off * scale)}, length)
		}
	}
	for _, c := range []struct {
		want progress.Tone
		make func(scale float64) []int16
	}{
		{progress.Dial, func(float64) []int16 { return sound(dsp.DialTone, 5*time.Second) }},
		{progress.Ringback, tone(450, 1000, 4000, 16*time.Second)},
		{progress.Busy, tone(450, 350, 350, 10*time.Second)},
		{progress.Congestion, tone(450, 700, 700, 10*time.Second)},
		{progress.CallWaiting, tone(450, 400, 4000, 14*time.Second)},
		{progress.Information, info},
		{progress.Recording, tone(950, 400, 10000, 24*time.Second)},
		{progress.Howler, func(float64) []int16 { return sound(dsp.Tone{Freq1: 950, Level: -5}, 5*time.Second) }},
	} {
		for _, scale := range []float64{0.9, 1, 1.1} {
			r := rand.New(rand.NewPCG(6, 6))
			s := append(make([]int16, 3000), c.make(scale)...)
			s = append(s, make([]int16, 3000)...)
			noise(r, s, -35)
			all := listen(progress.New(progress.China()), s)
			if len(all) == 0 {
				t.Errorf("%v × %v: nothing", c.want, scale)
			}
			for _, e := range all {
				if e.Tone != c.want {
					t.Errorf("%v × %v: %v at %v", c.want, scale, e.Event, e.at)
				}
			}
		}
	}
}

// What is near the network's tones but is none of them.
func TestNotTones(t *testing.T) {
	t.Parallel()
	ms := time.Millisecond
	for name, tone := range map[string]dsp.Tone{
		"400 Hz":           {Freq1: 400, Level: -10, On: 350 * ms, Off: 350 * ms},
		"500 Hz":           {Freq1: 500, Level: -10, On: 350 * ms, Off: 350 * ms},
		"two tones":        {Freq1: 450, Freq2: 620, Level: -10, On: 350 * ms, Off: 350 * ms},
		"too faint":        {Freq1: 450, Level: -50, On: 350 * ms, Off: 350 * ms},
		"another pace":     {Freq1: 450, Level: -10, On: 500 * ms, Off: 500 * ms},
		"longer pauses":    {Freq1: 450, Level: -10, On: 350 * ms, Off: 600 * ms},
		"a key":            {Freq1: 770, Freq2: 1336, Level: -10, On: 350 * ms, Off: 350 * ms},
		"two at the pace":  {Freq1: 450, Level: -10, On: 350 * ms, Off: 350 * ms, Repeat: 2},
		"half a DTMF pair": {Freq1: 941, Level: -10, On: 350 * ms, Off: 350 * ms},
	} {
		s := append(sound(tone, 10*time.Second), make([]int16, 8000)...)
		noise(rand.New(rand.NewPCG(2, 2)), s, -65)
		for _, e := range listen(progress.New(progress.China()), s) {
			t.Errorf("%s: %+v", name, e.Event)
		}
	}
}

// The far end hangs up in the middle of a word, the line hums and hisses, its sound is companded.
func TestBusyAfterTalkOnABadLine(t *testing.T) {
	t.Parallel()
	for i := range uint64(some(50)) {
		r := rand.New(rand.NewPCG(i, 3))
		s := speech(r, 3*time.Second)
		begin := time.Duration(len(s)) * time.Second / 8000
		s = append(s, sound(dsp.Tone{Freq1: 450, Level: -22, On: 350 * time.Millisecond, Off: 350 * time.Millisecond}, 4*time.Second)...)
		noise(r, s, -34)
		for j := range s {
			hum := 4*dsp.Amplitude(-30)*math.Sin(2*math.Pi*50*float64(j)/8000) + dsp.Amplitude(-45)*math.Sin(2*math.Pi*150*float64(j)/8000)
			s[j] = dsp.DecodeALaw(dsp.EncodeALaw(dsp.Saturate(int32(float64(s[j]) + hum))))
		}
		e := first(t, s)
		if e.Tone != progress.Busy || e.at-begin > 2100*time.Millisecond {
			t.Errorf("%d: %+v, %v after the hang-up", i, e.Event, e.at-begin)
		}
	}
}

// The caller hangs up while a prompt is played to him, whose echo is on the line.
func TestBusyOverAnEcho(t *testing.T) {
	t.Parallel()
	n, known := 5*some(8), 0
	for i := range uint64(n) {
		r := rand.New(rand.NewPCG(i, 7))
		s := sound(dsp.Tone{Freq1: 450, Level: -15, On: 350 * time.Millisecond, Off: 350 * time.Millisecond}, 5*time.Second)
		echo := speech(r, 5*time.Second)
		gain := math.Pow(10, (-28-dsp.Level(echo))/20)
		for j := range s {
			s[j] = dsp.Saturate(int32(float64(s[j]) + gain*float64(echo[j])))
		}
		noise(r, s, -45)
		if e := first(t, s); e.Tone == progress.Busy && e.at < 4*time.Second {
			known++
		}
	}
	if known < n*9/10 {
		t.Errorf("%d of %d", known, n)
	}
}

// Listening begins anywhere in the tone: a sounding of which less than 50 ms are left does not count.
func TestBusyFromItsMiddle(t *testing.T) {
	t.Parallel()
	tone := sound(dsp.Busy, 6*time.Second)
	for from := 0; from < 5600; from += 560 / some(8) {
		e := first(t, tone[from:])
		if e.Tone != progress.Busy || e.at > 2200*time.Millisecond {
			t.Errorf("from %d: %+v after %v", from, e.Event, e.at)
		}
	}
}

// A key pressed, or a word, between the soundings begins the count anew; a click does not.
func TestCadenceIsBroken(t *testing.T) {
	t.Parallel()
	key, _ := dsp.DTMFTone('5', 60*time.Millisecond, 0)
	for name, c := range map[string]struct {
		between []int16
		broken  bool
	}{
		"a key":   {sound(key, 60*time.Millisecond), true},
		"a click": {[]int16{9000, -20000, 15000, -8000, 3000, -1000}, false},
	} {
		s := sound(dsp.Busy, 1400*time.Millisecond)
		s = append(s, make([]int16, 2800)...)[:len(s)+2800]
		copy(s[len(s)-2800:], sound(dsp.Busy, 350*time.Millisecond))
		copy(s[2800+1000:], c.between) // in the first pause
		if e := first(t, append(s, make([]int16, 1000)...)); (e.Tone == progress.Busy) == c.broken {
			t.Errorf("%s: %+v", name, e.Event)
		}
	}
}

func TestSoundingIsKnownEarly(t *testing.T) {
	t.Parallel()
	d := progress.New(progress.China())
	s := sound(dsp.DialTone, 500*time.Millisecond)
	d.Write(s[:3200])
	lasts, hz := d.Sounding()
	if lasts < 350*time.Millisecond || lasts > 410*time.Millisecond || math.Abs(hz-450) > 1 {
		t.Errorf("%v of %v Hz", lasts, hz)
	}
	d.Write(make([]int16, 800))
	if lasts, _ := d.Sounding(); lasts != 0 {
		t.Errorf("after it: %v", lasts)
	}
}

func TestResetForgets(t *testing.T) {
	t.Parallel()
	d := progress.New(progress.China())
	busy := sound(dsp.Busy, 1400*time.Millisecond)
	listen(d, busy)
	d.Reset()
	if all := listen(d, busy); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}

func TestProfilesAreChecked(t *testing.T) {
	t.Parallel()
	if err := progress.China().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*progress.Profile){
		"no tones":     func(p *progress.Profile) { p.Patterns = nil },
		"frequency":    func(p *progress.Profile) { p.Patterns[0].Frequency = 50 },
		"no meaning":   func(p *progress.Profile) { p.Patterns[0].Tone = progress.None },
		"odd":          func(p *progress.Profile) { p.Patterns[1].CadenceMS = []int{1000} },
		"too short":    func(p *progress.Profile) { p.Patterns[1].CadenceMS = []int{10, 1000} },
		"soundings":    func(p *progress.Profile) { p.Patterns[1].Soundings = 0 },
		"tolerance":    func(p *progress.Profile) { p.CadenceTolerance = 1 },
		"and in Hz":    func(p *progress.Profile) { p.FrequencyTolerance = 100 },
		"level":        func(p *progress.Profile) { p.MinLevel = -90 },
		"many lengths": func(p *progress.Profile) { p.Patterns[1].CadenceMS = make([]int, 40) },
	} {
		p := progress.China()
		if change(&p); p.Validate() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// Whatever a profile says, and whatever is heard with it, the detector lives.
func FuzzProfile(f *testing.F) {
	text, err := json.Marshal(progress.China())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	s := sound(dsp.Busy, 3*time.Second)
	f.Fuzz(func(_ *testing.T, b []byte) {
		var p progress.Profile
		if json.Unmarshal(b, &p) != nil || p.Validate() != nil {
			return
		}
		progress.New(p).Write(s)
	})
}

func TestNothingAllocates(t *testing.T) {
	d, l := progress.New(progress.China()), progress.NewLearner()
	s := sound(dsp.Busy, 5*time.Second)
	if n := testing.AllocsPerRun(3, func() {
		for i := 0; i < len(s); i += 160 {
			d.Write(s[i : i+160])
		}
	}); n != 0 {
		t.Errorf("detector: %v allocations", n)
	}
	if n := testing.AllocsPerRun(3, func() { l.Write(s) }); n != 0 {
		t.Errorf("learner: %v allocations", n)
	}
}

func BenchmarkDetector(b *testing.B) {
	s := speech(rand.New(rand.NewPCG(1, 1)), time.Second)
	d := progress.New(progress.China())
	for b.Loop() {
		for i := 0; i < len(s); i += 160 {
			d.Write(s[i : i+160])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e9*100, "%core")
}

func TestBusyWithinThreeCycles(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, level := range []float64{-3, -10, -25, -40} {
		for _, hz := range []float64{425, 437, 450, 463, 475} {
			for _, scale := range []float64{0.9, 1, 1.1} {
				piece := time.Duration(350 * scale * float64(time.Millisecond))
				for range some(8) {
					s := append(make([]int16, r.IntN(4000)), sound(dsp.Tone{Freq1: hz, Level: level, On: piece, Off: piece}, 3*time.Second)...)
					begin := time.Duration(len(s))*time.Second/8000 - 3*time.Second
					noise(r, s, level-15)
					all := listen(progress.New(progress.China()), s)
					if len(all) == 0 {
						t.Errorf("%v dBm0, %v Hz, %v: nothing", level, hz, piece)
						continue
					}
					e := all[0]
					if e.Tone != progress.Busy || e.Cycles != 3 || math.Abs(e.Frequency-hz) > 2 || math.Abs(e.Level-level) > 1 || e.at-begin > 6*piece {
						t.Errorf("%v dBm0, %v Hz, %v: %+v after %v", level, hz, piece, e.Event, e.at-begin)
					}
				}
			}
		}
	}
}

// Each of a profile's tones, made as the profile says, is heard as that tone.
func TestPatternsAreHeard(t *testing.T) {
	t.Parallel()
	for _, p := range progress.China().Patterns {
		g, s := dsp.NewGenerator(dsp.Tone{Freq1: p.Frequency, Level: -15}), make([]int16, 8000*25)
		for at, piece := 0, 0; at < len(s); piece++ {
			end := len(s)
			if n := len(p.CadenceMS); n > 0 {
				piece %= n
				end = min(end, at+dsp.Samples(time.Duration(p.CadenceMS[piece])*time.Millisecond))
			}
			if piece%2 == 0 {
				g.Next(s[at:end])
			}
			at = end
		}
		if e := first(t, s); e.Tone != p.Tone {
			t.Errorf("%v is heard as %v", p.Tone, e.Tone)
		}
	}
}
