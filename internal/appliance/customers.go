package appliance

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// caller adds to the card of a call what the dealership's books know of its number. One customer is who it is; several
// are candidates, and what holds for any of them (VIP) holds for the call.
func (d *desk) caller(card call.Card) call.Card {
	known, err := d.book.ByPhone(card.Number, time.Now().In(d.settings.Current().Location()))
	if err != nil {
		d.log.Error("look up customer", "number", phone.Mask(card.Number), "error", err)
		return card
	}
	for _, k := range known {
		card.VIP = card.VIP || k.Customer.VIP
		if len(known) > 1 {
			card.Candidates = append(card.Candidates, k.Customer.ID)
		}
	}
	if len(known) == 1 {
		c := known[0].Customer
		card.Customer, card.Name = c.ID, cmp.Or(c.Name, card.Name)
		card.Language = cmp.Or(c.Language, card.Language)
	}
	return card
}

// callEntries are call records in a customer's time line; it satisfies crm.Source.
type callEntries struct{ ledger *store.Ledger }

// Entries are the calls of a customer behind a place, newest first.
func (s callEntries) Entries(who crm.Subject, behind crm.Place, limit int) ([]crm.Entry, error) {
	records, err := s.of(who, behind, limit)
	if err != nil {
		return nil, err
	}
	var out []crm.Entry
	for _, r := range records {
		p := pastCall(r)
		out = append(out, crm.Entry{
			At: p.At, Kind: "call", ID: string(p.ID), Agent: p.Agent,
			Detail: map[string]string{
				"direction": p.Direction, "disposition": p.Disposition, "number": p.Number, "queue": p.Queue,
				"talk": strconv.FormatFloat(float64(p.Talk), 'f', 0, 64), "recording": p.Recording,
			},
		})
	}
	return out, nil
}

// of are the records of calls with any of a customer's ids and numbers, each once.
func (s callEntries) of(who crm.Subject, behind crm.Place, limit int) (list []call.CDR, err error) {
	seen := map[call.ID]bool{}
	take := func(q store.CallQuery) error {
		q.Limit = limit
		if !behind.At.IsZero() {
			q.To = behind.At.Add(time.Nanosecond) // those of the very moment, too
		}
		page, _, err := s.ledger.Search(q)
		for _, r := range page {
			if !seen[r.ID] && behind.Behind(crm.Entry{At: r.StartedAt, ID: string(r.ID)}) {
				seen[r.ID] = true
				list = append(list, r)
			}
		}
		return err
	}
	for _, id := range who.Customers {
		if err := take(store.CallQuery{Customer: id}); err != nil {
			return nil, err
		}
	}
	for _, n := range who.Numbers {
		if err := take(store.CallQuery{Number: n}); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b call.CDR) int {
		return cmp.Or(b.StartedAt.Compare(a.StartedAt), cmp.Compare(b.ID, a.ID))
	})
	return list[:min(len(list), limit)], nil
}

// pastCall is a call in a line.
func pastCall(r call.CDR) live.PastCall {
	p := live.PastCall{
		ID: r.ID, At: r.StartedAt, Direction: r.Direction.String(), Number: r.Card.Number, Agent: r.Agent, Queue: r.Queue,
		Disposition: r.Disposition.String(),
	}
	if !r.ConnectedAt.IsZero() {
		p.Talk = live.Seconds(r.EndedAt.Sub(r.ConnectedAt).Round(time.Second).Seconds())
	}
	if r.Recording != "" {
		p.Recording = "/api/v1/recordings/" + r.Recording + "/audio"
	}
	return p
}
