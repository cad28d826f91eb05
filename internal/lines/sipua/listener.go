package sipua

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/lines/sipua/guard"
)

// maxSources is how many source addresses the transport layer may remember. It never forgets one by itself, so a
// scan would grow its tables for ever: past this number its reading loop is ended and begun anew on the same
// socket, which empties them. Transactions under way keep their connection and notice nothing.
const maxSources = 2048

// packets is the socket as the transport layer sees it for one such round.
type packets struct {
	net.PacketConn

	guard   *guard.Guard
	sources map[netip.AddrPort]struct{}
	size    *atomic.Int64
	known   func(netip.AddrPort) bool
	began   func() // called at the first reading: only then does the transport layer know the socket
}

// servePackets reads a UDP socket, round after round.
func (s *Server) servePackets(k socket, began func()) error {
	var size atomic.Int64
	s.mu.Lock()
	s.sizes = append(s.sizes, &size)
	s.mu.Unlock()
	for {
		size.Store(0)
		p := &packets{
			PacketConn: k.packets, guard: s.guard, size: &size, known: s.knownSource, began: began,
			sources: make(map[netip.AddrPort]struct{}),
		}
		if err := s.transport.ServeUDP(p); err != nil {
			return err
		}
		if len(p.sources) < maxSources {
			return net.ErrClosed
		}
	}
}

// ReadFrom returns the next packet worth parsing.
func (p *packets) ReadFrom(b []byte) (int, net.Addr, error) {
	p.began()
	for {
		if len(p.sources) >= maxSources {
			return 0, nil, net.ErrClosed // ends the round
		}
		n, addr, err := p.PacketConn.ReadFrom(b)
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return n, addr, err
			}
			continue // an ICMP error of an earlier packet must not stop the listener
		}
		ua, ok := addr.(*net.UDPAddr)
		if !ok {
			continue
		}
		src := ua.AddrPort()
		src = netip.AddrPortFrom(src.Addr().Unmap(), src.Port())
		if !p.guard.Admit(src.Addr(), costly(b[:n])) {
			continue
		}
		if opens(b[:n]) && !p.known(src) && !p.guard.Spend(src.Addr()) {
			continue
		}
		if _, seen := p.sources[src]; !seen {
			p.sources[src] = struct{}{}
			p.size.Store(int64(len(p.sources)))
		}
		return n, addr, nil
	}
}

// costly reports whether a packet asks for a password check, judged by its raw octets.
func costly(b []byte) bool {
	return bytes.HasPrefix(b, []byte("REGISTER ")) ||
		(bytes.HasPrefix(b, []byte("INVITE ")) && bytes.Contains(b, []byte("uthorization:")))
}

// opens reports whether a packet may begin something new, so that a stranger's are worth limiting.
func opens(b []byte) bool {
	for _, p := range []string{"SIP/2.0 ", "ACK ", "BYE ", "CANCEL ", "PRACK ", "UPDATE ", "INFO "} {
		if bytes.HasPrefix(b, []byte(p)) {
			return false
		}
	}
	return true
}

// Limits of a stream listener.
const (
	maxConns     = 2000
	maxConnsFrom = 100
	firstOctets  = 10 * time.Second // a client that says nothing
	idleLimit    = 30 * time.Minute // registered phones refresh more often
	acceptPause  = 50 * time.Millisecond
)

// gate is a stream listener that turns away banned sources and floods of connections.
type gate struct {
	net.Listener

	guard *guard.Guard
	mu    sync.Mutex
	total int
	from  map[netip.Addr]int
}

func newGate(l net.Listener, g *guard.Guard) *gate {
	return &gate{Listener: l, guard: g, from: make(map[netip.Addr]int)}
}

// Accept returns the next connection that may speak.
func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return nil, err
			}
			<-time.After(acceptPause) // no file descriptor, or the connection is gone already
			continue
		}
		ip := addrOf(c.RemoteAddr())
		if !g.guard.Admit(ip, false) || !g.enter(ip) {
			_ = c.Close() //nolint:errcheck // turned away
			continue
		}
		return &guarded{Conn: c, gate: g, ip: ip}, nil
	}
}

func (g *gate) enter(ip netip.Addr) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.total >= maxConns || g.from[ip] >= maxConnsFrom {
		return false
	}
	g.total++
	g.from[ip]++
	return true
}

func (g *gate) leave(ip netip.Addr) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.total--
	if g.from[ip]--; g.from[ip] <= 0 {
		delete(g.from, ip)
	}
}

// guarded is a connection that ends when it is silent for too long or its source gets banned.
type guarded struct {
	net.Conn

	gate *gate
	ip   netip.Addr
	once sync.Once
	used bool // only the reading goroutine looks
}

func (c *guarded) Read(b []byte) (int, error) {
	limit := idleLimit
	if !c.used {
		limit = firstOctets
	}
	if err := c.SetReadDeadline(time.Now().Add(limit)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(b)
	c.used = true
	if n > 0 && !c.gate.guard.Admit(c.ip, costly(b[:n])) {
		return 0, net.ErrClosed
	}
	return n, err
}

func (c *guarded) Close() error {
	c.once.Do(func() { c.gate.leave(c.ip) })
	return c.Conn.Close()
}

func addrOf(a net.Addr) netip.Addr {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}
