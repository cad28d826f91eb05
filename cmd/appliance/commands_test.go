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
	"testing"

	"github.com/dealerline/dealerline/internal/appliance"
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
	s := &http.Server{Handler: web.Control(nil, nil, nil, r, nil, nil)} //nolint:gosec // it serves this test alone
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
