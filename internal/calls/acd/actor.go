package acd

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/mailbox"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// Config is what an [ACD] needs.
type Config struct {
	Settings Settings
	// Publish takes every [Event], in order. It must not block. Nil: nobody is told.
	Publish func(Event)
	// Alive says whether a call still exists; it must not block. Every few seconds the calls in the queues are
	// asked after, and those that vanished without a word are taken out. Nil: calls are trusted to report.
	Alive func(call.ID) bool
	// Callbacks are those that were kept before a restart, see [ACD.BeginCallbacks].
	Callbacks []Callback
	// Keep has the list of callbacks written down; [ACD.CallbacksKept] tells when it is. It must not block, and may leave
	// out a list when there is a newer one. Nil: nothing is kept.
	Keep     func(list []Callback, seq uint64)
	Outbound Outbound // makes the calls to those who are called back; nil: none are
	Rules    Rules    // nil: no number can be dialled
	Logger   *slog.Logger
	Seed     uint64 // of the strategies that draw lots
}

// ErrClosed is what every method returns when Run has ended.
var ErrClosed error = fault.New(fault.Unavailable, "queues.closed", "ask queues: closed") //nolint:gochecknoglobals // a sentinel

// Limits of the actor.
const (
	inboxLimit     = 1 << 16
	reconcileEvery = 5 * time.Second
)

// ACD owns all queues and agents. Make it with [New], then call [ACD.Run]. Only the goroutine in Run touches the
// state. It satisfies [call.Queues].
type ACD struct {
	cfg   Config
	inbox *mailbox.Inbox[input]
	state *state
}

var _ call.Queues = (*ACD)(nil)

// New makes the owner of the queues. The settings are validated whole; nothing happens before Run.
func New(cfg Config) (*ACD, error) {
	if err := invalid(cfg.Settings.Validate()); err != nil {
		return nil, err
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Publish == nil {
		cfg.Publish = func(Event) {}
	}
	s := newState(cfg.Settings, cfg.Seed, time.Now())
	if cfg.Outbound != nil {
		s.outbound = cfg.Outbound
	}
	s.restoreCallbacks(cfg.Callbacks)
	busy := fault.New(fault.Busy, "queues.busy", "ask queues: too many requests")
	return &ACD{cfg: cfg, inbox: mailbox.NewInbox[input](inboxLimit, ErrClosed, busy), state: s}, nil
}

// Run owns the queues until ctx ends, and returns the cause. Callers who still wait then are sent away.
func (a *ACD) Run(ctx context.Context) error {
	defer a.close()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	reconcile := time.NewTicker(reconcileEvery)
	defer reconcile.Stop()
	for {
		a.arm(timer)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
			a.carryOn(ticked{})
		case <-reconcile.C:
			a.reconcile()
		case <-a.inbox.Ready():
			a.inbox.Handle(a.do)
		}
	}
}

// arm sets the one timer to the next deadline.
func (a *ACD) arm(timer *time.Timer) {
	if at, ok := a.state.next(); ok {
		timer.Reset(time.Until(at))
		return
	}
	timer.Stop()
}

// do takes one step and carries out its effects.
func (a *ACD) do(in input) error {
	effects, err := a.state.step(in, time.Now())
	var answers []input
	for _, e := range effects {
		switch e := e.(type) {
		case tell:
			e.waiter.Queue(e.cmd)
		case publish:
			a.cfg.Publish(e.event)
		case judge:
			answers = append(answers, a.judge(e))
		case keep:
			if a.cfg.Keep == nil {
				answers = append(answers, kept{e.seq, true})
			} else if e.seq == a.state.lastKeep {
				a.cfg.Keep(a.state.keptCallbacks(), e.seq)
			}
		case repaired:
			a.cfg.Logger.Warn("queue state repaired", "what", e.what, "agent", e.agent, "call", e.call, "offer", e.offer)
		}
	}
	for _, in := range answers {
		a.carryOn(in)
	}
	return err
}

// judge asks the rules about a number.
func (a *ACD) judge(e judge) judged {
	in := judged{call: e.call, number: e.number}
	if r := a.cfg.Rules; r != nil {
		in.canonical, in.ok = r.Dialable(e.number)
		if e.calendar != "" {
			in.closes, in.open = r.Closes(e.calendar, time.Now())
		}
	}
	return in
}

// carryOn takes a step of the queues' own, which nobody can refuse.
func (a *ACD) carryOn(in input) { _ = a.do(in) }

func (a *ACD) reconcile() {
	gone := a.gone()
	a.inbox.Handle(a.do) // a call that ended in order said so before it was gone
	for _, id := range gone {
		a.carryOn(vanished{id})
	}
	a.carryOn(reconciled{})
}

// gone lists the calls in the queues that no longer exist.
func (a *ACD) gone() []call.ID {
	if a.cfg.Alive == nil {
		return nil
	}
	return slices.DeleteFunc(a.state.calls(), a.cfg.Alive)
}

// close refuses whatever comes from now on, and sends away those who wait.
func (a *ACD) close() {
	for _, in := range a.inbox.Close() {
		if j, ok := in.(joined); ok {
			turnAway(j.waiting)
		}
	}
	for _, q := range a.state.order {
		for _, e := range q.waiting {
			turnAway(e.Waiting)
		}
	}
}

// turnAway refuses a caller without asking the state.
func turnAway(w call.Waiting) {
	if w.Waiter != nil {
		w.Waiter.Queue(call.QueueLeave{Target: hangup(line.TemporaryFailure), Event: refusedShut})
	}
}
