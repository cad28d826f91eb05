package dahdi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/internal/lines/analog"
)

// lookEvery is how often the loop looks after what no event tells: spans that appear, ports that come back.
const lookEvery = time.Second

// loop waits for all ports at once: for sound and, by EPOLLPRI, for events. It waits for its epoll in the runtime's
// own poller, so that no thread hangs in a system call.
type loop struct {
	log    *slog.Logger
	look   func()
	file   *os.File
	epoll  int
	ringer sync.Mutex
	bell   int // eventfd, guarded by ringer: −1 when it was closed
	timer  int // timerfd
	ports  []*Port
	probes chan chan struct{}
	ended  chan struct{} // closed when run has ended
}

// errEnded is what a probe brings when Run has ended.
var errEnded = errors.New("telephony has ended")

// Events carry the port's place; these two are none.
const (
	bellEvent  = -1
	timerEvent = -2
)

func newLoop(log *slog.Logger) (*loop, error) {
	l := &loop{log: log, bell: -1, timer: -1, probes: make(chan chan struct{}, 16), ended: make(chan struct{})}
	var err error
	if l.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, fmt.Errorf("create epoll: %w", err)
	}
	if err := unix.SetNonblock(l.epoll, true); err != nil { // tells the runtime that it can wait on it
		return nil, errors.Join(fmt.Errorf("create epoll: %w", err), unix.Close(l.epoll))
	}
	l.file = os.NewFile(uintptr(l.epoll), "epoll") //nolint:gosec // a file descriptor
	if err := l.signals(); err != nil {
		l.free()
		return nil, err
	}
	return l, nil
}

// signals makes what wakes the loop besides the ports.
func (l *loop) signals() (err error) {
	if l.bell, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		return fmt.Errorf("create eventfd: %w", err)
	}
	if l.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC); err != nil {
		return fmt.Errorf("create timerfd: %w", err)
	}
	every := unix.NsecToTimespec(int64(lookEvery))
	if err := unix.TimerfdSettime(l.timer, 0, &unix.ItimerSpec{Interval: every, Value: every}, nil); err != nil {
		return fmt.Errorf("set timerfd: %w", err)
	}
	return errors.Join(l.add(l.bell, unix.EPOLLIN, bellEvent), l.add(l.timer, unix.EPOLLIN, timerEvent))
}

func (l *loop) add(fd int, events uint32, tag int32) error {
	if err := unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: events, Fd: tag}); err != nil {
		return fmt.Errorf("watch: %w", err)
	}
	return nil
}

// watch begins to wait for a port.
func (l *loop) watch(p *Port) error {
	for i, q := range l.ports {
		if q == p {
			return l.add(p.ch.fd, unix.EPOLLIN|unix.EPOLLPRI, int32(i)) //nolint:gosec // at most maxChannels
		}
	}
	return os.ErrNotExist
}

// forget ends the wait for a port whose descriptor is about to be closed.
func (l *loop) forget(p *Port) {
	_ = unix.EpollCtl(l.epoll, unix.EPOLL_CTL_DEL, p.ch.fd, nil) // closing it does the same
}

func (l *loop) wake() {
	l.ringer.Lock()
	defer l.ringer.Unlock()
	if l.bell < 0 { // its number may be another file's by now
		return
	}
	one := [8]byte{1}
	_, _ = unix.Write(l.bell, one[:]) // fails only when a wake-up is already waiting
}

func (l *loop) free() {
	_ = l.file.Close() // nothing is left that could be lost
	l.ringer.Lock()
	defer l.ringer.Unlock()
	for _, fd := range [...]*int{&l.bell, &l.timer} {
		if *fd >= 0 {
			_ = unix.Close(*fd)
		}
		*fd = -1
	}
}

// probe returns when the loop has answered, with errEnded when it has ended.
func (l *loop) probe(ctx context.Context) error {
	done := make(chan struct{})
	select {
	case l.probes <- done:
		l.wake()
	case <-l.ended:
		return fmt.Errorf("probe dahdi: %w", errEnded)
	case <-ctx.Done():
		return fmt.Errorf("probe dahdi: %w", context.Cause(ctx))
	}
	select {
	case <-done:
		return nil
	case <-l.ended:
		return fmt.Errorf("probe dahdi: %w", errEnded)
	case <-ctx.Done():
		return fmt.Errorf("probe dahdi: %w", context.Cause(ctx))
	}
}

// run serves the ports until ctx ends.
func (l *loop) run(ctx context.Context, ports []*Port) error {
	defer l.finish()
	l.ports = ports
	for _, p := range ports {
		if err := l.watch(p); err != nil {
			return fmt.Errorf("watch %s: %w", p.Name(), err)
		}
	}
	conn, err := l.file.SyscallConn()
	if err != nil {
		return fmt.Errorf("wait for telephony: %w", err)
	}
	stop := context.AfterFunc(ctx, l.wake)
	defer stop()
	var events [64]unix.EpollEvent
	var n int
	var failed error
	wait := func(fd uintptr) bool {
		n, failed = unix.EpollWait(int(fd), events[:], 0) //nolint:gosec // a file descriptor
		if errors.Is(failed, unix.EINTR) {
			failed = nil
		}
		return n > 0 || failed != nil
	}
	for ctx.Err() == nil {
		if err := conn.Read(wait); err != nil {
			return fmt.Errorf("wait for telephony: %w", err)
		}
		if failed != nil {
			return fmt.Errorf("wait for telephony: %w", failed)
		}
		for _, e := range events[:max(0, n)] {
			l.serve(e.Fd)
		}
	}
	return nil
}

func (l *loop) serve(tag int32) {
	var count [8]byte
	switch tag {
	case bellEvent:
		_, _ = unix.Read(l.bell, count[:]) // only resets it
		l.orders()
	case timerEvent:
		_, _ = unix.Read(l.timer, count[:]) // only resets it
		if l.look != nil {
			l.look()
		}
		for _, p := range l.ports {
			if p.gone {
				p.comeBack()
			} else {
				p.lookForBattery()
			}
		}
	default:
		if p := l.ports[tag]; !p.gone {
			p.serve()
		}
	}
}

// orders does what was asked by ringing the bell.
func (l *loop) orders() {
	for _, p := range l.ports {
		p.adopt()
	}
	for {
		select {
		case done := <-l.probes:
			close(done)
		default:
			return
		}
	}
}

// finish tells all handlers that nothing more comes.
func (l *loop) finish() {
	for _, p := range l.ports {
		p.adopt()
		p.signal(analog.Stopped)
	}
	close(l.ended)
}
