package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// hearer is whoever keeps what it hears.
type hearer interface{ heard() []int16 }

// hearing is who shall hear what: these tones, and not those.
type hearing struct {
	who   string
	by    hearer
	hears []float64
	not   []float64
}

// inRooms is the level above which a tone counts as heard in a conference, which brings all voices to one level;
// inCalls that in a conversation. dBm0.
const (
	inCalls = -22
	inRooms = -32
)

// allHear lets everybody talk until all hear what they should, in one piece of time, and checks that nobody hears in it
// what is not for them. A busy machine may leave holes in the sound, so there are a few tries; what must not be heard
// never may.
func allHear(t *testing.T, level float64, who ...hearing) {
	t.Helper()
	for try := 1; ; try++ {
		missing := ""
		for i, samples := range listenAll(t, who) {
			h := who[i]
			for _, hz := range h.hears {
				if l := powerOf(samples, hz); l < level {
					missing = fmt.Sprintf("%s hears %.0f Hz at %.1f dBm0, want above %.0f", h.who, hz, l, level)
				}
			}
			for _, hz := range h.not {
				if l := powerOf(samples, hz); l > quiet {
					t.Errorf("%s hears %.0f Hz at %.1f dBm0, want below %d", h.who, hz, l, quiet)
				}
			}
		}
		if missing == "" || t.Failed() {
			return
		}
		if try == 8 {
			t.Fatal(missing)
		}
	}
}

// piece is how much sound is judged at once.
const piece = 700 * time.Millisecond

// listenAll returns what all hear from now on, a piece of it.
func listenAll(t *testing.T, who []hearing) [][]int16 {
	t.Helper()
	from := make([]int, len(who))
	for i, h := range who {
		from[i] = len(h.by.heard())
	}
	out := make([][]int16, len(who))
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		enough := true
		for i, h := range who {
			out[i] = nil
			if all := h.by.heard(); len(all) > from[i] { // a new call begins a new file
				out[i] = all[from[i]:]
			}
			enough = enough && len(out[i]) >= dsp.Samples(piece)
		}
		if enough {
			return out
		}
		if time.Now().After(end) {
			for i, h := range who {
				if len(out[i]) < dsp.Samples(piece) {
					t.Fatalf("%s hears %d samples in 5 s", h.who, len(out[i]))
				}
			}
		}
	}
}

// nowHears waits until somebody hears a tone.
func nowHears(t *testing.T, b *box, who string, by hearer, hz float64) {
	t.Helper()
	b.until(20*time.Second, fmt.Sprintf("%s hears %.0f Hz", who, hz), func() bool {
		all := by.heard()
		return len(all) >= 4000 && powerOf(last(all, 400*time.Millisecond), hz) > inRooms
	})
}

// nowSound waits until somebody hears anything: speech or music.
func nowSound(t *testing.T, b *box, who string, by hearer) {
	t.Helper()
	from := len(by.heard())
	b.until(15*time.Second, who+" hears something", func() bool {
		all := by.heard()
		return len(all) > from+4000 && dsp.Level(last(all, 500*time.Millisecond)) > -35
	})
}
