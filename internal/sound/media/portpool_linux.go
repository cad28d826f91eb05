package media

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"sync"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// portPool hands out pairs of sockets, going round the range so that a port rests before it is used again:
// the late packets of one call must not reach the next.
type portPool struct {
	ip       netip.Addr
	min, max uint16 // even; the highest RTP port

	mu   sync.Mutex
	next uint16
	used map[uint16]bool
}

// socketPair is an RTP socket and its RTCP socket.
type socketPair struct {
	port      uint16
	rtp, rtcp int // file descriptors
}

func newPortPool(ip netip.Addr, lowest, highest uint16) (*portPool, error) {
	lowest += lowest & 1
	if lowest == 0 || highest <= lowest {
		return nil, fault.New(fault.Invalid, "media.ports", "start media: port range %d–%d holds no pair", lowest, highest)
	}
	highest = (highest - 1) &^ 1
	p := &portPool{ip: ip, min: lowest, max: highest, used: make(map[uint16]bool)}
	p.next = lowest + 2*uint16(rand.IntN(p.pairs())) //nolint:gosec // within the range; only spreads, keeps no secret
	return p, nil
}

func (p *portPool) pairs() int { return int(p.max-p.min)/2 + 1 }

func (p *portPool) open() (socketPair, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var cause error
	for range p.pairs() {
		port := p.next
		if p.next += 2; p.next > p.max || p.next < p.min {
			p.next = p.min
		}
		if p.used[port] {
			continue
		}
		pair, err := bindPair(p.ip, port)
		if err == nil {
			p.used[port] = true
			return pair, nil
		}
		cause = err
		if !errors.Is(err, unix.EADDRINUSE) {
			break
		}
	}
	if cause != nil {
		return socketPair{}, fault.New(fault.Busy, "media.no_port", "open rtp: %w", cause)
	}
	return socketPair{}, fault.New(fault.Busy, "media.no_port", "open rtp: all %d port pairs are in use", p.pairs())
}

// release closes the sockets and gives the port back.
func (p *portPool) release(s socketPair) error {
	err := errors.Join(unix.Close(s.rtp), unix.Close(s.rtcp))
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.used, s.port)
	return err
}

func bindPair(ip netip.Addr, port uint16) (socketPair, error) {
	rtp, err := bind(netip.AddrPortFrom(ip, port))
	if err != nil {
		return socketPair{}, err
	}
	rtcp, err := bind(netip.AddrPortFrom(ip, port+1))
	if err != nil {
		return socketPair{}, errors.Join(err, unix.Close(rtp))
	}
	return socketPair{port: port, rtp: rtp, rtcp: rtcp}, nil
}

// expedited is DSCP EF (RFC 3246) in the place of the IP header's traffic class.
const expedited = 46 << 2

func bind(at netip.AddrPort) (int, error) {
	family, level, class := unix.AF_INET, unix.IPPROTO_IP, unix.IP_TOS
	if at.Addr().Is6() {
		family, level, class = unix.AF_INET6, unix.IPPROTO_IPV6, unix.IPV6_TCLASS
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if err := unix.SetsockoptInt(fd, level, class, expedited); err != nil {
		return 0, errors.Join(err, unix.Close(fd))
	}
	if err := unix.Bind(fd, sockaddr(at)); err != nil {
		return 0, errors.Join(err, unix.Close(fd))
	}
	return fd, nil
}

// sockaddr turns an address into the kernel's form. It allocates.
func sockaddr(a netip.AddrPort) unix.Sockaddr {
	if a.Addr().Is4() || a.Addr().Is4In6() {
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().Unmap().As4()}
	}
	return &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
}
