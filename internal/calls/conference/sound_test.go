package conference_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
	"github.com/dealerline/dealerline/test/steady"
)

// quietVoice says everything as 100 ms of silence.
type quietVoice struct{}

func (quietVoice) Say(string, []prompt.Phrase) media.Source {
	a := make([]byte, 800)
	for i := range a {
		a[i] = dsp.SilenceALaw
	}
	return media.Samples(a)
}

func (quietVoice) Music(string) media.Source { return media.Loop(nil) }

// speaker is a party that says one tone for ever and keeps what it hears.
type speaker struct {
	mu    sync.Mutex
	says  media.Source
	heard []int16
}

func (s *speaker) Pull(f *media.Frame) bool { return s.says.Next(f) }

func (s *speaker) Push(f *media.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range f {
		s.heard = append(s.heard, dsp.DecodeALaw(a))
	}
}

// last is the sound of the last moments.
func (s *speaker) last() []int16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.heard[max(0, len(s.heard)-1600):])
}

func (s *speaker) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = nil
}

// tape is a recording of real sound.
type tape struct{ speaker }

func (r *tape) Frame(left, _ *media.Frame) { r.Push(left) }
func (*tape) ID() string                   { return "r" }
func (*tape) Close()                       {}

// Who hears whom, by the frequency of each, at the door, inside, muted, kicked, and before a locked door.
func TestWhoHearsWhom(t *testing.T) { steady.Try(t, whoHearsWhom) }

func whoHearsWhom(t testing.TB) {
	t.Helper()
	e, err := media.NewEngine(media.Config{IP: netip.MustParseAddr("127.0.0.1"), PortMin: 14000, PortMax: 14999})
	if err != nil {
		t.Fatal(err)
	}
	settings := conference.Default()
	settings.Rooms = []conference.Room{room(func(r *conference.Room) {
		r.PIN, r.Announce, r.Moderators, r.Record = "1234", conference.NoNotice, []string{"8001"}, true
	})}
	rec := &tape{}
	c, err := conference.New(conference.Config{
		Settings: settings, Rooms: conference.Sound(e), Voice: quietVoice{}, Recorders: oneTape{rec},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- e.Run(ctx) }()
	go func() { ended <- c.Run(ctx) }()
	defer func() {
		cancel()
		for range 2 {
			if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
	}()
	var speakers []*speaker
	tones := []float64{440, 1000, 1400, 2000}
	for i, hz := range tones {
		s := &speaker{says: media.Tones(dsp.Tone{Freq1: hz, Level: -20})}
		speakers = append(speakers, s)
		number := fmt.Sprint(8001 + i)
		c.Enter(call.Participant{
			Call: call.ID(number), Room: "600", Port: s, Card: call.Card{Number: number}, Party: &stageParty{},
		})
	}
	check := func(what string, hears ...[]int) {
		t.Helper()
		if err := c.Probe(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(150 * time.Millisecond)
		for _, s := range append([]*speaker{&rec.speaker}, speakers...) {
			s.forget()
		}
		time.Sleep(400 * time.Millisecond)
		for i, want := range hears {
			who, sound := "recording", rec.last()
			if i < len(speakers) {
				who, sound = fmt.Sprint(8001+i), speakers[i].last()
			}
			for k, hz := range tones {
				if l := dsp.Power(sound, hz); slices.Contains(want, k) != (l > -24) || l < -24 && l > -50 {
					t.Errorf("%s: %s hears %d at %.1f dBm0", what, who, 8001+k, l)
				}
			}
		}
	}
	pin := func(id call.ID) {
		for _, k := range []byte("1234#") {
			c.Report(id, call.ConferenceKey{Key: k})
		}
	}
	none := []int{}
	check("only the moderator is inside", none, none, none, none)
	pin("8002")
	pin("8003")
	check("three inside, one at the door", []int{1, 2}, []int{0, 2}, []int{0, 1}, none, []int{0, 1, 2})
	if err := c.Mute(t.Context(), "600", "8002", true); err != nil {
		t.Error(err)
	}
	check("one muted", []int{2}, []int{0, 2}, []int{0}, none, []int{0, 2})
	if err := c.Lock(t.Context(), "600", true); err != nil {
		t.Error(err)
	}
	pin("8004")
	check("locked", []int{2}, []int{0, 2}, []int{0}, none, []int{0, 2})
	if err := c.Kick(t.Context(), "600", "8003"); err != nil {
		t.Error(err)
	}
	if err := c.Mute(t.Context(), "600", "8002", false); err != nil {
		t.Error(err)
	}
	check("one sent away", []int{1}, []int{0}, none, none, []int{0, 1})
}

// oneTape records all on one tape.
type oneTape struct{ tape *tape }

func (o oneTape) Record(call.RecordingMeta) call.Recording                 { return o.tape }
func (oneTape) Memo(string, time.Duration, func(call.Memo)) call.Recording { return nil }
