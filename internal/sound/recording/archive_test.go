package recording_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/recording"
	"github.com/dealerline/dealerline/test/peer"
)

// index is the rows in memory.
type index struct {
	mu   sync.Mutex
	rows map[string]recording.Entry
	log  []recording.Verdict
}

func newIndex() *index { return &index{rows: map[string]recording.Entry{}} }

func (x *index) Put(e recording.Entry) <-chan error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.rows[e.ID] = e
	x.log = append(x.log, e.Verdict)
	outcome := make(chan error, 1)
	outcome <- nil
	return outcome
}

func (x *index) get(id string) recording.Entry {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.rows[id]
}

func (x *index) Unfinished() ([]recording.Entry, error) {
	return x.where(func(e recording.Entry) bool { return e.Verdict == recording.Open }), nil
}

func (x *index) Before(t time.Time, limit int, want func(recording.Entry) bool) ([]recording.Entry, error) {
	out := x.where(func(e recording.Entry) bool {
		return (e.Verdict == recording.Kept || e.Verdict == recording.Failed) && e.StartedAt.Before(t) && want(e)
	})
	return out[:min(limit, len(out))], nil
}

func (x *index) where(want func(recording.Entry) bool) []recording.Entry {
	x.mu.Lock()
	defer x.mu.Unlock()
	var out []recording.Entry
	for _, e := range x.rows {
		if want(e) {
			out = append(out, e)
		}
	}
	return out
}

// open runs an archive for the length of a test.
func open(t *testing.T, dir string, x recording.Index, rule recording.Retention) *recording.Archive {
	t.Helper()
	return openWith(t, recording.Config{Dir: dir, Index: x, Retention: func() recording.Retention { return rule }})
}

// openWith runs an archive of this kind for the length of a test.
func openWith(t *testing.T, cfg recording.Config) *recording.Archive {
	t.Helper()
	cfg.Logger = slog.New(slog.DiscardHandler)
	a, err := recording.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = a.Run(ctx) // it returns the context's cause
	}()
	t.Cleanup(func() { cancel(); <-ended })
	return a
}

func speak(r *recording.Recorder, frames int) {
	var left, right media.Frame
	for n := range frames {
		for i := range left {
			left[i], right[i] = byte(n), byte(n)^0xff
		}
		r.Frame(&left, &right)
	}
}

func verdict(t *testing.T, x *index, id string) recording.Entry {
	t.Helper()
	for range 500 {
		if e := x.get(id); e.Verdict > recording.Open {
			return e
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("recording %s has no verdict: %+v", id, x.get(id))
	return recording.Entry{}
}

// A recording of one party is half as large, and others can play it.
func TestTheCallerAlone(t *testing.T) {
	x, dir := newIndex(), t.TempDir()
	a := openWith(t, recording.Config{Dir: dir, Index: x, Mono: true})
	r := a.Record(recording.Meta{Call: "m1", At: time.Now()})
	speak(r, 133)
	r.Close()
	e := verdict(t, x, "m1")
	if e.Verdict != recording.Kept || e.Length != 2660*time.Millisecond {
		t.Errorf("entry %+v", e)
	}
	data, err := os.ReadFile(a.Path(e))
	if err != nil {
		t.Fatal(err)
	}
	sound, err := media.ReadWAV(bytes.NewReader(data))
	if err != nil || len(sound) != 133*160 || sound[0] != 0 || sound[160] != 1 || sound[132*160] != 132 {
		t.Errorf("%d samples, %v", len(sound), err)
	}
}

func TestARecordingIsKeptWhole(t *testing.T) {
	x, dir := newIndex(), t.TempDir()
	a := open(t, dir, x, recording.Retention{})
	r := a.Record(recording.Meta{Call: "c1", Queue: "q", Agent: "li", At: time.Now()})
	speak(r, 133) // 2.66 s: five whole pieces and a part
	r.Close()
	r.Close()
	speak(r, 10) // too late
	e := verdict(t, x, "c1")
	if e.Verdict != recording.Kept || e.Length != 2660*time.Millisecond || e.Queue != "q" || e.Agent != "li" {
		t.Errorf("entry %+v", e)
	}
	data, err := os.ReadFile(a.Path(e))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != e.SHA256 {
		t.Error("the file's SHA-256 is not the entry's")
	}
	if len(data) != 58+133*320 || data[58] != 0 || data[59] != 0xff || data[58+320] != 1 || data[58+321] != 0xfe {
		t.Errorf("%d octets, beginning %x: left and right do not alternate", len(data), data[58:62])
	}
	if x.log[0] != recording.Open {
		t.Error("the row was not written before the file")
	}
	if _, err := media.ReadWAV(bytes.NewReader(data)); err != nil {
		t.Errorf("our own reader: %v", err)
	}
	soxi := peer.Need(t, "soxi")
	out, err := exec.CommandContext(t.Context(), soxi, a.Path(e)).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "A-law") || !strings.Contains(string(out), "Channels       : 2") ||
		!strings.Contains(string(out), "00:00:02.66") {
		t.Errorf("soxi: %v\n%s", err, out)
	}
}

func TestARecordingWithoutSoundSaysSo(t *testing.T) {
	x := newIndex()
	a := open(t, t.TempDir(), x, recording.Retention{})
	a.Record(recording.Meta{Call: "mute", At: time.Now()}).Close()
	if e := verdict(t, x, "mute"); e.Verdict != recording.Failed || e.Reason != "empty" {
		t.Errorf("entry %+v", e)
	}
}

// The test runs itself as the program that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("RECORD_UNTIL_KILLED"); dir != "" {
		recordUntilKilled(dir)
	}
	os.Exit(m.Run())
}

func recordUntilKilled(dir string) {
	a, err := recording.New(recording.Config{Dir: dir, Index: newIndex(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		os.Exit(1)
	}
	go func() { _ = a.Run(context.Background()) }()
	r := a.Record(recording.Meta{Call: "killed", At: time.Unix(1e9, 0)})
	tick := time.NewTicker(20 * time.Millisecond)
	for n := 0; ; n++ {
		<-tick.C
		speak(r, 1)
		_, _ = os.Stdout.WriteString("frame\n")
	}
}

func TestKillLosesLessThanASecond(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "RECORD_UNTIL_KILLED="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	frames := 0
	for lines := bufio.NewScanner(out); frames < 140 && lines.Scan(); {
		frames++
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed

	x := newIndex()
	row := recording.Entry{ID: "killed", Path: "2001/09/09/killed.wav", StartedAt: time.Unix(1e9, 0), Verdict: recording.Open}
	lost := recording.Entry{ID: "lost", Path: "2001/09/09/lost.wav", Verdict: recording.Open}
	if err := errors.Join(<-x.Put(row), <-x.Put(lost)); err != nil {
		t.Fatal(err)
	}
	open(t, dir, x, recording.Retention{})
	e := verdict(t, x, "killed")
	said := time.Duration(frames) * 20 * time.Millisecond
	if e.Verdict != recording.Kept || !e.Repaired || e.Length < said-time.Second || e.Length > said+time.Second {
		t.Errorf("after %s of sound: %+v", said, e)
	}
	if e := verdict(t, x, "lost"); e.Verdict != recording.Failed || e.Reason != "missing_file" {
		t.Errorf("a row without a file: %+v", e)
	}
}

func TestAFullDiskIsAVerdict(t *testing.T) {
	dir := peer.SmallDisk(t, "64k")
	x := newIndex()
	a := open(t, dir, x, recording.Retention{})
	r := a.Record(recording.Meta{Call: "full", At: time.Now()})
	speak(r, 400)
	r.Close()
	e := verdict(t, x, "full")
	if e.Verdict != recording.Failed || e.Reason != "disk_full" || e.Length == 0 {
		t.Errorf("entry %+v: want failed, disk_full, and what fitted", e)
	}
}

func TestBelowTheWatermarkNothingNewIsWritten(t *testing.T) {
	x, dir := newIndex(), t.TempDir()
	a := openWith(t, recording.Config{Dir: dir, Index: x, MinFree: 1 << 62})
	if err := a.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := a.Record(recording.Meta{Call: "c", At: time.Now()})
	speak(r, 60)
	r.Close()
	if e := verdict(t, x, "c"); e.Verdict != recording.Failed || e.Reason != "disk_full" {
		t.Errorf("entry %+v", e)
	}
	if _, err := os.Stat(filepath.Join(dir, x.get("c").Path)); !os.IsNotExist(err) {
		t.Errorf("a file was made: %v", err)
	}
}

func TestRetentionGoesByQueue(t *testing.T) {
	const day = 24 * time.Hour
	x, dir := newIndex(), t.TempDir()
	a := open(t, dir, x, recording.Retention{Default: 10 * day, ByQueue: map[string]time.Duration{"complaint": 100 * day, "ever": 0}})
	now := time.Now()
	add := func(id, queue string, age time.Duration) {
		r := a.Record(recording.Meta{Call: id, Queue: queue, At: now.Add(-age)})
		speak(r, 30)
		r.Close()
		verdict(t, x, id)
	}
	add("old", "q", 11*day)
	add("new", "q", 9*day)
	add("complaint", "complaint", 50*day)
	add("ever", "ever", 1000*day)
	if n, err := a.Clean(t.Context(), now); n != 1 || err != nil {
		t.Errorf("Clean = %d, %v; want 1", n, err)
	}
	var expired []string
	for _, e := range x.where(func(e recording.Entry) bool { return e.Verdict == recording.Expired }) {
		expired = append(expired, e.ID)
		if _, err := os.Stat(a.Path(e)); !os.IsNotExist(err) {
			t.Errorf("the file of %s is still there", e.ID)
		}
	}
	if !slices.Equal(expired, []string{"old"}) {
		t.Errorf("expired %v, want old", expired)
	}
}

func TestAFileThatCannotBeDeletedHoldsUpNoOther(t *testing.T) {
	dir, x, now := t.TempDir(), newIndex(), time.Now()
	a := open(t, dir, x, recording.Retention{Default: time.Hour})
	for _, id := range []string{"a", "b", "c"} {
		x.Put(recording.Entry{ID: id, Path: id + ".wav", StartedAt: now.Add(-2 * time.Hour), Verdict: recording.Kept})
	}
	if err := os.MkdirAll(filepath.Join(dir, "b.wav", "something"), 0o750); err != nil { // no file of ours, and not empty
		t.Fatal(err)
	}
	n, err := a.Clean(t.Context(), now)
	if n != 2 || err == nil {
		t.Errorf("deleted %d, error %v, want 2 and what is wrong with b", n, err)
	}
	if v := x.get("b").Verdict; v != recording.Kept {
		t.Errorf("b is %s", v)
	}
}

// slowIndex does not write the rows of repairs before the test lets it.
type slowIndex struct {
	*index
	free chan struct{}
}

func (x slowIndex) Put(e recording.Entry) <-chan error {
	if !e.Repaired {
		return x.index.Put(e)
	}
	outcome := make(chan error, 1)
	go func() {
		<-x.free
		outcome <- <-x.index.Put(e)
	}()
	return outcome
}

func TestALongRepairHoldsUpNoRecording(t *testing.T) {
	x := slowIndex{newIndex(), make(chan struct{})}
	x.index.Put(recording.Entry{ID: "old", Path: "old.wav", StartedAt: time.Now(), Verdict: recording.Open})
	a := open(t, t.TempDir(), x, recording.Retention{})
	t.Cleanup(func() { close(x.free) }) // before the archive ends
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := a.Probe(ctx); err != nil {
		t.Error(err)
	}
	r := a.Record(recording.Meta{Call: "new", At: time.Now()})
	speak(r, 50)
	r.Close()
	if e := verdict(t, x.index, "new"); e.Verdict != recording.Kept {
		t.Errorf("the new recording is %s: %s", e.Verdict, e.Reason)
	}
	if e := x.get("old"); e.Verdict != recording.Open {
		t.Errorf("the old recording is %s before its row was written", e.Verdict)
	}
}
