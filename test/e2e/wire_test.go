package e2e

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dealerline/dealerline/test/peer"
)

// tshark takes a whole call apart, from the registration to the last BYE: nothing is malformed, and RTP and RTCP are
// there in both directions.
func TestTsharkFindsNothingMalformed(t *testing.T) {
	t.Parallel()
	tshark := peer.Need(t, "tshark")
	b := open(t, nil)
	file := filepath.Join(t.TempDir(), "call.pcap")
	capture := exec.Command(tshark, "-q", "-i", "lo", "-f", "host "+b.ip, "-w", file)
	if err := capture.Start(); err != nil {
		t.Fatal(err)
	}
	size := func() string {
		out, _ := exec.Command(tshark, "-r", file, "-T", "fields", "-e", "frame.number").Output()
		return string(out)
	}
	b.until(20*time.Second, "tshark captures", func() bool {
		_, _ = b.try("status")
		p := newPhone(b, "8006")
		p.register(60)
		p.unplug()
		time.Sleep(300 * time.Millisecond)
		return strings.Contains(size(), "1")
	})
	agent, out := agentPhone(b, "8001"), trunkPeer(b)
	c, d := talking(b, out, agent, "700")
	d.hold(true)
	time.Sleep(time.Second)
	d.hold(false)
	c.press('5')
	time.Sleep(6 * time.Second) // RTCP comes every five
	d.hangup()
	c.over()
	time.Sleep(time.Second)
	_ = capture.Process.Signal(syscall.SIGINT)
	_ = capture.Wait()

	count := func(filter string) int {
		t.Helper()
		out, err := exec.Command(tshark, "-r", file, "-o", "rtp.heuristic_rtp:TRUE", "-o", "rtcp.heuristic_rtcp:TRUE",
			"-Y", filter, "-T", "fields", "-e", "frame.number").Output()
		if err != nil {
			t.Fatalf("tshark %s: %v", filter, err)
		}
		return len(strings.Fields(string(out)))
	}
	from := "ip.src == " + b.ip + " && "
	for _, c := range []struct {
		filter string
		least  int
	}{
		{from + "sip", 10},
		{from + "sdp", 4},
		{from + "rtp", 400},
		{from + "rtcp", 2},
		{from + "rtcp.pt == 200", 1},
		{from + "rtpevent", 3},
	} {
		if n := count(c.filter); n < c.least {
			t.Errorf("%d frames of %q, want at least %d", n, c.filter, c.least)
		}
	}
	for _, filter := range []string{
		"_ws.malformed && (sip || rtp || rtcp || sdp)", from + "(sip || sdp) && _ws.expert.severity >= 8388608",
		from + "udp && !(sip || rtp || rtcp)",
	} {
		if n := count(filter); n > 0 {
			out, _ := exec.Command(tshark, "-r", file, "-o", "rtp.heuristic_rtp:TRUE", "-Y", filter, "-c", "1", "-V").Output()
			t.Errorf("%d frames of %q, the first:\n%s", n, filter, tail(out, 2000))
		}
	}
}

// sipsak asks and registers, as a monitor would.
func TestSipsak(t *testing.T) {
	t.Parallel()
	sipsak := peer.Need(t, "sipsak")
	b := open(t, nil)
	port := strconv.Itoa(peer.FreePort(t))
	if out, err := exec.Command(sipsak, "-vv", "-l", port, "-s", "sip:"+b.ip).CombinedOutput(); err != nil {
		t.Errorf("sipsak OPTIONS: %v\n%s", err, tail(out, 1500))
	}
	register := func(password string) error {
		out, err := exec.Command(sipsak, "-vv", "-l", strconv.Itoa(peer.FreePort(t)), "-U", "-x", "300", "-u", "8005", "-a", password,
			"-C", "sip:8005@127.0.0.1:"+port, "-s", "sip:8005@"+b.ip).CombinedOutput()
		t.Logf("sipsak with %s: %v %s", password, err, tail(out, 300))
		return err
	}
	if err := register(secret("8005")); err != nil {
		t.Errorf("sipsak cannot register: %v", err)
	}
	b.registered("8005")
	if register("wrong") == nil {
		t.Error("sipsak registers with a wrong password")
	}
}
