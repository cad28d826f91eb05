package conference

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// aRoom is the room of the tests, changed as the test wants.
func aRoom(change ...func(*Room)) Room {
	r := DefaultRoom()
	r.Number, r.Name = "600", "Morning"
	for _, c := range change {
		c(&r)
	}
	return r
}

func withPINs(r *Room) { r.PIN, r.ModeratorPIN = "1234", "9876" }

func moderated(r *Room) { r.Moderators = []string{"8001"} }

func TestPIN(t *testing.T) {
	cases := []struct {
		name   string
		change func(*Room)
		number string
		keys   string
		phase  Phase
		mod    bool
		cause  line.Cause // when sent away
	}{
		{"right", withPINs, "8002", "1234#", Inside, false, 0},
		{"moderator's", withPINs, "8002", "9876#", Inside, true, 0},
		{"second try", withPINs, "8002", "1111#1234#", Inside, false, 0},
		{"third try", withPINs, "8002", "1111#2222#9876#", Inside, true, 0},
		{"three wrong", withPINs, "8002", "1111#2222#3333#", 0, false, line.CallRejected},
		{"nothing thrice", withPINs, "8002", "###", 0, false, line.CallRejected},
		{"begun anew", withPINs, "8002", "12*1234#", Inside, false, 0},
		{"too long", withPINs, "8002", "1234567890123", Asking, false, 0},
		{"not ended", withPINs, "8002", "1234", Asking, false, 0},
		{"moderators only, none typed", func(r *Room) { r.ModeratorPIN = "9876" }, "8002", "#", Inside, false, 0},
		{"moderators only, typed", func(r *Room) { r.ModeratorPIN = "9876" }, "8002", "9876#", Inside, true, 0},
		{"moderators only, wrong", func(r *Room) { r.ModeratorPIN = "9876" }, "8002", "9875#", Asking, false, 0},
		{"no PIN", func(*Room) {}, "8002", "", Inside, false, 0},
		{"moderator's phone", func(r *Room) { withPINs(r); moderated(r) }, "8001", "", Inside, true, 0},
		{"moderator's number from outside", func(r *Room) { withPINs(r); r.Moderators = []string{"13800138000"} }, "13800138000", "", Asking, false, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, aRoom(c.change))
			w.enter("a", "600", c.number)
			w.keys("a", c.keys)
			if c.cause != 0 {
				w.wantPhase("a", Leaving)
				w.heard("a")
				w.wantOut("a", c.cause)
				return
			}
			w.wantPhase("a", c.phase)
			if p := w.s.parties["a"]; p.moderator != c.mod {
				t.Errorf("moderator: %v", p.moderator)
			}
		})
	}
}

// Who types nothing more is asked again, and sent away in the end.
func TestPINTakesNoForever(t *testing.T) {
	w := newWorld(t, aRoom(withPINs))
	w.enter("a", "600", "8002")
	w.heard("a")
	w.keys("a", "12")
	w.after(3 * time.Minute)
	w.wantOut("a", line.CallRejected)
	if n := len(w.says["a"]); n != 6 || w.last("a") != "conf_pin_failed" { // asked; wrong, asked; wrong, asked; failed
		t.Errorf("said %v", w.says["a"])
	}
	w = newWorld(t, aRoom(withPINs))
	w.enter("b", "600", "8002")
	w.keys("b", "1234") // the # is forgotten
	w.after(digitWait)
	w.wantPhase("b", Inside)
}

// Who guesses from outside shuts the door to all outside for a while, not to the house.
func TestGuessing(t *testing.T) {
	w := newWorld(t, aRoom(withPINs))
	for i := range 4 {
		id := call.ID(fmt.Sprint("x", i))
		w.enter(id, "600", "13800138000")
		w.keys(id, "1111#2222#3333#")
		w.heard(id)
		w.wantOut(id, line.CallRejected)
	}
	w.enter("out", "600", "13900139000")
	w.wantPhase("out", Leaving)
	w.enter("in", "600", "8002")
	w.wantPhase("in", Asking)
	w.keys("in", "1234#")
	w.wantPhase("in", Inside)
	w.after(wrongSpan)
	w.enter("later", "600", "13900139000")
	w.wantPhase("later", Asking)
	if n := len(w.s.wrong["600"]); n > maxWrong {
		t.Errorf("%d remembered", n)
	}
}

func TestRefused(t *testing.T) {
	w := newWorld(t, aRoom(moderated, func(r *Room) { r.MaxParties = 2 }), aRoom(moderated, func(r *Room) { r.Number = "601" }))
	w.enter("x", "999", "8002")
	if w.last("x") != "conf_unknown" {
		t.Errorf("said %v", w.says["x"])
	}
	w.after(farewellMax) // nobody says that it has been played
	w.wantOut("x", line.UnallocatedNumber)
	w.enter("a", "600", "8002")
	w.enter("b", "600", "8003")
	w.enter("c", "600", "8004")
	w.heard("c")
	w.wantOut("c", line.UserBusy)
	w.enter("m", "601", "8001")
	w.keys("m", "*2")
	w.enter("d", "601", "8005")
	if w.last("d") != "conf_locked" {
		t.Errorf("said %v", w.says["d"])
	}
	w.leave("d") // before it is over
	if len(w.outs["d"]) != 0 {
		t.Errorf("told %v", w.outs["d"])
	}
	w.keys("m", "*2")
	w.enter("e", "601", "8006")
	w.wantPhase("e", Inside)
	if got := w.announced["601"]; !slices.Equal(got, []string{"conf_locked_now", "conf_unlocked_now", "tone up"}) {
		t.Errorf("announced %v", got)
	}
}

func TestWaitForModerator(t *testing.T) {
	room := aRoom(moderated, func(r *Room) { r.WaitForModerator, r.EndWithModerator, r.Record = true, true, true })
	w := newWorld(t, room)
	for i := range 3 {
		w.enter(call.ID(fmt.Sprint("p", i)), "600", fmt.Sprint(8002+i))
	}
	w.wantPhase("p0", Waiting)
	w.heard("p0")
	if w.plays["p0"] != "music" || len(w.open) != 0 {
		t.Errorf("hears %q, %d rooms open", w.plays["p0"], len(w.open))
	}
	w.leave("p2")
	w.enter("m", "600", "8001")
	for _, id := range []call.ID{"p0", "p1", "m"} {
		w.wantPhase(id, Inside)
	}
	if !w.recording["600"] {
		t.Error("not recorded")
	}
	w.keys("m", "*8")
	w.wantOut("m", line.NormalClearing)
	for _, id := range []call.ID{"p0", "p1"} {
		w.wantPhase(id, Leaving)
		w.heard(id)
		w.wantOut(id, line.NormalClearing)
	}
	if len(w.open)+len(w.recording) != 0 {
		t.Errorf("open %v, recorded %v", w.open, w.recording)
	}
	w.enter("late", "600", "8007")
	w.after(waitMax + farewellMax)
	w.wantOut("late", line.NormalClearing)
	if !slices.Contains(w.says["late"], "conf_no_moderator") {
		t.Errorf("said %v", w.says["late"])
	}
}

func TestCodes(t *testing.T) {
	w := newWorld(t, aRoom(moderated))
	w.enter("m", "600", "8001")
	w.enter("a", "600", "8002")
	w.enter("b", "600", "13800138000")
	steps := []struct {
		by   call.ID
		keys string
		want func() bool
		said string // to whom pressed them
	}{
		{"a", "1", func() bool { return w.talks["a"] }, "conf_welcome"}, // no *
		{"a", "*1", func() bool { return !w.talks["a"] }, "conf_muted"},
		{"a", "*1", func() bool { return w.talks["a"] }, "conf_unmuted"},
		{"a", "*7", func() bool { return w.talks["b"] }, "conf_moderators_only"},
		{"a", "*9", func() bool { return w.phase("b") == Inside }, "conf_moderators_only"},
		{"a", "*3", func() bool { return w.phase("b") == Inside }, "conf_moderators_only"},
		{"a", "*2", func() bool { return !w.s.rooms["600"].locked }, "conf_moderators_only"},
		{"m", "*7", func() bool { return w.talks["m"] && !w.talks["a"] && !w.talks["b"] }, ""},
		{"a", "*1", func() bool { return !w.talks["a"] }, "conf_silenced"},
		{"m", "*7", func() bool { return w.talks["a"] && w.talks["b"] }, ""},
		{"a", "*5*5*5*5*5*5", func() bool { return w.volume["a"] == volumeMax }, ""},
		{"a", "*4", func() bool { return w.volume["a"] == volumeMax-volumeBy }, ""},
		{"a", "*6", func() bool { return true }, "3"},
		{"a", "**", func() bool { return true }, "conf_help"},
		{"m", "**", func() bool { return true }, "conf_help_moderator"},
		{"a", "*0", func() bool { return true }, "invalid"},
		{"m", "*3", func() bool { return w.phase("b") == Leaving && w.seat["b"] == "lobby" }, ""},
		{"a", "*8", func() bool { return w.seat["a"] == "" && len(w.outs["a"]) == 1 }, ""},
	}
	for _, c := range steps {
		w.keys(c.by, c.keys)
		if !c.want() || c.said != "" && w.last(c.by) != c.said {
			w.fail("after %s by %s: said %v", c.keys, c.by, w.says[c.by])
		}
	}
	w.wantPhase("b", Leaving)
	if w.last("b") != "conf_kicked" {
		t.Errorf("said %v", w.says["b"])
	}
	w.keys("m", "*3") // nobody but the moderator is left
	if w.last("m") != "invalid" {
		t.Errorf("said %v", w.says["m"])
	}
	w.keys("m", "*9")
	w.heard("m")
	w.wantOut("m", line.NormalClearing)
}

// A star and nothing after it explains the codes; what comes later is no code.
func TestStarAlone(t *testing.T) {
	w := newWorld(t, aRoom())
	w.enter("a", "600", "8002")
	w.enter("b", "600", "8003")
	w.keys("a", "*")
	w.after(codeWait)
	if w.last("a") != "conf_help" {
		t.Errorf("said %v", w.says["a"])
	}
	w.keys("a", "1")
	if !w.talks["a"] {
		t.Error("muted by a key that was no code")
	}
}

func TestNotices(t *testing.T) {
	for way, want := range map[Notice][]string{
		NoNotice:   nil,
		ToneNotice: {"tone up", "tone up", "tone up", "tone down", "tone down"},
		NumberNotice: {
			"8003", "conf_joined", "conf_number_ending", "8000", "conf_joined", "conf_guest", "conf_joined",
			"conf_number_ending", "8000", "conf_left", "conf_guest", "conf_left",
		},
	} {
		w := newWorld(t, aRoom(func(r *Room) { r.Announce = way }))
		for i, number := range []string{"8002", "8003", "+8613800138000", ""} {
			w.enter(call.ID(fmt.Sprint("p", i)), "600", number)
		}
		w.leave("p2")
		w.leave("p3")
		if got := w.announced["600"]; !slices.Equal(got, want) {
			t.Errorf("%s: %v", way, got)
		}
	}
}

func TestNames(t *testing.T) {
	w := newWorld(t, aRoom(func(r *Room) { r.Announce = NumberNotice }))
	w.s.name = func(c call.Card) []prompt.Phrase {
		if c.Number == "8003" {
			return []prompt.Phrase{prompt.Recording("name_8003")}
		}
		return nil
	}
	for i, number := range []string{"8002", "8003", "8004"} {
		w.enter(call.ID(fmt.Sprint("p", i)), "600", number)
	}
	if got := w.announced["600"]; !slices.Equal(got, []string{"name_8003", "conf_joined", "8004", "conf_joined"}) {
		t.Errorf("%v", got)
	}
}

// Who is alone hears music until somebody comes, and is not left alone for ever.
func TestAlone(t *testing.T) {
	w := newWorld(t, aRoom(func(r *Room) { r.Record = true }))
	w.enter("a", "600", "8002")
	if w.recording["600"] {
		t.Error("recorded alone")
	}
	w.heard("a")
	if w.plays["a"] != "music" {
		t.Errorf("hears %q", w.plays["a"])
	}
	w.keys("a", "*6")
	w.heard("a")
	if w.plays["a"] != "music" || w.says["a"][len(w.says["a"])-1] != "1" {
		t.Errorf("hears %q after %v", w.plays["a"], w.says["a"])
	}
	w.enter("b", "600", "8003")
	if w.plays["a"] == "music" || !w.recording["600"] {
		t.Errorf("hears %q, recorded %v", w.plays["a"], w.recording)
	}
	_ = w.do(recorded{"600", "r1"})
	w.leave("a")
	if w.last("b") != "conf_alone" {
		t.Errorf("said %v", w.says["b"])
	}
	w.after(aloneMax + farewellMax)
	w.wantOut("b", line.NormalClearing)
	ended := slices.IndexFunc(w.events, func(e Event) bool { _, ok := e.(SessionEnded); return ok })
	if e, ok := w.events[ended].(SessionEnded); !ok || e.Recording != "r1" || e.Peak != 2 || e.Number != "600" {
		t.Errorf("ended %+v", w.events)
	}
	if last, ok := w.events[len(w.events)-1].(RoomChanged); !ok || len(last.Room.Parties) != 0 {
		t.Errorf("at last %+v", w.events[len(w.events)-1])
	}
}

func TestLongestSession(t *testing.T) {
	w := newWorld(t, aRoom(func(r *Room) { r.MaxMinutes = 10 }))
	w.enter("a", "600", "8002")
	w.enter("b", "600", "8003")
	w.after(9 * time.Minute)
	if got := w.announced["600"]; got[len(got)-1] != "conf_ending" {
		t.Errorf("announced %v", got)
	}
	w.after(time.Minute + farewellMax)
	w.wantOut("a", line.TooLong)
	w.wantOut("b", line.TooLong)
}

func TestOrders(t *testing.T) {
	w := newWorld(t, aRoom(moderated, func(r *Room) { r.MuteOnEntry = true }))
	for _, in := range []input{mute{"600", "a", true}, muteAll{"600", true}, lock{"600", true}, kick{"600", "a"}, endRoom{"600"}} {
		if err := w.do(in); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%T while nobody is there: %v", in, err)
		}
	}
	w.enter("m", "600", "8001")
	w.enter("a", "600", "8002")
	w.enter("b", "600", "8003")
	if w.talks["a"] || w.talks["b"] || !w.talks["m"] || !slices.Contains(w.says["a"], "conf_muted") {
		t.Errorf("talk %v, said %v", w.talks, w.says["a"])
	}
	for _, in := range []input{mute{"600", "x", true}, mute{"601", "a", true}, kick{"600", "x"}} {
		if err := w.do(in); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%+v: %v", in, err)
		}
	}
	order := func(in input) {
		t.Helper()
		if err := w.do(in); err != nil {
			t.Error(err)
		}
	}
	order(mute{"600", "a", false})
	order(mute{"600", "m", true})
	if !w.talks["a"] || w.talks["m"] {
		t.Errorf("talk %v", w.talks)
	}
	w.keys("m", "*1") // a moderator may undo it
	order(muteAll{"600", true})
	w.enter("c", "600", "8004")
	if w.talks["a"] || w.talks["c"] || !w.talks["m"] {
		t.Errorf("talk %v", w.talks)
	}
	order(lock{"600", true})
	order(kick{"600", "b"})
	w.wantPhase("b", Leaving)
	v := w.s.view("600")
	if !v.Locked || !v.Muted || len(v.Parties) != 3 || !v.Parties[0].Moderator || v.Session == "" || v.Name != "Morning" {
		t.Errorf("%+v", v)
	}
	order(endRoom{"600"})
	for _, id := range []call.ID{"m", "a", "b", "c"} {
		w.heard(id)
		w.wantOut(id, line.NormalClearing)
	}
}

func TestGoesOnToTarget(t *testing.T) {
	w := newWorld(t, aRoom(func(r *Room) { r.After = &Onward{"menu", "main"} }))
	w.enter("a", "600", "8002")
	w.keys("a", "*8")
	want := call.ConferenceOut{Target: call.Target{Kind: call.TargetMenu, Name: "main"}, Cause: line.NormalClearing}
	if got := w.outs["a"]; len(got) != 1 || got[0] != want {
		t.Errorf("told %+v", got)
	}
}

func TestAdHoc(t *testing.T) {
	w := newWorld(t)
	w.enter("b", AdHocPrefix+"c1", "13800138000")
	w.enterAs(call.Participant{Call: "a", Room: AdHocPrefix + "c1", Card: call.Card{Number: "8001"}, Host: true})
	w.enter("c", AdHocPrefix, "8001")
	w.wantPhase("a", Inside)
	w.wantPhase("b", Inside)
	w.wantPhase("c", Leaving)
	if !w.s.parties["a"].moderator || w.s.parties["b"].moderator {
		t.Error("who made the room is its moderator, and nobody else")
	}
}

// The settings change under those who are there: whose room is gone goes on, and nobody new comes in.
func TestSettingsChange(t *testing.T) {
	w := newWorld(t, aRoom(), aRoom(func(r *Room) { withPINs(r); r.Number = "601" }))
	w.enter("a", "600", "8002")
	w.enter("b", "601", "8003")
	_ = w.do(changed{Default()})
	w.wantPhase("a", Inside)
	w.keys("b", "1234#")
	w.heard("b")
	w.wantOut("b", line.UnallocatedNumber)
	w.enter("c", "600", "8004")
	w.heard("c")
	w.wantOut("c", line.UnallocatedNumber)
	w.leave("a")
	if len(w.open) != 0 {
		t.Error("still open")
	}
}

func TestClosing(t *testing.T) {
	w := newWorld(t, aRoom(func(r *Room) { r.Record = true }), aRoom(func(r *Room) { withPINs(r); r.Number = "601" }))
	for i, room := range []string{"600", "600", "601"} {
		w.enter(call.ID(fmt.Sprint("p", i)), room, "8002")
	}
	_ = w.do(closed{})
	for i := range 3 {
		w.wantOut(call.ID(fmt.Sprint("p", i)), line.Shutdown)
	}
	w.enter("late", "600", "8002")
	w.wantOut("late", line.TemporaryFailure)
	if len(w.open)+len(w.recording)+len(w.seat) != 0 {
		t.Errorf("left: %v %v %v", w.open, w.recording, w.seat)
	}
}

// A call that enters twice has one seat.
func TestEntersTwice(t *testing.T) {
	w := newWorld(t, aRoom(), aRoom(func(r *Room) { r.Number = "601" }))
	w.enter("a", "600", "8002")
	w.enter("a", "601", "8002")
	if w.seat["a"] != "601" || len(w.open) != 1 {
		t.Errorf("sits in %q, open %v", w.seat["a"], w.open)
	}
}

// Who takes the place of a party that was inside is asked nothing, not even at a locked door; a full room stays full.
func TestWhoIsVouchedFor(t *testing.T) {
	w := newWorld(t, aRoom(withPINs, func(r *Room) { r.MaxParties = 2 }))
	w.enter("m", "600", "8001")
	w.keys("m", "9876#")
	w.enter("a", "600", "8002")
	w.wantPhase("a", Asking)
	w.leave("a")
	_ = w.do(lock{"600", true})
	w.enterAs(call.Participant{Call: "b", Room: "600", Card: call.Card{Number: "13800138000", Trunk: "trunk"}, Vouched: true})
	w.wantPhase("b", Inside)
	w.enterAs(call.Participant{Call: "c", Room: "600", Card: call.Card{Number: "8003"}, Vouched: true})
	w.heard("c")
	w.wantOut("c", line.UserBusy)
}

// A phone that guesses is asked for no PIN at any room for a while; others are.
func TestAPhoneThatGuessesIsKeptOut(t *testing.T) {
	w := newWorld(t, aRoom(withPINs), aRoom(withPINs, func(r *Room) { r.Number = "601" }))
	n := 0
	enter := func(room, extension string) call.ID {
		n++
		id := call.ID(fmt.Sprint("c", n))
		w.enterAs(call.Participant{Call: id, Room: room, Card: call.Card{Number: extension}, Extension: extension})
		return id
	}
	for range 2 {
		w.keys(enter("600", "8002"), "1111#2222#3333#")
	}
	for _, room := range []string{"600", "601"} {
		id := enter(room, "8002")
		w.wantPhase(id, Leaving)
		w.heard(id)
		w.wantOut(id, line.CallRejected)
	}
	w.wantPhase(enter("600", "8003"), Asking)
	w.after(wrongSpan)
	id := enter("601", "8002")
	w.wantPhase(id, Asking)
	w.keys(id, "1234#")
	w.wantPhase(id, Inside)
}
