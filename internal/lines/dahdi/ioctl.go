package dahdi

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Directions and the type of an ioctl number (include/uapi/asm-generic/ioctl.h, the same on amd64 and arm64).
const (
	dirWrite = 1 << 30
	dirRead  = 2 << 30
	code     = 0xDA << 8
)

const (
	sizeInt = 4 << 16
	nothing = sizeInt | code // most take one int
	dirBoth = dirRead | dirWrite
)

// The ioctls used (include/dahdi/user.h).
const (
	ioctlFlush         = dirWrite | nothing | 3
	ioctlGetParams     = dirBoth | 136<<16 | code | 5
	ioctlSetParams     = dirWrite | 136<<16 | code | 5
	ioctlHook          = dirWrite | nothing | 7
	ioctlGetEvent      = dirRead | nothing | 8
	ioctlSpanStat      = dirBoth | 314<<16 | code | 10
	ioctlChanConfig    = dirWrite | 76<<16 | code | 19
	ioctlSetToneZone   = dirWrite | nothing | 22
	ioctlDefaultZone   = dirWrite | nothing | 24
	ioctlLoadZone      = dirWrite | 112<<16 | code | 25
	ioctlSetBufInfo    = dirWrite | 24<<16 | code | 27
	ioctlDial          = dirWrite | 260<<16 | code | 31
	ioctlEchoCancel    = dirWrite | nothing | 33
	ioctlSpecify       = dirWrite | nothing | 38
	ioctlSetLaw        = dirWrite | nothing | 39
	ioctlAttachEchoCan = dirWrite | 20<<16 | code | 59
	ioctlCreateDynamic = dirBoth | 72<<16 | code | 80
	ioctlEndDynamic    = dirWrite | 72<<16 | code | 81
	ioctlStartup       = dirWrite | nothing | 99
)

// Orders of ioctlHook.
const (
	hookOn      = 0
	hookOff     = 1
	hookFlash   = 3
	hookRing    = 5
	hookRingOff = 6
)

// Events of ioctlGetEvent.
const (
	eventNone         = 0
	eventOnHook       = 1
	eventRingOffHook  = 2 // for us: the ring is over; for an exchange: the subscriber has lifted
	eventFlash        = 3
	eventAlarm        = 4
	eventNoAlarm      = 5
	eventDialComplete = 9
	eventHookComplete = 12
	eventPolarity     = 17
	eventRingBegin    = 18
	eventRemoved      = 20
)

// Signalling of a channel. FXS signalling is what a port towards an exchange speaks (a card's FXO port).
const (
	sigFXSKS = 1<<2 | 1<<13
	sigFXOKS = 1<<5 | 1<<12
)

const (
	lawALaw    = 2
	flushAll   = 7
	dialAppend = 1
)

// errEvent is what read and write fail with while an event waits (ELAST in dahdi-base.c).
const errEvent = unix.Errno(500)

// params is struct dahdi_params.
type params struct {
	Chan, Span, Pos                      int32
	Sig, SigCap                          int32
	RxOffHook                            int32
	RxBits, TxBits, TxHookSig, RxHookSig int32
	Law, IdleBits                        int32
	Name                                 [40]byte
	PreWink, PreFlash, Wink, Flash       int32 // ms
	Start, RxWink, RxFlash, Debounce     int32
	PulseBreak, PulseMake, PulseAfter    int32
	Alarms                               uint32
}

// bufferInfo is struct dahdi_bufferinfo.
type bufferInfo struct{ TxPolicy, RxPolicy, Number, Size, Full, Waiting int32 }

// chanConfig is struct dahdi_chanconfig.
type chanConfig struct {
	Chan                   int32
	Name                   [40]byte
	Sig, Law, Master, Idle int32
	NetDev                 [16]byte
}

// echoCan is struct dahdi_attach_echocan.
type echoCan struct {
	Chan int32
	Name [16]byte
}

// dial is struct dahdi_dialoperation.
type dial struct {
	Op     int32
	Digits [256]byte
}

// dynamicSpan is struct dahdi_dynamic_span.
type dynamicSpan struct {
	Driver                 [20]byte
	Addr                   [40]byte
	Channels, Timing, Span int32
}

// spanInfo is struct dahdi_spaninfo, which is packed: its fields are read at their offsets.
type spanInfo [314]byte

// ioctl does one, again when a signal came between. The pointer lives during the call only.
func ioctl(fd int, number uintptr, arg unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), number, uintptr(arg))
		if errno == 0 {
			return nil
		}
		if !errors.Is(errno, unix.EINTR) {
			return errno
		}
	}
}

// ioctlInt does one whose argument is an int.
func ioctlInt(fd int, number uintptr, v int) error {
	arg := int32(v) //nolint:gosec // small numbers all
	return ioctl(fd, number, unsafe.Pointer(&arg))
}

// hook moves the hook. That a movement takes its time is no failure.
func hook(fd, order int) error {
	if err := ioctlInt(fd, ioctlHook, order); !errors.Is(err, unix.EINPROGRESS) {
		return err
	}
	return nil
}

// nextEvent fetches what happened on a channel, eventNone when there is no more.
func nextEvent(fd int) (int, error) {
	var e int32
	err := ioctl(fd, ioctlGetEvent, unsafe.Pointer(&e))
	return int(e), err
}

// text is a C string in a field.
func text(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}
