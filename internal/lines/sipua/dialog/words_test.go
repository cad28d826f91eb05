package dialog_test

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
	"github.com/dealerline/dealerline/internal/lines/sipua/offer"
)

func sdp(attrs ...string) []byte {
	return []byte(strings.Join(append([]string{
		"v=0", "o=- 1 1 IN IP4 192.0.2.7", "s=-", "c=IN IP4 192.0.2.7", "t=0 0", "m=audio 4000 RTP/AVP 8",
	}, attrs...), "\r\n") + "\r\n")
}

func leg(r dialog.Role) dialog.Dialog {
	return dialog.Dialog{
		Role: r, LocalSeq: 10, Target: "sip:far@192.0.2.7",
		Session: offer.Session{ID: 1, Local: netip.MustParseAddrPort("198.51.100.1:30000")},
	}
}

// words writes effects down shortly, so that a table can be read: timers only where they matter.
func words(effects []dialog.Effect) string {
	var out []string
	for _, e := range effects {
		switch e := e.(type) {
		case dialog.Send:
			s := fmt.Sprintf("%s/%d", e.Method, e.Seq)
			if e.Tag != "" {
				s += "→" + e.Tag
			}
			if e.Authorize {
				s += "+auth"
			}
			out = append(out, s)
		case dialog.Notify:
			s := fmt.Sprintf("NOTIFY/%d→%s", e.Seq, e.Tag)
			if e.Status != 0 {
				s += fmt.Sprintf("(%s %d %s)", e.Event, e.Status, e.Subscription)
			}
			out = append(out, s)
		case dialog.Acknowledge:
			out = append(out, fmt.Sprintf("ACK/%d→%s", e.Seq, e.Tag))
		case dialog.Cancel:
			out = append(out, fmt.Sprintf("CANCEL/%d", e.Seq))
		case dialog.Reply:
			s := fmt.Sprintf("%d", e.Status)
			if e.RSeq != 0 {
				s += "rel"
			}
			if len(e.Body) > 0 {
				s += "+sdp"
			}
			if e.NoNews {
				s += "-news"
			}
			out = append(out, s)
		case dialog.Again:
			out = append(out, "again")
		case dialog.Report:
			s := strings.TrimPrefix(fmt.Sprintf("%T", e.Event), "line.")
			if e, ok := e.Event.(line.Ended); ok {
				s += ":" + e.Cause.String()
			}
			out = append(out, s)
		case dialog.Refused:
			out = append(out, "Refused:"+e.Cause.String())
		case dialog.Finish:
			out = append(out, "finish")
		case dialog.Press:
			out = append(out, "press "+string(e.Key))
		case dialog.Arm:
			switch e.Timer { //nolint:exhaustive // the others would only lengthen the table
			case dialog.ReferOver, dialog.AckAgain, dialog.PrackAgain, dialog.GlareOver, dialog.RefreshDue, dialog.SessionExpired:
				out = append(out, fmt.Sprintf("in %v", e.After))
			}
		}
	}
	return strings.Join(out, " ")
}

type (
	ev   = dialog.Event
	pair struct {
		ev   ev
		want string
	}
)

func cmd(c line.Command) ev { return dialog.Command{Command: c} }

func invite(body []byte) dialog.Request {
	return dialog.Request{ID: 1, Method: "INVITE", Seq: 5, Target: "sip:far@192.0.2.7", Type: "application/sdp", Body: body}
}

func res(seq uint32, status int, tag string, body []byte) dialog.Response {
	return dialog.Response{Method: "INVITE", Seq: seq, Status: status, Reason: "Words", Tag: tag, Target: "sip:" + tag + "@192.0.2.8", Body: body}
}

func of(method string, seq uint32, status int) dialog.Response {
	return dialog.Response{Method: method, Seq: seq, Status: status}
}

func rel(r dialog.Response, rseq uint32) dialog.Response { r.RSeq = rseq; return r }

func answers(r dialog.Response) dialog.Response { r.Answers = true; return r }

func timed(r dialog.Response, interval time.Duration, refresher string) dialog.Response {
	r.Timer = dialog.Timer{Interval: interval, Refresher: refresher}
	return r
}

func in(method string, seq uint32, change func(*dialog.Request)) dialog.Request {
	r := dialog.Request{ID: int(seq), Method: method, Seq: seq}
	if change != nil {
		change(&r)
	}
	return r
}

func withBody(body []byte) func(*dialog.Request) {
	return func(r *dialog.Request) { r.Body, r.Type = body, "application/sdp" }
}

// up are the steps of a caller to a call without session timers.
var up = []pair{
	{dialog.Begin{}, "INVITE/11"},
	{res(11, 200, "a", sdp()), "ACK/11→a Answered"},
}

// up2 are those of a callee; its session timers are its own.
var up2 = []pair{
	{invite(sdp()), ""},
	{cmd(line.Answer{}), "200+sdp in 500ms in 15m0s in 29m28s"},
	{dialog.Acked{Seq: 5}, "Answered"},
}

func refer(seq uint32, to string) dialog.Request {
	return in("REFER", seq, func(r *dialog.Request) { r.Refer = &dialog.Refer{To: to} })
}

func then(before []pair, after ...pair) []pair { return append(append([]pair{}, before...), after...) }
