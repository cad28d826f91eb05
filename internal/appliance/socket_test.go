package appliance

import (
	"net"
	"os"
	"syscall"
	"testing"
)

// The socket is closed to others from its first moment, whatever the umask: nothing changes its mode after it is
// bound.
func TestControlSocketIsNeverOpenToOthers(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := t.TempDir()
	for range 2 { // the second finds the first one's socket, as after a crash
		l, err := listenControl(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if u, ok := l.(*net.UnixListener); ok {
			u.SetUnlinkOnClose(false)
		}
		info, err := os.Stat(ControlSocket(dir))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v, %v", info.Mode(), err)
		}
		c, err := net.Dial("unix", ControlSocket(dir))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}
