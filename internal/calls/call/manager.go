package call

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
)

// Config is what calls need of others. All fields but those said to be nil are required.
type Config struct {
	Desk     Desk
	Dialer   Dialer
	Menus    Menus
	Features Menus // opens feature codes
	// Voicemails opens voicemail boxes, Messages keeps what is said to them; nil: there are none.
	Voicemails  Menus
	Messages    Messages
	Conferences Conferences
	Queues      Queues
	Rooms       Rooms
	Voice       Voice
	Recorders   Recorders
	Ledger      Ledger
	Policy      func() Policy   // read once for each call
	Slots       func() []string // numbers of the parking places; nil: none
	// Yielders free lines; nil: busy is busy.
	Yielders Yielders
	// AgentAt is the agent who is signed in at an extension, "" nobody. It must return soon; nil: nobody is anywhere.
	AgentAt func(extension string) string
	Publish func(Notice) // must not block; nil: nobody is told
	Logger  *slog.Logger
}

// Manager makes a call of every leg that arrives.
type Manager struct {
	cfg   Config
	ctx   context.Context //nolint:containedctx // the life of all calls, given by Run
	stop  context.CancelFunc
	mu    sync.Mutex
	calls map[ID]*Call
	// origins are the calls that ring the phone which wants them.
	origins map[ID]*origination
	slots   map[string]ID    // parking places that are taken
	byLeg   map[string]*Call // by the CallID of a phone's leg
	lost    int              // records of refused calls that are being written
	shut    bool
	idle    chan struct{} // closed when shut and no call is left
}

// NewManager makes a manager that takes calls at once.
func NewManager(cfg Config) *Manager {
	ctx, stop := context.WithCancel(context.Background())
	return &Manager{cfg: cfg, ctx: ctx, stop: stop, calls: map[ID]*Call{}, slots: map[string]ID{}, byLeg: map[string]*Call{}, origins: map[ID]*origination{}, idle: make(chan struct{})}
}

// Accept makes a call of an arriving leg and returns at once. After [Manager.Shutdown] began the leg is refused.
func (m *Manager) Accept(leg Leg) { m.accept(NewID(), leg) }

// accept makes a call of a leg; nil when it is refused.
func (m *Manager) accept(id ID, leg Leg) *Call {
	info := leg.Info()
	c := newCall(m, id, leg)
	m.mu.Lock()
	if m.shut {
		m.mu.Unlock()
		leg.Do(line.Hangup{Cause: line.Shutdown})
		m.Refused(info, line.Shutdown)
		return nil
	}
	m.calls[id] = c
	m.mu.Unlock()
	go func() {
		defer m.forget(id)
		c.run(m.ctx, info)
	}()
	return c
}

// NewID makes the name of a call, or of a session that is recorded like one. Its order in time is what the record's key
// relies on.
func NewID() ID {
	id, err := uuid.NewV7()
	if err != nil {
		return ID(uuid.NewString()) // without entropy: still unique, sorted wrongly
	}
	return ID(id.String())
}

func (m *Manager) forget(id ID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.calls, id)
	m.restIfIdle()
}

// restIfIdle lets Shutdown go on when the last record is written. The caller holds the lock.
func (m *Manager) restIfIdle() {
	if m.shut && len(m.calls) == 0 && m.lost == 0 {
		close(m.idle)
	}
}

// Len is the number of calls that are up.
func (m *Manager) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.calls)
}

// Has reports whether a call is up.
func (m *Manager) Has(id ID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.calls[id]
	return ok
}

// Drop ends one call.
func (m *Manager) Drop(id ID, cause line.Cause) error {
	return m.tell(id, Drop{cause})
}

// Shutdown refuses new calls, lets those that are up end until ctx is done, then ends the rest with
// line.Shutdown, and returns when every record is written. It must be called once.
func (m *Manager) Shutdown(ctx context.Context) {
	m.mu.Lock()
	m.shut = true
	m.restIfIdle()
	m.mu.Unlock()
	select {
	case <-m.idle:
	case <-ctx.Done():
		m.dropAll(line.Shutdown)
		select { // let the legs say goodbye
		case <-m.idle:
		case <-time.After(2 * time.Second):
		}
		m.stop()
		<-m.idle
	}
	m.stop()
}

func (m *Manager) dropAll(cause line.Cause) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.calls {
		c.Drop(cause)
	}
}

// Probe returns when every call's goroutine has answered, for the watchdog.
func (m *Manager) Probe(ctx context.Context) error {
	m.mu.Lock()
	calls := make([]*Call, 0, len(m.calls))
	for _, c := range m.calls {
		calls = append(calls, c)
	}
	m.mu.Unlock()
	replies := make([]chan struct{}, len(calls))
	for i, c := range calls {
		replies[i] = make(chan struct{}, 1)
		c.post(probe{replies[i]})
	}
	for i, c := range calls {
		select {
		case <-replies[i]:
		case <-c.done:
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "call.stuck", "probe call %s: %w", c.id, context.Cause(ctx))
		}
	}
	return nil
}

func (m *Manager) policy() Policy { return m.cfg.Policy() }

func (m *Manager) publish(n Notice) {
	if m.cfg.Publish != nil {
		m.cfg.Publish(n)
	}
}

// Refused is an error that knows the cause to give to the caller.
type Refused interface {
	error
	Cause() line.Cause
}

func causeOf(err error) line.Cause {
	if r, ok := errors.AsType[Refused](err); ok {
		return r.Cause()
	}
	switch fault.CodeOf(err) {
	case fault.Busy:
		return line.NoCircuit
	case fault.Unavailable:
		return line.SubscriberAbsent
	case fault.NotFound:
		return line.UnallocatedNumber
	case fault.Denied:
		return line.CallRejected
	default:
		return line.TemporaryFailure
	}
}
