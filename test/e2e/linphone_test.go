package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/test/peer"
)

// linphone is a second make of phone: a program of its makers, told what to do on its console. It never touches a sound
// card: it speaks a tone out of a file, and keeps what it hears in another.
type linphone struct {
	t   *testing.T
	box *box
	dir string
	in  *os.File

	mu  sync.Mutex
	out bytes.Buffer // what the console has said
}

// linphoneConfig is its settings file: the box's address, its own port, extension, password, and port for sound.
const linphoneConfig = `[sip]
sip_port=%[2]d
sip_tcp_port=0
sip_tls_port=0
bind_address=127.0.0.1
use_ipv6=0
guess_hostname=0
contact=sip:%[3]s@127.0.0.1
default_proxy=0
[rtp]
audio_rtp_port=%[5]d
bind_address=127.0.0.1
[net]
mtu=1300
[sound]
ec=0
[proxy_0]
reg_proxy=<sip:%[1]s;transport=udp>
reg_identity=<sip:%[3]s@%[1]s>
reg_expires=300
reg_sendregister=1
publish=0
[auth_info_0]
username=%[3]s
passwd=%[4]s
domain=%[1]s
[video]
enabled=0
display=0
capture=0
[audio_codec_0]
mime=PCMA
rate=8000
channels=1
enabled=1
`

// newLinphone starts a phone of an extension and waits until it has registered.
func newLinphone(t *testing.T, b *box, extension string, hz float64) *linphone {
	t.Helper()
	l := linphoneOf(t, b, extension)
	if err := os.WriteFile(l.file("says.wav"), wavFile(toneOf(hz, 60*time.Second)), 0o600); err != nil {
		t.Fatal(err)
	}
	l.run(peer.Need(t, "linphonec"), "-c", l.file("rc"), "-d", "0", "-l", l.file("log"))
	l.tell("soundcard use files")
	l.tell("play %s", l.file("says.wav"))
	b.registered(extension)
	return l
}

// newLamps is a row of lamps at an extension: a small program around the phone's library, whose console has no lamps.
func newLamps(t *testing.T, b *box, extension string) *linphone {
	t.Helper()
	peer.Need(t, "linphonec") // comes with the library
	libraries, _ := filepath.Glob("/usr/lib/*/liblinphone.so.*")
	if len(libraries) == 0 {
		peer.Missing(t, "liblinphone is not installed")
	}
	l := linphoneOf(t, b, extension)
	if out, err := exec.Command(peer.Need(t, "gcc"), "-Wall", "-o", l.file("lamp"), "testdata/lamp.c", libraries[0]).CombinedOutput(); err != nil {
		t.Fatalf("build lamps: %v\n%s", err, out)
	}
	l.run(l.file("lamp"), l.file("rc"))
	b.registered(extension)
	return l
}

func linphoneOf(t *testing.T, b *box, extension string) *linphone {
	t.Helper()
	l := &linphone{t: t, box: b, dir: t.TempDir()}
	config := fmt.Sprintf(linphoneConfig, b.ip, peer.FreePort(t), extension, secret(extension), rtpPorts.Add(rtpRange)-rtpRange)
	if err := os.WriteFile(l.file("rc"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	// It does not make this directory, and without it says nothing and does nothing.
	if err := os.MkdirAll(l.file(".local/share/linphone"), 0o750); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *linphone) file(name string) string { return filepath.Join(l.dir, name) }

func (l *linphone) run(path string, args ...string) {
	l.t.Helper()
	in, console, err := os.Pipe()
	if err != nil {
		l.t.Fatal(err)
	}
	l.in = console
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "HOME="+l.dir, "TERM=dumb")
	cmd.Dir, cmd.Stdin, cmd.Stdout = l.dir, in, l
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	_ = in.Close()
	l.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = console.Close()
		if l.t.Failed() {
			l.t.Logf("%s said:\n%s", filepath.Base(path), tail([]byte(l.said()), 3000))
		}
	})
}

// Write takes what the console says.
func (l *linphone) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(text)
}

func (l *linphone) said() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.String()
}

// tell types a command.
func (l *linphone) tell(format string, args ...any) {
	l.t.Helper()
	if _, err := fmt.Fprintf(l.in, format+"\n", args...); err != nil {
		l.t.Fatal(err)
	}
}

// wait waits until the console has said something that matches a pattern, n times in all.
func (l *linphone) wait(n int, pattern string) {
	l.t.Helper()
	re := regexp.MustCompile(pattern)
	l.box.until(20*time.Second, fmt.Sprintf("linphone says %q %d times", pattern, n), func() bool {
		return len(re.FindAllString(l.said(), -1)) >= n
	})
}

// take answers the nth call of all that it has had; calls are numbered from 1.
func (l *linphone) take(n int) {
	l.t.Helper()
	l.wait(1, fmt.Sprintf(`incoming call from .* assigned id %d\b`, n))
	l.tell("answer %d", n)
	l.wait(1, fmt.Sprintf(`Media streams established .* for call %d\b`, n))
}

// heard wants half a second of one tone in what it has kept, and nothing of another. Its buffer takes some time until it
// passes sound on without a break.
func (l *linphone) heard(name string, want, not float64) {
	l.t.Helper()
	out := l.file("8k.wav")
	if text, err := exec.Command(peer.Need(l.t, "sox"), "--ignore-length", l.file(name), "-r", "8000", "-c", "1", out).CombinedOutput(); err != nil {
		l.t.Fatalf("sox: %v\n%s", err, text)
	}
	all, best := wav(l.t, out)[0], -100.0
	for piece := range slices.Chunk(all, 4000) {
		if len(piece) == 4000 {
			best = max(best, powerOf(piece, want))
		}
	}
	if best < loud || powerOf(all, not) > quiet {
		l.t.Errorf("linphone hears %.0f Hz at %.1f dBm0 and %.0f Hz at %.1f in %d samples", want, best, not, powerOf(all, not), len(all))
	}
}

// Linphone passes a caller on blindly, then another after it has asked; everybody hears whom they should.
func TestLinphoneTransfers(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	l := newLinphone(t, b, "8005", agentTone)
	caller, third := deskPhone(b, "8004"), deskPhone(b, "8006")

	l.tell("record %s", l.file("first.wav"))
	c := caller.dial("8005", tone(customerTone))
	l.take(1)
	c.answered()
	only(t, "the caller", c, agentTone)
	time.Sleep(time.Second) // long enough to judge what linphone keeps of it
	l.tell("transfer sip:8006@%s", b.ip)
	d := third.ring()
	d.answer(tone(thirdTone))
	l.wait(1, `of call 1 has been trans`)
	l.wait(1, `Call 1 .* ended`)
	time.Sleep(300 * time.Millisecond)
	together(t, ear{"the caller passed on", c, []float64{thirdTone}, []float64{agentTone}},
		ear{"whom it was passed on to", d, []float64{customerTone}, []float64{agentTone}})
	c.hangup()
	d.over()
	l.heard("first.wav", customerTone, thirdTone)

	c = caller.dial("8005", tone(customerTone))
	l.take(2)
	c.answered()
	l.tell("pause 2")
	l.wait(1, `Call 2 .* paused`)
	l.tell("call sip:8006@%s", b.ip)
	d = third.ring()
	d.answer(tone(thirdTone))
	l.wait(1, `Media streams established .* for call 3\b`)
	from := time.Now()
	only(t, "whom linphone asks", d, agentTone, customerTone)
	hearsSound(t, "the caller who waits", c.since(from))
	l.tell("transfer 2 --to-call 3")
	l.wait(1, `Call 2 .* ended`)
	l.wait(1, `Call 3 .* ended`)
	time.Sleep(300 * time.Millisecond)
	together(t, ear{"the caller after the question", c, []float64{thirdTone}, []float64{agentTone}},
		ear{"who was asked", d, []float64{customerTone}, []float64{agentTone}})
	c.hangup() // who was asked would have linphone rung again, so soon after it was handed over
	d.over()
}

// Lamps of liblinphone follow a line through ringing, talking and the end, and the lamp for messages is told of none;
// then they are switched off, which the box confirms.
func TestLinphoneLamps(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	l := newLamps(t, b, "8004")
	callee, caller := deskPhone(b, "8006"), deskPhone(b, "8005")
	l.tell("dialog sip:8006@%s 300", b.ip)
	l.wait(1, `subscription dialog LinphoneSubscriptionActive`)
	l.wait(1, `document dialog .*state="full"`)
	l.tell("message-summary sip:8004@%s 300", b.ip)
	l.wait(1, `document message-summary .*Messages-Waiting: no`)
	c := caller.dial("8006", silent)
	d := callee.ring()
	l.wait(1, `document dialog .*direction="recipient".*<state>early</state>`)
	d.answer(silent)
	c.answered()
	l.wait(1, `document dialog .*<state>confirmed</state>`)
	lit := strings.Count(l.said(), "document dialog")
	c.hangup()
	d.over()
	b.until(10*time.Second, "the lamp goes out", func() bool {
		all := strings.Split(l.said(), "document dialog")
		return len(all) > lit+1 && !strings.Contains(all[len(all)-1], "confirmed")
	})
	l.tell("off")
	l.wait(1, `subscription dialog LinphoneSubscriptionTerminated`)
	l.wait(1, `subscription message-summary LinphoneSubscriptionTerminated`)
	if strings.Contains(l.said(), "LinphoneSubscriptionError") {
		t.Error("a subscription failed")
	}
}
