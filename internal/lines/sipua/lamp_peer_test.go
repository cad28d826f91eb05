package sipua_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/lines/sipua"
)

func TestSippLamp(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101", "102"), nil)
	r := sipp(t, ours("lamp_uac"), "-s", "102", b.addr.String())
	eventually(t, "subscribed", func() bool { return b.Subscriptions() == 1 })
	b.ShowDialog("102", sipua.DialogState{State: sipua.Early, CallID: "x@y", Remote: "13800138000"})
	r.wait()
	if n := b.Subscriptions(); n != 0 {
		t.Errorf("%d subscriptions are left", n)
	}
}

// The same over a connection that the phone has opened: there is no other way to it.
func TestSippLampByTCP(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101", "102"), func(c *sipua.Config) { c.Listen[0].Network = "tcp" })
	r := sipp(t, ours("lamp_uac"), "-s", "102", "-t", "t1", b.addr.String())
	eventually(t, "subscribed", func() bool { return b.Subscriptions() == 1 })
	b.ShowDialog("102", sipua.DialogState{State: sipua.Early, CallID: "x@y", Remote: "13800138000"})
	r.wait()
}

// The end of a subscription that nobody refreshes comes on time.
func TestSippLampExpires(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101", "102"), nil)
	r := sipp(t, ours("lamp_expires_uac"), "-s", "102", "-timeout", "70s", b.addr.String())
	eventually(t, "subscribed", func() bool { return b.Subscriptions() == 1 })
	began := time.Now()
	r.wait()
	if took := time.Since(began); took < 59*time.Second || took > 62*time.Second {
		t.Errorf("it ended after %v, want a minute", took)
	}
}
