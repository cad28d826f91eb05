package sipua_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// A phone takes what rings on another one, by that dialog's name.
func TestPickup(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101", "102", "103"), nil)
	rung, other := newHandset(t, b, "101"), newHandset(t, b, "102")
	legs, err := b.DialExtension("101", sipua.Outgoing{From: "13800138000"})
	if err != nil {
		t.Fatal(err)
	}
	ringing := hold(t, legs[0])
	inv := rung.until("INVITE")
	rung.respond(inv, "180 Ringing", "t101", "Contact: <sip:101@ME>")
	ringing.want(line.Ringing{})

	d := rung.early(inv)
	box, phone := tagIn(d.other), tagIn(d.local)
	calls := 0
	pick := func(status, replaces string, more ...string) {
		t.Helper()
		calls++
		id := fmt.Sprintf("pick%d", calls)
		m := other.request("INVITE", "sip:101@BOX", id, append(append([]string{replaces}, more...), "Content-Type: application/sdp", "", soundSDP)...)
		if !strings.HasPrefix(m, "SIP/2.0 "+status) {
			t.Fatalf("%s: want %s, got\n%s", replaces, status, m)
		}
		other.ack(m, id)
	}
	named := func(to, from string) string {
		return fmt.Sprintf("Replaces: %s;to-tag=%s;from-tag=%s", d.callID, to, from)
	}
	pick("481", named(box, "guessed"))
	pick("481", named("guessed", phone))
	pick("481", "Replaces: other;to-tag=1;from-tag=2")
	pick("400", "Replaces: "+d.callID)
	pick("400", named(box, phone), named(box, phone))
	refused := func(status string) func() {
		return func() {
			e := b.call()
			if i := e.Info(); i.Replaces != ringing.Info().CallID || !i.ReplacesEarly || i.Line != "102" {
				t.Errorf("info %+v", i)
			}
			e.Do(line.Hangup{Cause: line.UserBusy})
			if status != "" {
				t.Error(status)
			}
		}
	}
	for _, r := range []string{named(box, phone), named(phone, box)} { // as either end sees the dialog
		done := make(chan struct{})
		go func() { defer close(done); refused("")() }()
		pick("486", r+";early-only")
		<-done
	}

	// A stranger has no way in, nor has a trunk.
	stranger := newWire(t, b, "127.0.0.9")
	stranger.send(withSDP(request("INVITE", "strange", 1, named(box, phone)))...)
	stranger.until("SIP/2.0 403")

	rung.respond(inv, "200 OK", "t101", "Contact: <sip:101@ME>", "Content-Type: application/sdp", "", soundSDP)
	ringing.want(line.Answered{})
	pick("486", named(box, phone)+";early-only") // it was faster
	ringing.Do(line.Hangup{})
	bye := rung.until("BYE")
	pick("603", named(box, phone)) // over, though not yet gone
	rung.respond(bye, "200 OK", "")
	eventually(t, "leg gone", func() bool { return b.Stats().Legs == 0 })
	pick("481", named(box, phone))
}

// A call that a phone makes itself is nobody's to take before it is answered, and a trunk's never.
func TestPickupOfWhatIsNotRinging(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	h := newHandset(t, b, "101")
	w.send(withSDP(request("INVITE", "trunk", 1))...)
	e := b.call()
	e.Do(line.Ring{})
	tag := tagIn(field(w.until("SIP/2.0 180"), "To"))
	m := h.request("INVITE", "sip:600@BOX", "take", "Replaces: trunk;to-tag="+tag+";from-tag=far", "Content-Type: application/sdp", "", soundSDP)
	if !strings.HasPrefix(m, "SIP/2.0 403") {
		t.Errorf("a trunk's call: %s", m)
	}
	w.send(withSDP(request("INVITE", "trunk2", 1, "Replaces: trunk;to-tag="+tag+";from-tag=far"))...)
	w.until("SIP/2.0 403")
}
