package api_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

func TestBadRequestsAreRefusedClearly(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	for _, c := range []struct {
		name, method, path string
		body               any
		status             int
		code               string
		location, field    string
	}{
		{"2 MB name", "POST", "/v1/users", map[string]string{"name": strings.Repeat("王", 700_000)}, 413, "request.too_large", "", ""},
		{"200 levels", "POST", "/v1/users", strings.Repeat("[", 200) + strings.Repeat("]", 200), 400, "request.too_deep", "body", "request.too_deep"},
		{"200 levels of settings", "POST", "/v1/settings/queues", `{"id":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "}", 422, "request.too_deep", "body", "request.too_deep"},
		{"not UTF-8", "POST", "/v1/users", "{\"login\":\"\xff\"}", 400, "request.not_utf8", "body", "request.not_utf8"},
		{"address not UTF-8", "GET", "/v1/users/%ff", nil, 400, "request.not_utf8", "", ""},
		{"query not UTF-8", "GET", "/v1/audit?who=%ff", nil, 400, "request.not_utf8", "", ""},
		{"no JSON", "POST", "/v1/users", "{", 400, "request.unreadable", "body", "request.unreadable"},
		{"no body", "POST", "/v1/users", nil, 400, "request.unreadable", "", ""},
		{"missing field", "POST", "/v1/users", map[string]string{"login": "li.na", "name": "a", "role": "agent"}, 422, "request.invalid", "body.password", "request.missing"},
		{"missing field of a list", "POST", "/v1/customers", `{"name":"a","phones":[{"number":"13800138000"},{"label":"x"}]}`, 422, "request.invalid", "body.phones[1].number", "request.missing"},
		{"unknown field", "POST", "/v1/users", map[string]string{"login": "li.na", "name": "a", "role": "agent", "password": secret, "boss": "x"}, 422, "request.invalid", "body.boss", "request.unknown_field"},
		{"wrong type", "POST", "/v1/users", `{"login":7,"name":"a","role":"agent","password":"x"}`, 422, "request.invalid", "body.login", "request.wrong_type"},
		{"no such role", "POST", "/v1/users", map[string]string{"login": "li.na", "name": "a", "role": "boss", "password": secret}, 422, "request.invalid", "body.role", "value.not_listed"},
		{"too long", "POST", "/v1/users", map[string]string{"login": strings.Repeat("a", 65), "name": "a", "role": "agent", "password": secret}, 422, "request.invalid", "body.login", "text.too_long"},
		{"no such agent", "POST", "/v1/users", map[string]string{"login": "li.na", "name": "a", "role": "agent", "password": secret, "agent": "9999"}, 422, "request.invalid", "body.agent", "user.agent_unknown"},
		{"page of 201", "GET", "/v1/users?limit=201", nil, 422, "request.invalid", "query.limit", "number.out_of_range"},
		{"page of x", "GET", "/v1/users?limit=x", nil, 422, "request.invalid", "query.limit", "request.wrong_type"},
		{"unknown parameter", "GET", "/v1/users?colour=red", nil, 422, "request.invalid", "query.colour", "request.unknown_field"},
		{"foreign cursor", "GET", "/v1/users?cursor=eyJsIjoibGlzdC1hdWRpdCIsImEiOiI3In0", nil, 400, "request.bad_cursor", "", ""},
		{"no cursor", "GET", "/v1/audit?cursor=!!", nil, 400, "request.bad_cursor", "", ""},
		{"no such path", "GET", "/v1/nothing", nil, 404, "request.no_such_path", "", ""},
		{"no such method", "PATCH", "/v1/users", nil, 404, "request.no_such_path", "", ""},
		{"no such user", "GET", "/v1/users/7", nil, 404, "user.not_found", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := admin.do(c.method, c.path, c.body)
			p := a.want(t, c.status, c.code)
			if a.Header.Get("Content-Type") != "application/problem+json" || p.Status != c.status || p.Detail == "" || p.Request == "" {
				t.Errorf("%+v as %s", p, a.Header.Get("Content-Type"))
			}
			if c.field != "" && (len(p.Errors) != 1 || p.Errors[0].Code != c.field || p.Errors[0].Location != c.location || p.Errors[0].Message == "") {
				t.Errorf("errors %+v, want %s at %s", p.Errors, c.field, c.location)
			}
			if strings.Contains(string(a.Body), secret) {
				t.Error("the answer repeats the password")
			}
		})
	}
}

func TestProblemsAreSaidInTheLanguageAskedFor(t *testing.T) {
	b := serve(t)
	c := b.client(t)
	c.head["Accept-Language"] = "zh-CN,zh;q=0.9"
	if p := c.do("GET", "/v1/users", nil).want(t, 401, account.KeySignIn); p.Detail != "请先登录" {
		t.Errorf("%q", p.Detail)
	}
	c.head["Accept-Language"] = "en-GB"
	if p := c.do("GET", "/v1/users", nil).want(t, 401, account.KeySignIn); p.Detail != "Sign in first" {
		t.Errorf("%q", p.Detail)
	}
}

func TestAMissingFieldIsNamed(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	for language, want := range map[string]string{"zh-CN": "缺少必填项 number", "en": "The field number is missing"} {
		admin.head["Accept-Language"] = language
		p := admin.do("POST", "/v1/customers", `{"name":"a","phones":[{"number":"13800138000"},{"label":"x"}]}`).want(t, 422, "request.invalid")
		if len(p.Errors) != 1 || p.Errors[0].Message != want || p.Errors[0].Pointer != "#/phones/1/number" {
			t.Errorf("%s: %+v", language, p.Errors)
		}
	}
	p := admin.do("POST", "/v1/users", "{").want(t, 400, "request.unreadable")
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "#" {
		t.Errorf("%+v", p.Errors)
	}
	p = admin.do("GET", "/v1/users?limit=x", nil).want(t, 422, "request.invalid")
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "" {
		t.Errorf("%+v", p.Errors)
	}
}

func TestRequestsFromOtherSitesAreRefused(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	admin.do("POST", "/v1/settings/undo", nil, "Sec-Fetch-Site", "cross-site").want(t, 403, "request.cross_site")
	admin.do("POST", "/v1/settings/undo", nil, "Origin", "https://evil.example").want(t, 403, "request.cross_site")
	admin.do("POST", "/v1/settings/undo", nil, "Sec-Fetch-Site", "same-origin").want(t, 404, "settings.nothing_to_undo")
	admin.do("GET", "/v1/session", nil, "Sec-Fetch-Site", "cross-site").want(t, 200, "")
}

func TestTheCookieAndTheHeaders(t *testing.T) {
	b := serve(t)
	b.admin(t)
	a := b.client(t).do("POST", "/v1/session", map[string]string{"login": "admin", "password": secret})
	a.want(t, 200, "")
	cookie := a.Header.Get("Set-Cookie")
	for _, want := range []string{account.Cookie + "=", "; Path=/", "; HttpOnly", "; Secure", "; SameSite=Strict"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %q", cookie, want)
		}
	}
	if strings.Contains(cookie, "Domain") || strings.Contains(cookie, "Max-Age") {
		t.Errorf("cookie %q", cookie)
	}
	for h, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
	} {
		if got := a.Header.Get(h); got != want {
			t.Errorf("%s is %q", h, got)
		}
	}
}

func TestASourceThatSendsTooMuchIsSlowedDown(t *testing.T) {
	b := serve(t)
	wild, other := b.client(t), b.client(t)
	slowed := 0
	for range 600 {
		if a := wild.do("GET", "/v1/setup", nil); a.Status == http.StatusTooManyRequests {
			slowed++
		}
	}
	if slowed == 0 {
		t.Error("600 requests at once were all answered")
	}
	other.do("GET", "/v1/setup", nil).want(t, 200, "")
}

func TestGuessingAPasswordLocksOutTheGuesserOnly(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	guesser := b.client(t)
	for range 5 {
		guesser.do("POST", "/v1/session", map[string]string{"login": "admin", "password": "x"}).want(t, 401, account.KeyWrong)
	}
	guesser.do("POST", "/v1/session", map[string]string{"login": "admin", "password": secret}).want(t, 429, "account.locked")
	b.client(t).do("POST", "/v1/session", map[string]string{"login": "admin", "password": secret}).want(t, 200, "")
	var list api.Page[api.LockoutInfo]
	admin.do("GET", "/v1/lockouts", nil).into(t, &list)
	if len(list.Items) != 1 || list.Items[0].Login != "admin" {
		t.Fatalf("%+v", list)
	}
	admin.do("DELETE", "/v1/lockouts/admin", nil).want(t, 204, "")
	admin.do("DELETE", "/v1/lockouts/admin", nil).want(t, 404, "account.not_locked")
	guesser.do("POST", "/v1/session", map[string]string{"login": "admin", "password": secret}).want(t, 200, "")
}

func TestAnIdempotencyKeyGetsTheFirstAnswerAgain(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	body := map[string]string{"number": "4001234567", "note": "骚扰"}
	first := admin.do("POST", "/v1/settings/blacklist", body, "Idempotency-Key", "k1")
	first.want(t, 201, "")
	version := b.settings.Version()
	again := admin.do("POST", "/v1/settings/blacklist", body, "Idempotency-Key", "k1")
	again.want(t, 201, "")
	if string(again.Body) != string(first.Body) || again.Header.Get("Idempotent-Replayed") != "true" || again.Header.Get("ETag") != first.Header.Get("ETag") {
		t.Errorf("%v %s", again.Header, again.Body)
	}
	if b.settings.Version() != version {
		t.Error("it was done again")
	}
	admin.do("POST", "/v1/settings/blacklist", map[string]string{"number": "4007654321"}, "Idempotency-Key", "k1").want(t, 422, "request.key_reused")
	admin.do("POST", "/v1/settings/blacklist", body, "Idempotency-Key", "k2").want(t, 409, "settings.taken")
	admin.do("POST", "/v1/settings/blacklist", body, "Idempotency-Key", strings.Repeat("k", 201)).want(t, 422, "request.bad_key")
	other := b.as(t, account.Installer)
	other.do("POST", "/v1/settings/blacklist", body, "Idempotency-Key", "k1").want(t, 409, "settings.taken")

	var wg sync.WaitGroup
	status := make([]int, 8)
	for i := range status {
		wg.Go(func() {
			status[i] = admin.do("POST", "/v1/settings/vips", map[string]string{"number": "13800138000"}, "Idempotency-Key", "k3").Status
		})
	}
	wg.Wait()
	for _, s := range status {
		if s != 201 && s != 409 {
			t.Errorf("statuses %v", status)
			break
		}
	}
	var vips api.Page[api.Item[map[string]any]]
	admin.do("GET", "/v1/settings/vips", nil).into(t, &vips)
	if len(vips.Items) != 1 {
		t.Errorf("%d VIPs", len(vips.Items))
	}
}

func TestAnAnswerIsKeptOverARestart(t *testing.T) {
	b := serve(t)
	admin := b.admin(t)
	body := map[string]string{"number": "4001234567"}
	admin.do("POST", "/v1/settings/blacklist", body, "Idempotency-Key", "k1").want(t, 201, "")
	next, err := api.New(b.api.Deps)
	if err != nil {
		t.Fatal(err)
	}
	b.Config.Handler = next
	admin.do("POST", "/v1/settings/blacklist", body, "Idempotency-Key", "k1").want(t, 201, "")
}
