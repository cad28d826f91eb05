package ticket

import (
	"time"

	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/contact"
)

// Rate is so many of so many; without any there is no rate.
type Rate struct {
	Met int `json:"met"`
	Of  int `json:"of"`
}

func (r *Rate) count(met bool) {
	r.Of++
	if met {
		r.Met++
	}
}

// Figures are what the tickets of a time show. Each is a numerator and a denominator of stored facts. A promise that is
// neither kept nor broken yet is in none.
type Figures struct {
	Opened int `json:"opened"`
	Open   int `json:"open"` // of those, still
	// FirstContact: the dealership spoke with the customer in the time promised.
	FirstContact Rate `json:"first_contact"`
	// Quarter: of the jobs for which a technician was sent, the technician spoke with the customer within 15 minutes of the
	// ticket's opening.
	Quarter    Rate `json:"quarter_hour_contact"`
	Resolution Rate `json:"resolution"`
	// Loop: of those closed, neither cancelled nor merged, a contact has proved that it is done.
	Loop Rate `json:"closed_loop"`
	// Repeat: of the complaints, the customer had made the same one within a month.
	Repeat Rate `json:"repeat_complaints"`
	// Satisfied: of those whose customers said something, it was not that they are dissatisfied.
	Satisfied Rate `json:"satisfied"`
	Reopened  Rate `json:"reopened"` // of those resolved at least once
}

// quarterHour is the promise to somebody on the road.
const quarterHour = 15 * time.Minute

// Add counts a ticket.
func (f *Figures) Add(t *Ticket, typ *Type) {
	if t.Outcome == Merged {
		return // it is counted where it goes on
	}
	f.Opened++
	if t.IsOpen() {
		f.Open++
	}
	for of, rate := range map[string]*Rate{OfContact: &f.FirstContact, OfResolution: &f.Resolution} {
		if m := t.timer(of); m != nil && (!m.MetAt.IsZero() || m.Missed > 0) {
			rate.count(m.Missed == 0)
		}
	}
	if d := t.Dispatch; typ.Job && d != nil && (!d.ContactedAt.IsZero() || !t.IsOpen()) {
		f.Quarter.count(!d.ContactedAt.IsZero() && d.ContactedAt.Sub(t.CreatedAt) <= quarterHour)
	}
	if t.State == Closed && t.Outcome != Cancelled {
		f.Loop.count(t.Outcome == Contacted)
	}
	if typ.Complaint {
		repeat := false
		for _, r := range t.Relations {
			repeat = repeat || r.Kind == "repeat_of"
		}
		f.Repeat.count(repeat)
	}
	if t.Satisfaction != contact.Unsaid {
		f.Satisfied.count(t.Satisfaction != contact.Dissatisfied)
	}
	if t.Resolution != nil || t.Reopened > 0 {
		f.Reopened.count(t.Reopened > 0)
	}
}

// Group is the figures of some tickets: of a type, a department, an owner.
type Group struct {
	Name    string  `json:"name"`
	Figures Figures `json:"figures"`
}

// By what figures are parted.
const (
	ByType       = "type"
	ByDepartment = "department"
	ByOwner      = "owner"
)

// maxFigures bounds how many tickets are read for figures.
const maxFigures = 200_000

// Figures counts the tickets opened from one moment until before another, as a whole and in groups, in the order in which
// the groups were first met. whole is false when there are more than are counted.
func (b *Book) Figures(who Viewer, from, to time.Time, by string) (all Figures, groups []Group, whole bool, err error) {
	rules := b.rules()
	at := map[string]int{}
	n := 0
	err = b.books.View(func(tx Tx) error {
		for t, err := range tx.Tickets.Walk(books.IDAt(from), false) {
			if err != nil {
				return err
			}
			if n++; !t.CreatedAt.Before(to) || n > maxFigures {
				return nil
			}
			if t.CreatedAt.Before(from) || !who.sees(&t) {
				continue
			}
			name := map[string]string{ByType: t.Type, ByDepartment: t.Department, ByOwner: t.Owner}[by]
			i, ok := at[name]
			if !ok {
				i = len(groups)
				at[name], groups = i, append(groups, Group{Name: name})
			}
			typ := rules.env(t.Type).Type
			groups[i].Figures.Add(&t, typ)
			all.Add(&t, typ)
		}
		return nil
	})
	return all, groups, n <= maxFigures, err
}
