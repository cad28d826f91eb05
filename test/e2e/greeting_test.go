package e2e

import (
	"slices"
	"testing"
	"time"
)

// An agent who hangs up during the greeting has dumped the caller, who waits on and gets somebody. One who holds
// during the greeting holds the caller from the joining on: music until the agent comes back, and the time counts.
func TestDuringTheGreeting(t *testing.T) {
	t.Parallel()
	b := open(t, func(b *box, d *document) {
		b.putPrompt("hello_agent", toneOf(600, 1500*time.Millisecond))
		d.Agents[0].Greeting = "hello_agent"
	})
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	c := out.dialAs("13900000001", "700", tone(440))
	c.answered()
	first := agent.ring()
	first.answer(tone(1000))
	first.answered()
	hears(t, "the agent", middle(first.listen(800*time.Millisecond), 200*time.Millisecond), 600, 440)
	first.hangup()

	d := agent.ring()
	d.answer(tone(1000))
	d.answered()
	d.hold(true)
	time.Sleep(2 * time.Second) // the greeting is over
	held := c.listen(time.Second)
	hearsSound(t, "the held caller", held)
	if powerOf(held, 1000) > 0.2 {
		t.Error("the held caller hears the agent")
	}
	d.hold(false)
	time.Sleep(300 * time.Millisecond)
	hears(t, "the caller", c.listen(600*time.Millisecond), 1000, 440)
	d.hangup()
	c.over()
	r := b.callTo("700")
	if r.Disposition != "answered" || r.HeldFor < time.Second || r.HeldFor > 2500*time.Millisecond {
		t.Errorf("record: %s, held for %s, want about 1.5 s", r.Disposition, r.HeldFor)
	}
	want := []string{"ENTERQUEUE", "AGENTDUMP", "ENTERQUEUE", "CONNECT", "COMPLETEAGENT"}
	if words := b.logged(r.ID); !slices.Equal(words, want) {
		t.Errorf("queue log: %v, want %v", words, want)
	}
}
