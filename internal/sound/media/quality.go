package media

import (
	"math"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// figures are what a receive loop measures and anybody may read.
type figures struct {
	received, lost atomic.Uint64
	jitter         atomic.Int64  // nanoseconds
	roundTrip      atomic.Int64  // nanoseconds
	remoteLost     atomic.Uint64 // of ours, in packets, as the far side counts
}

func (f *figures) quality(sent uint64) line.Quality {
	q := line.Quality{
		Sent: sent, Received: f.received.Load(), Lost: f.lost.Load(),
		Jitter: time.Duration(f.jitter.Load()), RoundTrip: time.Duration(f.roundTrip.Load()),
	}
	if sent > 0 {
		q.RemoteLost = min(1, float64(f.remoteLost.Load())/float64(sent))
	}
	if q.Received > 0 {
		q.MOS = mos(float64(q.Lost)/float64(q.Received+q.Lost), q.RoundTrip/2+2*q.Jitter+2*FrameDuration)
	}
	return q
}

// mos estimates how good G.711 sounds with a share of packets lost, and a delay from mouth to ear: the E-model of
// ITU-T G.107 with its default values, and Bpl = 25.1 for G.711 with concealment (G.113 appendix I).
func mos(loss float64, delay time.Duration) float64 {
	const base, robustness = 93.2, 25.1
	d := float64(delay) / float64(time.Millisecond)
	r := base - 0.024*d - 0.11*max(0, d-177.3)
	percent := 100 * loss
	r -= 95 * percent / (percent + robustness)
	switch {
	case r <= 0:
		return 1
	case r >= 100:
		return 4.5
	}
	return math.Max(1, 1+0.035*r+r*(r-60)*(100-r)*7e-6)
}

// reception counts a stream's packets by RFC 3550 appendix A.1, A.3 and A.8.
type reception struct {
	ssrc    uint32
	have    bool
	base    uint32 // extended number of the first packet
	highest uint32 // extended
	count   uint64 // of this stream
	lost    uint64 // of the streams before
	total   uint64 // received of all streams
	transit int64  // of the last packet, in samples
	timed   bool   // transit is set
	jitter  int64  // samples × 16

	expectedBefore uint32 // at the last report
	countBefore    uint64
}

// streamJump is how far a sequence number may move within a stream (RFC 3550 A.1: MAX_DROPOUT).
const streamJump = 3000

func (s *reception) packet(h *rtp.Header, audio bool, now time.Duration, f *figures) {
	seq := uint32(h.SequenceNumber)
	if s.have && s.ssrc == h.SSRC {
		step := int16(h.SequenceNumber - uint16(s.highest)) //nolint:gosec // modulo 2¹⁶
		switch {
		case step > streamJump || step < -streamJump:
			s.begin(h.SSRC, seq)
		case step > 0:
			s.highest += uint32(step)
		}
	} else {
		s.begin(h.SSRC, seq)
	}
	s.count++
	s.total++
	if audio {
		s.time(int64(now*dsp.SampleRate/time.Second) - int64(h.Timestamp))
		f.jitter.Store(s.jitter * int64(time.Second) / (16 * dsp.SampleRate))
	} else {
		s.timed = false
	}
	f.received.Store(s.total)
	f.lost.Store(s.lost + s.missing())
}

func (s *reception) begin(ssrc, seq uint32) {
	if s.have {
		s.lost += s.missing()
	}
	seq += 1 << 16 // room for a packet older than the first
	s.ssrc, s.have, s.base, s.highest, s.count = ssrc, true, seq, seq, 0
	s.timed, s.jitter = false, 0
	s.expectedBefore, s.countBefore = 0, 0
}

func (s *reception) time(transit int64) {
	if s.timed {
		d := transit - s.transit
		if d < 0 {
			d = -d
		}
		if d < dsp.SampleRate { // more is a jump of the timestamps, not of the network
			s.jitter += d - (s.jitter+8)>>4
		}
	}
	s.transit, s.timed = transit, true
}

func (s *reception) expected() uint32 { return s.highest - s.base + 1 }

func (s *reception) missing() uint64 {
	if e := uint64(s.expected()); e > s.count {
		return e - s.count
	}
	return 0
}

// fraction is the share of packets lost since it was last asked, in 1/256 (RFC 3550 A.3).
func (s *reception) fraction() uint8 {
	expected, count := s.expected()-s.expectedBefore, s.count-s.countBefore
	s.expectedBefore, s.countBefore = s.expected(), s.count
	if uint64(expected) <= count || expected == 0 {
		return 0
	}
	return uint8(min(255, (uint64(expected)-count)<<8/uint64(expected))) //nolint:gosec // limited here
}
