package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// keys presses keys at a baresip one after another.
func (p *baresip) keys(keys string) {
	p.t.Helper()
	for _, k := range keys {
		p.Tell("sndcode", string(k))
		time.Sleep(350 * time.Millisecond)
	}
}

// dial calls a number at the box and waits until the call is up.
func (p *baresip) dial(number string) {
	p.t.Helper()
	n := p.Count("CALL_ESTABLISHED", "")
	p.Tell("dial", "sip:"+number+"@"+p.server)
	p.Wait(n+1, "CALL_ESTABLISHED", "")
}

// elsewhere checks that of the calls which rang n were taken back because another phone took them.
func (p *baresip) elsewhere(b *box, n int) {
	p.t.Helper()
	b.until(10*time.Second, "baresip stops ringing", func() bool { return strings.Count(p.trace(), "Reason: "+takenElsewhere) >= n })
}

// over waits until its nth call of all has ended.
func (p *baresip) over(n int) {
	p.t.Helper()
	p.Wait(n, "CALL_CLOSED", "")
}

// code dials a code, and hangs up when something is said.
func (p *baresip) code(b *box, code string) {
	p.t.Helper()
	n := p.Count("CALL_CLOSED", "")
	p.dial(code)
	nowSound(p.t, b, "who dialled "+code, p)
	p.Tell("hangup", "")
	p.over(n + 1)
}

// trace is what it has written of the messages that came and went.
func (p *baresip) trace() string {
	text, err := os.ReadFile(filepath.Join(p.Dir, "log"))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

// baresipOutside is a baresip that the trunk of a box leads to: see [trunkTo].
func baresipOutside(t *testing.T, b *box, number string, port int, hz float64) *baresip {
	t.Helper()
	return newBaresip(t, b.ip, port, fmt.Sprintf("<sip:%s@%s;transport=udp>;regint=0;audio_codecs=PCMA/8000/1", number, b.ip), hz)
}

// trunkTo adds a trunk to a port of this machine, after the others.
func trunkTo(d *document, port int) {
	d.Trunks = append(d.Trunks, sipua.Trunk{Name: "outside", Host: "127.0.0.1", Port: uint16(port), Priority: len(d.Trunks)})
}

// baresipAgent is a baresip that answers by itself, and at which its agent has signed in.
func baresipAgent(t *testing.T, b *box, number, mode string, hz float64) *baresip {
	t.Helper()
	p := extension(t, b, number, mode, hz)
	p.dial("*45")
	id := "100" + number[3:]
	b.until(5*time.Second, "agent "+id+" is signed in", func() bool { return b.agent(id).Status == "available" })
	p.Tell("hangup", "") // what is said
	p.over(1)
	return p
}
