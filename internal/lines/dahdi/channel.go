package dahdi

import (
	"errors"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// frameOctets is one frame as the kernel hands it over: 20 ms of A-law.
const frameOctets = len(analog.Frame{})

// buffers is how many frames the kernel keeps each way: 80 ms for a loop that was late.
const buffers = 4

// channel is an open channel that speaks A-law in frames of 20 ms.
type channel struct{ fd int }

// openChannel opens the channel of a number; node is /dev/dahdi/channel.
func openChannel(node string, number int) (c channel, err error) {
	fd, err := unix.Open(node, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return c, fmt.Errorf("open dahdi channel %d: %w", number, err)
	}
	c = channel{fd}
	buf := bufferInfo{Number: buffers, Size: int32(frameOctets)}
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"specify", func() error { return ioctlInt(fd, ioctlSpecify, number) }},
		{"set buffers", func() error { return ioctl(fd, ioctlSetBufInfo, unsafe.Pointer(&buf)) }},
		{"set law", func() error { return ioctlInt(fd, ioctlSetLaw, lawALaw) }},
		{"set tone zone", func() error { return ioctlInt(fd, ioctlSetToneZone, zoneNumber) }},
		{"flush", func() error { return ioctlInt(fd, ioctlFlush, flushAll) }},
	} {
		if err := step.do(); err != nil {
			return channel{}, errors.Join(fmt.Errorf("open dahdi channel %d: %s: %w", number, step.what, err), unix.Close(fd))
		}
	}
	return c, nil
}

// silence is a frame of nothing.
var silence = func() (f analog.Frame) { //nolint:gochecknoglobals // a constant frame
	for i := range f {
		f[i] = dsp.SilenceALaw
	}
	return f
}()

// params are the channel's parameters now.
func (c channel) params() (p params, err error) {
	return p, ioctl(c.fd, ioctlGetParams, unsafe.Pointer(&p))
}

// setFlash sets how long a flash opens the loop.
func (c channel) setFlash(d time.Duration) error {
	p, err := c.params()
	if err != nil {
		return err
	}
	p.Flash = int32(d.Milliseconds()) //nolint:gosec // a second at most
	return ioctl(c.fd, ioctlSetParams, unsafe.Pointer(&p))
}

// pulse dials digits by pulses.
func (c channel) pulse(digits string) error {
	d := dial{Op: dialAppend}
	copy(d.Digits[:len(d.Digits)-1], "P"+digits)
	return ioctl(c.fd, ioctlDial, unsafe.Pointer(&d))
}

// echoCancel turns the echo canceller on, for an echo of 16 ms, or off.
func (c channel) echoCancel(on bool) error {
	taps := 0
	if on {
		taps = dsp.Samples(16 * time.Millisecond)
	}
	return ioctlInt(c.fd, ioctlEchoCancel, taps)
}

// read fetches a frame. It reports false when none is there; eventful says that an event must be fetched first.
func (c channel) read(f *analog.Frame) (ok, eventful bool, err error) {
	r, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(c.fd), uintptr(unsafe.Pointer(f)), uintptr(frameOctets))
	if errno == 0 {
		return int(r) == frameOctets, false, nil //nolint:gosec // at most a frame
	}
	if errno == errEvent {
		return false, true, nil
	}
	if errno == unix.EAGAIN || errno == unix.EINTR {
		return false, false, nil
	}
	return false, false, errno
}

// write says a frame. It reports false when it was not taken, because an event waits or the buffers are full.
func (c channel) write(f *analog.Frame) bool {
	_, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(c.fd), uintptr(unsafe.Pointer(f)), uintptr(frameOctets))
	return errno == 0
}

func (c channel) close() error { return unix.Close(c.fd) }
