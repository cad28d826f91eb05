package fxo_test

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/media"
)

var _ media.KeyPort = (*fxo.Port)(nil)

// twoSides keeps what a bridge's tap hears.
type twoSides struct {
	mu          sync.Mutex
	left, right []byte
}

func (s *twoSides) Frame(left, right *media.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left, s.right = append(s.left, left[:]...), append(s.right, right[:]...)
}

// An analog caller hears a prompt, stops it with a key, is led out on another line, and both are recorded: with the real
// clocks of media and exchange, which run apart.
func TestAnAnalogCallerIsLedOutOnAnotherLine(t *testing.T) {
	if testing.Short() {
		t.Skip("takes ten seconds of real time")
	}
	t.Parallel()
	engine, err := media.NewEngine(media.Config{IP: netip.MustParseAddr("127.0.0.1"), PortMin: 46000, PortMax: 46019})
	if err != nil {
		t.Fatal(err)
	}
	wire := exchange.Wire{Loss: 6, Noise: -58, Hum: -45, Echo: 14}
	b := newBed(t, exchange.Config{
		Lines: []exchange.LineConfig{
			{Wire: wire, Presentation: exchange.Presentation{Form: exchange.DTMF, Timing: exchange.BeforeRing}, Clearing: exchange.Clearing{LoopBreak: 500 * time.Millisecond}},
			{Wire: wire, AnswerReversal: true},
		},
		Subscribers: []exchange.Subscriber{{Number: "110", After: time.Second, Script: []exchange.Action{
			{Wait: 500 * time.Millisecond, Say: words(t, "en", "demo_agent_1")}, {Stay: true},
		}}},
	})
	var running sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	running.Go(func() { _ = engine.Run(ctx) })
	defer running.Wait()
	defer cancel()
	defer b.stop()

	call := b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{
		{Wait: 1500 * time.Millisecond, Keys: "1"}, {Wait: 4 * second, Say: words(t, "zh-CN", "demo_caller_1")[:4*8000]},
	}})
	in := b.ring(10 * second)
	in.Do(line.Answer{})
	room := engine.NewBridge()
	defer room.Close()
	var tape twoSides
	room.SetTap(&tape)
	caller := room.Add(in.Port())
	stopped := make(chan media.Outcome, 1)
	caller.Play(media.Samples(words(t, "zh-CN", "main_menu")), media.PlayOptions{BargeIn: "0123456789", Done: func(o media.Outcome) { stopped <- o }})
	select {
	case o := <-stopped:
		if o != media.Interrupted {
			t.Errorf("the prompt is %s", o)
		}
	case <-time.After(10 * second):
		t.Fatal("the prompt does not end")
	}
	leg, err := b.lines.Dial("l2", "110")
	if err != nil {
		t.Fatal(err)
	}
	out := b.party(leg)
	select {
	case <-out.up:
	case <-time.After(10 * second):
		t.Fatalf("no answer: %s", out.seen())
	}
	room.Add(out.Port())
	select {
	case <-in.ended:
	case <-time.After(20 * second):
		t.Fatalf("the caller's leg does not end: %s", in.seen())
	}
	out.Do(line.Hangup{Cause: line.NormalClearing})
	select {
	case <-out.ended:
	case <-time.After(5 * second):
		t.Fatalf("the other leg does not end: %s", out.seen())
	}
	if got := in.Info().From; got != mobile || in.keys() != "1" {
		t.Errorf("number %q, keys %q", got, in.keys())
	}
	var visits []exchange.Result
	for range 100 { // the exchange sees the hook a moment later
		if visits = b.ex.Visits("110"); len(visits) > 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if len(visits) != 1 {
		t.Fatalf("visits %d: %s", len(visits), b.journal())
	}
	tape.mu.Lock()
	defer tape.mu.Unlock()
	for who, sound := range map[string][]byte{
		"the caller": call.Result().Heard, "the called": visits[0].Heard, "the tape's left": tape.left, "the tape's right": tape.right,
	} {
		if l := loudness(sound); l < -45 {
			t.Errorf("%s heard %.1f dBm0", who, l)
		}
	}
}
