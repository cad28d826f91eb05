package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"time"
)

// record is a call record as "appliance calls" prints it.
type record struct {
	ID           string            `json:"id"`
	Direction    string            `json:"direction"`
	From         string            `json:"from"`
	To           string            `json:"to"`
	Line         string            `json:"line"`
	StartedAt    time.Time         `json:"started_at"`
	AnsweredAt   time.Time         `json:"answered_at"`
	QueuedAt     time.Time         `json:"queued_at"`
	ConnectedAt  time.Time         `json:"connected_at"`
	EndedAt      time.Time         `json:"ended_at"`
	Disposition  string            `json:"disposition"`
	Cause        string            `json:"cause"`
	EndedBy      string            `json:"ended_by"`
	Queue        string            `json:"queue"`
	Agent        string            `json:"agent"`
	Extension    string            `json:"extension"`
	Path         []step            `json:"path"`
	Attrs        map[string]string `json:"attrs"`
	Legs         []legRecord       `json:"legs"`
	Recording    string            `json:"recording"`
	HeldFor      time.Duration     `json:"held_for"`
	Language     string            `json:"language"`
	ExternalLine string            `json:"external_line"`
	JoinedTo     string            `json:"joined_to"`
	JoinedFrom   []string          `json:"joined_from"`
}

type step struct{ Place, Node, Key string }

type legRecord struct {
	Direction, Kind, Line, Number, Agent, Cause, Detail string
	Remote                                              bool
	AnsweredBy                                          string `json:"answered_by"`
	Quality                                             struct {
		Sent, Received, Lost uint64
		MOS                  float64
	}
}

// keys are the keys pressed on the way, in order.
func (r record) keys() string {
	var b strings.Builder
	for _, s := range r.Path {
		b.WriteString(s.Key)
	}
	return b.String()
}

// went reports whether the call came through a place.
func (r record) went(place string) bool {
	for _, s := range r.Path {
		if s.Place == place || strings.HasPrefix(s.Place, place+"@") {
			return true
		}
	}
	return false
}

// calls are all call records, newest first.
func (b *box) calls() []record {
	b.t.Helper()
	var list []record
	decode(b, b.do("calls", "-limit", "1000"), &list)
	return list
}

// callTo waits for the record of a call to a number, and fails when there are two.
func (b *box) callTo(number string) record {
	b.t.Helper()
	var found []record
	b.until(10*time.Second, "a record of the call to "+number, func() bool {
		found = found[:0]
		for _, r := range b.calls() {
			if r.To == number {
				found = append(found, r)
			}
		}
		return len(found) > 0
	})
	if len(found) != 1 {
		b.t.Fatalf("%d records of the call to %s, want 1", len(found), number)
	}
	return found[0]
}

// callFrom waits for the one record of a call from a number.
func (b *box) callFrom(number string) record {
	b.t.Helper()
	var found []record
	b.until(10*time.Second, "a record of the call from "+number, func() bool {
		found = found[:0]
		for _, r := range b.calls() {
			if r.From == number {
				found = append(found, r)
			}
		}
		return len(found) > 0
	})
	if len(found) != 1 {
		b.t.Fatalf("%d records of the call from %s, want 1", len(found), number)
	}
	return found[0]
}

// entry is a recording's row.
type entry struct {
	ID       string        `json:"id"`
	Call     string        `json:"call"`
	Length   time.Duration `json:"length"`
	SHA256   string        `json:"sha256"`
	Verdict  string        `json:"verdict"`
	Reason   string        `json:"reason"`
	Repaired bool          `json:"repaired"`
	File     string        `json:"file"`
}

// recording waits until a recording has its verdict.
func (b *box) recording(id string) entry {
	b.t.Helper()
	var e entry
	b.until(10*time.Second, "a verdict on recording "+id, func() bool {
		out, err := b.try("recording", id)
		if err != nil {
			return false
		}
		e = entry{}
		decode(b, out, &e)
		return e.Verdict != "open"
	})
	return e
}

// kept is a recording that must be complete and unchanged since.
func (b *box) kept(id string) entry {
	b.t.Helper()
	e := b.recording(id)
	if e.Verdict != "kept" {
		b.t.Fatalf("recording %s is %s: %s", id, e.Verdict, e.Reason)
	}
	data, err := os.ReadFile(e.File)
	if err != nil {
		b.t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if hex.EncodeToString(sum[:]) != e.SHA256 {
		b.t.Errorf("the file of recording %s does not have the SHA-256 of its row", id)
	}
	return e
}

// status is what "appliance status" prints, as far as tests look.
type status struct {
	Settings      int `json:"settings_version"`
	Calls         int `json:"calls"`
	Registrations []struct {
		Extension string `json:"extension"`
		Contact   string `json:"contact"`
		Source    string `json:"source"`
	} `json:"registrations"`
	Bans []struct {
		ID     string `json:"id"`
		Kind   string `json:"kind"`
		Source string `json:"source"`
		User   string `json:"user"`
	} `json:"bans"`
	ACD struct {
		Queues []struct {
			ID      string `json:"id"`
			Waiting []struct {
				Position int `json:"position"`
				Card     struct {
					Number string `json:"number"`
				} `json:"card"`
			} `json:"waiting"`
		} `json:"queues"`
		Agents []agentView `json:"agents"`
	} `json:"acd"`
	Recordings struct {
		Kept, Failed uint64
		DiskFull     bool
	} `json:"recordings"`
	Late int `json:"late_call_records"`
}

type agentView struct {
	Agent     string `json:"agent"`
	Extension string `json:"extension"`
	Status    string `json:"status"`
	Reason    string `json:"reason"`
	Activity  string `json:"activity"`
	Misses    int    `json:"misses"`
}

func (b *box) status() status {
	b.t.Helper()
	var s status
	decode(b, b.do("status"), &s)
	return s
}

// agent is one agent at this moment.
func (b *box) agent(id string) agentView {
	b.t.Helper()
	for _, a := range b.status().ACD.Agents {
		if a.Agent == id {
			return a
		}
	}
	b.t.Fatalf("status shows no agent %s", id)
	return agentView{}
}

// waiting are the numbers that wait in a queue, in the order of service.
func (b *box) waiting(queue string) []string {
	b.t.Helper()
	var out []string
	for _, q := range b.status().ACD.Queues {
		if q.ID == queue {
			for _, w := range q.Waiting {
				out = append(out, w.Card.Number)
			}
		}
	}
	return out
}

// logged are the words of a call in the queue log, in order: "ENTERQUEUE", "CONNECT" …; with call "" those of all.
func (b *box) logged(call string) []string {
	b.t.Helper()
	var out []string
	for line := range strings.Lines(b.do("queue-log")) {
		if f := strings.Split(strings.TrimSpace(line), "|"); len(f) >= 5 && (call == "" || f[1] == call) {
			out = append(out, f[4])
		}
	}
	return out
}

func decode(b *box, text string, into any) {
	b.t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		b.t.Fatalf("%v in %.300s", err, text)
	}
}

// registered waits until an extension is registered.
func (b *box) registered(extension string) {
	b.t.Helper()
	b.until(10*time.Second, extension+" is registered", func() bool {
		for _, r := range b.status().Registrations {
			if r.Extension == extension {
				return true
			}
		}
		return false
	})
}
