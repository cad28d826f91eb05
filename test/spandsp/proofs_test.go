package spandsp_test

import (
	"os"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/callerid"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
	"github.com/dealerline/dealerline/test/peer"
	"github.com/dealerline/dealerline/test/spandsp/corpus"
)

// part is a length of the corpus: all of it with SIGNAL_PROOFS=full, a sixtieth otherwise.
func part(full time.Duration) time.Duration {
	if os.Getenv("SIGNAL_PROOFS") == "full" {
		return full
	}
	return full / 60
}

func speech(t testing.TB, seed uint64, length time.Duration) []int16 {
	t.Helper()
	peer.Need(t, "espeak-ng")
	peer.Need(t, "sox")
	s, err := corpus.Speech(t.Context(), seed, length)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func prompts(t testing.TB) []int16 {
	t.Helper()
	s, err := corpus.Prompts(t.Context(), "../..")
	if err != nil {
		t.Fatal(err)
	}
	return s[:min(len(s), int(part(2*time.Hour).Seconds()*corpus.Rate))]
}

// Digits that nobody pressed: none in speech, and no more in all than spandsp hears. 5 hours.
func TestTalkOff(t *testing.T) {
	p := build(t)
	talk := speech(t, 100, part(2*time.Hour))
	for name, s := range map[string][]int16{
		"speech":     talk,
		"prompts":    prompts(t),
		"conference": corpus.Conference(100, part(time.Hour), talk),
		"music":      corpus.Music(100, part(2*time.Hour)),
	} {
		mine := ours(s)
		theirs, err := p.ReceiveKeys(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s, %v: %d false digits, spandsp %d", name, corpus.Length(s).Round(time.Second), len(mine), len(theirs))
		if len(mine) > len(theirs) || name != "music" && mine != "" {
			t.Errorf("%s: %q", name, mine)
		}
	}
}

// The line never seems to hang up, call by fax or send caller ID in sound that is nothing of that. 10 hours.
func TestNoFalseHangUps(t *testing.T) {
	peer.Need(t, "espeak-ng")
	talk := speech(t, 200, part(2*time.Hour))
	var total time.Duration
	others := map[string]int{}
	for _, c := range []struct {
		name string
		make func() []int16
	}{
		{"speech", func() []int16 { return talk }},
		{"prompts", func() []int16 { return prompts(t) }},
		{"speech chopped at a busy tone's pace", func() []int16 { return corpus.Staccato(talk[:len(talk)/2]) }},
		{"three-way conference", func() []int16 { return corpus.Conference(200, part(3*time.Hour), talk) }},
		{"keys at a busy tone's pace", func() []int16 { return corpus.Keys(200, part(time.Hour)) }},
		{"keys in a conference", func() []int16 {
			return corpus.Mix(corpus.Conference(201, part(time.Hour), talk), corpus.Gain(corpus.Keys(201, part(10*time.Minute)), -6))
		}},
		{"music", func() []int16 { return corpus.Music(200, part(90*time.Minute)) }},
		{"speech over music", func() []int16 {
			return corpus.Mix(talk[len(talk)/2:], corpus.Gain(corpus.Music(201, part(10*time.Minute)), -10))
		}},
	} {
		s := c.make()
		total += corpus.Length(s)
		d, id := progress.New(progress.China()), callerid.NewReceiver(callerid.Bell202)
		for i := 0; i < len(s); i += 160 {
			block, at := s[i:min(i+160, len(s))], time.Duration(i/8000)*time.Second
			if e, ok := d.Write(block); ok {
				switch e.Tone {
				case progress.Busy, progress.Congestion, progress.Information:
					t.Errorf("%s at %v: %+v", c.name, at, e)
				default:
					others[e.Tone.String()+" in "+c.name]++ // a long pure note is a dial tone
				}
			}
			if m := id.Write(block); m != nil {
				t.Errorf("%s at %v: caller ID % x", c.name, at, m)
			}
		}
	}
	t.Logf("%v; other tones: %v", total.Round(time.Minute), others)
}

// Fax tones are not heard in speech.
func TestNoFalseFax(t *testing.T) {
	talk := speech(t, 300, part(time.Hour))
	for name, s := range map[string][]int16{"speech": talk, "keys": corpus.Keys(300, part(time.Hour)), "conference": corpus.Conference(300, part(time.Hour), talk)} {
		d := dsp.NewFaxDetector()
		for i := 0; i < len(s); i += 160 {
			if f := d.Write(s[i:min(i+160, len(s))]); f != dsp.NoFaxTone {
				t.Errorf("%s at %v: %d", name, time.Duration(i/8000)*time.Second, f)
			}
		}
	}
}
