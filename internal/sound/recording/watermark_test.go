package recording_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/recording"
	"github.com/dealerline/dealerline/test/peer"
)

// When the room gets scarce, recordings that run are closed while there still is some: they are kept as far as they
// go. Their calls end later and change nothing.
func TestRunningRecordingsEndAtTheWatermark(t *testing.T) {
	dir, x := peer.SmallDisk(t, "2m"), newIndex()
	a := openWith(t, recording.Config{Dir: dir, Index: x, MinFree: 1 << 20})
	long := a.Record(recording.Meta{Call: "long", At: time.Now()})
	speak(long, 100)
	if err := os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(15 * time.Second)
	for x.get("long").Verdict <= recording.Open {
		if time.Now().After(deadline) {
			t.Fatal("no verdict while the recording runs")
		}
		speak(long, 1)
		time.Sleep(20 * time.Millisecond)
	}
	e := x.get("long")
	if e.Verdict != recording.Kept || e.Reason != "disk_full" || e.Length < 2*time.Second || e.SHA256 == "" || e.Repaired {
		t.Errorf("entry %+v: want kept, disk_full, and what there was", e)
	}
	path := filepath.Join(dir, e.Path)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	speak(long, 100)
	late := a.Record(recording.Meta{Call: "late", At: time.Now()})
	speak(late, 60)
	late.Close()
	long.Close()
	if e := verdict(t, x, "late"); e.Verdict != recording.Failed || e.Reason != "disk_full" {
		t.Errorf("a new one: %+v", e)
	}
	after, err := os.ReadFile(path)
	if err != nil || len(after) != len(before) {
		t.Errorf("the file went on growing: %d, then %d octets (%v)", len(before), len(after), err)
	}
	if x.get("long") != e {
		t.Errorf("a second verdict: %+v, then %+v", e, x.get("long"))
	}
	if s := a.Stats(); s.Kept != 1 || s.Failed != 1 || !s.DiskFull {
		t.Errorf("stats %+v", s)
	}
}
