package dialog_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
)

// The first news of a transfer, which every REFER that is taken begins with.
const trying = "202 NOTIFY/12→a(refer;id=1 100 active;expires=210) in 3m30s Transfer"

func TestRefer(t *testing.T) {
	done := cmd(line.TransferResult{OK: true})
	busy := cmd(line.TransferResult{Cause: line.UserBusy})
	silent := refer(1, "600")
	silent.Refer = &dialog.Refer{To: "600", Silent: true}
	refused := refer(1, "600")
	refused.Refer = &dialog.Refer{Status: 603}
	for _, c := range []struct {
		name  string
		steps []pair
	}{
		{"it succeeds, and the phone hangs up", []pair{
			{refer(1, "600"), trying},
			{of("NOTIFY", 12, 200), ""},
			{done, "NOTIFY/13→a(refer;id=1 200 terminated;reason=noresource)"},
			{of("NOTIFY", 13, 200), ""},
			{in("BYE", 2, nil), "200 Ended:normal_clearing finish"},
		}},
		{"it succeeds, and the call hangs up", []pair{
			{refer(1, "600"), trying},
			{of("NOTIFY", 12, 200), ""},
			{done, "NOTIFY/13→a(refer;id=1 200 terminated;reason=noresource)"},
			{cmd(line.Hangup{}), "Ended:normal_clearing BYE/14→a"},
			{of("NOTIFY", 13, 200), ""},
			{of("BYE", 14, 200), "finish"},
		}},
		{"it fails, and the next one is told apart", []pair{
			{refer(1, "600"), trying},
			{of("NOTIFY", 12, 200), ""},
			{busy, "NOTIFY/13→a(refer;id=1 486 terminated;reason=noresource)"},
			{refer(2, "601"), "202 NOTIFY/14→a(refer;id=2 100 active;expires=210) in 3m30s Transfer"},
			{of("NOTIFY", 13, 481), ""},
			{of("NOTIFY", 14, 200), ""},
			{done, "NOTIFY/15→a(refer;id=2 200 terminated;reason=noresource)"},
		}},
		{"the end waits for the answer to the beginning", []pair{
			{refer(1, "600"), trying},
			{done, ""},
			{of("NOTIFY", 12, 100), ""},
			{of("NOTIFY", 12, 200), "NOTIFY/13→a(refer;id=1 200 terminated;reason=noresource)"},
		}},
		{"an answer that is no refusal of the subscription", []pair{
			{refer(1, "600"), trying},
			{of("NOTIFY", 12, 491), ""},
			{busy, "NOTIFY/13→a(refer;id=1 486 terminated;reason=noresource)"},
		}},
		{"the phone does not know the subscription", []pair{
			{refer(1, "600"), trying},
			{of("NOTIFY", 12, 481), ""},
			{done, ""},
			{refer(2, "601"), "202 NOTIFY/13→a(refer;id=2 100 active;expires=210) in 3m30s Transfer"},
		}},
		{"the phone does not answer", []pair{
			{refer(1, "600"), trying},
			{busy, ""},
			{dialog.Failed{Method: "NOTIFY", Seq: 12, Timeout: true}, ""},
			{in("BYE", 2, nil), "200 Ended:normal_clearing finish"},
		}},
		{"one at a time", []pair{
			{refer(1, "600"), trying},
			{refer(2, "601"), "491"},
		}},
		{"nothing came of it in time; what comes later is not told", []pair{
			{refer(1, "600"), trying},
			{of("NOTIFY", 12, 200), ""},
			{dialog.Due{Timer: dialog.ReferOver}, "NOTIFY/13→a(refer;id=1 408 terminated;reason=timeout)"},
			{refer(2, "601"), "491"},
			{done, ""},
			{dialog.Due{Timer: dialog.ReferOver}, ""},
			{refer(3, "601"), "202 NOTIFY/14→a(refer;id=3 100 active;expires=210) in 3m30s Transfer"},
		}},
		{"the phone hangs up before: it hears no more", []pair{
			{refer(1, "600"), trying},
			{in("BYE", 2, nil), "200 NOTIFY/13→a(refer;id=1 487 terminated;reason=noresource) Ended:normal_clearing finish"},
			{done, ""},
		}},
		{"the end is known when the phone hangs up", []pair{
			{refer(1, "600"), trying},
			{done, ""},
			{in("BYE", 2, nil), "200 NOTIFY/13→a(refer;id=1 200 terminated;reason=noresource) Ended:normal_clearing finish"},
		}},
		{"the call hangs up without a word", []pair{
			{refer(1, "600"), trying},
			{of("NOTIFY", 12, 200), ""},
			{cmd(line.Hangup{}), "NOTIFY/13→a(refer;id=1 487 terminated;reason=noresource) Ended:normal_clearing BYE/14→a"},
			{refer(2, "601"), "481"},
		}},
		{"without news", []pair{
			{silent, "202-news Transfer"},
			{refer(2, "601"), "491"},
			{done, ""},
			{refer(3, "601"), "202 NOTIFY/12→a(refer;id=3 100 active;expires=210) in 3m30s Transfer"},
		}},
		{"refused", []pair{{refused, "603"}, {done, ""}}},
		{"a result of nothing", []pair{{done, ""}, {busy, ""}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := leg(dialog.Caller)
			for i, s := range append(append([]pair{}, up...), c.steps...) {
				var effects []dialog.Effect
				before := d
				d, effects = dialog.Step(d, s.ev)
				if got := words(effects); got != s.want {
					t.Fatalf("step %d, %T: %q, want %q", i+1-len(up), s.ev, got, s.want)
				}
				if _, again := dialog.Step(before, s.ev); words(again) != s.want {
					t.Fatalf("step %d, %T: another time it is %q: the state was changed in place", i+1-len(up), s.ev, words(again))
				}
			}
		})
	}
}

// Before the call is up there is nobody to be led on.
func TestReferTooEarly(t *testing.T) {
	for _, steps := range [][]pair{
		{{invite(sdp()), ""}, {refer(6, "600"), "491"}},
		{{invite(sdp()), ""}, {cmd(line.Answer{}), up2[1].want}, {refer(6, "600"), "491"}},
		{{invite(sdp()), ""}, {cmd(line.Answer{}), up2[1].want}, {cmd(line.Hangup{}), "Ended:normal_clearing"}, {refer(6, "600"), "481"}},
	} {
		d := leg(dialog.Callee)
		for i, s := range steps {
			var effects []dialog.Effect
			d, effects = dialog.Step(d, s.ev)
			if got := words(effects); got != s.want {
				t.Errorf("step %d: %q, want %q", i+1, got, s.want)
			}
		}
	}
}
