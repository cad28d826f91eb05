package media

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// Config is what an [Engine] needs to know.
type Config struct {
	IP               netip.Addr // address our RTP sockets bind to; 0.0.0.0 for all
	PortMin, PortMax uint16     // RTP takes even ports of this range, RTCP the odd one above
	Workers          int        // receive loops; 0 = 1
	Logger           *slog.Logger
}

// Engine owns the sockets, the receive loops and the clock that all sound passes through.
type Engine struct {
	logger  *slog.Logger
	ports   *portPool
	workers []*worker
	clock   *clock
	start   time.Time
	next    atomic.Uint32 // the worker that gets the next session
	spare   sync.Pool     // of *buffers

	ended atomic.Bool
	last  sync.Mutex // after the end: guards what the loops owned
}

// EngineStats are the engine's counters since its start, and its present load.
type EngineStats struct {
	Sessions      int // RTP sessions open
	PacketBridges int // bridges forwarded packet by packet
	TickBridges   int // bridges on the clock
	Received      uint64
	Sent          uint64
	Forwarded     uint64 // of Sent: on the packet plane
	Dropped       Drops
	Ticks         uint64
	LateTicks     uint64 // ticks that began more than half a frame late
	SkippedTicks  uint64 // ticks given up because the clock was too far behind
}

// Drops are the RTP packets not used, by reason.
type Drops struct {
	Stranger  uint64 // from an address that is not the learnt peer
	Malformed uint64 // no RTP
	Payload   uint64 // of a payload type that was not agreed
	Late      uint64 // came after its time to be played, or twice
	Overflow  uint64 // came faster than it can be played
	Send      uint64 // the kernel refused to send
}

// NewEngine makes an engine. It does nothing until [Engine.Run], but everything may be opened and connected before.
func NewEngine(c Config) (*Engine, error) {
	if !c.IP.IsValid() {
		return nil, fault.New(fault.Invalid, "media.address", "start media: no address to bind to")
	}
	pool, err := newPortPool(c.IP, c.PortMin, c.PortMax)
	if err != nil {
		return nil, err
	}
	e := &Engine{logger: c.Logger, ports: pool, start: time.Now()}
	if e.logger == nil {
		e.logger = slog.New(slog.DiscardHandler)
	}
	e.clock = newClock(e)
	for range max(1, c.Workers) {
		w, err := newWorker(e)
		if err != nil {
			for _, w := range e.workers {
				w.free()
			}
			return nil, fmt.Errorf("start media: %w", err)
		}
		e.workers = append(e.workers, w)
	}
	return e, nil
}

// Run moves sound until ctx ends, and then closes what is still open. It is called once.
func (e *Engine) Run(ctx context.Context) error {
	var loops sync.WaitGroup
	errs := make(chan error, len(e.workers)+1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, w := range e.workers {
		loops.Go(func() {
			if err := w.run(ctx); err != nil {
				errs <- err
				cancel()
			}
		})
	}
	loops.Go(func() {
		if err := e.clock.run(ctx); err != nil {
			errs <- err
			cancel()
		}
	})
	<-ctx.Done()
	for _, w := range e.workers {
		w.wake()
	}
	loops.Wait()
	e.finish()
	select {
	case err := <-errs:
		return fmt.Errorf("run media: %w", err)
	default:
		return nil
	}
}

// finish ends everything after the loops have ended. From then on orders are carried out by whoever gives them.
func (e *Engine) finish() {
	e.last.Lock()
	defer e.last.Unlock()
	e.ended.Store(true)
	e.clock.inbox.run()
	e.clock.closeAll()
	for _, w := range e.workers {
		w.inbox.run()
		w.closeAll()
		w.free()
	}
}

// order gives a loop something to do.
func (e *Engine) order(b *inbox, do func()) {
	b.put(do)
	if e.ended.Load() {
		e.last.Lock()
		defer e.last.Unlock()
		b.run()
	}
}

// now is the time since the engine was made, by the monotonic clock.
func (e *Engine) now() time.Duration { return time.Since(e.start) }

// Probe returns when every loop has answered, or with ctx's error.
func (e *Engine) Probe(ctx context.Context) error {
	answers := make(chan struct{}, len(e.workers)+1)
	answer := func() { answers <- struct{}{} }
	for _, w := range e.workers {
		w.order(answer)
	}
	e.clock.order(answer)
	for range len(e.workers) + 1 {
		select {
		case <-answers:
		case <-ctx.Done():
			return fmt.Errorf("probe media: %w", context.Cause(ctx))
		}
	}
	return nil
}

// Stats returns the counters.
func (e *Engine) Stats() EngineStats {
	s := EngineStats{
		PacketBridges: int(e.clock.packetBridges.Load()),
		TickBridges:   int(e.clock.tickBridges.Load()),
		Ticks:         e.clock.ticks.Load(),
		LateTicks:     e.clock.late.Load(),
		SkippedTicks:  e.clock.skipped.Load(),
	}
	for _, w := range e.workers {
		w.counts.addTo(&s)
	}
	s.Sent += e.clock.sent.Load()
	s.Dropped.Late += e.clock.dropLate.Load()
	return s
}

// NewBridge makes a bridge without members. It must be closed.
func (e *Engine) NewBridge() *Bridge { return &Bridge{clock: e.clock, taps: AllGroups} }

// OpenRTP takes a pair of ports and begins to receive. The error is [fault.Busy] when no port is free.
func (e *Engine) OpenRTP(c RTPConfig) (*RTP, error) {
	if e.ended.Load() {
		return nil, fault.New(fault.Unavailable, "media.ended", "open rtp: media has ended")
	}
	pair, err := e.ports.open()
	if err != nil {
		return nil, err
	}
	w := e.workers[int(e.next.Add(1))%len(e.workers)]
	r := newRTP(e, w, pair, c)
	w.order(func() { w.add(r) })
	return r, nil
}
