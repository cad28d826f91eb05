package voicemail

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// rows is an index in memory.
type rows map[string]Message

func (x rows) Put(m Message) <-chan error    { x[m.ID] = m; return nothing() }
func (x rows) Delete(id string) <-chan error { delete(x, id); return nothing() }
func (x rows) All() (all []Message, err error) {
	for _, m := range x {
		all = append(all, m)
	}
	return all, nil
}

// house is a shelf with two boxes, and what it has told.
type house struct {
	*Shelf
	rows  rows
	boxes []Box
	rule  Rule
	lamps map[string]string
	left  []Message
	own   map[string]bool // recordings that there are
	mute  bool            // callers say nothing
}

func open(t *testing.T, dir string, kept rows) *house {
	t.Helper()
	h := &house{rows: kept, lamps: map[string]string{}, own: map[string]bool{}, boxes: []Box{
		{Number: "8005", Extension: "8005"},
		{Number: "8900", PIN: "4071", Operator: "0", Notify: []string{"8005"}, MaxSeconds: 60},
	}}
	var err error
	h.Shelf, err = Open(Config{
		Dir: dir, Index: kept, Logger: slog.New(slog.DiscardHandler),
		Boxes: func() []Box { return h.boxes }, Rule: func() Rule { return h.rule },
		Show: func(name string, fresh, old int) { h.lamps[name] = fmt.Sprintf("%d/%d", fresh, old) },
		Left: func(m Message) { h.left = append(h.left, m) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// Has satisfies Voices.
func (h *house) Has(language, id string) bool { return h.own[language+"/"+id] }

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// put leaves a message of some seconds, so many hours before noon.
func (h *house) put(box string, seconds, hours int) string {
	id := h.begin(Message{Box: box, Number: "13800138000", Left: noon.Add(-time.Duration(hours) * time.Hour)})
	h.Record(id, "c1", time.Minute, func(call.Memo) {})
	h.ended(id, seconds)
	h.decide(id)
	return id
}

// ended is the end of a recording, as the archive tells it.
func (h *house) ended(id string, seconds int) {
	v := recording.Kept
	if seconds == 0 {
		v = recording.Failed
	}
	if t := h.tapes[id]; t != nil && !h.mute {
		t.voiced.Store(leastVoice)
	}
	tapes{h.Shelf}.Put(recording.Entry{ID: id, Path: "2026/" + id + ".wav", Verdict: v, Length: time.Duration(seconds) * time.Second})
}

// told writes down what a menu does. A recording begins under the id of its draft, which goes to draft.
func (h *house) told(effects []call.MenuEffect, draft *string) string {
	var out []string
	for _, e := range effects {
		switch e := e.(type) {
		case call.MenuPlay:
			var words []string
			for _, p := range e.Phrases {
				switch p.Kind {
				case prompt.KindNumber:
					words = append(words, fmt.Sprint(p.N))
				case prompt.KindMessage:
					words = append(words, "MESSAGE")
				case prompt.KindClock:
					words = append(words, p.At.Format("15:04"))
				case prompt.KindDate:
					words = append(words, p.At.Format("2.1."))
				default:
					words = append(words, p.ID+p.Digits)
				}
			}
			out = append(out, strings.Join(words, "+"))
		case call.MenuRecord:
			out = append(out, "record"+e.Prompt)
			if e.Message != "" {
				*draft = e.Message
				h.Record(e.Message, "c1", e.Max, func(call.Memo) {})
			}
		case call.MenuStop:
			out = append(out, "stop")
		case call.MenuGo:
			out = append(out, "→"+e.Target.String())
		}
	}
	return strings.Join(out, " ")
}

// play steps a menu by a script: "." what plays is over, "!" the time is, "r5" five seconds are recorded, "x" the call is
// over, "-" the number was not reached, all else are keys.
func (h *house) play(m call.Menu, script string) string {
	var out []string
	draft := ""
	step := func(ev call.MenuEvent) {
		if s := h.told(m.Step(ev, noon), &draft); s != "" {
			out = append(out, s)
		}
	}
	step(call.MenuStarted{})
	for i := 0; i < len(script); i++ {
		switch c := script[i]; c {
		case '.':
			step(call.MenuPlayed{})
		case '!':
			step(call.MenuTimeout{})
		case '-':
			step(call.MenuReturned{Cause: line.NoAnswer})
		case 'r', 'g':
			i++
			seconds := int(script[i] - '0')
			if c == 'r' {
				h.ended(draft, seconds)
			}
			step(call.MenuRecorded{Length: time.Duration(seconds) * time.Second})
		case 'x':
			step(call.MenuEnded{})
			if m, ok := h.all[draft]; ok && m.Open {
				i++
				h.ended(draft, int(script[i]-'0'))
			}
		default:
			step(call.MenuDigit{Key: c})
		}
	}
	return strings.Join(out, " | ")
}

func TestLeavingAMessage(t *testing.T) {
	const hello, ask = "vm_number+8005+vm_away+vm_leave", "vm_review"
	for _, c := range []struct {
		name, box, script, heard string
		kept                     int
	}{
		{"kept by 1", "8005", "..#r51.", hello + " | beep | record | stop | " + ask + " | vm_kept | →hangup", 1},
		{"kept by saying nothing", "8005", "..#r5.!.!.", hello + " | beep | record | stop | " + ask + " | " + ask + " | vm_kept | →hangup", 1},
		{"kept by hanging up at the question", "8005", "..#r5x", hello + " | beep | record | stop | " + ask, 1},
		{"kept by hanging up while speaking", "8005", "..x5", hello + " | beep | record", 1},
		{"thought better of it", "8005", "..x1", hello + " | beep | record", 0},
		{"hung up at the greeting", "8005", "x", hello, 0},
		{"hung up at the beep", "8005", ".x", hello + " | beep", 0},
		{"too long", "8005", "..!r51", hello + " | beep | record | stop | " + ask + " | vm_kept", 1},
		{"nothing said", "8005", "..#r0.", hello + " | beep | record | stop | vm_empty | →hangup", 0},
		{"heard and anew", "8005", "..#r523.#r61", hello + " | beep | record | stop | " + ask + " | MESSAGE+" + ask + " | beep | record | stop | " + ask + " | vm_kept", 1},
		{"greeting cut short", "8005", "#.", hello + " | beep | record", 0},
		{"nobody to be reached by 0", "8005", "0.", hello + " | beep", 0},
		{"to the operator", "8900", "0", "vm_away+vm_leave | →extension 8001", 0},
		{"an operator who is away", "8900", "0-", "vm_away+vm_leave | →extension 8001 | vm_away+vm_leave", 0},
		{"to the operator, with a message", "8900", "..#r50", "vm_away+vm_leave | beep | record | stop | " + ask + "+vm_operator | →extension 8001", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t, t.TempDir(), rows{})
			d := Desk{Shelf: h.Shelf, Voices: h, Led: func(n string) (call.Target, bool) {
				return call.Target{Kind: call.TargetExtension, Name: "8001"}, n == "0"
			}}
			m, err := d.Open(c.box, line.Info{Kind: line.Trunk}, call.Card{Number: "13800138000", Name: "王"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := h.play(m, c.script); got != c.heard {
				t.Errorf("heard %q,\n want %q", got, c.heard)
			}
			list := h.List(c.box, New)
			if len(list) != c.kept || len(h.left) != c.kept {
				t.Errorf("%d messages, told of %d, want %d", len(list), len(h.left), c.kept)
			}
			if c.kept == 1 && (list[0].Number != "13800138000" || list[0].Call != "c1" || list[0].House || h.lamps["8005"] != "1/0") {
				t.Errorf("message %+v, lamps %v", list[0], h.lamps)
			}
		})
	}
}

func TestABoxThatIsFull(t *testing.T) {
	h := open(t, t.TempDir(), rows{})
	h.boxes[0].MaxMessages = 2
	first := h.put("8005", 5, 1)
	h.put("8005", 5, 1)
	d := Desk{Shelf: h.Shelf, Voices: h}
	leave := func() string {
		m, err := d.Open("8005", line.Info{Kind: line.Extension, Line: "8001"}, call.Card{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return h.play(m, ".")
	}
	if got := leave(); got != "vm_full | →hangup" {
		t.Errorf("a full box: %q", got)
	}
	if err := h.Set(first, Deleted, noon); err != nil {
		t.Fatal(err)
	}
	if got := leave(); !strings.HasPrefix(got, "vm_number") {
		t.Errorf("a box with room again: %q", got)
	}
	h.rule.Space = 8000
	if got := leave(); got != "vm_no_room | →hangup" {
		t.Errorf("without room for more: %q", got)
	}
	if _, err := d.Open("9999", line.Info{}, call.Card{}, nil); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("no such box: %v", err)
	}
}

func TestTheOwnGreetingStandsFirst(t *testing.T) {
	h := open(t, t.TempDir(), rows{})
	h.boxes[0].Greeting = "closed"
	d := Desk{Shelf: h.Shelf, Voices: h}
	said := func() string { p := d.greeting(h.boxes[0], "en")[0]; return p.Language + "/" + p.ID }
	h.own["en/closed"] = true
	if got := said(); got != "en/closed" {
		t.Error(got)
	}
	h.own["zh-CN/voicemail_8005"] = true
	if got := said(); got != "zh-CN/voicemail_8005" {
		t.Errorf("the greeting recorded by phone: %s", got)
	}
}

func (h *house) dial(t *testing.T, code, phone string) call.Menu {
	t.Helper()
	r := Reader{Shelf: h.Shelf, Zone: func() *time.Location { return time.FixedZone("", 8*3600) }}
	m, err := r.Open(code, line.Info{Kind: line.Extension, Line: phone}, call.Card{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestHearingMessages(t *testing.T) {
	for _, c := range []struct{ name, code, phone, script, heard, lamp string }{
		{"all", "*97", "8005", "...4.4", "vm_new+2 | vm_is_new+1+yesterday+14:00+vm_from+13800138000+MESSAGE | vm_menu | vm_is_new+2+today+19:00+vm_from+13800138000+MESSAGE | vm_menu | vm_last+vm_menu", "0/2"},
		{"saved at once", "*97", "8005", ".2", "vm_new+2 | vm_is_new+1+yesterday+14:00+vm_from+13800138000+MESSAGE | vm_saved+vm_is_new+2+today+19:00+vm_from+13800138000+MESSAGE", "1/1"},
		{"deleted and taken back", "*97", "8005", ".39", "vm_new+2 | vm_is_new+1+yesterday+14:00+vm_from+13800138000+MESSAGE | vm_deleted | vm_undeleted+vm_menu", "1/1"},
		{"deleted", "*97", "8005", ".34", "vm_new+2 | vm_is_new+1+yesterday+14:00+vm_from+13800138000+MESSAGE | vm_deleted | vm_is_new+2+today+19:00+vm_from+13800138000+MESSAGE", "1/0"},
		{"the first", "*97", "8005", ".5", "vm_new+2 | vm_is_new+1+yesterday+14:00+vm_from+13800138000+MESSAGE | vm_first+vm_menu", "2/0"},
		{"called back", "*97", "8005", ".6-", "vm_new+2 | vm_is_new+1+yesterday+14:00+vm_from+13800138000+MESSAGE | →external 13800138000 | vm_not_reached+vm_menu", "1/1"},
		{"greeting", "*97", "8005", ".7.#g3", "vm_new+2 | vm_is_new+1+yesterday+14:00+vm_from+13800138000+MESSAGE | vm_greeting+beep | recordvoicemail_8005 | stop | vm_greeting_saved+voicemail_8005+vm_menu", "2/0"},
		{"help and good bye", "*97", "8005", ".*.!.", "vm_new+2 | vm_is_new+1+yesterday+14:00+vm_from+13800138000+MESSAGE | vm_help | goodbye | →hangup", "2/0"},
		{"no box", "*97", "8001", ".", "vm_unknown | →hangup", "2/0"},
		{"another's without PIN", "*988005", "8001", "", "vm_unknown", "2/0"},
		{"asked for", "*98", "8001", "8900#4071#", "vm_box | stop | stop | stop | stop | vm_pin | stop | stop | stop | stop | vm_none", "2/0"},
		{"wrong PINs", "*988900", "8005", "1#2#3#.", "vm_pin | stop | vm_pin_wrong+vm_pin | stop | vm_pin_wrong+vm_pin | stop | vm_pin_failed | →hangup", "2/0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := open(t, t.TempDir(), rows{})
			h.put("8005", 5, 1)
			h.put("8005", 5, 30)
			if got := h.play(h.dial(t, c.code, c.phone), c.script); got != c.heard {
				t.Errorf("heard %q,\n want %q", got, c.heard)
			}
			if got := h.lamps["8005"]; got != c.lamp {
				t.Errorf("the lamp says %s, want %s", got, c.lamp)
			}
		})
	}
	if _, err := (Reader{}).Open("*97", line.Info{Kind: line.Trunk}, call.Card{}, nil); fault.CodeOf(err) != fault.Denied {
		t.Errorf("from outside: %v", err)
	}
}

func TestABoxIsLockedAfterWrongPINs(t *testing.T) {
	var l locks
	b := Box{Number: "8900", PIN: "4071"}
	now := noon
	for n, lasts := range []time.Duration{5 * time.Minute, 10 * time.Minute, 20 * time.Minute} {
		for range 3 {
			if l.try(b, "0000", now) {
				t.Fatal("a wrong PIN opens the box")
			}
		}
		if l.try(b, "4071", now) || !l.locked("8900", now.Add(lasts-time.Second)) || l.locked("8900", now.Add(lasts)) {
			t.Errorf("lock %d does not last %s", n, lasts)
		}
		now = now.Add(lasts)
	}
	if l.locked("8005", now) || !l.try(b, "4071", now) {
		t.Error("another box is locked, or the right PIN does not open it")
	}
	if l.try(Box{Number: "8005"}, "", now) {
		t.Error("a box without PIN is opened by none")
	}
}

func FuzzMenus(f *testing.F) {
	f.Add(true, "..#r51.")
	f.Add(false, "*97...4.34.6-7.#g3!")
	f.Fuzz(func(t *testing.T, leave bool, script string) {
		if len(script) > 60 || strings.ContainsAny(script, "rgx") {
			return // too long, or keys that stand for orders to the test
		}
		h := open(t, t.TempDir(), rows{})
		h.put("8005", 5, 1)
		m := h.dial(t, "*97", "8005")
		if leave {
			var err error
			if m, err = (Desk{Shelf: h.Shelf, Voices: h}).Open("8005", line.Info{}, call.Card{}, nil); err != nil {
				t.Fatal(err)
			}
		}
		h.play(m, script)
	})
}
