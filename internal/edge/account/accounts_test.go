package account_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// house is a box's accounts over a real store.
type house struct {
	*account.Accounts
	db  *store.DB
	dir string
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{dir: t.TempDir()}
	db, err := store.Open(filepath.Join(h.dir, "dealerline.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	h.db = db
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = db.Run(ctx) // ends with the test
	}()
	t.Cleanup(func() {
		stop()
		<-done
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	h.reopen(t)
	return h
}

func (h *house) reopen(t testing.TB) {
	t.Helper()
	a, err := account.New(account.Config{DB: h.db, Dir: h.dir, HashMemory: 64, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	h.Accounts = a
}

const secret = "Kaifeng-2031"

var by = store.By{Who: "test", Via: "test", Action: "test", Address: "192.0.2.1"}

func (h *house) code(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(h.dir, "setup-code"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func (h *house) admin(t testing.TB) account.User {
	t.Helper()
	u, err := h.Setup(t.Context(), by, h.code(t), account.User{Login: "admin", Name: "王店长"}, secret)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (h *house) user(t testing.TB, login string, role account.Role) account.User {
	t.Helper()
	u, err := h.Create(t.Context(), by, account.User{Login: login, Name: login, Role: role}, secret)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (h *house) signIn(t testing.TB, login, password, code, source string) (account.User, error) {
	t.Helper()
	return h.SignIn(t.Context(), account.Attempt{Login: login, Password: password, Code: code, Source: source, By: by})
}

func wantKey(t testing.TB, err error, key string) {
	t.Helper()
	if got := fault.KeyOf(err); got != key {
		t.Errorf("error %v has key %s, want %s", err, got, key)
	}
}

// wantField checks that an error is about one field.
func wantField(t testing.TB, err error, path, key string) {
	t.Helper()
	fields, ok := err.(fault.Fields) //nolint:errorlint // as the API sees it
	if !ok || len(fields) != 1 || fields[0].Path != path || fields[0].Key != key {
		t.Errorf("error %v, want one of field %s with key %s", err, path, key)
	}
}

func TestTheFirstAdministratorUsesUpTheSetupCode(t *testing.T) {
	h := open(t)
	if needed, err := h.NeedsSetup(); err != nil || !needed {
		t.Fatal(needed, err)
	}
	first := h.code(t)
	h.reopen(t)
	if h.code(t) != first {
		t.Error("the code changed at a restart")
	}
	_, err := h.Setup(t.Context(), by, "AAAA-BBBB-CCCC", account.User{Login: "thief", Name: "x"}, secret)
	wantField(t, err, "code", "setup.code_wrong")
	u := h.admin(t)
	if u.Role != account.Admin || u.MustChange || u.Meta.Rev != 1 {
		t.Errorf("%+v", u)
	}
	if needed, err := h.NeedsSetup(); err != nil || needed {
		t.Error(needed, err)
	}
	if _, err := os.Stat(filepath.Join(h.dir, "setup-code")); !os.IsNotExist(err) {
		t.Error("the code's file is still there")
	}
	_, err = h.Setup(t.Context(), by, first, account.User{Login: "second", Name: "x"}, secret)
	wantKey(t, err, "setup.done")
	h.reopen(t)
	_, err = h.Setup(t.Context(), by, first, account.User{Login: "second", Name: "x"}, secret)
	wantKey(t, err, "setup.done")
}

func TestSigningIn(t *testing.T) {
	h := open(t)
	u := h.admin(t)
	if got, err := h.signIn(t, " ADMIN ", secret, "", "192.0.2.7"); err != nil || got.ID != u.ID {
		t.Errorf("%+v %v", got, err)
	}
	for range 5 {
		_, err := h.signIn(t, "admin", "wrong", "", "192.0.2.7")
		wantKey(t, err, account.KeyWrong)
	}
	_, err := h.signIn(t, "admin", secret, "", "192.0.2.7")
	wantKey(t, err, "account.locked")
	if _, err := h.signIn(t, "admin", secret, "", "192.0.2.8"); err != nil {
		t.Errorf("a guesser locked others out: %v", err)
	}
	_, err = h.signIn(t, "nobody", secret, "", "192.0.2.8")
	wantKey(t, err, account.KeyWrong)
	log, _, err := h.db.AuditLog(store.AuditQuery{Subject: "session", Limit: 10})
	if err != nil || len(log) != 3 || log[1].Detail["what"] != "locked out" || log[0].Detail["what"] != "signed in" {
		t.Errorf("audit %+v %v", log, err)
	}
}

func TestThePasswordIsNotInTheAudit(t *testing.T) {
	h := open(t)
	u := h.admin(t)
	if err := h.ChangePassword(t.Context(), by, u.ID, secret, "Luoyang-2032", ""); err != nil {
		t.Fatal(err)
	}
	log, _, err := h.db.AuditLog(store.AuditQuery{Limit: 100})
	if err != nil || len(log) == 0 {
		t.Fatal(log, err)
	}
	for _, e := range log {
		for _, f := range e.Fields {
			if f.Name == "Password" || f.Name == "password" {
				t.Errorf("%+v", e)
			}
		}
	}
}

func TestUsersAreChecked(t *testing.T) {
	h := open(t)
	admin := h.admin(t)
	li := h.user(t, "li.na", account.Agent)
	for _, c := range []struct {
		name, path, key string
		u               account.User
		password        string
	}{
		{"login taken", "login", "user.login_taken", account.User{Login: "LI.NA", Name: "x", Role: account.Agent}, secret},
		{"login short", "login", "user.login_length", account.User{Login: "l", Name: "x", Role: account.Agent}, secret},
		{"login odd", "login", "user.login_characters", account.User{Login: "li na", Name: "x", Role: account.Agent}, secret},
		{"role", "role", "user.role_unknown", account.User{Login: "wang", Name: "x", Role: "boss"}, secret},
		{"no name", "name", "text.empty", account.User{Login: "wang", Role: account.Agent}, secret},
		{"password short", "password", "account.password_short", account.User{Login: "wang", Name: "x", Role: account.Agent}, "short"},
		{"password common", "password", "account.password_common", account.User{Login: "wang", Name: "x", Role: account.Agent}, "PassW0rd"},
		{"password one letter", "password", "account.password_common", account.User{Login: "wang", Name: "x", Role: account.Agent}, "zzzzzzzzzz"},
		{"password like login", "password", "account.password_like_login", account.User{Login: "wang.fang", Name: "x", Role: account.Agent}, "wang.fang1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := h.Create(t.Context(), by, c.u, c.password)
			wantField(t, err, c.path, c.key)
		})
	}
	li.Name = "李娜"
	changed, err := h.Update(t.Context(), by, li)
	if err != nil || changed.Meta.Rev != 2 || changed.Name != "李娜" {
		t.Errorf("%+v %v", changed, err)
	}
	li.Name = "late"
	_, err = h.Update(t.Context(), by, li)
	wantKey(t, err, "store.rev")
	admin.Disabled = true
	_, err = h.Update(t.Context(), by, admin)
	wantKey(t, err, "user.last_admin")
	wantKey(t, h.Delete(t.Context(), by, admin.ID, 0), "user.last_admin")
	if err := h.Delete(t.Context(), by, li.ID, changed.Meta.Rev); err != nil {
		t.Error(err)
	}
	if _, err := h.signIn(t, "li.na", secret, "", "192.0.2.9"); err == nil {
		t.Error("a deleted user signed in")
	}
}

// Whoever is to make room on a full disk must be able to sign in.
func TestSigningInOnANearlyFullDisk(t *testing.T) {
	h := open(t)
	h.admin(t)
	h.db.Reserve = 1 << 62
	if _, err := h.signIn(t, "admin", secret, "", "192.0.2.1"); err != nil {
		t.Error(err)
	}
	if _, err := h.Create(t.Context(), by, account.User{Login: "late", Name: "late", Role: account.Agent}, secret); fault.KeyOf(err) != "store.disk_full" {
		t.Errorf("a user was made: %v", err)
	}
}
