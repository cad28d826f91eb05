package media

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const generatorVariable = "MEDIA_BENCH_LEGS"

// listening says which phones receive what reaches them.
func listening(phone int) bool { return phone%16 == 5 }

// traffic is what the generator has seen.
type traffic struct {
	Sent, Received int
	Delays         []time.Duration
}

// phones are the generator's process: all far sides of the calls.
type phones struct {
	fds    []int
	addrs  []netip.AddrPort
	to     []destination
	timing bool // delays are noted

	traffic

	buf, extra [256]byte
}

// playPhones tells the phones' addresses, hears where each sends to, and sends until its input ends. A word in
// between begins the noting of delays.
func playPhones(t *testing.T, in *json.Decoder, out *json.Encoder) {
	t.Helper()
	legs, err := strconv.Atoi(os.Getenv(generatorVariable))
	if err != nil {
		t.Fatal(err)
	}
	p := &phones{}
	for i := range legs {
		p.open(t, i)
	}
	if err := out.Encode(p.addrs); err != nil {
		t.Fatal(err)
	}
	var near []netip.AddrPort
	if err := in.Decode(&near); err != nil {
		t.Fatal(err)
	}
	for _, a := range near {
		p.to = append(p.to, newDestination(a))
	}
	p.Delays = make([]time.Duration, 0, 1<<20)
	words := make(chan bool, 2)
	go func() {
		for question := any(nil); in.Decode(&question) == nil; {
			words <- true
		}
		close(words)
	}()
	p.generate(words)
	p.Received += p.dropped(t)
	if err := out.Encode(p.traffic); err != nil {
		t.Fatal(err)
	}
}

func (p *phones) open(t *testing.T, i int) {
	t.Helper()
	ip := netip.MustParseAddr("127.0.0.1")
	fd, err := bind(netip.AddrPortFrom(ip, 0))
	if err != nil {
		t.Fatal(err)
	}
	if listening(i) {
		err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	} else {
		drop := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: 0}
		err = unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &unix.SockFprog{Len: 1, Filter: &drop})
	}
	if err != nil {
		t.Fatal(err)
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	v4, ok := sa.(*unix.SockaddrInet4)
	if !ok {
		t.Fatalf("socket bound to %v", sa)
	}
	p.fds = append(p.fds, fd)
	p.addrs = append(p.addrs, netip.AddrPortFrom(ip, uint16(v4.Port))) //nolint:gosec // a port
}

// dropped is how many packets the kernel has dropped at these sockets: the last column of its table.
func (p *phones) dropped(t *testing.T) (n int) {
	t.Helper()
	table, err := os.ReadFile("/proc/net/udp")
	if err != nil {
		t.Fatal(err)
	}
	ours := make(map[uint64]bool)
	for _, a := range p.addrs {
		ours[uint64(a.Port())] = true
	}
	for l := range strings.Lines(string(table)) {
		f := strings.Fields(l)
		_, port, _ := strings.Cut(f[1], ":")
		if v, err := strconv.ParseUint(port, 16, 16); err == nil && ours[v] {
			drops, err := strconv.Atoi(f[len(f)-1])
			if err != nil {
				t.Fatal(err)
			}
			n += drops
		}
	}
	return n
}

// generate sends a packet from each phone every 20 ms, until words ends. The phones are spread evenly over that time,
// for phones are not in step with one another.
func (p *phones) generate(words <-chan bool) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // fails on no kernel of this century
	pkt := make([]byte, 12+FrameSamples)
	for i := range pkt {
		pkt[i] = byte(i)
	}
	step := time.Duration(setting("MEDIA_BENCH_STEP", 100)) * time.Microsecond
	steps := uint32(FrameDuration / step) //nolint:gosec // positive
	next, _ := monotonic()
	listened := next
	for n := uint32(0); ; n++ {
		next += step
		_ = sleepUntil(next)
		select {
		case _, more := <-words:
			if !more {
				_ = sleepUntil(next + 200*time.Millisecond)
				p.listen()
				return
			}
			p.timing = true
		default:
		}
		for i := int(n % steps); i < len(p.fds); i += int(steps) {
			p.send(i, n/steps, pkt)
		}
		if next-listened >= time.Millisecond {
			listened = next
			p.listen()
		}
	}
}

func (p *phones) send(i int, round uint32, pkt []byte) {
	pkt[0], pkt[1] = 0x80, 8
	binary.BigEndian.PutUint16(pkt[2:], uint16(round)) //nolint:gosec // modulo 2¹⁶
	binary.BigEndian.PutUint32(pkt[4:], round*FrameSamples)
	binary.BigEndian.PutUint32(pkt[8:], uint32(i)) //nolint:gosec // a small number
	if listening(i ^ 1) {
		binary.BigEndian.PutUint64(pkt[12:], uint64(time.Now().UnixNano())) //nolint:gosec // positive
	}
	if transmit(p.fds[i], pkt, &p.to[i]) {
		p.Sent++
	}
}

// listen takes in what has reached the phones that receive.
func (p *phones) listen() {
	for i, fd := range p.fds {
		if !listening(i) {
			continue
		}
		for {
			n, at, ok := p.stamped(fd)
			if !ok {
				break
			}
			p.Received++
			if p.timing && n >= 12+8 && p.buf[1]&0x7F == 8 {
				p.Delays = append(p.Delays, at-time.Duration(binary.BigEndian.Uint64(p.buf[12:]))) //nolint:gosec // as it was put in
			}
		}
	}
}

// stamped receives a packet and the kernel's note of when it came. Nothing is allocated, for the generator must not
// miss its pace.
func (p *phones) stamped(fd int) (n int, at time.Duration, ok bool) {
	iov := unix.Iovec{Base: &p.buf[0], Len: uint64(len(p.buf))}
	m := unix.Msghdr{Iov: &iov, Iovlen: 1, Control: &p.extra[0], Controllen: uint64(len(p.extra))}
	r, _, errno := unix.RawSyscall(unix.SYS_RECVMSG, uintptr(fd), uintptr(unsafe.Pointer(&m)), unix.MSG_DONTWAIT)
	if errno != 0 {
		return 0, 0, false
	}
	stamp := (*unix.Timespec)(unsafe.Pointer(&p.extra[unix.SizeofCmsghdr]))
	return int(r), time.Duration(stamp.Nano()), true //nolint:gosec // a packet
}

// sleepUntil waits for a moment of the monotonic clock on a thread of its own.
func sleepUntil(at time.Duration) error {
	t := unix.NsecToTimespec(int64(at))
	for {
		if err := unix.ClockNanosleep(unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME, &t, nil); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
