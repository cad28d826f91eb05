package api

import (
	"context"
	"fmt"

	"github.com/dealerline/dealerline/internal/care/outreach"
	"github.com/dealerline/dealerline/internal/care/report"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// countTickets puts the tickets' own figures into a report.
func (a *API) countTickets(ctx context.Context, t *report.Table, q report.Question, by string) (whole bool, err error) {
	_, groups, whole, err := a.Tickets.Figures(viewerOf(ctx), q.From, q.To, by)
	if err != nil {
		return false, err
	}
	sum := func(r ticket.Rate) report.Sum { return report.Sum{N: float64(r.Met), D: float64(r.Of)} }
	for _, g := range groups {
		f := g.Figures
		t.Put(g.Name, report.Sum{N: float64(f.Opened)}, sum(f.FirstContact), sum(f.Quarter), sum(f.Resolution), sum(f.Loop), sum(f.Repeat), sum(f.Satisfied), sum(f.Reopened))
	}
	return whole, nil
}

// Callbacks are read in pieces, and no more than so many.
const (
	callbacksAtOnce = 500
	maxCallbacks    = 200_000
)

// countCallbacks counts the callbacks made in a period that are not cancelled: closed are those done, refused or unreachable
// after all tries.
func (a *API) countCallbacks(ctx context.Context, t *report.Table, q report.Question) (whole bool, err error) {
	after := ""
	for n := 0; n < maxCallbacks; {
		if err := ctx.Err(); err != nil {
			return false, fmt.Errorf("count callbacks: %w", context.Cause(ctx))
		}
		list, next, err := a.Outreach.List(outreach.Filter{Queue: q.Queue, Agent: q.Agent}, after, callbacksAtOnce)
		if err != nil {
			return false, err
		}
		for i := range list {
			k := &list[i]
			if k.CreatedAt.Before(q.From) {
				return true, nil
			}
			if k.CreatedAt.Before(q.To) && k.State != outreach.Cancelled {
				closed, lost := 0.0, 0.0
				if !k.IsOpen() {
					closed = 1
				}
				if k.State == outreach.Unreachable {
					lost = 1
				}
				t.Put(string(k.Kind), report.Sum{N: 1}, report.Sum{N: closed, D: 1}, report.Sum{N: lost, D: 1})
			}
		}
		if n += len(list); next == "" {
			return true, nil
		}
		after = next
	}
	return false, nil
}

// countSurveys sums what customers answered, per agent. Scores are parts of the best one, so that scales can be added.
func (a *API) countSurveys(t *report.Table, q report.Question) error {
	list, err := a.Outreach.Scores("agent", q.From, q.To)
	for _, s := range list {
		if s.Top == 0 || q.Agent != "" && s.Of != q.Agent {
			continue
		}
		n := float64(s.N)
		t.Put(s.Of, report.Sum{N: n}, report.Sum{N: float64(s.Sum) / float64(s.Top), D: n}, report.Sum{N: float64(s.TopTwo), D: n})
	}
	return err
}
