package api_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/calls/station"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/web/api"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// floor makes what the resources of calls work on: real queues, calls and recordings, with phones that the test plays.
func (b *box) floor(t testing.TB, log *slog.Logger) api.Deps {
	t.Helper()
	queue, err := store.Open(filepath.Join(b.dir, "queue.db"), log)
	if err != nil {
		t.Fatal(err)
	}
	ledger := store.NewLedger(b.db, log)
	if b.archive, err = recording.New(recording.Config{Dir: filepath.Join(b.dir, "recordings"), Index: store.NewRecordingIndex(b.db), Logger: log}); err != nil {
		t.Fatal(err)
	}
	if b.mail, err = voicemail.Open(voicemail.Config{
		Dir: filepath.Join(b.dir, "voicemail"), Index: store.MessageIndex{DB: b.db}, Logger: log, Show: func(string, int, int) {},
		Boxes: func() []voicemail.Box { return b.settings.Current().Voicemail.Boxes },
	}); err != nil {
		t.Fatal(err)
	}
	b.phones, b.hub = &phones{house: map[string]*phone{}}, live.NewHub()
	b.queues, err = acd.New(acd.Config{
		Settings: b.settings.Current().ACD(), Alive: func(call.ID) bool { return true }, Logger: log, Seed: 1,
		Publish: func(e acd.Event) {
			if c, ok := e.(acd.AgentChanged); ok {
				b.hub.Publish(live.Event{Topic: live.Agents, Data: live.AgentChanged{Agent: c.Agent}})
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.calls = call.NewManager(call.Config{
		Desk: b.phones, Dialer: b.phones, Queues: b.queues, Rooms: room{}, Voice: b.phones,
		Recorders: nil, Ledger: ledger, Logger: log,
		Policy: func() call.Policy { return call.Policy{RingTime: time.Minute, Record: call.RecordNone} },
	})
	ctx, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for _, run := range []func(context.Context) error{queue.Run, b.queues.Run, b.archive.Run} {
		wg.Go(func() { _ = run(ctx) }) // ends with the test
	}
	t.Cleanup(func() {
		over, cancel := context.WithCancel(context.Background())
		cancel()
		b.calls.Shutdown(over)
		stop()
		wg.Wait()
		if err := queue.Close(); err != nil {
			t.Error(err)
		}
	})
	return api.Deps{
		Stations: station.NewBook(nil), Conferences: meetings{}, Ledger: ledger, Archive: b.archive, Mail: b.mail, Calls: b.calls, ACD: b.queues, Hub: b.hub, Queue: queue,
		Pop: func(ctx context.Context, id call.ID, ext string) (live.Pop, error) {
			v, err := b.calls.Look(ctx, id)
			return live.Pop{Call: v.ID, Extension: ext, Card: v.Card, Known: []crm.Known{}, Open: []crm.Entry{}, Calls: []live.PastCall{}, Menu: v.Path}, err
		},
		Box: well{}, Rehearse: ivr.NewMenus(ivr.Settings{}).Rehearse,
		Lines: func() []live.Line { return []live.Line{{Name: "carrier", Kind: "trunk", State: "up"}} },
	}
}

// phones are the phones of a house, and all else that a call needs, in its simplest form.
type phones struct {
	mu    sync.Mutex
	house map[string]*phone
}

// phone is a leg that the test plays.
type phone struct {
	line.Events
	info line.Info
	mu   sync.Mutex
	told []line.Command
}

func (p *phone) Info() line.Info  { return p.info }
func (p *phone) Port() media.Port { return nil }
func (p *phone) Do(c line.Command) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = append(p.told, c)
	if h, ok := c.(line.Hangup); ok {
		p.Tell(line.Ended{Cause: h.Cause})
	}
}

func (h *phones) add(number string, d line.Direction, kind line.Kind) *phone {
	h.mu.Lock()
	defer h.mu.Unlock()
	p := &phone{info: line.Info{ID: store.NewID(), Direction: d, Kind: kind, Line: number, From: number, To: "8002", At: time.Now()}}
	h.house[number] = p
	return p
}

func (h *phones) Card(i line.Info) call.Card { return call.Card{Number: i.From} }
func (h *phones) Route(i line.Info, _ call.Card) (call.Target, bool) {
	return call.Target{Kind: call.TargetExtension, Name: i.To}, true
}

func (h *phones) Ways(_ line.Info, t call.Target) []call.Destination {
	return []call.Destination{{Kind: line.Extension, Line: t.Name}}
}

func (h *phones) Dial(d call.Destination, _ call.Outgoing) ([]call.Leg, error) {
	if d.Line == "8009" {
		return nil, fault.New(fault.Unavailable, "sip.not_registered", "dial: not registered")
	}
	return []call.Leg{h.add(d.Line, line.Outbound, line.Extension)}, nil
}

func (h *phones) Instead(call.Target, line.Cause) (call.Target, bool) { return call.Target{}, false }

func (h *phones) Music(string) media.Source                { return nil }
func (h *phones) Say(string, []prompt.Phrase) media.Source { return nil }

// meetings is a conference in room 600 with one party.
type meetings struct{}

func (meetings) List(context.Context) ([]conference.RoomView, error) {
	return []conference.RoomView{
		{Number: "600", Parties: []conference.PartyView{{Extension: "8001", Phase: conference.Inside}}},
		{Number: "601", Parties: []conference.PartyView{{Extension: "8001", Phase: conference.Asking}, {Number: "13800138000", Phase: conference.Inside}}},
	}, nil
}

func (m meetings) Look(ctx context.Context, room string) (conference.RoomView, error) {
	list, _ := m.List(ctx)
	return list[0], known(room)
}
func (meetings) Mute(_ context.Context, room string, _ call.ID, _ bool) error { return known(room) }
func (meetings) Lock(_ context.Context, room string, _ bool) error            { return known(room) }
func (meetings) Kick(_ context.Context, room string, _ call.ID) error         { return known(room) }
func (meetings) End(_ context.Context, room string) error                     { return known(room) }

func known(room string) error {
	if room != "600" {
		return fault.New(fault.NotFound, "conference.not_found", "find conference %s: nobody is there", room)
	}
	return nil
}

type room struct{}

func (room) Open() call.Room                                      { return room{} }
func (room) Add(media.Port, media.Groups, media.Groups) call.Seat { return room{} }
func (room) Tap(media.Tap)                                        {}
func (room) Left(call.Seat)                                       {}
func (room) Close()                                               {}
func (room) Play(media.Source, media.PlayOptions)                 {}
func (room) Stop()                                                {}
func (room) SetVoice(_, _ media.Groups)                           {}
func (room) SetKeys(bool)                                         {}
func (room) Remove()                                              {}
