package fxo

import (
	"maps"
	"math"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
)

// Numbers of studying.
const (
	believable  = 0.5             // confidence from which a tone counts
	slowCadence = 3 * time.Second // ringback is slower than this, every tone for hanging up faster
	sameShare   = 0.06            // a cadence that differs by less is the one known
	sameHz      = 12              // and so is a frequency
	ownTone     = -30.0           // dBm0 from which we say something ourselves: our keys
	swapSure    = 0.8             // what one call tells about polarity
)

// stretch is a time for which a line sent one tone.
type stretch struct {
	progress.Learned
	begin, end time.Duration
}

// Study finds out from a captured call how a line behaves: its tones, and what it does when the far side answers and hangs
// up. What was not heard stays as in base.
func Study(c Capture, base Profile) Profile {
	p := base
	p.Title = nil
	p.Learned = &Learned{Confidence: map[string]float64{}}
	all := stretches(c)
	dialled := endOfKeys(c.Out)
	var dial, ring, gone *stretch
	for i := range all {
		s := &all[i]
		period := s.period()
		switch {
		case period == 0 && dial == nil && ring == nil && gone == nil:
			dial = s
		case period >= slowCadence:
			if ring == nil || s.Confidence > ring.Confidence {
				ring = s
			}
		case period > 0 && s.end > dialled:
			gone = s // the last one counts
		}
	}
	p.Tones.Patterns = append([]progress.Pattern(nil), base.Tones.Patterns...)
	p.retune(gone, ring, dial)
	if dial != nil {
		p.Learned.Confidence["dial_tone"], p.Learned.DialTone = dial.Confidence, round(dial.Level)
		p.learnTone(progress.Dial, dial)
	}
	if ring != nil {
		p.Learned.Confidence["ringback"] = ring.Confidence
		p.learnTone(progress.Ringback, ring)
	}
	if gone != nil {
		p.Learned.Confidence["hang_up_tone"], p.Learned.Tone = gone.Confidence, round(gone.Level)
		p.learnTone(goneTone(base.Tones, gone), gone)
		p.Learned.HangUp = append(p.Learned.HangUp, "tone")
	}
	p.learnSignals(c.Marks, dialled, gone)
	return p
}

// StudyRecording is [Study] for the recorded sound of a call, in A-law, 8 kHz: that of one that did not end, for example.
func StudyRecording(alaw []byte, base Profile) Profile {
	p := Study(Capture{In: alaw}, base)
	p.Learned.From = "recording"
	return p
}

func round(v float64) float64 { return math.Round(v*10) / 10 }

// period is the length of a tone's cadence, 0 for a tone without pauses.
func (s *stretch) period() (d time.Duration) {
	for _, ms := range s.CadenceMS {
		d += span(ms)
	}
	return d
}

// stretches finds the tones of a call one after another.
func stretches(c Capture) (all []stretch) {
	l := progress.NewLearner()
	var lin linear
	var best stretch
	begin, since := time.Duration(0), time.Duration(0)
	flush := func(now time.Duration) {
		if best.Confidence >= believable {
			all = append(all, best)
		}
		l, best, begin, since = progress.NewLearner(), stretch{}, now, now
	}
	for at := 0; at+len(lin) <= len(c.In); at += len(lin) {
		dsp.ExpandALaw(lin[:], c.In[at:at+len(lin)])
		l.Write(lin[:])
		now := time.Duration(at+len(lin)) * time.Second / dsp.SampleRate
		if at/len(lin)%5 != 4 { // every 100 ms is enough
			continue
		}
		r := l.Result()
		if grew := r.Heard > best.Heard; r.Confidence >= believable && (grew || best.Confidence == 0) {
			best, since = stretch{r, begin, now}, now
			continue
		}
		if best.Confidence >= believable && now-since > patience(&best) {
			flush(now)
		}
	}
	flush(0)
	return all
}

// patience is how long a tone may be silent and still go on.
func patience(s *stretch) time.Duration {
	if len(s.CadenceMS) == 0 {
		return 500 * time.Millisecond
	}
	return s.period()*3/2 + 200*time.Millisecond
}

// endOfKeys is when we had dialled: the end of the last loud sound of our own.
func endOfKeys(out []byte) (d time.Duration) {
	var lin linear
	for at := 0; at+len(lin) <= len(out); at += len(lin) {
		dsp.ExpandALaw(lin[:], out[at:at+len(lin)])
		if dsp.Level(lin[:]) > ownTone {
			d = time.Duration(at+len(lin)) * time.Second / dsp.SampleRate
		}
	}
	return d
}

// retune moves all tones of a profile to the frequency that the line really has, if it has another.
func (p *Profile) retune(heard ...*stretch) {
	for _, s := range heard {
		if s == nil {
			continue
		}
		if from := mainFrequency(p.Tones); math.Abs(from-s.Frequency) > sameHz {
			for i := range p.Tones.Patterns {
				if p.Tones.Patterns[i].Frequency == from {
					p.Tones.Patterns[i].Frequency = math.Round(s.Frequency)
				}
			}
		}
		return
	}
}

// mainFrequency is that of most of a profile's tones.
func mainFrequency(p progress.Profile) (hz float64) {
	n := map[float64]int{}
	for _, t := range p.Patterns {
		n[t.Frequency]++
	}
	for f := range maps.Keys(n) {
		if n[f] > n[hz] || n[f] == n[hz] && f < hz {
			hz = f
		}
	}
	return hz
}

// learnTone puts a tone into the profile, unless it is the one that is there.
func (p *Profile) learnTone(t progress.Tone, s *stretch) {
	q := s.Pattern(t)
	for _, known := range p.Tones.Patterns {
		if known.Tone == t && alike(known, q) {
			return
		}
	}
	p.Tones = p.Tones.With(q)
}

func alike(a, b progress.Pattern) bool {
	if math.Abs(a.Frequency-b.Frequency) > sameHz || len(a.CadenceMS) != len(b.CadenceMS) {
		return false
	}
	for i, x := range a.CadenceMS {
		if math.Abs(float64(x-b.CadenceMS[i])) > sameShare*float64(x) {
			return false
		}
	}
	return true
}

// goneTone is under what name a tone that means "hung up" is kept: the one it resembles, otherwise busy tone.
func goneTone(p progress.Profile, s *stretch) progress.Tone {
	for _, t := range p.Patterns {
		if t.Tone == progress.Congestion && alike(t, s.Pattern(progress.Congestion)) {
			return progress.Congestion
		}
	}
	return progress.Busy
}

// learnSignals finds out what polarity and loop tell. A call that came to its end without a change of polarity tells that
// there will be none.
func (p *Profile) learnSignals(marks []Mark, dialled time.Duration, gone *stretch) {
	var swaps []time.Duration
	for _, m := range marks {
		switch {
		case m.At < dialled:
		case m.Signal == analog.Reversed:
			swaps = append(swaps, m.At)
		case m.Signal == analog.LoopOpened:
			p.Learned.HangUp = append(p.Learned.HangUp, "loop")
		default: // says nothing here
		}
	}
	ended := gone != nil || len(p.Learned.HangUp) > 0
	switch {
	case len(swaps) >= 2:
		p.Polarity = Polarity{Answer: Yes, HangUp: Yes}
		p.Learned.HangUp = append(p.Learned.HangUp, "polarity")
	case len(swaps) == 1 && gone != nil && swaps[0] > gone.begin:
		p.Polarity = Polarity{Answer: No, HangUp: Yes}
		p.Learned.HangUp = append(p.Learned.HangUp, "polarity")
	case len(swaps) == 1 && ended:
		p.Polarity = Polarity{Answer: Yes, HangUp: No}
	case len(swaps) == 1:
		p.Polarity = Polarity{Answer: Yes, HangUp: Unknown}
	case ended && dialled > 0:
		p.Polarity = Polarity{Answer: No, HangUp: No}
	default:
		return
	}
	p.Learned.Confidence["polarity"] = swapSure
}
