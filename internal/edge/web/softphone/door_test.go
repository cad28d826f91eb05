package softphone_test

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/softphone"
)

const secret = "Kaifeng-2031"

var by = store.By{Who: "test", Via: "test", Action: "test", Address: "192.0.2.1"}

// house is a box's accounts, an open door, and the pages that ask for it.
type house struct {
	t        *testing.T
	accounts *account.Accounts
	door     *softphone.Door
	web      *httptest.Server
	phones   map[string]string // by login
}

func open(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	db, err := store.Open(filepath.Join(dir, "dealerline.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = db.Run(ctx) }()
	h := &house{t: t, phones: map[string]string{"agent": "8001"}}
	if h.accounts, err = account.New(account.Config{DB: db, Dir: dir, HashMemory: 64, Logger: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(filepath.Join(dir, "setup-code"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.accounts.Setup(t.Context(), by, string(code), account.User{Login: "admin", Name: "Admin"}, secret); err != nil {
		t.Fatal(err)
	}
	h.web = httptest.NewUnstartedServer(nil)
	h.door = softphone.New(h.web.Listener.Addr())
	mux := http.NewServeMux()
	mux.Handle("GET /sip", h.door)
	mux.Handle("GET /enter/{login}", h.accounts.Load(http.HandlerFunc(h.enter)))
	h.web.Config.Handler = mux
	h.web.StartTLS()
	t.Cleanup(func() {
		_ = h.door.Front.Close()
		h.web.Close()
		stop()
		<-done
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// enter signs somebody in.
func (h *house) enter(w http.ResponseWriter, r *http.Request) {
	u, err := h.accounts.ByLogin(r.PathValue("login"))
	if err == nil {
		err = h.accounts.Begin(r.Context(), u, "192.0.2.1", "test")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// user makes a user and returns the cookie of their session.
func (h *house) user(login string, role account.Role, mustChange bool) *http.Cookie {
	h.t.Helper()
	u, err := h.accounts.Create(h.t.Context(), by, account.User{Login: login, Name: login, Role: role}, secret)
	if err != nil {
		h.t.Fatal(err)
	}
	if !mustChange {
		if err := h.accounts.ChangePassword(h.t.Context(), by, u.ID, secret, secret+"x", ""); err != nil {
			h.t.Fatal(err)
		}
	}
	res, err := h.web.Client().Get(h.web.URL + "/enter/" + login)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	for _, c := range res.Cookies() {
		if c.Name == account.Cookie {
			return c
		}
	}
	h.t.Fatalf("no session: %s", res.Status)
	return nil
}

// knock asks for the WebSocket and returns the status.
func (h *house) knock(cookie *http.Cookie, origin string) int {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.web.URL+"/sip", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	for k, v := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "sip", "Origin": origin,
	} {
		req.Header.Set(k, v)
	}
	if cookie != nil {
		req.AddCookie(cookie)
	}
	res, err := h.web.Client().Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	return res.StatusCode
}

// serve answers those who are let in as the stack would.
func (h *house) serve() {
	for {
		c, err := h.door.Front.Accept()
		if err != nil {
			return
		}
		go func(c net.Conn) {
			buf := make([]byte, 4096)
			if _, err := c.Read(buf); err == nil {
				_, _ = c.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"))
			}
			_, _ = c.Read(buf)
			_ = c.Close()
		}(c)
	}
}

func TestWhoIsLetIn(t *testing.T) {
	h := open(t)
	go h.serve()
	origin := h.web.URL
	if got := h.knock(nil, origin); got != http.StatusServiceUnavailable {
		t.Errorf("before the door is open: %d", got)
	}
	h.door.Open(softphone.Config{Accounts: h.accounts, Extension: func(u account.User) string { return h.phones[u.Login] }})
	agent := h.user("agent", account.Agent, false)
	for _, c := range []struct {
		name   string
		cookie *http.Cookie
		origin string
		want   int
	}{
		{"nobody", nil, origin, http.StatusUnauthorized},
		{"a made-up session", &http.Cookie{Name: account.Cookie, Value: "x"}, origin, http.StatusUnauthorized},
		{"another site's page", agent, "https://evil.example", http.StatusForbidden},
		{"a page that does not say from where", agent, "", http.StatusForbidden},
		{"an agent without an extension", h.user("phoneless", account.Agent, false), origin, http.StatusForbidden},
		{"who is no agent", h.user("viewer", account.Viewer, false), origin, http.StatusForbidden},
		{"who has to change the password", h.user("new", account.Agent, true), origin, http.StatusForbidden},
		{"an agent", agent, origin, http.StatusSwitchingProtocols},
	} {
		if got := h.knock(c.cookie, c.origin); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	var refused int
	for range 30 {
		if h.knock(agent, origin) == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 11 { // twenty a minute, one of them above
		t.Errorf("%d of 30 attempts were too many, want 11", refused)
	}
	if got := h.knock(nil, origin); got != http.StatusUnauthorized || !strings.HasPrefix(origin, "https") {
		t.Errorf("nobody, after that: %d", got)
	}
}
