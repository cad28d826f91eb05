package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/web"
)

// listener is a program that is told by webhook.
type listener struct {
	url string
	mu  sync.Mutex
	got []map[string]any
}

func newListener(t *testing.T) *listener {
	t.Helper()
	l := &listener{}
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m map[string]any
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil || r.Header.Get("Dealerline-Signature") == "" {
			t.Errorf("webhook: %v, signed %q", err, r.Header.Get("Dealerline-Signature"))
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.got = append(l.got, m)
	}))
	t.Cleanup(s.Close)
	l.url = s.URL
	return l
}

// of reports whether an event about something has come.
func (l *listener) of(event, id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.got, func(m map[string]any) bool { return at(m, "event") == event && at(m, "data.id") == id })
}

// personOnLine is a customer who presses 1 and talks for so many seconds; 0: somebody who is called and talks.
func personOnLine(seconds int) web.Person {
	if seconds == 0 {
		return web.Person{After: 6, Script: []web.Action{{Wait: 0.5, Tone: 700, For: 20}}}
	}
	return web.Person{Number: "13800138007", Script: []web.Action{
		{Wait: 3, Keys: "1"}, {Wait: 1, Tone: 700, For: web.Seconds(seconds)},
	}}
}

// doctorAudit has the running box verify its audit.
func (b *box) doctorAudit() string {
	b.t.Helper()
	time.Sleep(100 * time.Millisecond)
	var out json.RawMessage
	b.control("GET", "/audit/verify", nil, &out)
	return string(out)
}
