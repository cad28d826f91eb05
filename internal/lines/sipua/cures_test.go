package sipua_test

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// The tests of this file hold what the stack below does not do, or does wrongly; the table is in doc.go.

// An unacknowledged 200 goes out after 0.5, 1 and 2 s more.
func TestAnswerIsRepeatedOnTime(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	w.send(withSDP(request("INVITE", "twice", 1))...)
	e := b.call()
	e.Do(line.Answer{})
	ok := w.until("SIP/2.0 200")
	last := time.Now()
	for _, want := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second} {
		w.until("SIP/2.0 200")
		if gap := time.Since(last); gap < want-100*time.Millisecond || gap > want+400*time.Millisecond {
			t.Errorf("repeated after %v, want %v", gap, want)
		}
		last = time.Now()
	}
	ack := request("ACK", "twice", 1)
	ack[3] = "To: " + field(ok, "To")
	w.send(ack...)
	e.want(line.Answered{})
	bye := request("BYE", "twice", 2)
	bye[3] = "To: " + field(ok, "To")
	w.send(bye...)
	w.until("SIP/2.0 200")
	e.ended(line.NormalClearing)
}

// Every fork that answers is acknowledged; all but the first get a BYE, also long after the call is over.
func TestForkedAnswers(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	l, err := b.DialTrunk("carrier", "13900139000", sipua.Outgoing{})
	if err != nil {
		t.Fatal(err)
	}
	e := hold(t, l)
	inv := w.until("INVITE")
	answer := func(tag string) {
		w.respond(inv, "200 OK", tag, "Contact: <sip:"+tag+"@ME>", "Content-Type: application/sdp", "", soundSDP)
	}
	tagOf := func(m string) string { _, tag, _ := strings.Cut(field(m, "To"), "tag="); return tag }
	answer("one")
	if got := tagOf(w.until("ACK")); got != "one" {
		t.Errorf("ACK to %q", got)
	}
	e.want(line.Answered{})
	answer("two")
	ack, bye := w.until("ACK"), w.until("BYE")
	if tagOf(ack) != "two" || tagOf(bye) != "two" || !strings.HasPrefix(bye, "BYE sip:two@") {
		t.Errorf("fork: ACK to %q, BYE to %q", tagOf(ack), tagOf(bye))
	}
	if strings.Fields(field(ack, "CSeq"))[0] != strings.Fields(field(inv, "CSeq"))[0] {
		t.Errorf("ACK has CSeq %s, the INVITE %s", field(ack, "CSeq"), field(inv, "CSeq"))
	}
	w.respond(bye, "200 OK", "")
	answer("one") // our ACK was lost
	if got := tagOf(w.until("ACK")); got != "one" {
		t.Errorf("second ACK to %q", got)
	}
	e.Do(line.Hangup{})
	bye = w.until("BYE")
	w.respond(bye, "200 OK", "")
	eventually(t, "leg gone", func() bool { return b.Stats().Legs == 0 })
	answer("three")
	ack, bye = w.until("ACK"), w.until("BYE")
	if tagOf(ack) != "three" || tagOf(bye) != "three" {
		t.Errorf("late fork: ACK to %q, BYE to %q", tagOf(ack), tagOf(bye))
	}
	w.respond(bye, "200 OK", "")
}

// A BYE right behind the ACK must not overtake it, whatever goroutine it runs in.
func TestOrderOfArrival(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	for i := range 50 {
		id := fmt.Sprintf("order%d", i)
		w.send(withSDP(request("INVITE", id, 1))...)
		e := b.call()
		e.Do(line.Answer{})
		to := "To: " + field(w.until("SIP/2.0 200"), "To")
		for seq, m := range []string{"ACK", "INFO", "INFO", "BYE"} {
			r := request(m, id, max(1, seq+1))
			if m == "ACK" {
				r = request(m, id, 1)
			}
			r[3] = to
			w.send(r...)
		}
		e.want(line.Answered{})
		e.ended(line.NormalClearing)
		for range 3 {
			if m := w.until("SIP/2.0"); !strings.HasPrefix(m, "SIP/2.0 200") {
				t.Fatalf("call %d: %s", i, m)
			}
		}
	}
}

// A message of 20 kB goes out over UDP.
func TestLongMessage(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	l, err := b.DialTrunk("carrier", "13900139000", sipua.Outgoing{Headers: map[string]string{"X-Long": strings.Repeat("x", 20000)}})
	if err != nil {
		t.Fatal(err)
	}
	inv := w.until("INVITE")
	if len(field(inv, "X-Long")) != 20000 {
		t.Errorf("INVITE of %d octets", len(inv))
	}
	w.respond(inv, "486 Busy Here", "x")
	hold(t, l).ended(line.UserBusy)
}

// A scan from many addresses does not grow the transport layer's tables without end, and calls go on meanwhile.
func TestScanDoesNotGrowTables(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	w.send(withSDP(request("INVITE", "scan", 1))...)
	e := b.call()
	e.Do(line.Ring{})
	most := 0
	for i := range 6000 {
		c, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 1, byte(i>>8), byte(i)|1)}, net.UDPAddrFromAddrPort(b.addr))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(c, "OPTIONS sip:x@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d\r\n\r\n", b.addr, c.LocalAddr(), i)
		_ = c.Close()
		if i%100 == 0 {
			time.Sleep(5 * time.Millisecond)
			most = max(most, b.Stats().Sources, sipua.PoolSize(b.Server))
		}
	}
	if most == 0 || most > 2100 {
		t.Errorf("%d sources remembered at once", most)
	}
	e.Do(line.Answer{})
	w.until("SIP/2.0 200")
	e.Do(line.Hangup{})
}

// In a dialog: unknown dialogs get 481, old CSeq numbers 500, unknown methods 501, strange ones 405.
func TestDialogChecks(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	for _, c := range []struct {
		lines []string
		want  string
	}{
		{request("BYE", "ghost", 1), "SIP/2.0 481"},
		{request("SUBSCRIBE", "sub", 1), "SIP/2.0 401"},
		{request("NOTIFY", "msg", 1), "SIP/2.0 405"},
		{request("FLY", "fly", 1), "SIP/2.0 501"},
		{request("OPTIONS", "opt", 1), "SIP/2.0 200"},
		{request("OPTIONS", "req", 1, "Require: nothingSupportsThis"), "SIP/2.0 420"},
		{request("CANCEL", "can", 1), "SIP/2.0 481"},
		{append(request("INVITE", "type", 1), "Content-Type: text/plain", "", "hello"), "SIP/2.0 415"},
		{append(request("INVITE", "bad", 1), "Content-Type: application/sdp", "", "hello"), "SIP/2.0 488"},
		{withSDP(request("INVITE", "se", 1, "Session-Expires: 20")), "SIP/2.0 422"},
	} {
		w.send(c.lines...)
		if got := w.until("SIP/2.0 "); !strings.HasPrefix(got, c.want) {
			if strings.HasPrefix(got, "SIP/2.0 100") {
				got = w.until("SIP/2.0 ")
			}
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("%s: want %s, got\n%s", c.lines[0], c.want, got)
			}
		}
	}
	if len(b.calls) != 0 {
		t.Error("a refused call was announced")
	}
}

// The same INVITE on two ways is one call (RFC 3261 §8.2.2.2).
func TestMergedRequest(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	first := withSDP(request("INVITE", "merge", 1))
	w.send(first...)
	b.call()
	second := withSDP(request("INVITE", "merge", 1))
	second[1] += "other"
	w.send(second...)
	w.until("SIP/2.0 482")
	if len(b.calls) != 0 {
		t.Error("two calls")
	}
}

// A fault of ours ends one leg and no other.
func TestFaultEndsOneLegOnly(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	w.send(withSDP(request("INVITE", "f1", 1))...)
	bad := b.call()
	w.send(withSDP(request("INVITE", "f2", 1))...)
	good := b.call()
	sipua.Break(bad.Leg)
	bad.ended(line.TemporaryFailure)
	w.until("SIP/2.0 503")
	good.Do(line.Answer{})
	w.until("SIP/2.0 200")
	if n := b.Stats().Faults; n != 1 {
		t.Errorf("%d faults counted", n)
	}
	sipua.ForgiveFaults(b.Server)
}
