package e2e

import (
	"slices"
	"testing"
	"time"
)

// A caller gives up while the agent's phone rings: it stops at once, nobody missed anything, and the books say that
// the caller left.
func TestCallerGivesUp(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	c := out.dialAs("13900000001", "700", silent)
	c.answered()
	d := agent.ring()
	time.Sleep(300 * time.Millisecond)
	c.hangup()
	began := time.Now()
	if how := d.over(); how != "cancel" || time.Since(began) > 500*time.Millisecond {
		t.Errorf("the agent's phone stops by %s after %s", how, time.Since(began))
	}
	r := b.callTo("700")
	if r.Disposition != "abandoned" || r.EndedBy != "caller" || r.Agent != "" || r.Recording != "" {
		t.Errorf("record: %s by %s, agent %q, recording %q", r.Disposition, r.EndedBy, r.Agent, r.Recording)
	}
	words := b.logged(r.ID)
	if !slices.Contains(words, "ABANDON") || slices.Contains(words, "RINGNOANSWER") {
		t.Errorf("queue log: %v", words)
	}
	if a := b.agent("1001"); a.Misses != 0 || a.Activity != "idle" {
		t.Errorf("the agent is %s with %d misses", a.Activity, a.Misses)
	}
	again := out.dialAs("13900000002", "700", silent)
	again.answered()
	agent.ring().reject(486)
	again.hangup()
}

// Calls between phones of the house: answered with sound, cancelled while it rings, to a phone that is not there, and
// to a number that is none. A stranger gets nothing at all.
func TestInsideTheHouse(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	one, two := deskPhone(b, "8005"), deskPhone(b, "8006")
	c := one.dial("8006", tone(440))
	d := two.ring()
	select {
	case <-c.ringing:
	case <-time.After(2 * time.Second):
		t.Error("the caller does not hear that it rings")
	}
	d.answer(tone(1000))
	c.answered()
	time.Sleep(300 * time.Millisecond)
	from := time.Now()
	time.Sleep(700 * time.Millisecond)
	hears(t, "the caller", c.since(from), 1000, 440)
	hears(t, "the called", d.since(from), 440, 1000)
	c.hold(true)
	time.Sleep(200 * time.Millisecond)
	hearsSound(t, "the called on hold", d.listen(500*time.Millisecond))
	c.hold(false)
	time.Sleep(200 * time.Millisecond)
	hears(t, "the called again", d.listen(500*time.Millisecond), 440, 1000)
	d.hangup()
	c.over()
	if r := b.callTo("8006"); r.Disposition != "answered" || r.EndedBy != "callee" || r.Extension != "8006" {
		t.Errorf("record: %s by %s, extension %s", r.Disposition, r.EndedBy, r.Extension)
	} else {
		b.kept(r.Recording)
	}

	c = two.dial("8005", silent)
	d = one.ring()
	<-c.ringing
	c.hangup()
	if how := d.over(); how != "cancel" || c.status != 487 {
		t.Errorf("cancelled: %s, the caller gets %d", how, c.status)
	}
	if r := b.callTo("8005"); r.Disposition != "unanswered" || r.EndedBy != "caller" {
		t.Errorf("record: %s by %s", r.Disposition, r.EndedBy)
	}
	if status := two.dial("8002", silent).refusedWith(); status != 480 {
		t.Errorf("a phone that is not registered: %d", status)
	}
	if status := two.dial("4321", silent).refusedWith(); status != 404 {
		t.Errorf("a number that is none: %d", status)
	}
	if status := two.dial("0044123456", silent).refusedWith(); status != 404 && status != 403 {
		t.Errorf("a number that may not be dialled: %d", status)
	}
	stranger := phoneAt(b, "1234567", b.peer(), 5060)
	stranger.password = ""
	if status := stranger.dialAs("1234567", "8005", silent).refusedWith(); status != 403 {
		t.Errorf("a stranger: %d", status)
	}
	one.quiet(200 * time.Millisecond)
	guess := newPhone(b, "8002")
	guess.password = "guess"
	if status := guess.dial("8005", silent).refusedWith(); status != 403 {
		t.Errorf("a wrong password: %d", status)
	}
}

// Early media of the outside line is heard before the answer, and a key pressed in the conversation reaches the other
// side once.
func TestOutsideLine(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	p, out := deskPhone(b, "8005"), trunkPeer(b)
	c := p.dial("913600000001", tone(440))
	d := out.ring()
	d.progress(tone(450))
	<-c.ringing
	time.Sleep(300 * time.Millisecond)
	c.sound.begin()
	hears(t, "the caller before the answer", c.listen(800*time.Millisecond), 450)
	d.confirm()
	c.answered()
	time.Sleep(500 * time.Millisecond)
	hears(t, "the far side", d.listen(500*time.Millisecond), 440)
	before := d.sound.pressed()
	c.press('7')
	time.Sleep(700 * time.Millisecond)
	if got := d.sound.pressed()[len(before):]; got != "7" {
		t.Errorf("the far side gets the keys %q, want 7 once", got)
	}
	c.hangup()
	d.over()
	r := b.callTo("913600000001")
	if r.Disposition != "answered" || r.ExternalLine != "carrier" || r.EndedBy != "caller" {
		t.Errorf("record: %s by %s over %q", r.Disposition, r.EndedBy, r.ExternalLine)
	}
}
