package sipua_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// TestTorture sends every message of RFC 4475 to a running server and checks its verdict: the status that it
// answers, or silence for what is no request at all.
func TestTorture(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/torture/*.dat")
	if err != nil || len(files) != 49 {
		t.Fatalf("%d vectors, want 49: %v", len(files), err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".dat")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			b := newBoxHook(t, sipua.Settings{}, nil, nil, 20)
			w := newWire(t, b, "127.0.0.1")
			w.raw(withRport(data))
			got := verdict(w.read(400 * time.Millisecond))
			if want := torture[name]; got != want {
				t.Errorf("%s, want %s", got, want)
			}
			w.send(request("OPTIONS", "alive", 1)...) // and the server is still there
			w.until("SIP/2.0 200")
			if len(b.calls) != 0 {
				t.Error("it became a call")
			}
		})
	}
}

// withRport asks for the answer to come back to our socket, whatever the topmost Via says.
func withRport(data []byte) []byte {
	s := string(data)
	lower := strings.ToLower(s)
	via := strings.Index(lower, "\nvia")
	if short := strings.Index(lower, "\nv:"); via < 0 || (short > 0 && short < via) {
		via = short
	}
	if via < 0 || strings.Contains(lower, "rport") {
		return data
	}
	for end := via + 1; end < len(s)-2; end++ {
		folds := s[end] == '\r' && (s[end+2] == ' ' || s[end+2] == '\t')
		if strings.IndexByte(";,\r", s[end]) >= 0 && !folds {
			return []byte(s[:end] + ";rport" + s[end:])
		}
	}
	return data
}

func verdict(msg string) string {
	if msg == "" {
		return "silence"
	}
	return strings.Fields(msg)[1]
}
