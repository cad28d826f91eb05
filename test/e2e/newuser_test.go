package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/settings"
)

// A new user's first hour: a mistake in the boot file is named with its line, the doctor finds nothing wrong, settings
// are exported, imported and undone, and bad ones are refused with their paths and change nothing.
func TestSettingsByHand(t *testing.T) {
	t.Parallel()
	b := newBox(t, nil)
	wrong := filepath.Join(t.TempDir(), "wrong.toml")
	if err := os.WriteFile(wrong, []byte("data_dir = \"x\"\n[sip]\nlisten = [\"udp:5060\"]\ncolour = \"red\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := b.conf
	b.conf = wrong
	if _, err := b.try("check"); err == nil || !strings.Contains(err.Error(), "wrong.toml:3: sip.listen") || !strings.Contains(err.Error(), "wrong.toml:4: unknown key") {
		t.Errorf("check of a bad boot file: %v", err)
	}
	if _, err := b.try("run"); err == nil || !strings.Contains(err.Error(), "wrong.toml:3:") {
		t.Errorf("run with a bad boot file: %v", err)
	}
	b.conf = good
	if out := b.do("check"); strings.Count(out, "ok") != 2 {
		t.Errorf("check: %s", out)
	}
	if out, err := b.try("doctor"); err != nil {
		t.Errorf("doctor before the start: %v\n%s", err, out)
	}
	b.start()
	if out, err := b.try("doctor"); err != nil || !strings.Contains(out, "the box is running") {
		t.Errorf("doctor: %v\n%s", err, out)
	}
	if out := b.do("version"); !strings.HasPrefix(out, "dealerline ") {
		t.Errorf("version: %s", out)
	}

	file := filepath.Join(t.TempDir(), "settings.json")
	b.do("settings", "export", file)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := settings.Parse(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	version := b.status().Settings
	d.Dealership.Name = "Another name"
	d.Extensions[0].Password = "another-password"
	b.importSettings(d)
	p := newPhone(b, "8001")
	if status := p.register(300); status != 403 {
		t.Errorf("the old password gets %d", status)
	}
	p.password = "another-password"
	if status := p.register(300); status != 200 {
		t.Errorf("the new password gets %d", status)
	}

	before := b.do("settings", "export")
	bad := strings.Replace(before, `"longest_idle"`, `"best_first"`, 1)
	bad = strings.Replace(bad, `"name": "q_reception"`, `"name": "q_nowhere"`, 1)
	badFile := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(badFile, []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = b.try("settings", "import", badFile)
	if err == nil || !strings.Contains(err.Error(), "queues[0].strategy") || !strings.Contains(err.Error(), "queues[0].overflow[0].target") {
		t.Errorf("import of bad settings: %v", err)
	}
	if b.do("settings", "export") != before {
		t.Error("settings that were refused changed something")
	}
	b.do("settings", "undo")
	if after := b.do("settings", "export"); after != string(data) {
		t.Error("undo does not bring back what was exported")
	}
	if now := b.status().Settings; now <= version {
		t.Errorf("settings version %d after two changes to %d", now, version)
	}
	p.password = secret("8001")
	if status := p.register(300); status != 200 {
		t.Errorf("after undo the old password gets %d", status)
	}
	b.stop()
	b.start()
	if after := b.do("settings", "export"); after != string(data) {
		t.Error("a restart changes the settings")
	}
}

// A menu is published and rolled back while calls are in it: each call stays in the version that it began with.
func TestPublishWhileCallsAreUp(t *testing.T) {
	t.Parallel()
	const old = `{"entry": "ask", "nodes": {
		"ask":   {"kind": "menu", "say": ["low"], "keys": {"1": "more"}, "timeout_seconds": 9, "tries": 1, "timeout": "end"},
		"more":  {"kind": "menu", "say": ["low"], "keys": {"2": "end"}, "timeout_seconds": 9, "tries": 1, "timeout": "end"},
		"end":   {"kind": "hangup"}}}`
	b := open(t, func(b *box, d *document) {
		b.putPrompt("low", toneOf(500, 20*time.Second))
		b.putPrompt("high", toneOf(1500, 20*time.Second))
		addFlow(t, d, "shift", old, "705")
		if err := json.Unmarshal([]byte(strings.ReplaceAll(old, "low", "high")), &d.Flows[len(d.Flows)-1].Draft); err != nil {
			t.Fatal(err)
		}
	})
	out := trunkPeer(b)
	call := func(from string, hz, not float64) *dialog {
		t.Helper()
		c := out.dialAs(from, "705", silent)
		c.answered()
		hears(t, "caller "+from, middle(c.listen(800*time.Millisecond), 100*time.Millisecond), hz, not)
		return c
	}
	first := call("13900000001", 500, 1500)
	b.do("flow", "publish", "shift")
	second := call("13900000002", 1500, 500)
	first.press('1')
	time.Sleep(200 * time.Millisecond)
	hears(t, "the caller from before", first.listen(500*time.Millisecond), 500, 1500)
	b.do("flow", "rollback", "shift", "1")
	third := call("13900000003", 500, 1500)
	second.press('1')
	time.Sleep(200 * time.Millisecond)
	hears(t, "the caller in between", second.listen(500*time.Millisecond), 1500, 500)
	for _, c := range []*dialog{first, second, third} {
		c.hangup()
	}
	for from, place := range map[string]string{"13900000001": "menu shift@1", "13900000002": "menu shift@2"} {
		if r := b.callFrom(from); r.Path[0].Place != place {
			t.Errorf("the record of %s begins in %s, want %s", from, r.Path[0].Place, place)
		}
	}
	if _, err := b.try("flow", "publish", "nothing"); err == nil {
		t.Error("a menu that is not there was published")
	}
}
