package e2e

import (
	"slices"
	"testing"
	"time"
)

// The power plug is pulled while calls ring, listen to the menu, wait and talk. After the restart every call has
// exactly one record, the recording lacks at most a second, the agents are signed in and the phones are reached
// without registering again.
func TestPowerCutInEveryPhase(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) {
		served(queueOf(t, d, "q_appointment"), "1001")
		served(queueOf(t, d, "q_claim"), "1002")
		served(queueOf(t, d, "q_rescue"), "1003")
	})
	talker, ringer, out := agentPhone(b, "8001"), agentPhone(b, "8002"), trunkPeer(b)
	talking, ringing := "13900000001", "13900000002"
	c := out.dialAs(talking, "700", tone(440))
	c.answered()
	d := talker.ring()
	d.answer(tone(1000))
	d.answered()
	connected := time.Now()
	out.dialAs(ringing, "701", silent).answered()
	ringer.ring()
	out.dialAs("13900000003", "702", silent).answered()
	out.dialAs("13900000004", "4006001234", silent).answered()
	time.Sleep(3500 * time.Millisecond)
	lasted := time.Since(connected)
	b.kill()
	d.finish("power", 0)
	b.start()

	calls := b.calls()
	var from []string
	for _, r := range calls {
		if r.Line != "carrier" {
			continue
		}
		from = append(from, r.From)
		if r.Cause != "restarted" || r.Disposition != "interrupted" || r.EndedAt.Before(r.StartedAt) {
			t.Errorf("the record of %s: %s, %s, from %s to %s", r.From, r.Disposition, r.Cause, r.StartedAt, r.EndedAt)
		}
		if r.From == talking {
			e := b.recording(r.ID)
			if e.Verdict != "kept" || !e.Repaired || e.Length < lasted-time.Second {
				t.Errorf("the recording after %s: %s (%s), %s long, repaired %t", lasted, e.Verdict, e.Reason, e.Length, e.Repaired)
			}
			b.kept(r.ID)
			left, right := stereo(t, e.File)
			hears(t, "the repaired recording, left", middle(left, 200*time.Millisecond), 440, 1000)
			hears(t, "the repaired recording, right", middle(right, 200*time.Millisecond), 1000, 440)
		}
	}
	slices.Sort(from)
	if !slices.Equal(from, []string{talking, ringing, "13900000003", "13900000004"}) {
		t.Errorf("records of calls from %v, want one of each of the four", from)
	}
	for _, id := range []string{"1001", "1002"} {
		if a := b.agent(id); a.Status != "available" {
			t.Errorf("after the restart agent %s is %s", id, a.Status)
		}
	}
	out.dialAs("13900000005", "701", silent).answered()
	for { // what rang before the cut rings no more
		d := ringer.ring()
		if userOf(uri(d.invite.get("from"))) == "13900000005" {
			d.answer(silent)
			d.answered()
			d.hangup()
			break
		}
	}
	b.stop()
	b.start()
	if n := len(b.calls()); n != len(calls)+1 {
		t.Errorf("%d records after one more call and restart, want %d", n, len(calls)+1)
	}
}

// A stop lets the call that is up go on for the time of grace, refuses new ones with 503, and writes everything down.
func TestOrderlyStop(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	b.grace = 3
	b.writeBootFile()
	b.start()
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	c, d := talking(b, out, agent, "700")
	began := time.Now()
	b.terminate()
	time.Sleep(500 * time.Millisecond)
	if status := out.dialAs("13900000002", "701", silent).refusedWith(); status != 503 {
		t.Errorf("a new call while stopping gets %d, want 503", status)
	}
	hears(t, "the caller while the box stops", c.listen(time.Second), 1000, 440)
	c.over()
	d.over()
	<-b.exited
	if took := time.Since(began); took < 2500*time.Millisecond || took > 9*time.Second {
		t.Errorf("the box stopped after %s, the grace was 3 s", took)
	}
	if b.err != nil {
		t.Errorf("the box ended with %v", b.err)
	}
	b.start()
	r := b.callTo("700")
	if r.Cause != "shutdown" || r.Disposition != "answered" || r.EndedBy != "box" {
		t.Errorf("record: %s, %s by %s", r.Disposition, r.Cause, r.EndedBy)
	}
	if late := b.callFrom("13900000002"); late.Cause != "shutdown" || late.Disposition != "rejected" {
		t.Errorf("record of the call that was refused: %s, %s", late.Disposition, late.Cause)
	}
	if e := b.kept(r.Recording); e.Length < 2*time.Second || e.Repaired {
		t.Errorf("the recording is %s long, repaired %t", e.Length, e.Repaired)
	}
	if words := b.logged(r.ID); !slices.Contains(words, "COMPLETEAGENT") && !slices.Contains(words, "COMPLETECALLER") {
		t.Errorf("queue log: %v", words)
	}
}

// A phone whose network is gone in mid-call: after 30 s without sound the call ends, and the record says why.
func TestPhoneVanishes(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	c, d := talking(b, out, agent, "700")
	agent.unplug()
	if how := c.overWithin(45 * time.Second); how != "bye" || c.cause == 16 {
		t.Errorf("the caller's call ends by %s, cause %d", how, c.cause)
	}
	_ = d
	var r record
	b.until(45*time.Second, "the record is written", func() bool {
		for _, x := range b.calls() {
			if x.To == "700" {
				r = x
				return true
			}
		}
		return false
	})
	if r.Cause != "media_timeout" || r.EndedBy != "box" || r.Disposition != "answered" {
		t.Errorf("record: %s, %s by %s", r.Disposition, r.Cause, r.EndedBy)
	}
	b.kept(r.Recording)
}
