package exchange

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/analog"
)

// Exchange is the virtual exchange. Its methods may be called from any goroutine; Step and Run from one alone.
type Exchange struct {
	tick time.Duration

	mu           sync.Mutex
	now          int // frames since the beginning
	circuits     []*circuit
	names        map[string]*circuit
	lines        map[string]*circuit // by number
	subscribers  map[string]Subscriber
	visits       map[string][]Result
	announcement []byte
	journal      []Entry
}

// Entry is something that happened, for tests and for people who watch a demo.
type Entry struct {
	At     time.Duration // since the beginning
	Line   string
	What   string // "ring", "caller id", "lifted", "answered", "dialed", "flash", "far answered", "far hung up", "hung up"
	Detail string
}

// journalLimit is how much of the past is kept.
const journalLimit = 4096

// New makes an exchange in which all is quiet. The error is [fault.Invalid].
func New(cfg Config) (*Exchange, error) {
	e := &Exchange{
		tick: or(cfg.Tick, frame), names: map[string]*circuit{}, lines: map[string]*circuit{},
		subscribers: map[string]Subscriber{}, visits: map[string][]Result{},
	}
	for i, l := range cfg.Lines {
		if l.Name == "" || e.names[l.Name] != nil {
			return nil, fault.New(fault.Invalid, "exchange.line", "make exchange: line %d: name %q is empty or taken", i, l.Name)
		}
		c := newCircuit(e, l, rand.New(rand.NewPCG(cfg.Seed, uint64(i)))) //nolint:gosec // noise is no secret
		e.circuits = append(e.circuits, c)
		e.names[l.Name] = c
		if l.Number != "" {
			e.lines[l.Number] = c
		}
	}
	for _, s := range cfg.Subscribers {
		e.subscribers[s.Number] = s
	}
	return e, nil
}

// Ports are our ends of the lines, in the order of the configuration.
func (e *Exchange) Ports() []*Port {
	out := make([]*Port, len(e.circuits))
	for i, c := range e.circuits {
		out[i] = c.port
	}
	return out
}

// Announce sets what a voice says, in A-law, to who dials a vacant number.
func (e *Exchange) Announce(alaw []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.announcement = alaw
}

// Subscribe adds a subscriber or changes one.
func (e *Exchange) Subscribe(s Subscriber) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.subscribers[s.Number] = s
}

// Step advances everything by 20 ms.
func (e *Exchange) Step() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.circuits {
		c.step()
	}
	e.now++
}

// maxCatchUp is how many frames are made up for after the machine was away; more are lost.
const maxCatchUp = 10

// Run steps every 20 ms until ctx ends, tells the ports' handlers that nothing more comes, and returns the cause.
func (e *Exchange) Run(ctx context.Context) error {
	t := time.NewTicker(e.tick)
	defer t.Stop()
	next := time.Now()
	for {
		select {
		case <-ctx.Done():
			e.stop()
			return context.Cause(ctx)
		case <-t.C:
		}
		now := time.Now()
		if now.Sub(next) > maxCatchUp*e.tick {
			next = now
		}
		for !next.After(now) {
			next = next.Add(e.tick)
			e.Step()
		}
	}
}

func (e *Exchange) stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.circuits {
		if h, _, _ := c.port.move(); h != nil {
			h.Signal(analog.Stopped)
		}
	}
}

// Cut takes the battery off a line; Mend gives it back.
func (e *Exchange) Cut(line string) { e.power(line, true) }

// Mend gives a line its battery back.
func (e *Exchange) Mend(line string) { e.power(line, false) }

func (e *Exchange) power(line string, cut bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c := e.names[line]; c != nil {
		c.cut = cut
	}
}

// Remove takes a port out, as if its card were pulled; Return puts it back.
func (e *Exchange) Remove(line string) { e.present(line, false) }

// Return puts a port back that was taken out. It is on hook.
func (e *Exchange) Return(line string) { e.present(line, true) }

func (e *Exchange) present(line string, there bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.names[line]
	if c == nil {
		return
	}
	p := c.port
	p.mu.Lock()
	h, was := p.handler, !p.removed
	p.removed, p.greet = !there, false
	p.orders = append(p.orders[:0], span{frames: -1}, span{})
	p.mu.Unlock()
	if h == nil || was == there {
		return
	}
	if there {
		h.Signal(analog.Returned)
	} else {
		h.Signal(analog.Removed)
	}
}

// Journal is what has happened on a line (or, with "", on all), oldest first.
func (e *Exchange) Journal(line string) []Entry {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []Entry
	for _, j := range e.journal {
		if line == "" || j.Line == line {
			out = append(out, j)
		}
	}
	return out
}

// Free reports whether a line is on hook and nobody rings on it.
func (e *Exchange) Free(line string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.names[line]
	return c != nil && c.state == resting && !c.port.closed && c.open == 0
}

func (e *Exchange) note(c *circuit, what, detail string) {
	if len(e.journal) == journalLimit {
		e.journal = append(e.journal[:0], e.journal[journalLimit/2:]...)
	}
	e.journal = append(e.journal, Entry{At: time.Duration(e.now) * frame, Line: c.cfg.Name, What: what, Detail: detail})
}

func (e *Exchange) byNumber(number string) *circuit { return e.lines[number] }

// numbers are all numbers that can be dialled.
func (e *Exchange) numbers() iter.Seq[string] {
	return func(yield func(string) bool) {
		for n := range e.subscribers {
			if !yield(n) {
				return
			}
		}
		for n := range e.lines {
			if !yield(n) {
				return
			}
		}
	}
}

// Call has somebody call one of our lines, by its name or number. The error is [fault.NotFound] or [fault.Busy].
func (e *Exchange) Call(to string, who Caller) (*Call, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	c := e.names[to]
	if c == nil {
		c = e.lines[to]
	}
	if c == nil {
		return nil, fault.New(fault.NotFound, "exchange.line", "call %q: no such line", to)
	}
	if c.state != resting || c.closed || c.far != nil {
		return nil, fault.New(fault.Busy, "exchange.busy", "call %q: the line is busy", to)
	}
	p, err := c.cfg.alerting(who)
	if err != nil {
		return nil, fmt.Errorf("call %q: %w", to, err)
	}
	call := &Call{
		person: newPerson(who.Script, who.Hear), line: c, done: make(chan struct{}),
		patience: frames(or(who.Patience, defaultPatience)),
	}
	c.far = call
	c.enter(alerting)
	c.plan = p
	return call, nil
}
