package sipua

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
)

// Browsers is how browsers reach the server: as phones that speak SIP over a WebSocket (RFC 7118) and sound by WebRTC.
type Browsers struct {
	// Listener gives connections on which the WebSocket handshake can be read at once; nil: no browsers.
	Listener net.Listener
	// Extension is whose phone a connection may be, by its remote address; "" for nobody's.
	Extension func(netip.AddrPort) string
	// Open makes the sound of a browser towards a port of the media engine. At is our address as the browser reaches
	// it; lost is called when the connection has failed.
	Open func(sound uint16, at netip.Addr, lost func()) (BrowserSound, error)
}

// BrowserSound is one browser's sound: it translates between its descriptions and those of a phone on this machine.
// Offer tells an offer from an answer.
type BrowserSound interface {
	Inward(body []byte, offer bool) ([]byte, error)
	Outward(body []byte, offer bool) ([]byte, error)
	Close()
}

// overWebSocket is the transport of browsers.
const overWebSocket = "wss"

// Limits of what is lent to browsers.
const (
	// LoanLife is how long a lent password opens new dialogs and registrations.
	LoanLife = 10 * time.Minute
	maxLoans = 4 // of one extension; the page renews its own before it ends
)

// loans are the passwords lent to browsers. The phones' own passwords open nothing over a WebSocket, and these nothing
// elsewhere. Safe from any goroutine.
type loans struct {
	mu  sync.Mutex
	all map[string][]loan // by extension, oldest first
}

type loan struct {
	password string
	until    time.Time
}

// Lend makes a password with which a browser is a phone of an extension for a while. It reports false when there is
// no such extension.
func (s *Server) Lend(extension string) (password string, until time.Time, ok bool) {
	if _, known := s.settings.Load().extensions[extension]; !known {
		return "", until, false
	}
	l := loan{password: rand.Text(), until: time.Now().Add(LoanLife)}
	s.loans.mu.Lock()
	defer s.loans.mu.Unlock()
	list := slices.DeleteFunc(s.loans.all[extension], func(x loan) bool { return !time.Now().Before(x.until) })
	if len(list) >= maxLoans {
		list = slices.Delete(list, 0, len(list)-maxLoans+1)
	}
	if s.loans.all == nil {
		s.loans.all = make(map[string][]loan)
	}
	s.loans.all[extension] = append(list, l)
	return l.password, l.until, true
}

// of returns the passwords in force.
func (l *loans) of(extension string, now time.Time) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for _, x := range l.all[extension] {
		if now.Before(x.until) {
			out = append(out, x.password)
		}
	}
	return out
}

// fromBrowser reports whether a message came by a WebSocket.
func fromBrowser(m interface{ Transport() string }) bool { return kindOfTransport(m) == overWebSocket }

// authenticateBrowser judges the credentials of a request that came by a WebSocket: they must be of the extension that
// the connection belongs to, and the password one that was lent.
func (s *Server) authenticateBrowser(req *sip.Request, tx *sip.ServerTx, p digest.Params, proxy bool) (*Extension, bool) {
	src, user := sourceOf(req), p["username"]
	e, known := s.settings.Load().extensions[user]
	own := s.cfg.Browsers.Extension != nil && subtle.ConstantTimeCompare([]byte(s.cfg.Browsers.Extension(src)), []byte(user)) == 1
	passwords := s.loans.of(user, time.Now())
	verdict := digest.Wrong
	for _, password := range append(passwords, "") {
		if v := s.check.Check(p, password, known && own && password != "", req.Method.String()); v != digest.Wrong {
			verdict = v
			break
		}
	}
	switch verdict {
	case digest.Right:
		return &e, true
	case digest.Stale, digest.Unknown:
		s.challenge(req, tx, proxy, verdict == digest.Stale)
	default:
		// The connection has a session behind it and was checked; its address is the guard's matter no more than that
		// of a console is. A password that has run out is the usual reason: the page gets a new one.
		s.count.wrong.Add(1)
		s.respond(req, tx, 403)
	}
	return nil, false
}

// departures is the listener of browsers. What was registered over a connection ends with it.
type departures struct {
	net.Listener

	gone func(netip.AddrPort)
}

// Accept returns the next connection.
func (d departures) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	from, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return c, nil //nolint:nilerr // a test's pipe: nothing is known by its address
	}
	from = netip.AddrPortFrom(from.Addr().Unmap().WithZone(""), from.Port())
	return &departing{Conn: c, gone: sync.OnceFunc(func() { d.gone(from) })}, nil
}

type departing struct {
	net.Conn

	gone func()
}

// Close closes the connection and forgets who was registered over it.
func (c *departing) Close() error {
	defer c.gone()
	return c.Conn.Close()
}

// browserLeft forgets what was registered over a connection.
func (s *Server) browserLeft(src netip.AddrPort) {
	if s.registrar.filter(func(b Binding) bool { return b.Source != src || b.Transport != overWebSocket }) {
		s.changed()
	}
}

// openBrowser gives a leg over a WebSocket its sound.
func (l *Leg) openBrowser() error {
	if l.transport != overWebSocket || l.s.cfg.Browsers.Open == nil {
		return nil
	}
	box := l.box
	b, err := l.s.cfg.Browsers.Open(l.rtp.LocalPort(), l.ip, func() { box.Put(unheard{}) })
	if err != nil {
		return err
	}
	l.browser = b
	return nil
}

// unheard: a browser's connection for sound has failed.
type unheard struct{}

// plainly returns a body as a phone would have written it. A browser's that cannot be understood is returned as it is:
// then the dialog finds nothing in it that it can use, and says so.
func (l *Leg) plainly(body []byte, offer bool) []byte {
	if l.browser == nil || len(body) == 0 {
		return body
	}
	out, err := l.browser.Inward(body, offer)
	if err != nil {
		l.s.log.Debug("read browser's description", "leg", l.info.ID, "error", err)
		return body
	}
	return out
}

// forBrowser returns a body of ours as the far side understands it.
func (l *Leg) forBrowser(body []byte, offer bool) []byte {
	if l.browser == nil || len(body) == 0 {
		return body
	}
	out, err := l.browser.Outward(body, offer)
	if err != nil {
		l.s.log.Warn("describe sound to browser", "leg", l.info.ID, "error", err)
		l.box.Put(unheard{})
		return body
	}
	return out
}
