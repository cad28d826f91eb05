package sipua_test

import (
	"os"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
)

// elder is a request as a gateway of RFC 2543 sends it: no tag in From, no branch in Via, no Contact.
func elder(method, callID string, seq string, more ...string) []string {
	return append([]string{
		method + " sip:600@BOX SIP/2.0", "Via: SIP/2.0/UDP ME", "From: <sip:13800138000@ME;user=phone>",
		"To: sip:600@BOX;user=phone", "Call-ID: " + callID, "CSeq: " + seq + " " + method,
	}, more...)
}

func TestCallOfAnElderGateway(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	invite := withSDP(elder("INVITE", "old", "56"))
	w.send(invite...)
	e := b.call()
	if i := e.Info(); i.From != "13800138000" || i.To != "600" {
		t.Errorf("info %+v", i)
	}
	w.send(invite...) // repeated: no second call
	e.Do(line.Answer{})
	ok := w.until("SIP/2.0 200")
	if from := field(ok, "From"); strings.Contains(from, "tag") {
		t.Errorf("From: %s", from)
	}
	if !strings.Contains(field(ok, "To"), "tag=") {
		t.Errorf("To: %s", field(ok, "To"))
	}
	ack := elder("ACK", "old", "56")
	ack[3] = "To: " + field(ok, "To")
	w.send(ack...)
	e.want(line.Answered{})
	e.Do(line.Hangup{})
	bye := w.until("BYE")
	if to := field(bye, "To"); strings.Contains(to, "tag") || !strings.HasPrefix(bye, "BYE sip:13800138000@") {
		t.Errorf("%s", bye)
	}
	w.respond(bye, "200 OK", "")
	e.ended(line.NormalClearing)
	if len(b.calls) != 0 {
		t.Error("a second call")
	}
}

func TestElderGatewayTakesItsCallBack(t *testing.T) {
	t.Parallel()
	b, w := trunkTo(t)
	w.send(withSDP(elder("INVITE", "back", "7"))...)
	e := b.call()
	e.Do(line.Ring{})
	w.until("SIP/2.0 180")
	w.send(elder("CANCEL", "back", "7")...)
	w.until("SIP/2.0 200")
	refusal := w.until("SIP/2.0 487")
	ack := elder("ACK", "back", "7")
	ack[3] = "To: " + field(refusal, "To")
	w.send(ack...)
	if !e.ended(line.NormalClearing).Remote {
		t.Error("the caller took it back, not we")
	}
}

// The message of RFC 4475 §3.1.1.1 becomes a call when it comes from a trunk and asks for a new dialog.
func TestOddWhiteSpaceIsACall(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/torture/wsinv.dat")
	if err != nil {
		t.Fatal(err)
	}
	msg := strings.Replace(string(withRport(data)), ";   tag    = 1918181833n", "", 1)
	b, w := trunkTo(t)
	w.raw([]byte(msg))
	e := b.call()
	e.Do(line.Answer{})
	ok := w.until("SIP/2.0 200")
	if from := field(ok, "From"); !strings.HasSuffix(from, ";tag=98asjd8") {
		t.Errorf("From: %s", from)
	}
	e.Do(line.Hangup{})
}
