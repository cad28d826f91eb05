package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// A customer is called back over the second trunk when the first refuses, with the agent waiting all the time.
func TestCallbackOverTheSecondTrunk(t *testing.T) {
	t.Parallel()
	b := open(t, func(b *box, d *document) {
		backwards(t, d)
		d.Trunks = append(d.Trunks, sipua.Trunk{Name: "second", Host: b.net + carrier2, Sources: []string{b.net + carrier2}, Priority: 1})
	})
	first, second := trunkPeer(b), phoneAt(b, "second", b.net+carrier2, 5060)
	asked := askBack(t, b, first)
	first.refuse.Store(503)
	agent := agentPhone(b, "8001").ring()
	agent.answer(tone(agentTone))
	customer := second.ringWithin(40 * time.Second)
	if to := userOf(strings.Fields(customer.invite.start)[1]); to != backNumber {
		t.Errorf("dialled %s, want %s", to, backNumber)
	}
	customer.answer(tone(thirdTone))
	time.Sleep(1500 * time.Millisecond)
	customer.press('1')
	time.Sleep(400 * time.Millisecond)
	together(t, ear{"the customer", customer, []float64{agentTone}, nil}, ear{"the agent", agent, []float64{thirdTone}, nil})
	agent.hangup()
	customer.over()
	b.until(5*time.Second, "the record is written", func() bool { return len(b.callsBack()) == 1 })
	if r := b.callsBack()[0]; r.ExternalLine != "second" || r.Disposition != "answered" || r.Attrs["callback_of"] != asked.ID {
		t.Errorf("record: %s by %q, %v", r.Disposition, r.ExternalLine, r.Attrs)
	}
}

// Who has waited long enough in a queue leaves a message in its box: the lamp burns, a webhook tells of the message, and
// again of its being heard.
func TestAQueueLeadsToItsBox(t *testing.T) {
	t.Parallel()
	b := open(t, func(b *box, d *document) {
		withBoxes(func(boxes []voicemail.Box) { boxes[1].Queue = "q_claim" })(b, d)
		queueOf(t, d, "q_claim").Overflow = []acd.Rung{{After: 2, Target: acd.Target{Kind: "voicemail", Name: "8006"}}}
	})
	boss, told := b.admin(), newListener(t)
	boss.ask("POST", "/webhooks", map[string]any{"name": "DMS", "url": told.url, "events": []string{"voicemail.changed"}, "enabled": true}, nil)
	lamp := deskPhone(b, "8006").subscribe("8006", "message-summary")
	caller := trunkPeer(b).dialAs("13800138000", "701", tone(customerTone))
	caller.answered()
	var list struct{ Items []map[string]any }
	b.until(30*time.Second, "the caller is at the box", func() bool {
		boss.ask("GET", "/live/calls", nil, &list)
		return len(list.Items) == 1 && at(list.Items[0], "place") == "voicemail 8006"
	})
	caller.afterBeep()
	time.Sleep(4 * time.Second)
	caller.hangup()
	b.until(10*time.Second, "the lamp burns", func() bool { return messages(lamp()) == "1/0" })
	boss.ask("GET", "/voicemail/messages?box=8006", nil, &list)
	if len(list.Items) != 1 || at(list.Items[0], "number") != "13800138000" {
		t.Fatalf("messages: %v", list.Items)
	}
	id := at(list.Items[0], "id")
	b.until(20*time.Second, "the webhook tells of the message", func() bool { return told.of("voicemail.changed", id) })
	if r := b.callTo("701"); r.Queue != "q_claim" || r.Disposition != "overflowed" || !r.went("voicemail 8006") {
		t.Errorf("record: queue %s, %s, %+v", r.Queue, r.Disposition, r.Path)
	}
	told.mu.Lock()
	before := len(told.got)
	told.mu.Unlock()
	ownBox(t, boss, id)
	b.until(20*time.Second, "the webhook tells that it was heard", func() bool {
		told.mu.Lock()
		defer told.mu.Unlock()
		return len(told.got) > before
	})
}

// ownBox has an agent hear a message in the box of their phone, 8006, and say so; another agent does not get at it.
func ownBox(t *testing.T, boss *person, id string) {
	t.Helper()
	me, stranger := boss.seat("1001", "8006"), boss.seat("1002", "8005")
	var list struct{ Items []map[string]any }
	me.ask("GET", "/voicemail/mine?state=new", nil, &list)
	if len(list.Items) != 1 || at(list.Items[0], "id") != id {
		t.Errorf("the agent's box: %v", list.Items)
	}
	if status, sound := me.try("GET", "/voicemail/mine/"+id+"/audio", nil); status != http.StatusOK || len(sound) < 20_000 {
		t.Errorf("the message: %d, %d octets", status, len(sound))
	}
	stranger.ask("GET", "/voicemail/mine", nil, &list)
	if len(list.Items) != 0 {
		t.Errorf("another agent's box: %v", list.Items)
	}
	if status, _ := stranger.try("GET", "/voicemail/mine/"+id+"/audio", nil); status != http.StatusNotFound {
		t.Errorf("another agent hears the message: %d", status)
	}
	if status, _ := stranger.try("PATCH", "/voicemail/mine/"+id, map[string]string{"state": "deleted"}); status != http.StatusNotFound {
		t.Errorf("another agent deletes the message: %d", status)
	}
	me.ask("PATCH", "/voicemail/mine/"+id, map[string]string{"state": "old"}, nil)
}

// A phone that is not to be disturbed rings for what its own user has asked for, and for whom its user has passed on in
// vain; for nobody else.
func TestDoNotDisturbAndOnesOwnCalls(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	admin := b.admin()
	me := admin.seat("1001", "8001")
	p, other, third := deskPhone(b, "8001"), deskPhone(b, "8005"), deskPhone(b, "8006")
	code := p.dial("*78", silent)
	code.answered()
	code.overWithin(20 * time.Second)
	if status := other.dial("8001", silent).refusedWith(); status != 486 {
		t.Errorf("somebody else's call: %d, want 486", status)
	}
	p.quiet(300 * time.Millisecond)

	me.ask("POST", "/calls", map[string]string{"number": "8005"}, nil)
	own := p.ring()
	own.answer(tone(agentTone))
	called := other.ring()
	called.answer(tone(customerTone))
	time.Sleep(400 * time.Millisecond)
	together(t, ear{"who clicked", own, []float64{customerTone}, nil}, ear{"who was called", called, []float64{agentTone}, nil})

	third.refuse.Store(486)
	own.keys("##8006#")
	own.over()
	back := p.ring()
	back.answer(tone(agentTone))
	time.Sleep(400 * time.Millisecond)
	only(t, "who came back", called, agentTone)
	back.hangup()
	called.over()
}

// An agent who picks up what rings at another agent's phone has the call in the record.
func TestAnAgentPicksUp(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { served(queueOf(t, d, "q_appointment"), "1001") })
	one, two := agentPhone(b, "8001"), agentPhone(b, "8002")
	caller := trunkPeer(b).dialAs("13800138000", "700", tone(customerTone))
	caller.answered()
	ringing := one.ring()
	taken := two.dial("*88001", tone(agentTone))
	taken.answered()
	ringing.over()
	time.Sleep(400 * time.Millisecond)
	together(t, ear{"the caller", caller, []float64{agentTone}, nil}, ear{"who picked up", taken, []float64{customerTone}, nil})
	caller.hangup()
	taken.over()
	if r := b.callTo("700"); r.Agent != "1002" || r.Extension != "8002" || r.Disposition != "answered" {
		t.Errorf("record: %s, agent %q at %s", r.Disposition, r.Agent, r.Extension)
	}
}
