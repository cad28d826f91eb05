package fxo

import (
	"bytes"
	"context"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// Capture is the raw sound of a line, for support and for learning.
type Capture struct {
	In, Out []byte // A-law: what the line said, what we said
	Marks   []Mark
}

// Mark is a signal that came during a capture.
type Mark struct {
	At     time.Duration // since the capture's beginning
	Signal analog.Signal
}

// WAV is one direction of a capture as a WAV file.
func WAV(alaw []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := media.WriteWAV(&b, alaw); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// maxMarks bounds the signals kept.
const maxMarks = 128

// tape keeps the last seconds of a line's sound. It is owned by the device's loop and handed over whole.
type tape struct {
	in, out []byte
	n       uint64 // octets ever put
	marks   []mark
	marked  int
}

type mark struct {
	at     uint64
	signal analog.Signal
}

// request asks the device's loop for its tape and gives it a fresh one.
type request struct {
	fresh tape
	old   chan tape // holds one
}

func newTape(d time.Duration) tape {
	n := dsp.Samples(d) / len(analog.Frame{}) * len(analog.Frame{})
	return tape{in: make([]byte, n), out: make([]byte, n), marks: make([]mark, maxMarks)}
}

func (t *tape) add(in, out *analog.Frame) {
	if len(t.in) == 0 {
		return
	}
	at := int(t.n % uint64(len(t.in))) //nolint:gosec // less than a slice's length
	copy(t.in[at:], in[:])
	copy(t.out[at:], out[:])
	t.n += uint64(len(in))
}

func (t *tape) mark(s analog.Signal) {
	t.marks[t.marked%maxMarks] = mark{t.n, s}
	t.marked++
}

// capture is what is on the tape, oldest first.
func (t *tape) capture() Capture {
	size := uint64(len(t.in))
	if t.n < size {
		c := Capture{In: t.in[:t.n], Out: t.out[:t.n]}
		c.Marks = t.since(0)
		return c
	}
	if size == 0 {
		return Capture{}
	}
	at := t.n % size
	return Capture{
		In:    append(append(make([]byte, 0, size), t.in[at:]...), t.in[:at]...),
		Out:   append(append(make([]byte, 0, size), t.out[at:]...), t.out[:at]...),
		Marks: t.since(t.n - size),
	}
}

func (t *tape) since(begin uint64) (all []Mark) {
	for i := max(0, t.marked-maxMarks); i < t.marked; i++ {
		if m := t.marks[i%maxMarks]; m.at >= begin {
			all = append(all, Mark{time.Duration(m.at-begin) * time.Second / dsp.SampleRate, m.signal}) //nolint:gosec // seconds
		}
	}
	return all
}

// swap takes the tape and puts in a fresh one that holds d. It waits for the device's next frame.
func (e *ear) swap(ctx context.Context, d time.Duration) (Capture, error) {
	r := &request{newTape(d), make(chan tape, 1)}
	if !e.tape.CompareAndSwap(nil, r) {
		return Capture{}, fault.New(fault.Busy, "fxo.capture", "take the line's sound: it is just being taken")
	}
	select {
	case t := <-r.old:
		return t.capture(), nil
	case <-ctx.Done():
		e.tape.CompareAndSwap(r, nil)
		return Capture{}, context.Cause(ctx)
	}
}
