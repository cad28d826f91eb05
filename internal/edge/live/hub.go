package live

import (
	"context"
	"strconv"
	"sync"
	"time"
)

// Kept is how many events a watcher may be behind.
const Kept = 2048

// Topic is a kind of news that a watcher can ask for.
type Topic string

// The topics.
const (
	Me      Topic = "me"      // what concerns one agent: the screen pop, the agent's own state
	Calls   Topic = "calls"   // calls that begin, go on, end
	Queues  Topic = "queues"  // queues and who waits in them
	Agents  Topic = "agents"  // states of agents
	Lines   Topic = "lines"   // trunks and lines
	Records Topic = "records" // customers, vehicles, settings … that changed
)

// Topics are all topics.
func Topics() []Topic { return []Topic{Me, Calls, Queues, Agents, Lines, Records} }

// Event is one piece of news.
type Event struct {
	Topic Topic
	Agent string // whom it is for; "" is everybody who may read the topic
	Data  any    // its type names the event; it must not change any more
}

// ID names an event for ever: which run of the box it is of (in seconds since 2020), and which event of that run. Later
// events have greater ids.
type ID int64

// seqBits is how many bits of an id count the events of one run.
const seqBits = 32

func (id ID) run() int64  { return int64(id >> seqBits) }
func (id ID) seq() uint64 { return uint64(id & (1<<seqBits - 1)) } //nolint:gosec // 32 bits

// ParseID reads a Last-Event-ID; ok is false for what is none.
func ParseID(s string) (id ID, ok bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return ID(n), err == nil && n > 0
}

// Hub keeps and numbers events. Its methods are safe from any goroutine and do not wait.
type Hub struct {
	run int64

	mu       sync.Mutex
	next     uint64 // number of the next event; the first is 1
	ring     [Kept]Event
	watchers map[*Watcher]struct{}
	left     time.Time // when the last watcher went
	lost     uint64    // events up to this number were never published
}

// linger is how long news are kept ready after the last watcher went: one who lost the connection comes back sooner.
const linger = time.Minute

// firstRun is the beginning of 2020, in seconds since 1970.
const firstRun = 1_577_836_800

func (h *Hub) id(seq uint64) ID { return ID(h.run<<seqBits | int64(seq)) } //nolint:gosec // 32 bits

// NewHub makes a hub. Its run differs from those before it.
func NewHub() *Hub {
	return &Hub{run: time.Now().Unix() - firstRun, next: 1, watchers: map[*Watcher]struct{}{}}
}

// Wanted reports whether anybody watches, or did a moment ago. Who would have to look things up to publish them asks
// first; what is left out then counts as lost.
func (h *Hub) Wanted() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.watchers) > 0 || time.Since(h.left) < linger {
		return true
	}
	h.lost = h.next
	h.next++
	return false
}

// Publish tells everybody who watches.
func (h *Hub) Publish(e Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ring[h.next%Kept] = e
	h.next++
	for w := range h.watchers {
		select {
		case w.news <- struct{}{}:
		default: // it has not looked since the last time
		}
	}
}

// Watcher reads the events that it wants, in order.
type Watcher struct {
	hub  *Hub
	want func(Event) bool
	news chan struct{}
	next uint64
}

// Watch begins to watch behind the event last, or with what comes from now on when last is 0. gap reports
// that events after last are lost: the watcher must read everything anew. Close it in the end.
func (h *Hub) Watch(last ID, want func(Event) bool) (w *Watcher, gap bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	w = &Watcher{hub: h, want: want, news: make(chan struct{}, 1), next: h.next}
	h.watchers[w] = struct{}{}
	if last == 0 {
		return w, false
	}
	if last.run() != h.run || last.seq() >= h.next || last.seq()+1 < h.oldest() {
		return w, true
	}
	w.next = last.seq() + 1
	w.news <- struct{}{}
	return w, false
}

func (h *Hub) oldest() uint64 {
	if h.next > Kept {
		return max(h.next-Kept, h.lost+1)
	}
	return h.lost + 1
}

// Close ends the watching.
func (w *Watcher) Close() {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	delete(w.hub.watchers, w)
	w.hub.left = time.Now()
}

// News is an event and its id.
type News struct {
	ID    ID
	Event Event
}

// Next waits for events and returns those there are. at is the id of the last one looked at, wanted or not. gap reports
// that the watcher fell so far behind that some are lost. The error is the context's cause.
func (w *Watcher) Next(ctx context.Context) (news []News, at ID, gap bool, err error) {
	for {
		select {
		case <-w.news:
		case <-ctx.Done():
			return nil, 0, false, context.Cause(ctx)
		}
		if news, at, gap = w.take(); len(news) > 0 || gap {
			return news, at, gap, nil
		}
	}
}

func (w *Watcher) take() (news []News, at ID, gap bool) {
	h := w.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if o := h.oldest(); w.next < o {
		w.next, gap = h.next, true
		return nil, h.id(h.next - 1), true
	}
	for ; w.next < h.next; w.next++ {
		if e := h.ring[w.next%Kept]; w.want(e) {
			news = append(news, News{h.id(w.next), e})
		}
	}
	return news, h.id(w.next - 1), false
}
