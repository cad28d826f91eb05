package fxo_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

var t0 = time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)

// known are caller ID, a number to dial, and rules that are changed from the default.
var (
	wang   = fxo.Called{Caller: fxo.Caller{Number: mobile}}
	number = []fxo.Stage{{Digits: "10086"}}
)

func ring(s analog.Signal) fxo.Event    { return fxo.Sensed{Signal: s} }
func fire(c fxo.Clock) fxo.Event        { return fxo.Fired{Clock: c} }
func hear(s fxo.Sound) fxo.Event        { return fxo.Heard{Sound: s} }
func told(c line.Command) fxo.Event     { return fxo.Ordered{Command: c} }
func after(d time.Duration) pauseEvent  { return pauseEvent(d) }
func with(c func(*fxo.Rules)) fxo.Event { r := fxo.DefaultRules(); c(&r); return fxo.Ruled{Rules: r} }

// pauseEvent lets time pass in a script.
type pauseEvent time.Duration

// short writes an effect so that a table can name it. Timers and hearing are left out.
func short(e fxo.Effect) string {
	switch e := e.(type) {
	case fxo.Arm, fxo.Disarm, fxo.Listen, fxo.EchoCancel, fxo.Hush:
		return ""
	case fxo.SetHook:
		return e.Hook.String()
	case fxo.Send:
		return "send:" + e.Digits
	case fxo.Flash:
		return "flash"
	case fxo.Offer:
		return "offer:" + e.Caller.Number
	case fxo.Refuse:
		return "refuse:" + e.Cause.String()
	case fxo.Tested:
		return fmt.Sprintf("tested:%v", e.Complete)
	case fxo.Report:
		switch ev := e.Event.(type) {
		case line.Answered:
			return "answered:" + ev.By.String()
		case line.Ended:
			return fmt.Sprintf("ended:%s:%v:%s", ev.Cause, ev.Remote, ev.Detail)
		case line.Digit:
			return "digit:" + string(ev.Key)
		}
		return strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", e.Event), "line."))
	}
	return strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", e), "fxo."))
}

// play steps a line through a script and returns where it ends and what it did.
func play(script ...any) (fxo.State, string) {
	now := t0
	s := fxo.New(fxo.DefaultRules(), now)
	var did []string
	for _, x := range script {
		if d, ok := x.(pauseEvent); ok {
			now = now.Add(time.Duration(d))
			continue
		}
		ev, ok := x.(fxo.Event)
		if !ok {
			panic(fmt.Sprintf("%T in a script", x))
		}
		var effects []fxo.Effect
		s, effects = fxo.Step(s, ev, now)
		for _, e := range effects {
			if w := short(e); w != "" {
				did = append(did, w)
			}
		}
	}
	return s, strings.Join(did, " ")
}

func TestStep(t *testing.T) {
	begins, ends := ring(analog.RingBegins), ring(analog.RingEnds)
	// What leads to the states from which the cases begin.
	offered := []any{begins, ends, wang}
	up := append(append([]any{}, offered...), told(line.Answer{}), fire(fxo.SettleClock), after(time.Minute))
	seizing := []any{fxo.Seize{Number: number}}
	dialling := append(append([]any{}, seizing...), hear(fxo.DialTone))
	proceeding := append(append([]any{}, dialling...), fxo.Sent{})
	outUp := append(append([]any{}, proceeding...), hear(fxo.Ringback), ring(analog.Reversed), after(time.Minute))
	const (
		didOffered    = "offer:13800138000"
		didUp         = didOffered + " off_hook answered:signal"
		didSeizing    = "take off_hook"
		didDialling   = didSeizing + " send:10086"
		didProceeding = didDialling + " earlymedia"
		didOutUp      = didProceeding + " ringing earlymedia answered:polarity"
	)
	for _, c := range []struct {
		name string
		from []any
		then []any
		to   fxo.Phase
		did  string
	}{
		{"a ring alone offers nothing", nil, []any{begins, ends}, fxo.Ringing, ""},
		{"caller ID offers", nil, offered, fxo.Offered, didOffered},
		{"the second ring offers", nil, []any{begins, ends, after(4 * second), begins}, fxo.Offered, "offer:"},
		{"the second half of a double ring does not", nil, []any{begins, ends, after(400 * time.Millisecond), begins}, fxo.Ringing, ""},
		{"the window's end offers", nil, []any{begins, ends, fire(fxo.WindowClock)}, fxo.Offered, "offer:"},
		{"caller ID before the ring", nil, []any{wang, after(2 * second), begins}, fxo.Offered, didOffered},
		{"caller ID of a caller who gave up long ago", nil, []any{wang, after(time.Minute), begins}, fxo.Ringing, ""},
		{"no line for calling out shortly after caller ID", nil, []any{wang, after(second), fxo.Seize{Number: number}}, fxo.Idle, "refuse:no_circuit"},
		{"a line without caller ID", nil, []any{with(func(r *fxo.Rules) { r.NoCallerID = true }), begins}, fxo.Offered, "offer:"},
		{"the caller gives up before the leg", nil, []any{begins, ends, fire(fxo.RingClock)}, fxo.Idle, ""},
		{"the caller gives up", offered, []any{fire(fxo.RingClock)}, fxo.Idle, didOffered + " ended:normal_clearing:true:caller gave up"},
		{"somebody else calls before it is known that the first gave up", offered, []any{begins, ends, fxo.Called{Caller: fxo.Caller{Number: "10010"}}}, fxo.Offered, didOffered + " ended:normal_clearing:true:caller gave up offer:10010"},
		{"the same number twice is one call", offered, []any{begins, ends, wang}, fxo.Offered, didOffered},
		{"caller ID that comes too late", nil, []any{begins, ends, after(4 * second), begins, ends, after(second), wang}, fxo.Offered, "offer:"},
		{"caller ID long after the last ring", nil, []any{begins, ends, after(4 * second), begins, ends, after(7 * second), wang}, fxo.Offered, "offer: ended:normal_clearing:true:caller gave up offer:13800138000"},
		{"nobody wants the call", offered, []any{told(line.Hangup{Cause: line.Blocked})}, fxo.Ignoring, didOffered + " ended:blocked:false:left ringing"},
		{"nor its next rings", offered, []any{told(line.Hangup{Cause: line.Blocked}), begins, ends, wang, begins, ends, fire(fxo.RingClock)}, fxo.Idle, didOffered + " ended:blocked:false:left ringing"},
		{"answering", offered, []any{told(line.Answer{})}, fxo.Answering, didOffered + " off_hook"},
		{"answered when the hook is done", offered, []any{told(line.Answer{}), ring(analog.HookDone), fire(fxo.SettleClock)}, fxo.Up, didUp},
		{"a hook that is done late does not end the keys being sent", dialling, []any{ring(analog.HookDone)}, fxo.Dialling, didDialling},
		{"answered twice", up, []any{told(line.Answer{})}, fxo.Up, didUp},
		{"signals while the hook settles mean nothing", offered, []any{told(line.Answer{}), ring(analog.Reversed), ring(analog.LoopOpened)}, fxo.Answering, didOffered + " off_hook"},
		{"a key", up, []any{fxo.Pressed{Key: '5'}}, fxo.Up, didUp + " digit:5"},
		{"keys on hook are none", offered, []any{fxo.Pressed{Key: '5'}}, fxo.Offered, didOffered},
		{"hung up by us", up, []any{told(line.Hangup{Cause: line.NormalClearing})}, fxo.Guard, didUp + " ended:normal_clearing:false: on_hook"},
		{"and free again", up, []any{told(line.Hangup{Cause: line.NormalClearing}), fire(fxo.GuardClock)}, fxo.Idle, didUp + " ended:normal_clearing:false: on_hook"},
		{"busy tone", up, []any{hear(fxo.Busy)}, fxo.Guard, didUp + " ended:normal_clearing:true:busy tone on_hook"},
		{"congestion tone", up, []any{hear(fxo.Congestion)}, fxo.Guard, didUp + " ended:normal_clearing:true:congestion tone on_hook"},
		{"dial tone", up, []any{hear(fxo.DialTone)}, fxo.Guard, didUp + " ended:normal_clearing:true:dial tone on_hook"},
		{"polarity", up, []any{ring(analog.Reversed)}, fxo.Guard, didUp + " ended:normal_clearing:true:polarity on_hook"},
		{"polarity that means nothing", up, []any{with(func(r *fxo.Rules) { r.HangupSwap = fxo.No }), ring(analog.Reversed)}, fxo.Up, didUp},
		{"loop", up, []any{ring(analog.LoopOpened)}, fxo.Guard, didUp + " ended:normal_clearing:true:loop opened on_hook"},
		{"a tone after little silence", up, []any{fxo.Heard{Sound: fxo.Steady, For: 6 * second}}, fxo.Up, didUp},
		{"a tone after much silence", up, []any{fxo.Heard{Sound: fxo.Steady, For: 21 * second}}, fxo.Guard, didUp + " ended:normal_clearing:true:tone after silence on_hook"},
		{"some silence", up, []any{fxo.Heard{Sound: fxo.Quiet, For: 5 * time.Minute}}, fxo.Up, didUp},
		{"too much silence", up, []any{fxo.Heard{Sound: fxo.Quiet, For: 15 * time.Minute}}, fxo.Guard, didUp + " ended:media_timeout:false:silence on_hook"},
		{"too long", up, []any{fire(fxo.DurationClock)}, fxo.Guard, didUp + " ended:too_long:false:longest duration on_hook"},
		{"voice and ringback are conversation", up, []any{hear(fxo.Voice), hear(fxo.Ringback), hear(fxo.FaxAnswer)}, fxo.Up, didUp},
		{"digits", up, []any{told(line.SendDigits{Digits: "12,3"}), fxo.Sent{}, fire(fxo.SettleClock)}, fxo.Up, didUp + " send:12 send:3"},
		{"a flash does not end the call", up, []any{told(line.SendDigits{Digits: "!"}), ring(analog.LoopOpened), ring(analog.Reversed)}, fxo.Up, didUp + " flash"},
		{"battery lost in a call", up, []any{ring(analog.BatteryLost)}, fxo.NoLine, didUp + " ended:network_out_of_order:true:no battery on_hook"},
		{"and back", up, []any{ring(analog.BatteryLost), ring(analog.BatteryBack), fire(fxo.GuardClock)}, fxo.Idle, didUp + " ended:network_out_of_order:true:no battery on_hook"},
		{"the port returns before the battery", nil, []any{ring(analog.BatteryLost), ring(analog.Removed), ring(analog.BatteryBack)}, fxo.NoLine, ""},
		{"a dead line that rings lives", nil, []any{ring(analog.BatteryLost), begins}, fxo.Ringing, ""},
		{"a new call right after one", up, []any{hear(fxo.Busy), begins, ends, wang}, fxo.Offered, didUp + " ended:normal_clearing:true:busy tone on_hook offer:13800138000"},

		{"seized", nil, seizing, fxo.Seizing, didSeizing},
		{"dial tone starts dialling", nil, dialling, fxo.Dialling, didDialling},
		{"no dial tone", seizing, []any{fire(fxo.StageClock)}, fxo.Guard, didSeizing + " ended:network_out_of_order:false:no dial tone on_hook"},
		{"busy tone in its place", seizing, []any{hear(fxo.Busy)}, fxo.Guard, didSeizing + " ended:congestion:false:busy tone in place of dial tone on_hook"},
		{"no dial tone needed", nil, []any{with(func(r *fxo.Rules) { r.DialTone = false }), fxo.Seize{Number: number}, fire(fxo.StageClock)}, fxo.Dialling, didDialling},
		{"a second dial tone", nil, []any{fxo.Seize{Number: []fxo.Stage{{Digits: "9"}, {Tone: true}, {Digits: "110"}}}, hear(fxo.DialTone), fxo.Sent{}, hear(fxo.DialTone), fxo.Sent{}}, fxo.Proceeding, "take off_hook send:9 send:110 earlymedia"},
		{"no second dial tone", nil, []any{fxo.Seize{Number: []fxo.Stage{{Digits: "9"}, {Tone: true}, {Digits: "110"}}}, hear(fxo.DialTone), fxo.Sent{}, fire(fxo.StageClock)}, fxo.Guard, "take off_hook send:9 ended:network_out_of_order:false:no second dial tone on_hook"},
		{"a port that does not send", dialling, []any{fire(fxo.StageClock)}, fxo.Guard, didDialling + " ended:network_out_of_order:false:the port does not send on_hook"},
		{"glare: it rings", seizing, []any{begins, told(line.Answer{})}, fxo.Up, didSeizing + " ended:no_circuit:false:a call came in on the line offer: answered:signal"},
		{"glare: somebody speaks", seizing, []any{hear(fxo.Voice), told(line.Hangup{})}, fxo.Guard, didSeizing + " ended:no_circuit:false:a call came in on the line offer: ended:unknown:false: on_hook"},
		{"glare: and hangs up before we answer", seizing, []any{hear(fxo.Voice), hear(fxo.Busy)}, fxo.Guard, didSeizing + " ended:no_circuit:false:a call came in on the line offer: ended:normal_clearing:true:busy tone on_hook"},
		{"seized while it rings", []any{begins}, []any{fxo.Seize{Number: number}}, fxo.Ringing, "refuse:no_circuit"},
		{"seized in the guard time", []any{ring(analog.BatteryLost), ring(analog.BatteryBack)}, []any{fxo.Seize{Number: number}}, fxo.Guard, "refuse:no_circuit"},
		{"called off while dialling", dialling, []any{told(line.Hangup{Cause: line.NormalClearing}), fxo.Sent{}}, fxo.Guard, didDialling + " ended:normal_clearing:false: on_hook"},
		{"proceeding", nil, proceeding, fxo.Proceeding, didProceeding},
		{"polarity answers", nil, outUp, fxo.Up, didOutUp},
		{"polarity ends", outUp, []any{ring(analog.Reversed)}, fxo.Guard, didOutUp + " ended:normal_clearing:true:polarity on_hook"},
		{"polarity right after the answer is a bounce", proceeding, []any{ring(analog.Reversed), after(100 * time.Millisecond), ring(analog.Reversed)}, fxo.Up, didProceeding + " answered:polarity"},
		{"polarity does not answer where it means nothing", proceeding, []any{with(func(r *fxo.Rules) { r.AnswerSwap = fxo.No }), ring(analog.Reversed)}, fxo.Proceeding, didProceeding},
		{"voice without ringback may be a recording", proceeding, []any{hear(fxo.Voice)}, fxo.Proceeding, didProceeding},
		{"voice after ringback answers", proceeding, []any{hear(fxo.Ringback), hear(fxo.Voice)}, fxo.Up, didProceeding + " ringing earlymedia answered:voice"},
		{"an answer by voice, confirmed by polarity", proceeding, []any{hear(fxo.Ringback), hear(fxo.Voice), after(3 * second), ring(analog.Reversed)}, fxo.Up, didProceeding + " ringing earlymedia answered:voice"},
		{"ringback stops", proceeding, []any{hear(fxo.Ringback), fire(fxo.RingbackClock)}, fxo.Up, didProceeding + " ringing earlymedia answered:ringback"},
		{"ringback stops where polarity tells", proceeding, []any{with(func(r *fxo.Rules) { r.AnswerSwap = fxo.Yes }), hear(fxo.Ringback), fire(fxo.RingbackClock)}, fxo.Proceeding, didProceeding + " ringing earlymedia"},
		{"sound but no tone for long", proceeding, []any{hear(fxo.Voice), fire(fxo.StageClock)}, fxo.Up, didProceeding + " answered:timeout"},
		{"no sound for long", proceeding, []any{fire(fxo.StageClock)}, fxo.Guard, didProceeding + " ended:no_user_responding:false:nothing heard after dialling on_hook"},
		{"ringback for long", proceeding, []any{hear(fxo.Ringback), hear(fxo.Ringback), fire(fxo.StageClock)}, fxo.Guard, didProceeding + " ringing earlymedia ended:no_answer:false:rang too long on_hook"},
		{"busy", proceeding, []any{hear(fxo.Busy)}, fxo.Guard, didProceeding + " ended:user_busy:true:busy tone on_hook"},
		{"wrong number", proceeding, []any{hear(fxo.Information)}, fxo.Guard, didProceeding + " ended:unallocated_number:true:information tones on_hook"},
		{"still dial tone", proceeding, []any{hear(fxo.DialTone)}, fxo.Guard, didProceeding + " ended:temporary_failure:false:the exchange did not take the number on_hook"},
		{"the loop is opened before the answer", proceeding, []any{ring(analog.LoopOpened)}, fxo.Guard, didProceeding + " ended:normal_unspecified:true:loop opened on_hook"},
		{"the loop is opened when the line is taken", seizing, []any{ring(analog.LoopOpened), ring(analog.Reversed)}, fxo.Seizing, didSeizing},

		{"a test call", nil, []any{fxo.Test{Number: number}, fire(fxo.StageClock), fxo.Sent{}, fire(fxo.StageClock)}, fxo.Guard, "off_hook send:10086 tested:true on_hook"},
		{"a test call and a caller", nil, []any{fxo.Test{Number: number}, begins}, fxo.Offered, "off_hook tested:false offer:"},
		{"a test call and no battery", nil, []any{fxo.Test{Number: number}, ring(analog.BatteryLost)}, fxo.NoLine, "off_hook tested:false on_hook"},
		{"no test call in a call", offered, []any{fxo.Test{Number: number}}, fxo.Offered, didOffered + " tested:false"},
		{"retired at rest", nil, []any{fxo.Retire{}}, fxo.Idle, "finish"},
		{"retired in a call", up, []any{fxo.Retire{}, hear(fxo.Busy), fire(fxo.GuardClock)}, fxo.Idle, didUp + " ended:normal_clearing:true:busy tone on_hook finish"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, did := play(append(append([]any{}, c.from...), c.then...)...)
			if s.Phase != c.to || did != c.did {
				t.Errorf("%s: %s\nwant %s: %s", s.Phase, did, c.to, c.did)
			}
		})
	}
}

// Whatever happens in whatever order: a leg reports its end once and nothing after it, the hook is what the state says, and
// no state is left without a way out of it.
func FuzzStepKeepsItsPromises(f *testing.F) {
	f.Add([]byte{0, 1, 9, 20, 30})
	f.Add([]byte{12, 14, 13, 20, 25, 2})
	f.Fuzz(func(t *testing.T, script []byte) {
		s := fxo.New(fxo.DefaultRules(), t0)
		now := t0
		w := world{t: t, armed: map[fxo.Clock]bool{}}
		for _, b := range script {
			now = now.Add(time.Duration(b) * 40 * time.Millisecond)
			ev := w.event(int(b))
			if fired, ok := ev.(fxo.Fired); ok && !w.armed[fired.Clock] {
				continue
			}
			var effects []fxo.Effect
			s, effects = fxo.Step(s, ev, now)
			if fired, ok := ev.(fxo.Fired); ok && !rearmed(effects, fired.Clock) {
				w.armed[fired.Clock] = false
			}
			w.apply(effects)
			w.check(s)
		}
	})
}

func rearmed(effects []fxo.Effect, c fxo.Clock) bool {
	for _, e := range effects {
		if a, ok := e.(fxo.Arm); ok && a.Clock == c {
			return true
		}
	}
	return false
}

// Somebody leans on a phone's keys: what waits to be sent is bounded.
func TestKeysThatWaitAreBounded(t *testing.T) {
	script := []any{ring(analog.RingBegins), ring(analog.RingEnds), wang, told(line.Answer{}), fire(fxo.SettleClock)}
	for range 1000 {
		script = append(script, told(line.SendDigits{Digits: "1"}))
	}
	if s, _ := play(script...); s.Phase != fxo.Up || len(s.Todo) == 0 || len(s.Todo) > 64 {
		t.Errorf("%s, %d wait", s.Phase, len(s.Todo))
	}
}

// world is what a line's effects have made of the world.
type world struct {
	t     *testing.T
	leg   bool
	off   bool
	armed map[fxo.Clock]bool
}

func (w *world) event(n int) fxo.Event {
	all := []fxo.Event{
		ring(analog.RingBegins), ring(analog.RingEnds), ring(analog.Reversed), ring(analog.LoopOpened), ring(analog.BatteryLost),
		ring(analog.BatteryBack), ring(analog.HookDone), ring(analog.Removed), ring(analog.Returned), wang,
		fxo.Pressed{Key: '1'},
		fxo.Seize{Number: number},
		fxo.Seize{Number: []fxo.Stage{{Digits: "9"}, {Tone: true}, {Pause: second}, {Flash: true}}},
		fxo.Sent{},
		hear(fxo.DialTone), hear(fxo.Ringback), hear(fxo.Busy), hear(fxo.Congestion), hear(fxo.Information), hear(fxo.Voice),
		hear(fxo.FaxAnswer),
		fxo.Heard{Sound: fxo.Steady, For: time.Minute},
		fxo.Heard{Sound: fxo.Quiet, For: time.Hour},
		told(line.Answer{}), told(line.Hangup{Cause: line.NormalClearing}), told(line.SendDigits{Digits: "1!,2"}),
		fire(fxo.RingClock), fire(fxo.WindowClock), fire(fxo.SettleClock), fire(fxo.StageClock), fire(fxo.RingbackClock),
		fire(fxo.DurationClock), fire(fxo.GuardClock),
		fxo.Test{Number: number},
		with(func(r *fxo.Rules) { r.DialTone = false }),
		with(func(r *fxo.Rules) { r.AnswerSwap, r.HangupSwap = fxo.Yes, fxo.No }),
	}
	return all[n%len(all)]
}

func (w *world) apply(effects []fxo.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case fxo.Arm:
			w.armed[e.Clock] = true
		case fxo.Disarm:
			w.armed[e.Clock] = false
		case fxo.SetHook:
			w.off = e.Hook == analog.OffHook
		case fxo.Take, fxo.Offer:
			if w.leg {
				w.t.Fatal("a second leg on a line")
			}
			w.leg = true
		case fxo.Report:
			if !w.leg {
				w.t.Fatalf("%T without a leg", e.Event)
			}
			if _, over := e.Event.(line.Ended); over {
				w.leg = false
			}
		}
	}
}

func (w *world) check(s fxo.State) {
	if s.Leg != w.leg || s.Lifted != w.off {
		w.t.Fatalf("%s: leg %v, really %v; lifted %v, really %v", s.Phase, s.Leg, w.leg, s.Lifted, w.off)
	}
	out := map[fxo.Phase][]fxo.Clock{
		fxo.Ringing: {fxo.RingClock}, fxo.Offered: {fxo.RingClock, fxo.DurationClock}, fxo.Ignoring: {fxo.RingClock},
		fxo.Answering: {fxo.SettleClock}, fxo.Seizing: {fxo.StageClock}, fxo.Dialling: {fxo.StageClock, fxo.SettleClock},
		fxo.Proceeding: {fxo.StageClock}, fxo.Up: {fxo.DurationClock}, fxo.Guard: {fxo.GuardClock},
		fxo.Testing: {fxo.StageClock, fxo.SettleClock},
	}
	for _, c := range out[s.Phase] {
		if w.armed[c] {
			return
		}
	}
	if len(out[s.Phase]) > 0 {
		w.t.Fatalf("%s without a way out; armed %v", s.Phase, w.armed)
	}
	idle := map[fxo.Phase]bool{fxo.Idle: true, fxo.NoLine: true}
	if idle[s.Phase] && (s.Leg || s.Lifted) {
		w.t.Fatalf("%s with a leg or off hook", s.Phase)
	}
}
