package media

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"golang.org/x/sys/unix"
)

// upkeepEvery is how often a receive loop looks after what no packet reminds it of: silent peers, RTCP, the
// recordings of silent calls.
const upkeepEvery = 100 * time.Millisecond

// headroom is the room kept free before a received packet, for a header longer than the one it came with.
const headroom = 16

// worker is a receive loop: it owns its sessions' sockets and everything learnt from received packets.
type worker struct {
	engine *Engine
	inbox  inbox
	epoll  int
	ringer sync.Mutex
	bell   int      // eventfd, guarded by ringer: −1 when it was closed
	timer  int      // timerfd
	file   *os.File // epoll, for the runtime to wait on
	legs   []*RTP
	free_  []int32
	counts counters

	buf     [headroom + 2048]byte
	from    source
	report  [128]byte // room for an RTCP report
	header  rtp.Header
	upkeep  bool // it is time for it
	scratch [FrameSamples]int16
}

// counters are written by one loop and read by anybody.
type counters struct {
	sessions                                     atomic.Int64
	received, sent, forwarded                    atomic.Uint64
	stranger, malformed, payload, overflow, late atomic.Uint64
	refused                                      atomic.Uint64
}

func (c *counters) addTo(s *EngineStats) {
	s.Sessions += int(c.sessions.Load())
	s.Received += c.received.Load()
	s.Sent += c.sent.Load() + c.forwarded.Load()
	s.Forwarded += c.forwarded.Load()
	s.Dropped.Stranger += c.stranger.Load()
	s.Dropped.Malformed += c.malformed.Load()
	s.Dropped.Payload += c.payload.Load()
	s.Dropped.Overflow += c.overflow.Load()
	s.Dropped.Late += c.late.Load()
	s.Dropped.Send += c.refused.Load()
}

func newWorker(e *Engine) (*worker, error) {
	w := &worker{engine: e, bell: -1, timer: -1}
	var err error
	if w.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, fmt.Errorf("create epoll: %w", err)
	}
	if err := unix.SetNonblock(w.epoll, true); err != nil { // tells the runtime that it can wait on it
		return nil, errors.Join(fmt.Errorf("create epoll: %w", err), unix.Close(w.epoll))
	}
	w.file = os.NewFile(uintptr(w.epoll), "epoll") //nolint:gosec // a file descriptor
	if err := w.signals(); err != nil {
		w.free()
		return nil, err
	}
	return w, nil
}

// signals makes what wakes the loop besides packets: the bell and the timer.
func (w *worker) signals() (err error) {
	if w.bell, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		return fmt.Errorf("create eventfd: %w", err)
	}
	if w.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC); err != nil {
		return fmt.Errorf("create timerfd: %w", err)
	}
	every := unix.NsecToTimespec(int64(upkeepEvery))
	if err := unix.TimerfdSettime(w.timer, 0, &unix.ItimerSpec{Interval: every, Value: every}, nil); err != nil {
		return fmt.Errorf("set timerfd: %w", err)
	}
	return errors.Join(w.watch(w.bell, bellEvent), w.watch(w.timer, timerEvent))
}

// Events carry the session's place in legs times two, plus one for its RTCP socket.
const (
	bellEvent  = -1
	timerEvent = -2
)

func (w *worker) watch(fd int, event int32) error {
	if err := unix.EpollCtl(w.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: event}); err != nil {
		return fmt.Errorf("watch socket: %w", err)
	}
	return nil
}

// order gives the loop something to do and wakes it.
func (w *worker) order(do func()) {
	w.engine.order(&w.inbox, do)
	w.wake()
}

func (w *worker) wake() {
	w.ringer.Lock()
	defer w.ringer.Unlock()
	if w.bell < 0 { // its number may be another file's by now
		return
	}
	one := [8]byte{1}
	_, _ = unix.Write(w.bell, one[:]) // fails only when a wake-up is already waiting
}

func (w *worker) free() {
	_ = w.file.Close() // nothing is left that could be lost
	w.ringer.Lock()
	defer w.ringer.Unlock()
	for _, fd := range [...]*int{&w.bell, &w.timer} {
		if *fd >= 0 {
			_ = unix.Close(*fd)
		}
		*fd = -1
	}
}

// run receives until ctx ends. The loop waits in the runtime's own poller rather than in epoll_wait: there it would
// look to the runtime like a stuck system call, and its monitor thread would never rest (measured: 7 % of all CPU
// time at 300 calls). All its system calls on packets are non-blocking ones.
func (w *worker) run(ctx context.Context) error {
	conn, err := w.file.SyscallConn()
	if err != nil {
		return fmt.Errorf("wait for packets: %w", err)
	}
	var events [128]unix.EpollEvent
	var n int
	var failed error
	wait := func(fd uintptr) bool {
		n, failed = wait(int(fd), events[:])
		return n != 0 || failed != nil
	}
	for ctx.Err() == nil {
		if err := conn.Read(wait); err != nil {
			return fmt.Errorf("wait for packets: %w", err)
		}
		if failed != nil {
			return fmt.Errorf("wait for packets: %w", failed)
		}
		now := w.engine.now()
		for i := range max(0, n) {
			w.serve(events[i].Fd, now)
		}
		if w.upkeep {
			w.upkeep = false
			for _, r := range w.legs {
				if r != nil {
					r.look(now)
				}
			}
		}
	}
	return nil
}

func (w *worker) serve(event int32, now time.Duration) {
	var count [8]byte
	switch event {
	case bellEvent:
		_, _ = unix.Read(w.bell, count[:]) // only resets it
		w.inbox.run()
		return
	case timerEvent:
		_, _ = unix.Read(w.timer, count[:]) // only resets it
		w.upkeep = true
		return
	}
	r := w.legs[event>>1]
	if r == nil {
		return
	}
	fd := r.sockets.rtp
	if event&1 == 1 {
		fd = r.sockets.rtcp
	}
	n, ok := receive(fd, w.buf[headroom:], &w.from)
	if !ok {
		return
	}
	if event&1 == 1 {
		r.control(w.buf[headroom:headroom+n], w.from.addr(), now)
		return
	}
	r.packet(w.buf[:headroom+n], w.from.addr(), now)
}

// add begins to receive for a session.
func (w *worker) add(r *RTP) {
	if w.engine.ended.Load() {
		r.release()
		return
	}
	if n := len(w.free_); n > 0 {
		r.place, w.free_ = w.free_[n-1], w.free_[:n-1]
		w.legs[r.place] = r
	} else {
		r.place = int32(len(w.legs)) //nolint:gosec // bounded by the port range
		w.legs = append(w.legs, r)
	}
	err := errors.Join(w.watch(r.sockets.rtp, r.place<<1), w.watch(r.sockets.rtcp, r.place<<1|1))
	if err != nil {
		w.engine.logger.Error("receive rtp", "error", err)
	}
	w.counts.sessions.Add(1)
}

// remove closes a session. Events for its place that were already fetched find nobody there; the place is used
// again only by a later order, and so after them.
func (w *worker) remove(r *RTP) {
	if int(r.place) >= len(w.legs) || w.legs[r.place] != r {
		return
	}
	w.legs[r.place] = nil
	w.free_ = append(w.free_, r.place)
	w.counts.sessions.Add(-1)
	r.release()
	if !w.engine.ended.Load() { // then the clock takes no orders, and the memory goes with the engine
		w.engine.clock.order(r.retire)
	}
}

func (w *worker) closeAll() {
	for _, r := range w.legs {
		if r != nil {
			w.remove(r)
		}
	}
}
