package fxo_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
)

func pattern(p fxo.Profile, t progress.Tone) progress.Pattern {
	for _, q := range p.Tones.Patterns {
		if q.Tone == t {
			return q
		}
	}
	return progress.Pattern{}
}

func nearly(got, want []int) bool {
	return slices.EqualFunc(got, want, func(a, b int) bool { return math.Abs(float64(a-b)) < 0.03*float64(b)+5 })
}

// strange are the tones of a PBX that knows nothing of China.
var strange = exchange.Tones{
	Dial:     dsp.Tone{Freq1: 425, Level: -12},
	Ringback: dsp.Tone{Freq1: 425, Level: -12, On: 1200 * time.Millisecond, Off: 3600 * time.Millisecond},
	Busy:     dsp.Tone{Freq1: 425, Level: -12, On: 480 * time.Millisecond, Off: 520 * time.Millisecond},
}

func TestLearnsALineByATestCall(t *testing.T) {
	for _, c := range []struct {
		name   string
		line   exchange.LineConfig
		hangUp string
		swap   fxo.Polarity
		busy   []int
		hz     float64
	}{
		{"an exchange of China", exchange.LineConfig{}, "tone", fxo.Polarity{Answer: fxo.No, HangUp: fxo.No}, []int{350, 350}, 450},
		{"with polarity", exchange.LineConfig{AnswerReversal: true}, "tone polarity", fxo.Polarity{Answer: fxo.Yes, HangUp: fxo.Yes}, []int{350, 350}, 450},
		{"opens the loop", exchange.LineConfig{Clearing: exchange.Clearing{LoopBreak: 500 * time.Millisecond, BusyFor: 0}}, "tone loop", fxo.Polarity{Answer: fxo.No, HangUp: fxo.No}, nil, 450},
		{"a strange PBX", exchange.LineConfig{Tones: strange}, "tone", fxo.Polarity{Answer: fxo.No, HangUp: fxo.No}, []int{480, 520}, 425},
		{"a strange PBX, swapping when taken", exchange.LineConfig{Tones: strange, SeizureReversal: true}, "tone", fxo.Polarity{Answer: fxo.No, HangUp: fxo.No}, []int{480, 520}, 425},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.line.Wire = exchange.Wire{Loss: 6, Noise: -58, Hum: -45, Echo: 15}
			cfg := exchange.Config{Seed: 4, Lines: []exchange.LineConfig{c.line}, Subscribers: []exchange.Subscriber{{
				Number: mobile, After: 9 * second, Script: []exchange.Action{{Wait: second, Say: words(t, "zh-CN", "demo_agent_1")}},
			}}}
			on(t, cfg, func(b *bed) {
				p, err := b.lines.Learn(b.t.Context(), lineName, mobile)
				if err != nil {
					t.Fatalf("%v\n%s", err, b.journal())
				}
				got := strings.Join(p.Learned.HangUp, " ")
				if c.busy == nil {
					if !strings.Contains(got, "loop") {
						t.Errorf("hangs up by %q", got)
					}
				} else if got != c.hangUp || !nearly(pattern(p, progress.Busy).CadenceMS, c.busy) {
					t.Errorf("hangs up by %q, busy %+v", got, pattern(p, progress.Busy))
				}
				if p.Polarity != c.swap {
					t.Errorf("polarity %+v", p.Polarity)
				}
				if d := pattern(p, progress.Dial); math.Abs(d.Frequency-c.hz) > 3 || math.Abs(p.Learned.DialTone+18-2*(c.hz-425)/25) > 3 {
					t.Errorf("dial tone %+v at %v", d, p.Learned.DialTone)
				}
				for _, what := range []string{"dial_tone", "ringback", "polarity"} {
					if p.Learned.Confidence[what] < 0.5 {
						t.Errorf("confidence of %s: %v", what, p.Learned.Confidence)
					}
				}
				if err := p.Validate(); err != nil {
					t.Errorf("the profile is not valid: %v", err)
				}
				data, err := json.Marshal(p)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := fxo.ParseProfile(data); err != nil {
					t.Errorf("does not come back from JSON: %v\n%s", err, data)
				}
				b.free()

				// A call by the profile ends as it should.
				s := fxo.Settings{Lines: []fxo.LineSettings{{Name: lineName, Device: "exchange/1", Learned: &p}}}
				if err := b.lines.Apply(s); err != nil {
					t.Fatal(err)
				}
				b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: 3 * second}}})
				in := b.ring(12 * second)
				in.Do(line.Answer{})
				if !in.waitEnd(12 * second) {
					t.Errorf("by the learned profile the call does not end: %s", b.state())
				}
			})
		})
	}
}

func TestLearnsFromTheRecordingOfACallThatDidNotEnd(t *testing.T) {
	// The default profile does not know this tone: the call goes on and its sound is kept.
	cfg := exchange.Config{Lines: []exchange.LineConfig{{Tones: strange, Wire: exchange.Wire{Loss: 6, Noise: -60}}}}
	on(t, cfg, func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: second, Say: words(t, "zh-CN", "demo_caller_1")}}})
		p := b.ring(12 * second)
		p.media()
		p.Do(line.Answer{})
		b.pass(25 * second)
		if strings.Contains(p.seen(), "ended") {
			t.Fatalf("it did end: %s", p.seen())
		}
		learned := fxo.StudyRecording(p.listened(), fxo.China())
		if !nearly(pattern(learned, progress.Busy).CadenceMS, []int{480, 520}) || learned.Learned.Confidence["hang_up_tone"] < 0.7 || learned.Polarity.Answer != fxo.Unknown {
			t.Errorf("%+v, %+v", pattern(learned, progress.Busy), learned.Learned)
		}
		learned.Name = "learned"
		if err := b.lines.Apply(fxo.Settings{Lines: []fxo.LineSettings{{Name: lineName, Device: "exchange/1", Learned: &learned}}}); err != nil {
			t.Fatal(err)
		}
		if !p.waitEnd(6*second) || !strings.HasSuffix(p.seen(), "busy tone") {
			t.Errorf("the new profile does not end the call that is up: %s", p.seen())
		}
	})
}

func TestLearnsWhenCallersHaveNoNumbers(t *testing.T) {
	cfg := exchange.Config{
		Lines:       []exchange.LineConfig{{Presentation: exchange.Presentation{Form: exchange.NoNumber}}},
		Subscribers: []exchange.Subscriber{{Number: mobile, After: 6 * second, Script: []exchange.Action{{Wait: second}}}},
	}
	on(t, cfg, func(b *bed) {
		for range 11 {
			b.call(exchange.Caller{Patience: 8 * second})
			if p := b.ring(12 * second); !p.waitEnd(30 * second) {
				t.Fatal("does not end")
			}
			b.pass(5 * second)
		}
		p, err := b.lines.Learn(b.t.Context(), lineName, mobile)
		if err != nil || p.CallerID != fxo.NoCallerID || p.Learned.CallerID != "none" {
			t.Errorf("%s %v %v", p.CallerID, p.Learned, err)
		}
	})
}

func TestACallerBreaksATestCallOff(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: 30 * second}}})
		b.pass(500 * time.Millisecond)
		if _, err := b.lines.Learn(b.t.Context(), lineName, mobile); fault.CodeOf(err) != fault.Busy {
			t.Errorf("learned on a line that rings: %v", err)
		}
		p := b.ring(12 * second)
		p.Do(line.Hangup{})
		b.pass(60 * second)
		b.free()
	})
}

func TestOneTestCallAtATime(t *testing.T) {
	cfg := exchange.Config{Subscribers: []exchange.Subscriber{{Number: mobile, After: 9 * second, Script: []exchange.Action{{Wait: 2 * second}}}}}
	on(t, cfg, func(b *bed) {
		first := make(chan error, 1)
		go func() {
			_, err := b.lines.Learn(b.t.Context(), lineName, mobile)
			first <- err
		}()
		b.pass(3 * second)
		if _, err := b.lines.Learn(b.t.Context(), lineName, mobile); fault.CodeOf(err) != fault.Busy {
			t.Errorf("second test call: %v", err)
		}
		if _, err := b.lines.Dial(lineName, mobile); fault.CodeOf(err) != fault.Busy {
			t.Errorf("a call beside it: %v", err)
		}
		if err := <-first; err != nil {
			t.Errorf("first test call: %v", err)
		}
		b.free()
		b.dial(mobile)
	})
}
