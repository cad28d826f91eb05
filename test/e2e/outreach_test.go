package e2e

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/contact"
)

// callbacks are the tasks of a list.
func (p *person) callbacks(query string) []map[string]any {
	p.b.t.Helper()
	var page struct{ Items []map[string]any }
	p.ask("GET", "/outreach/tasks?"+query, nil, &page)
	return page.Items
}

// A caller who gave up is called back: twice missed is one task, a call that nobody answers counts as an attempt, and one that is
// answered closes it with the call as its proof.
func TestAMissedCallIsReturned(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	boss := b.admin()
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	for range 2 {
		c := out.dialAs("13900000001", "700", silent)
		c.answered()
		d := agent.ring()
		time.Sleep(300 * time.Millisecond)
		c.hangup()
		d.over()
	}
	var k map[string]any
	b.until(10*time.Second, "both calls are one task", func() bool {
		open := boss.callbacks("kind=unreturned&state=open")
		if len(open) == 1 {
			k = open[0]
		}
		return len(open) == 1 && at(k, "count") == "2"
	})
	if at(k, "numbers.0") != "13900000001" || at(k, "queue") != "q_appointment" {
		t.Errorf("task: %v", k)
	}
	c := agent.dial("13900000001", silent)
	out.ring().reject(486)
	c.over()
	b.until(10*time.Second, "the attempt in vain counts", func() bool {
		open := boss.callbacks("kind=unreturned&state=open")
		return len(open) == 1 && at(open[0], "attempts.0.result") == "busy"
	})
	c = agent.dial("13900000001", silent)
	d := out.ring()
	d.answer(silent)
	c.answered()
	time.Sleep(300 * time.Millisecond)
	c.hangup()
	d.over()
	b.until(10*time.Second, "the task closes itself", func() bool {
		done := boss.callbacks("kind=unreturned&state=done")
		if len(done) == 1 {
			k = done[0]
		}
		return len(done) == 1
	})
	if at(k, "outcome") != "returned" || at(k, "proof") == "" || at(k, "proof") != at(k, "attempts.1.call") {
		t.Errorf("task: %v", k)
	}
}

// Who presses 1 after the call gets a complaint that is kept from the agent it is about, and a score in the figures.
func TestABadAnswerMakesAComplaint(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { queueOf(t, d, "q_appointment").Survey = "survey" })
	boss := b.admin()
	caller, agent := conversation(t, b)
	agent.hangup()
	time.Sleep(300 * time.Millisecond)
	hearsSound(t, "the caller who is asked", caller.listen(700*time.Millisecond))
	caller.press('1')
	caller.overWithin(15 * time.Second)
	var page struct{ Items []map[string]any }
	b.until(10*time.Second, "a complaint is opened", func() bool {
		boss.ask("GET", "/tickets?type=complaint", nil, &page)
		return len(page.Items) == 1
	})
	k := page.Items[0]
	if at(k, "source.kind") != "survey" || at(k, "phones.0") != "13800138000" || at(k, "complaint.about") != "1001" || at(k, "links.0.kind") != "call" {
		t.Errorf("complaint: %v", k)
	}
	var scores struct{ Items []map[string]any }
	boss.ask("GET", "/outreach/scores?per=agent", nil, &scores)
	if len(scores.Items) != 1 || at(scores.Items[0], "of") != "1001" || at(scores.Items[0], "sum") != "1" || at(scores.Items[0], "n") != "1" {
		t.Errorf("scores: %v", scores.Items)
	}
}

// An agent takes the next customer of the list and dials: the call counts by its record, busy gives the task back, answered
// leaves it with its questions until they are answered.
func TestAnAgentWorksThroughTheList(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		d.Tickets.Contact = &contact.Plan{Attempts: 3, Parts: []contact.Part{{From: "00:00", To: "23:59"}}} // tests run at any hour
	})
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	one := b.admin().seat("1001", "8001")
	one.ask("POST", "/outreach/tasks", map[string]any{"numbers": []string{"13900000003"}, "script": "invite"}, nil)
	var k map[string]any
	one.ask("POST", "/outreach/next", nil, &k)
	if at(k, "dial") != "13900000003" || at(k, "next.id") != "come" || at(k, "taken_by") != "1001" {
		t.Fatalf("next: %v", k)
	}
	c := agent.dial("13900000003", silent)
	out.ring().reject(486)
	c.over()
	path := "/outreach/tasks/" + at(k, "id")
	b.until(10*time.Second, "the attempt in vain gives it back", func() bool {
		k = nil
		one.ask("GET", path, nil, &k)
		return at(k, "state") == "open" && at(k, "attempts.0.result") == "busy"
	})
	one.ask("POST", path+"/take", nil, nil)
	c = agent.dial("13900000003", silent)
	d := out.ring()
	d.answer(silent)
	c.answered()
	one.ask("POST", path+"/answers", map[string]any{"answers": map[string]string{"come": "later"}}, &k)
	c.hangup()
	d.over()
	if at(k, "state") != "done" || at(k, "outcome") != "answered" {
		t.Errorf("task: %v", k)
	}
}
