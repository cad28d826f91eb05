package appliance

import (
	"cmp"
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
	callers, err := d.book.Callers(card.Number)
	if err != nil {
		d.log.Error("look up customer", "number", phone.Mask(card.Number), "error", err)
		return card
	}
	for _, c := range callers {
		card.VIP = card.VIP || c.VIP
		if len(callers) > 1 {
			card.Candidates = append(card.Candidates, c.ID)
		}
	}
	if len(callers) == 1 {
		c := callers[0]
		card.Customer, card.Name = c.ID, cmp.Or(c.Name, card.Name)
		card.Language = cmp.Or(c.Language, card.Language)
	}
	return card
}

// callEntries are call records in a customer's time line; it satisfies crm.Source.
type callEntries struct{ ledger *store.Ledger }

// Entries are the calls of a customer behind a place, newest first.
func (s callEntries) Entries(who crm.Subject, behind crm.Place, limit int) ([]crm.Entry, error) {
	past, err := s.ledger.Past(who, behind, limit)
	if err != nil {
		return nil, err
	}
	out := make([]crm.Entry, 0, len(past))
	for _, c := range past {
		p := pastCall(c)
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

// pastCall is a call in a line.
func pastCall(r store.PastCall) live.PastCall {
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
