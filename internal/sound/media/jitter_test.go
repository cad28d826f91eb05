package media

import (
	"math/rand/v2"
	"testing"
)

// numbered is a frame of one octet.
func numbered(i int) (f Frame) {
	for k := range f {
		f[k] = byte(i)
	}
	return f
}

func newJitter() *jitter { return &jitter{first: startDepth} }

func TestJitterPutsPacketsInOrder(t *testing.T) {
	t.Parallel()
	j := newJitter()
	for _, i := range []int{1, 0, 3, 2, 2, 5, 4} {
		f := numbered(i)
		j.insert(7, uint32(4294967000)+uint32(i)*FrameSamples, f[:])
	}
	for want := range 6 {
		var f Frame
		if !j.pull(&f) || f[0] != byte(want) || f[159] != byte(want) {
			t.Errorf("frame %d: got %d", want, f[0])
		}
	}
}

// A lost packet is made up in its place: no delay is added by it, and what follows comes in time.
func TestJitterConcealsALossWithoutDelay(t *testing.T) {
	t.Parallel()
	j := newJitter()
	var f Frame
	for i := range 100 {
		if i%20 != 13 {
			f = numbered(i)
			j.insert(7, uint32(i)*FrameSamples, f[:])
		}
		j.pull(&f)
	}
	if d := j.depth(); d > startDepth {
		t.Errorf("depth %d after losses", d)
	}
	if j.late != 0 {
		t.Errorf("%d late", j.late)
	}
}

// Peers whose clocks are 500 ppm off, over ten minutes: the delay stays small.
func TestJitterAbsorbsDrift(t *testing.T) {
	t.Parallel()
	for _, ppm := range []int{-500, 0, 500} {
		j := newJitter()
		j.first = startDepth
		sent, most, dry := 0, 0, 0
		quiet := silence
		for tick := range 30000 {
			due := tick + tick*ppm/1_000_000
			for ; sent <= due; sent++ {
				j.insert(7, uint32(sent)*FrameSamples, quiet[:])
			}
			var f Frame
			j.pull(&f)
			most = max(most, j.depth())
			if j.dry > 0 {
				dry++
			}
		}
		if most > 5*FrameSamples || dry > 20 {
			t.Errorf("%d ppm: depth up to %d, dry %d times", ppm, most, dry)
		}
	}
}

// Under jitter of 60 ms the buffer grows until next to nothing is late, and shrinks when the network calms.
func TestJitterAdapts(t *testing.T) {
	t.Parallel()
	j := newJitter()
	r := rand.New(rand.NewPCG(1, 2))
	arrive := map[int][]int{}
	for i := range 3000 {
		at := i
		if i < 1500 {
			at += r.IntN(4)
		}
		arrive[at] = append(arrive[at], i)
	}
	var lateEarly, lateAfter uint64
	for tick := range 3000 {
		for _, i := range arrive[tick] {
			j.insert(7, uint32(i)*FrameSamples, silence[:])
		}
		var f Frame
		j.pull(&f)
		switch tick {
		case 100:
			lateEarly = j.late
		case 1500:
			lateAfter = j.late
		}
	}
	if n := lateAfter - lateEarly; n > 28 {
		t.Errorf("%d of 1400 late after the start", n)
	}
	if d := j.depth(); d > 2*FrameSamples {
		t.Errorf("depth %d at the end", d)
	}
}

func TestJitterSurvivesJumps(t *testing.T) {
	t.Parallel()
	j := newJitter()
	play := func(ssrc, ts uint32) (heard int) {
		for i := range uint32(20) {
			f := numbered(9)
			j.insert(ssrc, ts+i*FrameSamples, f[:])
			if j.pull(&f) && f[0] == 9 {
				heard++
			}
		}
		return heard
	}
	for i, c := range []struct{ ssrc, ts uint32 }{{1, 0}, {1, 1 << 31}, {1, 500}, {2, 480}, {2, 1 << 20}} {
		if n := play(c.ssrc, c.ts); n < 17 {
			t.Errorf("stream %d: heard %d of 20", i, n)
		}
	}
}

func TestMOS(t *testing.T) {
	t.Parallel()
	if m := mos(0, 0); m < 4.3 || m > 4.5 {
		t.Errorf("perfect: %v", m)
	}
	if a, b := mos(0.01, 0), mos(0.10, 0); a <= b || b < 1 || a > 4.4 {
		t.Errorf("1%%: %v, 10%%: %v", a, b)
	}
	if m := mos(1, 0); m > 1.6 || m < 1 {
		t.Errorf("nothing: %v", m)
	}
}
