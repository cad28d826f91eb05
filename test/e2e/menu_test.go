package e2e

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// bargeIn is the most that may pass between the first packet of a key and silence of the prompt.
const bargeIn = 40 * time.Millisecond

// After a key the prompt stops within 40 ms: measured from the first packet of the key to the last loud packet of the
// prompt. The flow plays a continuous tone in the place of speech, so that silence is no accident of the words, and
// nothing after the key.
func TestKeyStopsPromptAtOnce(t *testing.T) {
	t.Parallel()
	b := open(t, func(b *box, d *document) {
		b.putPrompt("tone", toneOf(600, 20*time.Second))
		b.putPrompt("hush", toneOf(0, 3*time.Second))
		addFlow(t, d, "barge", `{"entry": "ask", "nodes": {
			"ask":  {"kind": "menu", "say": ["tone"], "keys": {"1": "wait"}, "timeout_seconds": 9, "tries": 1, "timeout": "end"},
			"wait": {"kind": "menu", "say": ["hush"], "keys": {"2": "end"}, "timeout_seconds": 9, "tries": 1, "timeout": "end"},
			"end":  {"kind": "hangup"}}}`, "705")
	})
	out := trunkPeer(b)
	for range 5 {
		c := out.dial("705", silent)
		c.answered()
		hears(t, "the caller", c.listen(time.Second), 600)
		pressed := c.press('1')
		time.Sleep(600 * time.Millisecond)
		var last time.Time
		c.sound.mu.Lock()
		for _, p := range c.sound.heard {
			if dsp.Level(p.samples) > -40 {
				last = p.at
			}
		}
		c.sound.mu.Unlock()
		if late := last.Sub(pressed); late > bargeIn {
			t.Errorf("the prompt went on for %s after the key, want at most %s", late, bargeIn)
		} else {
			t.Logf("silence %s after the key", late)
		}
		hearsNothing(t, "the caller after the key", c.since(pressed.Add(2*bargeIn)))
		c.hangup()
	}
}

// Each key counts once, whichever way it comes: RFC 4733, SIP INFO, or tones in the sound of a caller who has
// neither; on A-law and µ-law.
func TestEveryWayToPressAKey(t *testing.T) {
	t.Parallel()
	b := open(t, func(b *box, d *document) {
		b.putPrompt("tone", toneOf(600, 500*time.Millisecond))
		addFlow(t, d, "digits", `{"entry": "ask", "nodes": {
			"ask": {"kind": "collect", "say": ["tone"], "min": 1, "max": 8, "into": "typed", "timeout_seconds": 2, "tries": 1, "next": "end", "timeout": "end"},
			"end": {"kind": "hangup"}}}`, "706")
	})
	for i, c := range []struct {
		name  string
		voice voice
		press func(d *dialog, key byte)
	}{
		{"RFC 4733", silent, func(d *dialog, key byte) { d.press(key) }},
		{"SIP INFO", silent, (*dialog).info},
		{"tones", voice{noKey: true}, (*dialog).whistle},
		{"RFC 4733 on µ-law", voice{mulaw: true}, func(d *dialog, key byte) { d.press(key) }},
		{"tones on µ-law", voice{mulaw: true, noKey: true}, (*dialog).whistle},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPhone(b, []string{"8001", "8002", "8003", "8004", "8005"}[i])
			d := p.dial("706", c.voice)
			d.answered()
			time.Sleep(300 * time.Millisecond)
			const typed = "1599092"
			for k := range len(typed) {
				c.press(d, typed[k])
				time.Sleep(280 * time.Millisecond)
			}
			d.over()
			if n := d.sound.strangers(); n > 0 {
				t.Errorf("%d packets of a payload type that was not agreed", n)
			}
			if r := b.callFrom(p.user); r.Attrs["typed"] != typed {
				t.Errorf("typed %q, the box took %q", typed, r.Attrs["typed"])
			}
		})
	}
}
