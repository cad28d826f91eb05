package web_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/authority"
	"github.com/dealerline/dealerline/internal/edge/web"
)

var quiet = slog.New(slog.DiscardHandler)

func certified(t *testing.T) *authority.Authority {
	t.Helper()
	a, err := authority.Open(authority.Config{Dir: t.TempDir(), Host: "box-7", Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// fetched is an answer that was read.
type fetched struct {
	status, major int
	header        http.Header
	body          string
}

func fetch(t *testing.T, c *http.Client, url string) fetched {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return fetched{res.StatusCode, res.ProtoMajor, res.Header, string(body)}
}

func TestOneOriginOverHTTP2(t *testing.T) {
	a, l := certified(t), listen(t)
	site := web.Site{API: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		_, _ = io.WriteString(w, "api")
	})}
	ctx, stop := context.WithCancelCause(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- web.ServeTLS(ctx, l, a.TLS(), site.Handler(), quiet) }()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(a.Certificate())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport}
	base := "https://" + l.Addr().String()
	got := fetch(t, c, base+"/api/v1/session")
	if got.body != "api" || got.major != 2 || got.header.Get("Content-Security-Policy") != "default-src 'none'" {
		t.Errorf("%+v", got)
	}
	got = fetch(t, c, base+"/")
	for _, h := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Permissions-Policy"} {
		if got.header.Get(h) == "" {
			t.Errorf("no %s", h)
		}
	}
	if got = fetch(t, c, base+"/elsewhere"); got.status != http.StatusNotFound {
		t.Errorf("status %d", got.status)
	}
	why := errors.New("the day is over")
	stop(why)
	select {
	case err := <-ended:
		if !errors.Is(err, why) {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("it does not end")
	}
}

func TestOldTLSIsRefused(t *testing.T) {
	a, l := certified(t), listen(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = web.ServeTLS(ctx, l, a.TLS(), http.NotFoundHandler(), quiet) // ends with the test
	}()
	defer func() { stop(); <-ended }()
	d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}} //nolint:gosec // that is the test
	if c, err := d.DialContext(t.Context(), "tcp", l.Addr().String()); err == nil {
		_ = c.Close()
		t.Error("TLS 1.1 was taken")
	}
}

func TestThePlainPortOnlyHelpsToHTTPS(t *testing.T) {
	a := certified(t)
	h, err := web.Plain(a, 8443)
	if err != nil {
		t.Fatal(err)
	}
	get := func(method, host, path, language string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
		r.Host = host
		r.Header.Set("Accept-Language", language)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	page := get("GET", "192.168.1.20", "/", "zh-CN").Body.String()
	for _, want := range []string{"下载证书", a.Fingerprint(), `href="https://192.168.1.20:8443/"`, "certutil", "Firefox"} {
		if !strings.Contains(page, want) {
			t.Errorf("the Chinese page lacks %s", want)
		}
	}
	if page := get("GET", "box-7", "/", "en").Body.String(); !strings.Contains(page, "Download the certificate") || strings.Contains(page, "证书") {
		t.Error("the English page is not English")
	}
	if w := get("GET", "box-7", "/ca.crt", ""); w.Body.String() != string(a.DER()) || w.Header().Get("Content-Type") != "application/x-x509-ca-cert" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := get("GET", "box-7", "/ca.pem", ""); w.Body.String() != string(a.Certificate()) {
		t.Errorf("%d", w.Code)
	}
	for _, c := range []struct {
		method, host, path string
		status             int
		location           string
	}{
		{"GET", "box-7", "/queues?x=1", 307, "https://box-7:8443/queues?x=1"},
		{"GET", "[fe80::1]:80", "/a", 307, "https://[fe80::1]:8443/a"},
		{"GET", "box-7:80", "//evil.example/x", 307, "/evil.example/x"}, // the way is made plain first
		{"GET", "a b", "/x", 400, ""},
		{"POST", "box-7", "/api/v1/session", 403, ""},
	} {
		w := get(c.method, c.host, c.path, "")
		if w.Code != c.status {
			t.Errorf("%s %s%s: status %d, want %d", c.method, c.host, c.path, w.Code, c.status)
		}
		if got := w.Header().Get("Location"); w.Code == 307 && got != c.location {
			t.Errorf("%s%s leads to %s, want %s", c.host, c.path, got, c.location)
		}
	}
}
