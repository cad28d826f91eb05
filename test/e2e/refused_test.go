package e2e

import (
	"testing"
	"time"
)

// Whom a full trunk turns away is in the call records, with the reason; a stranger is counted and leaves none.
func TestFullTrunk(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { d.Trunks[0].Capacity = 1 })
	out := trunkPeer(b)
	c := out.dialAs("13900000001", "701", silent)
	c.answered()
	if status := out.dialAs("13900000002", "701", silent).refusedWith(); status != 486 {
		t.Errorf("on a full trunk: %d", status)
	}
	stranger := phoneAt(b, "1234567", b.peer(), 5060)
	stranger.password = ""
	if status := stranger.dialAs("1234567", "701", silent).refusedWith(); status != 403 {
		t.Errorf("a stranger: %d", status)
	}
	b.until(5*time.Second, "the missed call is in the records", func() bool { return len(b.calls()) == 1 })
	r := b.callFrom("13900000002")
	if r.Disposition != "rejected" || r.Cause != "no_circuit" || r.EndedBy != "box" || r.To != "701" {
		t.Errorf("record: %s, %s by %s, to %s", r.Disposition, r.Cause, r.EndedBy, r.To)
	}
	m := b.metrics()
	if m["dealerline_sip_calls_refused_total"] != 1 || m["dealerline_sip_refused_total"] != 1 {
		t.Errorf("metrics: %v turned away, %v strangers, want one each",
			m["dealerline_sip_calls_refused_total"], m["dealerline_sip_refused_total"])
	}
	c.hangup()
	b.until(5*time.Second, "the first call's record", func() bool { return len(b.calls()) == 2 })
}
