package sipua_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// messenger is a box with a trunk that carries SMS, and the carrier.
func messenger(t *testing.T, messages bool) (*box, *wire) {
	t.Helper()
	b, w := trunkTo(t)
	set := extensions("101")
	set.Trunks = []sipua.Trunk{{
		Name: "carrier", Host: "127.0.0.1", Port: w.port(), Sources: []string{"127.0.0.1"}, Username: "shop", Password: "trunk-secret",
		OutboundNumbers: sipua.NumberRule{Add: "86"}, Messages: messages,
	}}
	if err := b.Apply(set); err != nil {
		t.Fatal(err)
	}
	return b, w
}

// text sends a message and returns what comes of it.
func text(b *box, number, words string) <-chan error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	done := make(chan error, 1)
	go func() {
		defer cancel()
		done <- b.Message(ctx, "carrier", number, words)
	}()
	return done
}

// settle answers a message. What stands for addresses in [wire.send] stands in the method's name, too.
func (w *wire) settle(req, status string, more ...string) {
	w.t.Helper()
	lines := append([]string{
		"SIP/2.0 " + status, "Via: " + field(req, "Via"), "From: " + field(req, "From"), "To: " + field(req, "To") + ";tag=x",
		"Call-ID: " + field(req, "Call-ID"), "CSeq: " + field(req, "CSeq"), "Content-Length: 0",
	}, more...)
	w.raw([]byte(strings.Join(lines, "\r\n") + "\r\n\r\n"))
}

// messageWith waits for a message that contains these words; others are repetitions of what was answered.
func (w *wire) messageWith(words ...string) string {
	w.t.Helper()
next:
	for {
		m := w.until("MESSAGE ")
		for _, word := range words {
			if !strings.Contains(m, word) {
				continue next
			}
		}
		return m
	}
}

func TestAMessageGoesThroughATrunk(t *testing.T) {
	t.Parallel()
	b, w := messenger(t, true)
	const words = "【店】工单 R261122-001 已超时"
	done := text(b, "13800138000", words)
	m := w.until("MESSAGE sip:8613800138000@")
	if !strings.HasSuffix(m, "\r\n\r\n"+words) || !strings.HasPrefix(field(m, "Content-Type"), "text/plain") || !strings.Contains(field(m, "From"), "sip:shop@") || field(m, "CSeq") != "1 MESSAGE" {
		t.Errorf("message:\n%s", m)
	}
	w.settle(m, "401 Unauthorized", `WWW-Authenticate: Digest realm="c", nonce="n1", algorithm=MD5`)
	again := w.messageWith("CSeq: 2 MESSAGE")
	if !strings.Contains(field(again, "Authorization"), `username="shop"`) || field(again, "Call-ID") != field(m, "Call-ID") {
		t.Errorf("with the password:\n%s", again)
	}
	w.settle(again, "202 Accepted")
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAMessageThatIsNotTaken(t *testing.T) {
	t.Parallel()
	b, w := messenger(t, true)
	for status, code := range map[string]fault.Code{"404 Not Found": fault.Invalid, "503 Service Unavailable": fault.Unavailable, "488 Not Acceptable Here": fault.Unavailable} {
		done := text(b, "13800138001", status)
		w.settle(w.messageWith(status), status)
		if err := <-done; fault.CodeOf(err) != code || fault.KeyOf(err) != "sip.message.refused" {
			t.Errorf("%s: %v", status, err)
		}
	}
	done := text(b, "13800138002", "twice")
	for seq := range 2 {
		m := w.messageWith(fmt.Sprintf("CSeq: %d MESSAGE", seq+1), "twice")
		w.settle(m, "407 Proxy Authentication Required", fmt.Sprintf(`Proxy-Authenticate: Digest realm="c", nonce="n%d"`, seq))
	}
	if err := <-done; fault.KeyOf(err) != "sip.message.refused" {
		t.Errorf("a wrong password: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := b.Message(ctx, "carrier", "13800138003", "silence"); fault.KeyOf(err) != "sip.message.no_answer" {
		t.Errorf("no answer: %v", err)
	}
}

func TestWhatIsNoMessage(t *testing.T) {
	t.Parallel()
	b, _ := messenger(t, true)
	for _, c := range []struct {
		trunk, number, words string
		code                 fault.Code
	}{
		{"other", "13800138000", "x", fault.NotFound},
		{"carrier", "138#", "x", fault.Invalid},
		{"carrier", "138;x=y", "x", fault.Invalid},
		{"carrier", "13800138000", strings.Repeat("x", sipua.MaxMessage+1), fault.Invalid},
	} {
		if err := b.Message(t.Context(), c.trunk, c.number, c.words); fault.CodeOf(err) != c.code {
			t.Errorf("%s %q: %v", c.trunk, c.number, err)
		}
	}
	off, _ := messenger(t, false)
	if err := off.Message(t.Context(), "carrier", "13800138000", "x"); fault.KeyOf(err) != "sip.message.off" {
		t.Errorf("a trunk that carries none: %v", err)
	}
}
