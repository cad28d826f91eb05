package dialplan_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
)

func TestClasses(t *testing.T) {
	for number, want := range map[string]dialplan.Class{
		"110": "emergency", "119": "emergency", "120": "emergency", "122": "emergency", "114": "special", "10086": "special", "95588": "special",
		"4008001234": "special", "8008101234": "special", "6123456": "local", "61230000": "local", "13800138000": "mobile", "19912345678": "mobile",
		"013800138000": "mobile", "02161230000": "long_distance", "075561230000": "long_distance", "0044201234567": "international",
		"00": "international", "123456789": "international", "11000000000": "international", "": "international", "+8613800138000": "international", "*72110": "international",
	} {
		if got := dialplan.ClassOf(number); got != want {
			t.Errorf("%q is %s, want %s", number, got, want)
		}
	}
}

func FuzzClassOf(f *testing.F) {
	f.Add("13800138000")
	f.Fuzz(func(t *testing.T, number string) {
		if c := dialplan.ClassOf(number); !c.Valid() {
			t.Errorf("%q is %q", number, c)
		}
	})
}

func TestRulesThatAreWrong(t *testing.T) {
	p := dialplan.Plan{
		{Class: "moon"},
		{Class: "emergency", Deny: true},
		{Class: "mobile", PIN: "12", Calendar: "none", MaxCalls: -1, MaxMinutes: -1},
		{Class: "mobile"},
		{Class: "internal", Deny: true, Calendar: "service", PIN: "4711"},
	}
	var got []string
	for _, x := range p.Validate(func(id string) bool { return id == "service" }) {
		got = append(got, x.Path)
	}
	want := []string{"[0].class", "[1].class", "[2].pin", "[2].calendar", "[2].max_calls", "[2].max_minutes", "[3].class", "[4].class"}
	if len(got) != len(want) {
		t.Fatalf("problems %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("problem %d at %s, want %s", i, got[i], want[i])
		}
	}
	if p.Of(dialplan.Emergency).Deny || !(dialplan.Plan{}).Of(dialplan.International).Deny || (dialplan.Plan{}).Of(dialplan.Mobile).Deny {
		t.Error("what holds without a rule is wrong")
	}
}

func TestPhonesThatAreKeptFromCalling(t *testing.T) {
	b := dialplan.Bars{{Extensions: []string{"8010"}, Deny: []dialplan.Class{"mobile", "internal"}}}
	for _, c := range []struct {
		from  string
		class dialplan.Class
		want  bool
	}{
		{"8010", "mobile", true},
		{"8010", "internal", true},
		{"8010", "local", false},
		{"8010", "emergency", false},
		{"8001", "mobile", false},
		{"", "mobile", false},
	} {
		if got := b.Denies(c.from, c.class); got != c.want {
			t.Errorf("%q is kept from %s: %t", c.from, c.class, got)
		}
	}
	wrong := dialplan.Bars{{}, {Extensions: []string{"8010", "9999"}, Deny: []dialplan.Class{"emergency", "moon"}}}
	var got []string
	for _, x := range wrong.Validate(func(e string) bool { return e == "8010" }) {
		got = append(got, x.Path)
	}
	if want := "[0].extensions [0].deny [1].extensions[1] [1].deny[0] [1].deny[1]"; strings.Join(got, " ") != want {
		t.Errorf("mistakes at %v, want %s", got, want)
	}
}

func TestTheMeterBoundsCallsAndMinutes(t *testing.T) {
	m := dialplan.NewMeter([]dialplan.Used{{Class: "mobile", Day: "2026-11-22", Time: 9 * time.Minute}})
	r := dialplan.Rule{Class: "mobile", MaxCalls: 2, MaxMinutes: 10}
	first, err1 := m.Begin(r, "2026-11-22")
	second, err2 := m.Begin(r, "2026-11-22")
	if _, err := m.Begin(r, "2026-11-22"); err1 != nil || err2 != nil || fault.CodeOf(err) != fault.Busy {
		t.Fatalf("%v, %v, the third %v", err1, err2, err)
	}
	first(40 * time.Second)
	first(time.Hour) // an end that is told twice counts once
	if end, err := m.Begin(r, "2026-11-22"); err != nil {
		t.Errorf("after one has ended: %v", err)
	} else {
		end(0)
	}
	second(30 * time.Second)
	if _, err := m.Begin(r, "2026-11-22"); fault.CodeOf(err) != fault.Busy {
		t.Errorf("with the minutes used up: %v", err)
	}
	if _, err := m.Begin(r, "2026-11-23"); err != nil {
		t.Errorf("on the next day: %v", err)
	}
	if all := m.All(); len(all) != 1 || all[0].Time != 10*time.Minute+10*time.Second {
		t.Errorf("kept %+v", all)
	}
}

func TestThePINIsAskedForThreeTimes(t *testing.T) {
	type turn struct {
		keys string
		want call.TargetKind
	}
	for _, c := range []turn{{"4711", call.TargetExternal}, {"47#4711", call.TargetExternal}, {"111122223333", call.TargetHangup}} {
		p := dialplan.AskPIN("4711", "0044201234567", "8001", dialplan.NewTries())
		var went call.Target
		step := func(ev call.MenuEvent) {
			for _, e := range p.Step(ev, time.Time{}) {
				if g, ok := e.(call.MenuGo); ok && went.Kind == 0 {
					went = g.Target
				}
			}
		}
		step(call.MenuStarted{})
		for _, k := range []byte(c.keys) {
			step(call.MenuDigit{Key: k})
		}
		step(call.MenuPlayed{})
		if went.Kind != c.want {
			t.Errorf("%s leads to %s", c.keys, went)
		}
	}
}
