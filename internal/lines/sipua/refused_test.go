package sipua_test

import (
	"testing"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// refusal is one that was told.
type refusal struct {
	info  line.Info
	cause line.Cause
}

// What a trunk's caller meets before there is a leg is told, with who called; a stranger is only counted.
func TestRefusedCallsAreTold(t *testing.T) {
	t.Parallel()
	told := make(chan refusal, 100)
	b := newBox(t, sipua.Settings{}, func(c *sipua.Config) {
		c.Refused = func(i line.Info, cause line.Cause) { told <- refusal{i, cause} }
	})
	w := newWire(t, b, "127.0.0.1")
	set := extensions("101")
	set.Trunks = []sipua.Trunk{{Name: "carrier", Host: "127.0.0.1", Port: w.port(), Sources: []string{"127.0.0.1"}, Capacity: 1}}
	if err := b.Apply(set); err != nil {
		t.Fatal(err)
	}
	w.send(withSDP(request("INVITE", "first", 1))...)
	in := b.call()
	w.send(withSDP(request("INVITE", "full", 1))...)
	w.until("SIP/2.0 486")
	got := <-told
	if i := got.info; got.cause != line.NoCircuit || i.Line != "carrier" || i.From != "13800138000" || i.To != "600" ||
		i.Kind != line.Trunk || i.Direction != line.Inbound || i.At.IsZero() {
		t.Errorf("a full trunk: %+v", got)
	}
	in.Do(line.Hangup{})
	w.until("SIP/2.0 480")
	eventually(t, "channel free", func() bool { return b.Trunks()[0].Calls == 0 })

	w.send(append(request("INVITE", "codec", 1), "Content-Type: application/sdp", "",
		"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n")...)
	w.until("SIP/2.0 488")
	if got := <-told; got.cause != line.BearerNotImplemented || got.info.Line != "carrier" {
		t.Errorf("no common codec: %+v", got)
	}

	stranger := newWire(t, b, "127.0.0.9")
	stranger.send(withSDP(request("INVITE", "scan", 1))...)
	stranger.until("SIP/2.0 403")
	if len(told) != 0 {
		t.Errorf("a stranger was told of: %+v", <-told)
	}
	if s := b.Stats(); s.TurnedAway != 2 || s.Refused != 1 {
		t.Errorf("%d turned away, %d strangers, want 2 and 1", s.TurnedAway, s.Refused)
	}
}
