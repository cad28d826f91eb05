package fxo

import (
	"math"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// frame is how long a frame lasts.
const frame = media.FrameDuration

// linear is a frame of linear sound.
type linear [len(analog.Frame{})]int16

// Numbers of the judge. Levels are dBm0, times are frames.
const (
	judgeHum     = 250   // Hz below which a line hums
	quietLevel   = -50.0 // below this nothing is heard …
	quietAbove   = 4.0   // … nor in noise, up to so many dB above its floor …
	noiseMost    = -36.0 // … unless the noise is as loud as this
	voiceLevel   = -42.0 // voice is louder than this …
	voiceAbove   = 8.0   // … and by so many dB louder than the line's noise
	echoMargin   = 6.0   // dB by which voice must not be weaker than what we say: else it may be its echo
	voiceWindow  = 64    // frames looked back on (bits of a word) …
	voiceFrames  = 25    // … of which so many are voice: half a second in 1.3
	floorFrames  = 75    // the noise is the quietest frame of so many
	singlePurity = 0.8   // share of the power that makes a frame one tone
	infoMin      = 10    // 200 ms of one information tone (ITU-T E.180 §6: 330 ± 70 ms)
	infoMax      = 22
	anyFrames    = 3 // frames of something else that end a tone
)

// single are the tones that are looked for alone in a frame: information tones, and a fax machine's answer, which is no
// voice ([dsp.FaxDetector] tells of it).
//
//nolint:gochecknoglobals // a constant table
var single = [4]float64{950, 1400, 1800, 2100}

// judge tells voice, silence and information tones from each other, a frame at a time, by what it is told besides: how
// loud we speak ourselves, and whether the tones are known that sound.
type judge struct {
	filter dsp.HighPass
	coeff  [len(single)]float64

	Level  float64 // dBm0 of the frame
	Floor  float64 // dBm0 of the line's noise
	lowest float64 // in the present stretch
	at     int

	voice   uint64 // a bit for each of the last frames
	quiet   int    // frames in a row
	info    int    // information tones heard in order
	tone    int    // the tone of the last frames, −1 none
	lasts   int
	others  int
	spoken  bool // Voice was told and has not ended
	informs bool
}

func newJudge() judge {
	j := judge{filter: dsp.NewHighPass(judgeHum), Floor: quietLevel, lowest: 0, tone: -1}
	for i, hz := range single {
		j.coeff[i] = 2 * math.Cos(2*math.Pi*hz/dsp.SampleRate)
	}
	return j
}

// reset forgets what was heard, but for the line's noise.
func (j *judge) reset() {
	j.filter.Reset()
	j.voice, j.quiet, j.info, j.tone, j.lasts, j.others = 0, 0, 0, -1, 0, 0
	j.spoken, j.informs = false, false
}

// take judges a frame. tonal says that it is one of the tones known otherwise; said is the level of what we say.
// It returns what was recognised with this frame, 0 for nothing.
func (j *judge) take(s *linear, tonal bool, said float64) Sound {
	var energy float64
	var s1, s2 [len(single)]float64
	for _, x := range s {
		v := j.filter.Next(float64(x))
		energy += v * v
		for i, c := range &j.coeff {
			s1[i], s2[i] = v+c*s1[i]-s2[i], s1[i]
		}
	}
	energy /= float64(len(s))
	j.Level = dsp.PowerLevel(energy)
	j.noise()
	one := -1
	for i, c := range j.coeff {
		p := (s1[i]*s1[i] + s2[i]*s2[i] - c*s1[i]*s2[i]) * 2 / float64(len(s)*len(s))
		if p >= singlePurity*energy && j.Level > voiceLevel {
			one = i
		}
	}
	if j.Level < quietLevel || j.Level < min(j.Floor+quietAbove, noiseMost) {
		j.quiet++
	} else {
		j.quiet = 0
	}
	speaks := one < 0 && !tonal && j.Level > voiceLevel && j.Level > j.Floor+voiceAbove && j.Level > said-echoMargin
	j.voice <<= 1
	if speaks {
		j.voice |= 1
	}
	if got := j.follow(one); got != 0 {
		return got
	}
	return j.speech()
}

// noise follows the line's noise: the quietest frame of the last stretch.
func (j *judge) noise() {
	j.lowest = min(j.lowest, j.Level)
	if j.at++; j.at == floorFrames {
		j.Floor, j.lowest, j.at = j.lowest, 0, 0
	} else if j.Level < j.Floor {
		j.Floor = j.Level
	}
}

// follow follows single tones: three in order are information tones.
func (j *judge) follow(one int) Sound {
	if one == j.tone && one >= 0 {
		j.lasts++
		j.others = 0
		return 0
	}
	if one < 0 {
		if j.others++; j.others <= anyFrames {
			return 0 // the step from one tone to the next spoils a frame
		}
		j.tone, j.lasts, j.info = -1, 0, 0
		return 0
	}
	// Another tone begins: was the one before the right one, and as long as it should be?
	if j.tone == j.info && j.tone >= 0 && j.lasts >= infoMin && j.lasts <= infoMax {
		j.info++
	} else {
		j.info = 0
	}
	j.tone, j.lasts, j.others = one, 1, 0
	if j.info == 2 && one == 2 && !j.informs {
		j.informs = true
		return Information
	}
	return 0
}

// speech reports voice when enough of the last frames were, once until it has paused.
func (j *judge) speech() Sound {
	n := 0
	for v := j.voice; v != 0; v &= v - 1 {
		n++
	}
	switch {
	case n >= voiceFrames && !j.spoken:
		j.spoken = true
		return Voice
	case n < voiceFrames/4:
		j.spoken = false
	}
	return 0
}

// quietFor is how long nothing has been heard.
func (j *judge) quietFor() time.Duration { return time.Duration(j.quiet) * frame }
