package recording

import (
	"sync"

	"github.com/dealerline/dealerline/internal/sound/media"
)

// pieceFrames is the length of what goes to the disk at once: half a second, so that with the sync interval
// less than one second is ever at risk.
const pieceFrames = 25

const pieceBytes = pieceFrames * media.FrameSamples * stereo

// piece is half a second of sound on its way to the disk.
type piece struct {
	rec  *Recorder
	n    int
	last bool
	data *[pieceBytes]byte // nil with nothing but the end
}

// Recorder is one recording that runs. It is the media.Tap of its call.
type Recorder struct {
	archive *Archive
	entry   Entry

	mu     sync.Mutex // the media loop and the call's goroutine
	cur    *piece
	closed bool
	lost   bool // a piece found no room: the disk is too slow

	file *writing // owned by the archive's writer
}

// ID returns the recording's id.
func (r *Recorder) ID() string { return r.entry.ID }

// Frame takes 20 ms of both sides. It never blocks: without a free buffer the sound is dropped and the verdict
// says so.
func (r *Recorder) Frame(left, right *media.Frame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	if r.cur == nil {
		if r.cur = r.archive.freePiece(r); r.cur == nil {
			r.lost = true
			return
		}
	}
	out, channels := r.cur.data[r.cur.n:], r.archive.channels()
	if channels == 1 {
		copy(out, left[:])
	} else {
		for i := range media.FrameSamples {
			out[2*i], out[2*i+1] = left[i], right[i]
		}
	}
	if r.cur.n += channels * media.FrameSamples; r.cur.n == pieceFrames*media.FrameSamples*channels {
		r.archive.hand(r.cur)
		r.cur = nil
	}
}

// Close ends the recording. The verdict follows when everything is on the disk. Safe to call twice.
func (r *Recorder) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.closed = true
	if r.cur == nil {
		r.cur = &piece{rec: r}
	}
	r.cur.last = true
	r.archive.hand(r.cur)
	r.cur = nil
}

func (r *Recorder) overran() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}
