package appliance

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The month that a line goes to is that of the dealership's zone, also when the zone is changed in the settings while
// the box runs.
func TestQueueLogFollowsTheZone(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { // it is midnight of 2000-01-01 in Greenwich
		zone := time.FixedZone("west", -8*3600)
		q, err := openQueueLog(dir, func() *time.Location { return zone }, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		q.write([]string{"old"})
		zone = time.FixedZone("east", 8*3600)
		q.write([]string{"new"})
		q.close()
	})
	for name, want := range map[string]string{"queue_log-1999-12": "old", "queue_log-2000-01": "new"} {
		got, err := os.ReadFile(filepath.Join(dir, "queue_log", name))
		if strings.TrimSpace(string(got)) != want {
			t.Errorf("%s holds %q (%v), want %q", name, got, err, want)
		}
	}
}
