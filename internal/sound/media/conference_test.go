package media

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// guest is a party that says what it is given, over and over, and keeps what it hears.
type guest struct {
	says  []byte
	at    int
	heard []byte
	deaf  bool // keeps nothing
}

func (g *guest) Pull(f *Frame) bool {
	if len(g.says) == 0 {
		return false
	}
	copy(f[:], g.says[g.at:])
	g.at = (g.at + FrameSamples) % len(g.says)
	return true
}

func (g *guest) Push(f *Frame) {
	if !g.deaf {
		g.heard = append(g.heard, f[:]...)
	}
}

// table is a bridge whose clock is turned by hand.
type table struct {
	t       testing.TB
	clock   *clock
	bridge  *Bridge
	guests  []*guest
	members []*Member
	now     time.Duration
}

func newTable(t testing.TB, c Conference, says ...[]byte) *table {
	t.Helper()
	e, err := NewEngine(Config{IP: netip.MustParseAddr("127.0.0.1"), PortMin: 15000, PortMax: 15999})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.finish)
	tb := &table{t: t, clock: e.clock, bridge: e.NewBridge()}
	tb.bridge.SetConference(c)
	for _, s := range says {
		g := &guest{says: s}
		tb.guests = append(tb.guests, g)
		tb.members = append(tb.members, tb.bridge.Add(g))
	}
	return tb
}

func (tb *table) run(d time.Duration) {
	for range d / FrameDuration {
		tb.now += FrameDuration
		tb.clock.tick(tb.now)
	}
}

// next is what a guest hears in the next while.
func (tb *table) next(guest int, d time.Duration) []int16 {
	tb.guests[guest].heard = nil
	tb.run(d)
	linear := make([]int16, len(tb.guests[guest].heard))
	dsp.ExpandALaw(linear, tb.guests[guest].heard)
	return linear
}

// talking is 3 s like speech: a tone in syllables, with a pause at the end, on a line with noise; levels in dBm0.
func talking(hz, level, noise float64) []byte {
	out := make([]byte, 24000)
	tone, hiss := dsp.Amplitude(level), dsp.Amplitude(noise)/math.Sqrt2
	random := rand.New(rand.NewPCG(uint64(hz), 5))
	for i := range out {
		v := hiss * random.NormFloat64()
		if ms := i / 8; ms < 2400 && ms%240 < 180 {
			v += tone * math.Sin(2*math.Pi*hz*float64(i)/dsp.SampleRate)
		}
		out[i] = dsp.EncodeALaw(dsp.Saturate(int32(math.Round(v))))
	}
	return out
}

const mute = -96 // dBm0: a tone that is not there

func TestConferenceLevels(t *testing.T) {
	tb := newTable(t, Conference{Speakers: 4}, nil, talking(500, -35, -65), talking(900, -5, -60), talking(1300, -20, -50))
	tb.run(9 * time.Second)
	s := tb.next(0, 3*time.Second)
	var levels []float64
	for _, hz := range []float64{500, 900, 1300} {
		levels = append(levels, dsp.Power(s, hz))
	}
	t.Logf("−35, −5 and −20 dBm0 come out at %.1f dBm0", levels)
	if slices.Max(levels)-slices.Min(levels) > 3 {
		t.Errorf("not alike: %.1f", levels)
	}
	if s := tb.next(1, 3*time.Second); dsp.Power(s, 500) > -50 || dsp.Power(s, 900) < -27 {
		t.Errorf("the first hears herself at %.1f, the second at %.1f", dsp.Power(s, 500), dsp.Power(s, 900))
	}
}

// A line that only hums adds nothing, whoever speaks or not, and takes no speaker's place.
func TestConferenceNoise(t *testing.T) {
	alone := newTable(t, Conference{Speakers: 4}, nil, talking(500, mute, -40))
	if l := dsp.Level(alone.next(0, 10*time.Second)); l > -65 {
		t.Errorf("a line with noise of −40 dBm0 adds %.1f", l)
	}
	says := [][]byte{nil}
	for n := range 8 {
		says = append(says, talking(float64(300+n), mute, -37))
	}
	for n := range 4 {
		says = append(says, talking(float64(600+300*n), -20, -60))
	}
	tb := newTable(t, Conference{Speakers: 4}, says...)
	tb.run(6 * time.Second)
	s := tb.next(0, 3*time.Second)
	for n := range 4 {
		if l := dsp.Power(s, float64(600+300*n)); l < -25 {
			t.Errorf("speaker %d at %.1f dBm0 among eight noisy lines", n, l)
		}
	}
	if l := dsp.Level(s[len(s)-1600:]); l > -65 { // the speakers' pause, after the gate has shut
		t.Errorf("noise in the pause: %.1f dBm0", l)
	}
}

// Of ten who speak, four are heard: those who stand out most, and the same ones from word to word.
func TestConferenceSpeakers(t *testing.T) {
	says := [][]byte{nil}
	for n := range 10 {
		says = append(says, talking(float64(400+200*n), -20, float64(-30-3*n)-7))
	}
	tb := newTable(t, Conference{Speakers: 4}, says...)
	tb.run(6 * time.Second)
	was, changes := make([]bool, len(says)), 0
	for range 3000 / 20 {
		tb.run(FrameDuration)
		n := 0
		for i, m := range tb.members {
			if m.speaks != was[i] {
				changes++
			}
			if was[i] = m.speaks; m.speaks {
				n++
			}
		}
		if n > 4 {
			t.Fatalf("%d speak at once", n)
		}
	}
	if changes > 16 { // each of the four once in and once out, at the pause; and some change places after it
		t.Errorf("%d changes of who is heard in 3 s", changes)
	}
	s := tb.next(0, 3*time.Second)
	for n := range 10 {
		if l := dsp.Power(s, float64(400+200*n)); (n >= 6) != (l > -27) {
			t.Errorf("who speaks %d dB above the noise is heard at %.1f dBm0", 17+3*n, l)
		}
	}
}

// A newcomer's first word is heard when a place is free, and at once.
func TestConferenceFirstWord(t *testing.T) {
	tb := newTable(t, Conference{Speakers: 4}, nil, talking(500, -20, -60))
	says := slices.Concat(make([]byte, 0), talking(800, mute, -60), talking(800, -18, -60))
	newcomer := &guest{says: says}
	tb.bridge.Add(newcomer)
	tb.run(3 * time.Second)
	if l := dsp.Power(tb.next(0, 160*time.Millisecond), 800); l < -22 {
		t.Errorf("the first syllable is heard at %.1f dBm0", l)
	}
}

func TestConferenceMuteAndVolume(t *testing.T) {
	tb := newTable(t, Conference{Speakers: 2}, nil, talking(500, -20, -60), talking(800, -20, -60))
	tb.members[1].SetTalk(false)
	tb.run(6 * time.Second)
	if s := tb.next(0, 3*time.Second); dsp.Power(s, 500) > -60 || dsp.Power(s, 800) < -25 {
		t.Errorf("muted at %.1f, the other at %.1f dBm0", dsp.Power(s, 500), dsp.Power(s, 800))
	}
	tb.members[1].SetTalk(true)
	before := tb.next(0, 3*time.Second)
	if l := dsp.Power(before, 500); l < -25 {
		t.Errorf("no longer muted: %.1f dBm0", l)
	}
	for _, db := range []float64{6, -9} {
		tb.members[0].SetVolume(db)
		if got := dsp.Power(tb.next(0, 3*time.Second), 500) - dsp.Power(before, 500); math.Abs(got-db) > 0.5 {
			t.Errorf("volume %v: %.1f dB", db, got)
		}
	}
	tb.members[0].SetVolume(0)
	if got := dsp.Power(tb.next(0, 3*time.Second), 500) - dsp.Power(before, 500); math.Abs(got) > 0.1 {
		t.Errorf("volume as before: %.2f dB", got)
	}
}

// What is announced is heard by all, in order, however many speak, and is in the recording.
func TestAnnouncer(t *testing.T) {
	tb := newTable(t, Conference{Speakers: 2}, nil, talking(500, -10, -60), talking(800, -10, -60), talking(1100, -10, -60))
	a := NewAnnouncer()
	tb.bridge.Add(a).SetHear(false)
	tb.bridge.SetLeft(nil)
	var tap sides
	tb.bridge.SetTap(&tap)
	tb.run(3 * time.Second)
	tap = sides{}
	tone := func(hz float64) Source {
		return Tones(dsp.Tone{Freq1: hz, Level: -15, On: 400 * time.Millisecond, Repeat: 1})
	}
	if !a.Say(tone(2000)) || !a.Say(tone(2400)) {
		t.Fatal("refused")
	}
	for i, hz := range []float64{2000, 2400} {
		for _, guest := range []int{0, 1} {
			tb.guests[guest].heard = nil
		}
		s := tb.next(0, 400*time.Millisecond)
		if l := dsp.Power(s, hz); math.Abs(l+15) > 1.5 {
			t.Errorf("announcement %d at %.1f dBm0", i, l)
		}
		own := make([]int16, len(tb.guests[1].heard))
		dsp.ExpandALaw(own, tb.guests[1].heard)
		if l := dsp.Power(own, hz); math.Abs(l+15) > 1.5 {
			t.Errorf("announcement %d to one who speaks at %.1f dBm0", i, l)
		}
	}
	if l := dsp.Power(tb.next(0, 400*time.Millisecond), 2400); l > -45 {
		t.Errorf("still announced: %.1f dBm0", l)
	}
	if !slices.Equal(tap.left, tap.right) || dsp.Power(tap.left[480:3200], 2000) < -17 {
		t.Errorf("in the recording: %.1f dBm0", dsp.Power(tap.left[480:3200], 2000))
	}
	for range announcements {
		a.Say(tone(2000))
	}
	if a.Say(tone(2000)) {
		t.Error("too many are taken")
	}
}

// sides keeps what a tap hears.
type sides struct{ left, right []int16 }

func (s *sides) Frame(left, right *Frame) {
	for i := range left {
		s.left, s.right = append(s.left, dsp.DecodeALaw(left[i])), append(s.right, dsp.DecodeALaw(right[i]))
	}
}

// A conference that is one no more mixes as any other bridge.
func TestConferenceEnds(t *testing.T) {
	tb := newTable(t, Conference{Speakers: 4}, nil, talking(500, -35, -65))
	tb.run(6 * time.Second)
	louder := dsp.Power(tb.next(0, 3*time.Second), 500)
	tb.bridge.SetConference(Conference{})
	if l := dsp.Power(tb.next(0, 3*time.Second), 500); math.Abs(louder-l-15) > 1.5 {
		t.Errorf("%.1f dBm0 in the conference, %.1f after", louder, l)
	}
}

// room is a bridge of so many, of whom some speak.
func room(t testing.TB, c Conference, members, speakers int) *table {
	t.Helper()
	var says [][]byte
	for n := range members {
		s := talking(float64(300+40*n), mute, -55)
		if n < speakers {
			s = talking(float64(300+40*n), -20, -55)
		}
		says = append(says, s)
	}
	tb := newTable(t, c, says...)
	for _, g := range tb.guests {
		g.deaf = true
	}
	tb.run(time.Second)
	return tb
}

func TestTicksAllocateNothing(t *testing.T) {
	for name, tb := range map[string]*table{
		"three":            room(t, Conference{}, 3, 3),
		"conference of 64": room(t, Conference{Speakers: 4}, 64, 8),
		"bridge of 64":     room(t, Conference{}, 64, 8),
		"whispered to by groups": func() *table {
			tb := room(t, Conference{}, 3, 3)
			tb.members[1].SetVoice(1, 3)
			tb.members[2].SetVoice(2, 1)
			return tb
		}(),
	} {
		tb.bridge.SetTap(&benchTap{})
		tb.members[0].SetVolume(3)
		tb.run(time.Second)
		if n := testing.AllocsPerRun(200, func() { tb.run(FrameDuration) }); n > 0 {
			t.Errorf("%s: %v allocations a tick", name, n)
		}
	}
}

// BenchmarkTick is the cost of mixing alone, for a whole bridge and a party: no packet is received or sent.
func BenchmarkTick(b *testing.B) {
	for _, c := range []struct {
		name              string
		conference        Conference
		members, speakers int
		listeners         int
	}{
		{"two", Conference{}, 2, 2, 0},
		{"two and a listener", Conference{}, 3, 2, 1},
		{"three", Conference{}, 3, 3, 0},
		{"conference of 8", Conference{Speakers: 4}, 8, 4, 0},
		{"conference of 64, 4 speak", Conference{Speakers: 4}, 64, 4, 0},
		{"conference of 64, all speak", Conference{Speakers: 4}, 64, 64, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			tb := room(b, c.conference, c.members, c.speakers)
			for _, m := range tb.members[c.members-c.listeners:] {
				m.SetVoice(0, AllGroups)
			}
			tb.bridge.SetTap(&benchTap{})
			tb.run(time.Second)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				tb.run(FrameDuration)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(c.members), "ns/party")
		})
	}
}
