package e2e

import (
	"slices"
	"testing"
	"time"
)

// A caller on the trunk waits with music, is answered, and both hear each other; the agent hangs up.
func TestQueueAnswered(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	agent := agentPhone(b, "8001")
	out := trunkPeer(b)
	c := out.dialAs("13800138000", "700", tone(440))
	c.answered()
	d := agent.ring()
	hearsSound(t, "the waiting caller", c.listen(time.Second))
	d.answer(tone(1000))
	time.Sleep(300 * time.Millisecond)
	from := time.Now()
	time.Sleep(2 * time.Second)
	hears(t, "the caller", c.since(from), 1000, 440)
	hears(t, "the agent", d.since(from), 440, 1000)
	d.hangup()
	c.over()
	r := b.callTo("700")
	if r.Disposition != "answered" || r.EndedBy != "agent" || r.Agent != "1001" || r.Cause != "normal_clearing" {
		t.Errorf("record: %s by %s, agent %s, %s", r.Disposition, r.EndedBy, r.Agent, r.Cause)
	}
	e := b.kept(r.Recording)
	left, right := stereo(t, e.File)
	hears(t, "the recording, left", middle(left, 200*time.Millisecond), 440, 1000)
	hears(t, "the recording, right", middle(right, 200*time.Millisecond), 1000, 440)
	if words := b.logged(r.ID); !slices.Equal(words, []string{"ENTERQUEUE", "CONNECT", "COMPLETEAGENT"}) {
		t.Errorf("queue log: %v", words)
	}
}
