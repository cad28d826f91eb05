package dahdi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// These tests need a kernel with telephony: make dahdi boots one and runs them there, as root, alone. Two simulated
// spans are wired to each other: our port speaks on one, on the other a simulated exchange drives the kernel's port
// for subscribers. So sound, ringing, hooks and batteries go through the kernel's own machines, both ways.

// kernel says whether such a kernel is there.
func kernel(t *testing.T) {
	t.Helper()
	if os.Getenv("DAHDI_KERNEL") == "" {
		t.Skip("skipped: not in a kernel with telephony, see make dahdi")
	}
}

const (
	perSpan = 4
	ours    = 1           // channel of our port …
	theirs  = 1 + perSpan // … and of the exchange's at the other end
)

// spans makes the two spans and returns how to take one away, as when a card is pulled out, and bring it back: 1 is
// ours, 2 the exchange's.
func spans(t *testing.T) (take, bring func(n int)) {
	t.Helper()
	ctl, err := unix.Open(filepath.Join(defaultDir, "ctl"), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	both := [2]dynamicSpan{{Channels: perSpan}, {Channels: perSpan}} // without a clock of their own: the kernel's is taken
	do := func(i int, number uintptr) {
		t.Helper()
		s := &both[i]
		copy(s.Driver[:], "loc")
		copy(s.Addr[:], []string{"1:0", "1:1"}[i])
		if err := ioctl(ctl, number, unsafe.Pointer(s)); err != nil {
			t.Fatalf("span %s: %v", s.Addr[:3], err)
		}
	}
	do(0, ioctlCreateDynamic)
	do(1, ioctlCreateDynamic)
	t.Cleanup(func() {
		do(0, ioctlEndDynamic)
		do(1, ioctlEndDynamic)
		_ = unix.Close(ctl)
	})
	var dirs [3]string
	for n := 1; n < len(dirs); n++ {
		span, err := filepath.EvalSymlinks(fmt.Sprintf("/sys/bus/dahdi_spans/devices/span-%d", n))
		if err != nil {
			t.Fatal(err)
		}
		dirs[n] = filepath.Dir(span)
	}
	tell := func(n int, file, what string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dirs[n], file), []byte(what), 0o200); err != nil {
			t.Fatal(err)
		}
	}
	take = func(n int) { tell(n, "unassign_span", "1") }
	bring = func(n int) { tell(n, "assign_span", fmt.Sprintf("1:%d:%d", n, (n-1)*perSpan+1)) }
	return take, bring
}

// station is the exchange's end of our line: a subscriber's port in the kernel, driven by the simulated exchange.
type station struct {
	t    *testing.T
	ex   *exchange.Exchange
	port *exchange.Port
	ch   channel
	said analog.Frame // by us, through the kernel
}

func newStation(t *testing.T, cfg exchange.LineConfig, subscribers ...exchange.Subscriber) *station {
	t.Helper()
	cfg.Name, cfg.Number = "exchange/1", "85550001"
	ex, err := exchange.New(exchange.Config{Lines: []exchange.LineConfig{cfg}, Subscribers: subscribers})
	if err != nil {
		t.Fatal(err)
	}
	s := &station{t: t, ex: ex, port: ex.Ports()[0]}
	ctl, err := unix.Open(filepath.Join(defaultDir, "ctl"), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(ctl) }()
	if err := loadZone(ctl); err != nil {
		t.Fatal(err)
	}
	c := chanConfig{Chan: theirs, Sig: sigFXOKS, Law: lawALaw, Master: theirs}
	if err := ioctl(ctl, ioctlChanConfig, unsafe.Pointer(&c)); err != nil {
		t.Fatal(err)
	}
	p := params{Chan: theirs}
	if err := ioctl(ctl, ioctlGetParams, unsafe.Pointer(&p)); err != nil {
		t.Fatal(err)
	}
	if err := ioctlInt(ctl, ioctlStartup, int(p.Span)); err != nil {
		t.Fatal(err)
	}
	if s.ch, err = openChannel(filepath.Join(defaultDir, "channel"), theirs); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.ch.close() })
	if err := hook(s.ch.fd, hookOn); err != nil {
		t.Fatal(err)
	}
	s.port.Attach(s)
	return s
}

// run is the exchange's clock: the kernel's. An emulated machine is late now and then: some frames are kept in hand.
func (s *station) run(ctx context.Context) {
	for range buffers - 1 {
		s.ch.write(&silence)
	}
	for ctx.Err() == nil {
		fds := []unix.PollFd{{Fd: int32(s.ch.fd), Events: unix.POLLIN | unix.POLLPRI}}
		if _, err := unix.Poll(fds, 100); err != nil && !errors.Is(err, unix.EINTR) {
			s.t.Error(err)
			return
		}
		for {
			e, err := nextEvent(s.ch.fd)
			if err != nil || e == eventNone || e == eventRemoved {
				break
			}
			s.event(e)
		}
		if ok, _, err := s.ch.read(&s.said); err != nil {
			s.t.Log("exchange's port:", err)
			return
		} else if ok {
			s.ex.Step()
		}
	}
}

// event is what the subscriber does.
func (s *station) event(e int) {
	s.t.Logf("exchange's port: event %d", e)
	if d := byte(e); e>>16 == 1 { // a digit by pulses: the kernel has counted them
		s.port.Pulse(string(d))
		return
	}
	switch e {
	case eventRingOffHook:
		s.port.SetHook(analog.OffHook)
	case eventOnHook:
		s.port.SetHook(analog.OnHook)
	case eventFlash:
		s.port.Flash(200 * time.Millisecond)
	}
}

// Frame implements analog.Handler: what the exchange says goes into the kernel.
func (s *station) Frame(in, out *analog.Frame) {
	f := *in
	s.ch.write(&f)
	*out = s.said
}

// Signal implements analog.Handler.
func (s *station) Signal(g analog.Signal) {
	var err error
	switch g {
	case analog.RingBegins:
		err = hook(s.ch.fd, hookRing)
	case analog.RingEnds:
		err = hook(s.ch.fd, hookRingOff)
	case analog.LoopOpened:
		err = hook(s.ch.fd, hookOn) // kewlstart: the battery goes away for half a second
	}
	if err != nil && !errors.Is(err, unix.EBUSY) {
		s.t.Errorf("%s: %v", g, err)
	}
}

// leg is a call on our line and what it reported.
type leg struct {
	*fxo.Leg
	mu     sync.Mutex
	digits string
	heard  []int16
	speak  dsp.Generator
	came   chan string // every event's name
}

func newLeg(l *fxo.Leg) *leg {
	g := &leg{Leg: l, came: make(chan string, 256), speak: dsp.NewGenerator(dsp.Tone{Freq1: 1000, Level: -10})}
	l.Listen(func(e line.Event) {
		g.mu.Lock()
		defer g.mu.Unlock()
		switch e := e.(type) {
		case line.Digit:
			g.digits += string(e.Key)
		case line.Answered:
			g.came <- "answered:" + e.By.String()
		case line.Ended:
			g.came <- "ended:" + e.Cause.String() + ":" + e.Detail
		}
	})
	return g
}

// media is the media clock of the leg: it says 1 kHz and keeps what it hears.
func (g *leg) media(ctx context.Context) {
	t := time.NewTicker(media.FrameDuration)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		var f media.Frame
		if g.Port().Pull(&f) {
			g.mu.Lock()
			for _, a := range f {
				g.heard = append(g.heard, dsp.DecodeALaw(a))
			}
			g.mu.Unlock()
		}
		var out [media.FrameSamples]int16
		g.speak.Next(out[:])
		dsp.CompressALaw(f[:], out[:])
		g.Port().Push(&f)
	}
}

func (g *leg) wait(t *testing.T, prefix string, limit time.Duration) string {
	t.Helper()
	end := time.After(limit)
	for {
		select {
		case s := <-g.came:
			if strings.HasPrefix(s, prefix) {
				return s
			}
			t.Logf("%s before %s", s, prefix)
		case <-end:
			t.Fatalf("no %s in %v", prefix, limit)
		}
	}
}

// accepted gets inbound legs.
type accepted chan *fxo.Leg

func (a accepted) Accept(l *fxo.Leg) { a <- l }

// bed is our line on the kernel's spans.
type bed struct {
	t     *testing.T
	ctx   context.Context //nolint:containedctx // of the test
	st    *station
	sys   *System
	lines *fxo.Lines
	came  accepted
	take  func(n int)
	bring func(n int)
}

func newBed(t *testing.T, cfg exchange.LineConfig, method fxo.DialMethod, subscribers ...exchange.Subscriber) *bed {
	t.Helper()
	kernel(t)
	b := &bed{t: t, came: make(accepted, 8)}
	b.take, b.bring = spans(t)
	b.st = newStation(t, cfg, subscribers...)
	logger := slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if b.sys, err = Open(Config{Channels: []int{ours}, EchoCanceller: "mg2", Logger: logger}); err != nil {
		t.Fatal(err)
	}
	if b.lines, err = fxo.Open(fxo.Config{Devices: []fxo.Device{b.sys.Ports()[0]}, Calls: b.came, Logger: logger}); err != nil {
		t.Fatal(err)
	}
	profiles, err := fxo.ShippedProfiles()
	if err != nil {
		t.Fatal(err)
	}
	profile := profiles["china"]
	profile.Dial.Method = method
	profile.Timing.FlashMS = 400 // this kernel's other end takes up to 200 ms for a pulse
	if err := b.lines.Apply(fxo.Settings{Lines: []fxo.LineSettings{
		{Name: "l1", Device: "dahdi/1", Number: "85550001", Group: "town", Learned: &profile},
	}}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.ctx = ctx
	var all sync.WaitGroup
	for _, run := range []func(){
		func() { b.st.run(ctx) }, func() { _ = b.sys.Run(ctx) }, func() { _ = b.lines.Run(ctx) },
	} {
		all.Go(run)
	}
	t.Cleanup(func() {
		cancel()
		all.Wait()
	})
	time.Sleep(2500 * time.Millisecond) // the kernel takes no ring for one in the two seconds after a channel was hung up
	return b
}

// until waits for something to become true.
func (b *bed) until(what string, ok func() bool) {
	b.t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatalf("not %s: line %+v, spans %+v", what, b.lines.Status()[0], b.sys.Spans())
		}
	}
}

// testLog writes the log of the parts into the test's.
type testLog struct{ t *testing.T }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

// ring has somebody call our line.
func (b *bed) ring(who exchange.Caller) (*leg, *exchange.Call) {
	b.t.Helper()
	c, err := b.st.ex.Call("85550001", who)
	if err != nil {
		b.t.Fatal(err)
	}
	select {
	case l := <-b.came:
		return newLeg(l), c
	case <-time.After(25 * time.Second):
		b.t.Fatalf("no leg; line %+v; exchange %+v", b.lines.Status(), b.st.ex.Journal("exchange/1"))
	}
	return nil, nil
}

// tone is a second of a frequency, in A-law.
func tone(hz float64, d time.Duration) []byte {
	linear := make([]int16, dsp.Samples(d))
	g := dsp.NewGenerator(dsp.Tone{Freq1: hz, Level: -10})
	g.Next(linear)
	out := make([]byte, len(linear))
	dsp.CompressALaw(out, linear)
	return out
}

// best is the strongest 400 ms of a frequency in what was heard: an emulated machine's clocks leave gaps.
func best(samples []int16, hz float64) float64 {
	top := -99.0
	for i := 0; i+3200 <= len(samples); i += 800 {
		top = max(top, dsp.Power(samples[i:i+3200], hz))
	}
	return top
}
