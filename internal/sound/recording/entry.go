package recording

import "time"

// Verdict says what came of a recording. The zero value is invalid on purpose.
type Verdict uint8

// The verdicts.
const (
	_       Verdict = iota
	Open            // it runs, or the box stopped before it ended
	Kept            // complete, or with a Reason: as far as it goes
	Failed          // not there or not complete; Reason says why
	Expired         // was kept and has been deleted by the retention rule
)

// String returns the verdict's name.
func (v Verdict) String() string {
	return [...]string{"unknown", "open", "kept", "failed", "expired"}[v]
}

// Entry is the row of one recording in the index. The field numbers are for ever.
type Entry struct {
	ID        string        `cbor:"1,keyasint" json:"id"`
	Call      string        `cbor:"2,keyasint" json:"call"`
	Queue     string        `cbor:"3,keyasint,omitempty" json:"queue,omitempty"`
	Agent     string        `cbor:"4,keyasint,omitempty" json:"agent,omitempty"`
	Path      string        `cbor:"5,keyasint" json:"path"` // below the archive's directory
	StartedAt time.Time     `cbor:"6,keyasint" json:"started_at"`
	Length    time.Duration `cbor:"7,keyasint,omitempty" json:"length"`
	SHA256    string        `cbor:"8,keyasint,omitempty" json:"sha256,omitempty"` // of the whole file, in hex
	Verdict   Verdict       `cbor:"9,keyasint" json:"verdict"`
	Reason    string        `cbor:"10,keyasint,omitempty" json:"reason,omitempty"`
	Repaired  bool          `cbor:"11,keyasint,omitempty" json:"repaired,omitempty"` // closed after a crash
}

// Index keeps the rows; the store satisfies it.
type Index interface {
	// Put writes a row and returns at once; rows are written in the order of the calls. The channel yields the
	// outcome once, when the row is durable.
	Put(e Entry) <-chan error
	// Unfinished returns the rows whose verdict is Open.
	Unfinished() ([]Entry, error)
	// Before returns up to limit rows that are Kept or Failed, started before t and are wanted, oldest first.
	Before(t time.Time, limit int, want func(Entry) bool) ([]Entry, error)
}

// Retention says how long recordings are kept.
type Retention struct {
	Default time.Duration            // 0: for ever
	ByQueue map[string]time.Duration // for recordings of these queues; 0: for ever
}

// over reports whether e has been kept long enough.
func (r Retention) over(e Entry, now time.Time) bool {
	keep, ok := r.ByQueue[e.Queue]
	if !ok {
		keep = r.Default
	}
	return keep > 0 && now.Sub(e.StartedAt) >= keep
}

// shortest is the least time any recording is kept; 0 when all are kept for ever.
func (r Retention) shortest() time.Duration {
	least := r.Default
	for _, d := range r.ByQueue {
		if d > 0 && (least == 0 || d < least) {
			least = d
		}
	}
	return least
}

// MarshalText writes the name, for JSON. On disk it is the number.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }
