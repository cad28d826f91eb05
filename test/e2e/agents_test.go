package e2e

import (
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// talking is a call on the trunk that an agent has answered.
func talking(b *box, out, agent *phone, number string) (caller, agentSide *dialog) {
	b.t.Helper()
	caller = out.dialAs("13900000001", number, tone(440))
	caller.answered()
	agentSide = agent.ring()
	agentSide.answer(tone(1000))
	agentSide.answered()
	time.Sleep(200 * time.Millisecond)
	return caller, agentSide
}

// The agent's phone holds the call and takes it back: the caller hears music, then the agent again, the recording
// runs on, the record says for how long.
func TestHoldAndResume(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	c, d := talking(b, out, agent, "700")
	hears(t, "the caller", c.listen(600*time.Millisecond), 1000, 440)
	d.hold(true)
	time.Sleep(200 * time.Millisecond)
	held := c.listen(1500 * time.Millisecond)
	hearsSound(t, "the held caller", held)
	if l := powerOf(held, 1000); l > quiet {
		t.Errorf("the held caller hears the agent at %.1f dBm0", l)
	}
	d.hold(false)
	time.Sleep(200 * time.Millisecond)
	hears(t, "the caller again", c.listen(600*time.Millisecond), 1000, 440)
	hears(t, "the agent again", last(d.since(time.Time{}), 400*time.Millisecond), 440, 1000)
	c.hangup()
	d.over()
	r := b.callTo("700")
	if r.HeldFor < 1500*time.Millisecond || r.HeldFor > 2500*time.Millisecond || r.EndedBy != "caller" {
		t.Errorf("held for %s, ended by %s", r.HeldFor, r.EndedBy)
	}
	e := b.kept(r.Recording)
	if off := e.Length - r.EndedAt.Sub(r.ConnectedAt); off.Abs() > 300*time.Millisecond {
		t.Errorf("the recording is %s long, the conversation was %s", e.Length, r.EndedAt.Sub(r.ConnectedAt))
	}
	left, _ := stereo(t, e.File)
	hears(t, "the recording of the held caller", middle(left, time.Second), 440)
	if words := b.logged(r.ID); !slices.Equal(words, []string{"ENTERQUEUE", "CONNECT", "COMPLETECALLER"}) {
		t.Errorf("queue log: %v", words)
	}
}

// An agent who does not answer loses the call to the next one, and after two misses is paused; a busy phone does not
// count as a miss.
func TestRingNoAnswer(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		q := queueOf(t, d, "q_appointment")
		served(q, "1001", "1002")
		q.Ring.Timeout, q.Ring.MaxMisses, q.Prefer.LastAgentDays = 1, 2, 0
	})
	first, second, out := agentPhone(b, "8001"), agentPhone(b, "8002"), trunkPeer(b)
	for n := 1; n <= 2; n++ {
		c := out.dialAs("1390000000"+string(rune('0'+n)), "700", silent)
		c.answered()
		rung := first.ring()
		if how := rung.over(); how != "cancel" {
			t.Errorf("the phone not answered stops by %s, want cancel", how)
		}
		d := second.ring()
		d.answer(silent)
		d.answered()
		time.Sleep(300 * time.Millisecond)
		c.hangup()
		d.over()
		r := b.callFrom("1390000000" + string(rune('0'+n)))
		if words := b.logged(r.ID); r.Agent != "1002" || !slices.Contains(words, "RINGNOANSWER") || !slices.Contains(words, "CONNECT") {
			t.Errorf("agent %s, queue log %v", r.Agent, words)
		}
		time.Sleep(700 * time.Millisecond) // wrap-up and retry
	}
	if a := b.agent("1001"); a.Status != "paused" || a.Reason != "missed" {
		t.Errorf("after two misses the agent is %s (%s)", a.Status, a.Reason)
	}
	if words := b.logged(""); !slices.Contains(words, "PAUSE") {
		t.Errorf("queue log has no PAUSE: %v", words)
	}

	first.dial("*47", silent).over()
	if a := b.agent("1001"); a.Status != "available" {
		t.Errorf("after *47 the agent is %s", a.Status)
	}
	first.mu.Lock()
	first.refuse.Store(486)
	first.mu.Unlock()
	c := out.dialAs("13900000009", "700", silent)
	c.answered()
	d := second.ring()
	d.answer(silent)
	d.answered()
	c.hangup()
	d.over()
	if a := b.agent("1001"); a.Misses != 0 || a.Status != "available" {
		t.Errorf("a busy phone: %d misses, %s", a.Misses, a.Status)
	}
}

// Two phones under one extension ring together; the first to answer has the call, the other is told that it was
// answered elsewhere.
func TestTwoContactsOfOneExtension(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	other := deskPhone(b, "8001")
	c := out.dialAs("13900000001", "700", tone(440))
	c.answered()
	lost, won := agent.ring(), other.ring()
	won.answer(tone(1000))
	if how := lost.over(); how != "cancel" || lost.cause != 26 {
		t.Errorf("the other phone stops by %s, cause %d, want cancel, 26 (answered elsewhere)", how, lost.cause)
	}
	time.Sleep(300 * time.Millisecond)
	hears(t, "the caller", c.listen(600*time.Millisecond), 1000, 440)
	won.hangup()
	c.over()
	if r := b.callTo("700"); r.Disposition != "answered" || len(r.Legs) != 3 {
		t.Errorf("record: %s, %d legs", r.Disposition, len(r.Legs))
	}
}

// An agent signs in, pauses with and without asking, comes back, stretches and ends the wrap-up, hears the own number
// and signs out, all from the keys of a desk phone.
func TestFeatureCodes(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		q := queueOf(t, d, "q_appointment")
		q.WrapUp, q.WrapUpMax = 7, 60
	})
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	code := func(number, keys string, status, reason string) {
		t.Helper()
		c := agent.dial(number, silent)
		c.answered()
		hearsSound(t, number, c.listen(500*time.Millisecond))
		for _, k := range []byte(keys) {
			c.press(k)
		}
		c.over()
		if a := b.agent("1001"); a.Status != status || a.Reason != reason {
			t.Errorf("after %s%s: %s (%s), want %s (%s)", number, keys, a.Status, a.Reason, status, reason)
		}
	}
	code("*462", "", "paused", "lunch")
	code("*47", "", "available", "")
	code("*46", "3", "paused", "training")
	code("*47", "", "available", "")
	code("*65", "", "available", "")

	c, d := talking(b, out, agent, "700")
	d.hangup()
	c.over()
	b.until(2*time.Second, "the agent wraps up", func() bool { return b.agent("1001").Activity == "wrap_up" })
	ended := time.Now()
	time.Sleep(2 * time.Second) // seven more seconds from here
	code("*48", "", "available", "")
	time.Sleep(time.Until(ended.Add(7700 * time.Millisecond)))
	if a := b.agent("1001"); a.Activity != "wrap_up" {
		t.Errorf("after *48 the wrap-up is not longer: %s", a.Activity)
	}
	code("*49", "", "available", "")
	if a := b.agent("1001"); a.Activity != "idle" {
		t.Errorf("after *49 the agent is %s", a.Activity)
	}
	code("*45", "", "signed_out", "")
}

// A prompt is spoken by phone, and the next caller hears it; one whose speaker hangs up is as if it had not been.
func TestRecordPromptByPhone(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	p, out := deskPhone(b, "8005"), trunkPeer(b)
	speak := func() *dialog {
		c := p.dial("*77", tone(700))
		c.answered()
		c.listen(time.Second)
		for _, k := range []byte("101") {
			c.press(k)
		}
		b.until(15*time.Second, "the phone is told to speak", func() bool {
			return powerOf(c.listen(200*time.Millisecond), 880) > loud // the tone after which to speak
		})
		time.Sleep(2500 * time.Millisecond)
		return c
	}
	c := speak()
	c.hangup()
	b.callTo("*77")
	time.Sleep(300 * time.Millisecond)
	if own, err := filepath.Glob(filepath.Join(b.dir, "prompts", "*", "*")); err != nil || len(own) != 0 {
		t.Errorf("kept although the speaker hung up: %v (%v)", own, err)
	}
	c = speak()
	c.press('#')
	c.over() // after "saved", and what was saved
	call := out.dial("4006001234", silent)
	call.answered()
	hears(t, "the next caller", middle(call.listen(1200*time.Millisecond), 200*time.Millisecond), 700)
	call.hangup()
}
