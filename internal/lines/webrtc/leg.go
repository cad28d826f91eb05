package webrtc

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/dealerline/dealerline/internal/base/fault"
)

// gatherLimit is how long our own addresses may take to be found. It takes a millisecond.
const gatherLimit = time.Second

// Leg is one browser's sound. Inward, Outward and Close are called by one goroutine at a time.
type Leg struct {
	pc   *webrtc.PeerConnection
	hop  *net.UDPConn   // connected to the media engine's port
	at   netip.AddrPort // where the hop is
	here netip.AddrPort // where the browser reaches us
	lost func()

	track   track
	ended   atomic.Bool
	once    sync.Once
	ours    description // pion's last description of our side
	theirs  description // the browser's last one
	agreed  bool        // an offer and its answer have both passed
	waiting bool        // our first offer has no answer yet
}

// Open makes the sound of one browser. Sound is the media engine's port on this machine, at the address by which the
// browser reaches the box. Lost is called, once and from any goroutine, when the connection has failed or the browser
// has closed it; it must only post to a mailbox. The error is [fault.Busy] when no port is free.
func (g *Gateway) Open(sound uint16, at netip.Addr, lost func()) (*Leg, error) {
	pc, err := g.connection()
	if err != nil {
		return nil, err
	}
	host := g.cfg.Address
	if !host.IsValid() || host.IsUnspecified() {
		host = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	hop, err := net.DialUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(host, 0)), net.UDPAddrFromAddrPort(netip.AddrPortFrom(host, sound)))
	if err != nil {
		return nil, errors.Join(fault.New(fault.Busy, "webrtc.no_port", "open hop to media: %w", err), pc.Close())
	}
	here, err := netip.ParseAddrPort(hop.LocalAddr().String())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open hop to media: %w", err), hop.Close(), pc.Close())
	}
	l := &Leg{pc: pc, hop: hop, at: here, here: netip.AddrPortFrom(at, g.Port()), lost: sync.OnceFunc(lost)}
	if _, err := pc.AddTransceiverFromTrack(&l.track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendrecv}); err != nil {
		return nil, errors.Join(fmt.Errorf("open browser's sound: %w", err), hop.Close(), pc.Close())
	}
	pc.OnTrack(l.hear)
	pc.OnConnectionStateChange(func(s webrtc.PeerConnectionState) {
		if (s == webrtc.PeerConnectionStateFailed || s == webrtc.PeerConnectionStateClosed) && !l.ended.Load() {
			l.lost()
		}
	})
	go l.speak()
	return l, nil
}

// Inward takes in a description of the browser's and says the same as a phone on this machine would. Offer tells an
// offer from an answer. The error wraps [ErrDescription] when it is not a browser's.
func (l *Leg) Inward(body []byte, offer bool) ([]byte, error) {
	d, err := read(body)
	switch {
	case err != nil:
		return nil, err
	case !d.secure():
		return nil, fmt.Errorf("%w: not WebRTC's profile", ErrDescription)
	case len(d.formats) == 0:
		l.theirs = d
		return d.plain(l.at), nil // nothing in common, which is said by who compares codecs
	}
	same := l.agreed && d.ufrag == l.theirs.ufrag && d.pass == l.theirs.pass
	switch {
	case same:
	case offer:
		err = l.offered(d)
	case l.waiting:
		err = l.answered(d)
	}
	if err != nil {
		return nil, err
	}
	l.theirs = d
	return d.plain(l.at), nil
}

// offered has pion take an offer and answer it: the first one, or an ICE restart.
func (l *Leg) offered(d description) error {
	if l.waiting {
		return fault.New(fault.Conflict, "webrtc.glare", "take offer: one of ours has no answer yet")
	}
	if err := l.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: d.forPion()}); err != nil {
		return fmt.Errorf("take offer: %w: %w", ErrDescription, err)
	}
	answer, err := l.pc.CreateAnswer(nil)
	if err != nil {
		return fmt.Errorf("answer browser: %w", err)
	}
	if err := l.local(answer); err != nil {
		return err
	}
	l.agreed = true
	return nil
}

func (l *Leg) answered(d description) error {
	if err := l.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: d.forPion()}); err != nil {
		return fmt.Errorf("take answer: %w: %w", ErrDescription, err)
	}
	l.agreed, l.waiting = true, false
	return nil
}

// local puts our side's description in force and waits for our addresses.
func (l *Leg) local(sd webrtc.SessionDescription) error {
	complete := webrtc.GatheringCompletePromise(l.pc)
	if err := l.pc.SetLocalDescription(sd); err != nil {
		return fmt.Errorf("describe our side: %w", err)
	}
	select {
	case <-complete:
	case <-time.After(gatherLimit):
		return fault.New(fault.Unavailable, "webrtc.gather", "describe our side: no address was found")
	}
	d, err := read([]byte(l.pc.LocalDescription().SDP))
	if err != nil {
		return fmt.Errorf("read our side: %w", err)
	}
	l.ours = d
	return nil
}

// Outward says to the browser what the call says to the phone that it takes the browser for. Offer tells an offer from
// an answer.
func (l *Leg) Outward(body []byte, offer bool) ([]byte, error) {
	call, err := read(body)
	if err != nil {
		return nil, fmt.Errorf("read the call's description: %w", err)
	}
	if !l.agreed && !l.waiting {
		if !offer {
			return nil, fault.New(fault.Conflict, "webrtc.answer", "answer browser: it has offered nothing")
		}
		sd, err := l.pc.CreateOffer(nil)
		if err != nil {
			return nil, fmt.Errorf("offer to browser: %w", err)
		}
		if err := l.local(sd); err != nil {
			return nil, err
		}
		l.waiting = true
	}
	var refused []string
	if !offer {
		refused = l.theirs.others
	}
	return l.ours.forBrowser(&call, l.here, offer, refused), nil
}

// Close ends the sound. It may be called more than once.
func (l *Leg) Close() {
	l.once.Do(func() {
		l.ended.Store(true)
		_ = l.hop.Close() //nolint:errcheck // nothing to save
		_ = l.pc.Close()  //nolint:errcheck // it is over in any case
	})
}
