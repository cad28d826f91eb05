package fxo

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
)

// Profile is how a kind of line behaves: what the exchange or gateway at its other end sends and does. Profiles are
// shipped in hw/lines and learned from lines, see [Study].
type Profile struct {
	Name  string            `json:"name"`
	Title map[string]string `json:"title,omitempty"` // by language: "zh-CN", "en"
	Notes string            `json:"notes,omitempty"`

	Tones    progress.Profile `json:"tones"`
	CallerID CallerIDKind     `json:"caller_id"`
	Polarity Polarity         `json:"polarity"`
	Ring     RingProfile      `json:"ring"`
	Dial     DialProfile      `json:"dial"`
	Timing   Timing           `json:"timing"`
	// Learned says how a profile was come by; absent in shipped ones.
	Learned *Learned `json:"learned,omitempty"`
}

// CallerIDKind says whether a line tells who calls.
type CallerIDKind string

// The kinds. In what form and when it comes need not be known: all are listened for at once.
const (
	AnyCallerID CallerIDKind = "any"
	NoCallerID  CallerIDKind = "none" // calls are offered with the first ring
)

// Polarity is what swapped wires mean on a line.
type Polarity struct {
	Answer Known `json:"answer"`  // the called side answered
	HangUp Known `json:"hang_up"` // the far side hung up
}

// RingProfile is a line's ring.
type RingProfile struct {
	AbandonMS int `json:"abandon_ms"` // no ring for so long: the caller gave up
	WindowMS  int `json:"window_ms"`  // after the first ring has begun, caller ID is awaited for so long
}

// DialProfile is how a number is sent.
type DialProfile struct {
	Method       DialMethod `json:"method"`
	OnMS         int        `json:"on_ms"`  // of a key
	OffMS        int        `json:"off_ms"` // pause after it
	LevelDB      float64    `json:"level_db"`
	WaitDialTone bool       `json:"wait_dial_tone"`
	DialToneMS   int        `json:"dial_tone_limit_ms"` // for at most so long
	PauseMS      int        `json:"blind_pause_ms"`     // without waiting: so long after lifting
}

// DialMethod is keys or pulses.
type DialMethod string

// The methods of dialling.
const (
	Keys   DialMethod = "dtmf"
	Pulses DialMethod = "pulse"
)

// Timing is how long things take on a line.
type Timing struct {
	FlashMS        int `json:"flash_ms"`
	GuardMS        int `json:"guard_ms"`         // from hanging up to the next call
	SwapGuardMS    int `json:"swap_guard_ms"`    // after the answer polarity means nothing for so long
	AnswerLimitMS  int `json:"answer_limit_ms"`  // after dialling, with sound but without tones: answered
	RingbackGapMS  int `json:"ringback_gap_ms"`  // ringback has stopped when none came for so long
	SilenceLimitMS int `json:"silence_limit_ms"` // the call is dead; 0 = never
	MaxCallMS      int `json:"max_call_ms"`
}

// China is the profile of a line of which only the country is known: mainland China's tones, everything else found out.
func China() Profile {
	r := DefaultRules()
	return Profile{
		Name: "china", Tones: progress.China(), CallerID: AnyCallerID, Polarity: Polarity{Unknown, Unknown},
		Title: map[string]string{"zh-CN": "中国大陆默认", "en": "Mainland China, default"},
		Ring:  RingProfile{AbandonMS: ms(r.Abandon), WindowMS: ms(r.CallerWindow)},
		Dial: DialProfile{
			Method: Keys, OnMS: 100, OffMS: 100, WaitDialTone: true,
			DialToneMS: ms(r.DialToneLimit), PauseMS: ms(r.BlindPause),
		},
		Timing: Timing{
			FlashMS: ms(r.Flash), GuardMS: ms(r.Guard), SwapGuardMS: ms(r.SwapGuard), AnswerLimitMS: ms(r.AnswerLimit),
			RingbackGapMS: ms(r.RingbackGap), SilenceLimitMS: ms(r.SilenceLimit), MaxCallMS: ms(r.MaxCall),
		},
	}
}

func ms(d time.Duration) int { return int(d / time.Millisecond) }

func span(ms int) time.Duration { return time.Duration(ms) * time.Millisecond }

// Rules are the profile as the procedures go by it.
func (p *Profile) Rules() Rules {
	r := DefaultRules()
	r.Abandon, r.CallerWindow = span(p.Ring.AbandonMS), span(p.Ring.WindowMS)
	r.NoCallerID = p.CallerID == NoCallerID
	r.AnswerSwap, r.HangupSwap = p.Polarity.Answer, p.Polarity.HangUp
	r.DialTone, r.DialToneLimit, r.BlindPause = p.Dial.WaitDialTone, span(p.Dial.DialToneMS), span(p.Dial.PauseMS)
	t := p.Timing
	r.Flash, r.Guard, r.SwapGuard = span(t.FlashMS), span(t.GuardMS), span(t.SwapGuardMS)
	r.AnswerLimit, r.RingbackGap = span(t.AnswerLimitMS), span(t.RingbackGapMS)
	r.SilenceLimit, r.MaxCall = span(t.SilenceLimitMS), span(t.MaxCallMS)
	return r
}

// within is a bound that a field of a profile must keep.
type within struct {
	field     string
	value     int
	low, high int
}

// Validate returns every problem of the profile, each with its field, joined; nil if it has none.
func (p *Profile) Validate() error {
	var all []error
	say := func(format string, args ...any) { all = append(all, fmt.Errorf(format, args...)) }
	if p.Name == "" {
		say("name: missing")
	}
	if err := p.Tones.Validate(); err != nil {
		say("tones: %w", err)
	}
	if p.CallerID != AnyCallerID && p.CallerID != NoCallerID {
		say("caller_id: %q is not %q or %q", p.CallerID, AnyCallerID, NoCallerID)
	}
	known := []Known{Yes, No, Unknown}
	if !slices.Contains(known, p.Polarity.Answer) {
		say("polarity.answer: %q is not yes, no or unknown", p.Polarity.Answer)
	}
	if !slices.Contains(known, p.Polarity.HangUp) {
		say("polarity.hang_up: %q is not yes, no or unknown", p.Polarity.HangUp)
	}
	if p.Dial.Method != Keys && p.Dial.Method != Pulses {
		say("dial.method: %q is not %q or %q", p.Dial.Method, Keys, Pulses)
	}
	if p.Dial.LevelDB < -12 || p.Dial.LevelDB > 3 {
		say("dial.level_db: %v, −12 to 3 may be", p.Dial.LevelDB)
	}
	d, t := p.Dial, p.Timing
	for _, w := range []within{
		{"ring.abandon_ms", p.Ring.AbandonMS, 3000, 20_000},
		{"ring.window_ms", p.Ring.WindowMS, 1000, 15_000},
		{"dial.on_ms", d.OnMS, 40, 1000},
		{"dial.off_ms", d.OffMS, 40, 1000},
		{"dial.dial_tone_limit_ms", d.DialToneMS, 1500, 30_000},
		{"dial.blind_pause_ms", d.PauseMS, 200, 10_000},
		{"timing.flash_ms", t.FlashMS, 40, 1000},
		{"timing.guard_ms", t.GuardMS, 500, 30_000},
		{"timing.swap_guard_ms", t.SwapGuardMS, 0, 5000},
		{"timing.answer_limit_ms", t.AnswerLimitMS, 5000, 120_000},
		{"timing.ringback_gap_ms", t.RingbackGapMS, 2000, 20_000},
		{"timing.silence_limit_ms", t.SilenceLimitMS, 0, 4 * 3600_000},
		{"timing.max_call_ms", t.MaxCallMS, 60_000, 24 * 3600_000},
	} {
		if w.value < w.low || w.value > w.high {
			say("%s: %d, %d to %d may be", w.field, w.value, w.low, w.high)
		}
	}
	return errors.Join(all...)
}
