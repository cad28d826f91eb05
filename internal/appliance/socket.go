package appliance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// ControlSocket is where the command line reaches a running box.
func ControlSocket(dataDir string) string { return filepath.Join(dataDir, "control.sock") }

// socketMode lets this user alone connect.
const socketMode fs.FileMode = 0o600

// listenControl opens the control socket for this user alone. A socket left by a crash is removed: the store's lock
// has already shown that no other box runs on this data.
func listenControl(ctx context.Context, dataDir string) (net.Listener, error) {
	path := ControlSocket(dataDir)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("open control socket: %w", err)
	}
	lc := net.ListenConfig{Control: closeToOthers}
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("open control socket: %w", err)
	}
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm() != socketMode {
		err = fmt.Errorf("its mode is %v", info.Mode().Perm())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open control socket: %w", err), l.Close())
	}
	return l, nil
}

// closeToOthers gives a socket its mode before it has a name: Linux makes the file with the mode that the socket has
// when it is bound. Changing the file's mode afterwards would leave a moment in which others could connect.
func closeToOthers(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) { failed = syscall.Fchmod(int(fd), uint32(socketMode)) })
	return errors.Join(err, failed)
}
