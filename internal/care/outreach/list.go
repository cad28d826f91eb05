package outreach

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/dealerline/dealerline/internal/care/books"
)

// Filter says which tasks a list shows; zero fields do not matter.
type Filter struct {
	Kind                                        Kind
	State                                       State
	Customer, Agent, Queue, Department, TakenBy string
	Number                                      string // of open ones
	Plan                                        string
	Overdue                                     bool // open, and due
}

func (f Filter) fits(t *Task, now time.Time) bool {
	return (f.Kind == "" || t.Kind == f.Kind) && (f.State == "" || t.State == f.State) && (f.Customer == "" || t.Customer == f.Customer) &&
		(f.Agent == "" || t.Agent == f.Agent) && (f.Queue == "" || t.Queue == f.Queue) && (f.Department == "" || t.Department == f.Department) &&
		(f.TakenBy == "" || t.TakenBy == f.TakenBy) && (f.Plan == "" || t.Plan == f.Plan) &&
		(f.Number == "" || slices.Contains(t.Numbers, f.Number)) && (!f.Overdue || (t.State == Open && !now.Before(t.Due)))
}

// index is the one that reads the least; all have the newest first.
func (f Filter) index() (name, key string) {
	switch {
	case f.Customer != "":
		return byCustomer, f.Customer
	case f.Kind != "" && f.State != "":
		return byFlow, flow(f.Kind, f.State)
	case f.State != "":
		return byState, string(f.State)
	case f.Kind != "":
		return byKind, string(f.Kind)
	}
	return "", ""
}

// List lists tasks, the newest first. after is the id of the last one seen, next the one to go on behind, empty at the end.
func (b *Book) List(f Filter, after string, limit int) (list []Task, next string, err error) {
	now := b.clock()
	err = b.books.View(func(tx Tx) error {
		rows := tx.Tasks.Walk(after, true)
		if name, key := f.index(); name != "" {
			var mark *books.Mark
			if after != "" {
				t, err := get(tx, after)
				if err != nil {
					return err
				}
				mark = &books.Mark{Key: books.NewestFirst(key, t.CreatedAt)[0], ID: after}
			}
			rows = tx.Tasks.Find(name, books.Exactly(key), mark)
		}
		list, next, err = books.PartOf(rows, after, limit, func(t Task) string { return t.ID }, func(t Task) bool { return f.fits(&t, now) })
		return err
	})
	return list, next, err
}

// What scores are summed by.
const (
	PerAgent      = "agent"
	PerQueue      = "queue"
	PerDepartment = "department"
	PerQuestion   = "question"
)

// Score is what customers answered: numerators and denominators, of which the reader makes means and shares.
type Score struct {
	Of     string `json:"of"`      // the agent, queue, department, or question
	Top    int    `json:"top"`     // the best score of the scale
	N      int    `json:"n"`       // answers
	Sum    int    `json:"sum"`     // of the scores
	TopTwo int    `json:"top_two"` // answers that are the best score or the next
	Low    int    `json:"low"`     // answers that are the worst score or the next
}

// Scores sums the answers from a moment up to another, per agent, queue, department or question. Scales are not mixed.
func (b *Book) Scores(per string, from, to time.Time) (list []Score, err error) {
	sums := map[string]*Score{}
	err = b.books.View(func(tx Tx) error {
		for r, err := range tx.Replies.Find(byAt, nil, &books.Mark{Key: books.SoonestFirst("", from)[0]}) {
			if err != nil {
				return err
			}
			if !r.At.Before(to) {
				return nil
			}
			of, ok := r.per(per)
			if !ok || r.At.Before(from) {
				continue
			}
			key := fmt.Sprintf("%s\x00%03d", of, r.Of)
			s := sums[key]
			if s == nil {
				s = &Score{Of: of, Top: r.Of}
				sums[key] = s
			}
			s.N++
			s.Sum += r.Score
			if r.Score >= r.Of-1 {
				s.TopTwo++
			}
			if r.Score <= 2 {
				s.Low++
			}
		}
		return nil
	})
	for _, s := range sums {
		list = append(list, *s)
	}
	slices.SortFunc(list, func(a, b Score) int {
		if c := strings.Compare(a.Of, b.Of); c != 0 {
			return c
		}
		return a.Top - b.Top
	})
	return list, err
}

// per is what an answer counts for; those that say nothing of it do not count.
func (r *Reply) per(what string) (string, bool) {
	switch what {
	case PerAgent:
		return r.Agent, r.Agent != ""
	case PerQueue:
		return r.Queue, r.Queue != ""
	case PerDepartment:
		return r.Department, r.Department != ""
	case PerQuestion:
		if r.Script == "" {
			return r.Question, true
		}
		return r.Script + "/" + r.Question, true
	}
	return "", false
}

// scored is what a customer answered, as text.
func scored(list []Reply) string {
	var lines []string
	for _, r := range list {
		lines = append(lines, fmt.Sprintf("%s: %d/%d", r.Question, r.Score, r.Of))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// idAt is the least id of a record made at a moment: a UUIDv7 of it without its random part.
func idAt(at time.Time) string {
	ms := uint64(max(at.UnixMilli(), 0)) //nolint:gosec // not negative
	var u uuid.UUID
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i)) //nolint:gosec // the low octet is meant
	}
	u[6], u[8] = 0x70, 0x80 // version 7, RFC 9562 section 5.7
	return u.String()
}
