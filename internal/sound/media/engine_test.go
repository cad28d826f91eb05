package media

import (
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"
)

// Whoever gives an order while the engine ends may find the bell closed, and its number that of another file.
func TestAnOrderAtTheEndWritesIntoNobodysFile(t *testing.T) {
	e, err := NewEngine(Config{IP: netip.MustParseAddr("127.0.0.1"), PortMin: 15000, PortMax: 15999})
	if err != nil {
		t.Fatal(err)
	}
	w := e.workers[0]
	other, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(other) }()
	bell := w.bell
	w.free()
	if err := unix.Dup3(other, bell, unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(bell) }()
	w.wake()
	var count [8]byte
	if n, err := unix.Read(other, count[:]); err == nil {
		t.Errorf("%d octets were written into it", n)
	}
}
