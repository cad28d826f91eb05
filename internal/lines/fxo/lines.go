package fxo

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/mailbox"
)

// ErrClosed means that Run has ended.
var ErrClosed = errors.New("analog lines closed")

// Acceptor takes inbound legs. Accept must not block; the leg keeps its events until [Leg.Listen].
type Acceptor interface{ Accept(*Leg) }

// Config is what [Lines] are made of. It does not change; what a dealership changes is in [Settings].
type Config struct {
	Devices  []Device           // every port there is or may come back
	Profiles map[string]Profile // by name; nil: those shipped in hw/lines
	Calls    Acceptor           // gets inbound legs; nil: nobody answers
	Logger   *slog.Logger       // nil: none
}

// Lines are the box's analog lines. Make them with [Open], then call [Lines.Run]. All methods are safe from any
// goroutine.
type Lines struct {
	cfg     Config
	log     *slog.Logger
	devices map[string]Device

	mu       sync.Mutex
	settings Settings
	actors   []*actor // in the order of the settings
	last     map[string]string
	running  context.Context //nolint:containedctx // the life of Run, for lines that Apply starts
	ended    bool
	leaving  map[string]*actor // by device: retired, still in a call
	wg       sync.WaitGroup
}

// Open makes lines without settings. Nothing happens before Run.
func Open(cfg Config) (*Lines, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Profiles == nil {
		var err error
		if cfg.Profiles, err = ShippedProfiles(); err != nil {
			return nil, err
		}
	}
	l := &Lines{
		cfg: cfg, log: cfg.Logger, devices: map[string]Device{}, last: map[string]string{}, leaving: map[string]*actor{},
	}
	for _, d := range cfg.Devices {
		if l.devices[d.Name()] != nil {
			return nil, fault.New(fault.Invalid, "lines.invalid", "open analog lines: port %q is there twice", d.Name())
		}
		l.devices[d.Name()] = d
	}
	return l, nil
}

// Run runs the lines until ctx ends, hangs them up, and returns the cause.
func (l *Lines) Run(ctx context.Context) error {
	l.mu.Lock()
	l.running = ctx
	for _, a := range l.actors {
		l.start(a, nil)
	}
	l.mu.Unlock()
	<-ctx.Done()
	l.mu.Lock()
	l.ended = true
	l.mu.Unlock()
	l.wg.Wait()
	return context.Cause(ctx)
}

// start runs a line, as soon as the one before it on the same port has ended. l.mu is held.
func (l *Lines) start(a *actor, before *actor) {
	ctx := l.running
	a.started = true
	if before != nil && !closed(before.done) { // the port is in use under another name
		waiting := a.state
		waiting.Phase = Guard
		a.seen.Store(&waiting)
	}
	l.wg.Go(func() {
		if before != nil {
			<-before.done
		}
		a.run(ctx)
	})
}

// Apply makes the settings those in force. Calls go on: a line that is no longer wanted, or has another port, ends when
// its call is over. The error is [fault.Invalid]; nothing has changed then.
func (l *Lines) Apply(s Settings) error {
	if err := s.Validate(l.cfg.Profiles); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.apply(s)
	return nil
}

// AddDevice takes in a port that has appeared: a card was plugged in. A line that waits for it begins. The error is
// [fault.Conflict] for a name that is there already.
func (l *Lines) AddDevice(d Device) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.devices[d.Name()] != nil {
		return fault.New(fault.Conflict, "lines.device", "add port %q: it is there already", d.Name())
	}
	l.devices[d.Name()] = d
	l.apply(l.settings)
	return nil
}

// apply makes the settings, which are checked, those in force. l.mu is held.
func (l *Lines) apply(s Settings) {
	old := map[string]*actor{}
	for _, a := range l.actors {
		old[a.device.Name()+"\x00"+a.settings.Load().Name] = a
	}
	l.settings = s
	l.actors = nil
	for _, ls := range s.Lines {
		if a, d := old[ls.Device+"\x00"+ls.Name], l.devices[ls.Device]; a != nil && (d == nil || a.device == d) {
			delete(old, ls.Device+"\x00"+ls.Name)
			l.actors = append(l.actors, a)
			a.change(ls, ls.behaviour(l.cfg.Profiles))
			continue
		}
		l.actors = append(l.actors, nil) // made below, after what it replaces was retired
	}
	for _, a := range old {
		if a.started {
			a.box.Put(Retire{})
			l.leaving[a.device.Name()] = a
		}
	}
	for i, ls := range s.Lines {
		if l.actors[i] == nil {
			l.actors[i] = l.add(ls)
		}
	}
}

// add makes a line. l.mu is held.
func (l *Lines) add(s LineSettings) *actor {
	d := l.devices[s.Device]
	if d == nil {
		d = missing(s.Device)
	}
	a := newActor(d, s, s.behaviour(l.cfg.Profiles), l.cfg.Calls, l.log)
	if l.running != nil && !l.ended {
		l.start(a, l.leaving[s.Device])
	}
	return a
}

// change gives a line new settings.
func (a *actor) change(s LineSettings, p Profile) {
	a.settings.Store(&s)
	a.box.Put(changed{p})
}

// Probe returns when every line's goroutine has answered, or with an error when ctx ends first.
func (l *Lines) Probe(ctx context.Context) error {
	l.mu.Lock()
	if l.ended || l.running == nil {
		l.mu.Unlock()
		return ErrClosed
	}
	waits := make([]probed, 0, len(l.actors))
	for _, a := range l.actors {
		if l.leaving[a.device.Name()] != nil && !closed(l.leaving[a.device.Name()].done) {
			continue // not begun yet
		}
		p := probed{make(chan struct{})}
		if a.box.Put(p) {
			waits = append(waits, p)
		}
	}
	l.mu.Unlock()
	for _, p := range waits {
		select {
		case <-p.done:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// byName finds a line.
func (l *Lines) byName(name string) (*actor, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.actors {
		if a.settings.Load().Name == name {
			return a, nil
		}
	}
	return nil, fault.New(fault.NotFound, "line.unknown", "analog line %q: there is none", name)
}

// Dial begins a call on a line. The error is [fault.NotFound], [fault.Invalid] for a number that cannot be dialled, or
// [fault.Busy] when the line is not free. What comes of the call is told by the leg.
func (l *Lines) Dial(name, number string) (*Leg, error) {
	a, err := l.byName(name)
	if err != nil {
		return nil, err
	}
	s := a.settings.Load()
	stages, err := ParseStages(s.Prefix + number)
	if err != nil {
		return nil, err
	}
	if number == "" {
		return nil, fault.New(fault.Invalid, "fxo.number", "dial on %q: no number", name)
	}
	if s.InboundOnly || a.seen.Load().Phase != Idle || !a.claimed.CompareAndSwap(false, true) {
		return nil, fault.New(fault.Busy, "line.busy", "dial on %q: the line is not free", name)
	}
	leg := newLeg(line.Info{Direction: line.Outbound, Line: name, To: number}, a.order)
	if !a.box.Put(wanted{leg, stages}) {
		a.claimed.Store(false)
		return nil, fault.New(fault.Unavailable, "line.closed", "dial on %q: %w", name, ErrClosed)
	}
	return leg, nil
}

// ask puts a question into a line's mailbox.
func ask(box *mailbox.Box[any], m any) error {
	if !box.Put(m) {
		return fault.New(fault.Unavailable, "line.closed", "ask analog line: %w", ErrClosed)
	}
	return nil
}

// Capture takes the sound of a line that is kept in memory, and begins anew. It waits for the port's next frame, a
// second at most.
func (l *Lines) Capture(ctx context.Context, name string) (Capture, error) {
	a, err := l.byName(name)
	if err != nil {
		return Capture{}, err
	}
	return a.capture(ctx)
}

// capture takes the sound that is kept. A port that was taken out gives no frame to do it in: then it fails.
func (a *actor) capture(ctx context.Context) (Capture, error) {
	s := a.settings.Load()
	ctx, cancel := context.WithTimeoutCause(ctx, time.Second,
		fault.New(fault.Unavailable, "line.silent", "capture %q: the port gives no sound", s.Name))
	defer cancel()
	return a.ear.swap(ctx, s.capture())
}
