package crm

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
)

// Entry is one thing that happened between a customer and the dealership.
type Entry struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"` // "call", "sms", "fax", "ticket", "appointment", "visit"
	ID   string    `json:"id"`
	// Open entries wait for somebody: an open ticket, an appointment to come.
	Open    bool              `json:"open,omitempty"`
	Vehicle string            `json:"vehicle,omitempty"`
	Agent   string            `json:"agent,omitempty"`
	Summary string            `json:"summary,omitempty"` // in the words of whoever wrote it
	Detail  map[string]string `json:"detail,omitempty"`  // what the kind has beside: direction, number, recording, amount
	// Not is the person who must not see it: a complaint about somebody.
	Not string `json:"-"`
}

// For leaves out what somebody must not see.
func For(person string, list []Entry) []Entry {
	return slices.DeleteFunc(list, func(e Entry) bool { return e.Not != "" && e.Not == person })
}

// Subject is whose time line is asked for: the ids under which the customer has been known, the numbers, the vehicles.
type Subject struct {
	Customers []string
	Numbers   []string
	Vehicles  []string
}

// Place is a place in a time line: what comes behind it is older. The zero value is the newest end.
type Place struct {
	At time.Time
	ID string
}

// Behind reports whether an entry lies behind the place.
func (p Place) Behind(e Entry) bool {
	return p.At.IsZero() || e.At.Before(p.At) || e.At.Equal(p.At) && e.ID < p.ID
}

// Source knows a kind of entries: calls, messages, tickets. It returns up to limit entries behind a place, newest first; of
// equal times the greater id first.
type Source interface {
	Entries(who Subject, behind Place, limit int) ([]Entry, error)
}

// Waiting is a [Source] with entries that wait for somebody: tickets, appointments to come. It returns up to limit of them,
// the most pressing first. A source of what is over when it is told, as calls are, is none.
type Waiting interface {
	Open(who Subject, limit int) ([]Entry, error)
}

// Open is up to limit entries that wait for somebody, those of each source together, the most pressing first.
func (b *Book) Open(who Subject, limit int) (list []Entry, err error) {
	for _, s := range b.sources {
		w, ok := s.(Waiting)
		if !ok {
			continue
		}
		open, err := w.Open(who, limit-len(list))
		if err != nil {
			return nil, err
		}
		if list = append(list, open[:min(len(open), limit-len(list))]...); len(list) == limit {
			break
		}
	}
	return list, nil
}

// TimeLine is up to limit entries of a customer, newest first, and the place to go on from; nil when there are no more.
func (b *Book) TimeLine(customer string, behind Place, limit int) (list []Entry, next *Place, err error) {
	who, err := b.subject(customer)
	if err != nil {
		return nil, nil, err
	}
	list, err = b.visitEntries(who, behind, limit+1)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range b.sources {
		more, err := s.Entries(who, behind, limit+1)
		if err != nil {
			return nil, nil, err
		}
		list = append(list, more...)
	}
	slices.SortStableFunc(list, newerFirst)
	if len(list) > limit {
		list = list[:limit]
		last := list[limit-1]
		next = &Place{last.At, last.ID}
	}
	return list, next, nil
}

func newerFirst(a, b Entry) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) }

func (b *Book) subject(customer string) (who Subject, err error) {
	err = b.books.View(func(tx Tx) error {
		c, err := present(tx, customer)
		if err != nil {
			return err
		}
		who = Subject{Customers: c.IDs()}
		for _, p := range c.Phones {
			who.Numbers = append(who.Numbers, p.Number)
		}
		vehicles, err := books.All(tx.Vehicles, byCustomer, c.ID)
		for _, v := range vehicles {
			who.Vehicles = append(who.Vehicles, v.ID)
		}
		return err
	})
	return who, err
}

// visitEntries are the visits as entries.
func (b *Book) visitEntries(who Subject, behind Place, limit int) (list []Entry, err error) {
	err = b.books.View(func(tx Tx) error {
		list = nil
		for _, id := range who.Customers {
			n := 0
			for v, err := range tx.Visits.Find(byCustomer, books.Exactly(id), nil) {
				if err != nil {
					return err
				}
				e := Entry{At: v.At, Kind: "visit", ID: v.ID, Vehicle: v.Vehicle, Agent: v.Advisor, Summary: v.Work, Detail: visitDetail(v)}
				if !behind.Behind(e) {
					continue
				}
				list = append(list, e)
				if n++; n > limit+maxSharing { // those of one time may stand in another order
					break
				}
			}
		}
		return nil
	})
	slices.SortStableFunc(list, newerFirst)
	return list[:min(len(list), limit)], err
}

func visitDetail(v Visit) map[string]string {
	d := map[string]string{"visit_kind": v.Kind}
	if v.Order != "" {
		d["order"] = v.Order
	}
	if v.Km > 0 {
		d["km"] = strconv.Itoa(v.Km)
	}
	if v.Amount != 0 {
		d["amount"] = strconv.FormatInt(v.Amount, 10)
	}
	return d
}
