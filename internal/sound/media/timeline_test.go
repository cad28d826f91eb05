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
	l.catchUp(at(10))
	for i := 10; i < 13; i++ {
		l.tick(&silence, &silence, at(i))
	}
	l.write(1, 8, 0, sound(99), ALaw, at(13)) // back on the packet plane; the left side is silent
	for i := 14; i < 60; i++ {
		l.advance(at(i))
	}
	want := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	if got := tap.left[:len(want)]; !slices.Equal(got, want) {
		t.Errorf("heard %v", got)
	}
	for i, b := range tap.left[len(want):] {
		if b != silence[0] {
			t.Errorf("frame %d is %d, which was said long before", len(want)+i, b)
		}
	}
	if n := len(tap.left); n < 55 || n > 58 {
		t.Errorf("%d frames in 59", n)
	}
}
