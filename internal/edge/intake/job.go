package intake

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// State is how far an import is.
type State string

// The states; doc.go has the chart.
const (
	Uploaded  State = "uploaded"
	Checking  State = "checking"
	Checked   State = "checked"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Undoing   State = "undoing"
	Undone    State = "undone"
)

// command is what people tell an import to do.
type command uint8

const (
	edit command = iota + 1
	check
	start
	cancel
	undo
	remove
)

// step is the state a command leads to; ok is false where the state forbids it.
func step(s State, c command) (next State, ok bool) {
	switch c {
	case edit:
		return Uploaded, s == Uploaded || s == Checked || s == Failed
	case check:
		return Checking, s == Uploaded || s == Checked
	case start:
		return Running, s == Uploaded || s == Checked
	case cancel:
		if s == Checking {
			return Uploaded, true
		}
		return Cancelled, s == Running
	case undo:
		return Undoing, s == Done || s == Cancelled || s == Failed
	case remove:
		return s, !s.working()
	}
	return s, false
}

// working reports whether something is being done in this state.
func (s State) working() bool { return s == Checking || s == Running || s == Undoing }

// Job is one import. CBOR numbers are never reused.
type Job struct {
	Meta     merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID       string     `cbor:"1,keyasint" json:"id"`
	Kind     string     `cbor:"2,keyasint" json:"kind"`
	State    State      `cbor:"3,keyasint" json:"state"`
	File     string     `cbor:"4,keyasint" json:"file"` // as the person's computer calls it
	Format   string     `cbor:"5,keyasint" json:"format"`
	Encoding string     `cbor:"6,keyasint,omitempty" json:"encoding,omitempty"`
	Size     int64      `cbor:"7,keyasint" json:"size"` // octets
	// Headings are the first row; Sample the next few.
	Headings []string `cbor:"8,keyasint" json:"headings" nullable:"false"`
	Sample   []Sample `cbor:"9,keyasint,omitempty" json:"sample,omitempty" nullable:"false"`
	// Mapping is the field that each column means; empty: none.
	Mapping   []string  `cbor:"10,keyasint" json:"mapping" nullable:"false"`
	By        store.By  `cbor:"11,keyasint" json:"-"`
	Language  string    `cbor:"12,keyasint,omitempty" json:"language,omitempty"` // of the reasons in the file of errors
	CreatedAt time.Time `cbor:"13,keyasint" json:"created_at"`
	StartedAt time.Time `cbor:"14,keyasint,omitzero" json:"started_at,omitzero"`
	EndedAt   time.Time `cbor:"15,keyasint,omitzero" json:"ended_at,omitzero"`
	// Line is the last line that is done; Rows how many rows there are, Read how many are done.
	Line int `cbor:"16,keyasint,omitempty" json:"line,omitempty"`
	Rows int `cbor:"17,keyasint,omitempty" json:"rows"`
	Read int `cbor:"18,keyasint,omitempty" json:"read"`
	// What became of the rows.
	Created   int `cbor:"19,keyasint,omitempty" json:"created"`
	Changed   int `cbor:"20,keyasint,omitempty" json:"changed"`
	Unchanged int `cbor:"21,keyasint,omitempty" json:"unchanged"`
	Refused   int `cbor:"22,keyasint,omitempty" json:"refused"`
	// ErrorBytes is how long the file of errors is as far as the rows are done.
	ErrorBytes int64 `cbor:"23,keyasint,omitempty" json:"-"`
	// Fault is the message id of what ended a failed import.
	Fault string `cbor:"24,keyasint,omitempty" json:"fault,omitempty"`
	// Undone and Kept are the records that an undo put back, and those it left because somebody changed them since.
	Undone int `cbor:"25,keyasint,omitempty" json:"undone,omitempty"`
	Kept   int `cbor:"26,keyasint,omitempty" json:"kept,omitempty"`
}

// Sample is one of the first rows, to show what the columns hold.
type Sample struct {
	Cells []string `cbor:"1,keyasint" json:"cells" nullable:"false"`
}

// source is how the records that an import makes name it.
func (j *Job) source() string { return "import:" + j.ID }

// by is on whose behalf an import writes.
func (j *Job) by() store.By {
	by := j.By
	by.Via = "import"
	by.Action = j.ID
	return by
}

// restart forgets what rows came to.
func (j *Job) restart() {
	j.Line, j.Read, j.Created, j.Changed, j.Unchanged, j.Refused, j.ErrorBytes = 0, 0, 0, 0, 0, 0, 0
	j.Fault, j.EndedAt = "", time.Time{}
}

// Touched is a record that an import wrote, with what is needed to put it back.
type Touched struct {
	Import  string `cbor:"1,keyasint"`
	Table   string `cbor:"2,keyasint"`
	ID      string `cbor:"3,keyasint"`
	Created bool   `cbor:"4,keyasint,omitempty"`
	// Left is a digest of the record as the import left it: who has changed it since is not to lose that.
	Left []byte `cbor:"5,keyasint"`
	// The record before, unless it was created.
	Customer *crm.Customer `cbor:"6,keyasint,omitempty"`
	Vehicle  *crm.Vehicle  `cbor:"7,keyasint,omitempty"`
	Visit    *crm.Visit    `cbor:"8,keyasint,omitempty"`
}

// The names of tables in keys, in the order in which an undo goes: what belongs to others comes before them.
const (
	visitTable    = "1"
	vehicleTable  = "2"
	customerTable = "3"
)

var (
	jobs = store.Table[Job]{ //nolint:gochecknoglobals // a declaration
		Name: "import", Local: true,
		Key:  func(j Job) []byte { return store.IDKey(j.ID) },
		Meta: func(j *Job) *merge.Meta { return &j.Meta },
	}
	touchedRecords = store.Table[Touched]{ //nolint:gochecknoglobals // a declaration
		Name: "import_touched", Local: true,
		Key: func(t Touched) []byte { return touchedKey(t.Import, t.Table, t.ID) },
	}
)

func touchedKey(job, table, id string) []byte {
	key := append([]byte{}, store.IDKey(job)...)
	return append(append(key, table...), store.IDKey(id)...)
}

// Tables are the tables of imports, to check their indexes.
func Tables() []store.Checkable { return []store.Checkable{&jobs, &touchedRecords} }

func errState(j Job) error {
	return fault.New(fault.Conflict, "import.state", "command import %s: it is %s", j.ID, j.State)
}
