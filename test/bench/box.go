package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// box is the program under measurement, with a data directory of its own.
type box struct {
	binary  string
	dir     string
	sip     int
	local   int
	carrier int // our port as the carrier
	agents  int
	record  string       // calls.record of the settings
	types   []object     // of tickets; none: those that ship
	prepare func() error // before the box starts
	cmd     *exec.Cmd
}

func newBox(binary string) (*box, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	b := &box{binary: binary, dir: dir, agents: 1, record: "all"}
	for _, p := range []*int{&b.sip, &b.local, &b.carrier} {
		if *p, err = freePort(); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func freePort() (int, error) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer func() { _ = c.Close() }()
	return c.LocalAddr().(*net.UDPAddr).Port, nil //nolint:errcheck,forcetypeassert // a UDP socket
}

func (b *box) config() string { return filepath.Join(b.dir, "boot.toml") }

func password(n int) string { return fmt.Sprintf("bench-%d", n) }

// start writes boot file and settings and runs the program. With wait it returns when the box is healthy.
func (b *box) start(wait bool) error {
	boot := fmt.Sprintf(`data_dir = %q
log_level = "error"
[sip]
listen = ["udp://127.0.0.1:%d"]
[media]
address = "127.0.0.1"
port_min = 20000
port_max = 29999
[local]
listen = "127.0.0.1:%d"
[web]
listen = ""
plain = ""
[recording]
min_free_mb = 64
[shutdown]
grace_seconds = 1
`, filepath.Join(b.dir, "data"), b.sip, b.local)
	if err := os.WriteFile(b.config(), []byte(boot), 0o600); err != nil {
		return err
	}
	if err := b.importSettings(); err != nil {
		return err
	}
	if b.prepare != nil {
		if err := b.prepare(); err != nil {
			return err
		}
	}
	b.cmd = exec.Command(b.binary, "run", "-config", b.config()) //nolint:noctx // stopped by stop
	b.cmd.Stderr = os.Stderr
	if err := b.cmd.Start(); err != nil {
		return err
	}
	for i := 0; wait && i < 200; i++ {
		if out, err := exec.Command(b.binary, "status", "-config", b.config()).Output(); err == nil && json.Valid(out) { //nolint:noctx // short
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	if wait {
		return errors.New("the box does not come up")
	}
	return nil
}

type object = map[string]any

// importSettings gives the box a carrier, agents with phones, a menu and a queue.
func (b *box) importSettings() error {
	var extensions, agents, tiers []object
	for i := range b.agents {
		n := strconv.Itoa(8000 + i)
		extensions = append(extensions, object{"number": n, "password": password(8000 + i)})
		agents = append(agents, object{"id": "a" + n, "number": n, "name": n, "extension": n})
		tiers = append(tiers, object{"agent": "a" + n, "level": 1, "position": i + 1})
	}
	quiet := object{"position": false, "wait": false, "every": 45, "wait_round": 30, "wait_above": 60, "periodic_every": 60}
	node := func(kind string, more object) object { more["kind"] = kind; return more }
	flow := func(id string, nodes object) object {
		return object{"id": id, "published": 1, "versions": []object{{"version": 1, "flow": object{"entry": "menu", "nodes": nodes}}}}
	}
	menu := func(to string) object {
		return node("menu", object{"say": []string{"queue_thanks"}, "keys": object{"5": to, "1": to}, "timeout": to, "tries": 1})
	}
	doc := object{
		"format": 1, "dealership": object{"name": "bench", "zone": "UTC", "language": "en"},
		"extensions": extensions, "trunks": []object{{"name": "carrier", "host": "127.0.0.1", "port": b.carrier}},
		"agents": agents, "pause_reasons": []object{}, "calendars": []object{},
		"queues": []object{{"id": "q", "name": "q", "strategy": "longest_idle", "agents": tiers, "announce": quiet, "wrap_up": 0, "wrap_up_max": 0, "tell_hold_time": false, "max_length": 0, "prefer": object{"owner": false, "last_agent_days": 0, "wait": 0}}},
		"flows": []object{
			flow("m", object{"menu": menu("again"), "again": node("play", object{"say": []string{"goodbye"}, "next": "end"}), "end": node("hangup", object{})}),
			flow("mq", object{"menu": menu("q"), "q": node("queue", object{"queue": "q"})}),
		},
		"inbound": []object{
			{"number": "4001", "target": object{"kind": "menu", "name": "m"}},
			{"number": "4002", "target": object{"kind": "queue", "name": "q"}},
			{"number": "4003", "target": object{"kind": "menu", "name": "mq"}},
		},
		"internal": []object{}, "outbound": []object{}, "blacklist": []object{}, "vips": []object{},
		"calls": object{"ring": 30, "max_duration": 0, "record": b.record}, "recording": object{"keep_days": 0}, "prompt_numbers": object{},
	}
	if b.types != nil {
		doc["tickets"] = object{"types": b.types}
	}
	data, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	file := filepath.Join(b.dir, "settings.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return err
	}
	out, err := exec.Command(b.binary, "settings", "import", "-config", b.config(), file).CombinedOutput() //nolint:noctx // short
	if err != nil {
		return fmt.Errorf("settings import: %w: %s", err, out)
	}
	return nil
}

// halt stops the program and keeps its data.
func (b *box) halt() {
	if b.cmd != nil && b.cmd.Process != nil {
		_ = b.cmd.Process.Signal(os.Interrupt)
		_ = b.cmd.Wait()
		b.cmd = nil
	}
}

func (b *box) stop() {
	b.halt()
	_ = os.RemoveAll(b.dir)
}

// cpu is the user and system time that the box has used.
func (b *box) cpu() time.Duration {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", b.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	f := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100 on every Linux
}

func (b *box) rss() float64     { return b.status("VmRSS:") }
func (b *box) rssAnon() float64 { return b.status("RssAnon:") }

// status reads a line of /proc/PID/status in MiB.
func (b *box) status(field string) float64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for l := range strings.Lines(string(data)) {
		if f := strings.Fields(l); len(f) > 1 && f[0] == field {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	return 0
}
