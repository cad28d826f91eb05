package feature_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/feature"
)

// team is one agent, and what was asked of it.
type team struct {
	in   bool
	err  error
	done []string
}

func (a *team) note(format string, args ...any) error {
	a.done = append(a.done, fmt.Sprintf(format, args...))
	return a.err
}
func (a *team) SignedIn(string) bool                   { return a.in }
func (a *team) SignIn(n, ext string) error             { return a.note("in %q %s", n, ext) }
func (a *team) SignOut(ext string) error               { return a.note("out %s", ext) }
func (a *team) Pause(ext, key string) error            { return a.note("pause %s %q", ext, key) }
func (a *team) WrapUp(ext string, more bool) error     { return a.note("wrap %s %v", ext, more) }
func (a *team) Numbered(n string) (id string, ok bool) { return "welcome", n == "101" }

func (a *team) Give(ext, keys string) error { return a.note("give %s %s", ext, keys) }

func (a *team) Group(string) string                { return "8002,8003" }
func (a *team) MaySupervise(ext string) bool       { return a.in }
func (a *team) HangUp(by, who string) error        { return a.note("%s hangs up %s", by, who) }
func (a *team) Disturb(ext string, may bool) error { return a.note("disturb %s %v", ext, may) }
func (a *team) Forward(ext string, when feature.Forward, number string) error {
	return a.note("forward %s %d %q", ext, when, number)
}

// orders parts the two ways to sign somebody out.
type orders struct{ *team }

func (o orders) SignOut(by, who string) error { return o.note("%s signs out %s", by, who) }

func dial(t *testing.T, a *team, code string) call.Menu {
	t.Helper()
	m, err := feature.Codes{Agents: a, Prompts: a, Phones: a, Orders: orders{a}, Dispositions: a}.Open(code, line.Info{Kind: line.Extension, Line: "8001"}, call.Card{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// play steps the menu and tells what is heard and done.
func play(m call.Menu, events ...call.MenuEvent) string {
	var out []string
	for _, ev := range events {
		for _, e := range m.Step(ev, time.Unix(0, 0)) {
			switch e := e.(type) {
			case call.MenuPlay:
				for _, p := range e.Phrases {
					out = append(out, p.ID+p.Digits)
				}
			case call.MenuRecord:
				out = append(out, "record:"+e.Prompt)
			case call.MenuStop:
				out = append(out, "stop")
			case call.MenuEcho:
				out = append(out, "echo")
			case call.MenuGo:
				out = append(out, "→"+e.Target.String())
			}
		}
	}
	return strings.Join(out, " ")
}

var (
	begin  = call.MenuStarted{}
	played = call.MenuPlayed{}
)

func key(k byte) call.MenuEvent { return call.MenuDigit{Key: k} }

func TestCodes(t *testing.T) {
	for _, c := range []struct {
		name, code string
		team       team
		events     []call.MenuEvent
		heard      string
		done       string
	}{
		{"sign in", "*45", team{}, []call.MenuEvent{begin, played}, "signed_in →hangup", `in "" 8001`},
		{"sign in with a number", "*451003", team{}, []call.MenuEvent{begin, played}, "signed_in →hangup", `in "1003" 8001`},
		{"sign out", "*45", team{in: true}, []call.MenuEvent{begin, played}, "signed_out →hangup", "out 8001"},
		{"nobody", "*45", team{err: fault.New(fault.NotFound, "", "x")}, []call.MenuEvent{begin}, "agent_unknown", `in "" 8001`},
		{"pause with a reason", "*462", team{}, []call.MenuEvent{begin}, "paused", `pause 8001 "2"`},
		{"pause, asked", "*46", team{}, []call.MenuEvent{begin, played, key('1')}, "pause_which stop paused", `pause 8001 "1"`},
		{"pause, no answer", "*46", team{}, []call.MenuEvent{begin, played, call.MenuTimeout{}}, "pause_which invalid", ""},
		{"available", "*47", team{}, []call.MenuEvent{begin}, "unpaused", `pause 8001 ""`},
		{"not signed in", "*47", team{err: fault.New(fault.Conflict, "", "x")}, []call.MenuEvent{begin}, "not_signed_in", `pause 8001 ""`},
		{"more wrap-up", "*48", team{}, []call.MenuEvent{begin}, "wrapup_extended", "wrap 8001 true"},
		{"wrap-up done", "*49", team{}, []call.MenuEvent{begin}, "wrapup_ended", "wrap 8001 false"},
		{"what it was about", "*4411", team{}, []call.MenuEvent{begin, played}, "wrapup_ended →hangup", "give 8001 11"},
		{"what it was about, asked", "*44", team{}, []call.MenuEvent{begin, played, key('1'), key('2'), key('#')}, "beep stop stop stop wrapup_ended", "give 8001 12"},
		{"what it was about, slowly", "*44", team{}, []call.MenuEvent{begin, played, key('8'), call.MenuTimeout{}}, "beep stop stop wrapup_ended", "give 8001 8"},
		{"what it was about, nothing", "*44", team{}, []call.MenuEvent{begin, played, call.MenuTimeout{}}, "beep invalid", ""},
		{"keys that lead nowhere", "*4499", team{err: fault.New(fault.NotFound, "", "x")}, []call.MenuEvent{begin}, "invalid", "give 8001 99"},
		{"no call to speak of", "*441", team{err: fault.New(fault.Conflict, "", "x")}, []call.MenuEvent{begin}, "feature_failed", "give 8001 1"},
		{"sign somebody out", "*361003", team{in: true}, []call.MenuEvent{begin, played}, "signed_out_forced 1003 →hangup", "8001 signs out 1003"},
		{"sign out without the right", "*361003", team{}, []call.MenuEvent{begin}, "feature_failed", ""},
		{"sign out nobody", "*36", team{in: true}, []call.MenuEvent{begin}, "feature_failed", ""},
		{"sign out a stranger", "*369", team{in: true, err: fault.New(fault.NotFound, "", "x")}, []call.MenuEvent{begin}, "agent_unknown", "8001 signs out 9"},
		{"hang somebody up", "*378002", team{in: true}, []call.MenuEvent{begin, played}, "hung_up_forced 8002 →hangup", "8001 hangs up 8002"},
		{"hang up without the right", "*378002", team{}, []call.MenuEvent{begin}, "feature_failed", ""},
		{"own number", "*65", team{}, []call.MenuEvent{begin}, "your_number 8001", ""},
		{"hear oneself", "*43", team{}, []call.MenuEvent{begin, played, key('1'), key('#'), played}, "beep echo beep →hangup", ""},
		{"hear oneself for ever", "*43", team{}, []call.MenuEvent{begin, played, call.MenuTimeout{}, played}, "beep echo beep →hangup", ""},
		{"record a prompt", "*77101", team{}, []call.MenuEvent{begin, played, key('#'), call.MenuRecorded{Length: time.Second}, played}, "memo_speak beep record:welcome stop memo_saved welcome →hangup", ""},
		{"record, number asked", "*77", team{}, []call.MenuEvent{begin, played, key('1'), key('0'), key('1'), played, call.MenuTimeout{}, call.MenuRecorded{}}, "memo_which stop stop stop memo_speak beep record:welcome stop memo_empty", ""},
		{"record what is not there", "*77999", team{}, []call.MenuEvent{begin}, "invalid", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := c.team
			if got := play(dial(t, &a, c.code), c.events...); got != c.heard {
				t.Errorf("heard %q, want %q", got, c.heard)
			}
			if got := strings.Join(a.done, "; "); got != c.done {
				t.Errorf("done %q, want %q", got, c.done)
			}
		})
	}
}

func TestOnlyPhonesOfTheHouseMay(t *testing.T) {
	c := feature.Codes{Agents: &team{}, Prompts: &team{}}
	if _, err := c.Open("*45", line.Info{Kind: line.Trunk}, call.Card{}, nil); fault.CodeOf(err) != fault.Denied {
		t.Errorf("from a trunk: %v", err)
	}
	if _, err := c.Open("*99", line.Info{Kind: line.Extension}, call.Card{}, nil); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("no such code: %v", err)
	}
}
