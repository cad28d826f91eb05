package subscribe_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/lines/sipua/subscribe"
)

// words writes effects down shortly.
func words(effects []subscribe.Effect) string {
	var out []string
	for _, e := range effects {
		switch e := e.(type) {
		case subscribe.Reply:
			if out = append(out, fmt.Sprint(e.Status)); e.Status == 200 {
				out = append(out, fmt.Sprintf("for %v", e.Life))
			}
		case subscribe.Notify:
			s := fmt.Sprintf("NOTIFY/%d v%d", e.Seq, e.Version)
			if e.Full {
				s += " all"
			}
			out = append(out, s+" "+e.State)
		case subscribe.Arm:
			out = append(out, fmt.Sprintf("in %v", e.After))
		case subscribe.Finish:
			out = append(out, "gone")
		}
	}
	return strings.Join(out, ", ")
}

type step struct {
	after time.Duration // since the step before
	ev    subscribe.Event
	want  string
}

func TestStep(t *testing.T) {
	const began = "200, for 10m0s, in 10m0s, NOTIFY/1 v0 all active;expires=600"
	begin := step{0, subscribe.Asked{Seq: 7, Life: 10 * time.Minute}, began}
	heard := func(seq uint32) subscribe.Event { return subscribe.Answered{Seq: seq, Status: 200} }
	changed := subscribe.Changed{}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"a life with changes, to its end", []step{
			begin,
			{0, heard(1), ""},
			{time.Minute, changed, "NOTIFY/2 v1 active;expires=540"},
			{time.Second, heard(2), ""},
			{time.Minute, changed, "NOTIFY/3 v2 active;expires=479"},
			{0, heard(3), ""},
			{10*time.Minute - 121*time.Second, subscribe.Due{}, "NOTIFY/4 v3 all terminated;reason=timeout, gone"},
			{0, changed, ""},
		}},
		{"a burst is told once", []step{
			begin,
			{0, changed, ""},
			{0, changed, ""},
			{0, subscribe.Answered{Seq: 1, Status: 100}, ""},
			{0, changed, ""},
			{time.Second, heard(1), "NOTIFY/2 v1 active;expires=599"},
			{0, heard(2), ""},
		}},
		{"a refresh", []step{
			begin,
			{0, heard(1), ""},
			{5 * time.Minute, subscribe.Asked{Seq: 8, Life: 10 * time.Minute}, "200, for 10m0s, in 10m0s, NOTIFY/2 v1 all active;expires=600"},
			{0, heard(2), ""},
			{6 * time.Minute, subscribe.Due{}, ""}, // the timer of before
			{4 * time.Minute, subscribe.Due{}, "NOTIFY/3 v2 all terminated;reason=timeout, gone"},
		}},
		{"a refresh while the phone has not answered", []step{
			begin,
			{time.Second, subscribe.Asked{Seq: 8, Life: time.Minute}, "200, for 1m0s, in 1m0s"},
			{time.Second, heard(1), "NOTIFY/2 v1 all active;expires=59"},
		}},
		{"it ends itself", []step{
			begin,
			{0, heard(1), ""},
			{0, subscribe.Asked{Seq: 8}, "200, for 0s, NOTIFY/2 v1 all terminated;reason=timeout, gone"},
			{0, subscribe.Asked{Seq: 9, Life: time.Minute}, ""},
		}},
		{"it ends itself before it has answered", []step{
			begin,
			{0, changed, ""},
			{0, subscribe.Asked{Seq: 8}, "200, for 0s, in 33s"},
			{0, changed, ""},
			{0, subscribe.Asked{Seq: 9, Life: time.Minute}, "481"},
			{0, heard(1), "NOTIFY/2 v1 all terminated;reason=timeout, gone"},
		}},
		{"a fetch", []step{{0, subscribe.Asked{Seq: 1}, "200, for 0s, NOTIFY/1 v0 all terminated;reason=timeout, gone"}}},
		{"the phone has forgotten it", []step{begin, {0, subscribe.Answered{Seq: 1, Status: 481}, "gone"}, {0, changed, ""}}},
		{"the phone says nothing", []step{begin, {0, changed, ""}, {0, subscribe.Answered{Seq: 1}, "gone"}}},
		{"the phone is gone when it ends", []step{
			begin, {10 * time.Minute, subscribe.Due{}, "in 33s"}, {0, subscribe.Answered{Seq: 1, Status: 408}, "gone"},
		}},
		{"the answer is never told", []step{
			begin,
			{10 * time.Minute, subscribe.Due{}, "in 33s"},
			{32 * time.Second, subscribe.Due{}, ""},
			{time.Second, subscribe.Due{}, "NOTIFY/2 v1 all terminated;reason=timeout, gone"},
		}},
		{"the phone has no time: next time it hears all", []step{
			begin,
			{0, changed, ""},
			{0, subscribe.Answered{Seq: 1, Status: 503}, "NOTIFY/2 v1 all active;expires=600"},
			{0, subscribe.Answered{Seq: 2, Status: 491}, ""},
			{0, changed, "NOTIFY/3 v2 all active;expires=600"},
		}},
		{"an old request", []step{begin, {0, subscribe.Asked{Seq: 7, Life: time.Minute}, "500"}, {0, subscribe.Asked{Seq: 6}, "500"}}},
		{"an answer to something else", []step{begin, {0, heard(9), ""}, {0, changed, ""}}},
		{"the box ends it", []step{
			begin,
			{0, heard(1), ""},
			{0, subscribe.End{Reason: subscribe.NoResource}, "NOTIFY/2 v1 all terminated;reason=noresource, gone"},
		}},
		{"the box ends it at once", []step{
			begin, {0, subscribe.End{Reason: subscribe.Restarting, Now: true}, "NOTIFY/2 v1 all terminated;reason=probation;retry-after=10, gone"},
		}},
		{"nothing happens before it has begun", []step{{0, changed, ""}, {0, subscribe.Due{}, ""}, {0, subscribe.End{Reason: "x", Now: true}, ""}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s subscribe.Subscription
			now := time.Unix(1e9, 0)
			for i, st := range c.steps {
				now = now.Add(st.after)
				var effects []subscribe.Effect
				s, effects = subscribe.Step(s, st.ev, now)
				if got := words(effects); got != st.want {
					t.Fatalf("step %d, %T: %q, want %q", i+1, st.ev, got, st.want)
				}
			}
		})
	}
}

func TestGrant(t *testing.T) {
	for asked, want := range map[time.Duration]time.Duration{
		0: 0, time.Minute: time.Minute, time.Hour: subscribe.MaxExpires, 59 * time.Second: -1,
	} {
		got, ok := subscribe.Grant(asked)
		if ok != (want >= 0) || (ok && got != want) {
			t.Errorf("%v: %v, %v", asked, got, ok)
		}
	}
}

// Whatever happens in whatever order: each SUBSCRIBE is answered once, one NOTIFY at most waits for its answer, versions
// and CSeqs count up by one, the last NOTIFY says that it is the last, and nothing follows it.
func FuzzStep(f *testing.F) {
	f.Add([]byte{0, 4, 1, 8, 3, 5})
	f.Add([]byte{0, 1, 1, 2, 4, 6})
	f.Fuzz(func(t *testing.T, script []byte) {
		var s subscribe.Subscription
		now := time.Unix(1e9, 0)
		var seq, sent, version uint32
		waiting, gone, begun := false, false, false
		for _, b := range script {
			now = now.Add(time.Duration(b/8) * 10 * time.Second)
			var ev subscribe.Event
			switch b % 8 {
			case 0:
				seq++
				ev = subscribe.Asked{Seq: seq, Life: 5 * time.Minute}
			case 1:
				ev = subscribe.Changed{}
			case 2:
				seq++
				ev = subscribe.Asked{Seq: seq}
			case 3:
				ev = subscribe.Due{}
			case 4:
				ev = subscribe.Answered{Seq: sent, Status: 200}
			case 5:
				ev = subscribe.Answered{Seq: sent, Status: []int{0, 481, 503, 491}[int(b/8)%4]}
			case 6:
				ev = subscribe.End{Reason: subscribe.Rejected}
			default:
				ev = subscribe.Asked{Seq: 0, Life: time.Minute}
				if !begun {
					continue
				}
			}
			_, due := ev.(subscribe.Due)
			_, asked := ev.(subscribe.Asked)
			if a, ok := ev.(subscribe.Answered); ok && a.Seq != 0 {
				waiting = false
			}
			var effects []subscribe.Effect
			s, effects = subscribe.Step(s, ev, now)
			if gone && len(effects) > 0 {
				t.Fatalf("after the end: %s", words(effects))
			}
			replies := 0
			for _, e := range effects {
				switch e := e.(type) {
				case subscribe.Reply:
					replies++
				case subscribe.Notify:
					if waiting && !due {
						t.Fatalf("a second NOTIFY: %s", words(effects))
					}
					if e.Seq != sent+1 || e.Version != version {
						t.Fatalf("after %d, version %d: %s", sent, version, words(effects))
					}
					if sent == 0 && !e.Full {
						t.Fatalf("the first does not say all: %s", words(effects))
					}
					sent, version, waiting = e.Seq, e.Version+1, true
				case subscribe.Finish:
					gone = true
				}
			}
			if asked && !gone && replies != 1 {
				t.Fatalf("%d answers", replies)
			}
			begun = begun || asked
		}
	})
}
