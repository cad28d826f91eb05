package sipua_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/test/peer"
)

const scenarios = "../../../test/sip"

// freePort finds a UDP port that nobody uses at the moment.
// taken reports whether somebody listens at a UDP port of 127.0.0.1, without touching it.
func taken(port int) bool {
	sockets, err := os.ReadFile("/proc/net/udp")
	return err == nil && strings.Contains(string(sockets), fmt.Sprintf(" 0100007F:%04X ", port))
}

// run is sipp at work.
type run struct {
	t    *testing.T
	name string
	dir  string
	done chan error
	out  bytes.Buffer
	port int
}

// sipps counts the runs.
var sipps atomic.Uint32 //nolint:gochecknoglobals // addresses are the machine's

// mediaIP is an address of its own for each sipp: it takes several ports for sound and film, and gives up when one of
// them is in use.
func mediaIP() string {
	n := sipps.Add(1)
	return fmt.Sprintf("127.%d.%d.%d", 100+os.Getpid()%100, n/250, n%250+1)
}

// sipp starts a scenario in a folder of its own.
func sipp(t *testing.T, name string, args ...string) *run {
	t.Helper()
	path := peer.Need(t, "sipp")
	file, err := filepath.Abs(filepath.Join(scenarios, name+".xml"))
	if err != nil {
		t.Fatal(err)
	}
	r := &run{t: t, name: name, dir: t.TempDir(), done: make(chan error, 1), port: peer.FreePort(t)}
	args = append([]string{
		"-sf", file, "-nostdin", "-i", "127.0.0.1", "-p", fmt.Sprint(r.port), "-m", "1",
		"-trace_err", "-trace_msg", "-timeout", "55s", "-timeout_error", "-mi", mediaIP(), "-mp", "40000",
	}, args...)
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = r.dir, &r.out, &r.out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		r.done <- cmd.Wait()
	}()
	t.Cleanup(func() {
		cancel()
		<-exited // before that, its output is still being written
		if t.Failed() {
			t.Log(tail(r.log(), 3000))
		}
	})
	return r
}

// wait waits for the scenario's success.
func (r *run) wait() {
	r.t.Helper()
	if err := <-r.done; err != nil {
		r.t.Fatalf("%s: %v\n%s", r.name, err, tail(r.log(), 3000))
	}
}

func (r *run) log() string {
	var b strings.Builder
	files, _ := filepath.Glob(filepath.Join(r.dir, "*.log"))
	for _, f := range files {
		data, _ := os.ReadFile(f)
		b.Write(data)
	}
	if b.Len() == 0 {
		return r.out.String()
	}
	return b.String()
}

// at returns settings with a trunk to a sipp that listens on a port.
func at(port int) sipua.Settings {
	set := extensions("101")
	set.Trunks = []sipua.Trunk{{
		Name: "carrier", Host: "127.0.0.1", Port: uint16(port), Username: "dealer", Password: "trunk-pw",
		Sources: []string{"127.0.0.1"},
	}}
	return set
}

// called runs a scenario that calls the box and returns the box's side.
func called(t *testing.T, name string, args ...string) (*run, *end) {
	t.Helper()
	peer.Need(t, "sipp")
	b := newBox(t, at(9), nil)
	r := sipp(t, name, append([]string{"-s", "600", b.addr.String()}, args...)...)
	return r, b.call()
}

func TestSippCallsBox(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(*end)
	}{
		{"basic_uac", func(e *end) {
			e.Do(line.Ring{})
			e.Do(line.Answer{})
			e.want(line.Answered{})
			e.ended(line.NormalClearing)
		}},
		{"early_media_uac", func(e *end) {
			e.Do(line.Progress{})
			time.Sleep(50 * time.Millisecond)
			e.Do(line.Answer{})
			e.ended(line.NormalClearing)
		}},
		{"lost_ack_uac", func(e *end) {
			e.Do(line.Answer{})
			deadline := time.Now().Add(45 * time.Second)
			for len(e.snapshot()) == 0 && time.Now().Before(deadline) {
				time.Sleep(50 * time.Millisecond)
			}
			e.ended(line.RecoveryOnTimer)
		}},
		{"prack_uac", func(e *end) {
			e.Do(line.Ring{})
			e.Do(line.Answer{})
			e.want(line.Answered{})
			e.ended(line.NormalClearing)
		}},
		{"hold_uac", func(e *end) {
			e.Do(line.Answer{})
			e.want(line.Answered{})
			e.want(line.Held{})
			e.want(line.Unheld{})
			e.want(line.Held{})
			e.ended(line.NormalClearing)
		}},
		{"session_timer_uac", func(e *end) {
			e.Do(line.Answer{})
			e.want(line.Answered{})
			deadline := time.Now().Add(52 * time.Second)
			for len(e.snapshot()) < 2 && time.Now().Before(deadline) {
				time.Sleep(50 * time.Millisecond)
			}
			e.ended(line.NormalClearing)
		}},
		{"refresh_by_peer_uac", func(e *end) {
			e.Do(line.Answer{})
			e.want(line.Answered{})
			e.ended(line.NormalClearing)
		}},
		{"glare_uac", func(e *end) {
			e.Do(line.Answer{})
			e.want(line.Answered{})
			e.Do(line.Hold{})
			e.ended(line.NormalClearing)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, e := called(t, c.name)
			i := e.Info()
			if i.Kind != line.Trunk || i.Line != "carrier" || i.From != "13800138000" || i.To != "600" {
				t.Errorf("info %+v", i)
			}
			c.do(e)
			r.wait()
		})
	}
}

func (e *end) snapshot() []line.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]line.Event{}, e.events...)
}

func TestBoxCallsSipp(t *testing.T) {
	t.Parallel()
	hangup := func(e *end) { e.Do(line.Hangup{}) }
	for _, c := range []struct {
		name  string
		do    func(*end)
		cause line.Cause
	}{
		{"basic_uas", func(e *end) {
			e.want(line.Ringing{})
			e.want(line.Answered{})
			hangup(e)
		}, line.NormalClearing},
		{"ringing12_uas", func(e *end) {
			e.want(line.Ringing{})
			e.want(line.Answered{})
			hangup(e)
		}, line.NormalClearing},
		{"early_media_uas", func(e *end) {
			e.want(line.EarlyMedia{})
			e.want(line.Answered{})
			hangup(e)
		}, line.NormalClearing},
		{"cancel_race_uas", func(e *end) {
			e.want(line.Ringing{})
			hangup(e)
		}, line.NormalClearing},
		{"cancel_uas", func(e *end) {
			e.want(line.Ringing{})
			e.Do(line.Hangup{Cause: line.AnsweredElsewhere})
		}, line.AnsweredElsewhere},
		{"prack_uas", func(e *end) {
			e.want(line.EarlyMedia{})
			e.want(line.Answered{})
			hangup(e)
		}, line.NormalClearing},
		{"hold_uas", func(e *end) {
			e.want(line.Ringing{})
			e.want(line.Answered{})
			e.Do(line.Hold{})
			time.Sleep(300 * time.Millisecond)
			e.Do(line.Unhold{})
			time.Sleep(300 * time.Millisecond)
			hangup(e)
		}, line.NormalClearing},
		{"busy_uas", func(*end) {}, line.UserBusy},
		{"auth_uas", func(e *end) {
			e.want(line.Answered{})
			hangup(e)
		}, line.NormalClearing},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := sipp(t, c.name)
			b := newBox(t, at(r.port), nil)
			eventually(t, "sipp listens", func() bool { return taken(r.port) })
			l, err := b.DialTrunk("carrier", "13900139000", sipua.Outgoing{From: "8008"})
			if err != nil {
				t.Fatal(err)
			}
			e := hold(t, l)
			c.do(e)
			e.ended(c.cause)
			r.wait()
		})
	}
}

func TestSippShortInterval(t *testing.T) {
	t.Parallel()
	peer.Need(t, "sipp")
	b := newBox(t, at(9), nil)
	sipp(t, "session_interval_uac", "-s", "600", b.addr.String()).wait()
}

func TestSippAuthenticates(t *testing.T) {
	t.Parallel()
	b := newBox(t, extensions("101"), nil)
	sipp(t, "auth_register_uac", "-s", "101", b.addr.String()).wait()
	if list := b.Registrations(); len(list) != 1 || list[0].Extension != "101" {
		t.Errorf("%+v", list)
	}
	r := sipp(t, "auth_invite_uac", "-s", "600", b.addr.String())
	e := b.call()
	if e.Info().Kind != line.Extension || e.Info().Line != "101" {
		t.Errorf("%+v", e.Info())
	}
	e.Do(line.Answer{})
	e.ended(line.NormalClearing)
	r.wait()
}

// tail returns the end of a long text.
func tail(s string, n int) string { return s[max(0, len(s)-n):] }
