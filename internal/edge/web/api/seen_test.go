package api_test

import (
	"bufio"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// at is somebody of a role whose phone is at an extension.
func (b *box) at(t *testing.T, role account.Role, extension string) *client {
	t.Helper()
	u, err := b.accounts.Create(t.Context(), store.By{Who: "test"}, account.User{Login: "at." + extension, Name: "x", Role: role, Extension: extension}, "Bianliang-1127")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.accounts.ChangePassword(t.Context(), store.By{Who: "test"}, u.ID, "Bianliang-1127", secret, ""); err != nil {
		t.Fatal(err)
	}
	return b.sitting(t, u.ID)
}

// seen is what is read of a call; directions and phases are words there.
type seen struct {
	From    string    `json:"from"`
	Card    call.Card `json:"card"`
	Ringing []string  `json:"ringing"`
	Path    []any     `json:"path"`
	Started time.Time `json:"started_at"`
}

const outside, masked = "13800138000", "138****8000"

// Whose phone rings sees who calls, whoever leads the agents too; another agent sees that there is a call.
func TestACallIsSeenByWhomItConcerns(t *testing.T) {
	b := serve(t)
	caller := b.phones.add(outside, line.Inbound, line.Trunk)
	b.calls.Accept(caller)
	for who, c := range map[string]struct {
		*client
		number, line string
	}{
		"the agent whose phone rings": {b.at(t, account.Agent, "8002"), outside, "8002"},
		"another agent":               {b.at(t, account.Agent, "8003"), masked, "8002"},
		"a supervisor":                {b.as(t, account.Supervisor), outside, "8002"},
		"who judges recordings":       {b.as(t, account.QA), masked, "8002"},
	} {
		var page api.Page[seen]
		for end := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			c.do("GET", "/v1/live/calls", nil).into(t, &page)
			if len(page.Items) == 1 && len(page.Items[0].Ringing) == 1 || time.Now().After(end) {
				break
			}
		}
		if len(page.Items) != 1 {
			t.Fatalf("%s sees %+v", who, page.Items)
		}
		v := page.Items[0]
		if v.From != c.number || v.Card.Number != c.number || v.Ringing[0] != c.line || v.Started.IsZero() {
			t.Errorf("%s sees %+v", who, v)
		}
		if (len(v.Path) == 0) != (c.number == masked) {
			t.Errorf("%s sees the way %+v", who, v.Path)
		}
	}
	b.as(t, account.Viewer).do("GET", "/v1/live/calls", nil).want(t, 403, "request.denied")
}

// data is what a stream says, line by line, until it ends.
func data(body io.Reader) <-chan string {
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(body); s.Scan(); {
			if d, ok := strings.CutPrefix(s.Text(), "data: "); ok {
				lines <- d
			}
		}
	}()
	return lines
}

// The stream of news and the board hide what the list hides.
func TestNewsAreOfWhatOneMaySee(t *testing.T) {
	b := serve(t)
	card := call.Card{Number: outside, Name: "王建国", Customer: "c1", Candidates: []string{"c2"}, VIP: true}
	path := []call.PathStep{{Place: "menu main@1", Key: "440301"}}
	attrs := map[string]string{"id_card": "440301"}
	view := call.View{
		ID: "x", From: outside, To: "8002", Card: card, Extension: "8002", Queue: "q", Path: path, Attrs: attrs, Recording: "r-secret",
		Talking: []string{"8002"}, Watching: []string{"8077"},
	}
	record := call.CDR{
		ID: "x", From: outside, Card: card, Extension: "8002", Path: path, Attrs: attrs, Recording: "r-secret",
		Legs: []call.LegRecord{{Number: outside, Quality: line.Quality{Lost: 3, Jitter: 1500 * time.Microsecond}}},
	}
	queue := acd.QueueView{ID: "q", Waiting: []acd.CallerView{{Call: "x", Card: card}}}
	for who, c := range map[string]struct {
		*client
		whole   bool // the call
		waiting bool // who waits
	}{
		"the agent who speaks": {b.at(t, account.Agent, "8002"), true, false},
		"another agent":        {b.at(t, account.Agent, "8003"), false, false},
		"an administrator":     {b.as(t, account.Admin), true, true},
		"the wall":             {b.as(t, account.Viewer), false, false},
	} {
		_, body, stop := c.stream("/v1/events")
		lines := data(body)
		<-lines // the first sign of life: it watches
		b.hub.Publish(live.Event{Topic: live.Calls, Data: live.CallChanged{Call: view}})
		b.hub.Publish(live.Event{Topic: live.Calls, Data: live.CallEnded{Call: record}})
		b.hub.Publish(live.Event{Topic: live.Queues, Data: live.QueuesChanged{Queues: []acd.QueueView{queue}}})
		said := map[string]string{}
		for end := time.After(5 * time.Second); said["queues"] == ""; {
			select {
			case d := <-lines:
				switch {
				case strings.Contains(d, `"queues"`):
					said["queues"] = d
				case strings.Contains(d, `"disposition"`):
					said["ended"] = d
				case strings.Contains(d, `"call"`):
					said["call"] = d
				}
			case <-end:
				t.Fatalf("%s hears only %v", who, said)
			}
		}
		stop()
		for what, whole := range map[string]bool{"call": c.whole, "ended": c.whole, "queues": c.waiting} {
			if who == "the wall" && what != "queues" {
				if said[what] != "" {
					t.Errorf("the wall hears of a %s", what)
				}
				continue
			}
			hidden := []string{outside, "王建国", "c1", "c2"}
			if what != "queues" {
				hidden = append(hidden, "440301", "r-secret")
			}
			for _, s := range hidden {
				if strings.Contains(said[what], s) != whole {
					t.Errorf("%s, %s: %q in %s", who, what, s, said[what])
				}
			}
			if !whole && !strings.Contains(said[what], masked) {
				t.Errorf("%s, %s: nothing of the number in %s", who, what, said[what])
			}
		}
		if strings.Contains(said["call"], "8077") != (who == "an administrator") {
			t.Errorf("%s sees who listens in: %s", who, said["call"])
		}
		if c.whole && !strings.Contains(said["ended"], `"quality":{"sent":0,"received":0,"lost":3,"remote_lost":0,"jitter_ms":1.5,"round_trip_ms":0,"mos":0}`) {
			t.Errorf("the quality is said in another way: %s", said["ended"])
		}
	}
}

// Records are read in the form in which webhooks tell them.
func TestARecordSaysItsQuality(t *testing.T) {
	b := serve(t)
	r := call.CDR{ID: call.ID(store.NewID()), StartedAt: time.Now(), Legs: []call.LegRecord{{ID: "1", Number: "8002", Quality: line.Quality{RoundTrip: 20 * time.Millisecond, MOS: 4.2}}}}
	if err := b.db.Write(t.Context(), func(tx *store.Tx) error { return store.CDRs.Put(tx, r) }); err != nil {
		t.Fatal(err)
	}
	admin := b.admin(t)
	for _, path := range []string{"/v1/calls", "/v1/calls/" + string(r.ID)} {
		a := admin.do("GET", path, nil)
		if s := string(a.Body); !strings.Contains(s, `"round_trip_ms":20,"mos":4.2`) || strings.Contains(s, "RoundTrip") || strings.Count(s, `"legs"`) != 1 {
			t.Errorf("%s says %s", path, s)
		}
	}
	var described struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct {
					Type string `json:"type"`
				} `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(description(t, b.api), &described); err != nil {
		t.Fatal(err)
	}
	for field, kind := range map[string]string{"direction": "string", "disposition": "string", "cause": "string", "held_for": "integer"} {
		if got := described.Components.Schemas["CallRecord"].Properties[field].Type; got != kind {
			t.Errorf("%s is described as %q", field, got)
		}
	}
}
