package sipua_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/test/peer"
)

// ours names a scenario of this package's own.
func ours(name string) string { return "../../internal/lines/sipua/testdata/sip/" + name }

// Three phones of one extension ring. The first that answers has the call, and the others are told why they stop.
func TestOthersShowAnsweredElsewhere(t *testing.T) {
	t.Parallel()
	peer.Need(t, "sipp")
	b := newBox(t, extensions("101"), nil)
	phones := map[string]int{}
	for _, name := range []string{"slow", "slower", "first"} {
		phones[name] = peer.FreePort(t)
		sipp(t, "auth_register_uac", "-s", "101", "-p", fmt.Sprint(phones[name]), b.addr.String()).wait()
	}
	runs := []*run{
		sipp(t, ours("elsewhere_uas"), "-p", fmt.Sprint(phones["slow"])),
		sipp(t, ours("elsewhere_uas"), "-p", fmt.Sprint(phones["slower"])),
		sipp(t, "basic_uas", "-p", fmt.Sprint(phones["first"])),
	}
	for _, port := range phones {
		eventually(t, "sipp listens", func() bool { return taken(port) })
	}
	legs, err := b.DialExtension("101", sipua.Outgoing{From: "13800138000"})
	if err != nil || len(legs) != 3 {
		t.Fatal(legs, err)
	}
	ends := make([]*end, len(legs))
	for i, l := range legs {
		ends[i] = hold(t, l)
		ends[i].want(line.Ringing{})
	}
	won := -1
	eventually(t, "one answers", func() bool {
		for i, e := range ends {
			if len(e.snapshot()) > 1 {
				won = i
			}
		}
		return won >= 0
	})
	ends[won].want(line.Answered{})
	for i, e := range ends {
		if i != won {
			e.Do(line.Hangup{Cause: line.AnsweredElsewhere})
			e.ended(line.AnsweredElsewhere)
		}
	}
	ends[won].Do(line.Hangup{})
	ends[won].ended(line.NormalClearing)
	for _, r := range runs {
		r.wait()
	}
}

// Why a call ended is said and understood in both directions (RFC 3326).
func TestReasonOfAHangUp(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	h := newHandset(t, b, "101")
	for _, c := range []struct {
		cause line.Cause
		want  string
	}{
		{line.NormalClearing, `Q.850;cause=16;text="normal_clearing"`},
		{line.MediaTimeout, `Q.850;cause=102;text="media_timeout"`},
		{line.AnsweredElsewhere, `SIP;cause=200;text="Call completed elsewhere"`},
	} {
		_, e := h.dial("600", b, func(e *end) { e.Do(line.Answer{}) })
		e.want(line.Answered{})
		e.Do(line.Hangup{Cause: c.cause})
		bye := h.until("BYE")
		if got := field(bye, "Reason"); got != c.want {
			t.Errorf("%s: %s", c.cause, got)
		}
		h.respond(bye, "200 OK", "")
	}
	for reason, want := range map[string]line.Cause{
		`Q.850 ;cause=38;text="network out of order"`:              line.NetworkOutOfOrder,
		`SIP;cause=200;text="Call completed elsewhere"`:            line.AnsweredElsewhere,
		`SIP;cause=486;text="Busy Here", Q.850;cause=17`:           line.UserBusy,
		`preemption;cause=1`:                                       line.NormalClearing,
		`Q.850;cause=999`:                                          line.NormalClearing,
		strings.Repeat("x", 1000) + `;cause=1, q.850 ; cause = 19`: line.NoAnswer,
	} {
		d, e := h.dial("600", b, func(e *end) { e.Do(line.Answer{}) })
		e.want(line.Answered{})
		d.ask("200", "BYE", "Reason: "+reason)
		if got := e.ended(want); !got.Remote {
			t.Errorf("%s: not the far side's doing", reason)
		}
	}
}
