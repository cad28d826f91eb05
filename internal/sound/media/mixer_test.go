package media_test

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/test/steady"
)

// desk is a party that is no RTP session: it says one tone and keeps what it hears.
type desk struct {
	mu   sync.Mutex
	says media.Source
	got  []int16
}

func (d *desk) Pull(f *media.Frame) bool { return d.says != nil && d.says.Next(f) }

func (d *desk) Push(f *media.Frame) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range f {
		d.got = append(d.got, dsp.DecodeALaw(a))
	}
}

func (d *desk) heard() []int16 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]int16(nil), d.got...)
}

// Sixty-four in one room, four of whom talk: each hears all but himself.
func TestConference(t *testing.T) { steady.Try(t, conference) }

func conference(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	br := e.NewBridge()
	defer br.Close()
	talkers := []float64{400, 800, 1200, 1600}
	desks := make([]*desk, 64)
	members := make([]*media.Member, 64)
	for i := range desks {
		desks[i] = &desk{}
		if i < len(talkers) {
			desks[i].says = media.Tones(dsp.Tone{Freq1: talkers[i], Level: -20})
		}
		members[i] = br.Add(desks[i])
	}
	members[3].SetTalk(false)
	members[63].SetHear(false)
	if err := e.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(400 * time.Millisecond)
	for i, d := range desks {
		s := d.heard()
		if len(s) < 1600 {
			t.Fatalf("%d heard only %d samples", i, len(s))
		}
		s = s[len(s)-1600:]
		for k, hz := range talkers {
			want := k != i && k != 3 && i != 63
			if l := dsp.Power(s, hz); want != (l > -23) || (!want && l > -45) {
				t.Errorf("%d hears %v Hz at %.1f dBm0, want it: %v", i, hz, l, want)
			}
		}
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	count := func(s media.Source, limit int) (n int, last media.Frame) {
		for n < limit && s.Next(&last) {
			n++
		}
		return n, last
	}
	a := bytes.Repeat([]byte{1}, 100)
	b := bytes.Repeat([]byte{2}, 100)
	n, last := count(media.Sequence(a, nil, b), 9)
	if n != 2 || last[39] != 2 || last[40] != dsp.SilenceALaw {
		t.Errorf("sequence: %d frames, then %v", n, last[36:44])
	}
	if n, _ := count(media.Samples(nil), 9); n != 0 {
		t.Errorf("nothing: %d frames", n)
	}
	if n, _ := count(media.Loop(a), 50); n != 50 {
		t.Errorf("loop: %d frames", n)
	}
	if n, _ := count(media.Loop(nil), 50); n != 50 {
		t.Errorf("loop of nothing: %d frames", n)
	}
	if n, _ := count(media.Tones(dsp.Tone{Freq1: 450, Level: -10, On: 100 * time.Millisecond, Repeat: 2}), 50); n != 10 {
		t.Errorf("tones: %d frames", n)
	}
}

func TestWAV(t *testing.T) {
	t.Parallel()
	want := toneALaw(440, 8001)
	var file bytes.Buffer
	if err := media.WriteWAV(&file, want); err != nil {
		t.Fatal(err)
	}
	got, err := media.ReadWAV(bytes.NewReader(file.Bytes()))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("read back %d bytes, %v", len(got), err)
	}
	for _, n := range []int{0, 11, 30, 45} {
		if _, err := media.ReadWAV(bytes.NewReader(file.Bytes()[:n])); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

func FuzzReadWAV(f *testing.F) {
	var file bytes.Buffer
	if err := media.WriteWAV(&file, toneALaw(440, 160)); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Fuzz(func(_ *testing.T, b []byte) {
		_, _ = media.ReadWAV(bytes.NewReader(b))
	})
}
