package dialog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
)

func TestStep(t *testing.T) {
	reliable := invite(sdp())
	reliable.Reliable = true
	caller, callee := dialog.Caller, dialog.Callee
	for _, c := range []struct {
		name  string
		role  dialog.Role
		steps []pair
	}{
		{"caller: rings, answers, far side ends", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{res(11, 100, "", nil), ""},
			{res(11, 180, "a", nil), "Ringing"},
			{res(11, 200, "a", sdp()), "ACK/11→a Answered"},
			{in("BYE", 1, nil), "200 Ended:normal_clearing finish"},
		}},
		{"caller: twelve times 180 is one ringing", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{res(11, 180, "a", nil), "Ringing"},
			{res(11, 180, "a", nil), ""},
			{res(11, 180, "a", nil), ""},
			{res(11, 180, "a", nil), ""},
			{res(11, 180, "a", nil), ""},
			{res(11, 180, "a", nil), ""},
			{res(11, 180, "a", nil), ""},
			{res(11, 180, "a", nil), ""},
			{res(11, 180, "a", nil), ""},
			{res(11, 180, "a", nil), ""},
			{res(11, 180, "a", nil), ""},
			{res(11, 180, "a", nil), ""},
			{res(11, 200, "a", sdp()), "ACK/11→a Answered"},
		}},
		{"caller: 200 crosses the CANCEL", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{res(11, 180, "a", nil), "Ringing"},
			{cmd(line.Hangup{}), "Ended:normal_clearing CANCEL/11"},
			{res(11, 200, "a", sdp()), "ACK/11→a BYE/12→a"},
			{res(11, 200, "a", sdp()), "ACK/11→a"},
			{of("BYE", 12, 200), "finish"},
		}},
		{"caller: hang-up before anything was heard waits with the CANCEL", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{cmd(line.Hangup{}), "Ended:normal_clearing"},
			{res(11, 100, "", nil), "CANCEL/11"},
			{res(11, 180, "a", nil), ""},
			{res(11, 487, "a", nil), "finish"},
		}},
		{"caller: CANCEL that nobody answers", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{res(11, 180, "a", nil), "Ringing"},
			{cmd(line.Hangup{}), "Ended:normal_clearing CANCEL/11"},
			{dialog.Due{Timer: dialog.CancelMissing}, "finish"},
		}},
		{"caller: a phone that rings is asked to take the call", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{cmd(line.Answer{}), ""},
			{res(11, 180, "a", nil), "Ringing"},
			{cmd(line.Answer{}), "NOTIFY/12→a"},
			{of("NOTIFY", 12, 489), ""},
			{res(11, 200, "a", sdp()), "ACK/11→a Answered"},
			{cmd(line.Answer{}), ""},
		}},
		{"caller: nobody answers", caller, []pair{
			{dialog.Begin{Limit: 15 * time.Second}, "INVITE/11"},
			{res(11, 180, "a", nil), "Ringing"},
			{dialog.Due{Timer: dialog.NoAnswer}, "Ended:no_answer CANCEL/11"},
		}},
		{"caller: two forks answer", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{res(11, 180, "a", nil), "Ringing"},
			{res(11, 180, "b", nil), ""},
			{res(11, 200, "b", sdp()), "ACK/11→b Answered"},
			{res(11, 200, "a", sdp()), "ACK/11→a BYE/12→a"},
			{res(11, 200, "b", sdp()), "ACK/11→b"},
		}},
		{"caller: credentials once, then the verdict", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{answers(res(11, 407, "x", nil)), "INVITE/12+auth"},
			{res(12, 486, "x", nil), "Ended:user_busy finish"},
		}},
		{"caller: challenge without credentials", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{res(11, 401, "x", nil), "Ended:call_rejected finish"},
		}},
		{"caller: endless challenges end", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{answers(res(11, 407, "x", nil)), "INVITE/12+auth"},
			{answers(res(12, 407, "x", nil)), "INVITE/13+auth"},
			{answers(res(13, 407, "x", nil)), "INVITE/14+auth"},
			{answers(res(14, 407, "x", nil)), "Ended:call_rejected finish"},
		}},
		{"caller: 422 raises the interval", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{dialog.Response{Method: "INVITE", Seq: 11, Status: 422, Timer: dialog.Timer{Minimum: 3600 * time.Second}}, "INVITE/12"},
			{timed(res(12, 200, "a", sdp()), 3600*time.Second, "uac"), "ACK/12→a in 30m0s in 59m28s Answered"},
		}},
		{"caller: early media, then an answer without a description", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{res(11, 183, "a", sdp()), "EarlyMedia"},
			{res(11, 200, "a", nil), "ACK/11→a Answered"},
		}},
		{"caller: answer without any description", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{res(11, 200, "a", nil), "ACK/11→a Ended:bearer_not_implemented BYE/12→a"},
			{of("BYE", 12, 200), "finish"},
		}},
		{"caller: PRACK takes its own number, the ACK the INVITE's", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{rel(res(11, 183, "a", sdp()), 70), "PRACK/12→a EarlyMedia"},
			{rel(res(11, 183, "a", sdp()), 70), ""},
			{rel(res(11, 180, "a", nil), 72), ""},
			{rel(res(11, 180, "a", nil), 71), "PRACK/13→a Ringing"},
			{res(11, 200, "a", nil), "ACK/11→a Answered"},
			{cmd(line.Hangup{}), "Ended:normal_clearing BYE/14→a"},
		}},
		{"caller: no response at all", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{dialog.Failed{Method: "INVITE", Seq: 11, Timeout: true}, "Ended:recovery_on_timer finish"},
		}},
		{"caller: BYE that nobody answers", caller, then(up,
			pair{cmd(line.Hangup{}), "Ended:normal_clearing BYE/12→a"},
			pair{dialog.Failed{Method: "BYE", Seq: 12, Timeout: true}, "finish"})},
		{"caller: the sound is lost", caller, then(up, pair{dialog.SoundLost{}, "Ended:media_timeout BYE/12→a"})},
		{"caller: both hang up at once", caller, then(up,
			pair{cmd(line.Hangup{}), "Ended:normal_clearing BYE/12→a"},
			pair{in("BYE", 1, nil), "200"},
			pair{of("BYE", 12, 481), "finish"})},

		{"callee: rings, answers, hangs up", callee, []pair{
			{invite(sdp()), ""},
			{cmd(line.Ring{}), "180"},
			{cmd(line.Ring{}), ""},
			{cmd(line.Answer{}), "200+sdp in 500ms in 15m0s in 29m28s"},
			{dialog.Acked{Seq: 5}, "Answered"},
			{cmd(line.Hangup{}), "Ended:normal_clearing BYE/11"},
			{of("BYE", 11, 200), "finish"},
		}},
		{"callee: the 200 goes out at 0.5, 1, 2, 4, 4 s, then BYE", callee, []pair{
			{invite(sdp()), ""},
			{cmd(line.Answer{}), "200+sdp in 500ms in 15m0s in 29m28s"},
			{dialog.Due{Timer: dialog.AckAgain}, "again in 1s"},
			{dialog.Due{Timer: dialog.AckAgain}, "again in 2s"},
			{dialog.Due{Timer: dialog.AckAgain}, "again in 4s"},
			{dialog.Due{Timer: dialog.AckAgain}, "again in 4s"},
			{dialog.Due{Timer: dialog.AckMissing}, "Ended:recovery_on_timer BYE/11"},
			{dialog.Acked{Seq: 5}, ""},
			{of("BYE", 11, 200), "finish"},
		}},
		{"callee: hang-up before the ACK waits for it", callee, []pair{
			{invite(sdp()), ""},
			{cmd(line.Answer{}), "200+sdp in 500ms in 15m0s in 29m28s"},
			{cmd(line.Hangup{Cause: line.UserBusy}), "Ended:user_busy"},
			{dialog.Acked{Seq: 5}, "BYE/11"},
		}},
		{"callee: refused as busy", callee, []pair{
			{invite(sdp()), ""},
			{cmd(line.Hangup{Cause: line.UserBusy}), "Ended:user_busy 486 finish"},
		}},
		{"callee: cancelled", callee, []pair{
			{invite(sdp()), ""},
			{dialog.Cancelled{Cause: line.AnsweredElsewhere}, "Ended:answered_elsewhere finish"},
			{cmd(line.Answer{}), ""},
		}},
		{"callee: CANCEL after the answer does nothing", callee, []pair{
			{invite(sdp()), ""},
			{cmd(line.Answer{}), "200+sdp in 500ms in 15m0s in 29m28s"},
			{dialog.Cancelled{}, ""},
			{dialog.Acked{Seq: 5}, "Answered"},
		}},
		{"callee: BYE before the answer", callee, []pair{
			{invite(sdp()), ""}, {in("BYE", 6, nil), "200 487 Ended:normal_clearing finish"},
		}},
		{"callee: offer in our 200, answer in the ACK", callee, []pair{
			{invite(nil), ""},
			{cmd(line.Answer{}), "200+sdp in 500ms in 15m0s in 29m28s"},
			{dialog.Acked{Seq: 5, Body: sdp()}, "Answered"},
		}},
		{"callee: our offer is not answered", callee, []pair{
			{invite(nil), ""},
			{cmd(line.Answer{}), "200+sdp in 500ms in 15m0s in 29m28s"},
			{dialog.Acked{Seq: 5}, "Ended:bearer_not_implemented BYE/11"},
		}},
		{"callee: early media without an offer stays silent", callee, []pair{{invite(nil), ""}, {cmd(line.Progress{}), "183"}}},
		{"callee: no common codec", callee, []pair{{invite([]byte("v=0\r\no=- 1 1 IN IP4 1.1.1.1\r\ns=-\r\nc=IN IP4 1.1.1.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n")), "488 Refused:bearer_not_implemented finish"}}},
		{"callee: nonsense for a description", callee, []pair{{invite([]byte("hello")), "488 Refused:bearer_not_implemented finish"}}},
		{"callee: a body of another kind", callee, []pair{{in("INVITE", 1, func(r *dialog.Request) {
			r.Target, r.Type, r.Body = "sip:x@y", "text/plain", []byte("x")
		}), "415 Refused:bearer_not_implemented finish"}}},
		{"callee: requires what we do not know", callee, []pair{{in("INVITE", 1, func(r *dialog.Request) {
			r.Target, r.Unsupported = "sip:x@y", []string{"replaces"}
		}), "420 finish"}}},
		{"callee: no Contact", callee, []pair{{in("INVITE", 1, nil), "400 Refused:protocol_error finish"}}},
		{"callee: session interval too small", callee, []pair{{in("INVITE", 1, func(r *dialog.Request) {
			r.Target, r.Timer.Interval = "sip:x@y", 60*time.Second
		}), "422 finish"}}},
		{"callee: reliable ringing holds the answer back", callee, []pair{
			{reliable, ""},
			{cmd(line.Ring{}), "180rel in 500ms"},
			{cmd(line.Progress{}), ""},
			{dialog.Due{Timer: dialog.PrackAgain}, "again in 1s"},
			{in("PRACK", 6, func(r *dialog.Request) { r.RSeq, r.RCSeq = 9, 5 }), "481"},
			{in("PRACK", 7, func(r *dialog.Request) { r.RSeq, r.RCSeq = 1, 5 }), "200 183rel+sdp in 500ms"},
			{cmd(line.Answer{}), ""},
			{in("PRACK", 8, func(r *dialog.Request) { r.RSeq, r.RCSeq = 2, 5 }), "200 200 in 500ms in 15m0s in 29m28s"},
			{dialog.Acked{Seq: 5}, "Answered"},
		}},
		{"callee: no PRACK", callee, []pair{
			{reliable, ""},
			{cmd(line.Ring{}), "180rel in 500ms"},
			{dialog.Due{Timer: dialog.PrackMissing}, "Ended:recovery_on_timer 504 finish"},
		}},

		{"far side holds and comes back", caller, then(up,
			pair{in("INVITE", 1, withBody(sdp("a=sendonly"))), "200+sdp in 500ms Held"},
			pair{dialog.Due{Timer: dialog.AckAgain}, "again in 1s"},
			pair{dialog.Acked{Seq: 1}, ""},
			pair{in("INVITE", 2, withBody(sdp())), "200+sdp in 500ms Unheld"},
			pair{dialog.Acked{Seq: 2}, ""})},
		{"far side changes by UPDATE", caller, then(up, pair{in("UPDATE", 1, withBody(sdp("a=inactive"))), "200+sdp Held"})},
		{"far side asks for our offer", caller, then(up,
			pair{in("INVITE", 1, nil), "200+sdp in 500ms"},
			pair{dialog.Acked{Seq: 1, Body: sdp("a=sendonly")}, "Held"})},
		{"a bad change leaves the call as it is", caller, then(up,
			pair{in("INVITE", 1, withBody([]byte("x"))), "488"},
			pair{cmd(line.Hangup{}), "Ended:normal_clearing BYE/12→a"})},
		{"a change while the last waits for its ACK", caller, then(up,
			pair{in("INVITE", 1, withBody(sdp("a=sendonly"))), "200+sdp in 500ms Held"},
			pair{in("INVITE", 2, withBody(sdp())), "500"})},
		{"a change of ours that is never acknowledged ends the call", caller, then(up,
			pair{in("INVITE", 1, withBody(sdp())), "200+sdp in 500ms"},
			pair{dialog.Due{Timer: dialog.AckMissing}, "Ended:recovery_on_timer BYE/12→a"})},
		{"an old CSeq", caller, then(up,
			pair{in("INFO", 7, nil), "200"}, pair{in("INFO", 7, nil), "500"}, pair{in("BYE", 6, nil), "500"})},
		{"we hold and come back", caller, then(up,
			pair{cmd(line.Hold{}), "INVITE/12→a"},
			pair{res(12, 200, "a", sdp("a=recvonly")), "ACK/12→a"},
			pair{res(12, 200, "a", sdp("a=recvonly")), "ACK/12→a"},
			pair{cmd(line.Unhold{}), "INVITE/13→a"},
			pair{res(13, 200, "a", sdp()), "ACK/13→a"})},
		{"hold and unhold at once settle on the last", caller, then(up,
			pair{cmd(line.Hold{}), "INVITE/12→a"},
			pair{cmd(line.Unhold{}), ""},
			pair{res(12, 200, "a", sdp("a=recvonly")), "ACK/12→a INVITE/13→a"})},
		{"hold refused", caller, then(up, pair{cmd(line.Hold{}), "INVITE/12→a"}, pair{res(12, 488, "a", nil), ""})},
		{"glare: who has the Call-ID waits longer", caller, then(up,
			pair{cmd(line.Hold{}), "INVITE/12→a"},
			pair{in("INVITE", 1, withBody(sdp())), "491"},
			pair{res(12, 491, "a", nil), "in 2.1s"},
			pair{in("INVITE", 2, withBody(sdp())), "200+sdp in 500ms"},
			pair{dialog.Acked{Seq: 2}, ""},
			pair{dialog.Due{Timer: dialog.GlareOver}, "INVITE/13→a"},
			pair{res(13, 200, "a", sdp("a=recvonly")), "ACK/13→a"})},
		{"glare: the other waits shorter", callee, then(up2,
			pair{cmd(line.Hold{}), "INVITE/11"},
			pair{dialog.Response{Method: "INVITE", Seq: 11, Status: 491, Jitter: 0.5}, "in 1s"})},
		{"the far side has forgotten the call", caller, then(up,
			pair{cmd(line.Hold{}), "INVITE/12→a"},
			pair{res(12, 481, "a", nil), "Ended:recovery_on_timer BYE/13→a"})},
		{"we refresh: re-INVITE where UPDATE is unknown", callee, then(up2,
			pair{dialog.Due{Timer: dialog.RefreshDue}, "INVITE/11"},
			pair{timed(res(11, 200, "", sdp()), 30*time.Minute, "uac"), "ACK/11→ in 15m0s in 29m28s"})},
		{"nobody refreshes", callee, then(up2, pair{dialog.Due{Timer: dialog.SessionExpired}, "Ended:recovery_on_timer BYE/11"})},
		{"far side refreshes", caller, []pair{
			{dialog.Begin{}, "INVITE/11"},
			{timed(res(11, 200, "a", sdp()), 2*time.Minute, "uas"), "ACK/11→a in 1m28s Answered"},
			{in("UPDATE", 1, func(r *dialog.Request) {
				r.Timer = dialog.Timer{Supported: true, Interval: 2 * time.Minute, Refresher: "uac"}
			}), "in 1m28s 200"},
		}},
		{"keys by INFO", caller, then(up,
			pair{in("INFO", 1, func(r *dialog.Request) {
				r.Type, r.Body = "application/dtmf-relay", []byte("Signal=5\r\nDuration=160\r\n")
			}), "200 press 5"},
			pair{in("INFO", 2, func(r *dialog.Request) { r.Type, r.Body = "application/dtmf", []byte("11") }), "200 press #"},
			pair{in("INFO", 3, func(r *dialog.Request) { r.Type, r.Body = "text/plain", []byte("5") }), "415"})},
		{"what we do not do", caller, then(up, pair{in("REFER", 1, nil), "405"}, pair{in("OPTIONS", 2, nil), "200"})},
		{"a fault of ours is no ghost call", caller, then(up, pair{dialog.Broken{}, "Ended:temporary_failure BYE/12→a"})},
		{"a fault of ours before the ACK", callee, []pair{
			{invite(sdp()), ""},
			{cmd(line.Answer{}), "200+sdp in 500ms in 15m0s in 29m28s"},
			{dialog.Broken{}, "Ended:temporary_failure BYE/11"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := leg(c.role)
			for i, s := range c.steps {
				var effects []dialog.Effect
				d, effects = dialog.Step(d, s.ev)
				if got := words(effects); got != s.want {
					t.Fatalf("step %d, %T: %q, want %q", i+1, s.ev, got, s.want)
				}
			}
		})
	}
}

// The target is refreshed by every re-INVITE and every 2xx, and the BYE goes to the newest.
func TestTargetRefresh(t *testing.T) {
	d := leg(dialog.Caller)
	d, _ = dialog.Step(d, dialog.Begin{})
	d, _ = dialog.Step(d, res(11, 200, "a", sdp()))
	re := in("INVITE", 1, withBody(sdp()))
	re.Target = "sip:moved@192.0.2.99"
	d, _ = dialog.Step(d, re)
	d, _ = dialog.Step(d, dialog.Acked{Seq: 1})
	_, effects := dialog.Step(d, cmd(line.Hangup{}))
	for _, e := range effects {
		if s, ok := e.(dialog.Send); ok && s.Method == "BYE" && s.Target == re.Target {
			return
		}
	}
	t.Errorf("BYE not to %s: %v", re.Target, effects)
}

// Whatever happens in whatever order: Ended at most once and before Finish, nothing after Finish, nothing panics,
// and every request is answered exactly once.
func FuzzStep(f *testing.F) {
	f.Add(true, []byte{0, 3, 5, 9, 20, 21})
	f.Add(false, []byte{2, 14, 16, 30, 1})
	reliable := invite(sdp())
	reliable.Reliable = true
	events := []ev{
		dialog.Begin{},
		invite(sdp()), invite(nil), reliable, cmd(line.Ring{}), cmd(line.Progress{}), cmd(line.Answer{}),
		cmd(line.Hangup{}), cmd(line.Hold{}), cmd(line.Unhold{}),
		dialog.Acked{Seq: 5},
		dialog.Acked{Seq: 6, Body: sdp()},
		dialog.Cancelled{},
		res(11, 180, "a", nil), res(11, 183, "b", sdp()), rel(res(11, 183, "a", sdp()), 1),
		res(11, 200, "a", sdp()), res(11, 200, "b", sdp()), answers(res(11, 407, "a", nil)), res(12, 200, "a", sdp()),
		res(12, 491, "a", nil), res(12, 481, "a", nil), res(11, 486, "a", nil), of("BYE", 12, 200), of("BYE", 11, 401),
		in("INVITE", 6, withBody(sdp("a=sendonly"))), in("UPDATE", 7, withBody(sdp())), in("BYE", 8, nil),
		refer(11, "600"), refer(12, "601"), cmd(line.TransferResult{OK: true}), cmd(line.TransferResult{Cause: line.UserBusy}),
		of("NOTIFY", 12, 200), of("NOTIFY", 13, 481),
		dialog.Failed{Method: "NOTIFY", Seq: 12},
		dialog.Due{Timer: dialog.ReferOver},
		in("PRACK", 9, func(r *dialog.Request) { r.RSeq, r.RCSeq = 1, 5 }), in("INFO", 10, nil),
		dialog.SoundLost{},
		dialog.Broken{},
		dialog.Failed{Method: "INVITE", Seq: 11},
		dialog.Failed{Method: "BYE", Seq: 12},
		dialog.Due{Timer: dialog.AckAgain},
		dialog.Due{Timer: dialog.AckMissing},
		dialog.Due{Timer: dialog.PrackMissing},
		dialog.Due{Timer: dialog.NoAnswer},
		dialog.Due{Timer: dialog.CancelMissing},
		dialog.Due{Timer: dialog.GlareOver},
		dialog.Due{Timer: dialog.RefreshDue},
		dialog.Due{Timer: dialog.SessionExpired},
	}
	f.Fuzz(func(t *testing.T, asCaller bool, script []byte) {
		role := dialog.Callee
		if asCaller {
			role = dialog.Caller
		}
		d, ended, finished, id, transfers := leg(role), false, false, 100, 0
		open := map[int]bool{}
		for _, b := range script {
			e := events[int(b)%len(events)]
			if r, ok := e.(dialog.Request); ok {
				if d.State == 0 && (role == dialog.Caller || r.Method != "INVITE") {
					continue // such a request never comes to a leg
				}
				id++
				r.ID = id
				open[id] = !finished
				e = r
			}
			if _, ok := e.(dialog.Cancelled); ok && d.State == dialog.Offered {
				open[101] = false // the INVITE was answered 487 below us
			}
			var effects []dialog.Effect
			d, effects = dialog.Step(d, e)
			if finished && len(effects) > 0 {
				t.Fatalf("after Finish: %s", words(effects))
			}
			for _, x := range effects {
				switch x := x.(type) {
				case dialog.Report:
					if ended {
						t.Fatalf("after Ended: %s", words(effects))
					}
					_, ended = x.Event.(line.Ended)
				case dialog.Reply:
					if !open[x.ID] {
						t.Fatalf("reply to %d, which is not open: %s", x.ID, words(effects))
					}
					if x.Status >= 200 {
						open[x.ID] = false
					}
					if x.Status == 202 {
						transfers++
					}
				case dialog.Notify:
					if strings.HasPrefix(x.Subscription, "terminated") {
						transfers--
					}
					if transfers < 0 {
						t.Fatalf("the end of a transfer is told twice: %s", words(effects))
					}
				case dialog.Finish:
					finished = true
				}
			}
		}
		if finished {
			for n, o := range open {
				if o {
					t.Fatalf("finished with request %d unanswered", n)
				}
			}
		}
	})
}
