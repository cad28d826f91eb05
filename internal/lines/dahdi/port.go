package dahdi

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/internal/lines/analog"
)

// Port is a card's port towards an exchange: it satisfies fxo.Device, fxo.Pulser and fxo.Gapped.
type Port struct {
	system *System
	number int

	mu      sync.Mutex // guards the descriptor, for orders come from any goroutine
	ch      channel    // fd -1: the port is gone
	hook    analog.Hook
	pending []int // orders of the hook that the kernel was too busy for
	moved   bool  // the hook has been opened or closed: to be told
	dialing bool  // by pulses: nothing is written meanwhile
	flash   time.Duration

	handlers chan attachment // the newest, at most one: the loop takes it

	// Owned by the loop.
	handler analog.Handler
	gone    bool // told
	dark    bool // no battery
	in, out analog.Frame

	lost atomic.Uint64 // frames that the kernel did not take
}

// attachment is the handler from the next frame on, nil for none.
type attachment struct{ handler analog.Handler }

func newPort(s *System, number int) *Port {
	return &Port{system: s, number: number, ch: channel{-1}, flash: -1, handlers: make(chan attachment, 1)}
}

// Name is "dahdi/" and the channel's number.
func (p *Port) Name() string { return fmt.Sprintf("dahdi/%d", p.number) }

// Gaps is how many frames the kernel did not take, for its buffers were full.
func (p *Port) Gaps() uint64 { return p.lost.Load() }

// Attach makes h the one who hears of everything from the next frame on; nil ends that.
func (p *Port) Attach(h analog.Handler) {
	for {
		select {
		case p.handlers <- attachment{h}:
			p.system.loop.wake()
			return
		default:
		}
		select {
		case <-p.handlers: // an older one that the loop has not seen
		default:
		}
	}
}

// SetHook opens or closes the loop. What is being dialled by pulses ends.
func (p *Port) SetHook(h analog.Hook) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ch.fd < 0 {
		return
	}
	p.hook, p.dialing, p.pending = h, false, p.pending[:0]
	if h == analog.OnHook {
		_ = p.ch.echoCancel(false) // without a canceller there is nothing to turn off
		p.order(hookOn)
		return
	}
	p.order(hookOff)
}

// order moves the hook. Just after a release or a lift the kernel is busy: then the loop tries again with each frame.
func (p *Port) order(o int) {
	err := hook(p.ch.fd, o)
	p.system.cfg.Logger.Debug("hook", "port", p.Name(), "order", o, "error", err)
	switch {
	case errors.Is(err, unix.EBUSY):
		p.pending = append(p.pending, o)
	case err != nil:
		p.system.cfg.Logger.Warn("move hook", "port", p.Name(), "order", o, "error", err)
	case o != hookFlash: // whose end is an event
		p.moved = true
	}
}

// Flash opens the loop for d and closes it again.
func (p *Port) Flash(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ch.fd < 0 || p.hook == analog.OnHook {
		return
	}
	if p.flash != d {
		if err := p.ch.setFlash(d); err != nil {
			p.system.cfg.Logger.Warn("set flash time", "port", p.Name(), "error", err)
		}
		p.flash = d
	}
	p.order(hookFlash)
}

// Pulse dials digits by opening and closing the loop.
func (p *Port) Pulse(digits string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ch.fd < 0 || p.hook == analog.OnHook {
		return
	}
	if err := p.ch.pulse(digits); err != nil {
		p.system.cfg.Logger.Warn("dial by pulses", "port", p.Name(), "error", err)
		return
	}
	p.dialing = true
}

// EchoCancel turns the kernel's canceller on or off.
func (p *Port) EchoCancel(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ch.fd < 0 || (on && p.system.cfg.EchoCanceller == "") {
		return
	}
	if err := p.ch.echoCancel(on); err != nil && on {
		p.system.cfg.Logger.Warn("turn on echo canceller", "port", p.Name(), "error", err)
	}
}

// open configures and opens the channel, on hook.
func (p *Port) open() error {
	if err := p.system.configure(p.number); err != nil {
		return err
	}
	ch, err := openChannel(filepath.Join(p.system.cfg.Dir, "channel"), p.number)
	if err != nil {
		return err
	}
	now, err := ch.params()
	if err != nil {
		return errors.Join(fmt.Errorf("read parameters: %w", err), ch.close())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ch, p.hook, p.pending, p.dialing, p.flash = ch, analog.OnHook, nil, false, -1
	p.order(hookOn)
	p.ch.write(&silence) // kept in hand, for frames that come a little late
	p.dark = !p.system.battery(now)
	return nil
}

// shut lets the channel go, on hook.
func (p *Port) shut() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ch.fd < 0 {
		return nil
	}
	_ = hook(p.ch.fd, hookOn) // a port that is gone has no hook
	err := p.ch.close()
	p.ch.fd = -1
	return err
}

// serve takes in what is there: events first, then sound. The loop calls it.
func (p *Port) serve() {
	p.events()
	for range buffers {
		ok, eventful, err := p.ch.read(&p.in)
		switch {
		case err != nil:
			p.vanish(err)
			return
		case eventful:
			p.events()
			continue
		case !ok:
			return
		}
		p.frame()
	}
}

// frame passes 20 ms both ways.
func (p *Port) frame() {
	p.out = silence
	moved, write := p.retry()
	if moved {
		p.signal(analog.HookDone)
	}
	if p.handler != nil {
		p.handler.Frame(&p.in, &p.out)
	}
	if write && !p.ch.write(&p.out) {
		p.events() // one may have come between
		if p.ch.fd >= 0 && !p.ch.write(&p.out) {
			p.lost.Add(1) // the kernel still has 80 ms to say
		}
	}
}

// retry gives orders that are still to be carried out, and reports whether the hook was moved since the last frame, and
// whether sound may be written.
func (p *Port) retry() (moved, write bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ch.fd >= 0 && len(p.pending) > 0 {
		again := p.pending
		p.pending = nil
		for _, o := range again {
			p.order(o)
		}
	}
	moved, p.moved = p.moved, false
	return moved, p.ch.fd >= 0 && !p.dialing
}

// events fetches and tells all that wait.
func (p *Port) events() {
	for p.ch.fd >= 0 {
		e, err := nextEvent(p.ch.fd)
		if err != nil {
			p.vanish(err)
			return
		}
		if e == eventNone {
			return
		}
		p.event(e)
	}
}

func (p *Port) event(e int) {
	switch e {
	case eventRingBegin:
		p.signal(analog.RingBegins)
	case eventRingOffHook:
		p.signal(analog.RingEnds)
	case eventPolarity:
		p.signal(analog.Reversed)
	case eventOnHook:
		p.signal(analog.LoopOpened)
	case eventAlarm, eventNoAlarm:
		p.lookForBattery()
	case eventHookComplete:
		p.signal(analog.HookDone)
	case eventDialComplete:
		p.mu.Lock()
		p.dialing = false
		p.mu.Unlock()
		p.signal(analog.HookDone)
	case eventRemoved:
		p.vanish(unix.ENODEV)
	}
}

// lookForBattery tells when the current is lost or back.
func (p *Port) lookForBattery() {
	if p.ch.fd < 0 {
		return
	}
	now, err := p.ch.params()
	if err != nil {
		return // the port is going: reading will say so
	}
	dark := !p.system.battery(now)
	if dark == p.dark {
		return
	}
	if p.dark = dark; dark {
		p.signal(analog.BatteryLost)
	} else {
		p.signal(analog.BatteryBack)
	}
}

func (p *Port) signal(s analog.Signal) {
	if p.handler != nil {
		p.handler.Signal(s)
	}
}

// vanish takes note that the channel is gone.
func (p *Port) vanish(cause error) {
	if p.gone {
		return
	}
	p.gone = true
	p.system.loop.forget(p)
	if err := p.shut(); err != nil && !errors.Is(err, os.ErrClosed) {
		cause = errors.Join(cause, err)
	}
	p.system.cfg.Logger.Warn("telephony port removed", "port", p.Name(), "error", cause)
	p.signal(analog.Removed)
}

// comeBack tries whether the channel is there again.
func (p *Port) comeBack() {
	if p.open() != nil {
		return
	}
	if err := p.system.loop.watch(p); err != nil {
		p.system.cfg.Logger.Error("watch telephony port", "port", p.Name(), "error", err)
		_ = p.shut() // it is tried again
		return
	}
	p.gone = false
	p.system.cfg.Logger.Info("telephony port is back", "port", p.Name())
	p.signal(analog.Returned)
	p.greet()
}

// greet tells what a new handler must know.
func (p *Port) greet() {
	switch {
	case p.gone:
		p.signal(analog.Removed)
	case p.dark:
		p.signal(analog.BatteryLost)
	}
}

// adopt takes the newest handler.
func (p *Port) adopt() {
	select {
	case a := <-p.handlers:
		p.handler = a.handler
		if p.handler == nil {
			p.SetHook(analog.OnHook)
			return
		}
		p.greet()
	default:
	}
}
