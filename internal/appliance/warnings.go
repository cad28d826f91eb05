package appliance

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/workday"
	"github.com/dealerline/dealerline/internal/care/roster"
	"github.com/dealerline/dealerline/internal/edge/settings"
)

// Warning is something that nobody feels yet, and that somebody should see to before they do.
type Warning struct {
	Code string    `json:"code"` // "holidays.missing", "roster.uncovered"
	What string    `json:"what"` // the year, the kind of on-call list
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	Text string    `json:"text"` // for logs and the command line
}

// How far ahead the on-call lists are looked at, how closely, and how often all of it is.
const (
	warnAhead = 7 * 24 * time.Hour
	warnStep  = 15 * time.Minute
	warnEvery = time.Hour
)

// warnings are what was found last.
type warnings struct {
	list atomic.Pointer[[]Warning]
	anew chan struct{}
}

func newWarnings() *warnings { return &warnings{anew: make(chan struct{}, 1)} }

// List is what was found last.
func (w *warnings) List() []Warning {
	if l := w.list.Load(); l != nil {
		return *l
	}
	return nil
}

// wake has it looked again: the settings have changed.
func (w *warnings) wake() {
	select {
	case w.anew <- struct{}{}:
	default:
	}
}

// warn looks from time to time, and tells the log of what is new.
func (b *Box) warn(ctx context.Context) error {
	t := time.NewTicker(warnEvery)
	defer t.Stop()
	var told []string
	for {
		now := b.warningsAt(time.Now())
		b.warnings.list.Store(&now)
		var texts []string
		for _, w := range now {
			if texts = append(texts, w.Text); !slices.Contains(told, w.Text) {
				b.log.Warn("see to this", "code", w.Code, "what", w.What, "text", w.Text)
			}
		}
		told = texts
		select {
		case <-t.C:
		case <-b.warnings.anew:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// warningsAt are the warnings of a moment.
func (b *Box) warningsAt(now time.Time) []Warning {
	d := b.settings.Current()
	list := holidayWarnings(d, now)
	if s := b.tickets.now.Load(); s != nil {
		if people, ok := s.rules.People.(staff); ok {
			list = append(list, rosterWarnings(d.Roster.Duties, people, now)...)
		}
	}
	return list
}

// holidayWarnings says which year's public holidays are unknown, if a calendar follows them.
func holidayWarnings(d *settings.Document, now time.Time) []Warning {
	if !slices.ContainsFunc(d.Calendars, func(c workday.Calendar) bool { return c.Public }) {
		return nil
	}
	year, missing := workday.Missing(d.HolidayYears, now.In(d.Location()))
	if !missing {
		return nil
	}
	what := fmt.Sprint(year)
	return []Warning{{
		Code: "holidays.missing", What: what,
		Text: "the public holidays of " + what + " are not known: dealerline holidays FILE, or the settings' holiday_years",
	}}
}

// rosterWarnings says for each kind of on-call list when the first time comes at which the house is closed and nobody is on any of
// them. While the house is open those at work can be sent.
func rosterWarnings(duties []roster.Duty, s staff, now time.Time) (list []Warning) {
	gaps := map[string][][]roster.Gap{}
	var kinds []string
	for _, d := range duties {
		if d.Kind == "" {
			continue
		}
		if !slices.Contains(kinds, d.Kind) {
			kinds = append(kinds, d.Kind)
		}
		gaps[d.Kind] = append(gaps[d.Kind], s.roster.Uncovered(d.ID, now, warnAhead))
	}
	for _, kind := range kinds {
		if from, to, ok := bare(gaps[kind], s.hours, now); ok {
			list = append(list, Warning{
				Code: "roster.uncovered", What: kind, From: from, To: to,
				Text: fmt.Sprintf("nobody is on call for %s from %s to %s", kind, from.Format("2006-01-02 15:04"), to.Format("2006-01-02 15:04")),
			})
		}
	}
	return list
}

// bare finds the first time that lies in a gap of each list while the house is closed.
func bare(lists [][]roster.Gap, hours *workday.Clock, now time.Time) (from, to time.Time, ok bool) {
	for t := now.Truncate(warnStep).Add(warnStep); t.Before(now.Add(warnAhead)); t = t.Add(warnStep) {
		uncovered := !hours.Open(t) && !slices.ContainsFunc(lists, func(gaps []roster.Gap) bool {
			return !slices.ContainsFunc(gaps, func(g roster.Gap) bool { return !t.Before(g.From) && t.Before(g.To) })
		})
		switch {
		case uncovered && !ok:
			from, to, ok = t, t.Add(warnStep), true
		case uncovered:
			to = t.Add(warnStep)
		case ok:
			return from, to, true
		}
	}
	return from, to, ok
}
