package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// boxes counts the boxes of this run, for their addresses.
var boxes atomic.Int32

// box is one appliance: a process, its data and its addresses.
type box struct {
	t      *testing.T
	dir    string // the data directory
	conf   string
	net    string // "127.x.y.": its addresses begin with this
	ip     string
	peers  atomic.Int32 // addresses given to peers
	grace  int          // seconds that calls may go on at a stop
	free   int          // megabytes that must stay free
	env    []string
	lines  bool // it has a simulated exchange, with analog lines exchange/1 to exchange/8
	cmd    *exec.Cmd
	exited chan struct{}
	err    error
	log    *os.File
}

// newBox makes a box and stores settings in it; change alters those of [dealership]. It is not started.
func newBox(t *testing.T, change func(b *box, d *document)) *box {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: the real program is not run with -short")
	}
	n := boxes.Add(1)
	b := &box{t: t, dir: t.TempDir(), grace: 1, free: 1}
	b.net = fmt.Sprintf("127.%d.%d.", 16+os.Getpid()%200, n)
	b.ip = b.net + "1"
	b.peers.Store(9)
	b.prepare(change)
	return b
}

// prepare writes the boot file and stores the settings.
func (b *box) prepare(change func(b *box, d *document)) {
	b.t.Helper()
	b.conf = filepath.Join(b.t.TempDir(), "appliance.toml")
	d := dealership(b.t, b)
	if change != nil {
		change(b, d)
	}
	b.writeBootFile()
	b.importSettings(d)
	log, err := os.Create(filepath.Join(b.t.TempDir(), "appliance.log"))
	if err != nil {
		b.t.Fatal(err)
	}
	b.log = log
	b.t.Cleanup(b.clean)
}

func (b *box) writeBootFile() {
	b.t.Helper()
	text := fmt.Sprintf(`data_dir = %q
log_level = "info"
[sip]
listen = ["udp://%[2]s:5060", "tcp://%[2]s:5060"]
[media]
address = %[2]q
port_min = 10000
port_max = 12999
[local]
listen = "%[2]s:8090"
[web]
listen = "%[2]s:8443"
plain = ""
[recording]
min_free_mb = %[3]d
[shutdown]
grace_seconds = %[4]d
[dahdi]
enabled = "no"
[exchange]
enabled = %[5]t
`, b.dir, b.ip, b.free, b.grace, b.lines)
	if err := os.WriteFile(b.conf, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// open makes a box with changed settings and starts it.
func open(t *testing.T, change func(b *box, d *document)) *box {
	t.Helper()
	b := newBox(t, change)
	b.start()
	return b
}

// start runs the program and waits until it is healthy.
func (b *box) start() {
	b.t.Helper()
	b.cmd = exec.Command(program, "run", "-config", b.conf)
	b.cmd.Env = append(os.Environ(), b.env...)
	b.cmd.Stdout, b.cmd.Stderr = b.log, b.log
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := b.cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	cmd, exited := b.cmd, make(chan struct{})
	b.exited = exited
	go func() {
		b.err = cmd.Wait()
		close(exited)
	}()
	b.until(15*time.Second, "the box is healthy", func() bool {
		resp, err := http.Get("http://" + b.ip + ":8090/healthz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// terminate asks the box to stop and does not wait.
func (b *box) terminate() {
	b.t.Helper()
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		b.t.Fatal(err)
	}
}

// stop stops the box in an orderly way.
func (b *box) stop() {
	b.t.Helper()
	b.terminate()
	select {
	case <-b.exited:
	case <-time.After(30 * time.Second):
		b.t.Fatal("the box does not stop")
	}
	if b.err != nil {
		b.t.Errorf("the box ended with %v", b.err)
	}
}

// kill is the power plug.
func (b *box) kill() {
	b.t.Helper()
	if err := b.cmd.Process.Kill(); err != nil {
		b.t.Fatal(err)
	}
	<-b.exited
}

func (b *box) running() bool {
	if b.cmd == nil {
		return false
	}
	select {
	case <-b.exited:
		return false
	default:
		return true
	}
}

func (b *box) clean() {
	if b.running() {
		_ = b.cmd.Process.Kill()
		<-b.exited
	}
	text, _ := os.ReadFile(b.log.Name())
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "panic") || strings.Contains(line, "sip handler fault") {
			b.t.Errorf("the box logged: %s", line)
		}
	}
	if b.t.Failed() {
		b.t.Logf("log of %s:\n%s", b.ip, tail(text, 6000))
	}
	_ = b.log.Close()
}

func tail(text []byte, n int) string {
	if len(text) > n {
		text = text[len(text)-n:]
	}
	return string(text)
}

// peer returns a fresh address for somebody who speaks with the box.
func (b *box) peer() string {
	return b.net + strconv.Itoa(int(b.peers.Add(1)))
}

// try runs a command of the program on this box.
func (b *box) try(args ...string) (string, error) {
	all := slices.Concat(args, []string{"-config", b.conf})
	cmd := exec.Command(program, all...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("appliance %s: %w: %s", strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

// do is try that must succeed.
func (b *box) do(args ...string) string {
	b.t.Helper()
	out, err := b.try(args...)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// until waits for a condition and fails the test when it does not come true.
func (b *box) until(limit time.Duration, what string, cond func() bool) {
	b.t.Helper()
	end := time.Now().Add(limit)
	for !cond() {
		if time.Now().After(end) {
			b.t.Fatalf("after %s still not: %s", limit, what)
		}
		if b.cmd != nil && !b.running() {
			b.t.Fatalf("the box ended (%v) before: %s", b.err, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// page reads a page of the local listener.
func (b *box) page(path string) string {
	b.t.Helper()
	resp, err := http.Get("http://" + b.ip + ":8090" + path)
	if err != nil {
		b.t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

// metrics reads /metrics: values by name, those with labels left out.
func (b *box) metrics() map[string]float64 {
	b.t.Helper()
	out := map[string]float64{}
	for line := range strings.Lines(b.page("/metrics")) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if v, err := strconv.ParseFloat(value, 64); ok && err == nil {
			out[name] = v
		}
	}
	return out
}
