package appliance

import (
	"log/slog"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/calls/feature"
	"github.com/dealerline/dealerline/internal/calls/station"
	"github.com/dealerline/dealerline/internal/calls/voicemail"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// desk knows who calls and where calls go; it satisfies call.Desk.
type desk struct {
	settings *settings.Keeper
	ledger   *store.Ledger
	book     *crm.Book
	tickets  *tickets
	stations *station.Book
	mail     *voicemail.Shelf
	log      *slog.Logger
}

// Card looks the caller up, once.
func (d *desk) Card(info line.Info) call.Card {
	doc := d.settings.Current()
	card := call.Card{Number: phone.Normalize(info.From), Name: info.FromName, DialedNumber: info.To, Language: doc.Dealership.Language}
	if info.Kind == line.Extension {
		return card
	}
	card.Trunk = info.Line
	if info.Withheld {
		card.Number, card.Name = "", ""
		return card
	}
	card = d.caller(card)
	card.Blocked = doc.IsBlocked(card.Number)
	if v, ok := doc.FindVIP(card.Number); ok {
		card.VIP, card.Bonus = true, v.Bonus.Duration()
		if v.Name != "" {
			card.Name = v.Name
		}
	}
	var err error
	if card.LastAgent, card.LastAgentAt, err = d.ledger.LastAgent(card.Number); err != nil {
		d.log.Error("look up last agent", "number", phone.Mask(card.Number), "error", err)
	}
	return d.tickets.knowCaller(card)
}

// Route says where an arriving leg is led first.
func (d *desk) Route(info line.Info, card call.Card) (call.Target, bool) {
	doc := d.settings.Current()
	if info.Kind == line.Trunk {
		t, ok := doc.InboundTarget(info.Line, info.To, phone.Normalize(info.From))
		if queue, served := doc.QueueOf(card.TicketOwner); ok && t.Kind == "menu" && card.Direct && served {
			return call.Target{Kind: call.TargetQueue, Name: queue}, true
		}
		return target(t), ok
	}
	return dialled(doc, info.Line, info.To, time.Now())
}

// dialled says where a number leads that a phone of the house dials. An emergency number is one, whatever else the
// settings have given it to.
func dialled(doc *settings.Document, from, number string, now time.Time) (call.Target, bool) {
	if dialplan.ClassOf(number) == dialplan.Emergency {
		return outside(doc, from, number, now)
	}
	if feature.IsCode(number) {
		return call.Target{Kind: call.TargetFeature, Name: number}, true
	}
	if t, ok := doc.ParkTarget(number); ok {
		return target(t), true
	}
	if t, ok := doc.InternalTarget(number); ok {
		return target(t), doc.MayCall(from, dialplan.Internal, now)
	}
	return outside(doc, from, number, now)
}

// target reads a checked target of the settings.
func target(t settings.Target) call.Target {
	kind, _ := call.ParseTargetKind(t.Kind)
	return call.Target{Kind: kind, Name: t.Name}
}

// numberedPrompts names what *77 can record; it satisfies feature.Prompts.
type numberedPrompts struct{ settings *settings.Keeper }

// Numbered returns the recording's id for a three-digit number.
func (p numberedPrompts) Numbered(number string) (string, bool) {
	id, ok := p.settings.Current().PromptNumbers[number]
	return id, ok
}
