package sipua

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua/dialog"
	"github.com/dealerline/dealerline/internal/lines/sipua/subscribe"
)

// FuzzMessage feeds whatever parses as a message to everything of ours that reads headers.
func FuzzMessage(f *testing.F) {
	files, err := filepath.Glob("testdata/torture/*.dat")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n" +
		"Call-ID: x\r\nCSeq: 1 INVITE\r\nContact: *\r\nSession-Expires: 90;refresher=uac\r\nRAck: 1 2 INVITE\r\n" +
		"Reason: Q.850;cause=16, SIP;cause=200\r\nP-Asserted-Identity: <tel:+86;x>\r\nRecord-Route: <sip:p;lr>\r\n\r\n"))
	f.Add([]byte("SUBSCRIBE sip:%31@b SIP/2.0\r\nv: SIP/2.0/UDP a;branch=z9hG4bKx\r\nf: <sip:a@b>;tag=1\r\nt: <sip:a@b>\r\n" +
		"i: x\r\nCSeq: 1 SUBSCRIBE\r\nm: <sip:a@b>\r\no: dialog;id=7;x\r\nAccept: */*;q=1\r\nExpires: 600\r\nr: <sip:a@b?Replaces=x>\r\n\r\n"))
	s := &Server{}
	s.settings.Store(newTable(Settings{}))
	f.Fuzz(func(t *testing.T, data []byte) {
		msg, err := newParser().ParseSIP(tidy(data))
		if err != nil {
			return
		}
		switch m := msg.(type) {
		case *sip.Request:
			modernise(m)
			status, _ := s.inspect(m)
			if status != 0 {
				return
			}
			requestEvent(1, m)
			from, _, _, withheld := s.calledBy(m, caller{trunk: &Trunk{TrustCaller: true, Register: true}})
			if withheld && from != "" {
				t.Fatal("a withheld number is told")
			}
			if _, _, status := s.wanted(m, Extension{}, time.Time{}); status > 499 {
				t.Fatalf("status %d", status)
			}
			checkCause(t, reasonOf(m))
			w, status := wished(m)
			if !slices.Contains([]int{0, 400, 406, 423, 489}, status) || (status == 0 && w.life != 0 && w.life < subscribe.MinExpires) {
				t.Fatalf("%d: %+v", status, w)
			}
			if strings.ContainsFunc(w.event, control) {
				t.Fatalf("event %q", w.event)
			}
		case *sip.Response:
			if m.CSeq() != nil {
				responseEvent(m)
				checkCause(t, reasonOf(m))
			}
		}
	})
}

func checkCause(t *testing.T, c line.Cause) {
	t.Helper()
	if c > 127 || dialog.StatusOf(c) < 400 {
		t.Fatalf("cause %d, status %d", c, dialog.StatusOf(c))
	}
}

func TestAddressCannotBeBrokenOutOf(t *testing.T) {
	got := address("x\" <sip:evil@y>\r\nA: b", "1>;tag=2\r\n", "h")
	if got != `"x <sip:evil@y>A: b" <sip:1tag2@h>` {
		t.Error(got)
	}
}

func TestBareAddress(t *testing.T) {
	for in, want := range map[string]string{
		"<sip:a@b>;tag=1": "<sip:a@b>", "<sip:a@b>;tag=1;x=y": "<sip:a@b>;x=y", "<sip:a@b>": "<sip:a@b>",
	} {
		if got := bare(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
