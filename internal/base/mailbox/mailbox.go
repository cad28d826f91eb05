package mailbox

import "sync"

// Box is a queue with one taker. Make it with [New].
type Box[T any] struct {
	mu      sync.Mutex
	items   []T
	limit   int
	dropped uint64
	closed  bool
	ready   chan struct{} // holds one token while items is not empty or the box is closed
}

// New makes a box that holds at most limit messages.
func New[T any](limit int) *Box[T] {
	return &Box[T]{limit: limit, ready: make(chan struct{}, 1)}
}

// Put adds a message and reports whether it was taken in: false means closed or full.
func (b *Box[T]) Put(v T) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	if len(b.items) >= b.limit {
		b.dropped++
		return false
	}
	b.items = append(b.items, v)
	b.wake()
	return true
}

// Ready is readable while [Box.Take] may have something. Use it in a select, then call Take.
func (b *Box[T]) Ready() <-chan struct{} { return b.ready }

// Take removes all waiting messages in the order in which they came, using buf's memory if it can.
func (b *Box[T]) Take(buf []T) []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := append(buf[:0], b.items...)
	clear(b.items)
	b.items = b.items[:0]
	return out
}

// Close refuses all further messages. Those already in the box can still be taken.
func (b *Box[T]) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
}

// Len is the number of waiting messages.
func (b *Box[T]) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.items)
}

// Dropped is the number of messages refused because the box was full.
func (b *Box[T]) Dropped() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dropped
}

func (b *Box[T]) wake() {
	select {
	case b.ready <- struct{}{}:
	default:
	}
}
