package peer_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/dealerline/dealerline/test/peer"
)

// verdict is a test that notes how it is ended.
type verdict struct {
	testing.TB

	ended string
}

func (v *verdict) Helper()               {}
func (v *verdict) Skipf(string, ...any)  { v.ended = "skipped"; panic(v) }
func (v *verdict) Fatalf(string, ...any) { v.ended = "failed"; panic(v) }

// of runs a piece of a test and says how it ended.
func of(t *testing.T, piece func(t testing.TB)) (ended string) {
	t.Helper()
	v := &verdict{TB: t}
	defer func() {
		if r := recover(); r != nil && r != any(v) {
			panic(r)
		}
		ended = v.ended
	}()
	piece(v)
	return ""
}

func TestWhatIsMissingIsSkippedOrFails(t *testing.T) {
	for required, want := range map[string]string{"": "skipped", "0": "skipped", "1": "failed"} {
		t.Setenv("REQUIRE_PEERS", required)
		for name, piece := range map[string]func(testing.TB){
			"a thing":   func(t testing.TB) { peer.Missing(t, "%d feet", 3) },
			"a program": func(t testing.TB) { peer.Need(t, "no-such-program") },
			"a header":  func(t testing.TB) { peer.Need(t, "no/such.h") },
		} {
			if got := of(t, piece); got != want {
				t.Errorf("%s, REQUIRE_PEERS=%s: %q, want %q", name, required, got, want)
			}
		}
		if got := of(t, func(t testing.TB) { peer.Need(t, "go") }); got != "" {
			t.Errorf("a program that is there, REQUIRE_PEERS=%s: %q", required, got)
		}
	}
}

// Who may not mount a disk lacks something; a mount that fails otherwise is a failure everywhere.
func TestADiskThatCannotBeMounted(t *testing.T) {
	t.Setenv("REQUIRE_PEERS", "")
	want := "failed"
	if os.Geteuid() != 0 {
		want = "skipped"
	}
	if got := of(t, func(t testing.TB) { peer.SmallDisk(t, "of no size") }); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestASmallDiskIsSmall(t *testing.T) {
	file := filepath.Join(peer.SmallDisk(t, "64k"), "file")
	if err := os.WriteFile(file, make([]byte, 32<<10), 0o600); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(file, make([]byte, 80<<10), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("80 KiB on it: %v", err)
	}
}
