package sipua

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"sync"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// maxDatagram replaces sipgo's limit of 1300 octets for a UDP message: it has no fall-back to TCP, and the
// messages of modern phones are longer. The value is the largest datagram, less the 200 octets it subtracts.
const maxDatagram = 65000

var setLimits = sync.OnceFunc(func() { //nolint:gochecknoglobals // sipgo keeps its limits in variables of its own
	sip.UDPMTUSize = maxDatagram
	sip.SetDefaultLogger(slog.New(slog.DiscardHandler))
})

// socket is one open listening address.
type socket struct {
	network string
	addr    netip.AddrPort
	packets net.PacketConn
	stream  net.Listener
}

func (s socket) netAddr() net.Addr {
	if s.packets != nil {
		return s.packets.LocalAddr()
	}
	return s.stream.Addr()
}

// open opens all listening addresses, or none.
func (s *Server) open(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			s.closeSockets()
		}
	}()
	var lc net.ListenConfig
	for _, l := range s.cfg.Listen {
		sock := socket{network: l.Network}
		family := "4"
		if l.Addr.Addr().Is6() {
			family = "6"
		}
		switch l.Network {
		case "udp":
			pc, err := lc.ListenPacket(ctx, "udp"+family, l.Addr.String())
			if err != nil {
				return fault.New(fault.Unavailable, "sip.listen", "listen on %s %s: %w", l.Network, l.Addr, err)
			}
			enlarge(pc)
			sock.packets = pc
		case "tcp", "tls":
			ln, err := lc.Listen(ctx, "tcp"+family, l.Addr.String())
			if err != nil {
				return fault.New(fault.Unavailable, "sip.listen", "listen on %s %s: %w", l.Network, l.Addr, err)
			}
			sock.stream = newGate(ln, s.guard)
			if l.Network == "tls" {
				sock.stream = tls.NewListener(sock.stream, l.TLS)
			}
		}
		ap, err := netip.ParseAddrPort(sock.netAddr().String())
		if err != nil {
			return fmt.Errorf("listen on %s: %w", l.Addr, err)
		}
		sock.addr = ap
		s.sockets = append(s.sockets, sock)
	}
	return s.openBrowsers()
}

// openBrowsers takes in the listener of browsers, which others have opened.
func (s *Server) openBrowsers() error {
	l := s.cfg.Browsers.Listener
	if l == nil {
		return nil
	}
	ap, err := netip.ParseAddrPort(l.Addr().String())
	if err != nil {
		return fmt.Errorf("listen for browsers: %w", err)
	}
	s.sockets = append(s.sockets, socket{network: overWebSocket, addr: ap, stream: departures{l, s.browserLeft}})
	return nil
}

// receiveBuffer holds a second of a bad flood; the kernel caps it.
const receiveBuffer = 4 << 20

func enlarge(pc net.PacketConn) {
	if c, ok := pc.(*net.UDPConn); ok {
		_ = c.SetReadBuffer(receiveBuffer) //nolint:errcheck // a smaller buffer works, too
	}
}

func (s *Server) closeSockets() {
	for _, k := range s.sockets {
		if k.packets != nil {
			_ = k.packets.Close() //nolint:errcheck // nothing to save
		} else {
			_ = k.stream.Close() //nolint:errcheck // nothing to save
		}
	}
}

// serve reads one listening address until it is closed. began is called when it can be sent from: a request sent over a
// UDP socket before would find no connection.
func (s *Server) serve(k socket, began func()) error {
	var err error
	switch k.network {
	case "udp":
		err = s.servePackets(k, began)
	case "tcp":
		began() // connections of our own need no listener
		err = s.transport.ServeTCP(k.stream)
	case "tls":
		began()
		err = s.transport.ServeTLS(k.stream)
	case overWebSocket:
		began()
		err = s.transport.ServeWSS(k.stream)
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("serve %s %s: %w", k.network, k.addr, err)
	}
	return nil
}

// build makes sipgo's layers. Our hook is registered first, so it sees every message in the reading loop before
// sipgo gives the message to a goroutine.
func (s *Server) build(dial *tls.Config) {
	log := slog.New(quiet{s})
	s.transport = sip.NewTransportLayer(net.DefaultResolver, newParser(), dial, sip.WithTransportLayerLogger(log),
		sip.WithTransportLayerReadFilter(filter))
	s.transport.OnMessage(s.arrived)
	s.transactions = sip.NewTransactionLayer(s.transport, sip.WithTransactionLayerLogger(log),
		sip.WithTransactionLayerUnhandledResponseHandler(s.stray))
	s.transactions.OnRequest(s.handle)
}

// newParser leaves Refer-To and Referred-By as they are written: sipgo would drop a message with one that it cannot read,
// and of others it keeps only what it understood.
func newParser() *sip.Parser {
	headers := maps.Clone(sip.DefaultHeadersParser())
	delete(headers, "refer-to")
	delete(headers, "referred-by")
	return sip.NewParser(sip.WithHeadersParsers(headers))
}

// quiet takes sipgo's log: what strangers send must not fill ours, so a message that does not parse is counted,
// and everything else is for debugging only.
type quiet struct{ s *Server }

func (q quiet) Enabled(_ context.Context, l slog.Level) bool { return l > slog.LevelDebug }

func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "failed to parse" {
		q.s.count.malformed.Add(1)
		return nil
	}
	q.s.log.LogAttrs(ctx, slog.LevelDebug, "sip stack", slog.String("text", r.Message))
	return nil
}

func (q quiet) WithAttrs([]slog.Attr) slog.Handler { return q }
func (q quiet) WithGroup(string) slog.Handler      { return q }

// localIP finds the address that packets to a host leave by.
func (s *Server) localIP(to netip.Addr) netip.Addr {
	if s.cfg.ExternalIP.IsValid() {
		return s.cfg.ExternalIP
	}
	if !to.IsValid() {
		return s.anyIP()
	}
	if v, ok := s.routes.Load(to); ok {
		if ip, ok := v.(netip.Addr); ok {
			return ip
		}
	}
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(to, 9))) // sends nothing
	if err != nil {
		return s.anyIP()
	}
	defer c.Close() //nolint:errcheck // nothing was written
	ap, err := netip.ParseAddrPort(c.LocalAddr().String())
	if err != nil {
		return s.anyIP()
	}
	ip := ap.Addr().Unmap()
	s.routes.Store(to, ip)
	return ip
}

func (s *Server) anyIP() netip.Addr {
	for _, k := range s.sockets {
		if !k.addr.Addr().IsUnspecified() {
			return k.addr.Addr()
		}
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

// socketFor returns the listening address that requests over a transport leave by.
func (s *Server) socketFor(transport string, to netip.Addr) (netip.AddrPort, bool) {
	for _, k := range s.sockets {
		if k.network == transport && (!to.IsValid() || k.addr.Addr().Is4() == to.Is4()) {
			return k.addr, true
		}
	}
	return netip.AddrPort{}, false
}
