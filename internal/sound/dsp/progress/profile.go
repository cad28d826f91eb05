package progress

import (
	"errors"
	"fmt"
)

// Profile is what a line's tones sound like.
type Profile struct {
	Name string `json:"name"`
	// FrequencyTolerance is how far a tone may be from its frequency, in Hz.
	FrequencyTolerance float64 `json:"frequency_tolerance_hz"`
	// CadenceTolerance is how far a sounding or pause may be from its length, as a share of it.
	CadenceTolerance float64 `json:"cadence_tolerance"`
	// MinLevel is the level of the faintest tone, in dBm0.
	MinLevel float64   `json:"min_level_dbm0"`
	Patterns []Pattern `json:"tones"`
}

// Pattern is one tone of a profile.
type Pattern struct {
	Tone      Tone    `json:"tone"`
	Frequency float64 `json:"frequency_hz"`
	// CadenceMS are the lengths of sounding, pause, sounding, pause … in ms; none is a tone without pauses.
	CadenceMS []int `json:"cadence_ms,omitempty"`
	// Soundings is how many must fit before the tone is reported.
	Soundings int `json:"soundings,omitempty"`
}

// Limits of profiles. Frequencies are judged over 10 ms, which tells 50 Hz to either side apart.
const (
	maxFrequencyTolerance = 40
	maxCadenceTolerance   = 0.3
	minFrequency          = 300
	maxFrequency          = 3400
	maxCadence            = 16 // soundings and pauses
	minPieceMS            = 50
	maxPieceMS            = 20_000
	maxPatterns           = 32
)

// China is the profile of mainland China's network (GB/T 3380, ITU-T E.180 supplement 2): 450 ± 25 Hz.
func China() Profile {
	return Profile{
		Name: "china", FrequencyTolerance: 25, CadenceTolerance: 0.12, MinLevel: -44,
		Patterns: []Pattern{
			{Tone: Dial, Frequency: 450},
			{Tone: Ringback, Frequency: 450, CadenceMS: []int{1000, 4000}, Soundings: 1},
			{Tone: Busy, Frequency: 450, CadenceMS: []int{350, 350}, Soundings: 3},
			{Tone: Congestion, Frequency: 450, CadenceMS: []int{700, 700}, Soundings: 3},
			{Tone: CallWaiting, Frequency: 450, CadenceMS: []int{400, 4000}, Soundings: 2},
			{Tone: Information, Frequency: 450, CadenceMS: []int{100, 100, 100, 100, 100, 100, 400, 400}, Soundings: 4},
			{Tone: Recording, Frequency: 950, CadenceMS: []int{400, 10_000}, Soundings: 2},
			{Tone: Howler, Frequency: 950},
		},
	}
}

// Validate returns every problem of the profile, joined, nil if it has none.
func (p Profile) Validate() error {
	var all []error
	say := func(format string, args ...any) { all = append(all, fmt.Errorf(format, args...)) }
	if p.FrequencyTolerance <= 0 || p.FrequencyTolerance > maxFrequencyTolerance {
		say("frequency_tolerance_hz %v: more than 0, at most %v", p.FrequencyTolerance, maxFrequencyTolerance)
	}
	if p.CadenceTolerance <= 0 || p.CadenceTolerance > maxCadenceTolerance {
		say("cadence_tolerance %v: more than 0, at most %v", p.CadenceTolerance, maxCadenceTolerance)
	}
	if p.MinLevel < -60 || p.MinLevel > 0 {
		say("min_level_dbm0 %v: −60 to 0", p.MinLevel)
	}
	if len(p.Patterns) == 0 || len(p.Patterns) > maxPatterns {
		say("tones: %d of them, 1 to %d may be", len(p.Patterns), maxPatterns)
	}
	for i, t := range p.Patterns {
		if err := t.validate(); err != nil {
			say("tones[%d] (%v): %w", i, t.Tone, err)
		}
	}
	return errors.Join(all...)
}

func (t Pattern) validate() error {
	switch {
	case t.Tone == None:
		return errors.New("no tone named")
	case t.Frequency < minFrequency || t.Frequency > maxFrequency:
		return fmt.Errorf("frequency_hz %v: %d to %d", t.Frequency, minFrequency, maxFrequency)
	case len(t.CadenceMS)%2 != 0 || len(t.CadenceMS) > maxCadence:
		return fmt.Errorf("cadence_ms: %d lengths, an even number up to %d may be", len(t.CadenceMS), maxCadence)
	case len(t.CadenceMS) > 0 && (t.Soundings < 1 || t.Soundings > keptPieces/2):
		return fmt.Errorf("soundings %d: 1 to %d", t.Soundings, keptPieces/2)
	}
	for _, ms := range t.CadenceMS {
		if ms < minPieceMS || ms > maxPieceMS {
			return fmt.Errorf("cadence_ms: %d ms, %d to %d may be", ms, minPieceMS, maxPieceMS)
		}
	}
	return nil
}
