package conference

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/mailbox"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Rooms makes the sound of rooms; [Sound] does.
type Rooms interface {
	// Open makes a room in which so many are heard at once, at one level, and whose recording holds all on both sides;
	// with 0 a lobby for one.
	Open(speakers int) Hall
}

// Hall is the sound of one room.
type Hall interface {
	Add(p media.Port) Seat
	Tap(t media.Tap)
	Close()
}

// Seat is one party in a room; [media.Member] satisfies it.
type Seat interface {
	Play(src media.Source, o media.PlayOptions)
	Stop()
	SetTalk(on bool)
	SetVolume(db float64)
	Remove()
}

// Config is what [Conferences] need. All but Name, Publish, Alive and Logger are required.
type Config struct {
	Settings  Settings
	Rooms     Rooms
	Voice     call.Voice
	Recorders call.Recorders
	// Name is what a party is called where those who come and go are announced by number: a recording of a name, say. It
	// must not block. Nil, or nothing: its number.
	Name func(call.Card) []prompt.Phrase
	// Publish takes every [Event], in order. It must not block. Nil: nobody is told.
	Publish func(Event)
	// Alive says whether a call still exists; it must not block. Every few seconds the parties are asked after, and those
	// that vanished without a word are taken out. Nil: calls are trusted to report.
	Alive  func(call.ID) bool
	Logger *slog.Logger
}

// ErrClosed is what every method returns when Run has ended.
var ErrClosed error = fault.New(fault.Unavailable, "conference.closed", "ask conferences: closed") //nolint:gochecknoglobals // a sentinel

// Limits of the actor.
const (
	inboxLimit     = 1 << 14
	reconcileEvery = 5 * time.Second
)

// Conferences owns all rooms. Make it with [New], then call [Conferences.Run]. Only the goroutine in Run touches the state.
// It satisfies [call.Conferences].
type Conferences struct {
	cfg   Config
	inbox *mailbox.Inbox[input]
	state *state
	halls map[string]*hall
	seats map[call.ID]*place
}

var _ call.Conferences = (*Conferences)(nil)

// New makes the owner of the rooms. The settings are validated whole; nothing happens before Run.
func New(cfg Config) (*Conferences, error) {
	if err := invalid(cfg.Settings.Validate()); err != nil {
		return nil, err
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Publish == nil {
		cfg.Publish = func(Event) {}
	}
	busy := fault.New(fault.Busy, "conference.busy", "ask conferences: too many requests")
	c := &Conferences{
		cfg: cfg, inbox: mailbox.NewInbox[input](inboxLimit, ErrClosed, busy),
		state: newState(cfg.Settings, call.NewID), halls: map[string]*hall{}, seats: map[call.ID]*place{},
	}
	c.state.name = cfg.Name
	return c, nil
}

// Run owns the rooms until ctx ends, and returns the cause. All parties are sent away then.
func (c *Conferences) Run(ctx context.Context) error {
	defer c.close()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	reconcile := time.NewTicker(reconcileEvery)
	defer reconcile.Stop()
	for {
		c.arm(timer)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-timer.C:
			c.carryOn(ticked{})
		case <-reconcile.C:
			gone := c.gone()
			c.inbox.Handle(c.do) // a call that ended in order said so before it was gone
			for _, id := range gone {
				c.cfg.Logger.Warn("conference party vanished", "call", string(id))
				c.carryOn(vanished{id})
			}
		case <-c.inbox.Ready():
			c.inbox.Handle(c.do)
		}
	}
}

// arm sets the one timer to the next deadline.
func (c *Conferences) arm(timer *time.Timer) {
	if at, ok := c.state.next(); ok {
		timer.Reset(time.Until(at))
		return
	}
	timer.Stop()
}

// do takes one step and carries out its effects.
func (c *Conferences) do(in input) error {
	effects, err := c.state.step(in, time.Now())
	for _, e := range effects {
		c.carryOut(e)
	}
	return err
}

// carryOn takes a step that nobody can refuse.
func (c *Conferences) carryOn(in input) { _ = c.do(in) }

// gone lists the parties whose calls no longer exist.
func (c *Conferences) gone() (out []call.ID) {
	if c.cfg.Alive == nil {
		return nil
	}
	for _, p := range slices.Clone(c.state.order) {
		if !c.cfg.Alive(p.Call) {
			out = append(out, p.Call)
		}
	}
	return out
}

// close refuses whatever comes from now on, and sends all away.
func (c *Conferences) close() {
	c.carryOn(closed{})
	for _, in := range c.inbox.Close() {
		if e, ok := in.(entered); ok {
			turnAway(e.Participant)
		}
	}
}

// turnAway refuses a party without asking the state.
func turnAway(p call.Participant) {
	if p.Party != nil {
		p.Party.Conference(call.ConferenceOut{Cause: line.TemporaryFailure, Refused: true})
	}
}
