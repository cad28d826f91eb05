package sipua_test

import (
	"fmt"
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/test/peer"
)

// newBaresip starts a phone of an extension, registered at a box.
func newBaresip(t *testing.T, b *box, number string) *peer.Baresip {
	t.Helper()
	lo, hi := ports(20)
	p := peer.NewBaresip(t, t.TempDir(), peer.Phone{
		SIP: peer.FreePort(t), RTP: [2]int{int(lo), int(hi)}, Source: "aubridge,none", Accounts: "# later", Config: "module_app mwi.so\n",
	})
	// One that registers in its first millisecond subscribes for ever and ever.
	p.Tell("uanew", fmt.Sprintf("<sip:%s@%s>;auth_user=%s;auth_pass=%s;regint=300;mwi=yes", number, b.addr, number, password))
	eventually(t, "registered", func() bool { return len(b.Registrations()) > 0 })
	return p
}

func TestBaresipShowsMessages(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	b.ShowMessages("101", 0, 4)
	p := newBaresip(t, b, "101")
	p.Wait(1, "MWI_NOTIFY", "Messages-Waiting: no")
	b.ShowMessages("101", 3, 4)
	p.Wait(1, "MWI_NOTIFY", "Voice-Message: 3/4 (0/0)")
}

// Whatever comes of its transfer, this phone is told and hangs up.
func TestBaresipTransfers(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	p := newBaresip(t, b, "101")
	for _, c := range []struct {
		result line.TransferResult
		event  string
		text   string
	}{
		{line.TransferResult{Cause: line.UserBusy}, "TRANSFER_FAILED", "486 Busy Here"},
		{line.TransferResult{OK: true}, "CALL_CLOSED", "transfer"},
	} {
		p.Tell("dial", "sip:600@"+b.addr.String())
		e := b.call()
		e.Do(line.Answer{})
		e.want(line.Answered{})
		p.Wait(1, "CALL_ESTABLISHED", "")
		p.Tell("transfer", "sip:601@"+b.addr.String())
		e.transferred("601")
		e.Do(c.result)
		p.Wait(1, c.event, c.text)
		if got := e.ended(line.NormalClearing); !got.Remote {
			t.Error("the phone hangs up")
		}
	}
}

// transferred waits for the request to transfer, passing over holding.
func (e *end) transferred(to string) {
	e.t.Helper()
	for {
		if got, ok := e.next().(line.Transfer); ok {
			if got != (line.Transfer{To: to}) {
				e.t.Fatalf("%+v, want %s", got, to)
			}
			return
		}
	}
}
