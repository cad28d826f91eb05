package ivr

import (
	"cmp"
	"strings"

	"github.com/dealerline/dealerline/internal/calls/call"
)

// Finder finds the customers who have a number ("phone") or a car whose plate ends in digits ("plate"), by id. It is asked
// while the caller waits.
type Finder func(by, digits string) []string

// What callers are identified by.
const (
	ByPhone = "phone"
	ByPlate = "plate"
)

// Attributes of a call whose caller said who it is.
const (
	// AttrCustomer is the customer's id, AttrCandidates the ids, parted by commas, when several have what was said.
	AttrCustomer   = "customer"
	AttrCandidates = "candidates"
	// AttrIdentifiedBy is by what: [ByPhone] or [ByPlate].
	AttrIdentifiedBy = "identified_by"
)

const (
	// maxCandidates is how many an agent can choose from. More have said nothing that tells them apart.
	maxCandidates = 5
	// A plate ends in at most five digits that people say; numbers begin at seven, in the city itself.
	shortestNumber = 7
	// The bounds of what is keyed in: the end of a plate, a number of a mobile phone with a 0 before it.
	minIdentifying, maxIdentifying = 3, 12
)

// bounds are how many digits the node takes.
func (n Node) bounds() (least, most int) {
	if n.Kind != Identify {
		return n.Min, n.Max
	}
	return cmp.Or(n.Min, minIdentifying), cmp.Or(n.Max, maxIdentifying)
}

// asks reports whether the node waits for digits.
func (n Node) asks() bool { return n.Kind == Collect || n.Kind == Identify }

// identified looks up whom the digits mean. Without any the caller wants to go on unknown; nobody, or too many, is asked
// about again as often as the node allows.
func (m *machine) identified(n Node) {
	if m.Digits == "" {
		m.do(call.MenuArm{})
		m.enter(n.Otherwise, "#")
		return
	}
	by := n.By
	if by == "" {
		if by = ByPlate; len(m.Digits) >= shortestNumber {
			by = ByPhone
		}
	}
	var found []string
	if m.w.Find != nil {
		found = m.w.Find(by, m.Digits)
	}
	if len(found) == 0 || len(found) > maxCandidates {
		m.again(n, n.SayInvalid, cmp.Or(n.Invalid, n.Otherwise))
		return
	}
	m.do(call.MenuArm{})
	if n.Into != "" {
		m.set(n.Into, m.Digits)
	}
	if len(found) == 1 {
		m.set(AttrCustomer, found[0])
	} else {
		m.set(AttrCandidates, strings.Join(found, ","))
	}
	m.set(AttrIdentifiedBy, by)
	m.enter(m.after(n.Next), m.Digits)
}
