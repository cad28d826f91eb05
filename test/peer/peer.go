// Package peer is what tests ask of the machine they run on: the programs written by others that run against ours (sipp,
// baresip, tshark, sipsak …), IPv6, the right to mount a disk. What is missing skips a test, or fails it when
// REQUIRE_PEERS=1 is set, as it is in continuous integration: there nothing goes untested unseen.
//
// It also runs the softphone baresip, which the tests of lines/sipua and those of the whole program both speak with.
package peer

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Missing ends a test that cannot be done on this machine: format says what is missing.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("REQUIRE_PEERS") == "1" {
		t.Fatalf("missing: "+format, args...)
	}
	t.Skipf("skipped: "+format, args...)
}

// Need returns the path of a program, or of a C header when the name ends in .h.
func Need(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if strings.HasSuffix(name, ".h") {
		path = filepath.Join("/usr/include", name)
		_, err = os.Stat(path)
	}
	if err != nil {
		Missing(t, "peer %s is not installed", name)
	}
	return path
}

// IPv6 sees to it that the machine has the address ::1.
func IPv6(t testing.TB) {
	t.Helper()
	probe, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.IPv6loopback})
	if err != nil {
		Missing(t, "this machine has no IPv6: %v", err)
	}
	if err := probe.Close(); err != nil {
		t.Fatal(err)
	}
}

// SmallDisk mounts a file system of a size, such as 64k or 2m, below a test's directory, which only root may.
func SmallDisk(t testing.TB, size string) string {
	t.Helper()
	dir := t.TempDir()
	switch err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); {
	case errors.Is(err, unix.EPERM):
		Missing(t, "only root may mount a small disk")
	case err != nil:
		t.Fatalf("mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}
