package sipua_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// What is offered to a phone is its extension's choice, and a weaker answer than asked for opens nothing.
func TestDigestAlgorithms(t *testing.T) {
	t.Parallel()
	set := extensions("101", "102", "103")
	set.Extensions[1].Digest = sipua.DigestSHA256
	set.Extensions[2].Digest = sipua.DigestBoth
	b := newBox(t, set, nil)
	for number, want := range map[string][]string{"101": {"MD5"}, "102": {"SHA-256"}, "103": {"MD5", "SHA-256"}, "999": {"MD5"}} {
		w := newWire(t, b, "127.0.0.1")
		w.send("REGISTER sip:BOX SIP/2.0", "Via: SIP/2.0/UDP ME;branch=z9hG4bKalg"+number, "From: <sip:"+number+"@BOX>;tag=r",
			"To: <sip:"+number+"@BOX>", "Call-ID: alg"+number, "CSeq: 1 REGISTER", "Max-Forwards: 70", "Contact: <sip:ME>")
		var got []string
		for l := range strings.SplitSeq(w.until("SIP/2.0 401"), "\r\n") {
			if strings.HasPrefix(l, "WWW-Authenticate:") {
				_, rest, _ := strings.Cut(l, "algorithm=")
				name, _, _ := strings.Cut(rest, ",")
				got = append(got, name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("extension %s is offered %v, want %v", number, got, want)
		}
	}
	for _, number := range []string{"101", "102"} {
		w := newWire(t, b, "127.0.0.1")
		if got := w.register(number, set.Extensions[0].Password, 1, "<sip:"+number+"@ME>"); !strings.HasPrefix(got, "SIP/2.0 200") {
			t.Errorf("extension %s: %s", number, got)
		}
	}
}
