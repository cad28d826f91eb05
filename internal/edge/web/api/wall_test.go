package api_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/account"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// mute is a waiting call that does what it is told.
type mute struct{ told chan call.QueueCommand }

func (m mute) Queue(c call.QueueCommand) { m.told <- c }

// wait has somebody wait in the first queue.
func (b *box) wait(id call.ID) (mute, string) {
	m, queue := mute{make(chan call.QueueCommand, 100)}, b.settings.Current().ACD().Queues[0].ID
	b.queues.Join(call.Waiting{
		Call: id, Waiter: m, Queue: queue, Since: time.Now(), Card: call.Card{Number: outside, Name: "王建国", Customer: "c1"},
	})
	return m, queue
}

// staffed signs in whoever serves the first queue, so that callers may wait there.
func (b *box) staffed(t *testing.T) (agent string) {
	t.Helper()
	for _, g := range b.settings.Current().ACD().Queues[0].Agents {
		if err := b.queues.SignIn(t.Context(), g.Agent, ""); err == nil {
			return g.Agent
		}
	}
	return ""
}

// A screen's token reads the wall, where nothing is of any caller, and nothing else.
func TestAScreenSeesNumbersOnly(t *testing.T) {
	b := serve(t)
	leader := b.as(t, account.Supervisor)
	b.staffed(t)
	b.wait("w1")
	var made api.NewToken
	leader.do("POST", "/v1/wall/tokens", map[string]any{"name": "大厅"}).into(t, &made)
	screen := b.client(t)
	screen.token = made.Secret
	var board api.WallBoard
	a := screen.do("GET", "/v1/wall", nil)
	a.into(t, &board)
	if len(board.Queues) == 0 || board.Queues[0].Name == "" {
		t.Errorf("the board is %s", a.Body)
	}
	for _, word := range []string{outside, masked, "王建国", "c1", "w1"} {
		if strings.Contains(string(a.Body), word) {
			t.Errorf("the board has %q: %s", word, a.Body)
		}
	}
	for _, path := range []string{"/v1/live/queues", "/v1/live/agents", "/v1/live/calls", "/v1/calls", "/v1/wall/tokens"} {
		screen.do("GET", path, nil).want(t, 403, "request.denied")
	}
	_, body, stop := screen.stream("/v1/wall/events")
	defer stop()
	if err := json.Unmarshal([]byte(<-data(body)), &board); err != nil || len(board.Queues) == 0 {
		t.Errorf("the stream says %+v, %v", board, err)
	}
	var list api.Page[api.Token]
	leader.do("GET", "/v1/wall/tokens", nil).into(t, &list)
	if len(list.Items) != 1 || list.Items[0].Name != "大厅" {
		t.Errorf("the screens are %+v", list.Items)
	}
	if a := leader.do("DELETE", "/v1/wall/tokens/"+made.Token.ID, nil); a.Status != 204 {
		t.Errorf("withdrawing: %d %s", a.Status, a.Body)
	}
	screen.do("GET", "/v1/wall", nil).want(t, 401, "account.token_wrong")
	leader.do("DELETE", "/v1/wall/tokens/"+made.Token.ID, nil).want(t, 404, "token.not_found")
}

func TestACallerIsMoved(t *testing.T) {
	b := serve(t)
	leader := b.as(t, account.Supervisor)
	b.staffed(t)
	for _, id := range []call.ID{"m1", "m2", "m3"} {
		b.wait(id)
	}
	body := map[string]any{"to": "front"}
	b.as(t, account.QA).do("POST", "/v1/live/calls/m3/move", body).want(t, 403, "request.denied")
	leader.do("POST", "/v1/live/calls/404/move", body).want(t, 404, "queue.not_waiting")
	if a := leader.do("POST", "/v1/live/calls/m3/move", body); a.Status != 202 {
		t.Fatalf("moving: %d %s", a.Status, a.Body)
	}
	snap, err := b.queues.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if w := snap.Queues[0].Waiting; len(w) != 3 || w[0].Call != "m3" || w[0].Position != 1 {
		t.Errorf("they wait as %+v", w)
	}
	leader.do("POST", "/v1/live/calls/m2/move", map[string]any{"to": "queue", "queue": "none"}).want(t, 404, "queue.unknown")
	leader.do("POST", "/v1/live/calls/m2/move", map[string]any{"to": "queue"}).want(t, 422, "request.invalid")
	leader.do("POST", "/v1/live/calls/m2/move", map[string]any{"to": "agent", "agent": "nobody"}).want(t, 404, "agent.unknown")
}
