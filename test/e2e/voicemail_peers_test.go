package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/test/peer"
)

// A sipp leaves a message and keeps it by keys, a baresip leaves another by hanging up; the lamp of a third phone, a
// baresip, tells of both, and its user hears the first and deletes it.
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
	spoken(b, owner)
	owner.keys("3")
	owner.Wait(1, "MWI_NOTIFY", "Voice-Message: 1/0")
	owner.Tell("hangup", "")

	files, err := filepath.Glob(filepath.Join(b.dir, "voicemail", "*", "*", "*", "*.wav"))
	if err != nil || len(files) != 2 {
		t.Fatalf("files %v, %v", files, err)
	}
	said := map[float64]bool{}
	for _, file := range files {
		sound := middle(wav(t, file)[0], 500*time.Millisecond)
		for hz, other := range map[float64]float64{customerTone: thirdTone, thirdTone: customerTone} {
			said[hz] = said[hz] || powerOf(sound, hz) > loud && powerOf(sound, other) < quiet
		}
	}
	if !said[customerTone] || !said[thirdTone] {
		t.Errorf("the messages kept say %v", said)
	}
	if r := b.callFrom("13800138000"); r.Disposition != "menu_only" || !r.went("voicemail 8005") {
		t.Errorf("record: %s, %+v", r.Disposition, r.Path)
	}
}

// spoken waits until one of the two who left messages is heard, and neither the other nor oneself.
func spoken(b *box, owner *baresip) {
	b.t.Helper()
	var heard []int16
	var hz float64
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
}
