package health

import (
	"cmp"
	"slices"
	"time"
)

// Level is how bad a problem is.
type Level string

// The levels, the worst first.
const (
	Bad    Level = "bad"    // something does not work now
	Warn   Level = "warn"   // something will not work soon, or only in part
	Notice Level = "notice" // somebody should know
)

// Problem is something to see to.
type Problem struct {
	Code  string            `json:"code" doc:"What it is: the console's words for it, and for what to do, go by it"`
	Level Level             `json:"level" enum:"bad,warn,notice"`
	What  string            `json:"what,omitempty" doc:"Which line, trunk, phone or file"`
	Since time.Time         `json:"since,omitzero"`
	Until time.Time         `json:"until,omitzero"`
	Args  map[string]string `json:"args,omitempty" doc:"For the words"`
}

// Line is a trunk or an analog line.
type Line struct {
	Name   string    `json:"name"`
	Kind   string    `json:"kind" enum:"trunk,analog"`
	State  string    `json:"state" enum:"idle,busy,ringing,alarm,fault,off" doc:"Green, blue, amber, amber, red, grey"`
	Detail string    `json:"detail,omitempty"`
	Since  time.Time `json:"since,omitzero"`
}

// Phone is a registered telephone.
type Phone struct {
	Extension string    `json:"extension"`
	Agent     string    `json:"user_agent,omitempty"`
	Source    string    `json:"source"`
	Expires   time.Time `json:"expires"`
	Reachable bool      `json:"reachable"`
}

// Disk is the room on the disk of the data directory.
type Disk struct {
	Free  uint64 `json:"free"`  // octets
	Total uint64 `json:"total"` // octets
	// Days is for how many days of recording the room lasts, at the pace of the last week; 0: not known.
	Days int  `json:"days,omitempty"`
	Full bool `json:"full,omitempty" doc:"Nothing is recorded any more"`
}

// Clock is how far the box's clock can be trusted.
type Clock struct {
	Synchronised bool    `json:"synchronised"`
	ErrorSeconds float64 `json:"error_seconds" doc:"The kernel's estimate of how wrong it is at most"`
}

// Backup is the last nightly backup.
type Backup struct {
	File  string    `json:"file,omitempty"`
	At    time.Time `json:"at,omitzero"`
	Error string    `json:"error,omitempty"`
}

// Certificate is what browsers are shown.
type Certificate struct {
	Until time.Time `json:"until"`
	Names []string  `json:"names" nullable:"false"`
	Own   bool      `json:"own"`
	Note  string    `json:"note,omitempty"`
}

// Facts are how the box does at one moment.
type Facts struct {
	Version     string       `json:"version"`
	StartedAt   time.Time    `json:"started_at"`
	At          time.Time    `json:"at"`
	Lines       []Line       `json:"lines" nullable:"false"`
	Phones      []Phone      `json:"phones" nullable:"false"`
	Extensions  []string     `json:"extensions" nullable:"false" doc:"That should have a phone"`
	Disk        Disk         `json:"disk"`
	Clock       Clock        `json:"clock"`
	Backup      Backup       `json:"backup"`
	Certificate *Certificate `json:"certificate,omitempty" doc:"Absent: no HTTPS"`
	Cards       string       `json:"cards,omitempty" doc:"What is wrong with the telephony cards"`
	Bans        []string     `json:"bans" nullable:"false" doc:"Addresses and users that are locked out"`
	Prompts     []string     `json:"missing_prompts" nullable:"false"`
	Late        int          `json:"late_call_records"`
	Warnings    []Problem    `json:"-"` // found elsewhere: holidays, on-call lists
}

// From when on things are told of.
const (
	certificateSoon = 21 * 24 * time.Hour
	backupOld       = 36 * time.Hour // one night was missed
	newBox          = 36 * time.Hour // a box as young as this has had no night yet
	diskLow         = 14             // days of recording
	clockOff        = 2.0            // seconds: deadlines and records are by the second
)

// Problems are what somebody should see to, the worst first.
func Problems(f Facts) []Problem {
	list := slices.Concat(lineProblems(f), roomProblems(f), certificateProblems(f), f.Warnings)
	add := func(p Problem) { list = append(list, p) }
	if f.Cards != "" {
		add(Problem{Code: "cards.fault", Level: Bad, Args: map[string]string{"why": f.Cards}})
	}
	if !f.Clock.Synchronised || f.Clock.ErrorSeconds > clockOff {
		add(Problem{Code: "clock.unsynchronised", Level: Warn})
	}
	for _, e := range f.Extensions {
		if !slices.ContainsFunc(f.Phones, func(p Phone) bool { return p.Extension == e }) {
			add(Problem{Code: "phone.missing", Level: Notice, What: e})
		}
	}
	for _, p := range f.Phones {
		if !p.Reachable {
			add(Problem{Code: "phone.unreachable", Level: Warn, What: p.Extension})
		}
	}
	for _, b := range f.Bans {
		add(Problem{Code: "ban", Level: Notice, What: b})
	}
	for _, p := range f.Prompts {
		add(Problem{Code: "prompt.missing", Level: Warn, What: p})
	}
	if f.Late > 0 {
		add(Problem{Code: "records.late", Level: Bad})
	}
	slices.SortStableFunc(list, func(a, b Problem) int { return cmp.Compare(rank(a.Level), rank(b.Level)) })
	return list
}

func rank(l Level) int { return slices.Index([]Level{Bad, Warn, Notice}, l) }

func lineProblems(f Facts) (list []Problem) {
	for _, l := range f.Lines {
		switch l.State {
		case "fault":
			list = append(list, Problem{Code: l.Kind + ".fault", Level: Bad, What: l.Name, Since: l.Since, Args: map[string]string{"why": l.Detail}})
		case "alarm":
			list = append(list, Problem{Code: l.Kind + ".alarm", Level: Bad, What: l.Name, Since: l.Since, Args: map[string]string{"why": l.Detail}})
		}
	}
	return list
}

func roomProblems(f Facts) (list []Problem) {
	switch {
	case f.Disk.Full:
		list = append(list, Problem{Code: "disk.full", Level: Bad})
	case f.Disk.Days > 0 && f.Disk.Days < diskLow:
		list = append(list, Problem{Code: "disk.low", Level: Warn})
	}
	switch b := f.Backup; {
	case b.Error != "":
		list = append(list, Problem{Code: "backup.failed", Level: Bad, Since: b.At, Args: map[string]string{"why": b.Error}})
	case b.File == "" && f.At.Sub(f.StartedAt) < newBox: // it comes tonight
	case b.File == "" || f.At.Sub(b.At) > backupOld:
		list = append(list, Problem{Code: "backup.old", Level: Warn, Since: b.At})
	}
	return list
}

func certificateProblems(f Facts) []Problem {
	c := f.Certificate
	switch {
	case c == nil:
		return nil
	case c.Note != "" || f.At.After(c.Until):
		return []Problem{{Code: "certificate.bad", Level: Bad, Until: c.Until, Args: map[string]string{"why": c.Note}}}
	case !c.Own && c.Until.Sub(f.At) < certificateSoon: // the box renews its own
		return []Problem{{Code: "certificate.ends", Level: Warn, Until: c.Until}}
	}
	return nil
}
