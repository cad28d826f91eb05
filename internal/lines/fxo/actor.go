package fxo

import (
	"context"
	"log/slog"
	"reflect"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/mailbox"
	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/progress"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// mailLimit is how far behind a line may be: a call has a few dozen messages in all.
const mailLimit = 1024

// actor owns one line. Only the goroutine in run touches what is below the blank line.
type actor struct {
	device   Device
	calls    Acceptor
	log      *slog.Logger
	box      *mailbox.Box[any]
	ear      *ear
	done     chan struct{}
	seen     atomic.Pointer[State]        // the last state, for whoever looks
	claimed  atomic.Bool                  // an outgoing call is on its way to the line
	settings atomic.Pointer[LineSettings] // those in force
	started  bool                         // guarded by Lines.mu

	state    State
	profile  Profile
	tones    *progress.Detector // the profile's; used by the device's loop alone
	leg      *Leg
	asking   *Leg // wants the line; set while its Seize is stepped
	timers   [clocks]*time.Timer
	gens     [clocks]uint64
	test     chan<- bool // told whether a test call was completed
	pulsing  bool        // the port dials by pulses
	finished bool
}

// What comes into the mailbox besides events.
type (
	ordered struct {
		leg *Leg
		cmd line.Command
	}
	wanted struct { // an outgoing call
		leg    *Leg
		number []Stage
	}
	due struct {
		clock Clock
		gen   uint64
	}
	changed struct{ profile Profile } // new settings
	probed  struct{ done chan struct{} }
	tested  struct {
		number []Stage
		done   chan<- bool
	}
)

func newActor(d Device, s LineSettings, p Profile, calls Acceptor, log *slog.Logger) *actor {
	a := &actor{
		device: d, calls: calls, log: log.With("line", s.Name), box: mailbox.New[any](mailLimit), done: make(chan struct{}),
		profile: p, state: New(p.Rules(), time.Now()), tones: progress.New(p.Tones),
	}
	a.settings.Store(&s)
	a.ear = newEar(a.tones, s.capture(), func(m any) { a.box.Put(m) })
	a.publish()
	return a
}

func (a *actor) publish() {
	s := a.state
	a.seen.Store(&s)
}

// run owns the line until ctx ends or the line is retired. It leaves the port on hook.
func (a *actor) run(ctx context.Context) {
	defer a.leave()
	a.publish()
	a.device.Attach(a.ear)
	a.device.SetHook(analog.OnHook)
	var batch []any
	for !a.finished {
		select {
		case <-ctx.Done():
			a.step(Retire{})
			a.step(Ordered{line.Hangup{Cause: line.Shutdown}})
			return
		case <-a.box.Ready():
		}
		batch = a.box.Take(batch)
		for _, m := range batch {
			a.safely(m)
		}
	}
}

// leave frees what the line holds.
func (a *actor) leave() {
	a.device.SetHook(analog.OnHook)
	a.device.EchoCancel(false)
	a.device.Attach(nil)
	a.box.Close()
	for _, t := range a.timers {
		if t != nil {
			t.Stop()
		}
	}
	if a.leg != nil {
		a.leg.events.Tell(line.Ended{Cause: line.Shutdown})
	}
	a.tellTest(false)
	close(a.done)
	for _, m := range a.box.Take(nil) {
		switch m := m.(type) {
		case probed:
			close(m.done)
		case wanted:
			m.leg.events.Tell(line.Ended{Cause: line.NoCircuit, Detail: "line is gone"})
		case tested:
			m.done <- false
		}
	}
}

// safely handles one message and, if that goes wrong, ends the call on this line and nothing else.
func (a *actor) safely(m any) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("analog line fault", "fault", r, "stack", string(debug.Stack()))
			a.mend()
		}
	}()
	a.take(m)
}

// mend begins anew after a fault: whoever used the line is told, and it rests for a moment as after a call. One without a port
// or a battery stays so.
func (a *actor) mend() {
	for _, l := range [...]*Leg{a.leg, a.asking} {
		if l != nil {
			l.events.Tell(line.Ended{Cause: line.TemporaryFailure, Detail: "fault"})
		}
	}
	a.asking = nil
	a.dropLeg()
	a.tellTest(false)
	a.claimed.Store(false)
	for c := range a.timers {
		a.disarm(Clock(c)) //nolint:gosec // one of seven
	}
	a.pulsing = false
	a.ear.saying.Store(nil)
	a.device.EchoCancel(false)
	a.device.SetHook(analog.OnHook)
	old := a.state
	a.state = New(a.profile.Rules(), time.Now())
	a.state.Phase, a.state.Count = NoLine, old.Count
	a.state.Gone, a.state.Dead, a.state.Fault = old.Gone, old.Dead, old.Fault
	a.listen(Watching)
	if !old.Dead {
		a.step(Sensed{analog.BatteryBack}) // nothing comes of it while the port is gone
	}
	if old.Retiring {
		a.step(Retire{})
	}
	a.publish()
}

func (a *actor) take(m any) {
	switch m := m.(type) {
	case Event:
		a.step(m)
		if m == (Sensed{analog.HookDone}) && a.pulsing {
			a.pulsing = false
			a.step(Sent{})
		}
	case ordered:
		if m.leg == a.leg {
			a.step(Ordered{m.cmd})
		}
	case wanted:
		a.asking = m.leg
		a.step(Seize{m.number})
		a.asking = nil
		a.claimed.Store(false)
	case due:
		if a.gens[m.clock] == m.gen {
			a.step(Fired{m.clock})
		}
	case changed:
		if reflect.DeepEqual(a.profile, m.profile) { // listening anew would cost a number or a tone that is just being sent
			return
		}
		a.profile = m.profile
		a.tones = progress.New(m.profile.Tones)
		a.listen(a.ear.order.Load().mode)
		a.step(Ruled{m.profile.Rules()})
	case tested:
		if a.test != nil {
			m.done <- false
			return
		}
		a.test = m.done
		a.step(Test{m.number})
	case probed:
		close(m.done)
	}
}

// step feeds the machine and carries out what it decides.
func (a *actor) step(ev Event) {
	before := a.state.Phase
	var effects []Effect
	a.state, effects = Step(a.state, ev, time.Now())
	if a.state.Phase != before {
		a.log.Debug("analog line", "from", before.String(), "to", a.state.Phase.String())
	}
	for _, e := range effects {
		a.carryOut(e)
	}
	a.publish()
}

func (a *actor) carryOut(e Effect) {
	switch e := e.(type) {
	case SetHook:
		a.device.SetHook(e.Hook)
	case Flash:
		a.device.Flash(e.For)
	case EchoCancel:
		a.device.EchoCancel(e.On)
	case Listen:
		a.listen(e.Mode)
	case Send:
		a.send(e.Digits)
	case Hush:
		a.ear.saying.Store(nil)
	case Arm:
		a.arm(e.Clock, e.After)
	case Disarm:
		a.disarm(e.Clock)
	case Offer:
		a.offer(e.Caller)
	case Take:
		a.seat(a.asking)
	case Refuse:
		a.asking.events.Tell(line.Ended{Cause: e.Cause, Detail: e.Detail})
	case Report:
		a.report(e.Event)
	case Tested:
		a.tellTest(e.Complete)
	case Finish:
		a.finished = true
	}
}

func (a *actor) report(ev line.Event) {
	if a.leg == nil {
		return
	}
	if ended, ok := ev.(line.Ended); ok {
		a.log.Debug("analog call ended", "call", a.leg.info.CallID, "cause", ended.Cause.String(), "detail", ended.Detail)
		a.leg.events.Tell(ev)
		a.dropLeg()
		return
	}
	if up, ok := ev.(line.Answered); ok {
		a.log.Debug("analog call answered", "call", a.leg.info.CallID, "known_by", up.By.String())
	}
	a.leg.events.Tell(ev)
}

func (a *actor) seat(l *Leg) {
	a.leg = l
	a.ear.sound.Store(&l.sound)
}

func (a *actor) dropLeg() {
	a.leg = nil
	a.ear.sound.Store(nil)
}

// offer makes the leg of a caller and hands it on.
func (a *actor) offer(c Caller) {
	s := a.settings.Load()
	info := line.Info{
		Direction: line.Inbound, Line: s.Name, From: c.Number, FromName: c.Name, To: s.Number, Withheld: c.Withheld,
	}
	l := newLeg(info, a.order)
	a.seat(l)
	if a.calls == nil {
		a.order(l, line.Hangup{Cause: line.NoRoute})
		return
	}
	a.calls.Accept(l)
}

func (a *actor) order(l *Leg, c line.Command) { a.box.Put(ordered{l, c}) }

func (a *actor) listen(m Mode) { a.ear.order.Store(&listening{mode: m, tones: a.tones}) }

// send dials, by pulses where the line wants them and the port can. In a conversation they would mean nothing to who is at the
// other end, or hang up.
func (a *actor) send(digits string) {
	d := a.profile.Dial
	if p, can := a.device.(Pulser); can && d.Method == Pulses && a.state.Phase != Up && !strings.ContainsAny(digits, "*#ABCD") {
		a.pulsing = true
		p.Pulse(digits)
		return
	}
	a.ear.saying.Store(&speech{media.Tones(dsp.DTMFTones(digits, span(d.OnMS), span(d.OffMS), d.LevelDB)...)})
}

func (a *actor) arm(c Clock, after time.Duration) {
	a.disarm(c)
	gen := a.gens[c]
	a.timers[c] = time.AfterFunc(after, func() { a.box.Put(due{c, gen}) })
}

func (a *actor) disarm(c Clock) {
	a.gens[c]++
	if t := a.timers[c]; t != nil {
		t.Stop()
		a.timers[c] = nil
	}
}

func (a *actor) tellTest(complete bool) {
	if a.test != nil {
		a.test <- complete
		a.test = nil
	}
}
