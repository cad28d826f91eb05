// Package event carries facts from those who know them to those who show them.
//
// There is one order: every subscriber sees the events in the order in which they were published. Publishing never
// waits: a subscriber that is too slow loses events, and the loss is counted, because a board that lags must not
// hold up a call. What must not be lost is not an event: it goes through the store.
package event

import "sync"

// Bus hands each published event to every subscriber. The zero value is ready.
type Bus struct {
	mu      sync.Mutex
	subs    map[*subscription]struct{}
	dropped uint64
}

type subscription struct {
	want func(any) bool
	ch   chan any
}

// Publish hands v to every subscriber that has room and wants it.
func (b *Bus) Publish(v any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for s := range b.subs {
		if !s.want(v) {
			continue
		}
		select {
		case s.ch <- v:
		default:
			b.dropped++
		}
	}
}

// Subscribe returns a channel that yields the events wanted, holding up to size unread ones. stop ends the
// subscription and closes the channel; it may be called twice.
func (b *Bus) Subscribe(size int, want func(any) bool) (events <-chan any, stop func()) {
	s := &subscription{want, make(chan any, size)}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.subs == nil {
		b.subs = map[*subscription]struct{}{}
	}
	b.subs[s] = struct{}{}
	return s.ch, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if _, ok := b.subs[s]; ok {
			delete(b.subs, s)
			close(s.ch)
		}
	}
}

// Dropped is how many events slow subscribers have lost.
func (b *Bus) Dropped() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dropped
}
