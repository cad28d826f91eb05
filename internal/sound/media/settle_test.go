package media

import (
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/dealerline/dealerline/test/peer"
)

// flow is one session without any loop running, and its far side.
func flow(t *testing.T, at netip.Addr) (r *RTP, from addr, packet func(seq uint16, from addr, now time.Duration)) {
	t.Helper()
	e, err := NewEngine(Config{IP: at, PortMin: 17000, PortMax: 17999})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.finish)
	if r, err = e.OpenRTP(RTPConfig{}); err != nil {
		t.Fatal(err)
	}
	e.workers[0].inbox.run()
	from = netip.AddrPortFrom(at, 9)
	r.SetRemote(Remote{Addr: from, Signal: at, Law: ALaw, Send: true, Receive: true})
	buf := make([]byte, headroom+12+FrameSamples)
	return r, from, func(seq uint16, from addr, now time.Duration) {
		writeHeader(buf[headroom:], uint8(ALaw), seq, uint32(seq)*FrameSamples, 7)
		r.packet(buf, from, now)
	}
}

func connected(r *RTP) bool {
	_, err := unix.Getpeername(r.sockets.rtp)
	return err == nil
}

// A socket of IPv6 that was connected once keeps the address of its peer in the kernel when it is let go (Linux 6.18:
// __udp_disconnect leaves sk_v6_daddr): it would be deaf to the party to whom the call is moved.
func TestASocketOfIPv6IsNeverConnected(t *testing.T) {
	for at, want := range map[netip.Addr]bool{netip.MustParseAddr("127.0.0.1"): true, netip.IPv6Loopback(): false} {
		t.Run(at.String(), func(t *testing.T) {
			if at.Is6() {
				peer.IPv6(t)
			}
			r, from, packet := flow(t, at)
			for i := range uint16(50) {
				now := time.Second + time.Duration(i)*FrameDuration
				packet(i, from, now)
				r.look(now)
			}
			if connected(r) != want {
				t.Errorf("connected %v", !want)
			}
		})
	}
}

// The signalling and the packets of a peer behind a NAT may be taken in at the same moment: in the end what is sent goes
// to where its packets come from.
func TestSignallingAndPacketsMayMeet(t *testing.T) {
	r, from, packet := flow(t, netip.MustParseAddr("127.0.0.1"))
	near := netip.AddrPortFrom(from.Addr(), 4711)
	for name, meet := range map[string]func(to Remote){
		"a packet between the two steps of the signalling": func(to Remote) {
			told := &to
			r.remote.Store(told)
			packet(200, near, 5*time.Second)
			r.out.setRemote(told, true)
		},
		"the address goes and comes back between two packets": func(to Remote) {
			away := to
			away.Addr = netip.MustParseAddrPort("192.0.2.8:4000")
			r.SetRemote(away)
			r.SetRemote(to)
		},
	} {
		t.Run(name, func(t *testing.T) {
			to := Remote{Addr: netip.MustParseAddrPort("192.0.2.7:4000"), Signal: from.Addr(), Law: ALaw, Send: true, Receive: true}
			r.SetRemote(to)
			packet(100, near, 4*time.Second)
			meet(to)
			packet(201, near, 5*time.Second+FrameDuration)
			r.look(5*time.Second + FrameDuration)
			if r.out.dest != newDestination(near) {
				t.Error("what is sent goes to the address in the SDP")
			}
		})
	}
}

// A box with several addresses that listens on all of them: the peer sends to another than the one that the way back
// begins at. A connected socket hears nothing of that.
func TestAPeerWhoSendsToAnotherOfOurAddressesIsHeard(t *testing.T) {
	t.Parallel()
	e, err := NewEngine(Config{IP: netip.IPv4Unspecified(), PortMin: 16000, PortMax: 16999})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	ctx := t.Context()
	go func() { ended <- e.Run(ctx) }()
	r, err := e.OpenRTP(RTPConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	peer, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = peer.Close() }()
	at := netip.MustParseAddrPort(peer.LocalAddr().String())
	r.SetRemote(Remote{Addr: at, Signal: at.Addr(), Law: ALaw, Send: true, Receive: true})
	to := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.2"), r.LocalPort())
	buf := make([]byte, 12+FrameSamples)
	const sent = 150
	for i := range uint16(sent) {
		writeHeader(buf, uint8(ALaw), i, uint32(i)*FrameSamples, 7)
		if _, err := peer.WriteToUDPAddrPort(buf, to); err != nil {
			t.Fatal(err)
		}
		time.Sleep(FrameDuration)
	}
	if got := e.Stats().Received; got < sent*3/4 {
		t.Errorf("%d of %d packets received", got, sent)
	}
}
