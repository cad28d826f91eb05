package e2e

import (
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/web/api"
)

// A queue that wants to know what its calls were about keeps its agent until it was said: first from the phone by keys, then by the
// agent's console; of a third call nobody says it, which is seen afterwards.
func TestAgentsSayWhatCallsWereAbout(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		q := queueOf(t, d, "q_appointment")
		q.WrapUp, q.WrapUpMax, q.Disposition, q.DispositionBy = 1, 60, acd.Required, 4
	})
	phone, out := agentPhone(b, "8001"), trunkPeer(b)
	admin := b.admin()
	agent := admin.seat("1001", "8001")
	seen := map[string]bool{}
	call := func() string {
		t.Helper()
		c, d := talking(b, out, phone, "700")
		d.hangup()
		c.over()
		id := ""
		b.until(3*time.Second, "the call has its record", func() bool {
			for _, r := range b.calls() {
				if r.To == "700" && !seen[r.ID] {
					id = r.ID
				}
			}
			return id != ""
		})
		seen[id] = true
		return id
	}
	first := call()
	code := phone.dial("*4411", silent)
	code.answered()
	code.over()
	b.until(3*time.Second, "the agent is ready", func() bool { return b.agent("1001").Activity == "idle" })
	type logged struct {
		ID     string          `json:"id"`
		WrapUp *api.CallWrapUp `json:"wrap_up"`
	}
	var r logged
	agent.ask("GET", "/calls/"+first, nil, &r)
	if r.WrapUp == nil || r.WrapUp.Disposition != "booked" || r.WrapUp.Agent != "1001" {
		t.Errorf("%+v", r.WrapUp)
	}
	if !slices.Contains(b.logged(first), "DISPOSITION") {
		t.Errorf("the queue log: %v", b.logged(first))
	}

	second := call()
	var s api.WrapUpSheet
	agent.ask("PUT", "/calls/"+second+"/wrap-up", map[string]any{"disposition": "answered", "note": "保养价格", "draft": true}, &s)
	time.Sleep(1500 * time.Millisecond) // longer than wrapping up takes, shorter than the limit
	if a := b.agent("1001"); a.Activity != "wrap_up" {
		t.Errorf("a draft was enough: %s", a.Activity)
	}
	status, data := agent.try("PUT", "/calls/"+second+"/wrap-up", map[string]any{"disposition": "answered", "note": "保养价格"},
		"If-Match", agent.tag("/calls/"+second+"/wrap-up"))
	if s = (api.WrapUpSheet{}); status != 200 {
		t.Fatalf("%d %s", status, data)
	}
	decode(b, string(data), &s)
	if s.Said == nil || !s.Said.Said() || s.Draft != nil {
		t.Errorf("%+v", s)
	}
	b.until(2*time.Second, "the agent is ready", func() bool { return b.agent("1001").Activity == "idle" })

	third := call()
	b.until(6*time.Second, "the agent is ready all the same", func() bool { return b.agent("1001").Activity == "idle" })
	var missing api.Page[api.CallWrapUp]
	b.until(3*time.Second, "the call is listed", func() bool {
		admin.ask("GET", "/calls/without-disposition", nil, &missing)
		return len(missing.Items) == 1
	})
	if missing.Items[0].Call != third {
		t.Errorf("%+v", missing.Items)
	}
	var found api.Page[logged]
	admin.ask("GET", "/calls?wrap_up=inquiry", nil, &found)
	if len(found.Items) != 1 || found.Items[0].ID != second {
		t.Errorf("%d calls found", len(found.Items))
	}
}
