package line

import "sync"

// Events hands a leg's facts to the call that owns it, in their order: those that happen before the call listens are
// kept for it. The zero value is ready; all methods are safe from any goroutine.
type Events struct {
	mu   sync.Mutex
	post func(Event)
	kept []Event
	over bool
}

// Listen names the function that gets the events from now on, those kept included. It must only post to a mailbox: it
// is called under the lock that keeps the order. A second call replaces the first.
func (e *Events) Listen(post func(Event)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.post = post
	for _, ev := range e.kept {
		post(ev)
	}
	e.kept = nil
}

// Tell reports an event; after [Ended] nothing.
func (e *Events) Tell(ev Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.over {
		return
	}
	_, e.over = ev.(Ended)
	if e.post == nil {
		e.kept = append(e.kept, ev)
		return
	}
	e.post(ev)
}
