package api_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

func TestUsersAreListedChangedAndAudited(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	for _, login := range []string{"u1", "u2", "u3", "u4"} {
		admin.do("POST", "/v1/users", map[string]string{"login": login, "name": login, "role": "agent", "password": secret}).want(t, 201, "")
	}
	var all []api.User
	cursor := ""
	for {
		var page api.Page[api.User]
		admin.do("GET", "/v1/users?limit=2&cursor="+cursor, nil).into(t, &page)
		all = append(all, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	if len(all) != 5 || all[4].Login != "u4" {
		t.Fatalf("%+v", all)
	}
	for query, want := range map[string]string{"q=U3": "u3", "q=%20u4%20": "u4", "role=agent&limit=1": "u1", "q=nobody": "", "agent=1001": "", "q=u&role=agent&limit=200": "u1u2u3u4"} {
		var page api.Page[api.User]
		admin.do("GET", "/v1/users?"+query, nil).into(t, &page)
		got := ""
		for _, u := range page.Items {
			got += u.Login
		}
		if got != want {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
	u := all[4]
	change := map[string]any{"login": "u4", "name": "王芳", "role": "supervisor", "extension": "8003"}
	answer := admin.do("PUT", "/v1/users/"+u.ID, change, "If-Match", api.ETag(u.Rev))
	var changed api.User
	answer.into(t, &changed)
	if changed.Name != "王芳" || changed.Rev != u.Rev+1 || answer.Header.Get("ETag") != api.ETag(changed.Rev) {
		t.Errorf("%+v", changed)
	}
	admin.do("PUT", "/v1/users/"+u.ID, change, "If-Match", api.ETag(u.Rev)).want(t, 412, "request.stale")
	change["extension"] = "9999"
	p := admin.do("PUT", "/v1/users/"+u.ID, change, "If-Match", api.ETag(changed.Rev)).want(t, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.extension" || p.Errors[0].Code != "user.extension_unknown" {
		t.Errorf("%+v", p.Errors)
	}
	var log api.Page[api.AuditEntry]
	admin.do("GET", "/v1/audit?subject=user&id="+u.ID, nil).into(t, &log)
	if len(log.Items) != 2 || log.Items[0].What != "update" || log.Items[0].Action != "update-user" || log.Items[0].Via != "console" {
		t.Fatalf("%+v", log.Items)
	}
	i := slices.IndexFunc(log.Items[0].Fields, func(f api.AuditField) bool { return f.Name == "name" })
	if i < 0 || log.Items[0].Fields[i].From != "u4" || log.Items[0].Fields[i].To != "王芳" {
		t.Errorf("%+v", log.Items[0].Fields)
	}
	var me api.Me
	admin.do("GET", "/v1/session", nil).into(t, &me)
	admin.do("GET", "/v1/audit?limit=2&who="+me.User.ID, nil).into(t, &log)
	if len(log.Items) != 2 || log.NextCursor == "" || !strings.HasPrefix(log.Items[0].Address, "127.0.") {
		t.Errorf("%+v", log)
	}
	admin.do("GET", "/v1/audit?from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z", nil).into(t, &log)
	if len(log.Items) != 0 {
		t.Errorf("%+v", log)
	}
	admin.do("DELETE", "/v1/users/"+me.User.ID, nil, "If-Match", api.ETag(me.User.Rev)).want(t, 409, "user.last_admin")
}

func TestSessionsAreSeenAndEnded(t *testing.T) {
	b := serve(t)
	admin, agent := b.admin(t), b.as(t, account.Agent)
	other := b.sitting(t, agent.user)
	var page api.Page[api.SessionInfo]
	agent.do("GET", "/v1/session/all", nil).into(t, &page)
	if len(page.Items) != 2 {
		t.Fatalf("%+v", page)
	}
	i := slices.IndexFunc(page.Items, func(s api.SessionInfo) bool { return !s.Current })
	agent.do("DELETE", "/v1/session/all/"+page.Items[i].ID, nil).want(t, 204, "")
	other.do("GET", "/v1/session", nil).want(t, 401, account.KeySignIn)
	agent.do("GET", "/v1/session", nil).want(t, 200, "")
	admin.do("GET", "/v1/sessions", nil).into(t, &page)
	if len(page.Items) != 2 {
		t.Errorf("%+v", page)
	}
	i = slices.IndexFunc(page.Items, func(s api.SessionInfo) bool { return s.Current })
	agent.do("DELETE", "/v1/session/all/"+page.Items[i].ID, nil).want(t, 404, "session.not_found")
	admin.do("DELETE", "/v1/users/"+agent.user+"/sessions", nil).want(t, 204, "")
	agent.do("GET", "/v1/session", nil).want(t, 401, account.KeySignIn)
	admin.do("GET", "/v1/users/404/sessions", nil).want(t, 404, "user.not_found")
}

func TestATokenActsForItsUserWithinItsScopes(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	var made api.NewToken
	answer := admin.do("POST", "/v1/tokens", map[string]any{"name": "DMS", "scopes": []string{"settings.read"}}, "Idempotency-Key", "k")
	answer.into(t, &made)
	program := b.client(t)
	program.token = made.Secret
	var me api.Me
	program.do("GET", "/v1/session", nil).into(t, &me)
	if me.User.Login != "admin" || len(me.Permissions) != 1 || me.Session != "" {
		t.Errorf("%+v", me)
	}
	program.do("GET", "/v1/settings/queues", nil).want(t, 200, "")
	program.do("GET", "/v1/users", nil).want(t, 403, "request.denied")
	program.do("POST", "/v1/session/password", map[string]string{"current_password": secret, "new_password": "x"}).want(t, 403, "request.person_only")
	if a := program.do("GET", "/v1/settings/extensions/8001", nil); strings.Contains(string(a.Body), b.settings.Current().Extensions[0].Password) {
		t.Error("a token without settings.secrets sees a password")
	}
	var list api.Page[api.Token]
	answer = admin.do("GET", "/v1/tokens", nil)
	answer.into(t, &list)
	if len(list.Items) != 1 || list.Items[0].Name != "DMS" || strings.Contains(string(answer.Body), made.Secret) {
		t.Errorf("%s", answer.Body)
	}
	p := admin.do("POST", "/v1/tokens", map[string]any{"name": "x", "scopes": []string{"doors.open"}}).want(t, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Code != "token.scope_unknown" {
		t.Errorf("%+v", p.Errors)
	}
	var wide api.NewToken
	admin.do("POST", "/v1/tokens", map[string]any{"name": "manager", "scopes": []string{"users.manage"}}).into(t, &wide)
	manager := b.client(t)
	manager.token = wide.Secret
	p = manager.do("POST", "/v1/tokens", map[string]any{"name": "more", "scopes": []string{"audit.read"}}).want(t, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Code != "token.scope_too_wide" {
		t.Errorf("a token made a wider one: %+v", p.Errors)
	}
	admin.do("DELETE", "/v1/tokens/"+made.Token.ID, nil).want(t, 204, "")
	program.do("GET", "/v1/session", nil).want(t, 401, account.KeyToken)
	program.token = ""
	program.do("GET", "/v1/session", nil, "Authorization", "Basic YWRtaW46eA==").want(t, 401, account.KeyToken)
}

func TestTheSecondFactorOverTheAPI(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	p := admin.do("POST", "/v1/session/totp", map[string]string{"password": "wrong"}).want(t, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Location != "body.password" {
		t.Errorf("%+v", p.Errors)
	}
	var s api.TOTPSecret
	admin.do("POST", "/v1/session/totp", map[string]string{"password": secret}).into(t, &s)
	now := time.Now()
	code, err := totp.GenerateCode(s.Secret, now)
	if err != nil {
		t.Fatal(err)
	}
	var recovery struct {
		Codes []string `json:"recovery_codes"`
	}
	admin.do("POST", "/v1/session/totp/confirm", map[string]string{"code": code}).into(t, &recovery)
	if len(recovery.Codes) != 10 {
		t.Errorf("%v", recovery)
	}
	login := map[string]string{"login": "admin", "password": secret}
	b.client(t).do("POST", "/v1/session", login).want(t, 401, account.KeyTOTP)
	login["code"] = code
	b.client(t).do("POST", "/v1/session", login).want(t, 401, "account.totp_wrong") // used when it was confirmed
	login["code"] = recovery.Codes[0]
	phone := b.client(t)
	phone.do("POST", "/v1/session", login).want(t, 200, "")
	phone.do("POST", "/v1/session/totp/remove", map[string]string{"password": secret}).want(t, 204, "")
	delete(login, "code")
	b.client(t).do("POST", "/v1/session", login).want(t, 200, "")
	agent := b.as(t, account.Agent)
	admin.do("DELETE", "/v1/users/"+agent.user+"/totp", nil).want(t, 204, "")
	admin.do("POST", "/v1/users/"+agent.user+"/password", map[string]string{"password": "Luoyang-2032"}).want(t, 204, "")
	agent.do("GET", "/v1/session", nil).want(t, 401, account.KeySignIn)
}

// A description is made without the rest of a box: by the command line, for clients.
func TestTheDescriptionNeedsNoBox(t *testing.T) {
	b := serve(t)
	a, err := api.New(api.Deps{DB: b.db, Accounts: b.accounts, Logger: b.api.Logger, Version: "test"})
	if err != nil || !slices.Equal(description(t, a), description(t, b.api)) {
		t.Error(err)
	}
}

// What a client may rely on in every problem, whatever went wrong: a panic of ours too.
func TestAPanicIsAnsweredAndTheBoxGoesOn(t *testing.T) {
	b := serve(t, panics)
	admin := b.admin(t)
	p := admin.do("GET", "/v1/panic", nil).want(t, 500, "internal")
	data, err := json.Marshal(p)
	if err != nil || strings.Contains(string(data), "never said") {
		t.Errorf("%s %v", data, err)
	}
	admin.do("GET", "/v1/secret-error", nil).want(t, 500, "internal")
	admin.do("GET", "/v1/busy", nil).want(t, 429, "queue.full")
	admin.do("GET", "/v1/session", nil).want(t, 200, "")
}

func panics(a *api.API) {
	add := func(id string, handle func() error) {
		api.Add(a, api.Op{ID: id, Method: "GET", Path: "/" + id, Summary: "Fail", Perm: api.Public}, func(context.Context, *struct{}) (*struct{}, error) { return nil, handle() })
	}
	add("panic", func() error { panic("never said") })
	add("secret-error", func() error { return fault.New(fault.Internal, "x.secret", "never said") })
	add("busy", func() error { return fault.New(fault.Busy, "queue.full", "no room") })
}
