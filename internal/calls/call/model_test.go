package call

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
)

var modelRuns = flag.Int("runs", 2000, "seeded runs of the call model") //nolint:gochecknoglobals // a test flag

// world is everything around one call, played by chance: legs that ring, answer, hold, hang up at any moment, a queue
// that offers and withdraws, a menu, timers. It keeps the books that the guarantees of the package are about.
type world struct {
	t     *testing.T
	rnd   *rand.Rand
	s     State
	now   time.Time
	todo  []Event // answers to effects, taken first
	trace []string

	legs     []string // "" not answered, "up", "over"
	told     []bool   // told to hang up
	timers   map[Timer]bool
	plays    map[int]int // leg → play under way
	nextID   OfferID
	offers   map[OfferID]string // "open", "answered", "closed"
	waiting  bool
	menu     bool
	busy     map[string]int
	seated   map[int]bool
	codes    map[int]bool // legs whose keys go to nobody
	asked    bool         // another call has not said yet whom it gives
	given    map[int]bool // legs that another call gets, whether it has said so
	slot     string
	record   bool
	finished []CDR
}

func TestModel(t *testing.T) {
	for seed := range uint64(*modelRuns) {
		w := newWorld(t, seed)
		w.play()
		if t.Failed() {
			for _, l := range w.trace[max(0, len(w.trace)-80):] {
				t.Log(l)
			}
			t.Fatalf("seed %d", seed)
		}
	}
}

func newWorld(t *testing.T, seed uint64) *world {
	return &world{
		t: t, rnd: rand.New(rand.NewPCG(seed, 1)), now: time.Unix(1e9, 0), timers: map[Timer]bool{}, plays: map[int]int{},
		offers: map[OfferID]string{}, busy: map[string]int{}, seated: map[int]bool{}, codes: map[int]bool{}, given: map[int]bool{}, legs: []string{""}, told: []bool{false},
		s: New("c", Policy{
			Language: "en", RingTime: 30 * time.Second, MaxDuration: time.Hour, Record: Recorded(seed % 3), Codes: seed%2 == 0,
			HoldLimit: time.Minute,
		}),
	}
}

func (w *world) chance(p float64) bool { return w.rnd.Float64() < p }

// play runs the call until it is over, then checks the books.
func (w *world) play() {
	kind := []line.Kind{line.Extension, line.Trunk}[w.rnd.IntN(2)]
	w.step(Arrive{
		Info: line.Info{ID: "caller", Direction: line.Inbound, Kind: kind, Line: "8009", At: w.now},
		Card: Card{Blocked: w.chance(0.02)}, Target: w.target(), Routed: w.chance(0.97),
	})
	for i := 0; w.s.Phase != Over && i < 400 && !w.t.Failed(); i++ {
		w.now = w.now.Add(time.Duration(w.rnd.IntN(3000)) * time.Millisecond)
		w.step(w.anything(i))
	}
	for i := 0; w.s.Phase != Over && i < 400 && !w.t.Failed(); i++ { // the guest gives up, then everybody does
		for l, said := range w.given {
			if !said {
				w.given[l], w.legs[l] = true, "over"
				w.step(GivenAway{l})
			}
		}
		if g := w.s.Guest; w.legs[g] != "over" {
			w.step(w.legEnds(g, true))
		} else {
			w.step(w.legEnds(w.rnd.IntN(len(w.legs)), false))
		}
	}
	if !w.t.Failed() {
		w.check()
	}
}

// step feeds one event and whatever its effects answer.
func (w *world) step(ev Event) {
	w.todo = append(w.todo, ev)
	for len(w.todo) > 0 {
		ev = w.todo[0]
		w.todo = w.todo[1:]
		var effects []Effect
		w.s, effects = Step(w.s, ev, w.now)
		w.trace = append(w.trace, fmt.Sprintf("%-9s %T%+v", w.s.Phase, ev, ev))
		w.checkHold()
		for _, e := range effects {
			w.trace = append(w.trace, fmt.Sprintf("            → %T", e))
			w.effect(e)
		}
	}
	w.checkWayOut()
}

func (w *world) effect(e Effect) {
	switch e := e.(type) {
	case Tell:
		if _, ok := e.Cmd.(line.Hangup); ok {
			if w.told[e.Leg] {
				w.t.Errorf("leg %d is told to hang up twice", e.Leg)
			}
			w.told[e.Leg] = true
		}
	case Dial:
		w.dial(e.Try)
	case DialNext:
		w.dial(e.Try)
	case Sit:
		if w.seated[e.Leg] {
			w.t.Errorf("leg %d sits twice", e.Leg)
		}
		w.seated[e.Leg], w.codes[e.Leg] = true, e.Codes
	case Voices:
		w.codes[e.Leg] = e.Codes
	case Unsit:
		delete(w.seated, e.Leg)
		delete(w.plays, e.Leg)
	case Say:
		w.plays[e.Leg] = e.Play
	case Hush:
		delete(w.plays, e.Leg)
	case Music:
		delete(w.plays, e.Leg)
	case SetTimer:
		w.timers[e.Timer] = true
	case ClearTimer:
		w.timers[e.Timer] = false
	case OpenMenu:
		w.menu = w.chance(0.98)
		if !w.menu {
			w.todo = append(w.todo, MenuMissing{"m"})
		} else {
			w.todo = append(w.todo, MenuOpened{"m@1"})
		}
	case CloseMenu:
		w.menu = false
	case FeedMenu:
		if _, ok := e.Ev.(MenuReturned); ok && w.chance(0.5) {
			w.todo = append(w.todo, Drop{line.NoAnswer})
		}
	case JoinQueue:
		if w.waiting {
			w.t.Error("joins a queue while waiting in one")
		}
		w.waiting = true
	case TellQueue:
		w.queueHears(e.Fact)
	case PhoneBusy:
		w.busy[e.Extension] += map[bool]int{true: 1, false: -1}[e.Busy]
	case StartRecording:
		if w.record {
			w.t.Error("records twice")
		}
		w.record = true
		w.todo = append(w.todo, RecordingIs{"r"})
	case AskForward:
		w.todo = append(w.todo, Forwarded{e.Try, e.Cause, w.target(), w.chance(0.3)})
	case Resolve:
		w.todo = append(w.todo, Resolved{e.Leg, e.For, w.target(), w.chance(0.9)})
	case Yield:
		if w.asked = true; w.chance(0.5) {
			w.todo = append(w.todo, w.yields())
		} // or later: much may happen in between
	case Seek:
		w.todo = append(w.todo, Sought{e.Target, "other", w.chance(0.7)})
	case Give:
		w.gives(e.Leg)
	case SendOff:
		w.gives(e.Leg)
	case TakeSlot:
		ok := w.slot == "" && w.chance(0.9)
		if ok {
			w.slot = "701"
		}
		w.todo = append(w.todo, SlotIs{"701", ok})
	case FreeSlot:
		if w.slot == "" {
			w.t.Error("a parking place is freed that is not taken")
		}
		w.slot = ""
	case Finish:
		w.finished = append(w.finished, e.Record)
	default: // what is only heard or seen
	}
}

func (w *world) dial(try int) {
	switch n := w.rnd.Float64(); {
	case n < 0.12:
		w.todo = append(w.todo, DialFailed{try, line.SubscriberAbsent})
		return
	case n < 0.15 && w.s.Tries[try-1].Offer.ID == 0:
		w.todo = append(w.todo, Forwarded{Try: try, To: w.target(), OK: true})
		return
	}
	d := Dialed{Try: try}
	for range 1 + w.rnd.IntN(2) {
		d.Legs = append(d.Legs, line.Info{
			ID: fmt.Sprint("leg", len(w.legs)), Direction: line.Outbound,
			Kind: []line.Kind{line.Extension, line.Trunk}[w.rnd.IntN(2)], Line: "8001", At: w.now,
		})
		w.legs = append(w.legs, "")
		w.told = append(w.told, false)
	}
	w.todo = append(w.todo, d)
}

func (w *world) queueHears(f QueueFact) {
	change := func(id OfferID, from, to string) {
		if w.offers[id] != from {
			w.t.Errorf("%T%+v for an offer that is %s", f, f, w.offers[id])
		}
		w.offers[id] = to
	}
	switch f := f.(type) {
	case OfferAnswered:
		change(f.Offer, "open", "answered")
		w.waiting = false
	case OfferFailed:
		change(f.Offer, "open", "closed")
	case ConversationEnded:
		change(f.Offer, "answered", "closed")
	case OfferJoined:
		change(f.Offer, "answered", "answered")
	case CallerLeft:
		if f.Key == 0 {
			w.waiting = false
		}
	case CallGone:
		w.waiting = false
	case OfferRinging:
		if w.offers[f.Offer] != "open" {
			w.t.Errorf("offer %d rings and is %s", f.Offer, w.offers[f.Offer])
		}
	}
}
