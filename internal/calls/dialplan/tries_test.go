package dialplan_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
)

// typePIN has a phone dial a number and type PINs at the questions; it returns what was said last, and where the call went.
func typePIN(wrong *dialplan.Tries, phone string, now time.Time, pins ...string) (said string, went call.TargetKind) {
	m := dialplan.AskPIN("4711", "0044201234567", phone, wrong)
	step := func(ev call.MenuEvent) {
		for _, e := range m.Step(ev, now) {
			switch e := e.(type) {
			case call.MenuPlay:
				said = e.Phrases[0].ID
			case call.MenuGo:
				went = e.Target.Kind
			}
		}
	}
	step(call.MenuStarted{})
	for _, pin := range pins {
		for _, k := range []byte(pin) {
			step(call.MenuDigit{Key: k})
		}
	}
	return said, went
}

// Who hangs up and dials again goes on counting; another phone is not concerned, a right PIN clears the slate, and after ten
// minutes there is another chance.
func TestWrongPINsCountAcrossCalls(t *testing.T) {
	wrong, now := dialplan.NewTries(), time.Unix(1e9, 0)
	typePIN(wrong, "8001", now, "1111", "2222", "3333")
	typePIN(wrong, "8001", now, "4444", "5555", "4711")
	typePIN(wrong, "8001", now, "1111", "2222", "3333")
	if said, _ := typePIN(wrong, "8001", now); said != "pin_ask" {
		t.Errorf("after three wrong PINs since the right one: %s", said)
	}
	typePIN(wrong, "8001", now.Add(time.Minute), "4444", "5555", "6666")
	if said, went := typePIN(wrong, "8001", now.Add(2*time.Minute), "4711"); said != "pin_locked" || went != 0 {
		t.Errorf("after six: %s, led to %s", said, went)
	}
	if _, went := typePIN(wrong, "8002", now.Add(2*time.Minute), "4711"); went != call.TargetExternal {
		t.Errorf("another phone is led to %s", went)
	}
	if _, went := typePIN(wrong, "8001", now.Add(10*time.Minute), "4711"); went != call.TargetExternal {
		t.Errorf("later the phone is led to %s", went)
	}
}

// What is remembered is bounded, whoever guesses.
func TestWrongPINsAreForgotten(t *testing.T) {
	wrong, now := dialplan.NewTries(), time.Unix(1e9, 0)
	for i := range 20_000 {
		for range 6 {
			wrong.Wrong(fmt.Sprint(i), now)
		}
	}
	locked := 0
	for i := range 20_000 {
		if wrong.Locked(fmt.Sprint(i), now) {
			locked++
		}
	}
	if locked == 0 || locked > 4096 {
		t.Errorf("%d phones are remembered", locked)
	}
}
