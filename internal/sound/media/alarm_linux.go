package media

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// alarm waits for moments of the monotonic clock, to the microsecond.
type alarm struct {
	fd   int
	file *os.File
	conn syscall.RawConn
}

func newAlarm() (*alarm, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("create timer: %w", err)
	}
	a := &alarm{fd: fd, file: os.NewFile(uintptr(fd), "clock")} //nolint:gosec // a file descriptor
	if a.conn, err = a.file.SyscallConn(); err != nil {
		return nil, errors.Join(fmt.Errorf("create timer: %w", err), a.file.Close())
	}
	return a, nil
}

// wait returns at a moment, at once if it is past, or when stop is called.
func (a *alarm) wait(at time.Duration) error {
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(max(at, 1)))}
	if err := unix.TimerfdSettime(a.fd, unix.TFD_TIMER_ABSTIME, &spec, nil); err != nil {
		return fmt.Errorf("set timer: %w", err)
	}
	err := a.conn.Read(func(fd uintptr) bool {
		var count [8]byte
		_, err := unix.Read(int(fd), count[:]) //nolint:gosec // a file descriptor
		return err == nil
	})
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("wait for tick: %w", err)
	}
	return nil
}

// stop ends the wait under way and all to come.
func (a *alarm) stop() { _ = a.file.SetReadDeadline(time.Unix(1, 0)) } // fails only once closed

func (a *alarm) close() { _ = a.file.Close() } // nothing is left that could be lost
