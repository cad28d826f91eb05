package hook

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// State says what is to become of a job.
type State string

// The states of a job.
const (
	Waiting State = "waiting" // for its next attempt
	Failed  State = "failed"  // given up; somebody may send it again
)

// Job is one delivery. Done jobs are not kept. Field numbers are for ever.
type Job struct {
	ID       string    `cbor:"1,keyasint" json:"id"`
	Hook     string    `cbor:"2,keyasint" json:"hook"`
	Event    string    `cbor:"3,keyasint" json:"event"`
	Body     []byte    `cbor:"4,keyasint" json:"-"`
	At       time.Time `cbor:"5,keyasint" json:"at"`
	Next     time.Time `cbor:"6,keyasint" json:"next_attempt_at"`
	State    State     `cbor:"7,keyasint" json:"state"`
	Attempts int       `cbor:"8,keyasint,omitempty" json:"attempts"`
	Status   int       `cbor:"9,keyasint,omitempty" json:"last_status,omitempty"` // of HTTP
	Error    string    `cbor:"10,keyasint,omitempty" json:"last_error,omitempty"`
}

// Jobs is the table of deliveries, in queue.db. Index "state": the state, then when it is due; "hook": the same for
// each hook.
var Jobs = store.Table[Job]{ //nolint:gochecknoglobals // a declaration
	Name: "webhook_job", Local: true, Key: func(j Job) []byte { return store.IDKey(j.ID) },
	Indexes: []store.Index[Job]{
		{Name: "state", Keys: func(j Job) [][]byte { return [][]byte{j.due(string(j.State))} }},
		{Name: "hook", Keys: func(j Job) [][]byte { return [][]byte{j.due(hookKey(j.Hook, j.State))} }},
	},
}

func hookKey(hook string, s State) string { return hook + "\x00" + string(s) }

// due is an index key by which jobs are in the order of their next attempts.
func (j Job) due(prefix string) []byte {
	at := uint64(max(j.Next.UnixMilli(), 0)) //nolint:gosec // not negative
	return binary.BigEndian.AppendUint64(append([]byte(prefix), 0), at)
}

// Cursor is how far a reader of the change sequence has come.
type Cursor struct {
	Name string `cbor:"1,keyasint"`
	Seq  uint64 `cbor:"2,keyasint"`
}

var cursors = store.Table[Cursor]{ //nolint:gochecknoglobals // a declaration
	Name: "cursor", Local: true, Key: func(c Cursor) []byte { return []byte(c.Name) },
}

const feedName = "webhooks"

func cursor(queue *store.DB) (seq uint64, known bool, err error) {
	err = queue.View(func(tx *store.Tx) error {
		c, ok, err := cursors.Get(tx, []byte(feedName))
		seq, known = c.Seq, ok
		return err
	})
	return seq, known, err
}

// retries are the waits before each further attempt: three days in all.
var retries = []time.Duration{ //nolint:gochecknoglobals // a constant table
	10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour,
	6 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour,
}

// failed is a job after an attempt that did not succeed.
func (j Job) failed(now time.Time, status int, reason string) Job {
	j.Status, j.Error = status, reason
	if j.Attempts++; j.Attempts > len(retries) {
		j.State, j.Next = Failed, now
		return j
	}
	j.Next = now.Add(retries[j.Attempts-1])
	return j
}

// maxFailed is how many deliveries given up are kept to be looked at.
const maxFailed = 1000

// ListJobs reads up to limit deliveries in a state, those due first first.
func ListJobs(queue *store.DB, state State, limit int) (list []Job, err error) {
	err = queue.View(func(tx *store.Tx) error {
		for j, err := range Jobs.Find(tx, "state", append([]byte(state), 0)) {
			if err != nil {
				return err
			}
			if list = append(list, j); len(list) == limit {
				return nil
			}
		}
		return nil
	})
	return list, err
}

// Resend has a delivery tried again at once, also one given up.
func Resend(ctx context.Context, queue *store.DB, id string) error {
	return queue.Write(ctx, func(tx *store.Tx) error {
		j, ok, err := Jobs.Get(tx, store.IDKey(id))
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "webhook.job_not_found", "resend %s: there is no such delivery", id)
		}
		j.State, j.Next, j.Attempts = Waiting, time.Now().UTC(), 0
		return Jobs.Put(tx, j)
	})
}
