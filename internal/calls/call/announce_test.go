package call_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// announce tells something to the house's phone and gathers what is said to have come of it.
func announce(m *call.Manager) *[]call.Announced {
	var got []call.Announced
	m.Announce(call.Announce{
		Call: "a1", To: call.Target{Kind: call.TargetExtension, Name: "8002"}, Name: "R261122-001", Ring: 30 * time.Second, Times: 2,
		Say: []prompt.Phrase{prompt.Recording("welcome")}, Answers: map[byte][]prompt.Phrase{'1': nil, '2': nil},
		Attrs: map[string]string{"notice": "n1"}, Done: func(r call.Announced) { got = append(got, r) },
	})
	synctest.Wait()
	return &got
}

func TestAnAnnouncementTakesAnAnswerByKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{called: newLeg("8002", line.Outbound)}
		m := manager(h)
		got := announce(m)
		h.called.says(line.Ringing{})
		time.Sleep(3 * time.Second)
		h.called.says(line.Answered{})
		time.Sleep(2 * time.Second)
		h.called.says(line.Digit{Key: '5'})
		h.called.says(line.Digit{Key: '2'})
		synctest.Wait()
		if len(*got) != 1 || (*got)[0] != (call.Announced{Call: "a1", Key: '2'}) {
			t.Fatalf("came of it: %+v", *got)
		}
		h.called.says(line.Digit{Key: '1'}) // too late
		time.Sleep(20 * time.Second)
		end(m)
		if len(*got) != 1 || len(h.records) != 1 || len(h.begun) != 1 {
			t.Fatalf("told %+v, records %+v, begun %v", *got, h.records, h.begun)
		}
		r := h.records[0]
		if r.Attrs["notice"] != "n1" || r.Direction != line.Outbound || r.Disposition != call.MenuOnly || r.ExternalLine != "" || r.To != "8002" {
			t.Errorf("record: %+v", r)
		}
		if h.busy["8002"] != 0 {
			t.Errorf("the phone counts as busy: %d", h.busy["8002"])
		}
	})
}

func TestAnAnnouncementInVain(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(l *leg)
		cause line.Cause
		none  bool
	}{
		"not answered":      {func(*leg) { time.Sleep(31 * time.Second) }, line.NoAnswer, false},
		"busy":              {func(l *leg) { l.says(line.Ended{Cause: line.UserBusy, Remote: true}) }, line.UserBusy, false},
		"answering machine": {func(l *leg) { l.says(line.Answered{}); time.Sleep(time.Minute) }, line.NoAnswer, false},
		"hangs up at once": {func(l *leg) {
			l.says(line.Answered{})
			time.Sleep(time.Second)
			l.says(line.Ended{Cause: line.NormalClearing, Remote: true})
		}, line.NoAnswer, false},
		"no phone": {nil, line.NoRoute, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := &house{called: newLeg("8002", line.Outbound)}
				phone := h.called
				if c.none {
					h.called = nil
				}
				m := manager(h)
				got := announce(m)
				if c.do != nil {
					c.do(phone)
				}
				synctest.Wait()
				if len(*got) != 1 || (*got)[0].Key != 0 {
					t.Fatalf("came of it: %+v", *got)
				}
				if cause := (*got)[0].Cause; cause != c.cause && !c.none {
					t.Errorf("cause %s, want %s", cause, c.cause)
				}
				end(m)
				if len(h.records) != 1 || len(*got) != 1 || h.busy["8002"] != 0 {
					t.Errorf("told %+v, %d records, busy %d", *got, len(h.records), h.busy["8002"])
				}
			})
		})
	}
}

func TestAnAnnouncementAfterShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manager(&house{})
		end(m)
		if got := announce(m); len(*got) != 1 || (*got)[0].Cause != line.Shutdown {
			t.Errorf("came of it: %+v", *got)
		}
	})
}

func TestAnAnswerLeadsOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &house{called: newLeg("8002", line.Outbound)}
		m := manager(h)
		var got []call.Announced
		m.Announce(call.Announce{
			Call: "a1", To: call.Target{Kind: call.TargetExtension, Name: "8002"}, Ring: 30 * time.Second, Say: []prompt.Phrase{prompt.Recording("welcome")},
			Answers: map[byte][]prompt.Phrase{'1': nil}, Then: map[byte]call.Target{'1': {Kind: call.TargetExternal, Name: "13900000001"}},
			Done: func(r call.Announced) { got = append(got, r) },
		})
		synctest.Wait()
		h.called.says(line.Answered{})
		time.Sleep(time.Second)
		h.called.says(line.Digit{Key: '1'})
		time.Sleep(30 * time.Second)
		end(m)
		if len(got) != 1 || got[0].Key != '1' || len(h.records) != 1 {
			t.Fatalf("came of it: %+v, %d records", got, len(h.records))
		}
		if path := h.records[0].Path; path[len(path)-1].Place != "external 13900000001" {
			t.Errorf("led to %+v", path)
		}
	})
}
