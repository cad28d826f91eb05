package dahdi

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/media"
)

func startLoop(t *testing.T) *loop {
	t.Helper()
	l, err := newLoop(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Whoever attaches a handler or probes while the system ends may find the bell closed, and its number another file's.
func TestAWakeUpAtTheEndWritesIntoNobodysFile(t *testing.T) {
	l := startLoop(t)
	other, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(other) }()
	bell := l.bell
	l.free()
	if err := unix.Dup3(other, bell, unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(bell) }()
	l.wake()
	var count [8]byte
	if n, err := unix.Read(other, count[:]); err == nil {
		t.Errorf("%d octets were written into it", n)
	}
}

// A probe returns also when nobody is there any more to answer it.
func TestAProbeReturnsAfterTheEnd(t *testing.T) {
	l := startLoop(t)
	defer l.free()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.run(ctx, nil) }()
	if err := l.probe(t.Context()); err != nil {
		t.Errorf("while it runs: %v", err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	patient, enough := context.WithTimeout(t.Context(), 5*time.Second)
	defer enough()
	for range 20 { // more than may wait
		if err := l.probe(patient); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("after the end: %v", err)
		}
	}
}

// ends is a handler that waits for the loop's end.
type ends chan struct{}

func (ends) Frame(_, _ *media.Frame) {}

func (e ends) Signal(s analog.Signal) {
	if s == analog.Stopped {
		close(e)
	}
}

// A loop that cannot begin says so to its handlers.
func TestALoopThatFailsTellsItsHandlers(t *testing.T) {
	l := startLoop(t)
	defer l.free()
	p := newPort(&System{cfg: Config{Logger: slog.New(slog.DiscardHandler)}, loop: l}, 1) // without a channel
	h := make(ends)
	p.Attach(h)
	if err := l.run(t.Context(), []*Port{p}); err == nil {
		t.Fatal("a port without a channel is waited for")
	}
	select {
	case <-h:
	default:
		t.Error("nothing was told")
	}
}
