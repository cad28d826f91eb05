package sipua_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

func TestSippTransfers(t *testing.T) {
	t.Parallel()
	for name, result := range map[string]line.TransferResult{
		"refer_uac": {OK: true}, "refer_busy_uac": {Cause: line.UserBusy},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBox(t, extensions("101"), nil)
			r := sipp(t, ours(name), "-s", "600", b.addr.String())
			e := b.call()
			e.Do(line.Answer{})
			e.want(line.Answered{})
			e.want(line.Transfer{To: "*45601"})
			e.Do(result)
			e.ended(line.NormalClearing)
			r.wait()
		})
	}
}

// A phone that the box called joins its party with the one that it has called itself.
func TestAttendedTransfer(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101", "102"), nil)
	h, other := newHandset(t, b, "101"), newHandset(t, b, "102")
	answer := func(e *end) { e.Do(line.Answer{}) }

	legs, err := b.DialExtension("101", sipua.Outgoing{From: "13800138000"})
	if err != nil {
		t.Fatal(err)
	}
	first := hold(t, legs[0])
	party := h.answer(h.until("INVITE"))
	first.want(line.Answered{})
	consult, second := h.dial("102", b, answer)
	theirs, _ := other.dial("600", b, answer)

	with := func(d *talk, from, to string) string {
		v := d.callID + ";to-tag=" + to + ";from-tag=" + from
		return "Refer-To: <sip:102@BOX?Replaces=" + url.QueryEscape(v) + ">"
	}
	local, remote := tagIn(consult.local), tagIn(consult.other)
	party.ask("403", "REFER", with(theirs, tagIn(theirs.local), tagIn(theirs.other)))
	party.ask("481", "REFER", with(consult, local, "guessed"))
	party.ask("481", "REFER", with(party, tagIn(party.local), tagIn(party.other)))
	party.ask("202", "REFER", with(consult, local, remote))
	h.news("200 OK", "SIP/2.0 100 Trying", "Event: refer;id=")
	first.want(line.Transfer{To: "102", Replaces: second.Info().CallID})
	first.Do(line.TransferResult{OK: true})
	h.news("200 OK", "SIP/2.0 200 OK", "terminated;reason=noresource")
	party.ask("202", "REFER", with(consult, remote, local)) // as the other side would write it
	h.news("481 Gone")
	first.want(line.Transfer{To: "102", Replaces: second.Info().CallID})
	first.Do(line.Hangup{})
	h.until("BYE")
}

// What is no transfer, or comes from whom it may not.
func TestRefusedTransfers(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	h := newHandset(t, b, "101")
	d, e := h.dial("600", b, func(e *end) { e.Do(line.Answer{}) })
	e.want(line.Answered{})
	for _, c := range []struct {
		status string
		lines  []string
	}{
		{"400", nil},
		{"400", []string{"Refer-To: <sip:@>"}},
		{"400", []string{"Refer-To: nonsense"}},
		{"400", []string{"Refer-To: <sip:1@BOX>", "Refer-To: <sip:2@BOX>"}},
		{"400", []string{"Refer-To: <sip:1@BOX?Replaces=x>"}},
		{"416", []string{"r: <http://x/y>"}},
		{"603", []string{"Refer-To: <sip:1@BOX;method=SUBSCRIBE>"}},
		{"420", []string{"Refer-To: <sip:1@BOX>", "Require: multiple-refer"}},
	} {
		d.ask(c.status, "REFER", c.lines...)
	}
	if out := h.request("REFER", "sip:600@BOX", "apart", "Refer-To: <sip:1@BOX>"); !strings.HasPrefix(out, "SIP/2.0 403") {
		t.Errorf("outside of any call: %s", out)
	}

	// Somebody else who knows the call, tags and all.
	thief := &handset{wire: newWire(t, b, "127.0.0.9"), number: "101", seq: h.seq}
	stolen := *d
	stolen.h = thief
	stolen.ask("403", "REFER", "Refer-To: <tel:0900123456>")
	h.seq = thief.seq
	if got := d.ask("202", "REFER", "r: <tel:600>", "Require: norefersub", "Refer-Sub: false"); field(got, "Refer-Sub") != "false" {
		t.Error(got)
	}
	e.want(line.Transfer{To: "600"}) // the first one that the call hears of
	e.Do(line.TransferResult{OK: true})
	e.Do(line.Hangup{})
	h.until("BYE") // and no NOTIFY before, or until would have been asked for an answer
}

func TestTrunkMayNotTransfer(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	w.send(withSDP(request("INVITE", "trunk", 1))...)
	e := b.call()
	e.Do(line.Answer{})
	ok := w.until("SIP/2.0 200")
	in := func(method string, seq int, more ...string) {
		r := request(method, "trunk", seq, more...)
		r[3] = "To: " + field(ok, "To")
		w.send(r...)
	}
	in("ACK", 1)
	e.want(line.Answered{})
	in("REFER", 2, "Refer-To: <tel:0900123456>")
	w.until("SIP/2.0 603")
	in("BYE", 3)
	w.until("SIP/2.0 200")
	e.want(line.Ended{Cause: line.NormalClearing, Remote: true, Detail: "BYE"})
}
