package front

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// Whatever comes, a frame fits into its room, and what is said in reply can be read back.
func FuzzReadFrame(f *testing.F) {
	f.Add([]byte{0x81, 0x85, 1, 2, 3, 4, 'h' ^ 1, 'e' ^ 2, 'l' ^ 3, 'l' ^ 4, 'o' ^ 1})
	f.Add([]byte{0x01, 0xFE, 0x00, 0x7E, 0, 0, 0, 0})
	f.Add([]byte{0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{0x89, 0x80, 0, 0, 0, 0, 0x88, 0x82, 0, 0, 0, 0, 3, 232})
	f.Fuzz(func(t *testing.T, in []byte) {
		buf := make([]byte, maxMessage)
		r := bufio.NewReader(bytes.NewReader(in))
		for {
			fr, err := readFrame(r, buf, maxMessage)
			if err != nil {
				if _, known := errors.AsType[broken](err); !known && !errors.Is(err, io.EOF) {
					t.Fatalf("unexpected error %v", err)
				}
				return
			}
			again := append(appendHead(nil, fr.op, len(fr.payload), true), fr.payload...)
			back, err := readFrame(bufio.NewReader(bytes.NewReader(again)), make([]byte, maxMessage), maxMessage)
			if err != nil || back.op != fr.op || !bytes.Equal(back.payload, fr.payload) {
				t.Fatalf("read back %+v, %v", back, err)
			}
			if !complete(append(appendHead(nil, fr.op, len(fr.payload), false), fr.payload...)) {
				t.Fatal("a whole frame counts as part of one")
			}
		}
	})
}

// A client that never speaks is closed soon, one that falls silent later, and one whose session ends at the next look.
func TestSilenceEndsAConnection(t *testing.T) {
	for _, c := range []struct {
		name  string
		speak bool
		alive bool
		after time.Duration
	}{
		{"never spoken", false, true, firstWord},
		{"fallen silent", true, true, idleLimit},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				left := make(chan struct{})
				conn := newConn(ours, nil, func() bool { return c.alive }, func() { close(left) })
				began := time.Now()
				if c.speak {
					go func() { _, _ = theirs.Write([]byte{0x81, 0x81, 0, 0, 0, 0, 'x'}) }()
					buf := make([]byte, 64)
					if n, err := conn.Read(buf); err != nil || !bytes.Equal(buf[:n], []byte{0x81, 0x81, 0, 0, 0, 0, 'x'}) {
						t.Fatalf("read %v, %v", buf[:n], err)
					}
				}
				if _, err := conn.Read(make([]byte, 64)); !errors.Is(err, net.ErrClosed) {
					t.Errorf("silence ended with %v", err)
				}
				if d := time.Since(began); d != c.after {
					t.Errorf("after %v, want %v", d, c.after)
				}
				_ = conn.Close()
				<-left
				_ = theirs.Close()
			})
		})
	}
}

func TestAnEndedSessionEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		alive := true
		conn := newConn(ours, nil, func() bool { return alive }, func() {})
		conn.spoken = true
		alive = false
		time.Sleep(lookEvery)
		said := make(chan []byte, 1)
		go func() {
			b := make([]byte, 16)
			n, _ := theirs.Read(b)
			said <- b[:n]
		}()
		if _, err := conn.Read(make([]byte, 64)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("ended with %v", err)
		}
		if got := <-said; !bytes.Equal(got, closing(SignedOut)) {
			t.Errorf("said %x", got)
		}
		_ = theirs.Close()
	})
}
