package webrtc_test

import (
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// heard is the level in dBm0 from which on a tone counts as heard; phones speak at about −10.
const heard = -19.57

func decoded(alaw []byte) []int16 {
	out := make([]int16, len(alaw))
	dsp.ExpandALaw(out, alaw)
	return out
}

// listener is a tap that keeps what both sides say.
type listener struct {
	mu          sync.Mutex
	left, right []byte
}

func (l *listener) Frame(left, right *media.Frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = append(l.left, left[:]...)
	l.right = append(l.right, right[:]...)
}

func (l *listener) hears(t *testing.T, what string, side func() []byte, hz float64, on bool) {
	t.Helper()
	var p float64 // in dBm0
	for limit := time.Now().Add(patience); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		l.mu.Lock()
		pcm := decoded(side())
		l.mu.Unlock()
		if len(pcm) < 4000 {
			continue
		}
		if p = dsp.Power(pcm[len(pcm)-1600:], hz); (p > heard) == on {
			return
		}
	}
	t.Fatalf("%s: %v Hz at %.1f dBm0, want heard: %v", what, hz, p, on)
}
