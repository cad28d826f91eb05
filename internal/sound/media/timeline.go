package media

import (
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// timeline keeps the two sides of a tapped bridge in step, 50 frames a second by our clock, whatever the packets do.
//
// On the packet plane each packet is written to where its timestamp says, which stays within a few frames of when it
// came. On the tick plane each tick is a frame, and follows the side's frame before. Either way frames leave 80 ms
// later, with silence where nothing was written: so a side goes on where it was when the plane is changed, though for
// one of them the next sound may have come already and for the other not.
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
	next   int64  // the frame after the last one filled
	skew   int64  // how far the packets' places are ahead of their arrival, smoothed, in samples × 64
}

const (
	trackFrames  = 16 // 320 ms: more than trackDelay and trackJump together
	trackSamples = trackFrames * FrameSamples
	trackDelay   = 4                 // frames by which the tap follows
	trackSkew    = FrameSamples      // by which packets may be ahead before a silent one is left out
	trackBehind  = 2 * FrameSamples  // by which they may fall behind before they are moved by a frame
	trackJump    = 10 * FrameSamples // a packet further off begins anew
	// trackAhead is by how many frames a side may be ahead of the clock: by what waited in a jitter buffer when the tick
	// plane was left. Silence makes up for it.
	trackAhead = 6
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
	if law == ALaw && t.skew/64 > trackSkew && dsp.SilentALaw(payload) {
		t.move(-1) // it is not missed
		return
	}
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
	t.next = max(t.next, (pos+int64(len(payload))+FrameSamples-1)/FrameSamples)
	l.emit(wall/FrameSamples - trackDelay)
}

// place finds where a packet belongs.
func (t *track) place(ssrc, ts uint32, wall int64) int64 {
	pos := t.pos + int64(int32(ts-t.ts)) //nolint:gosec // the difference modulo 2³²
	off := pos - wall
	known := t.linked && ssrc == t.ssrc && off <= trackJump && off >= -trackJump
	if !known {
		t.linked, t.ssrc, t.skew = true, ssrc, 0
		pos = (wall + FrameSamples/2) / FrameSamples * FrameSamples
		if on := t.next * FrameSamples; on >= wall-trackDelay*FrameSamples && on <= wall+trackAhead*FrameSamples {
			pos = on // right after what was there before
		}
	}
	t.ts, t.pos = ts, pos
	if !known {
		return pos
	}
	t.skew += off - t.skew/64
	switch s := t.skew / 64; { // the peer's clock is not ours
	case s > trackAhead*FrameSamples:
		t.move(-1)
	case s < -trackBehind:
		t.move(1)
	}
	return t.pos
}

// move shifts a stream's place by frames.
func (t *track) move(frames int64) {
	t.pos += frames * FrameSamples
	t.skew += frames * FrameSamples * 64
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

// tick takes in a frame of the tick plane.
func (l *timeline) tick(left, right *Frame, now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tap == nil {
		return
	}
	wall := l.samples(now) / FrameSamples
	l.emit(wall - trackDelay)
	l.sides[0].put(left, wall)
	l.sides[1].put(right, wall)
}

// put takes in a frame of the tick plane; silence that nobody said gives a side time to fall in with the clock. It stays a
// frame behind: just after the packet plane was left, the tick may have come a moment before the packet.
func (t *track) put(f *Frame, wall int64) {
	t.linked = false // a stream of packets begins anew after this
	if t.next < wall-trackDelay {
		t.next = wall
	}
	switch {
	case f == &silence:
		t.next = max(t.next, wall)
	case t.next <= wall+trackAhead:
		*t.frame(t.next%trackFrames, false) = *f
		t.next++
	}
}

// end gives the tap the rest. Nothing follows.
func (l *timeline) end(now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tap == nil {
		return
	}
	end := l.samples(now) / FrameSamples
	for i := range l.sides { // what came early is heard too
		end = max(end, min(l.sides[i].next, end+trackAhead))
	}
	l.emit(end)
	l.tap = nil
}
