package sipua_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/lines/sipua/digest"
)

// handset is a phone of the house made of a bare socket.
type handset struct {
	*wire

	number string
	seq    int
	calls  int
}

// newHandset makes a phone and registers it.
func newHandset(t *testing.T, b *box, number string) *handset {
	t.Helper()
	h := &handset{wire: newWire(t, b, "127.0.0.1"), number: number, seq: 100}
	if got := h.register(number, password, 1, "<sip:"+number+"@ME>"); !strings.HasPrefix(got, "SIP/2.0 200") {
		t.Fatal(got)
	}
	return h
}

// talk is a dialog as the phone has it.
type talk struct {
	h            *handset
	callID       string
	local, other string // From and To of what the phone sends, with tags
}

// request sends a request outside of a dialog, with the password when asked, and returns the final answer.
func (h *handset) request(method, uri, callID string, more ...string) string {
	h.t.Helper()
	return h.requestIn(method, uri, callID, "<"+uri+">", more...)
}

// requestIn is the same with a To of one's own, as in a dialog.
func (h *handset) requestIn(method, uri, callID, to string, more ...string) string {
	h.t.Helper()
	send := func(extra ...string) string {
		h.seq++
		lines := []string{
			method + " " + uri + " SIP/2.0", fmt.Sprintf("Via: SIP/2.0/UDP ME;rport;branch=z9hG4bK%s%d", callID, h.seq),
			"From: <sip:" + h.number + "@BOX>;tag=t" + callID, "To: " + to, "Call-ID: " + callID,
			fmt.Sprintf("CSeq: %d %s", h.seq, method), "Max-Forwards: 70", "Contact: <sip:" + h.number + "@ME>",
		}
		h.send(append(append(lines, extra...), more...)...)
		return h.final()
	}
	m := send()
	name, answer := "WWW-Authenticate", "Authorization"
	if strings.HasPrefix(m, "SIP/2.0 407") {
		name, answer = "Proxy-Authenticate", "Proxy-Authorization"
	} else if !strings.HasPrefix(m, "SIP/2.0 401") {
		return m
	}
	if method == "INVITE" {
		h.ack(m, callID)
	}
	v, err := digest.Answer([]string{field(m, name)}, digest.Credentials{Username: h.number, Password: password}, "", method,
		strings.ReplaceAll(uri, "BOX", h.to))
	if err != nil {
		h.t.Fatal(err)
	}
	return send(answer + ": " + v)
}

// final reads to the next answer that is no provisional one.
func (h *handset) final() string {
	h.t.Helper()
	for {
		if m := h.until("SIP/2.0 "); !strings.HasPrefix(m, "SIP/2.0 1") {
			return m
		}
	}
}

// ack acknowledges a refusal of the last INVITE.
func (h *handset) ack(res, callID string) {
	h.send("ACK sip:x@BOX SIP/2.0", fmt.Sprintf("Via: SIP/2.0/UDP ME;rport;branch=z9hG4bK%s%d", callID, h.seq),
		"From: "+field(res, "From"), "To: "+field(res, "To"), "Call-ID: "+callID, fmt.Sprintf("CSeq: %d ACK", h.seq))
}

// dial calls a number; take answers it on the box's side.
func (h *handset) dial(number string, b *box, take func(*end)) (*talk, *end) {
	h.t.Helper()
	h.calls++
	callID := fmt.Sprintf("c%s%d", h.number, h.calls)
	var e *end
	done := make(chan struct{})
	go func() {
		defer close(done)
		e = b.call()
		take(e)
	}()
	m := h.request("INVITE", "sip:"+number+"@BOX", callID, "Content-Type: application/sdp", "", soundSDP)
	<-done
	if !strings.HasPrefix(m, "SIP/2.0 200") {
		h.t.Fatal(m)
	}
	d := &talk{h: h, callID: callID, local: field(m, "From"), other: field(m, "To")}
	d.send("ACK", h.seq)
	return d, e
}

// answer takes a call that comes in.
func (h *handset) answer(invite string) *talk {
	h.t.Helper()
	h.respond(invite, "200 OK", "t"+h.number, "Contact: <sip:"+h.number+"@ME>", "Content-Type: application/sdp", "", soundSDP)
	h.until("ACK")
	return h.early(invite)
}

// early is the dialog of an INVITE that came.
func (h *handset) early(invite string) *talk {
	return &talk{h: h, callID: field(invite, "Call-ID"), local: field(invite, "To") + ";tag=t" + h.number, other: field(invite, "From")}
}

// send sends a request in the dialog.
func (d *talk) send(method string, seq int, more ...string) {
	d.h.t.Helper()
	d.h.send(append([]string{
		method + " sip:x@BOX SIP/2.0", fmt.Sprintf("Via: SIP/2.0/UDP ME;rport;branch=z9hG4bK%s%s%d", d.callID, method, seq),
		"From: " + d.local, "To: " + d.other, "Call-ID: " + d.callID, fmt.Sprintf("CSeq: %d %s", seq, method),
		"Max-Forwards: 70", "Contact: <sip:" + d.h.number + "@ME>",
	}, more...)...)
}

// ask sends a request in the dialog and checks the status.
func (d *talk) ask(status, method string, more ...string) string {
	d.h.t.Helper()
	d.h.seq++
	d.send(method, d.h.seq, more...)
	m := d.h.until("SIP/2.0 ")
	if !strings.HasPrefix(m, "SIP/2.0 "+status) {
		d.h.t.Fatalf("%s: want %s, got\n%s", method, status, m)
	}
	return m
}

// news takes a NOTIFY, checks that it has what is wanted in it, and answers it.
func (h *handset) news(status string, want ...string) string {
	h.t.Helper()
	m := h.until("NOTIFY")
	for _, v := range want {
		if !strings.Contains(m, v) {
			h.t.Errorf("no %q in\n%s", v, m)
		}
	}
	h.respond(m, status, "")
	return m
}

// tagIn returns the tag of a From or To.
func tagIn(address string) string { _, tag, _ := strings.Cut(address, ";tag="); return tag }
