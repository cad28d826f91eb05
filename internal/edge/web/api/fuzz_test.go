package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// FuzzSignIn sends anything as a sign-in, an If-Match and a cookie: the box answers, and never as if it were its own fault.
func FuzzSignIn(f *testing.F) {
	b := serve(f)
	b.admin(f)
	f.Add([]byte(`{"login":"admin","password":"x"}`), "x", "application/json")
	f.Add([]byte(`{"login":"admin","password":7,"code":null}`), "", "application/cbor")
	f.Add([]byte("{\"login\":\"\xff\"}"), "a=b", "")
	f.Add([]byte(`[[[[`), "\x00", "application/json; charset=latin1")
	host := 0
	f.Fuzz(func(t *testing.T, body []byte, cookie, kind string) {
		for _, target := range []string{"/api/v1/session", "/api/v1/setup/admin"} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, bytes.NewReader(body))
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Cookie", account.Cookie+"="+cookie)
			r.Header.Set("Idempotency-Key", cookie)
			host++
			r.RemoteAddr = "10." + string(rune('0'+host%10)) + ".0.1:1"
			w := httptest.NewRecorder()
			b.api.ServeHTTP(w, r)
			if w.Code >= http.StatusInternalServerError {
				t.Errorf("%s: status %d: %s", target, w.Code, w.Body)
			}
			if w.Code >= http.StatusBadRequest && w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: status %d as %s", target, w.Code, w.Header().Get("Content-Type"))
			}
		}
	})
}

// FuzzSettingsPart sends anything as a part of the settings.
func FuzzSettingsPart(f *testing.F) {
	b := serve(f)
	admin := b.admin(f)
	var page api.Page[item]
	admin.do("GET", "/v1/settings/queues?limit=1", nil).into(f, &page)
	data, err := json.Marshal(page.Items[0].Value)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`null`))
	f.Add([]byte(`{"id":"q","name":"n","strategy":"ring_all","overflow":[{"after":-1}]}`))
	f.Add([]byte(`{"ID":"q","Name":7}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		admin.t = t
		for _, url := range []string{"/v1/settings/queues", "/v1/settings/extensions", "/v1/settings/flows", "/v1/settings/calendars"} {
			if a := admin.do("POST", url, string(body)); a.Status >= http.StatusInternalServerError {
				t.Errorf("%s: status %d: %s", url, a.Status, a.Body)
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("eyJsIjoibGlzdC11c2VycyIsImEiOiI3In0")
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		after, err := api.DecodeCursor("list-users", s)
		if err != nil || after == "" {
			return
		}
		again, err := api.DecodeCursor("list-users", api.EncodeCursor("list-users", after))
		if err != nil || (again != after && len(after) < 100) {
			t.Errorf("%q: %q, again %q, %v", s, after, again, err)
		}
	})
}

// FuzzJSON holds the quick look at JSON against the decoder: what it lets through is UTF-8 and nested at most so deep.
func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"a":"[\"]["}`))
	f.Add(bytes.Repeat([]byte("["), 40))
	f.Add([]byte(`"\\"[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if api.CheckJSON(data) != nil || !json.Valid(data) {
			return
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		depth := 0
		for {
			token, err := dec.Token()
			if err != nil {
				return
			}
			switch token {
			case json.Delim('{'), json.Delim('['):
				if depth++; depth > api.MaxDepth {
					t.Fatalf("%q is %d deep", data, depth)
				}
			case json.Delim('}'), json.Delim(']'):
				depth--
			}
		}
	})
}

func FuzzIfMatch(f *testing.F) {
	f.Add(`"7"`)
	f.Add(`W/"7"`)
	f.Add(`"`)
	f.Fuzz(func(t *testing.T, s string) {
		rev, err := api.IfMatch{IfMatch: s}.Rev()
		if err == nil && (api.IfMatch{IfMatch: api.ETag(rev)}).Check(rev) != nil {
			t.Errorf("%q is %d", s, rev)
		}
	})
}
