package steady

import (
	"testing"
	"time"
)

func TestAttemptRemembersFailures(t *testing.T) {
	for name, test := range map[string]func(testing.TB){
		"error":   func(t testing.TB) { t.Error("bad") },
		"fatal":   func(t testing.TB) { t.Fatal("bad"); t.Log("not reached") },
		"failnow": func(t testing.TB) { t.FailNow() },
	} {
		a := &attempt{TB: t}
		a.run(test)
		if !a.Failed() || len(a.said) != 1 {
			t.Errorf("%s: failed %v, said %q", name, a.failed, a.said)
		}
	}
}

func TestGaugeSeesAStall(t *testing.T) {
	a := &attempt{TB: t}
	worst := a.run(func(testing.TB) {
		time.Sleep(20 * time.Millisecond)
	})
	if worst <= 0 {
		t.Errorf("stall of %v", worst)
	}
}

func TestTryPasses(t *testing.T) {
	n := 0
	Try(t, func(testing.TB) { n++ })
	if n != 1 {
		t.Errorf("ran %d times", n)
	}
}
