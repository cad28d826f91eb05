package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// idleTimeout ends connections on which nobody asks for anything.
	idleTimeout = 2 * time.Minute
	// maxHeader bounds a request's header, in octets.
	maxHeader = 32 << 10
	// maxConnections leaves the file descriptors to the calls.
	maxConnections = 1000
)

// pagePolicy lets pages use what comes from the box, and nothing else. Styles may stand in the page: the console's
// components and its flow editor write them.
const pagePolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; " +
	"form-action 'self'; frame-ancestors 'none'"

// Site is what the box serves over HTTPS, on one origin.
type Site struct {
	API     http.Handler // everything below /api
	Links   http.Handler // everything below /l, for people outside; nil: nothing
	Phones  http.Handler // the WebSocket of browsers that are telephones, at /sip; nil: none
	Console http.Handler // everything else; nil: a line that says there is none
}

// Handler joins the parts and sets what holds for all of them. Parts may be stricter.
func (s Site) Handler() http.Handler {
	console := s.Console
	if console == nil {
		console = http.HandlerFunc(noConsole)
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", s.API)
	if s.Links != nil {
		mux.Handle("/l/", s.Links)
	}
	if s.Phones != nil {
		mux.Handle("GET /sip", s.Phones)
	}
	mux.Handle("/", console)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "microphone=(self), camera=(), geolocation=()")
		mux.ServeHTTP(w, r)
	})
}

func noConsole(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprintln(w, "Dealerline. The API is at /api/openapi.json.") // a client that went away needs no answer
}

// ServeTLS answers on a listener over TLS, with HTTP/2, until ctx ends; then it lets the answers under way end, for a
// moment, and closes the listener.
func ServeTLS(ctx context.Context, l net.Listener, cfg *tls.Config, h http.Handler, log *slog.Logger) error {
	srv := newServer(ctx, h, log)
	srv.TLSConfig = cfg.Clone()
	return serve(ctx, srv, func() error { return srv.ServeTLS(limited(l, maxConnections), "", "") })
}

// ServePlain is ServeTLS without TLS, for [Plain].
func ServePlain(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	srv := newServer(ctx, h, log)
	return serve(ctx, srv, func() error { return srv.Serve(limited(l, maxConnections)) })
}

func newServer(ctx context.Context, h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    slog.NewLogLogger(log.Handler(), slog.LevelDebug), // handshakes that clients break off
	}
}

func serve(ctx context.Context, srv *http.Server, run func() error) error {
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		if srv.Shutdown(last) != nil {
			_ = srv.Close() // it has been asked nicely
		}
	})
	err := run()
	if !stop() {
		<-stopped
	}
	if errors.Is(err, http.ErrServerClosed) {
		return context.Cause(ctx)
	}
	return fmt.Errorf("serve: %w", err)
}

// limitedListener takes only so many connections at once; the others wait in the kernel.
type limitedListener struct {
	net.Listener
	slots  chan struct{}
	closed chan struct{}
	once   sync.Once
}

func limited(l net.Listener, n int) net.Listener {
	return &limitedListener{Listener: l, slots: make(chan struct{}, n), closed: make(chan struct{})}
}

// Accept waits for room, then for a connection.
func (l *limitedListener) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
		return nil, err
	}
	return &slotConn{Conn: c, free: sync.OnceFunc(func() { <-l.slots })}, nil
}

// Close ends Accept, also one that waits for room.
func (l *limitedListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// slotConn frees its place when it is closed.
type slotConn struct {
	net.Conn
	free func()
}

// Close closes the connection.
func (c *slotConn) Close() error {
	defer c.free()
	return c.Conn.Close()
}
