package front

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// protocol is the WebSocket subprotocol of SIP (RFC 7118 §4).
const protocol = "sip"

// backlog is how many accepted connections may wait for the stack.
const backlog = 64

// Handler is an [http.Handler] for the WebSocket path and the [net.Listener] of what passed it.
type Handler struct {
	allow  func(*http.Request) bool
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// New makes a handler for clients that reach us at addr. Allow judges the request's session; nil lets all in.
func New(addr net.Addr, allow func(*http.Request) bool) *Handler {
	return &Handler{allow: allow, addr: addr, conns: make(chan net.Conn, backlog), closed: make(chan struct{})}
}

// ServeHTTP checks a handshake and hands its connection on.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status := h.judge(r); status != 0 {
		http.Error(w, http.StatusText(status), status)
		return
	}
	request, err := handshake(r)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	if n := buffered.Reader.Buffered(); n > 0 { // a client must not speak before the handshake is over
		if _, err := buffered.Discard(n); err != nil {
			_ = conn.Close() //nolint:errcheck // given up
			return
		}
	}
	if err := h.pass(r.Context(), &replayed{Conn: conn, first: bytes.NewReader(request)}); err != nil {
		_ = conn.Close() //nolint:errcheck // given up
	}
}

// judge returns the status that refuses a request, or 0.
func (h *Handler) judge(r *http.Request) int {
	switch {
	case r.Method != http.MethodGet || !token(r.Header, "Upgrade", "websocket") || !token(r.Header, "Connection", "upgrade"):
		return http.StatusUpgradeRequired
	case !token(r.Header, "Sec-Websocket-Protocol", protocol) || r.Header.Get("Sec-Websocket-Key") == "":
		return http.StatusBadRequest
	case !sameOrigin(r):
		return http.StatusForbidden
	case h.allow != nil && !h.allow(r):
		return http.StatusUnauthorized
	}
	return 0
}

// sameOrigin refuses pages of other sites; a browser always says where its page is from (RFC 6455 §10.2).
func sameOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true // no browser
	}
	u, err := url.Parse(origin)
	return err == nil && strings.EqualFold(u.Host, r.Host)
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

func (h *Handler) pass(ctx context.Context, c net.Conn) error {
	select {
	case h.conns <- c:
		return nil
	case <-h.closed:
		return net.ErrClosed
	case <-ctx.Done():
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

// replayed is a connection whose first octets are read once more.
type replayed struct {
	net.Conn

	first *bytes.Reader
}

// Read returns what was put back first.
func (c *replayed) Read(b []byte) (int, error) {
	if c.first.Len() > 0 {
		return c.first.Read(b)
	}
	return c.Conn.Read(b)
}
