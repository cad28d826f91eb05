package conference

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// world carries out effects as far as they can be checked, and checks the state after each step.
type world struct {
	t       testing.TB
	s       *state
	now     time.Time
	session int

	seat      map[call.ID]string // "lobby", or a room's number
	talks     map[call.ID]bool
	volume    map[call.ID]int
	says      map[call.ID][]string // recordings that were said to it
	pending   map[call.ID]int      // the play whose end it waits for
	plays     map[call.ID]string   // "music" or ""
	outs      map[call.ID][]call.ConferenceOut
	in        map[call.ID]bool // was told that it is inside
	announced map[string][]string
	open      map[string]bool
	recording map[string]bool
	events    []Event
	trace     []string
}

// aParty is a call as the conference sees it.
type aParty struct {
	w  *world
	id call.ID
}

func (p aParty) Conference(cmd call.ConferenceCommand) {
	if out, ok := cmd.(call.ConferenceOut); ok {
		p.w.outs[p.id] = append(p.w.outs[p.id], out)
	}
}

// told checks what a party is told: that it is inside, once, when it is; and at its end whether it ever was.
func (w *world) told(p aParty, cmd call.ConferenceCommand) {
	switch cmd := cmd.(type) {
	case call.ConferenceIn:
		if w.in[p.id] || !w.open[w.seat[p.id]] {
			w.fail("%s was told that it is inside and sits in %q", p.id, w.seat[p.id])
		}
		w.in[p.id] = true
	case call.ConferenceOut:
		if w.seat[p.id] != "" {
			w.fail("%s was told to leave and still sits in %q", p.id, w.seat[p.id])
		}
		if cmd.Refused == w.in[p.id] && cmd.Cause != line.Shutdown {
			w.fail("%s was inside: %v; told %+v", p.id, w.in[p.id], cmd)
		}
		delete(w.in, p.id)
	}
}

func newWorld(t testing.TB, rooms ...Room) *world {
	t.Helper()
	s := Default()
	s.Rooms = rooms
	if p := s.Validate(); len(p) > 0 {
		t.Fatal(p)
	}
	w := &world{
		t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		seat: map[call.ID]string{}, talks: map[call.ID]bool{}, volume: map[call.ID]int{}, says: map[call.ID][]string{},
		pending: map[call.ID]int{}, plays: map[call.ID]string{}, outs: map[call.ID][]call.ConferenceOut{}, in: map[call.ID]bool{},
		announced: map[string][]string{}, open: map[string]bool{}, recording: map[string]bool{},
	}
	w.s = newState(s, func() call.ID {
		w.session++
		return call.ID(fmt.Sprintf("session%d", w.session))
	})
	return w
}

func (w *world) fail(format string, args ...any) {
	w.t.Helper()
	for _, l := range w.trace[max(0, len(w.trace)-30):] {
		w.t.Log(l)
	}
	w.t.Fatalf(format, args...)
}

// do steps the state and checks what comes of it.
func (w *world) do(in input) error {
	w.trace = append(w.trace, fmt.Sprintf("%s %T %+v", w.now.Format("15:04:05"), in, in))
	locked := map[string]bool{}
	inside := map[call.ID]bool{}
	for n, r := range w.s.rooms {
		locked[n] = r.locked
		for _, p := range r.inside {
			inside[p.Call] = true
		}
	}
	effects, err := w.s.step(in, w.now)
	for _, e := range effects {
		w.carryOut(e)
	}
	w.check()
	for n, r := range w.s.rooms {
		for _, p := range r.inside {
			if locked[n] && !inside[p.Call] && !p.moderator && !p.Vouched {
				w.fail("%s came into the locked room %s", p.Call, n)
			}
		}
	}
	return err
}

func (w *world) carryOut(e effect) {
	switch e := e.(type) {
	case sitLobby:
		w.sit(e.call, "lobby")
	case sit:
		if !w.open[e.number] {
			w.fail("seated in the closed room %s", e.number)
		}
		w.sit(e.call, e.number)
	case unsit:
		delete(w.seat, e.call)
	case openRoom:
		if w.open[e.number] {
			w.fail("room %s opened twice", e.number)
		}
		w.open[e.number] = true
	case closeRoom:
		for id, n := range w.seat {
			if n == e.number {
				w.fail("room %s closed over %s", n, id)
			}
		}
		if w.recording[e.number] || !w.open[e.number] {
			w.fail("room %s closed while it is recorded, or not open", e.number)
		}
		delete(w.open, e.number)
	case startRecording:
		if w.recording[e.number] || !w.open[e.number] {
			w.fail("room %s is recorded twice, or not open", e.number)
		}
		w.recording[e.number] = true
	case stopRecording:
		if !w.recording[e.number] {
			w.fail("room %s was not recorded", e.number)
		}
		delete(w.recording, e.number)
	case tell:
		p, ok := e.party.(aParty)
		if !ok {
			w.fail("told %v", e.party)
		}
		w.told(p, e.cmd)
		e.party.Conference(e.cmd)
	case publish:
		w.events = append(w.events, e.event)
	default:
		w.hear(e)
	}
}

func (w *world) sit(id call.ID, where string) {
	w.seat[id], w.talks[id], w.volume[id], w.plays[id] = where, true, 0, ""
	delete(w.pending, id)
}

func (w *world) hear(e effect) {
	var id call.ID
	switch e := e.(type) {
	case say:
		id = e.call
		w.says[id] = append(w.says[id], ids(e.phrases)...)
		w.plays[id] = "words"
		if e.play != 0 {
			w.pending[id] = e.play
		}
		if e.mix && w.seat[id] == "lobby" {
			w.fail("over whom?")
		}
	case music:
		id = e.call
		w.plays[id] = "music"
	case hush:
		id = e.call
		w.plays[id] = ""
	case talk:
		id = e.call
		w.talks[id] = e.on
	case volume:
		id = e.call
		w.volume[id] = e.db
	case announce:
		if !w.open[e.number] {
			w.fail("announced in the closed room %s", e.number)
		}
		word := ids(e.phrases)
		if len(word) == 0 {
			word = []string{map[bool]string{true: "tone up", false: "tone down"}[e.came]}
		}
		w.announced[e.number] = append(w.announced[e.number], word...)
		return
	}
	if w.seat[id] == "" {
		w.fail("%T for %s, who has no seat", e, id)
	}
}

func ids(phrases []prompt.Phrase) (out []string) {
	for _, p := range phrases {
		switch p.Kind {
		case prompt.KindRecording:
			out = append(out, p.ID)
		case prompt.KindNumber:
			out = append(out, fmt.Sprint(p.N))
		default:
			out = append(out, p.Digits)
		}
	}
	return out
}

// check holds what must be true after every step.
func (w *world) check() {
	for id := range w.seat {
		if w.s.parties[id] == nil {
			w.fail("%s sits in %q and is in no conference", id, w.seat[id])
		}
	}
	if len(w.s.order) != len(w.s.parties) {
		w.fail("%d in order, %d parties", len(w.s.order), len(w.s.parties))
	}
	for id, p := range w.s.parties {
		w.checkParty(id, p)
	}
	for n, r := range w.s.rooms {
		if len(r.inside) == 0 || !w.open[n] || w.recording[n] != r.recorded {
			w.fail("room %s: %d inside, open %v, recording %v", n, len(r.inside), w.open[n], w.recording[n])
		}
		if len(r.inside) > MaxParties || r.peak < len(r.inside) {
			w.fail("room %s: %d inside, peak %d", n, len(r.inside), r.peak)
		}
		for i, p := range r.inside {
			if p.phase != Inside || w.s.parties[p.Call] != p || slices.Index(r.inside, p) != i {
				w.fail("%s is in room %s and is %v", p.Call, n, p.phase)
			}
		}
	}
	if len(w.open) != len(w.s.rooms) {
		w.fail("%d rooms open, %d known", len(w.open), len(w.s.rooms))
	}
	if at, ok := w.s.next(); len(w.s.parties) > 0 && (!ok || at.Sub(w.now) > 24*time.Hour) {
		w.fail("nothing ends the waiting: %v", at)
	}
}

func (w *world) checkParty(id call.ID, p *party) {
	want := "lobby"
	if p.phase == Inside {
		want = p.Room
	}
	if w.seat[id] != want {
		w.fail("%s is %v and sits in %q", id, p.phase, w.seat[id])
	}
	if p.phase == Inside && w.talks[id] != p.talks() {
		w.fail("%s talks: %v, should: %v", id, w.talks[id], p.talks())
	}
	if r := w.s.rooms[p.Room]; (p.phase != Inside || r != nil && len(r.inside) == 1) && p.until.IsZero() {
		w.fail("%s is %v for ever", id, p.phase)
	} else if p.phase == Inside && (r == nil || !slices.Contains(r.inside, p)) {
		w.fail("%s is inside no room", id)
	}
	if p.phase == Inside && p.until.IsZero() && w.plays[id] == "music" {
		w.fail("%s hears music among others", id)
	}
}

// after lets time pass, tick by tick.
func (w *world) after(d time.Duration) {
	end := w.now.Add(d)
	for {
		at, ok := w.s.next()
		if !ok || at.After(end) {
			break
		}
		w.now = later(w.now, at)
		w.tick()
	}
	w.now = end
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (w *world) tick() { _ = w.do(ticked{}) }

// enter brings a party to a room's door. An extension's number is short and comes by no trunk.
func (w *world) enter(id call.ID, room, number string) {
	card := call.Card{Number: number}
	if len(number) > 5 {
		card.Trunk = "trunk"
	}
	w.enterAs(call.Participant{Call: id, Room: room, Card: card})
}

func (w *world) enterAs(p call.Participant) {
	p.Party = aParty{w, p.Call}
	delete(w.in, p.Call)
	_ = w.do(entered{p})
}

func (w *world) keys(id call.ID, keys string) {
	for _, k := range []byte(keys) {
		_ = w.do(reported{id, call.ConferenceKey{Key: k}})
	}
}

func (w *world) leave(id call.ID) { _ = w.do(reported{id, call.ConferenceLeft{}}) }

// heard ends what is said to a party.
func (w *world) heard(id call.ID) {
	if n := w.pending[id]; n != 0 {
		delete(w.pending, id)
		_ = w.do(played{id, n})
	}
}

func (w *world) phase(id call.ID) Phase {
	if p := w.s.parties[id]; p != nil {
		return p.phase
	}
	return 0
}

// last is what was said last to a party.
func (w *world) last(id call.ID) string {
	if s := w.says[id]; len(s) > 0 {
		return s[len(s)-1]
	}
	return ""
}

func (w *world) wantPhase(id call.ID, want Phase) {
	w.t.Helper()
	if got := w.phase(id); got != want {
		w.fail("%s is %v, want %v", id, got, want)
	}
}

func (w *world) wantOut(id call.ID, cause line.Cause) {
	w.t.Helper()
	if got := w.outs[id]; len(got) != 1 || got[0].Cause != cause {
		w.fail("%s was told %+v, want %v once", id, got, cause)
	}
}
