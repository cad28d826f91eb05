package e2e

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/dealerline/dealerline/test/peer"
)

// A disk that fills up takes no call away: they go on, the recording's verdict says why it failed, and the record is
// written when there is room again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := peer.SmallDisk(t, "40m")
	b := newBox(t, nil)
	b.dir = disk
	b.writeBootFile()
	b.importSettings(dealership(t, b))
	b.start()
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	first, firstAgent := talking(b, out, agent, "700")
	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	time.Sleep(6 * time.Second) // the free space is looked at every five
	hears(t, "the caller on the full disk", first.listen(time.Second), 1000, 440)
	firstAgent.hangup()
	first.over()

	c := out.dialAs("13900000002", "702", tone(440))
	c.answered()
	d := agent.ring()
	d.answer(tone(1000))
	d.answered()
	hears(t, "the next caller on the full disk", middle(c.listen(1200*time.Millisecond), 200*time.Millisecond), 1000, 440)
	d.hangup()
	c.over()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	var calls []record
	b.until(30*time.Second, "both records are written", func() bool {
		calls = slices.DeleteFunc(b.calls(), func(r record) bool { return r.Line != "carrier" })
		return len(calls) == 2 && b.status().Late == 0
	})
	for _, r := range calls {
		if r.Disposition != "answered" || r.Cause != "normal_clearing" {
			t.Errorf("the record of %s: %s, %s", r.From, r.Disposition, r.Cause)
		}
		e := b.recording(r.ID)
		cut := e.Verdict == "kept" && r.To == "700" // closed before a write failed
		if e.Reason != "disk_full" || (e.Verdict != "failed" && !cut) {
			t.Errorf("the recording of %s: %s (%s), want failed (disk_full)", r.From, e.Verdict, e.Reason)
		}
	}
	b.stop()
}

// Room that gets scarce in mid-call ends the recording with what it has, before the disk is full.
func TestScarceDisk(t *testing.T) {
	t.Parallel()
	disk := peer.SmallDisk(t, "64m")
	b := newBox(t, nil)
	b.dir, b.free = disk, 32
	b.writeBootFile()
	b.importSettings(dealership(t, b))
	b.start()
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	c, d := talking(b, out, agent, "700")
	if err := os.WriteFile(filepath.Join(disk, "ballast"), make([]byte, 40<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(6 * time.Second) // the free space is looked at every five
	hears(t, "the caller on the scarce disk", c.listen(time.Second), 1000, 440)
	d.hangup()
	c.over()
	r := b.callTo("700")
	e := b.kept(r.Recording)
	if e.Reason != "disk_full" || e.Length < 200*time.Millisecond || e.Length > 6*time.Second {
		t.Errorf("the recording is %s long, reason %q", e.Length, e.Reason)
	}
	b.stop()
}

// fill writes a file until there is no room.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := 1 << 20; size > 0; {
		if _, err = f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	_ = f.Close()
}

// flood sends REGISTERs with a wrong password from one address, as many as go, up to 10,000 a second, and returns how
// many a second it were.
func flood(t *testing.T, b *box, ip string, while time.Duration) float64 {
	t.Helper()
	conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip), Port: 5060}, &net.UDPAddr{IP: net.ParseIP(b.ip), Port: 5060})
	if err != nil {
		t.Error(err)
		return 0
	}
	defer conn.Close() //nolint:errcheck // nothing is lost
	challenge, began, n := "", time.Now(), 0
	build := func() string {
		n++
		m := message{start: "REGISTER sip:" + b.ip + " SIP/2.0"}
		m.add("via", "SIP/2.0/UDP %s:5060;branch=z9hG4bKf%d", ip, n)
		m.add("from", "<sip:8002@%s>;tag=f%d", b.ip, n)
		m.add("to", "<sip:8002@%s>", b.ip)
		m.add("call-id", "f%d", n)
		m.add("cseq", "1 REGISTER")
		m.add("contact", "<sip:8002@%s>", ip)
		if challenge != "" {
			authorize(&m, challenge, "authorization", "8002", fmt.Sprint("guess", n), "REGISTER", "sip:"+b.ip)
		}
		return m.String()
	}
	buf := make([]byte, 4096)
	_, _ = conn.Write([]byte(build()))
	got, err := conn.Read(buf)
	if err != nil {
		t.Error(err)
		return 0
	}
	answer, _ := parseMessage(buf[:got])
	challenge = answer.md5Challenge("www-authenticate")
	const each, pause = 50, 5 * time.Millisecond
	for time.Since(began) < while {
		for range each {
			_, _ = conn.Write([]byte(build()))
		}
		time.Sleep(max(0, time.Until(began.Add(time.Duration(n/each)*pause))))
	}
	return float64(n) / time.Since(began).Seconds()
}

// A flood of wrong passwords from one address does not delay the calls of others; the ban is shown and can be lifted.
func TestRegisterFlood(t *testing.T) {
	b := open(t, nil) // alone, because it measures
	out := trunkPeer(b)
	setUp := func() time.Duration {
		var all []time.Duration
		for range 9 {
			began := time.Now()
			c := out.dialAs("13900000001", "700", silent)
			c.answered()
			all = append(all, time.Since(began))
			c.hangup()
			time.Sleep(100 * time.Millisecond)
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	before := setUp()
	ip := b.peer()
	rate := make(chan float64, 1)
	go func() { rate <- flood(t, b, ip, 4*time.Second) }()
	time.Sleep(500 * time.Millisecond)
	during := setUp()
	t.Logf("call set-up %s, during %.0f wrong passwords a second %s", before, <-rate, during)
	if during > before+100*time.Millisecond {
		t.Errorf("call set-up takes %s during the flood, %s without", during, before)
	}
	var id string
	for _, ban := range b.status().Bans {
		if ban.Source == ip {
			id = ban.ID
		}
	}
	if id == "" {
		t.Fatalf("status shows no ban of %s: %+v", ip, b.status().Bans)
	}
	b.do("unban", id)
	for _, ban := range b.status().Bans {
		if ban.ID == id {
			t.Errorf("the ban %s is still there", id)
		}
	}
	if m := b.metrics(); m["dealerline_sip_faults_total"] != 0 {
		t.Errorf("%v faults", m["dealerline_sip_faults_total"])
	}
}
