package guard_test

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/sipua/guard"
)

func fail(g *guard.Guard, ip netip.Addr, user string, n int) (began int) {
	for range n {
		began += len(g.Failed(ip, user))
	}
	return began
}

func TestPublicSourceIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, ip := guard.New(), netip.MustParseAddr("203.0.113.9")
		fail(g, ip, "", 9)
		if !g.Admit(ip, true) || len(g.Bans()) != 0 {
			t.Fatal("banned after nine")
		}
		if fail(g, ip, "", 1) != 1 || g.Admit(ip, false) {
			t.Fatal("not banned after ten")
		}
		if b := g.Bans(); len(b) != 1 || b[0].Kind != guard.Dropped || b[0].Source != ip.String() || b[0].Dropped != 1 {
			t.Fatalf("bans %+v", b)
		}
		if !g.Admit(netip.MustParseAddr("203.0.113.10"), true) {
			t.Error("the neighbour is banned too")
		}
		time.Sleep(15*time.Minute + time.Second)
		if !g.Admit(ip, true) || len(g.Bans()) != 0 {
			t.Error("time does not lift it")
		}
		if fail(g, ip, "", 9) != 0 {
			t.Error("old failures still count")
		}
	})
}

func TestLANIsSlowedNotBanned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, ip := guard.New(), netip.MustParseAddr("192.168.1.20")
		fail(g, ip, "", 49)
		if len(g.Bans()) != 0 {
			t.Fatal("too early")
		}
		fail(g, ip, "", 1)
		if !g.Admit(ip, false) {
			t.Error("its calls are dropped")
		}
		if !g.Admit(ip, true) || g.Admit(ip, true) {
			t.Error("want one password a second")
		}
		time.Sleep(time.Second)
		if !g.Admit(ip, true) {
			t.Error("none after a second")
		}
		b := g.Bans()
		if len(b) != 1 || b[0].Kind != guard.Throttled {
			t.Fatalf("not visible: %+v", b)
		}
		if err := g.Unban(b[0].ID); err != nil || !g.Admit(ip, true) || !g.Admit(ip, true) {
			t.Error("not lifted by hand:", err)
		}
		if err := g.Unban(b[0].ID); fault.CodeOf(err) != fault.NotFound {
			t.Error("second time:", err)
		}
	})
}

func TestUserIsLockedAcrossSources(t *testing.T) {
	g := guard.New()
	for i := range 30 {
		g.Failed(netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}), "101")
	}
	if !g.Locked("101") || g.Locked("102") {
		t.Error("lock")
	}
	if b := g.Bans(); len(b) != 1 || b[0].User != "101" || b[0].Kind != guard.Locked {
		t.Errorf("%+v", b)
	}
}

func TestSuccessForgives(t *testing.T) {
	g, ip := guard.New(), netip.MustParseAddr("203.0.113.9")
	fail(g, ip, "", 9)
	g.Succeeded(ip)
	if fail(g, ip, "", 9) != 0 {
		t.Error("failures before a success still count")
	}
}

func TestMemoryIsBounded(t *testing.T) {
	g := guard.New()
	bad := netip.MustParseAddr("203.0.113.9")
	fail(g, bad, "", 10)
	for i := range 100_000 {
		g.Failed(netip.AddrFrom4([4]byte{11, byte(i >> 16), byte(i >> 8), byte(i)}), "")
	}
	if n := guard.Tracked(g); n > 20000 {
		t.Errorf("%d sources remembered", n)
	}
	if g.Admit(bad, true) {
		t.Error("the ban was forgotten before those without one")
	}
}

func TestOneIPv6SubscriberIsOneSource(t *testing.T) {
	g := guard.New()
	base := netip.MustParseAddr("2001:db8:1:2::1")
	ip := base
	for range 10 {
		g.Failed(ip, "")
		ip = ip.Next()
	}
	if g.Admit(base, false) {
		t.Error("hopping inside a /64 evades the count")
	}
}
