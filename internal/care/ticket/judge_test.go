package ticket_test

import (
	"slices"

	"github.com/dealerline/dealerline/internal/care/contact"
	"github.com/dealerline/dealerline/internal/care/ticket"
)

// judge looks at all that has happened, when it is over.
func (h *house) judge() {
	h.Helper()
	told := map[string]int{}
	outcomes := map[ticket.Outcome]int{}
	err := h.books.View(func(tx ticket.Tx) error {
		for n, err := range tx.Notices.Walk("", false) {
			if err != nil {
				return err
			}
			if n.Kind == ticket.KindEscalation {
				told[n.Ticket+" "+n.Template+" "+n.Args["role"]+" "+n.Args["after"]+" "+n.By]++
			}
		}
		for k, err := range tx.Tickets.Walk("", false) {
			if err != nil {
				return err
			}
			outcomes[k.Outcome]++
			h.judgeEnd(&k)
			h.judgeLadders(&k, told)
		}
		return nil
	})
	if err != nil {
		h.Fatal(err)
	}
	if outcomes[ticket.Contacted] == 0 || outcomes[ticket.Unreachable] == 0 {
		h.Errorf("the simulation tells nothing: %v", outcomes)
	}
}

// judgeEnd: closed by a contact of somebody else, or after three slots in vain.
func (h *house) judgeEnd(k *ticket.Ticket) {
	typ, _ := h.rules.Type(k.Type)
	switch k.Outcome {
	case ticket.Contacted:
		last := contact.Attempt{}
		if len(k.Attempts) > 0 {
			last = k.Attempts[len(k.Attempts)-1]
		}
		if typ.Closing.Contact == "" && (!last.Outbound() || last.By == k.Resolution.By || last.Satisfaction == contact.Unsaid || last.Satisfaction == contact.Dissatisfied) {
			h.Errorf("%s was closed by %+v; the work was done by %s", k.Number, last, k.Resolution.By)
		}
	case ticket.Unreachable:
		if n := h.rules.Plan.Slots(k.Attempts, cst); n < 3 {
			h.Errorf("%s is unreachable after %d slots", k.Number, n)
		}
	default:
		h.Errorf("%s ended as %q, %s", k.Number, k.Outcome, k.State)
	}
}

// judgeLadders: what was climbed was told once in each way, what was not was not.
func (h *house) judgeLadders(k *ticket.Ticket, told map[string]int) {
	about := ""
	if k.Complaint != nil {
		about = k.Complaint.About
	}
	for _, m := range k.Timers {
		if m.Rounds > 0 { // begun anew: rungs of former rounds are not kept
			continue
		}
		for _, c := range m.Ladder {
			for _, by := range slices.Compact(slices.Sorted(slices.Values(c.Rung.By))) {
				got := told[k.ID+" "+m.Of+" "+c.Rung.Role+" "+c.Rung.After.Duration().String()+" "+by]
				want := 1
				if c.At.IsZero() {
					want = 0
				}
				if got != want && about == "" {
					h.Errorf("%s: %s after %s to %s by %s told %d times, climbed %v", k.Number, m.Of, c.Rung.After.Duration(), c.Rung.Role, by, got, c.At)
				}
			}
		}
		if m.Late && !slices.ContainsFunc(m.Ladder, func(c ticket.Climb) bool { return !c.At.IsZero() }) {
			h.Errorf("%s: %s is late, and nobody was told", k.Number, m.Of)
		}
	}
}
