package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dealerline/dealerline/internal/appliance"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/web"
)

// running is a box that notes what the command line asks of it.
type running struct{ unbanned, asked string }

func (*running) Status(context.Context) (any, error)  { return struct{}{}, nil }
func (*running) QueueLog() (io.ReadCloser, error)     { return io.NopCloser(bytes.NewReader(nil)), nil }
func (r *running) Unban(id string) error              { r.unbanned = id; return nil }
func (r *running) Recording(call string) (any, error) { r.asked = call; return struct{}{}, nil }

// serve has the box answer on the control socket and returns its boot file.
func (r *running) serve(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	conf := filepath.Join(dir, "appliance.toml")
	if err := os.WriteFile(conf, fmt.Appendf(nil, "data_dir = %q\n", dir), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", appliance.ControlSocket(dir))
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: web.Control(nil, nil, nil, r, nil, nil, nil, nil)} //nolint:gosec // it serves this test alone
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	return conf
}

func TestUnbanNamesWhomItMeans(t *testing.T) {
	box := new(running)
	conf := box.serve(t)
	for _, id := range []string{
		"source/192.0.2.7", "source/2001:db8:1:2::/64", "user/8001", "user/a b?c#d%2e/../é", "user///x",
	} {
		box.unbanned = ""
		if err := unban(t.Context(), []string{id, "-config", conf}, io.Discard); err != nil || box.unbanned != id {
			t.Errorf("unban %q lifted %q (%v)", id, box.unbanned, err)
		}
	}
}

func TestRecordingByCallOrFile(t *testing.T) {
	box := new(running)
	conf := box.serve(t)
	const id = "0197a3f2-6b1c-7def-8123-456789abcdef"
	for _, arg := range []string{id, id + ".wav", "2026/11/22/" + id + ".wav", "/var/lib/dealerline/recordings/2026/11/22/" + id + ".wav"} {
		box.asked = ""
		if err := findRecording(t.Context(), []string{arg, "-config", conf}, io.Discard); err != nil || box.asked != id {
			t.Errorf("recording %q asked for %q (%v)", arg, box.asked, err)
		}
	}
}

// TestABackupBecomesABox backs up a box that does not run, restores it elsewhere and examines both.
func TestABackupBecomesABox(t *testing.T) {
	conf := func() (file, dir string) {
		dir = filepath.Join(t.TempDir(), "data")
		file = filepath.Join(t.TempDir(), "appliance.toml")
		text := fmt.Sprintf("data_dir = %q\n[sip]\nlisten = [\"udp://127.0.0.1:15961\"]\n[recording]\nmin_free_mb = 1\n", dir)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file, dir
	}
	old, _ := conf()
	fresh, dir := conf()
	file := filepath.Join(t.TempDir(), "s.json")
	tgz := filepath.Join(t.TempDir(), "box.tar.gz")
	def, err := settingsOf(t)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, def, 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, step := range []struct {
		run  func(context.Context, []string, io.Writer) error
		args []string
	}{
		{moveSettings, []string{"import", file, "-config", old}},
		{doctor, []string{"-config", old}},
		{makeBackup, []string{tgz, "-config", old}},
		{restore, []string{tgz, "-config", fresh}},
		{compact, []string{"-config", fresh}},
		{doctor, []string{"-config", fresh}},
	} {
		if err := step.run(t.Context(), step.args, &out); err != nil {
			t.Fatalf("%v: %v\n%s", step.args, err, out.String())
		}
	}
	if err := restore(t.Context(), []string{tgz, "-config", fresh}, &out); err == nil {
		t.Error("a box was restored over another")
	}
	spoil(t, filepath.Join(dir, "dealerline.db"))
	out.Reset()
	if err := doctor(t.Context(), []string{"-config", fresh}, &out); err == nil || !strings.Contains(out.String(), "BAD  the database") {
		t.Errorf("a spoilt database: %v\n%s", err, out.String())
	}
}

// spoil writes nonsense over a file's pages.
func spoil(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 2 * 4096; i < len(data); i += 512 {
		data[i] ^= 0xA5
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// settingsOf is the default settings as a file.
func settingsOf(t *testing.T) ([]byte, error) {
	t.Helper()
	d, err := settings.Default()
	if err != nil {
		return nil, err
	}
	return d.Encode()
}
