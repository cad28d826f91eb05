package appliance

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/care/crm"
)

// find looks up whom a caller means who keyed in a number or the end of a plate; it is an [ivr.Finder].
func (b *Box) find(by, digits string) (ids []string) {
	look := b.book.Callers
	if by == ivr.ByPlate {
		look = b.book.WithPlateTail
	}
	found, err := look(digits)
	if err != nil {
		b.log.Error("look up who a caller is", "by", by, "error", err)
	}
	for _, c := range found {
		ids = append(ids, c.ID)
	}
	if len(ids) > 0 {
		b.site.named.note(time.Now())
	}
	return ids
}

// naming is when a caller was last found in a menu. Few callers are: nobody else's call is looked at for it.
type naming struct{ at atomic.Int64 }

// longestMenu is how long after it was named a caller may still be in the menu.
const longestMenu = 10 * time.Minute

func (n *naming) note(now time.Time) { n.at.Store(now.UnixNano()) }

func (n *naming) lately(now time.Time) bool {
	at := n.at.Load()
	return at != 0 && now.Sub(time.Unix(0, at)) < longestMenu
}

// identified lets a call know whom its caller named in a menu, once it goes on from there: so it stands in the record, and
// with it in the customer's time line. A call whose caller is known by number is left as it is.
func (b *Box) identified(ctx context.Context, id call.ID) {
	if !b.site.named.lately(time.Now()) {
		return
	}
	v, err := b.calls.Look(ctx, id)
	if err != nil {
		return // over already
	}
	who := v.Attrs[ivr.AttrCustomer]
	if who == "" || v.Card.Customer != "" {
		return
	}
	c, err := b.book.Customer(who)
	if err == nil {
		err = b.calls.Identify(id, c.ID, c.Name)
	}
	if err != nil {
		b.log.Warn("identify caller", "call", string(id), "error", err)
	}
}

// subjects are the customers whom a call may be of: as the card has it, otherwise as the caller said in a menu.
func subjects(card call.Card, attrs map[string]string) []string {
	switch {
	case card.Customer != "":
		return []string{card.Customer}
	case attrs[ivr.AttrCustomer] != "":
		return []string{attrs[ivr.AttrCustomer]}
	case len(card.Candidates) > 0:
		return card.Candidates
	case attrs[ivr.AttrCandidates] != "":
		return strings.Split(attrs[ivr.AttrCandidates], ",")
	}
	return nil
}

// named puts on a card whom the caller named in a menu, for the screen.
func named(card call.Card, known []crm.Known) call.Card {
	switch {
	case len(known) == 1 && card.Customer == "":
		c := known[0].Customer
		card.Customer, card.Candidates = c.ID, nil
		if card.Name == "" {
			card.Name = c.Name
		}
		card.VIP = card.VIP || c.VIP
	case len(known) > 1 && len(card.Candidates) == 0:
		for _, k := range known {
			card.Candidates = append(card.Candidates, k.Customer.ID)
		}
	}
	return card
}
