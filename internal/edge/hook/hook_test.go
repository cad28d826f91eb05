package hook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/hook"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

var (
	quiet = slog.New(slog.DiscardHandler)
	admin = store.By{Who: "u1", Via: "api"}
)

func open(t *testing.T, name string) *store.DB {
	t.Helper()
	return storetest.Open(t, filepath.Join(t.TempDir(), name))
}

// run runs something until the test ends.
func run(t *testing.T, fn func(ctx context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = fn(ctx) // it returns the context's cause
	}()
	t.Cleanup(func() { cancel(); <-ended })
}

// receiver is a program that wants to be told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []hook.Message
	heads  []http.Header
	bodies [][]byte
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{status: http.StatusNoContent}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		var m hook.Message
		if err = errors.Join(err, json.Unmarshal(body, &m)); err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got, r.heads, r.bodies = append(r.got, m), append(r.heads, req.Header), append(r.bodies, body)
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// await waits until n deliveries have come.
func (r *receiver) await(t *testing.T, n int) []hook.Message {
	t.Helper()
	for range 200 {
		r.mu.Lock()
		got := slices.Clone(r.got)
		r.mu.Unlock()
		if len(got) >= n {
			return got
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("of %d deliveries %d came", n, len(r.got))
	return nil
}

func finish(t *testing.T, db *store.DB, agent string) {
	t.Helper()
	if err := db.Write(t.Context(), func(tx *store.Tx) error {
		return store.CDRs.Put(tx, call.CDR{ID: call.ID(store.NewID()), Agent: agent, StartedAt: time.Now()})
	}); err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, db *store.DB, url string, events ...string) hook.Hook {
	t.Helper()
	h, err := hook.Save(t.Context(), db, admin, hook.Hook{Name: "DMS", URL: url, Events: events, Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// begun waits until the feed has seen that there are hooks.
func begun(t *testing.T, f *hook.Feed) {
	t.Helper()
	f.Wake()
	time.Sleep(300 * time.Millisecond)
}

func TestAnEndedCallIsToldAndSigned(t *testing.T) {
	db, queue := open(t, "dealerline.db"), open(t, "queue.db")
	r := newReceiver(t)
	finish(t, db, "before")
	feed := hook.NewFeed(db, queue, quiet)
	run(t, feed.Run)
	run(t, hook.NewSender(db, queue, "test", quiet).Run)
	h := add(t, db, r.URL, "call.ended")
	begun(t, feed)
	finish(t, db, "1001")
	feed.Wake()
	m := r.await(t, 1)[0]
	if data, _ := m.Data.(map[string]any); m.Event != "call.ended" || data["agent"] != "1001" {
		t.Errorf("told: %+v", m)
	}
	sig := r.heads[0].Get("Dealerline-Signature")
	var at int64
	if _, err := fmt.Sscanf(sig, "t=%d,", &at); err != nil || sig != hook.Sign(h.Secret, time.Unix(at, 0), r.bodies[0]) {
		t.Errorf("signature %q does not fit the body (%v)", sig, err)
	}
	if len(h.Secret) < 20 || r.heads[0].Get("Dealerline-Delivery") != m.ID {
		t.Errorf("secret of %d letters, delivery %q", len(h.Secret), r.heads[0].Get("Dealerline-Delivery"))
	}
	time.Sleep(200 * time.Millisecond)
	if jobs, err := hook.ListJobs(queue, hook.Waiting, 10); len(jobs) > 0 || err != nil {
		t.Errorf("a job that is done waits: %+v, %v", jobs, err)
	}
}

func TestWhatHappenedWhileTheFeedStoodStillIsTold(t *testing.T) {
	db, queue := open(t, "dealerline.db"), open(t, "queue.db")
	r := newReceiver(t)
	add(t, db, r.URL, "call.ended")
	ctx, stop := context.WithCancel(t.Context())
	feed := hook.NewFeed(db, queue, quiet)
	ended := make(chan struct{})
	go func() { _ = feed.Run(ctx); close(ended) }()
	begun(t, feed)
	stop()
	<-ended
	for i := range 450 { // more than one piece
		finish(t, db, fmt.Sprint(i))
	}
	run(t, hook.NewFeed(db, queue, quiet).Run)
	run(t, hook.NewSender(db, queue, "test", quiet).Run)
	seen := map[any]int{}
	for _, m := range r.await(t, 450) {
		if data, ok := m.Data.(map[string]any); ok {
			seen[data["agent"]]++
		}
	}
	if len(seen) != 450 {
		t.Errorf("of 450 calls %d were told", len(seen))
	}
}

func TestADeadReceiverHoldsUpNobody(t *testing.T) {
	db, queue := open(t, "dealerline.db"), open(t, "queue.db")
	dead, well := newReceiver(t), newReceiver(t)
	dead.answer(http.StatusInternalServerError)
	feed := hook.NewFeed(db, queue, quiet)
	run(t, feed.Run)
	run(t, hook.NewSender(db, queue, "test", quiet).Run)
	add(t, db, dead.URL, "call.ended")
	add(t, db, well.URL, "call.ended")
	begun(t, feed)
	for i := range 30 {
		finish(t, db, fmt.Sprint(i))
	}
	feed.Wake()
	well.await(t, 30)
	dead.await(t, 30)
	for range 100 {
		if jobs, _ := hook.ListJobs(queue, hook.Waiting, 100); len(jobs) == 30 && jobs[29].Attempts == 1 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	jobs, err := hook.ListJobs(queue, hook.Waiting, 100)
	if err != nil || len(jobs) != 30 || jobs[0].Status != 500 || jobs[0].Attempts != 1 || time.Until(jobs[0].Next) > 10*time.Second {
		t.Fatalf("%d jobs wait (%v): %+v", len(jobs), err, jobs[0])
	}
	dead.answer(http.StatusOK)
	if err := hook.Resend(t.Context(), queue, jobs[7].ID); err != nil {
		t.Fatal(err)
	}
	if got := dead.await(t, 31); got[30].ID != jobs[7].ID {
		t.Errorf("sent again: %s, want %s", got[30].ID, jobs[7].ID)
	}
}

func TestBadHooksAreRefused(t *testing.T) {
	db := open(t, "dealerline.db")
	good := hook.Hook{Name: "x", URL: "https://dms.example/hook", Events: []string{"call.ended"}}
	for key, spoil := range map[string]func(h *hook.Hook){
		"webhook.name":          func(h *hook.Hook) { h.Name = strings.Repeat("长", 100) },
		"webhook.url":           func(h *hook.Hook) { h.URL = "file:///etc/passwd" },
		"webhook.events_empty":  func(h *hook.Hook) { h.Events = nil },
		"webhook.event_unknown": func(h *hook.Hook) { h.Events = []string{"coffee.ready"} },
	} {
		h := good
		spoil(&h)
		_, err := hook.Save(t.Context(), db, admin, h)
		wrong, _ := errors.AsType[fault.Fields](err)
		if len(wrong) != 1 || wrong[0].Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
	for range 20 {
		if _, err := hook.Save(t.Context(), db, admin, good); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := hook.Save(t.Context(), db, admin, good); fault.KeyOf(err) != "webhook.too_many" {
		t.Errorf("the 21st: %v", err)
	}
	all, err := hook.List(db)
	if err != nil || len(all) != 20 {
		t.Fatal(len(all), err)
	}
	h := all[3]
	h.Name = "renamed"
	if again, err := hook.Save(t.Context(), db, admin, h); err != nil || again.Secret != h.Secret || again.Name != "renamed" {
		t.Errorf("%+v, %v", again, err)
	}
	if err := hook.Delete(t.Context(), db, admin, h.ID); err != nil {
		t.Error(err)
	}
	if err := hook.Delete(t.Context(), db, admin, h.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("deleted twice: %v", err)
	}
}

// TestGivingUp plays the waits of a delivery that never succeeds.
func TestGivingUp(t *testing.T) {
	if n, d := hook.Patience(); n != 11 || d < 3*24*time.Hour || d > 4*24*time.Hour {
		t.Errorf("%d attempts over %s", n, d)
	}
}
