package media

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/pion/rtcp"
)

// controlEvery is the mean time between RTCP reports (RFC 3550 §6.2: five seconds).
const controlEvery = 5 * time.Second

// controlState is what is known of a session's RTCP exchange.
type controlState struct {
	next     time.Duration
	peer     addr          // where RTCP came from, once it has
	report   uint32        // the middle 32 bits of the last sender report's NTP time (RFC 3550 §6.4.1: LSR) …
	reportAt time.Duration // … and when it came
}

// control takes in a datagram from the RTCP socket. Only the learnt peer's counts.
func (r *RTP) control(pkt []byte, from addr, now time.Duration) {
	if !r.in.latch.learnt || from.Addr() != r.in.latch.from.Addr() {
		r.worker.counts.stranger.Add(1)
		return
	}
	packets, err := rtcp.Unmarshal(pkt)
	if err != nil {
		r.worker.counts.malformed.Add(1)
		return
	}
	r.in.control.peer = from
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			r.in.control.report, r.in.control.reportAt = uint32(p.NTPTime>>16), now //nolint:gosec // its middle
			r.reports(p.Reports)
		case *rtcp.ReceiverReport:
			r.reports(p.Reports)
		}
	}
}

// reports takes in what the far side says about our stream.
func (r *RTP) reports(all []rtcp.ReceptionReport) {
	for _, b := range all {
		if b.SSRC != r.out.ssrc {
			continue
		}
		if lost := b.TotalLost; lost < 1<<23 { // 24 bits, signed: negative counts duplicates
			r.remoteLost.Store(uint64(lost))
		}
		if b.LastSenderReport == 0 {
			continue
		}
		trip := int32(middle(time.Now()) - b.LastSenderReport - b.Delay) //nolint:gosec // modulo 2³²
		if trip >= 0 && trip < 10<<16 {
			r.roundTrip.Store(int64(trip) * int64(time.Second) >> 16)
		}
	}
}

// ntp is the time as RTCP tells it: seconds since 1900 in 32.32 bits.
func ntp(t time.Time) uint64 {
	const from1900 = 2208988800
	return uint64(t.Unix()+from1900)<<32 | uint64(t.Nanosecond())<<32/1e9 //nolint:gosec // positive until 2036, then as NTP wraps
}

func middle(t time.Time) uint32 { return uint32(ntp(t) >> 16) } //nolint:gosec // as RFC 3550 §4 defines

// sendControl sends a report when it is time.
func (r *RTP) sendControl(now time.Duration) {
	c := &r.in.control
	if c.next == 0 {
		c.next = now + spread()
	}
	if now < c.next {
		return
	}
	c.next = now + spread()
	to := c.peer
	if !to.IsValid() {
		rtp := r.in.latch.from
		if !r.in.latch.learnt {
			rtp = r.remote.Load().Addr
		}
		if !rtp.IsValid() || rtp.Port() == 0 || rtp.Addr().IsUnspecified() {
			return
		}
		to = netip.AddrPortFrom(rtp.Addr(), rtp.Port()+1)
	}
	d := newDestination(to)
	transmit(r.sockets.rtcp, r.compound(r.worker.report[:0], now), &d) // if it fails, the next may get through
}

// spread is the time to the next report: half to one and a half of the mean, so that reports do not bunch (RFC 3550 §6.2).
func spread() time.Duration {
	return controlEvery/2 + rand.N(controlEvery) //nolint:gosec // only spreads
}

// compound appends a sender or receiver report with the name that RFC 3550 §6.1 demands. It is written by hand, for
// it is sent in the receive loop and shall not allocate.
func (r *RTP) compound(p []byte, now time.Duration) []byte {
	be := binary.BigEndian
	ssrc, ts, sent, octets := r.out.state(now)
	s := &r.in.reception
	blocks := byte(0)
	if s.have {
		blocks = 1
	}
	if sent > 0 { // §6.4.1
		p = append(p, 0x80|blocks, byte(rtcp.TypeSenderReport), 0, 6+6*blocks)
		p = be.AppendUint64(be.AppendUint32(p, ssrc), ntp(time.Now()))
		p = be.AppendUint32(be.AppendUint32(be.AppendUint32(p, ts), uint32(sent)), octets) //nolint:gosec // modulo 2³²
	} else { // §6.4.2
		p = append(p, 0x80|blocks, byte(rtcp.TypeReceiverReport), 0, 1+6*blocks)
		p = be.AppendUint32(p, ssrc)
	}
	if s.have {
		p = r.block(p, now)
	}
	item := 4 + 2 + len(r.name) // §6.5: the source, then the item, ended by at least one zero, to a multiple of four
	pad := 4 - item%4
	p = append(p, 0x81, byte(rtcp.TypeSourceDescription), 0, byte((item+pad)/4))  //nolint:gosec // a short name
	p = append(be.AppendUint32(p, ssrc), byte(rtcp.SDESCNAME), byte(len(r.name))) //nolint:gosec // a short name
	p = append(p, r.name...)
	return append(p, 0, 0, 0, 0)[:len(p)+pad]
}

// block appends what we say of the far side's stream.
func (r *RTP) block(p []byte, now time.Duration) []byte {
	be, s := binary.BigEndian, &r.in.reception
	lost := uint32(min(s.missing(), 1<<23-1)) //nolint:gosec // limited here
	p = be.AppendUint32(be.AppendUint32(p, s.ssrc), uint32(s.fraction())<<24|lost)
	p = be.AppendUint32(be.AppendUint32(p, s.highest), uint32(s.jitter>>4)) //nolint:gosec // never negative
	c := &r.in.control
	if c.report == 0 {
		return be.AppendUint64(p, 0)
	}
	delay := uint32((now - c.reportAt) << 16 / time.Second) //nolint:gosec // in 1/65536 s
	return be.AppendUint32(be.AppendUint32(p, c.report), delay)
}
