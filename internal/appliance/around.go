package appliance

import (
	"context"
	"slices"
	"strings"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/feature"
	"github.com/dealerline/dealerline/internal/calls/station"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// Instead says where a call for an extension goes because its user wants so, or because it has a voicemail box and
// was not reached.
func (d *desk) Instead(t call.Target, cause line.Cause) (call.Target, bool) {
	if t.Kind != call.TargetExtension || d.stations == nil {
		return call.Target{}, false
	}
	number := d.stations.Of(t.Name).Instead(cause)
	if number == "" || feature.IsCode(number) {
		return toMailbox(d.mail, t, cause)
	}
	other, ok := d.Route(line.Info{Direction: line.Inbound, Kind: line.Extension, Line: t.Name, From: t.Name, To: number}, call.Card{})
	if other.Kind == call.TargetFeature { // a PIN is not asked of callers
		return call.Target{}, false
	}
	return other, ok
}

// undisturbed is why a phone does not ring whose user wants no calls.
type undisturbed struct{ extension string }

// Error returns the English text, for logs.
func (e undisturbed) Error() string { return "ring " + e.extension + ": do not disturb" }

// Cause is what the caller hears: busy.
func (undisturbed) Cause() line.Cause { return line.UserBusy }

// who is the agent signed in at an extension; "" is nobody.
func (a agents) who(extension string) (agent string) {
	_ = a.at(extension, func(_ context.Context, id string) error {
		agent = id
		return nil
	})
	return agent
}

// phones knows the phones of the house for feature codes; it satisfies feature.Phones.
type phones struct {
	settings *settings.Keeper
	stations *station.Book
}

// Group are the other extensions whose calls this one may take.
func (p phones) Group(extension string) string {
	return strings.Join(p.settings.Current().PickupGroup(extension), ",")
}

// MaySupervise reports whether the user of a phone may take part in others' conversations.
func (p phones) MaySupervise(extension string) bool {
	return slices.Contains(p.settings.Current().Calls.Supervisors, extension)
}

// Forward has calls go elsewhere.
func (p phones) Forward(extension string, when feature.Forward, number string) error {
	return p.stations.Set(extension, func(s *station.Station) {
		switch when {
		case feature.WhenBusy:
			s.Busy = number
		case feature.WhenNotAnswered:
			s.NoAnswer = number
		default:
			s.Always = number
		}
	})
}

// Disturb says whether the phone may ring.
func (p phones) Disturb(extension string, may bool) error {
	return p.stations.Set(extension, func(s *station.Station) { s.Disturb = !may })
}

// openStations reads what the users of phones had set.
func (b *Box) openStations() error {
	kept, err := store.Stations(b.db).Load()
	b.stations = station.NewBook(kept)
	return err
}

// keepStations writes down what the users of phones set.
func (b *Box) keepStations(ctx context.Context) error {
	return b.keep(ctx, "phones' settings", b.stations.Changed(), 0, func() error {
		return store.Stations(b.db).Save(ctx, b.stations.All())
	})
}
