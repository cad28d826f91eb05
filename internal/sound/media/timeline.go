package media

import (
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// timeline keeps the two sides of a tapped bridge in step, 50 frames a second by our clock, whatever the packets do.
//
// On the packet plane each packet is written to where its timestamp says, which stays within a frame of when it
// came; frames leave 60 ms later, with silence where nothing was written. On the tick plane each tick is a frame.
type timeline struct {
	mu    sync.Mutex // free, but for the moments in which a bridge changes its plane
	tap   Tap
	start time.Duration
	out   int64 // frames given to the tap
	sides [2]track
}

// track is one side, as a ring of frames. A stream begins at the beginning of a frame, so that packets of 20 ms are
// frames; what no packet has filled is not touched at all.
type track struct {
	frames [trackFrames]Frame
	filled uint16 // a bit for each of frames
	linked bool
	ssrc   uint32
	ts     uint32 // of the last packet …
	pos    int64  // … and its place in samples since the start
	skew   int64  // how far the packets' places are ahead of their arrival, smoothed, in samples × 64
}

const (
	trackFrames  = 16 // 320 ms: more than trackDelay and trackJump together
	trackSamples = trackFrames * FrameSamples
	trackDelay   = 3                 // frames by which the tap follows on the packet plane
	trackSkew    = FrameSamples      // by which packets may drift off before they are moved by a frame
	trackJump    = 10 * FrameSamples // a packet further off begins anew
	tickSlack    = 3                 // frames by which the tick plane may differ from the clock
)

func newTimeline(t Tap, now time.Duration) *timeline { return &timeline{tap: t, start: now} }

func (l *timeline) samples(now time.Duration) int64 {
	return int64((now - l.start) * dsp.SampleRate / time.Second)
}

// write takes in a packet.
func (l *timeline) write(side int, ssrc, ts uint32, payload []byte, law Law, now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tap == nil {
		return
	}
	wall := l.samples(now)
	t := &l.sides[side]
	pos := t.place(ssrc, ts, wall)
	first := l.out * FrameSamples
	for i, n := 0, 0; i < len(payload); i += n {
		at := pos + int64(i)
		if at < first {
			n = int(min(first-at, int64(len(payload)-i)))
			continue
		}
		if at >= first+trackSamples {
			break
		}
		f := t.frame(at/FrameSamples%trackFrames, len(payload)-i < FrameSamples || at%FrameSamples != 0)
		n = copy(f[at%FrameSamples:], payload[i:])
		if law == MuLaw {
			dsp.MuLawToALaw(f[at%FrameSamples:][:n], payload[i:][:n])
		}
	}
	l.emit(wall/FrameSamples - trackDelay)
}

// place finds where a packet belongs.
func (t *track) place(ssrc, ts uint32, wall int64) int64 {
	pos := t.pos + int64(int32(ts-t.ts)) //nolint:gosec // the difference modulo 2³²
	if off := pos - wall; !t.linked || ssrc != t.ssrc || off > trackJump || off < -trackJump {
		t.linked, t.ssrc, t.skew = true, ssrc, 0
		pos = (wall + FrameSamples/2) / FrameSamples * FrameSamples
	} else {
		t.skew += off - t.skew/64
		switch s := t.skew / 64; { // the peer's clock is not ours
		case s > trackSkew:
			pos -= FrameSamples
			t.skew = 0
		case s < -trackSkew:
			pos += FrameSamples
			t.skew = 0
		}
	}
	t.ts, t.pos = ts, pos
	return pos
}

// emit gives the tap all frames before the one named.
func (l *timeline) emit(end int64) {
	for ; l.out < end; l.out++ {
		l.tap.Frame(l.sides[0].take(l.out%trackFrames), l.sides[1].take(l.out%trackFrames))
	}
}

// frame is the place of a frame. One to be filled in part begins as silence.
func (t *track) frame(i int64, part bool) *Frame {
	if part && t.filled&(1<<i) == 0 {
		t.frames[i] = silence
	}
	t.filled |= 1 << i
	return &t.frames[i]
}

// holds reports whether anything of a frame not yet given to the tap has come.
func (t *track) holds(frame int64) bool { return t.filled&(1<<(frame%trackFrames)) != 0 }

// take is what a frame has become; its place is free from the next write on.
func (t *track) take(i int64) *Frame {
	if t.filled&(1<<i) == 0 {
		return &silence
	}
	t.filled &^= 1 << i
	return &t.frames[i]
}

// advance lets time pass on the packet plane, without a packet.
func (l *timeline) advance(now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tap != nil {
		l.emit(l.samples(now)/FrameSamples - trackDelay)
	}
}

// catchUp gives the tap all up to now: before the tick plane goes on.
func (l *timeline) catchUp(now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tap == nil {
		return
	}
	wall := l.samples(now) / FrameSamples
	end := wall
	for k := wall; k < wall+tickSlack; k++ { // what came early
		if l.sides[0].holds(k) || l.sides[1].holds(k) {
			end = k + 1
		}
	}
	l.emit(end)
	for i := range l.sides { // nothing of it may be left for the next time on the packet plane
		l.sides[i].linked, l.sides[i].filled = false, 0
	}
}

// tick gives the tap a frame of the tick plane.
func (l *timeline) tick(left, right *Frame, now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	wall := l.samples(now) / FrameSamples
	if l.tap == nil || l.out > wall+tickSlack {
		return
	}
	if l.out < wall-tickSlack {
		l.emit(wall)
	}
	l.tap.Frame(left, right)
	l.out++
}

// end gives the tap the rest. Nothing follows.
func (l *timeline) end(now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tap != nil {
		l.emit(l.samples(now) / FrameSamples)
		l.tap = nil
	}
}
