package media

import (
	"slices"
	"testing"
	"time"
)

// kept is what a tap heard on the left: the first octet of each frame.
type kept struct{ left []byte }

func (k *kept) Frame(left, _ *Frame) { k.left = append(k.left, left[0]) }

// A packet that came a little early, when the packet plane was left, is heard then and not again when the call is back on it.
func TestTimelineKeepsNothingBackBetweenThePlanes(t *testing.T) {
	var tap kept
	l := newTimeline(&tap, 0)
	at := func(frame int) time.Duration { return time.Duration(frame) * FrameDuration }
	sound := func(b byte) []byte { return slices.Repeat([]byte{b}, FrameSamples) }
	for i := range 10 {
		l.write(0, 7, uint32(i)*FrameSamples, sound(byte(i+1)), ALaw, at(i))
	}
	l.write(0, 7, 10*FrameSamples, sound(11), ALaw, at(9)) // a frame early
	for i := 10; i < 13; i++ {
		l.tick(&silence, &silence, at(i))
	}
	l.write(1, 8, 0, sound(99), ALaw, at(13)) // back on the packet plane; the left side is silent
	for i := 14; i < 60; i++ {
		l.advance(at(i))
	}
	l.end(at(60))
	want := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	if got := tap.left[:len(want)]; !slices.Equal(got, want) {
		t.Errorf("heard %v", got)
	}
	for i, b := range tap.left[len(want):] {
		if b != silence[0] {
			t.Errorf("frame %d is %d, which was said long before", len(want)+i, b)
		}
	}
	if n := len(tap.left); n != 60 {
		t.Errorf("%d frames of 60", n)
	}
}

// both is what a tap heard: the first octet of each frame on the left and on the right.
type both struct{ kept, right []byte }

func (k *both) Frame(left, right *Frame) {
	k.kept, k.right = append(k.kept, left[0]), append(k.right, right[0])
}

// The planes are changed back and forth while both sides talk, each side's packets at another time between two ticks:
// neither side loses or gains a frame, whichever frame had come already when the plane was changed.
func TestTimelineMovesBetweenThePlanesWithoutAGap(t *testing.T) {
	for name, early := range map[string][2]int{"both on time": {0, 0}, "left early": {1, 0}, "right early": {0, 1}, "both early": {1, 1}} {
		t.Run(name, func(t *testing.T) {
			var tap both
			l := newTimeline(&tap, 0)
			at := func(frame int) time.Duration { return time.Duration(frame)*FrameDuration + FrameDuration/4 }
			var said [2]int // frames that each side has said
			sound := func(side int) *Frame {
				said[side]++
				var f Frame
				for i := range f {
					f[i] = byte(said[side])
				}
				return &f
			}
			packet := func(side int, now time.Duration) {
				ts := uint32(said[side]) * FrameSamples
				l.write(side, uint32(side), ts, sound(side)[:], ALaw, now)
			}
			frame := 0
			for range 3 {
				for range 20 { // the packet plane
					for side := range said {
						if said[side] <= frame+early[side] {
							packet(side, at(frame))
						}
					}
					frame++
				}
				for side := range said { // what came early
					if early[side] > 0 {
						packet(side, at(frame)-time.Millisecond)
					}
				}
				for range 20 { // the clock: who came early has nothing to be heard in the first tick
					var f [2]*Frame
					for side := range f {
						if f[side] = &silence; said[side] <= frame {
							f[side] = sound(side)
						}
					}
					l.tick(f[0], f[1], at(frame))
					frame++
				}
			}
			l.end(at(frame))
			for side, got := range [][]byte{tap.kept, tap.right} {
				for i, v := range got[:min(len(got), frame)] {
					if v != byte(i+1) {
						t.Fatalf("side %d: frame %d is %d: %v", side, i, v, got)
					}
				}
				if len(got) < frame {
					t.Errorf("side %d: %d frames of %d", side, len(got), frame)
				}
			}
		})
	}
}
