package outreach_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/outreach"
)

var cst = time.FixedZone("CST", 8*3600)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, cst)
	if err != nil {
		panic(err)
	}
	return t
}

var quality = outreach.DefaultScripts()[0]

func env(script *outreach.Script) outreach.Env {
	return outreach.Env{Plan: contact.DefaultPlan(), Zone: cst, Script: script}
}

const customer = "13800138000"

func try(r contact.Result, call string, when time.Time) outreach.Attempt {
	return outreach.Attempt{Attempt: contact.Attempt{At: when, By: "li", Call: call, Number: customer, Result: r}}
}

// TestStep plays events a quarter of an hour apart, from Monday 10:00 on.
func TestStep(t *testing.T) {
	ten := at("2026-11-23 10:00")
	take, answer := outreach.Take{By: "li"}, func(pairs ...string) outreach.Event {
		m := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return outreach.Answer{Values: m}
	}
	for _, tc := range []struct {
		name    string
		kind    outreach.Kind
		script  *outreach.Script
		events  []outreach.Event
		state   outreach.State
		outcome outreach.Outcome
		due     string
		effects int
	}{
		{"new", outreach.Unreturned, nil, nil, outreach.Open, "", "2026-11-23 10:00", 0},
		{"reached by anybody", outreach.Unreturned, nil, []outreach.Event{try(contact.Reached, "c", ten)}, outreach.Done, outreach.Returned, "", 0},
		{"taken", outreach.Manual, nil, []outreach.Event{take}, outreach.Taken, "", "2026-11-23 10:00", 0},
		{"left for a quarter of an hour", outreach.Manual, nil, []outreach.Event{take, outreach.Tick{}}, outreach.Open, "", "2026-11-23 10:00", 0},
		{"given back", outreach.Manual, nil, []outreach.Event{take, outreach.Release{}}, outreach.Open, "", "2026-11-23 10:00", 0},
		{"busy: soon again", outreach.Manual, nil, []outreach.Event{take, try(contact.Busy, "c", at("2026-11-23 10:15"))}, outreach.Open, "", "2026-11-23 10:25", 0},
		{"no answer: the next slot", outreach.Manual, nil, []outreach.Event{take, try(contact.NoAnswer, "c", at("2026-11-23 10:15"))}, outreach.Open, "", "2026-11-23 12:00", 0},
		{"the same call twice counts once", outreach.Manual, nil, []outreach.Event{try(contact.NoAnswer, "c", ten), try(contact.Busy, "c", ten)}, outreach.Open, "", "2026-11-23 10:15", 0},
		{"three slots", outreach.Unreturned, nil, []outreach.Event{
			try(contact.NoAnswer, "1", ten), try(contact.PoweredOff, "2", at("2026-11-23 13:00")), try(contact.NoAnswer, "3", at("2026-11-23 18:00")),
		}, outreach.Unreachable, outreach.InVain, "", 1},
		{"the only number is wrong", outreach.Manual, nil, []outreach.Event{try(contact.WrongNumber, "c", ten)}, outreach.Unreachable, outreach.NoNumber, "", 0},
		{"refused", outreach.Manual, nil, []outreach.Event{try(contact.Refused, "c", ten)}, outreach.Refused, outreach.NotWanted, "", 0},
		{"no calls any more", outreach.Planned, nil, []outreach.Event{outreach.Refuse{}}, outreach.Refused, outreach.DoNotCall, "", 0},
		{"reached, questions left", outreach.Planned, &quality, []outreach.Event{take, try(contact.Reached, "c", ten)}, outreach.Taken, "", "2026-11-23 10:00", 0},
		{"reached, questions never answered", outreach.Planned, &quality, []outreach.Event{take, try(contact.Reached, "c", ten), outreach.Tick{}}, outreach.Done, outreach.Partly, "", 0},
		{"satisfied", outreach.Planned, &quality, []outreach.Event{take, answer("overall", "5", "repaired", "yes", "wish", "")}, outreach.Done, outreach.Answered, "", 2},
		{"dissatisfied", outreach.Planned, &quality, []outreach.Event{take, answer("overall", "1"), answer("what", "price", "words", "太贵")}, outreach.Done, outreach.Answered, "", 3},
		{"the record comes after the answers", outreach.Planned, &quality, []outreach.Event{
			take, answer("overall", "5", "repaired", "yes", "wish", ""), try(contact.Reached, "c", ten),
		}, outreach.Done, outreach.Answered, "", 0},
		{"cancelled", outreach.Manual, nil, []outreach.Event{outreach.Cancel{Why: "x"}}, outreach.Cancelled, outreach.CalledOff, "", 0},
		{"begun anew", outreach.Manual, nil, []outreach.Event{outreach.Cancel{Why: "x"}, outreach.Reopen{Why: "y"}}, outreach.Open, "", "2026-11-23 10:15", 0},
		{"called again after an attempt in vain", outreach.Unreturned, nil, []outreach.Event{
			try(contact.NoAnswer, "1", ten), outreach.Missed{At: at("2026-11-23 10:15"), Call: "again"},
		}, outreach.Open, "", "2026-11-23 10:15", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			now := ten
			k, effects := outreach.Start(outreach.Task{ID: "k", Kind: tc.kind, Numbers: []string{customer}}, "box", now, env(tc.script))
			for _, ev := range tc.events {
				var err error
				if k, effects, err = outreach.Step(k, ev, "li", now, env(tc.script)); err != nil {
					t.Fatalf("%T: %v", ev, err)
				}
				now = now.Add(15 * time.Minute)
			}
			due := ""
			if !k.Due.IsZero() {
				due = k.Due.In(cst).Format("2006-01-02 15:04")
			}
			if k.State != tc.state || k.Outcome != tc.outcome || due != tc.due || len(effects) != tc.effects {
				t.Errorf("%s %q due %s, %d effects; want %s %q due %s, %d", k.State, k.Outcome, due, len(effects), tc.state, tc.outcome, tc.due, tc.effects)
			}
		})
	}
}

func TestWhatAStateDoesNotAllow(t *testing.T) {
	ten := at("2026-11-23 10:00")
	done, _ := outreach.Start(outreach.Task{ID: "k", Numbers: []string{customer}}, "box", ten, env(nil))
	done, _, err := outreach.Step(done, try(contact.Reached, "c", ten), "li", ten, env(nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range []outreach.Event{outreach.Take{By: "li"}, outreach.Release{}, outreach.Answer{}, outreach.Cancel{}, outreach.Missed{}, outreach.Refuse{}, outreach.Tick{}} {
		same, _, err := outreach.Step(done, ev, "li", ten, env(nil))
		var refused *books.RefusedError
		if !errors.As(err, &refused) || fault.KeyOf(err) != "outreach.not_allowed" || !slices.Contains(refused.Allowed, "reopen") || same.State != outreach.Done {
			t.Errorf("%T: %v", ev, err)
		}
	}
	open, _ := outreach.Start(outreach.Task{ID: "k", Numbers: []string{customer}}, "box", ten, env(nil))
	late := at("2026-11-23 21:00")
	if _, _, err := outreach.Step(open, outreach.Take{By: "li"}, "li", late, env(nil)); fault.KeyOf(err) != "outreach.not_now" {
		t.Errorf("taken at nine in the evening: %v", err)
	}
	taken, _, err := outreach.Step(open, outreach.Take{By: "li"}, "li", ten, env(nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := outreach.Step(taken, outreach.Take{By: "wang"}, "wang", ten, env(nil)); fault.KeyOf(err) != "outreach.taken" {
		t.Errorf("taken twice: %v", err)
	}
}

// TestATaskAlwaysEnds has agents of every temper work on tasks: they end within the plan, and nobody is called outside the hours
// or before or after the task's own bounds.
func TestATaskAlwaysEnds(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 6)) //nolint:gosec // repeatable
		now := at("2026-11-23 00:00").Add(time.Duration(r.IntN(7*24*60)) * time.Minute)
		began := now
		k := outreach.Task{ID: "k", Kind: outreach.Unreturned, Numbers: []string{customer, "01088886666"}[:1+r.IntN(2)]}
		var script *outreach.Script
		if r.IntN(2) == 0 {
			k.Kind, script = outreach.Planned, &quality
			k.NotBefore, k.NotAfter = now.Add(24*time.Hour), now.Add(4*24*time.Hour)
		}
		k, _ = outreach.Start(k, "box", now, env(script))
		for n := 0; k.IsOpen(); n++ {
			if n > 5000 {
				t.Fatalf("seed %d: it never ends: %+v", seed, k)
			}
			var ev outreach.Event = outreach.Tick{}
			number, may := k.May(now, env(script))
			hour := now.In(cst).Hour()
			if may && (hour < 9 || hour >= 20 || now.Before(k.NotBefore) || (!k.NotAfter.IsZero() && !now.Before(k.NotAfter)) || number == "") {
				t.Fatalf("seed %d: %q may be called at %s", seed, number, now)
			}
			switch {
			case k.State == outreach.Taken:
				results := contact.Results()
				a := try(results[r.IntN(len(results))], "", now)
				a.Number = k.Numbers[r.IntN(len(k.Numbers))]
				ev = []outreach.Event{outreach.Tick{}, outreach.Release{}, a, a}[r.IntN(4)]
			case may && r.IntN(3) > 0:
				ev = outreach.Take{By: "li"}
			case k.Kind == outreach.Unreturned && r.IntN(400) == 0:
				ev = outreach.Missed{At: now, Call: "c"}
			}
			var err error
			if k, _, err = outreach.Step(k, ev, "li", now, env(script)); err != nil {
				t.Fatalf("seed %d: %T: %v", seed, ev, err)
			}
			now = now.Add(time.Duration(1+r.IntN(40)) * time.Minute)
		}
		if k.Outcome == "" || k.ClosedAt.IsZero() || !k.Due.IsZero() {
			t.Fatalf("seed %d: ended as %+v", seed, k)
		}
		if took := now.Sub(began); took > 6*24*time.Hour && k.Kind == outreach.Planned {
			t.Fatalf("seed %d: ended after %s", seed, took)
		}
		if k.Outcome == outreach.InVain && contact.DefaultPlan().Slots(k.Attempts, cst) < 3 {
			t.Fatalf("seed %d: given up after %+v", seed, k.Attempts)
		}
	}
}
