package fxo_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// A fax machine at the far end is heard in a conversation, by either of its tones, and nothing else is.
func TestAFaxMachineIsHeard(t *testing.T) {
	for name, c := range map[string]struct {
		tone exchange.Action
		want fxo.Sound
	}{
		"calling":   {exchange.FaxCalling(2 * time.Second), fxo.FaxCalling},
		"answering": {exchange.FaxAnswer(), fxo.FaxAnswer},
		"busy tone": {exchange.Action{Tone: dsp.Busy}, fxo.Busy},
	} {
		var heard []fxo.Sound
		h, _ := fxo.NewEar(fxo.Talking, func(ev any) {
			if s, ok := ev.(fxo.Heard); ok {
				heard = append(heard, s.Sound)
			}
		})
		g := dsp.NewGenerator(c.tone.Tone)
		var in, out analog.Frame
		for range 150 {
			var linear [len(in)]int16
			g.Next(linear[:])
			dsp.CompressALaw(in[:], linear[:])
			h.Frame(&in, &out)
		}
		if len(heard) == 0 || heard[0] != c.want {
			t.Errorf("%s: heard %v, want %v first", name, heard, c.want)
		}
		for _, s := range heard {
			if c.want == fxo.Busy && (s == fxo.FaxCalling || s == fxo.FaxAnswer) {
				t.Errorf("%s: heard %v", name, s)
			}
		}
	}
}

// A fax machine that answers a call is heard as that, once, and not as a voice: one that turns its phase (ITU-T V.25)
// as well as one that does not. One that calls answers nothing.
func TestAFaxMachineThatAnswersIsHeard(t *testing.T) {
	second := dsp.SampleRate
	for name, c := range map[string]struct {
		hz   float64
		turn int // samples
		want []fxo.Sound
	}{
		"CED": {2100, 0, []fxo.Sound{fxo.FaxAnswer}},
		"ANS": {2100, second * 45 / 100, []fxo.Sound{fxo.FaxAnswer}},
		"CNG": {1100, 0, nil},
	} {
		var heard []fxo.Sound
		h, _ := fxo.NewEar(fxo.Following, func(ev any) {
			if s, ok := ev.(fxo.Heard); ok {
				heard = append(heard, s.Sound)
			}
		})
		var in, out analog.Frame
		for n := range 3 * 50 {
			var linear [len(in)]int16
			for i := range linear {
				at, sign := n*len(in)+i, 1.0
				if c.turn > 0 && at/c.turn%2 == 1 {
					sign = -1
				}
				if c.want != nil || at < second/2 {
					linear[i] = int16(sign * dsp.Amplitude(-20) * math.Sin(2*math.Pi*c.hz*float64(at)/float64(second)))
				}
			}
			dsp.CompressALaw(in[:], linear[:])
			h.Frame(&in, &out)
		}
		if !slices.Equal(heard, c.want) {
			t.Errorf("%s: heard %v, want %v", name, heard, c.want)
		}
	}
}

// The echo canceller goes off for a fax and stays off.
func TestTheEchoCancellerIsOffForAFax(t *testing.T) {
	for _, sound := range []fxo.Sound{fxo.FaxCalling, fxo.FaxAnswer} {
		s := fxo.State{Phase: fxo.Up, Leg: true, Lifted: true, Rules: fxo.DefaultRules()}
		_, effects := fxo.Step(s, fxo.Heard{Sound: sound}, time.Now())
		if len(effects) != 1 || effects[0] != (fxo.EchoCancel{On: false}) {
			t.Errorf("%s: effects %+v", sound, effects)
		}
	}
}
