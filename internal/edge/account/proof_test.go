package account_test

import (
	"context"
	"encoding/base32"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/account"
)

func TestPasswordsAreHashedAsTheyShouldBe(t *testing.T) {
	h := account.NewHasher(0)
	phc, err := h.Hash(t.Context(), secret)
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatal(phc, err)
	}
	again, err := h.Hash(t.Context(), secret)
	if err != nil || again == phc {
		t.Error("no salt")
	}
	for _, c := range []struct {
		phc, password string
		right         bool
	}{{phc, secret, true}, {phc, "wrong", false}, {"", secret, false}, {"", "", false}, {phc, strings.Repeat("x", 1<<20), false}} {
		if ok, err := h.Verify(t.Context(), c.phc, c.password); err != nil || ok != c.right {
			t.Errorf("%.20q: %v %v", c.password, ok, err)
		}
	}
	// A hash that another implementation made: argon2 (the reference program), "password", salt "somesalt".
	if ok, err := h.Verify(t.Context(), "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "password"); err != nil || !ok {
		t.Error("the reference program's hash is not understood", err)
	}
	for _, bad := range []string{"x", "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFh", "$argon2id$v=19$m=65536,t=2,p=1$$"} {
		if _, err := h.Verify(t.Context(), bad, "password"); err == nil {
			t.Errorf("%s: was taken", bad)
		}
	}
}

func TestAFloodOfSignInsIsRefused(t *testing.T) {
	h := account.NewHasher(0)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var mu sync.Mutex
	busy := 0
	for range 100 {
		wg.Go(func() {
			_, err := h.Hash(ctx, secret)
			if fault.CodeOf(err) == fault.Busy {
				mu.Lock()
				defer mu.Unlock()
				if busy++; busy == 60 {
					cancel() // the rest need not be waited for
				}
			}
		})
	}
	wg.Wait()
	cancel()
	if busy < 60 {
		t.Errorf("only %d of 100 at once were refused", busy)
	}
}

func code(t testing.TB, secret string, at time.Time) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheSecondFactor(t *testing.T) {
	h := open(t)
	u := h.admin(t)
	_, err := h.ConfirmTOTP(t.Context(), by, u.ID, "123456")
	wantKey(t, err, "account.totp_not_begun")
	key, url, err := h.BeginTOTP(t.Context(), by, u.ID)
	if err != nil || !strings.HasPrefix(url, "otpauth://totp/Dealerline:admin?") || !strings.Contains(url, "secret="+key) {
		t.Fatal(url, err)
	}
	if raw, err := base32.StdEncoding.DecodeString(key); err != nil || len(raw) != 20 {
		t.Error(key, err)
	}
	_, err = h.ConfirmTOTP(t.Context(), by, u.ID, "000000")
	wantField(t, err, "code", "account.code_wrong")
	if _, err := h.signIn(t, "admin", secret, "", "192.0.2.1"); err != nil {
		t.Errorf("a factor that is not confirmed is demanded: %v", err)
	}
	now := time.Now()
	recovery, err := h.ConfirmTOTP(t.Context(), by, u.ID, code(t, key, now.Add(-30*time.Second)))
	if err != nil || len(recovery) != 10 {
		t.Fatal(recovery, err)
	}
	_, _, err = h.BeginTOTP(t.Context(), by, u.ID)
	wantKey(t, err, "account.totp_enrolled")
	_, err = h.signIn(t, "admin", secret, "", "192.0.2.1")
	wantKey(t, err, account.KeyTOTP)
	good := code(t, key, now)
	if _, err = h.signIn(t, "admin", secret, good, "192.0.2.1"); err != nil {
		t.Error(err)
	}
	_, err = h.signIn(t, "admin", secret, good, "192.0.2.1")
	wantKey(t, err, "account.totp_wrong") // used
	if _, err = h.signIn(t, "admin", secret, strings.ToUpper(recovery[3]), "192.0.2.1"); err != nil {
		t.Error(err)
	}
	_, err = h.signIn(t, "admin", secret, recovery[3], "192.0.2.1")
	wantKey(t, err, "account.totp_wrong")
	if err := h.DisableTOTP(t.Context(), by, u.ID); err != nil {
		t.Error(err)
	}
	if _, err := h.signIn(t, "admin", secret, "", "192.0.2.1"); err != nil {
		t.Error(err)
	}
}

func TestLockouts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := account.NewLockouts()
		fail := func(login, source string, n int) (until time.Time) {
			for range n {
				until = l.Failed(login, source, time.Now())
			}
			return until
		}
		if !fail("li", "a", 4).IsZero() || fail(" LI ", "a", 1).IsZero() {
			t.Error("not locked by the fifth")
		}
		if !l.Until("li", "b", time.Now()).IsZero() || !l.Until("wang", "a", time.Now()).IsZero() {
			t.Error("somebody else is locked out")
		}
		time.Sleep(14 * time.Minute)
		if len(l.List(time.Now())) != 1 {
			t.Error("lifted early")
		}
		time.Sleep(time.Minute)
		if len(l.List(time.Now())) != 0 || !l.Until("li", "a", time.Now()).IsZero() {
			t.Error("not lifted by time")
		}
		fail("li", "a", 4)
		l.Passed("li", "a")
		if !fail("li", "a", 4).IsZero() {
			t.Error("a right password does not forget the wrong ones")
		}
		fail("li", "a", 1)
		fail("li", "b", 5)
		if n := l.Lift("li", time.Now()); n != 2 || len(l.List(time.Now())) != 0 {
			t.Errorf("lifted %d", n)
		}
		fail("victim", "z", 5)
		for i := range 20_000 {
			l.Failed("guess", netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}).String(), time.Now())
		}
		if l.Until("victim", "z", time.Now()).IsZero() {
			t.Error("guesses at other logins lifted a lock-out")
		}
		if fail("last", "y", 5).IsZero() {
			t.Error("a full list locks nobody out")
		}
	})
}

func TestOneSourceOfAnAddress(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64",
	} {
		if got := account.Source(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %s, want %s", addr, got, want)
		}
	}
}

func TestTheSetupCodeNeverLocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, err := account.OpenSetupCode(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		slowed := 0
		for range 50 {
			if fault.CodeOf(s.Check(t.Context(), "AAAA-AAAA-AAAA", time.Now())) == fault.Busy {
				slowed++
			}
		}
		if slowed == 0 {
			t.Error("wrong codes are not slowed down")
		}
		time.Sleep(15 * time.Second)
		if err := s.Check(t.Context(), " "+strings.ToLower(strings.ReplaceAll(s.Code(), "-", " ")), time.Now()); err != nil {
			t.Error(err)
		}
		time.Sleep(10 * 365 * 24 * time.Hour)
		if err := s.Check(t.Context(), s.Code(), time.Now()); err != nil {
			t.Errorf("after ten years: %v", err)
		}
	})
}

func TestTokens(t *testing.T) {
	h := open(t)
	u := h.admin(t)
	agent := h.user(t, "li.na", account.Agent)
	for name, c := range map[string]struct {
		token     account.Token
		path, key string
	}{
		"no name":    {account.Token{User: u.ID, Scopes: []account.Permission{account.CallsRead}}, "name", "text.empty"},
		"no scope":   {account.Token{Name: "x", User: u.ID}, "scopes", "text.empty"},
		"none":       {account.Token{Name: "x", User: u.ID, Scopes: []account.Permission{"doors.open"}}, "scopes", "token.scope_unknown"},
		"too wide":   {account.Token{Name: "x", User: agent.ID, Scopes: []account.Permission{account.AuditRead}}, "scopes", "token.scope_too_wide"},
		"past":       {account.Token{Name: "x", User: u.ID, Scopes: []account.Permission{account.CallsRead}, Expires: time.Now().Add(-time.Hour)}, "expires", "token.expired"},
		"for nobody": {account.Token{Name: "x", User: "7", Scopes: []account.Permission{account.CallsRead}}, "user", "user.not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := h.CreateToken(t.Context(), by, c.token)
			wantField(t, err, c.path, c.key)
		})
	}
	made, shown, err := h.CreateToken(t.Context(), by, account.Token{Name: "DMS", User: agent.ID, Scopes: []account.Permission{account.CustomersRead, account.CustomersRead}})
	if err != nil || len(made.Scopes) != 1 {
		t.Fatal(made, err)
	}
	got, tok, err := h.ByToken(shown)
	if err != nil || got.ID != agent.ID || !tok.Allows(account.CustomersRead) || tok.Allows(account.CallsRead) {
		t.Error(got, tok, err)
	}
	for _, bad := range []string{"", "dlt_", shown[:len(shown)-1], shown[:len(shown)-2] + "AA", strings.Replace(shown, "dlt_", "dlt_0", 1), shown + "x"} {
		_, _, err := h.ByToken(bad)
		wantKey(t, err, account.KeyToken)
	}
	deadline := time.Now().Add(5 * time.Second)
	for {
		list, err := h.Tokens()
		if err != nil || time.Now().After(deadline) {
			t.Fatal("the use is not seen", list, err)
		}
		if len(list) == 1 && !list[0].LastUsed.IsZero() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	agent, err = h.User(agent.ID)
	if err != nil {
		t.Fatal(err)
	}
	agent.Disabled = true
	if _, err := h.Update(t.Context(), by, agent); err != nil {
		t.Fatal(err)
	}
	_, _, err = h.ByToken(shown)
	wantKey(t, err, account.KeyToken)
	if err := h.DeleteToken(t.Context(), by, made.ID); err != nil {
		t.Error(err)
	}
	wantKey(t, h.DeleteToken(t.Context(), by, made.ID), "token.not_found")
}

// visit sends a request with a cookie through the session's middleware; do happens in it.
func (h *house) visit(t testing.TB, cookie *http.Cookie, do func(ctx context.Context)) *http.Cookie {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	h.Load(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { do(r.Context()) })).ServeHTTP(w, r)
	res := w.Result()
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range res.Cookies() {
		cookie = c
	}
	return cookie
}

func (h *house) in(t testing.TB, u account.User) *http.Cookie {
	t.Helper()
	return h.visit(t, nil, func(ctx context.Context) {
		if err := h.Begin(ctx, u, "192.0.2.1", strings.Repeat("x", 1000)); err != nil {
			t.Error(err)
		}
	})
}

func (h *house) who(t testing.TB, cookie *http.Cookie) (login string) {
	t.Helper()
	h.visit(t, cookie, func(ctx context.Context) {
		u, _, err := h.Current(ctx)
		if err != nil && fault.KeyOf(err) != account.KeySignIn {
			t.Error(err)
		}
		login = u.Login
	})
	return login
}

func TestSessions(t *testing.T) {
	h := open(t)
	admin := h.admin(t)
	li := h.user(t, "li.na", account.Agent)
	first, second := h.in(t, li), h.in(t, li)
	if h.who(t, first) != "li.na" || h.who(t, nil) != "" || h.who(t, &http.Cookie{Name: account.Cookie, Value: "forged"}) != "" {
		t.Error("who is signed in is wrong")
	}
	old := first
	first = h.visit(t, first, func(ctx context.Context) {
		if err := h.Begin(ctx, admin, "192.0.2.1", ""); err != nil {
			t.Error(err)
		}
	})
	if first.Value == old.Value || h.who(t, old) != "" || h.who(t, first) != "admin" {
		t.Error("the cookie stayed the same at a sign-in")
	}
	list, err := h.Sessions("")
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	for _, s := range list {
		if s.Hash == first.Value || s.Hash == second.Value || len(s.Client) > 200 {
			t.Errorf("%+v", s)
		}
	}
	mine, err := h.Sessions(li.ID)
	if err != nil || len(mine) != 1 {
		t.Fatal(mine, err)
	}
	wantKey(t, h.EndSession(t.Context(), by, admin.ID, mine[0].ID), "session.not_found")
	if err := h.EndSession(t.Context(), by, li.ID, mine[0].ID); err != nil || h.who(t, second) != "" {
		t.Error("not ended", err)
	}
	second = h.in(t, li)
	if err := h.EndSessions(t.Context(), by, li.ID, ""); err != nil || h.who(t, second) != "" {
		t.Error("not ended", err)
	}
	second = h.in(t, li)
	li, err = h.User(li.ID)
	if err != nil {
		t.Fatal(err)
	}
	li.Role = account.Supervisor
	if li, err = h.Update(t.Context(), by, li); err != nil || h.who(t, second) != "" {
		t.Error("another role, the same session", err)
	}
	here, there := h.in(t, li), h.in(t, li)
	var id string
	h.visit(t, here, func(ctx context.Context) { _, id, err = h.Current(ctx) })
	if err != nil {
		t.Fatal(err)
	}
	if err := h.ChangePassword(t.Context(), by, li.ID, secret, "Luoyang-2032", id); err != nil {
		t.Fatal(err)
	}
	if h.who(t, here) != "li.na" || h.who(t, there) != "" {
		t.Error("a new password must end the other sessions, and only those")
	}
	h.visit(t, here, func(ctx context.Context) { err = h.End(ctx) })
	if err != nil || h.who(t, here) != "" {
		t.Error("not signed out", err)
	}
}

func TestSessionsEndByThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		admin := h.admin(t)
		agent := h.user(t, "li.na", account.Agent)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- h.Run(ctx) }()
		powerful, shift := h.in(t, admin), h.in(t, agent)
		for range 20 { // somebody who does something now and then stays
			time.Sleep(25 * time.Minute)
			synctest.Wait()
			if h.who(t, powerful) != "admin" {
				t.Fatal("signed out while at work")
			}
		}
		time.Sleep(31 * time.Minute)
		if h.who(t, powerful) != "" {
			t.Error("an administrator stays signed in while away")
		}
		if h.who(t, shift) != "li.na" {
			t.Error("an agent is signed out within the shift")
		}
		time.Sleep(13 * time.Hour)
		if h.who(t, shift) != "" {
			t.Error("an agent stays signed in while away")
		}
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		if list, err := h.Sessions(""); err != nil || len(list) != 0 {
			t.Error(list, err)
		}
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
