package media_test

import (
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/test/steady"
)

// A call that is on the packet plane, hears a prompt in one ear, and returns to the packet plane.
func TestMovesBetweenPlanesWithoutAGap(t *testing.T) { steady.Try(t, movesBetweenPlanesWithoutAGap) }

func movesBetweenPlanesWithoutAGap(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
	b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 1000})
	br := e.NewBridge()
	defer br.Close()
	ma := br.Add(a.rtp)
	br.Add(b.rtp)
	talk(400*time.Millisecond, a, b)
	if s := e.Stats(); s.PacketBridges != 1 {
		t.Fatalf("not on the packet plane: %+v", s)
	}
	a.forget()
	b.forget()
	talk(200*time.Millisecond, a, b)
	ma.Play(media.Loop(toneALaw(700, 8000)), media.PlayOptions{})
	talk(400*time.Millisecond, a, b)
	if s := e.Stats(); s.PacketBridges != 0 || s.TickBridges != 1 {
		t.Errorf("playing, but not on the tick plane: %+v", s)
	}
	ma.Stop()
	talk(400*time.Millisecond, a, b)
	if s := e.Stats(); s.PacketBridges != 1 || s.TickBridges != 0 {
		t.Errorf("not back on the packet plane: %+v", s)
	}
	time.Sleep(60 * time.Millisecond)
	ga, gb := a.received(), b.received()
	wantContinuous(t, ga)
	wantContinuous(t, gb)
	wantTone(t, "a before", heard(ga[:9]), 1000)
	wantTone(t, "a during", heard(ga[14:27]), 700, 1000)
	wantTone(t, "a after", heard(ga[len(ga)-15:]), 1000, 700)
	// b hears one tone all the time: each 10 ms piece is as loud as any other, and none was lost.
	if n := len(gb); n < 49 || n > 52 {
		t.Errorf("b got %d packets of 50", n)
	}
	all := heard(gb)
	wantTone(t, "b all", all, 440, 700)
	for i := 0; i+80 <= len(all); i += 80 {
		if l := dsp.Level(all[i : i+80]); l < -12 || l > -8 {
			t.Errorf("b: level %.1f dBm0 at %d ms", l, i/8)
		}
	}
	var marks []int
	for i, g := range gb {
		if g.Marker {
			marks = append(marks, i)
		}
	}
	if len(marks) != 2 {
		t.Errorf("marker bits at packets %v, want one at each of the two moves", marks)
	}
}

func TestLawsBridge(t *testing.T) { steady.Try(t, lawsBridge) }

func lawsBridge(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
	b := newPhone(t, e, phoneOptions{law: media.MuLaw, hz: 1000})
	br := e.NewBridge()
	defer br.Close()
	tap := &tapped{}
	br.SetTap(tap)
	m := br.Add(a.rtp)
	br.Add(b.rtp)
	check := func(plane string) {
		talk(400*time.Millisecond, a, b)
		time.Sleep(50 * time.Millisecond)
		ga, gb := a.received(), b.received()
		if ga[len(ga)-1].PayloadType != 8 || gb[len(gb)-1].PayloadType != 0 {
			t.Errorf("%s: payload types %d, %d", plane, ga[len(ga)-1].PayloadType, gb[len(gb)-1].PayloadType)
		}
		wantTone(t, plane+": a hears", heard(ga[5:]), 1000, 440)
		wantTone(t, plane+": b hears", heard(gb[5:]), 440, 1000)
		a.forget()
		b.forget()
	}
	talk(60*time.Millisecond, a, b)
	check("packet plane")
	left, right := tap.both()
	wantTone(t, "left", left[2000:], 440, 1000)
	wantTone(t, "right", right[2000:], 1000, 440)
	m.Play(media.Loop(make2s(media.Frame{})), media.PlayOptions{Mix: true})
	talk(100*time.Millisecond, a, b)
	a.forget()
	b.forget()
	check("tick plane")
}

// make2s is two seconds of silence.
func make2s(media.Frame) []byte {
	a := make([]byte, 16000)
	for i := range a {
		a[i] = dsp.SilenceALaw
	}
	return a
}

func TestOtherPacketTimes(t *testing.T) { steady.Try(t, otherPacketTimes) }

func otherPacketTimes(t testing.TB) {
	t.Helper()
	for _, ms := range []int{10, 30, 60} {
		e := startEngine(t)
		a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
		b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 1000})
		br := e.NewBridge()
		br.Add(a.rtp)
		br.Add(b.rtp)
		next := time.Now()
		for i := range 900 / ms {
			a.send(a.packet(8 * ms))
			if i*ms%20 == 0 {
				b.send(b.packet(160))
			}
			next = next.Add(time.Duration(ms) * time.Millisecond)
			time.Sleep(time.Until(next))
		}
		time.Sleep(60 * time.Millisecond)
		g := b.received()
		if len(g) < 40 {
			t.Fatalf("%d ms: %d packets", ms, len(g))
		}
		g = g[10:]
		for _, p := range g {
			if len(p.Payload) != 160 {
				t.Fatalf("%d ms: payload of %d", ms, len(p.Payload))
			}
		}
		// A busy machine sends late now and then, and what is made up for it shifts the phase: so piece by piece.
		sound, clean := heard(g[:len(g)-3]), 0
		for i := 0; i+160 <= len(sound); i += 160 {
			if l := dsp.Power(sound[i:i+160], 440); l > -11 && l < -9 {
				clean++
			}
		}
		if clean*160 < len(sound)*8/10 {
			t.Errorf("%d ms: %d of %d frames are clean", ms, clean, len(sound)/160)
		}
		br.Close()
	}
}

// tapped keeps what a tap hears.
type tapped struct {
	mu          sync.Mutex
	left, right []int16
	first       time.Time
	last        time.Time
}

func (p *tapped) Frame(left, right *media.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.left) == 0 {
		p.first = time.Now()
	}
	p.last = time.Now()
	for i := range left {
		p.left = append(p.left, dsp.DecodeALaw(left[i]))
		p.right = append(p.right, dsp.DecodeALaw(right[i]))
	}
}

func (p *tapped) both() (left, right []int16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append(left, p.left...), append(right, p.right...)
}

// onset is the first 5 ms that are loud, in samples.
func onset(s []int16) int {
	for i := 0; i+40 <= len(s); i += 40 {
		if dsp.Level(s[i:i+40]) > -20 {
			return i
		}
	}
	return -1
}

// Both parties begin to talk at once, fall silent and begin again: the recording keeps them in step and loses no time.
func TestTapKeepsStepAndTime(t *testing.T) { steady.Try(t, tapKeepsStepAndTime) }

func tapKeepsStepAndTime(t testing.TB) {
	t.Helper()
	for _, plane := range []string{"packet", "tick"} {
		e := startEngine(t)
		a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
		b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 1000})
		br := e.NewBridge()
		tap := &tapped{}
		m := br.Add(a.rtp)
		br.Add(b.rtp)
		if plane == "tick" {
			m.Play(media.Loop(make2s(media.Frame{})), media.PlayOptions{Mix: true})
		}
		begun := time.Now()
		br.SetTap(tap)
		time.Sleep(200 * time.Millisecond)
		talk(300*time.Millisecond, a, b)
		time.Sleep(700 * time.Millisecond)
		again := time.Since(begun)
		talk(300*time.Millisecond, a, b)
		br.SetTap(nil)
		lasted := time.Since(begun)
		time.Sleep(60 * time.Millisecond)
		left, right := tap.both()
		if got := time.Duration(len(left)) * time.Second / 8000; got < lasted-60*time.Millisecond || got > lasted+40*time.Millisecond {
			t.Errorf("%s: recorded %v of %v", plane, got, lasted)
		}
		for _, from := range []int{0, int(again/time.Millisecond)*8 - 1600} {
			l, r := onset(left[from:]), onset(right[from:])
			if l < 0 || r < 0 || l-r > 320 || r-l > 320 {
				t.Errorf("%s: after %d ms left begins at %d, right at %d", plane, from/8, l/8, r/8)
			}
		}
		if at := onset(left[8*700:]); at < 0 || at > 8*700 {
			t.Errorf("%s: second talk at %d", plane, at/8)
		}
		if second := len(left) - 8*200; second > 0 {
			wantTone(t, plane+" left", left[second:second+1200], 440, 1000)
			wantTone(t, plane+" right", right[second:second+1200], 1000, 440)
		}
		br.Close()
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	t.Parallel()
	e := startEngine(t)
	outcome := make(chan media.Outcome, 4)
	for range 20 {
		br := e.NewBridge()
		a, err := e.OpenRTP(media.RTPConfig{})
		if err != nil {
			t.Fatal(err)
		}
		m := br.Add(a)
		m.Play(media.Loop(toneALaw(440, 800)), media.PlayOptions{})
		a.Close()
		br.Close()
		a.Close()
	}
	br := e.NewBridge()
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
	m := br.Add(a.rtp)
	m.Play(media.Loop(toneALaw(440, 800)), media.PlayOptions{Done: func(o media.Outcome) { outcome <- o }})
	br.Close()
	m.Play(media.Loop(toneALaw(440, 800)), media.PlayOptions{Done: func(o media.Outcome) { outcome <- o }})
	for range 2 {
		if o := <-outcome; o != media.Stopped {
			t.Errorf("outcome %v", o)
		}
	}
	a.rtp.Close()
	if err := e.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := e.Stats(); s.Sessions != 0 || s.TickBridges != 0 || s.PacketBridges != 0 {
		t.Errorf("left over: %+v", s)
	}
}
