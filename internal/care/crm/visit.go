package crm

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
)

// The kinds of visits.
const (
	Maintenance = "maintenance"
	Repair      = "repair"
	Accident    = "accident"
	WarrantyJob = "warranty"
	Recall      = "recall"
	Delivery    = "delivery" // a car was handed over to its owner
	OtherVisit  = "other"
)

// Visit is the summary of a repair order, as the dealer management system exports it. CBOR numbers are never reused.
type Visit struct {
	Meta     merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID       string     `cbor:"1,keyasint" json:"id"`
	Order    string     `cbor:"2,keyasint,omitempty" json:"order,omitempty"` // the repair order's number; one visit each
	At       time.Time  `cbor:"3,keyasint" json:"at"`
	Vehicle  string     `cbor:"4,keyasint,omitempty" json:"vehicle,omitempty"`
	Customer string     `cbor:"5,keyasint,omitempty" json:"customer,omitempty"`
	Km       int        `cbor:"6,keyasint,omitempty" json:"km,omitempty"`
	Kind     string     `cbor:"7,keyasint,omitempty" json:"kind,omitempty"`
	Work     string     `cbor:"8,keyasint,omitempty" json:"work,omitempty"`     // what was done
	Amount   int64      `cbor:"9,keyasint,omitempty" json:"amount,omitempty"`   // fen
	Advisor  string     `cbor:"10,keyasint,omitempty" json:"advisor,omitempty"` // as the system names them
	Source   string     `cbor:"11,keyasint,omitempty" json:"source,omitempty"`
}

// maxAmount bounds what a repair may cost: ten million yuan, in fen.
const maxAmount = 1_000_000_000

// Check tidies the record and returns what is wrong with it.
func (v *Visit) Check() fault.Fields {
	k := checker{}
	k.Line("order", &v.Order, maxName)
	if v.At.IsZero() {
		k.Wrong("at", "visit.time_missing", "a visit needs its time")
	}
	v.At = v.At.UTC()
	if v.Vehicle == "" && v.Customer == "" {
		k.Wrong("vehicle", "visit.nobody", "a visit needs a vehicle or a customer")
	}
	k.Within("km", "vehicle.mileage_range", v.Km, 0, maxKm)
	if v.Kind == "" {
		v.Kind = OtherVisit
	}
	k.OneOf("kind", "visit.kind_unknown", v.Kind, Maintenance, Repair, Accident, WarrantyJob, Recall, Delivery, OtherVisit)
	k.Text("work", &v.Work, maxNotes)
	if v.Amount < -maxAmount || v.Amount > maxAmount {
		k.Wrong("amount", "visit.amount_range", "%d fen is no sum of a repair", v.Amount)
	}
	k.Line("advisor", &v.Advisor, maxName)
	k.Line("source", &v.Source, maxLine)
	return k.Found
}

// The kinds of relations.
const (
	Household = "household"
	Fleet     = "fleet"
	Contact   = "contact" // From is whom to ask for at To
)

// Relation joins two customers: of one household, a company and a driver of its fleet, a contact.
type Relation struct {
	Meta merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID   string     `cbor:"1,keyasint" json:"id"`
	Kind string     `cbor:"2,keyasint" json:"kind"`
	From string     `cbor:"3,keyasint" json:"from"`
	To   string     `cbor:"4,keyasint" json:"to"`
	Role string     `cbor:"5,keyasint,omitempty" json:"role,omitempty"` // "wife", "driver"
}

// Check tidies the record and returns what is wrong with it.
func (r *Relation) Check() fault.Fields {
	k := checker{}
	k.OneOf("kind", "relation.kind_unknown", r.Kind, Household, Fleet, Contact)
	if r.From == "" || r.To == "" || r.From == r.To {
		k.Wrong("to", "relation.not_two", "a relation needs two different customers")
	}
	k.Line("role", &r.Role, maxTag)
	return k.Found
}

// Merging is the record of two customers becoming one, with what is needed to make them two again.
type Merging struct {
	Meta   merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID     string     `cbor:"1,keyasint" json:"id"`
	At     time.Time  `cbor:"2,keyasint" json:"at"`
	By     string     `cbor:"3,keyasint" json:"by"`
	Rule   string     `cbor:"4,keyasint,omitempty" json:"rule,omitempty"` // why; empty: somebody chose to
	Winner string     `cbor:"5,keyasint" json:"winner"`
	Loser  string     `cbor:"6,keyasint" json:"loser"`
	// WinnerBefore, LoserBefore and WinnerAfter are the records then.
	WinnerBefore Customer `cbor:"7,keyasint" json:"winner_before"`
	LoserBefore  Customer `cbor:"8,keyasint" json:"loser_before"`
	WinnerAfter  Customer `cbor:"9,keyasint" json:"winner_after"`
	// Vehicles are those that named the loser, and how.
	Vehicles []MovedVehicle `cbor:"10,keyasint,omitempty" json:"vehicles,omitempty" nullable:"false"`
	// Relations are those that named the loser, as they were.
	Relations []Relation `cbor:"11,keyasint,omitempty" json:"relations,omitempty" nullable:"false"`
	UndoneAt  time.Time  `cbor:"12,keyasint,omitzero" json:"undone_at,omitzero"`
	UndoneBy  string     `cbor:"13,keyasint,omitempty" json:"undone_by,omitempty"`
}

// MovedVehicle is a vehicle's owner and users before and after a merging.
type MovedVehicle struct {
	ID          string   `cbor:"1,keyasint" json:"id"`
	OwnerBefore string   `cbor:"2,keyasint,omitempty" json:"owner_before,omitempty"`
	OwnerAfter  string   `cbor:"3,keyasint,omitempty" json:"owner_after,omitempty"`
	UsersBefore []string `cbor:"4,keyasint,omitempty" json:"users_before,omitempty" nullable:"false"`
	UsersAfter  []string `cbor:"5,keyasint,omitempty" json:"users_after,omitempty" nullable:"false"`
}

// The decisions on a review.
const (
	ReviewOpen     = "open"
	ReviewMerged   = "merged"
	ReviewDistinct = "distinct" // two people: do not ask again
)

// Review is a question to people: are these two one customer?
type Review struct {
	Meta      merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID        string     `cbor:"1,keyasint" json:"id"` // both ids, the smaller first
	A         string     `cbor:"2,keyasint" json:"a"`
	B         string     `cbor:"3,keyasint" json:"b"`
	Rule      string     `cbor:"4,keyasint" json:"rule"`
	At        time.Time  `cbor:"5,keyasint" json:"at"`
	State     string     `cbor:"6,keyasint" json:"state"`
	DecidedBy string     `cbor:"7,keyasint,omitempty" json:"decided_by,omitempty"`
	DecidedAt time.Time  `cbor:"8,keyasint,omitzero" json:"decided_at,omitzero"`
}

// Value is what a customer is worth, as last reckoned. It is this box's own and can be reckoned again at any time.
type Value struct {
	Customer  string    `cbor:"1,keyasint" json:"customer"`
	Tier      string    `cbor:"2,keyasint" json:"tier"`   // A to F
	Spent     int64     `cbor:"3,keyasint" json:"spent"`  // fen in the last 12 months
	Visits    int       `cbor:"4,keyasint" json:"visits"` // in the last 12 months
	LastVisit time.Time `cbor:"5,keyasint,omitzero" json:"last_visit,omitzero"`
	// Share is the part of all revenue that this customer and all who spent more make up, in thousandths.
	Share int `cbor:"6,keyasint" json:"share"`
	Rank  int `cbor:"7,keyasint" json:"rank"` // 1 spent most
}
