package front

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// protocol is the WebSocket subprotocol of SIP (RFC 7118 §4).
const protocol = "sip"

// backlog is how many accepted connections may wait for the stack.
const backlog = 64

// Guest is who a connection belongs to.
type Guest struct {
	Name  string      // one connection each; a newer one replaces an older one
	Phone string      // the extension that the connection is the phone of
	Alive func() bool // asked once a minute whether the guest may stay; nil: yes
}

// Handler is an [http.Handler] for the WebSocket path and the [net.Listener] of what passed it.
type Handler struct {
	admit  func(*http.Request) (Guest, int)
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once

	mu     sync.Mutex
	places map[string]*conn          // by guest
	phones map[netip.AddrPort]string // by the connection's remote address
}

// New makes a handler for clients that reach us at addr. Admit says whose connection a request asks for, or the HTTP
// status that refuses it.
func New(addr net.Addr, admit func(*http.Request) (Guest, int)) *Handler {
	return &Handler{
		admit: admit, addr: addr, conns: make(chan net.Conn, backlog), closed: make(chan struct{}),
		places: make(map[string]*conn), phones: make(map[netip.AddrPort]string),
	}
}

// Phone is the extension that a connection is the phone of, "" when there is no such connection.
func (h *Handler) Phone(from netip.AddrPort) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.phones[from]
}

// Guests is how many are connected.
func (h *Handler) Guests() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.places)
}

// ServeHTTP checks a handshake and hands its connection on.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := judge(r)
	var guest Guest
	if status == 0 {
		guest, status = h.admit(r)
	}
	if status != 0 {
		http.Error(w, http.StatusText(status), status)
		return
	}
	request, err := handshake(r)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	nc, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	if buffered.Reader.Buffered() > 0 { // a client must not speak before the handshake is over
		_ = nc.Close() //nolint:errcheck // given up
		return
	}
	if err := h.pass(r.Context(), h.seat(guest, nc, request)); err != nil {
		_ = nc.Close() //nolint:errcheck // given up
	}
}

// judge returns the status that refuses a request for what it is, or 0.
func judge(r *http.Request) int {
	switch {
	case r.Method != http.MethodGet || !token(r.Header, "Upgrade", "websocket") || !token(r.Header, "Connection", "upgrade"):
		return http.StatusUpgradeRequired
	case !sameOrigin(r):
		return http.StatusForbidden
	case !token(r.Header, "Sec-Websocket-Protocol", protocol) || r.Header.Get("Sec-Websocket-Key") == "":
		return http.StatusBadRequest
	}
	return 0
}

// sameOrigin refuses pages of other sites, and what does not say where it is from: a browser always does (RFC 6455
// §10.2), and nothing else has a session.
func sameOrigin(r *http.Request) bool {
	u, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

func token(h http.Header, name, want string) bool {
	for _, v := range h.Values(name) {
		if slices.ContainsFunc(strings.Split(v, ","), func(t string) bool { return strings.EqualFold(strings.TrimSpace(t), want) }) {
			return true
		}
	}
	return false
}

// handshake writes the request again with nothing but what the stack needs, so that nothing else gets there.
func handshake(r *http.Request) ([]byte, error) {
	clean := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/"}, Host: r.Host, Header: http.Header{}}
	for _, name := range []string{"Sec-Websocket-Key", "Sec-Websocket-Version"} {
		clean.Header.Set(name, r.Header.Get(name))
	}
	clean.Header.Set("Upgrade", "websocket")
	clean.Header.Set("Connection", "Upgrade")
	clean.Header.Set("Sec-Websocket-Protocol", protocol)
	clean.Header.Set("User-Agent", "")
	var b bytes.Buffer
	if err := clean.Write(&b); err != nil {
		return nil, fmt.Errorf("write handshake: %w", err)
	}
	return b.Bytes(), nil
}

// seat gives a guest's connection its place and ends the one that had it.
func (h *Handler) seat(g Guest, nc net.Conn, request []byte) *conn {
	var from netip.AddrPort
	if ap, err := netip.ParseAddrPort(nc.RemoteAddr().String()); err == nil {
		from = netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
	}
	var c *conn
	c = newConn(nc, request, g.Alive, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.phones, from)
		if h.places[g.Name] == c {
			delete(h.places, g.Name)
		}
	})
	h.mu.Lock()
	old := h.places[g.Name]
	h.places[g.Name], h.phones[from] = c, g.Phone
	h.mu.Unlock()
	if old != nil {
		go old.end(Replaced) // bounded by writeLimit; the new one does not wait for the old one's network
	}
	return c
}

func (h *Handler) pass(ctx context.Context, c *conn) error {
	select {
	case h.conns <- c:
		return nil
	case <-h.closed:
		c.leave()
		return net.ErrClosed
	case <-ctx.Done():
		c.leave()
		return context.Cause(ctx)
	}
}

// Accept returns the next connection that passed the checks. Its handshake can be read without waiting.
func (h *Handler) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and turns further clients away.
func (h *Handler) Close() error {
	h.once.Do(func() { close(h.closed) })
	return nil
}

// Addr returns the address given to [New].
func (h *Handler) Addr() net.Addr { return h.addr }
