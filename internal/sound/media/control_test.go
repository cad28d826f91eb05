package media

import (
	"testing"
	"time"

	"github.com/pion/rtcp"
)

// Two sessions report to each other: what one misses the other learns, and both learn the round trip.
func TestReportsMeetTheirMark(t *testing.T) {
	a, b := pair(t)
	w := a.worker
	from := a.remote.Load().Addr
	for i := range uint32(100) {
		if i%10 == 3 {
			continue
		}
		p := w.buf[:headroom+12+FrameSamples]
		writeHeader(p[headroom:], 8, uint16(i+65500), i*FrameSamples, b.out.ssrc)
		a.packet(p, from, time.Duration(i)*FrameDuration)
		b.out.sent.Store(uint64(i))
	}
	b.in.latch.take(from, 1, 1, 0)
	now := 2 * time.Second
	send := func(x, y *RTP) {
		raw := x.compound(nil, now)
		if _, err := rtcp.Unmarshal(raw); err != nil {
			t.Fatal(err)
		}
		y.control(raw, from, now)
	}
	send(b, a) // sender report: the time
	now += 30 * time.Millisecond
	time.Sleep(40 * time.Millisecond)
	send(a, b) // what a received of it
	q := b.Quality()
	if q.RemoteLost < 0.09 || q.RemoteLost > 0.12 {
		t.Errorf("remote lost %v, want 0.1", q.RemoteLost)
	}
	if q.RoundTrip < 9*time.Millisecond || q.RoundTrip > 200*time.Millisecond {
		t.Errorf("round trip %v, want about 10 ms", q.RoundTrip)
	}
	if q := a.Quality(); q.Received != 90 || q.Lost != 10 || q.MOS < 2 || q.MOS > 4.2 {
		t.Errorf("quality %+v", q)
	}
}
