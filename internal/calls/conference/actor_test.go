package conference_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// stage is the sound, the recordings and the calls of a test.
type stage struct {
	mu      sync.Mutex
	halls   []*stageHall
	records []*stageRecord
	events  []conference.Event
	dead    map[call.ID]bool
}

type stageHall struct {
	stage    *stage
	speakers int
	closed   bool
	taps     int
	seats    []*stageSeat
}

type stageSeat struct {
	stage   *stage
	port    media.Port
	removed bool
	talk    bool
	plays   string
	mix     bool
}

func (s *stage) Open(speakers int) conference.Hall {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &stageHall{stage: s, speakers: speakers}
	s.halls = append(s.halls, h)
	return h
}

func (h *stageHall) Add(p media.Port) conference.Seat {
	h.stage.mu.Lock()
	defer h.stage.mu.Unlock()
	seat := &stageSeat{stage: h.stage, port: p, talk: true}
	h.seats = append(h.seats, seat)
	return seat
}

func (h *stageHall) Tap(t media.Tap) {
	h.stage.mu.Lock()
	defer h.stage.mu.Unlock()
	if t != nil {
		h.taps++
	}
}

func (h *stageHall) Close() {
	h.stage.mu.Lock()
	defer h.stage.mu.Unlock()
	h.closed = true
}

// spoken is what Voice makes: its words, and how long they take.
type spoken struct{ words string }

func (spoken) Next(*media.Frame) bool { return false }

func (s *stageSeat) Play(src media.Source, o media.PlayOptions) {
	s.stage.mu.Lock()
	defer s.stage.mu.Unlock()
	if sp, ok := src.(spoken); ok {
		s.plays, s.mix = sp.words, o.Mix
	}
	if o.Done != nil {
		time.AfterFunc(2*time.Second, func() { o.Done(media.Finished) })
	}
}

func (s *stageSeat) Stop() {
	s.stage.mu.Lock()
	defer s.stage.mu.Unlock()
	s.plays = ""
}

func (s *stageSeat) SetTalk(on bool) {
	s.stage.mu.Lock()
	defer s.stage.mu.Unlock()
	s.talk = on
}

func (s *stageSeat) SetVolume(float64) {}

func (s *stageSeat) Remove() {
	s.stage.mu.Lock()
	defer s.stage.mu.Unlock()
	s.removed = true
}

func (s *stage) Say(language string, phrases []prompt.Phrase) media.Source {
	words := language
	for _, p := range phrases {
		words += " " + p.ID + p.Digits
	}
	return spoken{words}
}

func (s *stage) Music(class string) media.Source { return spoken{"music " + class} }

type stageRecord struct {
	media.Tap

	meta   call.RecordingMeta
	closed int
}

func (r *stageRecord) ID() string { return "r1" }
func (r *stageRecord) Close()     { r.closed++ }

func (s *stage) Record(m call.RecordingMeta) call.Recording {
	r := &stageRecord{meta: m}
	s.records = append(s.records, r)
	return r
}

func (s *stage) Memo(string, time.Duration, func(call.Memo)) call.Recording { return nil }

// stageParty is a call.
type stageParty struct {
	mu   sync.Mutex
	outs []call.ConferenceOut
}

func (p *stageParty) Conference(cmd call.ConferenceCommand) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if out, ok := cmd.(call.ConferenceOut); ok {
		p.outs = append(p.outs, out)
	}
}

func (p *stageParty) told() []call.ConferenceOut {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.outs)
}

type port struct{ name string }

func (*port) Pull(*media.Frame) bool { return false }
func (*port) Push(*media.Frame)      {}

func (s *stage) start(t *testing.T, rooms ...conference.Room) (*conference.Conferences, func()) {
	t.Helper()
	settings := conference.Default()
	settings.Rooms = rooms
	s.dead = map[call.ID]bool{}
	c, err := conference.New(conference.Config{
		Settings: settings, Rooms: s, Voice: s, Recorders: s,
		Publish: func(e conference.Event) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.events = append(s.events, e)
		},
		Alive: func(id call.ID) bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return !s.dead[id]
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	return c, func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("run: %v", err)
		}
	}
}

func (s *stage) enter(c *conference.Conferences, id call.ID, number string) *stageParty {
	p := &stageParty{}
	c.Enter(call.Participant{Call: id, Room: number, Port: &port{string(id)}, Card: call.Card{Number: string(id)}, Party: p})
	return p
}

// seatsOf are the seats a port has, in rooms that are open.
func (s *stage) seatsOf(name string) (out []*stageSeat, lobby bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.halls {
		for _, seat := range h.seats {
			if p, ok := seat.port.(*port); ok && p.name == name && !seat.removed && !h.closed {
				out, lobby = append(out, seat), h.speakers == 0
			}
		}
	}
	return out, lobby
}

func TestPartiesMeetAndPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s stage
		c, stop := s.start(t, room(func(r *conference.Room) { r.Record, r.PIN = true, "1234" }))
		first, second := s.enter(c, "8001", "600"), s.enter(c, "8002", "600")
		synctest.Wait()
		if seats, lobby := s.seatsOf("8001"); len(seats) != 1 || !lobby || seats[0].plays != "zh-CN conf_pin" {
			t.Fatalf("at the door: %+v, lobby %v", seats, lobby)
		}
		for _, id := range []call.ID{"8001", "8002"} {
			for _, k := range []byte("1234#") {
				c.Report(id, call.ConferenceKey{Key: k})
			}
			synctest.Wait()
			if id == "8001" {
				time.Sleep(3 * time.Second)
				if seats, _ := s.seatsOf("8001"); seats[0].plays != "music default" {
					t.Errorf("alone, hears %q", seats[0].plays)
				}
			}
		}
		if seats, lobby := s.seatsOf("8001"); len(seats) != 1 || lobby || seats[0].plays != "" {
			t.Fatalf("inside: %+v, lobby %v", seats, lobby)
		}
		list, err := c.List(t.Context())
		if err != nil || len(list) != 1 || len(list[0].Parties) != 2 || list[0].Recording != "r1" {
			t.Fatalf("%+v, %v", list, err)
		}
		if r := s.records; len(r) != 1 || r[0].meta.Call != list[0].Session || r[0].meta.Number != "600" {
			t.Errorf("recordings %+v", r)
		}
		if err := c.Mute(t.Context(), "600", "8002", true); err != nil {
			t.Error(err)
		}
		if seats, _ := s.seatsOf("8002"); seats[0].talk {
			t.Error("not muted")
		}
		if err := c.Kick(t.Context(), "600", "8002"); err != nil {
			t.Error(err)
		}
		if seats, lobby := s.seatsOf("8002"); len(seats) != 1 || !lobby {
			t.Errorf("kicked: %+v, lobby %v", seats, lobby)
		}
		time.Sleep(3 * time.Second) // what is said to him is over
		if got := second.told(); len(got) != 1 || got[0].Cause != line.NormalClearing {
			t.Errorf("kicked: told %v", got)
		}
		if seats, _ := s.seatsOf("8002"); len(seats) != 0 {
			t.Error("kicked, and has a seat")
		}
		c.Report("8001", call.ConferenceLeft{})
		synctest.Wait()
		if s.records[0].closed != 1 {
			t.Error("the recording goes on")
		}
		for i, h := range s.halls {
			if !h.closed {
				t.Errorf("hall %d is open", i)
			}
		}
		if _, err := c.Look(t.Context(), "600"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("empty room: %v", err)
		}
		if got := first.told(); len(got) != 0 {
			t.Errorf("who hung up was told %v", got)
		}
		stop()
	})
}

// Timers of the owner's own: a PIN that never comes, a call that is gone without a word.
func TestNobodyStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s stage
		c, stop := s.start(t, room(func(r *conference.Room) { r.PIN = "1234" }), room(func(r *conference.Room) { r.Number = "601" }))
		silent := s.enter(c, "8001", "600")
		s.enter(c, "8002", "601")
		other := s.enter(c, "8003", "601")
		synctest.Wait()
		s.mu.Lock()
		s.dead["8002"] = true
		s.mu.Unlock()
		time.Sleep(6 * time.Second)
		if seats, _ := s.seatsOf("8002"); len(seats) != 0 {
			t.Error("a call that is gone has a seat")
		}
		time.Sleep(3 * time.Minute)
		if got := silent.told(); len(got) != 1 || got[0].Cause != line.CallRejected {
			t.Errorf("who types nothing was told %v", got)
		}
		time.Sleep(time.Hour)
		if got := other.told(); len(got) != 1 {
			t.Errorf("who is alone was told %v", got)
		}
		if list, err := c.List(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
		stop()
	})
}

func TestAfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s stage
		c, stop := s.start(t, room())
		in := s.enter(c, "8001", "600")
		synctest.Wait()
		stop()
		if got := in.told(); len(got) != 1 || got[0].Cause != line.Shutdown {
			t.Errorf("told %v", got)
		}
		late := s.enter(c, "8002", "600")
		if got := late.told(); len(got) != 1 || got[0].Cause != line.TemporaryFailure {
			t.Errorf("too late: told %v", got)
		}
		c.Report("8001", call.ConferenceLeft{})
		for what, err := range map[string]error{
			"list": func() error { _, err := c.List(t.Context()); return err }(), "kick": c.Kick(t.Context(), "600", "8001"),
			"lock": c.Lock(t.Context(), "600", true), "end": c.End(t.Context(), "600"), "probe": c.Probe(t.Context()),
			"mute all": c.MuteAll(t.Context(), "600", true), "apply": c.Apply(conference.Default()),
		} {
			if !errors.Is(err, conference.ErrClosed) {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestApply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s stage
		c, stop := s.start(t)
		if err := c.Apply(conference.Settings{Rooms: []conference.Room{{}}}); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("nonsense: %v", err)
		}
		with := conference.Default()
		with.Rooms = []conference.Room{room()}
		if err := c.Apply(with); err != nil {
			t.Error(err)
		}
		s.enter(c, "8001", "600")
		if v, err := c.Look(t.Context(), "600"); err != nil || len(v.Parties) != 1 || v.Parties[0].Phase != conference.Inside {
			t.Errorf("%+v, %v", v, err)
		}
		if err := c.Probe(t.Context()); err != nil || c.Dropped() != 0 {
			t.Errorf("%v, %d dropped", err, c.Dropped())
		}
		stop()
	})
}
