package call

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

var modelRuns = flag.Int("runs", 3000, "seeded runs of the call model") //nolint:gochecknoglobals // a test flag

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
		offers: map[OfferID]string{}, busy: map[string]int{}, seated: map[int]bool{}, given: map[int]bool{}, legs: []string{""}, told: []bool{false},
		s: New("c", Policy{
			Language: "en", RingTime: 30 * time.Second, MaxDuration: time.Hour, Record: Recorded(seed % 3), Codes: seed%2 == 0,
			HoldLimit: time.Minute,
		}),
	}
}

func (w *world) chance(p float64) bool { return w.rnd.Float64() < p }

func (w *world) target() Target {
	return []Target{
		{TargetMenu, "m"},
		{TargetQueue, "q"},
		{TargetQueue, "q"},
		{TargetExtension, "8001"},
		{TargetExternal, "10086"},
		{TargetHangup, ""},
		{TargetFeature, "*45"},
		{TargetExtension, "8002"},
		{TargetPark, ""},
		{TargetPickup, "8001,8002"},
		{TargetWatch, "listen 8001"},
		{TargetConference, "600"},
		{TargetVoicemail, "8001"},
	}[w.rnd.IntN(13)]
}

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

// anything is an event that could happen now.
func (w *world) anything(i int) Event {
	leg := w.rnd.IntN(len(w.legs))
	switch n := w.rnd.IntN(20); {
	case n == 16:
		return LegSaid{leg, line.Transfer{To: "8002", Replaces: []string{"", "other"}[w.rnd.IntN(2)]}}
	case n == 17:
		return AroundAs{w.lineOf(leg), Around(1 + w.rnd.IntN(11)), "8003"}
	case n == 18:
		return w.fromAnotherCall(leg)
	case n == 19:
		for l, said := range w.given {
			if !said {
				w.given[l], w.legs[l] = true, "over"
				return GivenAway{l}
			}
		}
	case n <= 1:
		return LegSaid{leg, line.Ringing{}}
	case n <= 4:
		if w.legs[leg] == "" {
			w.legs[leg] = "up"
		}
		return LegSaid{leg, line.Answered{}}
	case n == 5:
		return LegSaid{leg, line.EarlyMedia{}}
	case n == 6:
		return LegSaid{leg, []line.Event{line.Held{}, line.Unheld{}}[w.rnd.IntN(2)]}
	case n == 7:
		if w.chance(0.3) {
			w.step(LegSaid{leg, line.Digit{Key: "*#"[w.rnd.IntN(2)]}})
			return LegSaid{leg, line.Digit{Key: "123468#"[w.rnd.IntN(7)]}}
		}
		return LegSaid{leg, line.Digit{Key: "1234567890*#"[w.rnd.IntN(12)]}}
	case n == 8 && (leg != 0 || w.chance(0.2)):
		return w.legEnds(leg, true)
	case n == 9:
		for l, told := range w.told {
			if told && w.legs[l] != "over" {
				return w.legEnds(l, false)
			}
		}
	case n == 10:
		for timer, armed := range w.timers {
			if armed && (timer.Kind != DurationTimer || w.chance(0.02)) {
				w.timers[timer] = false
				return Fired{timer}
			}
		}
	case n == 11 && w.waiting:
		return QueueSaid{w.queueCommand()}
	case n == 12 && w.menu:
		return MenuSaid{w.menuEffects()}
	case n == 13 && i > 50 && w.chance(0.1):
		return Drop{line.Shutdown}
	case n == 14:
		for leg, p := range w.plays {
			delete(w.plays, leg)
			return Played{p, []media.Outcome{media.Finished, media.Interrupted, media.Stopped}[w.rnd.IntN(3)]}
		}
	case n == 15:
		return w.command(leg)
	}
	return Played{-1, media.Stopped} // a late nothing
}

// command is what somebody at a screen may want, mostly of a phone that has a part in the call.
func (w *world) command(leg int) Event {
	extension := w.lineOf(leg)
	return []Event{
		HoldAs{extension, true},
		HoldAs{extension, false},
		HoldAs{extension, true},
		HoldAs{extension, false},
		HangUpAs{extension},
		AnswerAs{extension},
		KnownAs{"c1", "王建国"},
	}[w.rnd.IntN(7)]
}

func (w *world) lineOf(leg int) string {
	if leg < len(w.s.Legs) {
		return w.s.Legs[leg].Record.Line
	}
	return "9999"
}

// fromAnotherCall is what another call may do to this one at any time.
func (w *world) fromAnotherCall(leg int) Event {
	switch w.rnd.IntN(6) {
	case 0:
		return YieldTo{"other", leg}
	case 1:
		return NotYielded{}
	case 2:
		return LedOn{"other", w.target()}
	case 3:
		if w.s.Phase == Conferring {
			return ConferenceSaid{ConferenceOut{Target: []Target{{}, {TargetExtension, "8001"}}[w.rnd.IntN(2)], Cause: line.NormalClearing}}
		}
	}
	as, name := Part(1+w.rnd.IntN(4)), w.s.Slot
	if as == AsAnswer {
		name = "8001"
	}
	return w.gains(as, name)
}

// gains is a leg given by another call.
func (w *world) gains(as Part, name string) Event {
	if len(w.legs) > 40 {
		return NotYielded{}
	}
	in := line.Info{
		ID: fmt.Sprint("leg", len(w.legs)), Direction: line.Inbound, Kind: []line.Kind{line.Extension, line.Trunk}[w.rnd.IntN(2)], Line: "8004", At: w.now,
	}
	w.legs, w.told = append(w.legs, "up"), append(w.told, false)
	return Gained{"other", in, legRecord(in), as, Watch(1 + w.rnd.IntN(3)), name}
}

func (w *world) legEnds(leg int, remote bool) Event {
	if w.legs[leg] == "over" {
		return Played{-1, media.Stopped}
	}
	w.legs[leg] = "over"
	causes := []line.Cause{line.NormalClearing, line.UserBusy, line.CallRejected, line.NoCircuit, line.MediaTimeout}
	return LegSaid{leg, line.Ended{Cause: causes[w.rnd.IntN(len(causes))], Remote: remote}}
}

func (w *world) queueCommand() QueueCommand {
	switch w.rnd.IntN(8) {
	case 0:
		return QueueMusic{"default"}
	case 1:
		return QueueAnnounce{[]prompt.Phrase{prompt.Position(1)}, "1"}
	case 2:
		for id, st := range w.offers {
			if st == "open" {
				return QueueWithdraw{id, line.NormalClearing}
			}
		}
	case 3:
		w.waiting = false
		return QueueLeave{Target: w.target(), Event: "EXITWITHTIMEOUT"}
	}
	w.nextID++
	w.offers[w.nextID] = "open"
	o := Offer{ID: w.nextID, Agent: "a", Extension: fmt.Sprintf("80%02d", w.rnd.IntN(5)), Timeout: 15 * time.Second}
	if w.chance(0.3) {
		o.Greeting = []prompt.Phrase{prompt.Recording("hold")}
	}
	return QueueOffer{o}
}

func (w *world) menuEffects() []MenuEffect {
	switch w.rnd.IntN(4) {
	case 0:
		return []MenuEffect{MenuPlay{Phrases: []prompt.Phrase{prompt.Number(1)}}, MenuArm{time.Second}}
	case 1:
		return []MenuEffect{MenuStop{}, MenuSet{"k", "v"}, MenuTrace{"n", "1"}, MenuLanguage{"en"}}
	}
	return []MenuEffect{MenuGo{w.target()}, MenuPlay{}}
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

// checkWayOut holds that whoever takes part in the call, or waits, is waiting for something that will come.
func (w *world) checkWayOut() {
	s := w.s
	if s.Phase == Ending || s.Phase == Over {
		return
	}
	open := slices.ContainsFunc(s.Tries, func(t Try) bool { return !t.Done })
	switch {
	case s.Phase == Dialing && !open && w.legs[s.Guest] != "over" && !w.told[s.Guest]:
		w.t.Error("the guest is dialing, and nothing rings")
	case s.Phase == InMenu && !w.menu:
		w.t.Error("the guest is in a menu that is not open")
	case s.Phase == Parked && (s.Slot == "" || !w.timers[Timer{Kind: ParkTimer}]):
		w.t.Errorf("the guest is parked at %q, its timer set: %t", s.Slot, w.timers[Timer{Kind: ParkTimer}])
	case s.Phase != Parked && s.Phase != Dialing && s.Slot != "":
		w.t.Errorf("%s, and parked at %s", s.Phase, s.Slot)
	case s.Consult.On && !s.Consult.Up && s.Tries[s.Consult.Try-1].Done:
		w.t.Error("a party consults, and nothing rings")
	case s.Consult.On && !s.isParty(s.Consult.By):
		w.t.Errorf("leg %d consults, and is no party", s.Consult.By)
	}
	for i, l := range s.Legs {
		if !l.Up || l.Over || l.Dropped || i == s.Guest || s.isParty(i) || l.Watch != 0 || i == s.Greeted && i > 0 || s.Consult.Up && i == s.Consult.Third {
			continue
		}
		if s.Farewell.Play == 0 || s.Farewell.Leg != i {
			w.t.Errorf("%s: leg %d is up, and has no part in the call: %+v", s.Phase, i, l)
		}
	}
	for n, t := range s.Tries {
		if !t.Done && (t.Role == Consulted && (!s.Consult.On || s.Consult.Try != n+1)) {
			w.t.Errorf("try %d rings for a consultation that is over", n+1)
		}
		if !t.Done && t.Role == Reclaimed && s.Phase != Talking {
			w.t.Errorf("try %d rings for a hold that is over", n+1)
		}
	}
}

// checkHold holds that the hold clock runs exactly while one of the two who talk holds the other.
func (w *world) checkHold() {
	held := w.s.Phase == Talking && (w.s.Legs[w.s.Guest].Held || w.s.Legs[w.s.Peer].Held)
	if held == w.s.HeldAt.IsZero() {
		w.t.Errorf("%s, held %t, the clock runs since %v", w.s.Phase, held, w.s.HeldAt)
	}
	for _, i := range w.s.parties() {
		if l := w.s.Legs[i]; l.Over || l.Given || l.Released || !l.Seated {
			w.t.Errorf("leg %d is a party of the conversation and is %+v", i, l)
		}
	}
	for i, l := range w.s.Legs {
		if l.Apart && !l.Held && w.s.Phase == Talking {
			w.t.Errorf("leg %d does not hear the other side, and holds it not", i)
		}
	}
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
		w.seated[e.Leg] = true
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
		if w.chance(0.5) {
			w.todo = append(w.todo, w.gains(AsPartner, ""))
		} else {
			w.todo = append(w.todo, NotYielded{})
		}
	case Seek:
		w.todo = append(w.todo, Sought{e.Target, "other", w.chance(0.7)})
	case Give:
		if w.seated[e.Leg] || w.told[e.Leg] || w.legs[e.Leg] == "over" {
			w.t.Errorf("leg %d is given: seated %t, told to hang up %t, %s", e.Leg, w.seated[e.Leg], w.told[e.Leg], w.legs[e.Leg])
		}
		w.given[e.Leg], w.told[e.Leg] = false, true
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

// check holds the guarantees of the package against the books.
func (w *world) check() {
	if w.s.Phase != Over {
		w.t.Errorf("the call ends in %s", w.s.Phase)
		return
	}
	if len(w.finished) != 1 {
		w.t.Errorf("%d records, want 1", len(w.finished))
		return
	}
	r := w.finished[0]
	if r.Disposition == 0 || r.EndedAt.IsZero() || r.EndedBy == "" || len(r.Legs) != len(w.legs) {
		w.t.Errorf("incomplete record: %+v", r)
	}
	if (r.Disposition == Answered) != !r.ConnectedAt.IsZero() {
		w.t.Errorf("disposition %s, connected at %v", r.Disposition, r.ConnectedAt)
	}
	if w.record && r.Recording == "" {
		w.t.Error("recorded, but the record does not say so")
	}
	for i, st := range w.legs {
		if st != "over" && !w.told[i] {
			w.t.Errorf("leg %d is left %q and was never told to hang up", i, st)
		}
	}
	for id, st := range w.offers {
		if st != "closed" {
			w.t.Errorf("offer %d is left %s", id, st)
		}
	}
	if w.slot != "" {
		w.t.Error("the parking place is left taken")
	}
	if w.waiting {
		w.t.Error("the queue was never told that the caller is gone")
	}
	for e, n := range w.busy {
		if n != 0 {
			w.t.Errorf("extension %s is left busy %d times", e, n)
		}
	}
}
