package crash_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/store"
)

var quiet = slog.New(slog.DiscardHandler)

// counter is a record that its writer raises again and again.
type counter struct {
	Meta merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID   string     `cbor:"1,keyasint" json:"id"`
	N    int        `cbor:"2,keyasint" json:"n"`
	Text string     `cbor:"3,keyasint,omitempty" json:"text"`
}

var counters = store.Table[counter]{
	Name: "counter", Key: func(c counter) []byte { return []byte(c.ID) }, Audited: true,
	Meta:    func(c *counter) *merge.Meta { return &c.Meta },
	Indexes: []store.Index[counter]{{Name: "n", Keys: func(c counter) [][]byte { return [][]byte{fmt.Append(nil, c.N)} }}},
}

func tables() []store.Checkable { return append(store.Checked(), &counters) }

const writers = 4

// raise raises a writer's counter to n and stores a call record beside it.
func raise(ctx context.Context, db *store.DB, id string, n int) error {
	return db.Change(ctx, store.By{Who: id}, func(tx *store.Tx) error {
		c, _, err := counters.Get(tx, []byte(id))
		if err != nil {
			return err
		}
		c.ID, c.N, c.Text = id, n, strings.Repeat(id, n%300)
		return errors.Join(counters.Put(tx, c), store.CDRs.Put(tx, call.CDR{
			ID: call.ID(store.NewID()), Agent: id, Queue: "q", StartedAt: time.Now(), Attrs: map[string]string{"n": fmt.Sprint(n)},
		}))
	})
}

// sound opens a file as the next start of the box would and returns how far each writer had come.
func sound(ctx context.Context, path string) (map[string]int, error) {
	db, err := store.Open(path, quiet)
	if err != nil {
		return nil, err
	}
	got := map[string]int{}
	err = db.View(func(tx *store.Tx) error {
		for c, err := range counters.Ascend(tx, nil) {
			if err != nil {
				return err
			}
			got[c.ID] = c.N
		}
		return nil
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, err
	}
	return got, store.CheckFile(ctx, path, tables())
}

// full reports whether the whole proof is asked for, by make crash.
func full(t *testing.T) {
	t.Helper()
	if os.Getenv("CRASH") == "" {
		t.Skip("run it with make crash")
	}
}

// TestALossOfPower makes images of a store's file as a loss of power at any moment could have left it.
func TestALossOfPower(t *testing.T) {
	full(t)
	dir := t.TempDir()
	real, seen, record := filepath.Join(dir, "real"), filepath.Join(dir, "seen"), filepath.Join(dir, "record")
	if err := errors.Join(os.Mkdir(real, 0o700), os.Mkdir(seen, 0o700)); err != nil {
		t.Fatal(err)
	}
	stop := startRecorder(t, real, seen, record)
	work(t, seen)
	stop()

	all := readRecord(t, record)
	r := rand.New(rand.NewPCG(1, 2))
	file, acknowledged := &disk{}, map[string]int{}
	images, writes, syncs := 0, 0, 0
	path := filepath.Join(dir, "image.db")
	for i, e := range all {
		if e.file == "acknowledged" {
			note(t, acknowledged, e.data)
			continue
		}
		file.do(e)
		if e.op == 's' {
			syncs++
		} else {
			writes++
		}
		if i%2 == 1 || file.size == 0 {
			continue
		}
		for loss := range losses {
			content, size := file.image(loss, r)
			if err := errors.Join(os.WriteFile(path, content, 0o600), os.Truncate(path, size)); err != nil {
				t.Fatal(err)
			}
			images++
			got, err := sound(t.Context(), path)
			if err != nil {
				if len(acknowledged) == 0 && !durable(file) {
					continue // the file is being made: nobody was told that it is there
				}
				t.Fatalf("after operation %d of %d, loss %d: %v", i, len(all), loss, err)
			}
			for id, n := range acknowledged {
				if got[id] < n {
					t.Fatalf("after operation %d of %d, loss %d: writer %s was told that %d is stored, there is %d", i, len(all), loss, id, n, got[id])
				}
			}
		}
	}
	t.Logf("%d writes, %d syncs, %d acknowledged: %d images, none corrupt, none without what was acknowledged", writes, syncs, total(acknowledged), images)
	if images < 3000 || total(acknowledged) < 200 {
		t.Errorf("%d images and %d acknowledged writes prove too little", images, total(acknowledged))
	}
}

// durable reports whether a whole new file has been synced once.
func durable(d *disk) bool { return len(d.durable) > 4*4096 }

func total(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}

// note reads one line of the file in which the writers say what they were told is stored.
func note(t *testing.T, acknowledged map[string]int, line []byte) {
	t.Helper()
	var id string
	var n int
	if _, err := fmt.Sscan(string(line), &id, &n); err != nil {
		t.Fatal(err)
	}
	acknowledged[id] = max(acknowledged[id], n)
}

// work has some writers raise their counters in a directory that is watched.
func work(t *testing.T, dir string) {
	t.Helper()
	db, err := store.Open(filepath.Join(dir, "dealerline.db"), quiet)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = db.Run(ctx) // it returns the context's cause
	}()
	told, err := os.OpenFile(filepath.Join(dir, "acknowledged"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := 1; n <= 80; n++ {
				id := fmt.Sprintf("w%d", w)
				if err := raise(ctx, db, id, n); err != nil {
					t.Error(err)
					return
				}
				if _, err := fmt.Fprintf(told, "%s %d\n", id, n); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	cancel()
	<-ended
	if err := errors.Join(db.Close(), told.Close()); err != nil {
		t.Fatal(err)
	}
}

// startRecorder shows a directory under another name and writes down what is done to it.
func startRecorder(t *testing.T, real, seen, record string) (stop func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Getenv("CRASH"), real, seen, record)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the recorder says %q (%v)", line, err)
	}
	return func() {
		t.Helper()
		if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMain makes this test the program that is killed, too.
func TestMain(m *testing.M) {
	if path := os.Getenv("WRITE_UNTIL_KILLED"); path != "" {
		os.Exit(writeUntilKilled(path))
	}
	os.Exit(m.Run())
}

func writeUntilKilled(path string) int {
	db, err := store.Open(path, quiet)
	if err != nil {
		return 1
	}
	ctx := context.Background()
	go func() { _ = db.Run(ctx) }()
	var out sync.Mutex
	failed := make(chan error)
	for w := range writers {
		go func() {
			id := fmt.Sprintf("w%d", w)
			n := 0
			_ = db.View(func(tx *store.Tx) error {
				c, _, err := counters.Get(tx, []byte(id))
				n = c.N
				return err
			})
			for {
				n++
				if err := raise(ctx, db, id, n); err != nil {
					failed <- err
				}
				out.Lock()
				_, _ = fmt.Fprintf(os.Stdout, "%s %d\n", id, n) //nolint:forbidigo // it is how the test hears of it
				out.Unlock()
			}
		}()
	}
	if err := <-failed; err != nil {
		return 1
	}
	return 0
}

// TestKill kills a store at work, again and again, and looks for what it had acknowledged.
func TestKill(t *testing.T) {
	full(t)
	const cycles = 50
	path := filepath.Join(t.TempDir(), "x.db")
	acknowledged := map[string]int{}
	r := rand.New(rand.NewPCG(3, 4))
	for cycle := range cycles {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), "WRITE_UNTIL_KILLED="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(time.Duration(50+r.IntN(250)) * time.Millisecond)
			_ = cmd.Process.Kill()
		}()
		for lines := bufio.NewReader(out); ; {
			line, err := lines.ReadString('\n')
			if err != nil { // it was killed; half a line says nothing
				_, _ = io.Copy(io.Discard, lines)
				break
			}
			note(t, acknowledged, []byte(line))
		}
		if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() == 1 {
			t.Fatalf("cycle %d: the writer ended by itself: %v", cycle, err)
		}
		got, err := sound(t.Context(), path)
		if err != nil {
			t.Fatalf("cycle %d: %v", cycle, err)
		}
		for id, n := range acknowledged {
			if got[id] < n {
				t.Fatalf("cycle %d: writer %s was told that %d is stored, there is %d", cycle, id, n, got[id])
			}
		}
	}
	t.Logf("%d kills, %d acknowledged writes, none lost", cycles, total(acknowledged))
	if total(acknowledged) < 10*cycles {
		t.Errorf("%d acknowledged writes in %d cycles prove too little", total(acknowledged), cycles)
	}
}
