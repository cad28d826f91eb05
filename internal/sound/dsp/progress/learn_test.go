package progress_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
)

func near(got, want []int) bool {
	return slices.EqualFunc(got, want, func(a, b int) bool { return math.Abs(float64(a-b)) <= 5+0.01*float64(b) })
}

func TestLearnsWhatAnUnknownLineSends(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hz, level float64
		on, off   int
		length    time.Duration
	}{
		"China's busy":         {450, -10, 350, 350, 6 * time.Second},
		"a gateway's busy":     {425, -24, 480, 520, 8 * time.Second},
		"a quiet one":          {440, -38, 250, 250, 5 * time.Second},
		"ringback":             {450, -15, 1000, 4000, 16 * time.Second},
		"dial tone":            {400, -12, 0, 0, 5 * time.Second},
		"a high one":           {950, -18, 200, 300, 5 * time.Second},
		"another half as high": {620, -18, 240, 260, 5 * time.Second},
	} {
		r := rand.New(rand.NewPCG(uint64(c.on), 5))
		tone := dsp.Tone{Freq1: c.hz, Level: c.level, On: time.Duration(c.on) * time.Millisecond, Off: time.Duration(c.off) * time.Millisecond}
		s := speech(r, 3*time.Second)
		s = append(s, make([]int16, 1234)...)
		s = append(s, sound(tone, c.length)...)
		noise(r, s, c.level-18)
		l := progress.NewLearner()
		l.Write(s)
		got := l.Result()
		want := []int{c.on, c.off}
		if c.on == 0 {
			want = nil
		}
		if math.Abs(got.Frequency-c.hz) > 2 || math.Abs(got.Level-c.level) > 1 || !near(got.CadenceMS, want) || got.Confidence < 0.7 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestLearnsNothingFromSpeech(t *testing.T) {
	t.Parallel()
	l := progress.NewLearner()
	l.Write(speech(rand.New(rand.NewPCG(7, 7)), time.Minute))
	if got := l.Result(); got.Confidence > 0.2 {
		t.Errorf("%+v", got)
	}
}

func TestLearnedProfileRecognises(t *testing.T) {
	t.Parallel()
	tone := dsp.Tone{Freq1: 620, Level: -15, On: 500 * time.Millisecond, Off: 250 * time.Millisecond}
	if all := listen(progress.New(progress.China()), sound(tone, 6*time.Second)); len(all) != 0 {
		t.Fatalf("before: %v", all)
	}
	l := progress.NewLearner()
	l.Write(sound(tone, 6*time.Second))
	p := progress.China().With(l.Result().Pattern(progress.Busy))
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back progress.Profile
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if err := back.Validate(); err != nil {
		t.Fatal(err)
	}
	all := listen(progress.New(back), sound(tone, 6*time.Second))
	if len(all) == 0 || all[0].Tone != progress.Busy {
		t.Errorf("%s: %v", text, all)
	}
}

// speech is a buzz with harmonics, formants that move and pauses: enough like a voice to be none of a line's tones.
func speech(r *rand.Rand, length time.Duration) []int16 {
	s := make([]int16, 0, dsp.Samples(length)+2000)
	for len(s) < dsp.Samples(length) {
		pitch, drift, n := 90+200*r.Float64(), 40*r.NormFloat64(), 400+r.IntN(1600)
		formant, phase := 300+600*r.Float64(), 0.0
		for i := range n {
			phase += (pitch + drift*float64(i)/float64(n)) / 8000
			v := 0.0
			for h := 1.0; h*pitch < 3400; h++ {
				far := (h*pitch - formant) / 200
				v += math.Sin(2*math.Pi*phase*h) * (1/(1+far*far) + 0.05)
			}
			s = append(s, int16(2500*v))
		}
		s = append(s, make([]int16, r.IntN(1500))...)
	}
	return s[:dsp.Samples(length)]
}
