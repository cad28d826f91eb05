package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/test/peer"
)

// duration reads a length of time from the environment.
func duration(t *testing.T, name string, otherwise time.Duration) time.Duration {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return otherwise
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return d
}

// Fifty calls a second through a queue to agents, each recorded, without a failure: for 20 s, or LOAD.
func TestFiftyCallsASecond(t *testing.T) {
	load(t, 50, duration(t, "LOAD", 20*time.Second), 90)
}

// Twenty calls a second for as long as SOAK says: memory, goroutines and files stay as they are after a minute.
func TestSoak(t *testing.T) {
	length := duration(t, "SOAK", 0)
	if length == 0 {
		t.Skip("skipped: set SOAK to a length of time, or use make soak")
	}
	load(t, 20, length, 40)
}

// talkTime is how long a caller of the load stays: long enough to be answered while the machine does other things.
const talkTime = 1200 * time.Millisecond

// shift is how long agents answer before their phones register anew: a registration lasts an hour.
const shift = 30 * time.Minute

// load runs callers at a rate for a length of time against a queue with agents, then compares the books: calls,
// records and recordings are one number, and the program is as small as before.
func load(t *testing.T, rate int, length time.Duration, agents int) {
	t.Helper()
	peer.Need(t, "sipp")
	b := open(t, func(_ *box, d *document) { crew(t, d, agents) })
	desk := b.peer()
	registerCrew(t, b, desk, agents)
	signInCrew(b, agents)
	before := b.metrics()
	warm := make(chan size, 1)
	time.AfterFunc(min(length/2, time.Minute), func() { warm <- b.size() })
	total := 0
	for left := length; left > 0; left -= shift {
		if total > 0 {
			registerCrew(t, b, desk, agents)
		}
		n := rate * int(min(left, shift)/time.Second)
		total += n
		uas := sipp(t, "load_uas.xml", desk, "-rtp_echo", "-mp", "30000", b.ip)
		uac := sipp(t, "load_uac.xml", b.net+carrier, "-s", "702", "-r", fmt.Sprint(rate), "-m", fmt.Sprint(n),
			"-d", fmt.Sprint(talkTime.Milliseconds()), "-mp", "20000", b.ip)
		if err := <-uac.done; err != nil {
			t.Errorf("callers: %v\n%s\nagents:\n%s", err, uac.report(), uas.report())
		}
		uas.stop()
	}
	early, late, after := <-warm, b.size(), b.metrics()
	t.Logf("%d calls: %v early, %v late; CPU %.2f ms a call", total, early, late,
		1000*(after["process_cpu_seconds_total"]-before["process_cpu_seconds_total"])/float64(total))
	if late.goroutines > 1.3*early.goroutines+100 {
		t.Errorf("goroutines grew from %v to %v", early.goroutines, late.goroutines)
	}
	if length >= 2*time.Minute && late.memory > 1.3*early.memory+16 {
		t.Errorf("memory grew from %.0f to %.0f MiB", early.memory, late.memory)
	}
	settled(t, b, total, before)
}

// size is how large the program is.
type size struct{ goroutines, files, memory float64 }

func (s size) String() string {
	return fmt.Sprintf("%.0f goroutines, %.0f files, %.0f MiB", s.goroutines, s.files, s.memory)
}

// size reads the program's own figures, and from the kernel its anonymous memory in MiB: what is mapped of the database
// grows with the records, and is the kernel's to give back.
func (b *box) size() size {
	m := b.metrics()
	s := size{goroutines: m["go_goroutines"], files: m["process_open_fds"]}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.cmd.Process.Pid))
	if err != nil {
		b.t.Error(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			var kib float64
			if _, err := fmt.Sscanf(value, "%f kB", &kib); err != nil {
				b.t.Error(err)
			}
			s.memory = kib / 1024
		}
	}
	return s
}

// settled wants the books to agree and nothing left behind.
func settled(t *testing.T, b *box, total int, before map[string]float64) {
	t.Helper()
	var m map[string]float64
	b.until(60*time.Second, "everything has ended: transactions are kept for 32 s", func() bool {
		time.Sleep(time.Second)
		m = b.metrics()
		return m["dealerline_calls"] == 0 && m["dealerline_sip_legs"] == 0 && m["dealerline_rtp_sessions"] == 0 &&
			m["go_goroutines"] <= before["go_goroutines"]+20 && m["process_open_fds"] <= before["process_open_fds"]+10
	})
	answered := 0
	for _, r := range b.allCalls() {
		if r.Line != "carrier" {
			continue
		}
		answered++
		if r.Disposition != "answered" || r.Cause != "normal_clearing" || r.Recording == "" {
			t.Errorf("the record of %s: %s, %s by %s, recording %q, legs %+v", r.From, r.Disposition, r.Cause, r.EndedBy, r.Recording, r.Legs)
		}
	}
	if answered != total {
		t.Errorf("%d records of %d calls", answered, total)
	}
	// A call that is answered in its last moment has no sound to keep: that is a verdict too, but a rare one.
	kept, failed := m["dealerline_recordings_kept_total"], m["dealerline_recordings_failed_total"]
	if kept+failed != float64(total) || failed > float64(total)/100 {
		t.Errorf("%v recordings kept and %v failed of %d calls", kept, failed, total)
	}
	if m["dealerline_sip_faults_total"] != 0 || m["dealerline_call_records_late"] != 0 {
		t.Errorf("%v faults, %v records late", m["dealerline_sip_faults_total"], m["dealerline_call_records_late"])
	}
}

// crew replaces the dealership's agents by so many, who all serve one queue.
func crew(t *testing.T, d *document, n int) {
	t.Helper()
	q := queueOf(t, d, "q_rescue")
	q.Strategy, q.Agents, q.WrapUp, q.MaxLength = strategy.LongestIdle, nil, 0, 0
	q.Prefer.LastAgentDays = 0
	for i := range n {
		ext := fmt.Sprint(9000 + i)
		d.Extensions = append(d.Extensions, sipua.Extension{Number: ext, Password: secret(ext)})
		d.Agents = append(d.Agents, acd.Agent{ID: "a" + ext, Number: ext, Name: ext, Extension: ext})
		q.Agents = append(q.Agents, acd.Tier{Agent: "a" + ext, Level: 1, Position: i + 1})
	}
}

// registerCrew registers all agents' phones at one address, where a sipp will answer for them.
func registerCrew(t *testing.T, b *box, desk string, n int) {
	t.Helper()
	p := phoneAt(b, "9000", desk, 5060)
	for i := range n {
		p.user = fmt.Sprint(9000 + i)
		p.password = secret(p.user)
		if status := p.register(3600); status != 200 {
			t.Fatalf("registering %s: %d", p.user, status)
		}
	}
	p.unplug()
}

// signInCrew signs all agents in.
func signInCrew(b *box, n int) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			q := newPhone(b, fmt.Sprint(9000+i))
			c := q.dial("*45", silent)
			c.over()
			q.unplug()
		})
	}
	wg.Wait()
}

// sippRun is a sipp at work.
type sippRun struct {
	cmd  *exec.Cmd
	dir  string
	done chan error
}

// sipp runs a scenario of this folder from an address.
func sipp(t *testing.T, scenario, ip string, args ...string) *sippRun {
	t.Helper()
	file, err := filepath.Abs(scenario)
	if err != nil {
		t.Fatal(err)
	}
	r := &sippRun{dir: t.TempDir(), done: make(chan error, 1)}
	says := make([]byte, dsp.SampleRate) // a second of 440 Hz, in A-law
	for i, v := range toneOf(440, time.Second) {
		says[i] = dsp.EncodeALaw(v)
	}
	if err := os.WriteFile(filepath.Join(r.dir, "says.raw"), says, 0o600); err != nil {
		t.Fatal(err)
	}
	all := append([]string{"-sf", file, "-nostdin", "-i", ip, "-mi", ip, "-p", "5060", "-trace_err", "-l", "2000"}, args...)
	r.cmd = exec.CommandContext(context.Background(), peer.Need(t, "sipp"), all...)
	r.cmd.Dir = r.dir
	out, err := os.Create(filepath.Join(r.dir, "screen.log"))
	if err != nil {
		t.Fatal(err)
	}
	r.cmd.Stdout, r.cmd.Stderr = out, out
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { r.done <- r.cmd.Wait() }()
	t.Cleanup(func() {
		r.stop()
		_ = out.Close()
	})
	return r
}

func (r *sippRun) stop() { _ = r.cmd.Process.Kill() }

// report is what sipp wrote, its end.
func (r *sippRun) report() string {
	var b strings.Builder
	files, _ := filepath.Glob(filepath.Join(r.dir, "*.log"))
	for _, f := range files {
		text, _ := os.ReadFile(f)
		b.WriteString(tail(text, 3000))
	}
	return b.String()
}

// allCalls reads every record over the control socket, page by page.
func (b *box) allCalls() []record {
	b.t.Helper()
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(b.dir, "control.sock"))
	}}}
	defer client.CloseIdleConnections()
	var all []record
	before := ""
	for {
		resp, err := client.Get("http://box/calls?limit=1000&before=" + before)
		if err != nil {
			b.t.Fatal(err)
		}
		var page []record
		err = json.NewDecoder(resp.Body).Decode(&page)
		_ = resp.Body.Close()
		if err != nil {
			b.t.Fatal(err)
		}
		all = append(all, page...)
		if len(page) < 1000 {
			return all
		}
		before = page[len(page)-1].ID
	}
}
