package line_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
)

func TestEveryCauseHasAWireValueFromOneTo127(t *testing.T) {
	for c := range line.NoRoute + 1 {
		if v := c.Q850(); v < 1 || v > 127 {
			t.Errorf("cause %d (%s) goes out as %d", c, c, v)
		}
	}
	if line.UserBusy.Q850() != 17 || line.Blocked.Q850() != 21 || line.UserBusy.String() != "user_busy" {
		t.Error("a well-known cause is wrong")
	}
}

func TestOnlyFaultsOfTheLineLeadToTheNextTrunk(t *testing.T) {
	for c, want := range map[line.Cause]bool{
		line.UserBusy: false, line.NormalClearing: false, line.CallRejected: false, line.UnallocatedNumber: false, line.NoAnswer: false,
		line.NoCircuit: true, line.NetworkOutOfOrder: true, line.RecoveryOnTimer: true, line.TemporaryFailure: true,
	} {
		if c.TryNext() != want {
			t.Errorf("%s: try the next trunk %v, want %v", c, c.TryNext(), want)
		}
	}
}
