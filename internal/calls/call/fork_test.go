package call

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// ringer is one of several phones.
type ringer struct {
	id   string
	mu   sync.Mutex
	post func(line.Event)
	told []string
}

func (r *ringer) Info() line.Info                { return line.Info{ID: r.id, Line: "8001"} }
func (r *ringer) Port() media.Port               { return nil }
func (r *ringer) Listen(post func(line.Event))   { r.post = post }
func (r *ringer) says(ev line.Event)             { r.post(ev) }
func (r *ringer) want(t *testing.T, w ...string) { t.Helper(); same(t, r.id, r.told, w) }
func (r *ringer) Do(cmd line.Command) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = append(r.told, fmt.Sprintf("%T", cmd))
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func forkOf(t *testing.T) (one, two *ringer, leg Leg, heard *[]string) {
	t.Helper()
	one, two = &ringer{id: "one"}, &ringer{id: "two"}
	leg, heard = fork([]Leg{one, two}), new([]string)
	leg.Listen(func(ev line.Event) { *heard = append(*heard, fmt.Sprintf("%T", ev)) })
	return one, two, leg, heard
}

func TestTheFirstPhoneThatAnswersIsTheLeg(t *testing.T) {
	one, two, leg, heard := forkOf(t)
	one.says(line.Ringing{})
	two.says(line.Answered{})
	one.want(t, "line.Hangup")
	one.says(line.Answered{}) // at the same time
	one.says(line.Ended{Cause: line.AnsweredElsewhere})
	two.says(line.Digit{Key: '1'})
	leg.Do(line.Hangup{Cause: line.NormalClearing})
	two.says(line.Ended{Cause: line.NormalClearing})
	two.want(t, "line.Hangup")
	one.want(t, "line.Hangup")
	same(t, "heard", *heard, []string{"line.Ringing", "line.Answered", "line.Digit", "line.Ended"})
	if leg.Info().ID != "two" {
		t.Errorf("the leg is %s", leg.Info().ID)
	}
}

func TestAForkEndsWithItsLastPhone(t *testing.T) {
	one, two, leg, heard := forkOf(t)
	one.says(line.Ended{Cause: line.UserBusy, Remote: true})
	same(t, "heard", *heard, nil)
	leg.Do(line.Hangup{Cause: line.NoAnswer})
	two.want(t, "line.Hangup")
	two.says(line.Ended{Cause: line.NoAnswer})
	same(t, "heard", *heard, []string{"line.Ended"})
}

func TestOnePhoneNeedsNoFork(t *testing.T) {
	one := &ringer{id: "one"}
	if leg := fork([]Leg{one}); leg != Leg(one) {
		t.Errorf("%T", leg)
	}
}
