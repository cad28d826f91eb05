package ticket

import (
	"slices"
	"time"
)

// Minutes is a length of time as people set it.
type Minutes int

// Duration is the same as Go knows it.
func (m Minutes) Duration() time.Duration { return time.Duration(m) * time.Minute }

// Type is a kind of ticket, as the settings describe it.
type Type struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Prefix begins the numbers of its tickets: "R" makes R261122-001.
	Prefix     string   `json:"prefix"`
	Priority   Priority `json:"priority,omitempty"`   // of a new one; empty: normal
	Department string   `json:"department,omitempty"` // who is looked for as owner; empty: anybody
	Fields     []Field  `json:"fields,omitempty" nullable:"false"`
	Targets    []Target `json:"targets,omitempty" nullable:"false"`
	Closing    Closing  `json:"closing"`
	// Counts: a conversation in which the ticket is opened is the first contact.
	Counts bool `json:"opening_call_counts,omitempty"`
	// Job: somebody has to go there; Skill is what the technician must know.
	Job   bool   `json:"job,omitempty"`
	Skill string `json:"skill,omitempty"`
	// Head is the head start in queues of a customer with an open one; Direct leads such a customer past the menu to the owner.
	Head   Minutes `json:"head_start_minutes,omitempty"`
	Direct bool    `json:"direct,omitempty"`
	// Complaint: it has a complaint's fields, and is hidden from whom it is about.
	Complaint bool `json:"complaint,omitempty"`
	// Categories is the tree of what such tickets are about, as paths: "service/waiting".
	Categories []string `json:"categories,omitempty" nullable:"false"`
	// Becomes are the types that a ticket of this one may be made later; none: any.
	Becomes []string `json:"becomes,omitempty" nullable:"false"`
}

// The steps at which a form's field may be required.
const (
	AtCreate  = "create"
	AtResolve = "resolve"
	AtClose   = "close"
)

// The kinds of form fields.
const (
	TextField   = "text"
	NumberField = "number"
	DateField   = "date" // 2026-11-22
	ChoiceField = "choice"
	PhoneField  = "phone"
)

// Field is a field of a type's form.
type Field struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Kind     string   `json:"kind"`
	Choices  []string `json:"choices,omitempty" nullable:"false"`
	Required string   `json:"required,omitempty"` // AtCreate …; empty: never
}

// What targets and their timers are about.
const (
	OfContact    = "first_contact" // the dealership speaks with the customer
	OfDispatch   = "dispatch"      // a technician accepts the job
	OfProgress   = "progress"      // the customer hears how it goes; begins anew each time
	OfResolution = "resolution"    // the work is done
	OfClosure    = "closure"       // the customer has confirmed it
)

// Target is what a type promises: in this much time, by this clock.
type Target struct {
	Of     string  `json:"of"`
	Within Minutes `json:"within_minutes"`
	// Clock is a calendar's id; empty: around the clock.
	Clock string `json:"clock,omitempty"`
	// Only is for tickets of these priorities; empty: all. The first target that fits counts.
	Only   []Priority `json:"only,omitempty" nullable:"false"`
	Ladder []Rung     `json:"ladder,omitempty" nullable:"false"`
}

// Rung is one step of a ladder of escalation: whom to tell, and how, after so much time on the target's clock.
type Rung struct {
	After Minutes `cbor:"1,keyasint" json:"after_minutes"`
	// Role is "owner", or a role of the roster. Who has it is looked up when the time comes; if nobody has, the next above.
	Role string   `cbor:"2,keyasint" json:"role"`
	By   []string `cbor:"3,keyasint" json:"by"` // channels: "console", "sms", "call"
}

// RoleOwner is the ticket's owner.
const RoleOwner = "owner"

// The ways to tell people something.
const (
	ByConsole = "console"
	BySMS     = "sms"
	ByCall    = "call"
)

// What contact a type's closing asks for.
const (
	ContactOutbound = "outbound" // the dealership has called the customer
	ContactAny      = "any"      // they have spoken
	ContactNone     = "none"     // resolved is closed
)

// Closing is the rule by which tickets of a type may be closed. The zero value is the strict one.
type Closing struct {
	Contact string `json:"contact,omitempty"` // empty: outbound
	// SameMay: who did the work may also verify it.
	SameMay bool `json:"same_person_may,omitempty"`
	// Unasked: the customer need not be asked for satisfaction.
	Unasked bool `json:"satisfaction_unasked,omitempty"`
}

func (c Closing) contact() string {
	if c.Contact == "" {
		return ContactOutbound
	}
	return c.Contact
}

// target finds the target that a ticket of this priority has.
func (t *Type) target(of string, p Priority) (Target, bool) {
	for _, g := range t.Targets {
		if g.Of == of && g.fits(p) {
			return g, true
		}
	}
	return Target{}, false
}

func (g Target) fits(p Priority) bool {
	return len(g.Only) == 0 || slices.Contains(g.Only, p)
}
