// Package peer finds the programs written by others that tests run against ours: sipp, baresip, tshark, sipsak.
package peer

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Need returns the path of a program, or of a C header when the name ends in .h. Without it the test is skipped, or fails when REQUIRE_PEERS=1 is set, as it
// is in continuous integration.
func Need(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if strings.HasSuffix(name, ".h") {
		path = filepath.Join("/usr/include", name)
		_, err = os.Stat(path)
	}
	switch {
	case err == nil:
		return path
	case os.Getenv("REQUIRE_PEERS") == "1":
		t.Fatalf("peer %s is not installed", name)
	default:
		t.Skipf("skipped: peer %s is not installed", name)
	}
	return ""
}
