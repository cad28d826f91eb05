package recording

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/base/mailbox"
)

// syncInterval is how often what was written is forced to the disk.
const syncInterval = 400 * time.Millisecond

// maxPieces bounds the memory that waits for a slow disk: 4,096 pieces are 32 MiB, ten seconds of 200 calls.
const maxPieces = 4096

// Config is what an archive needs.
type Config struct {
	Dir       string
	Index     Index
	Mono      bool             // only the caller is recorded
	MinFree   uint64           // octets that must stay free on the disk; below, nothing is recorded
	Retention func() Retention // read at every cleaning
	Logger    *slog.Logger
}

// Archive owns the recordings' directory.
type Archive struct {
	cfg    Config
	queue  *mailbox.Box[*piece]
	spare  sync.Pool    // of *piece
	taken  atomic.Int64 // pieces in the recorders' hands or in the queue
	full   atomic.Bool
	probes chan chan struct{}
	done   chan struct{}
	finish chan *writing
	stats  struct{ kept, failed atomic.Uint64 }
}

// New opens the archive's directory, making it if it is not there. Nothing is written before Run.
func New(cfg Config) (*Archive, error) {
	if err := os.MkdirAll(cfg.Dir, 0o750); err != nil {
		return nil, fmt.Errorf("open recordings: %w", err)
	}
	return &Archive{
		cfg: cfg, queue: mailbox.New[*piece](2 * maxPieces),
		probes: make(chan chan struct{}), done: make(chan struct{}), finish: make(chan *writing, 1024),
	}, nil
}

// Meta says what is recorded.
type Meta struct {
	Call, Queue, Agent string
	At                 time.Time
}

// channels is how many parties a file holds.
func (a *Archive) channels() int {
	if a.cfg.Mono {
		return 1
	}
	return stereo
}

// Record starts a recording. It neither blocks nor fails; what came of it is the verdict in its row.
func (a *Archive) Record(m Meta) *Recorder {
	id := m.Call
	if id == "" {
		id = uuid.NewString()
	}
	at := m.At.UTC()
	return &Recorder{archive: a, entry: Entry{
		ID: id, Call: m.Call, Queue: m.Queue, Agent: m.Agent, StartedAt: at, Verdict: Open,
		Path: filepath.ToSlash(filepath.Join(at.Format("2006/01/02"), id+".wav")),
	}}
}

// Stats are the archive's counters since the start.
type Stats struct {
	Kept, Failed uint64
	Waiting      int  // half-second pieces not yet written
	DiskFull     bool // nothing is recorded
}

// Stats returns the counters.
func (a *Archive) Stats() Stats {
	return Stats{a.stats.kept.Load(), a.stats.failed.Load(), a.queue.Len(), a.full.Load()}
}

// Probe returns when the writer has answered, for the watchdog.
func (a *Archive) Probe(ctx context.Context) error {
	reply := make(chan struct{}, 1)
	select {
	case a.probes <- reply:
		return nil
	case <-a.done:
		return fmt.Errorf("probe recordings: the writer has ended")
	case <-ctx.Done():
		return fmt.Errorf("probe recordings: %w", context.Cause(ctx))
	}
}

// Path returns where the file of e is.
func (a *Archive) Path(e Entry) string { return filepath.Join(a.cfg.Dir, filepath.FromSlash(e.Path)) }

// freePiece returns an empty piece, or nil when the disk is so far behind that there is no memory left to wait.
func (a *Archive) freePiece(r *Recorder) *piece {
	if a.taken.Add(1) > maxPieces {
		a.taken.Add(-1)
		return nil
	}
	p, ok := a.spare.Get().(*piece)
	if !ok {
		p = &piece{data: new([pieceBytes]byte)}
	}
	p.rec, p.n, p.last = r, 0, false
	return p
}

func (a *Archive) hand(p *piece) {
	if !a.queue.Put(p) {
		a.cfg.Logger.Error("recording after the writer ended", "recording", p.rec.entry.ID)
	}
}
