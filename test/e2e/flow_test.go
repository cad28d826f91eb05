package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// Key 8 leads to the English menu, whose key 0 leads to the operators; the record says so.
func TestEnglish(t *testing.T) {
	t.Parallel()
	b := open(t, func(b *box, _ *document) { b.putPrompt("welcome", toneOf(0, 200*time.Millisecond)) })
	c := trunkPeer(b).dialAs("13800138000", "4006001234", silent)
	c.answered()
	time.Sleep(500 * time.Millisecond)
	c.press('8')
	time.Sleep(500 * time.Millisecond)
	hearsSound(t, "the caller", c.listen(500*time.Millisecond))
	c.press('0')
	b.until(8*time.Second, "the caller waits for an operator", func() bool { return len(b.waiting("q_reception")) == 1 })
	c.hangup()
	r := b.callTo("4006001234")
	if r.Language != "en" || r.keys() != "80" || r.Disposition != "abandoned" || r.EndedBy != "caller" {
		t.Errorf("record: language %s, keys %q, %s by %s", r.Language, r.keys(), r.Disposition, r.EndedBy)
	}
	if words := b.logged(r.ID); !slices.Equal(words, []string{"ENTERQUEUE", "ABANDON"}) {
		t.Errorf("queue log: %v", words)
	}
}

// A µ-law desk phone and an A-law trunk hear each other.
func TestMuLawPhone(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	c := out.dialAs("13900000001", "700", tone(440))
	c.answered()
	d := agent.ring()
	d.answer(voice{hz: 1000, mulaw: true})
	time.Sleep(500 * time.Millisecond)
	from := time.Now()
	time.Sleep(1500 * time.Millisecond)
	hears(t, "the caller", c.since(from), 1000, 440)
	hears(t, "the agent", d.since(from), 440, 1000)
	if c.sound.strangers()+d.sound.strangers() > 0 {
		t.Error("packets of a payload type that was not agreed")
	}
	d.hangup()
	c.over()
	left, right := stereo(t, b.kept(b.callTo("700").Recording).File)
	hears(t, "the recording, left", middle(left, 200*time.Millisecond), 440, 1000)
	hears(t, "the recording, right", middle(right, 200*time.Millisecond), 1000, 440)
}

// Callers climb the overflow ladder to another queue and leave it for a menu when their time is over; a full queue
// sends on, a blacklisted caller is refused, a VIP goes before those who wait longer.
func TestQueueRules(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		q := queueOf(t, d, "q_appointment")
		served(q, "1001")
		q.Overflow = []acd.Rung{{After: 2, Target: target("queue", "q_club")}}
		club := queueOf(t, d, "q_club")
		served(club, "1002")
		club.MaxWait, club.TimeoutTarget = 2, &settings.Target{Kind: "menu", Name: "sorry"}
		claim := queueOf(t, d, "q_claim")
		served(claim, "1003")
		claim.MaxLength, claim.FullTarget = 2, &settings.Target{Kind: "hangup", Name: "user_busy"}
		served(queueOf(t, d, "q_rescue"), "1004")
		d.Blacklist = []settings.Listed{{Number: "1350000*"}}
		d.VIPs = []settings.VIP{{Number: "13700000007", Name: "VIP"}}
	})
	out := trunkPeer(b)

	ladder := out.dialAs("13900000001", "700", silent)
	ladder.answered()
	blocked := out.dialAs("13500001111", "700", silent)
	if status := blocked.refusedWith(); status != 603 && status != 403 {
		t.Errorf("a blacklisted caller gets %d", status)
	}
	if r := b.callFrom("13500001111"); r.Disposition != "rejected" || r.Cause != "blocked" {
		t.Errorf("a blacklisted caller's record: %s, %s", r.Disposition, r.Cause)
	}

	full := []*dialog{out.dialAs("13900000002", "701", silent), out.dialAs("13900000003", "701", silent)}
	for _, c := range full {
		c.answered()
	}
	b.until(2*time.Second, "two wait", func() bool { return len(b.waiting("q_claim")) == 2 })
	third := out.dialAs("13900000004", "701", silent)
	third.over()
	if r := b.callFrom("13900000004"); r.Cause != "user_busy" || r.Disposition != "overflowed" {
		t.Errorf("the record of a caller to a full queue: %s, %s", r.Disposition, r.Cause)
	}

	waits := []*dialog{out.dialAs("13900000005", "702", silent)}
	waits[0].answered()
	time.Sleep(100 * time.Millisecond)
	waits = append(waits, out.dialAs("13700000007", "702", silent))
	waits[1].answered()
	b.until(2*time.Second, "the VIP is first", func() bool {
		return slices.Equal(b.waiting("q_rescue"), []string{"13700000007", "13900000005"})
	})
	agent := agentPhone(b, "8004")
	if d := agent.ring(); userOf(uri(d.invite.get("from"))) != "13700000007" {
		t.Errorf("the agent is rung for %s first", d.invite.get("from"))
	}
	ladder.over()
	r := b.callFrom("13900000001")
	if !r.went("queue q_appointment") || !r.went("queue q_club") || !r.went("menu sorry") || r.Disposition != "overflowed" {
		t.Errorf("the ladder: %s, %v", r.Disposition, r.Path)
	}
	if words := b.logged(r.ID); strings.Count(strings.Join(words, " "), "EXITWITHTIMEOUT") != 2 {
		t.Errorf("queue log of the ladder: %v", words)
	}
	for _, c := range append(full, waits...) {
		c.hangup()
	}
}

// A number outside is dialled over the first trunk that takes it: the next one after 503, and after a trunk that is
// dead; a busy number is not tried again.
func TestTrunkFailover(t *testing.T) {
	t.Parallel()
	b := open(t, func(b *box, d *document) {
		d.Trunks = append(d.Trunks, sipua.Trunk{Name: "second", Host: b.net + carrier2, Sources: []string{b.net + carrier2}, Priority: 1})
	})
	p := deskPhone(b, "8005")
	first, second := trunkPeer(b), phoneAt(b, "second", b.net+carrier2, 5060)
	first.mu.Lock()
	first.refuse.Store(503)
	first.mu.Unlock()
	c := p.dial("13600000001", tone(440))
	d := second.ring()
	if n := userOf(strings.Fields(d.invite.start)[1]); n != "13600000001" {
		t.Errorf("the second trunk is asked for %s", n)
	}
	d.answer(tone(1000))
	c.answered()
	time.Sleep(300 * time.Millisecond)
	hears(t, "the phone", c.listen(800*time.Millisecond), 1000, 440)
	hears(t, "the number outside", last(d.since(time.Time{}), 500*time.Millisecond), 440, 1000)
	d.hangup()
	c.over()
	if r := b.callTo("13600000001"); r.ExternalLine != "second" || r.Disposition != "answered" || len(r.Legs) != 3 {
		t.Errorf("record: by %q, %s, %d legs", r.ExternalLine, r.Disposition, len(r.Legs))
	}

	first.mu.Lock()
	first.refuse.Store(486)
	first.mu.Unlock()
	if status := p.dial("13600000002", silent).refusedWith(); status != 486 {
		t.Errorf("a busy number: %d", status)
	}
	if r := b.callTo("13600000002"); r.Cause != "user_busy" || len(r.Legs) != 2 {
		t.Errorf("a busy number: %s, %d legs", r.Cause, len(r.Legs))
	}

	first.unplug()
	began := time.Now()
	c = p.dial("13600000003", silent)
	d = second.ringWithin(40 * time.Second)
	t.Logf("a dead trunk is given up after %s", time.Since(began).Round(time.Millisecond))
	d.answer(silent)
	c.answered()
	c.hangup()
	d.over()
	if r := b.callTo("13600000003"); r.ExternalLine != "second" || r.Disposition != "answered" {
		t.Errorf("record: by %q, %s", r.ExternalLine, r.Disposition)
	}
}
