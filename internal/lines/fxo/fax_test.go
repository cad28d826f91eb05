package fxo_test

import (
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
