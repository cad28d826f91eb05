package dialog_test

import (
	"slices"
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
)

func TestAFarSideThatAnswersNothingIsGivenUpEarly(t *testing.T) {
	d, effects := dialog.Step(leg(dialog.Caller), dialog.Begin{})
	if !slices.Contains(effects, dialog.Effect(dialog.Arm{Timer: dialog.Silence, After: dialog.SilenceLimit})) {
		t.Fatalf("the silence is not timed: %v", effects)
	}
	_, effects = dialog.Step(d, dialog.Due{Timer: dialog.Silence})
	if got, want := words(effects), "ended"; !slices.ContainsFunc(effects, func(e dialog.Effect) bool {
		told, ok := e.(dialog.Report)
		if !ok {
			return false
		}
		end, ok := told.Event.(line.Ended)
		return ok && end.Cause == line.RecoveryOnTimer && end.Cause.TryNext()
	}) {
		t.Errorf("after %s of silence: %s, want %s", dialog.SilenceLimit, got, want)
	}
	d, _ = dialog.Step(d, dialog.Response{Method: dialog.INVITE, Seq: d.LocalSeq, Status: 100})
	if d, effects = dialog.Step(d, dialog.Due{Timer: dialog.Silence}); len(effects) != 0 || d.State != dialog.Proceeding {
		t.Errorf("after 100 the silence still ends the call: %s, %v", d.State, effects)
	}
}
