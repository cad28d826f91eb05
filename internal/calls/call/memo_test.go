package call_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// taping is a menu that records a prompt at once and keeps it when # is pressed.
type taping struct{}

func (taping) Name() string { return "*77" }
func (taping) Step(ev call.MenuEvent, _ time.Time) []call.MenuEffect {
	switch ev := ev.(type) {
	case call.MenuStarted:
		return []call.MenuEffect{call.MenuRecord{Prompt: "welcome", Max: time.Minute}}
	case call.MenuDigit:
		if ev.Key == '#' {
			return []call.MenuEffect{call.MenuStop{}}
		}
	}
	return nil
}

// Only who says that the prompt is good has it kept: hanging up while speaking keeps nothing.
func TestAPromptBrokenOffIsDiscarded(t *testing.T) {
	for keys, kept := range map[string]int32{"": 0, "1": 0, "#": 1} {
		if got := keptAfter(t, taping{}, keys); got != kept {
			t.Errorf("keys %q: %d prompts kept, want %d", keys, got, kept)
		}
	}
}

// keptAfter is how many recordings are kept of a caller who meets a menu, presses keys, and hangs up five seconds later.
func keptAfter(t *testing.T, menu call.Menu, keys string) int32 {
	t.Helper()
	h := &house{menu: menu}
	synctest.Test(t, func(*testing.T) {
		m := manager(h)
		caller := newLeg("8001", line.Inbound)
		m.Accept(caller)
		synctest.Wait()
		caller.says(line.Answered{})
		for _, k := range []byte(keys) {
			caller.says(line.Digit{Key: k})
		}
		time.Sleep(5 * time.Second)
		caller.says(line.Ended{Cause: line.NormalClearing, Remote: true})
		synctest.Wait()
		end(m)
	})
	return h.kept.Load()
}

// messenger is a menu that records a message at once.
type messenger struct{ taping }

func (messenger) Step(ev call.MenuEvent, now time.Time) []call.MenuEffect {
	if _, ok := ev.(call.MenuStarted); ok {
		return []call.MenuEffect{call.MenuRecord{Message: "m1", Max: time.Minute}}
	}
	return taping{}.Step(ev, now)
}

// mailroom keeps messages; it satisfies call.Messages.
type mailroom struct{ *house }

func (m mailroom) Record(string, call.ID, time.Duration, func(call.Memo)) call.Recording {
	return tape{&m.kept}
}

// A message is kept up to the hang-up.
func TestAMessageBrokenOffIsKept(t *testing.T) {
	for keys, kept := range map[string]int32{"": 1, "#": 1} {
		if got := keptAfter(t, messenger{}, keys); got != kept {
			t.Errorf("keys %q: %d messages kept, want %d", keys, got, kept)
		}
	}
}
