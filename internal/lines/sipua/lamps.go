package sipua

import (
	"slices"
	"sync"

	"github.com/dealerline/dealerline/internal/lines/sipua/subscribe"
)

// The states that a lamp shows of a line.
const (
	Idle      = subscribe.Idle      // nothing goes on
	Trying    = subscribe.Trying    // called, and nothing rings yet
	Early     = subscribe.Early     // it rings
	Confirmed = subscribe.Confirmed // they speak, or a party is parked there
)

// DialogState is one dialog of a line, for the phones with a lamp for it.
type DialogState struct {
	State subscribe.State
	// CallID is that of the leg between the box and the line's phone, so that another phone may take its place (see
	// [line.Info.Replaces]); "" where there is nothing to be taken, as in a park slot.
	CallID     string
	Initiator  bool   // the line's phone called
	Remote     string // the other party's number, "" when it is not to be shown
	RemoteName string
}

// ShowDialog says that this is what goes on at a line: an extension's, or any other name that phones may have a lamp for,
// such as a park slot. It replaces what was said before; [Idle] means nothing. A name that is no extension must be shown
// before phones may ask for it, best before [Server.Run]. It never waits.
func (s *Server) ShowDialog(name string, st DialogState) { s.ShowDialogs(name, []DialogState{st}) }

// ShowDialogs is [Server.ShowDialog] for a line with several dialogs at once.
func (s *Server) ShowDialogs(name string, all []DialogState) {
	all = slices.DeleteFunc(slices.Clone(all), func(d DialogState) bool { return d.State == Idle })
	s.lamps.showDialogs(name, all)
}

// ShowMessages says how many messages wait, heard and unheard, in the mailbox of an extension, or in one of another
// name, such as a queue's. An extension's is for its own phones only. It never waits.
func (s *Server) ShowMessages(mailbox string, fresh, old int) {
	s.lamps.showMessages(mailbox, subscribe.Messages{New: fresh, Old: old})
}

// subject is what a subscription is about.
type subject struct {
	event string // "dialog" or "message-summary"
	name  string
}

// The event packages that are served.
const (
	eventDialog   = "dialog"          // RFC 4235
	eventMessages = "message-summary" // RFC 3842
	allowEvents   = eventDialog + ", " + eventMessages
)

// lamps is what is shown. Safe from any goroutine; nothing in it waits.
type lamps struct {
	mu       sync.Mutex
	dialogs  map[string][]DialogState // never changed in place
	messages map[string]subscribe.Messages
	watched  map[subject]int // by how many subscriptions
	dirty    map[subject]bool
	wake     chan struct{} // holds one token while something is dirty
}

func newLamps() *lamps {
	return &lamps{
		dialogs: make(map[string][]DialogState), messages: make(map[string]subscribe.Messages),
		watched: make(map[subject]int), dirty: make(map[subject]bool), wake: make(chan struct{}, 1),
	}
}

func (p *lamps) showDialogs(name string, all []DialogState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before, known := p.dialogs[name]
	if known && slices.Equal(before, all) {
		return
	}
	p.dialogs[name] = all
	p.changed(subject{eventDialog, name})
}

func (p *lamps) showMessages(name string, m subscribe.Messages) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before, known := p.messages[name]
	if known && before == m {
		return
	}
	p.messages[name] = m
	p.changed(subject{eventMessages, name})
}

// changed notes a change that somebody watches, under the lock.
func (p *lamps) changed(what subject) {
	if p.watched[what] == 0 {
		return
	}
	p.dirty[what] = true
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// take returns what has changed since the last time.
func (p *lamps) take() []subject {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]subject, 0, len(p.dirty))
	for what := range p.dirty {
		out = append(out, what)
	}
	clear(p.dirty)
	return out
}

// watch counts a subscription in or out.
func (p *lamps) watch(what subject, by int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.watched[what] += by; p.watched[what] <= 0 {
		delete(p.watched, what)
		delete(p.dirty, what)
	}
}

// shown reports whether a name was shown.
func (p *lamps) shown(what subject) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if what.event == eventDialog {
		_, ok := p.dialogs[what.name]
		return ok
	}
	_, ok := p.messages[what.name]
	return ok
}

func (p *lamps) dialogsOf(name string) []DialogState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dialogs[name]
}

func (p *lamps) messagesOf(name string) subscribe.Messages {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.messages[name]
}
