package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/test/peer"
)

// A sipp leaves a message and keeps it by keys, a baresip leaves another by hanging up; the lamp of a third phone, a
// baresip, tells of both, and its user hears both, keeps one and deletes the other.
func TestVoicemailByPeers(t *testing.T) {
	t.Parallel()
	port := peer.FreePort(t)
	b := open(t, func(b *box, d *document) {
		withBoxes(nil)(b, d)
		trunkTo(d, port)
		d.Inbound = append([]settings.InboundRule{{Number: "715", Target: target("voicemail", "8005")}}, d.Inbound...)
	})
	owner := newBaresip(t, b.ip+":5060", peer.FreePort(t), "# later", agentTone, "module_app mwi.so")
	// One that registers in its first millisecond subscribes for ever and ever.
	owner.Tell("uanew", fmt.Sprintf("<sip:8005@%s>;auth_user=8005;auth_pass=%s;regint=300;mwi=yes;audio_codecs=PCMA/8000/1", owner.server, secret("8005")))
	b.registered("8005")
	owner.Wait(1, "MWI_NOTIFY", "Messages-Waiting: no")

	caller := sippCaller(t, b, "13800138000", "715", customerTone)
	second := baresipOutside(t, b, "13900139000", port, thirdTone)
	second.dial("715")
	time.Sleep(5 * time.Second) // the greeting, the beep, and some to say
	second.Tell("hangup", "")
	caller.press("#")
	caller.press("1")
	caller.over()
	owner.Wait(1, "MWI_NOTIFY", "Voice-Message: 2/0")

	owner.dial("*97")
	time.Sleep(300 * time.Millisecond)
	owner.keys("1") // never mind how many there are
	one := spoken(b, owner)
	owner.keys("2") // saved, and on to the next
	owner.Wait(1, "MWI_NOTIFY", "Voice-Message: 1/1")
	if other := spoken(b, owner); other == one {
		t.Errorf("both messages say %.0f Hz", one)
	}
	owner.keys("3")
	owner.Wait(1, "MWI_NOTIFY", "Voice-Message: 0/1")
	owner.Tell("hangup", "")
	if r := b.callFrom("13800138000"); r.Disposition != "menu_only" || !r.went("voicemail 8005") {
		t.Errorf("record: %s, %+v", r.Disposition, r.Path)
	}
}

// spoken waits until one of the two who left messages is heard, and nobody else, and returns the tone.
func spoken(b *box, owner *baresip) (hz float64) {
	b.t.Helper()
	var heard []int16
	b.until(40*time.Second, "a message is heard", func() bool {
		heard = last(owner.heard(), 500*time.Millisecond)
		for _, tone := range []float64{customerTone, thirdTone} {
			if len(heard) >= 4000 && powerOf(heard, tone) > -12 { // all the time: they speak at −10
				hz = tone
			}
		}
		return hz != 0
	})
	hears(b.t, "the owner", heard, hz, customerTone+thirdTone-hz, agentTone)
	return hz
}
