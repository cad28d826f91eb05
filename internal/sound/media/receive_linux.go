package media

import (
	"net/netip"
	"unsafe"

	"golang.org/x/sys/unix"
)

// source receives the sender's address: room for either family.
type source struct {
	raw unix.RawSockaddrInet6
	len uint32
}

// destination is an address in the kernel's own form, made once and used for every packet. The zero value is none.
type destination struct {
	raw unix.RawSockaddrInet6
	len uint32
}

func newDestination(a netip.AddrPort) (d destination) {
	if ip := a.Addr().Unmap(); ip.Is4() {
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(&d.raw))
		v4.Family, v4.Port, v4.Addr = unix.AF_INET, swap(a.Port()), ip.As4()
		d.len = unix.SizeofSockaddrInet4
		return d
	}
	d.raw.Family, d.raw.Port, d.raw.Addr = unix.AF_INET6, swap(a.Port()), a.Addr().As16()
	d.len = unix.SizeofSockaddrInet6
	return d
}

// transmit sends one datagram and reports whether the kernel took it. Like receive it never blocks, so the runtime
// need not be told.
func transmit(fd int, pkt []byte, to *destination) bool {
	return sendto(fd, pkt, unsafe.Pointer(&to.raw), to.len) == 0
}

// transmitConnected sends one datagram to where the socket is connected. If somebody on the way said by ICMP that an
// earlier packet could not be delivered (nobody listens, a filter), the kernel tells so once, instead of sending.
func transmitConnected(fd int, pkt []byte) bool {
	errno := sendto(fd, pkt, nil, 0)
	if errno != 0 && errno != unix.EAGAIN {
		errno = sendto(fd, pkt, nil, 0)
	}
	return errno == 0
}

func sendto(fd int, pkt []byte, to unsafe.Pointer, n uint32) unix.Errno {
	_, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(&pkt[0])), uintptr(len(pkt)),
		unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, uintptr(to), uintptr(n))
	return errno
}

// connect makes a socket send to and receive from one address only.
func connect(fd int, to *destination) bool {
	_, _, errno := unix.RawSyscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&to.raw)), uintptr(to.len))
	return errno == 0
}

// disconnect undoes connect; the socket stays bound.
func disconnect(fd int) {
	unspecified := unix.RawSockaddr{Family: unix.AF_UNSPEC}
	_, _, _ = unix.RawSyscall(unix.SYS_CONNECT, uintptr(fd), uintptr(unsafe.Pointer(&unspecified)), unsafe.Sizeof(unspecified))
}

// receive reads one datagram and its sender. x/sys has no way to do so without allocating, so this asks the kernel
// itself; the pointers live only during the call. ok is false when there is nothing (or only an ICMP error) to read.
func receive(fd int, buf []byte, s *source) (n int, ok bool) {
	s.len = unix.SizeofSockaddrInet6
	r, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(&buf[0])), uintptr(len(buf)),
		0, uintptr(unsafe.Pointer(&s.raw)), uintptr(unsafe.Pointer(&s.len)))
	return int(r), errno == 0 //nolint:gosec // at most len(buf)
}

// addr is the sender's address; IPv4 is never in the IPv6 form.
func (s *source) addr() netip.AddrPort {
	switch s.raw.Family {
	case unix.AF_INET:
		v4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(&s.raw))
		return netip.AddrPortFrom(netip.AddrFrom4(v4.Addr), swap(v4.Port))
	case unix.AF_INET6:
		return netip.AddrPortFrom(netip.AddrFrom16(s.raw.Addr).Unmap(), swap(s.raw.Port))
	}
	return netip.AddrPort{}
}

// swap turns a port from network order: both machines built for are little-endian.
func swap(p uint16) uint16 { return p>>8 | p<<8 }

// wait fetches the events that are there.
func wait(epoll int, events []unix.EpollEvent) (int, error) {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epoll), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, 0)
	if errno != 0 && errno != unix.EINTR {
		return 0, errno
	}
	return int(n), nil
}
