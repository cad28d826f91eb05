package fxo_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/media"
)

func four() exchange.Config {
	return exchange.Config{
		Lines:       make([]exchange.LineConfig, 4),
		Subscribers: []exchange.Subscriber{{Number: mobile, After: 20 * second, Script: []exchange.Action{{Wait: 20 * second}}}},
	}
}

func TestFreeLinesAreChosenInOrder(t *testing.T) {
	on(t, four(), func(b *bed) {
		ways := func(name, want string) {
			t.Helper()
			if got := strings.Join(b.lines.Ways(name), " "); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
		ways("town", "l4 l3 l2 l1")
		ways("l2", "l2")
		ways("nothing", "")
		leg, err := b.lines.Dial("l4", mobile)
		if err != nil {
			t.Fatal(err)
		}
		b.party(leg)
		ways("town", "l3 l2 l1")
		b.pass(3 * second)
		ways("town", "l3 l2 l1")
	})
}

func TestFreeLinesAreChosenInTurn(t *testing.T) {
	on(t, four(), func(b *bed) {
		for i, want := range []string{"l1 l2 l3", "l2 l3 l1", "l3 l1 l2", "l1 l2 l3"} {
			if got := strings.Join(b.lines.Ways("town"), " "); got != want {
				t.Errorf("%d: %s, want %s", i, got, want)
			}
		}
	}, func(s *fxo.Settings) {
		s.Groups = []fxo.GroupSettings{{Name: "town", Choose: fxo.RoundRobin}}
		s.Lines[3].InboundOnly = true
	})
}

func TestALineThatFailedComesLast(t *testing.T) {
	cfg := four()
	cfg.Lines[3].DialToneDelay = -1
	on(t, cfg, func(b *bed) {
		leg, err := b.lines.Dial("l4", mobile)
		if err != nil {
			t.Fatal(err)
		}
		if p := b.party(leg); !p.waitEnd(20 * second) {
			t.Fatal("does not end")
		}
		b.pass(5 * second)
		if got := strings.Join(b.lines.Ways("town"), " "); got != "l3 l2 l1 l4" {
			t.Errorf("ways %s", got)
		}
		b.pass(time.Minute)
		if got := strings.Join(b.lines.Ways("town"), " "); got != "l4 l3 l2 l1" {
			t.Errorf("after a rest: %s", got)
		}
	})
}

func TestSettingsChangeWhileCallsGoOn(t *testing.T) {
	var was fxo.Settings
	on(t, four(), func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: 20 * second}}})
		p := b.ring(12 * second)
		p.Do(line.Answer{})
		b.pass(second)
		s := was
		s.Lines = slices.Clone(was.Lines)
		s.Lines[0].Name = "renamed" // another line on the same port: after the call
		s.Lines = s.Lines[:3]
		s.Lines[1].Number = "4000"
		if err := b.lines.Apply(s); err != nil {
			t.Fatal(err)
		}
		b.pass(second)
		if strings.Contains(p.seen(), "ended") {
			t.Errorf("the call ended: %s", p.seen())
		}
		ctx, cancel := context.WithTimeout(b.t.Context(), second)
		if err := b.lines.Probe(ctx); err != nil {
			t.Errorf("probe: %v", err)
		}
		cancel()
		if !p.waitEnd(30*second) || !strings.HasSuffix(p.seen(), "busy tone") {
			t.Errorf("leg: %s", p.seen())
		}
		b.pass(5 * second)
		b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: second}}})
		if got := b.ring(12 * second).Info().Line; got != "renamed" {
			t.Errorf("on line %q", got)
		}
		if _, err := b.ex.Call("exchange/2", exchange.Caller{Number: mobile}); err != nil {
			t.Fatal(err)
		}
		if got := b.ring(12 * second).Info(); got.To != "4000" || got.Line != "l2" {
			t.Errorf("info %+v", got)
		}
		if _, err := b.ex.Call("exchange/4", exchange.Caller{Number: mobile, Patience: 10 * second}); err != nil {
			t.Fatal(err)
		}
		none(b, 12*second)
	}, func(s *fxo.Settings) { was = *s })
}

func TestSettingsMayChangeBeforeAnythingRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ex, err := exchange.New(exchange.Config{Lines: []exchange.LineConfig{{Name: "exchange/1", Number: "1"}}})
		if err != nil {
			t.Fatal(err)
		}
		b := &bed{t: t, ex: ex, came: make(chan *party, 1)}
		if b.lines, err = fxo.Open(fxo.Config{Devices: []fxo.Device{ex.Ports()[0]}, Calls: b}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"first", "second", "third"} {
			if err := b.lines.Apply(fxo.Settings{Lines: []fxo.LineSettings{{Name: name, Device: "exchange/1"}}}); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() { _ = ex.Run(ctx) }()
		go func() { _ = b.lines.Run(ctx) }()
		b.pass(second)
		if err := b.lines.Probe(ctx); err != nil {
			t.Error(err)
		}
		b.call(exchange.Caller{Number: mobile})
		if got := b.ring(12 * second).Info().Line; got != "third" {
			t.Errorf("on line %q", got)
		}
		// Three changes in a row while a call is up: only the last one counts, after the call.
		for _, name := range []string{"fourth", "fifth", "sixth"} {
			if err := b.lines.Apply(fxo.Settings{Lines: []fxo.LineSettings{{Name: name, Device: "exchange/1"}}}); err != nil {
				t.Fatal(err)
			}
		}
		b.pass(2 * time.Minute)
		b.call(exchange.Caller{Number: mobile})
		if got := b.ring(12 * second).Info().Line; got != "sixth" {
			t.Errorf("on line %q", got)
		}
		cancel()
		synctest.Wait()
	})
}

func TestSettingsAreChecked(t *testing.T) {
	l, err := fxo.Open(fxo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	bad := fxo.China()
	bad.Timing.GuardMS = 1
	err = l.Apply(fxo.Settings{
		Lines: []fxo.LineSettings{
			{Name: "a", Device: "x"},
			{Name: "a", Device: "x", Profile: "nowhere"},
			{Name: "", Device: "", Prefix: "+"},
			{Name: "b", Device: "y", Learned: &bad},
		},
		Groups: []fxo.GroupSettings{{Name: "a", Choose: "random"}},
	})
	if fault.CodeOf(err) != fault.Invalid {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{
		`lines[1].name: "a" is there twice`, `lines[1].device: "x" has a line`, `lines[1].profile: there is none of the name "nowhere"`,
		"lines[2].name: missing", "lines[2].device: missing", "lines[2].prefix", "lines[3].learned_profile.timing.guard_ms",
		`groups[0].name: "a"`, `groups[0].choose: "random"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %s in\n%v", want, err)
		}
	}
}

func TestALineWithoutAPortIsToldOf(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		s := b.lines.Status()[0]
		if s.State != fxo.NoPort || s.Fault == "" {
			t.Errorf("%+v", s)
		}
		if _, err := b.lines.Dial(lineName, mobile); fault.CodeOf(err) != fault.Busy {
			t.Errorf("dial: %v", err)
		}
	}, func(s *fxo.Settings) { s.Lines[0].Device = "dahdi/7" })
}

func TestAPortThatAppearsLater(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		late, err := exchange.New(exchange.Config{Lines: []exchange.LineConfig{{Name: "dahdi/7"}}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(b.t.Context())
		defer cancel()
		go func() { _ = late.Run(ctx) }()
		if err := b.lines.AddDevice(late.Ports()[0]); err != nil {
			t.Fatal(err)
		}
		if err := b.lines.AddDevice(late.Ports()[0]); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		b.pass(second)
		if s := b.lines.Status()[0]; s.State != fxo.Free {
			t.Errorf("%+v", s)
		}
		if _, err := late.Call("dahdi/7", exchange.Caller{Number: mobile}); err != nil {
			t.Fatal(err)
		}
		if got := b.ring(12 * second).Info(); got.From != mobile || got.Line != lineName {
			t.Errorf("info %+v", got)
		}
	}, func(s *fxo.Settings) { s.Lines[0].Device = "dahdi/7" })
}

func TestCaptureIsWhatTheLineSaid(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Patience: 8 * second})
		b.pass(12 * second)
		c, err := b.lines.Capture(b.t.Context(), lineName)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.In) != 10*8000 || len(c.Out) != len(c.In) {
			t.Errorf("%d and %d octets, want ten seconds", len(c.In), len(c.Out))
		}
		var marks []string
		for _, m := range c.Marks {
			marks = append(marks, m.Signal.String())
		}
		if got := strings.Join(marks, " "); got != "ring_begins ring_ends" {
			t.Errorf("marks %v", c.Marks)
		}
		wav, err := fxo.WAV(c.In)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := media.ReadWAV(strings.NewReader(string(wav))); err != nil || !slices.Equal(back, c.In) {
			t.Errorf("wav: %v", err)
		}
		again, err := b.lines.Capture(b.t.Context(), lineName)
		if err != nil || len(again.In) > 800 {
			t.Errorf("begins anew: %d octets, %v", len(again.In), err)
		}
	}, func(s *fxo.Settings) { s.Lines[0].CaptureSeconds = 10 })
}

// Sound with numbers in it goes from one clock to another that runs a little faster or slower: no number may be missing
// or come twice, for there are pauses to take from and to add to.
func TestClocksThatDrift(t *testing.T) {
	for _, ppm := range []int{-1000, -50, 0, 50, 1000} {
		t.Run(fmt.Sprint(ppm), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var p fxo.Port
				device := fxo.DeviceEnd(&p)
				done := make(chan int)
				stop := make(chan struct{})
				go func() {
					tick := time.NewTicker(20*time.Millisecond + time.Duration(ppm)*20*time.Nanosecond)
					defer tick.Stop()
					said := 0
					for n := 0; ; n++ {
						select {
						case <-tick.C:
						case <-stop:
							done <- said
							return
						}
						var in, out analog.Frame
						fill(&in, 0xD5)
						if n%150 < 100 { // two seconds of sound, one of silence
							fill(&in, 0x20|byte(said&15))
							said++
						}
						device(&in, &out)
					}
				}()
				heard, wrong, gaps := 0, 0, 0
				for range 50 * 600 { // ten minutes
					time.Sleep(20 * time.Millisecond)
					var f media.Frame
					if got := p.Pull(&f); got && f[0] != 0xD5 {
						if f[0] != 0x20|byte(heard&15) {
							wrong++
							heard = int(f[0] & 15)
						}
						heard++
					} else if !got && heard%100 > 3 && heard%100 < 97 {
						gaps++
					}
				}
				close(stop)
				if said := <-done; wrong > 0 || gaps > 0 || said-heard > 6 || heard > said {
					t.Errorf("%d frames out of order, %d gaps in sound, %d said, %d heard", wrong, gaps, said, heard)
				}
			})
		})
	}
}

func fill(f *analog.Frame, b byte) {
	for i := range f {
		f[i] = b
	}
}

// A dealership's settings are saved while callers ring: the lines hear on.
func TestSettingsThatChangeNothingDisturbNothing(t *testing.T) {
	on(t, exchange.Config{}, func(b *bed) {
		s := fxo.Settings{Lines: []fxo.LineSettings{{Name: lineName, Device: "exchange/1"}}}
		call := b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Wait: 2 * second}}})
		for range 80 { // beyond the second ring
			b.pass(100 * time.Millisecond)
			if err := b.lines.Apply(s); err != nil {
				t.Fatal(err)
			}
		}
		p := b.ring(second)
		if got := p.Info().From; got != mobile {
			t.Errorf("the caller is %q", got)
		}
		p.Do(line.Answer{})
		<-p.up
		<-call.Done()
		for range 40 {
			b.pass(100 * time.Millisecond)
			if err := b.lines.Apply(s); err != nil {
				t.Fatal(err)
			}
		}
		if !p.waitEnd(100 * time.Millisecond) {
			t.Error("busy tone is not heard")
		}
	})
}

// A line that is given another name in a call has its port only when that call is over: until then nothing goes out on it.
func TestALineRenamedInACallIsNotFree(t *testing.T) {
	cfg := exchange.Config{Subscribers: []exchange.Subscriber{{Number: mobile, After: second, Script: []exchange.Action{{Stay: true}}}}}
	on(t, cfg, func(b *bed) {
		b.call(exchange.Caller{Number: mobile, Script: []exchange.Action{{Stay: true}}})
		p := b.ring(12 * second)
		p.Do(line.Answer{})
		<-p.up
		if err := b.lines.Apply(fxo.Settings{Lines: []fxo.LineSettings{{Name: "new", Device: "exchange/1"}}}); err != nil {
			t.Fatal(err)
		}
		b.pass(second)
		if s := b.lines.Status()[0]; s.State == fxo.Free {
			t.Errorf("it is %s", s.State)
		}
		if ways := b.lines.Ways("new"); len(ways) > 0 {
			t.Errorf("ways out: %v", ways)
		}
		if _, err := b.lines.Dial("new", mobile); fault.CodeOf(err) != fault.Busy {
			t.Errorf("dialled: %v", err)
		}
		p.Do(line.Hangup{Cause: line.NormalClearing})
		b.free()
		if _, err := b.lines.Dial("new", mobile); err != nil {
			t.Errorf("after the call: %v", err)
		}
	})
}

// gappy is a port that could not say some frames.
type gappy struct{ fxo.Device }

func (gappy) Gaps() uint64 { return 7 }

func TestStatusShowsGaps(t *testing.T) {
	ex, err := exchange.New(exchange.Config{Lines: []exchange.LineConfig{{Name: "exchange/1"}, {Name: "exchange/2"}}})
	if err != nil {
		t.Fatal(err)
	}
	lines, err := fxo.Open(fxo.Config{Devices: []fxo.Device{gappy{ex.Ports()[0]}, ex.Ports()[1]}})
	if err != nil {
		t.Fatal(err)
	}
	if err := lines.Apply(fxo.Settings{Lines: []fxo.LineSettings{
		{Name: "l1", Device: "exchange/1"}, {Name: "l2", Device: "exchange/2"}, {Name: "l3", Device: "exchange/3"},
	}}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []uint64{7, 0, 0} {
		if s := lines.Status()[i]; s.Gaps != want || (s.Fault != "") != (i == 2) {
			t.Errorf("%s: %d gaps, want %d; fault %q", s.Name, s.Gaps, want, s.Fault)
		}
	}
}
