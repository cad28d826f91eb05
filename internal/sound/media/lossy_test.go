package media_test

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/test/steady"
)

// badPath carries packets from a phone to a session as a bad network does: it loses some, delays each by another
// time, and so hands them over in another order.
type badPath struct {
	in, out *net.UDPConn
	loss    float64
	delay   time.Duration

	sent, lost, swapped int // owned by run until it has ended
	flying              sync.WaitGroup
	mu                  sync.Mutex
	last                int // number of the last packet handed over
	ended               chan struct{}
}

// newBadPath puts a bad path between a phone and its session. The session then takes the path's end for the phone.
func newBadPath(t testing.TB, p *phone, loss float64, delay time.Duration) *badPath {
	t.Helper()
	b := &badPath{in: listen(t), out: listen(t), loss: loss, delay: delay, ended: make(chan struct{})}
	to := p.to
	p.to = b.in.LocalAddr().(*net.UDPAddr) //nolint:errcheck,forcetypeassert // a UDP socket has no other
	p.rtp.SetRemote(media.Remote{
		Addr: netip.MustParseAddrPort(b.out.LocalAddr().String()), Signal: loopback, Law: p.law, Send: true, Receive: true,
	})
	go b.run(t, to)
	return b
}

func (b *badPath) run(t testing.TB, to *net.UDPAddr) {
	defer close(b.ended)
	random := rand.New(rand.NewPCG(4, 2))
	for {
		buf := make([]byte, 2048)
		n, err := b.in.Read(buf)
		if err != nil {
			return
		}
		b.sent++
		number := b.sent
		if random.Float64() < b.loss && number > 1 {
			b.lost++
			continue
		}
		b.flying.Add(1)
		time.AfterFunc(time.Duration(random.Float64()*float64(b.delay)), func() {
			defer b.flying.Done()
			b.mu.Lock()
			defer b.mu.Unlock()
			if number < b.last {
				b.swapped++
			}
			b.last = max(b.last, number)
			if _, err := b.out.WriteToUDP(buf[:n], to); err != nil {
				t.Error(err)
			}
		})
	}
}

// end waits for what is under way.
func (b *badPath) end() {
	_ = b.in.Close()
	<-b.ended
	b.flying.Wait()
}

// What comes over a bad path is still the tone: what is lost is made up for or missing for moments only, what comes
// in another order is put in order, and what the path lost is what the quality says.
func TestABadPathIsHeardAndMeasured(t *testing.T) { steady.Try(t, aBadPathIsHeardAndMeasured) }

func aBadPathIsHeardAndMeasured(t testing.TB) {
	t.Helper()
	const (
		loss    = 0.05
		length  = 6 * time.Second
		settled = 1500 * time.Millisecond // by then the jitter buffer knows the path
	)
	e := startEngine(t)
	far := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
	near := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 1000})
	path := newBadPath(t, far, loss, 60*time.Millisecond)
	br := e.NewBridge()
	defer br.Close()
	br.Add(far.rtp)
	m := br.Add(near.rtp)
	m.Play(media.Loop(make2s(media.Frame{})), media.PlayOptions{Mix: true}) // on the clock, where sound is made whole
	talk(length, far, near)
	path.end()
	time.Sleep(200 * time.Millisecond)

	sound := heard(near.received())
	if got := time.Duration(len(sound)) * time.Second / dsp.SampleRate; got < length-300*time.Millisecond || got > length+400*time.Millisecond {
		t.Errorf("heard %v of %v", got, length)
	}
	end := min(len(sound), samplesIn(length-100*time.Millisecond))
	clean, gaps := toneIn(sound[samplesIn(settled):end], 440)
	if clean < 0.9 {
		t.Errorf("the tone is there for %.0f %% of the time", 100*clean)
	}
	if gaps.longest > 80*time.Millisecond {
		t.Errorf("the longest gap is %v", gaps.longest)
	}
	t.Logf("%d packets, %d lost, %d out of order; tone for %.1f %%, longest gap %v", path.sent, path.lost, path.swapped, 100*clean, gaps.longest)
	if path.swapped < path.sent/20 || path.lost < 5 {
		t.Errorf("the path was too good: %d of %d lost, %d out of order", path.lost, path.sent, path.swapped)
	}
	q := far.rtp.Close()
	measured, real := float64(q.Lost)/float64(q.Lost+q.Received), float64(path.lost)/float64(path.sent)
	if measured < real-0.02 || measured > real+0.02 {
		t.Errorf("loss is measured as %.3f, was %.3f (%+v)", measured, real, q)
	}
	if q.Jitter < 5*time.Millisecond || q.Jitter > 60*time.Millisecond {
		t.Errorf("jitter %v on a path of up to 60 ms", q.Jitter)
	}
	if q.MOS > 4.2 || q.MOS < 2 {
		t.Errorf("MOS %.2f with a loss of %.3f", q.MOS, real)
	}
}

func samplesIn(d time.Duration) int { return int(d * dsp.SampleRate / time.Second) }

// holes are the times in which a tone is not there.
type holes struct{ longest time.Duration }

// toneIn returns for which share of the time a tone of −10 dBm0 is heard, and the holes in it.
func toneIn(sound []int16, hz float64) (share float64, h holes) {
	const piece = 80
	there, run, n := 0, time.Duration(0), 0
	for i := 0; i+piece <= len(sound); i += piece {
		n++
		if l := dsp.Power(sound[i:i+piece], hz); l > -14 && l < -7 {
			there++
			run = 0
			continue
		}
		run += 10 * time.Millisecond
		h.longest = max(h.longest, run)
	}
	if n == 0 {
		return 0, h
	}
	return float64(there) / float64(n), h
}
