package link

import (
	"fmt"
	"testing"
	"time"
)

func TestWhoGuessesHasToWait(t *testing.T) {
	l := limiter{sources: map[string]*bucket{}}
	now := time.Now()
	guesses := 0
	for l.take("a", 1, now) {
		l.take("a", missCost, now)
		guesses++
	}
	if guesses < 3 || guesses > 5 {
		t.Errorf("%d guesses at once", guesses)
	}
	if !l.take("b", 1, now) {
		t.Error("somebody else has to wait, too")
	}
	if now = now.Add(time.Minute); !l.take("a", 1, now) {
		t.Error("it is never over")
	}
	for i := range 3 * maxSources {
		l.take(fmt.Sprint(i), 1, now)
	}
	if len(l.sources) > maxSources {
		t.Errorf("%d sources are kept", len(l.sources))
	}
}
