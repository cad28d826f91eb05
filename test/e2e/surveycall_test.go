package e2e

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/care/contact"
)

// allDay lets customers be called whenever the test runs.
func allDay() *contact.Plan {
	return &contact.Plan{Attempts: 3, Parts: []contact.Part{{From: "00:00", To: "24:00"}}}
}

// The box calls customers by itself, one at a time here: a busy one is tried again later, the next one answers by key and is in
// the figures with the agent the survey is about; a kill in the middle loses neither; who presses 0 is never called again; and
// what is called off rings no more.
func TestTheBoxAsksCustomersByTelephone(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		d.Tickets.Contact = allDay()
		d.Outreach.Survey.Calls = 1
	})
	out, boss := trunkPeer(b), b.admin()
	var ids []string
	for _, number := range []string{"13900000011", "13900000012", "13900000013", "13900000014"} {
		var c map[string]any
		boss.ask("POST", "/customers", map[string]any{"kind": "person", "name": "客户" + number[9:], "phones": []map[string]any{{"number": number}}}, &c)
		ids = append(ids, at(c, "id"))
	}
	var made map[string]any
	boss.ask("POST", "/outreach/surveys", map[string]any{"customers": ids, "way": "call", "about": "1001", "department": "service"}, &made)
	if at(made, "made") != "4" {
		t.Fatalf("made: %v", made)
	}
	path := "/outreach/surveys/" + at(made, "batch")
	progress := func(what string) (n string) {
		var p map[string]any
		boss.ask("GET", path, nil, &p)
		return at(p, what)
	}
	out.ringWithin(30 * time.Second).reject(486)
	second := out.ringWithin(20 * time.Second)
	second.answer(silent)
	hearsWords(t, second)
	second.press('1')
	second.overWithin(20 * time.Second)
	b.until(10*time.Second, "the answer is kept", func() bool { return progress("outcomes.answered") == "1" })
	var scores struct{ Items []map[string]any }
	boss.ask("GET", "/outreach/scores?per=agent", nil, &scores)
	if len(scores.Items) != 1 || at(scores.Items[0], "of") != "1001" || at(scores.Items[0], "sum") != "1" {
		t.Errorf("scores: %v", scores.Items)
	}
	var page struct{ Items []map[string]any }
	boss.ask("GET", "/tickets?type=complaint", nil, &page)
	if len(page.Items) != 1 || at(page.Items[0], "complaint.about") != "1001" {
		t.Errorf("complaints: %v", page.Items)
	}
	third := out.ringWithin(20 * time.Second)
	third.answer(silent)
	hearsWords(t, third)
	third.press('0')
	third.overWithin(20 * time.Second)
	b.until(10*time.Second, "the refusal is kept", func() bool { return progress("outcomes.not_wanted") == "1" })
	noCalls := 0
	for _, id := range ids {
		var c map[string]any
		boss.ask("GET", "/customers/"+id, nil, &c)
		if at(c, "consent.do_not_call") == "true" && at(c, "consent.how") == "call" {
			noCalls++
		}
	}
	if noCalls != 1 {
		t.Errorf("%d customers want no calls, want the one who said so", noCalls)
	}
	fourth := out.ringWithin(20 * time.Second)
	b.kill()
	fourth.finish("power", 0)
	b.start()
	if progress("total") != "4" || progress("states.taken") == "2" {
		t.Errorf("after the power was gone: %s", progress("states"))
	}
	var off map[string]any
	boss.ask("POST", path+"/cancel", map[string]any{"why": "够了"}, &off)
	if at(off, "cancelled") != "2" {
		t.Errorf("called off: %v", off)
	}
	out.quiet(3 * time.Second)
}
