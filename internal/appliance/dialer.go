package appliance

import (
	"strings"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/calls/station"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/sound/media"
)

// sipLeg is a SIP leg as calls see it.
type sipLeg struct{ *sipua.Leg }

// Port is the leg's sound.
func (l sipLeg) Port() media.Port { return l.Leg.Port() }

// front hands arriving SIP legs to the calls; it satisfies sipua.Acceptor.
type front struct{ calls *call.Manager }

// Accept makes a call of the leg.
func (f front) Accept(l *sipua.Leg) { f.calls.Accept(sipLeg{l}) }

// analogFront hands callers on analog lines to the calls; it satisfies fxo.Acceptor.
type analogFront struct{ calls *call.Manager }

// Accept makes a call of the leg.
func (f analogFront) Accept(l *fxo.Leg) { f.calls.Accept(l) }

// dialer makes legs; it satisfies call.Dialer.
type dialer struct {
	settings *settings.Keeper
	sip      *sipua.Server
	analog   *fxo.Lines
	stations *station.Book
	meter    *dialplan.Meter
}

// Ways lists the ways to a target, best first.
func (d *dialer) Ways(_ line.Info, t call.Target) []call.Destination {
	doc := d.settings.Current()
	if t.Kind == call.TargetExtension {
		return []call.Destination{{Kind: line.Extension, Line: t.Name}}
	}
	way, ok := doc.OutboundWay(t.Name)
	if !ok {
		return nil
	}
	var out []call.Destination
	for _, name := range way.Trunks {
		for _, l := range d.lines(doc, name) {
			out = append(out, call.Destination{Kind: line.Trunk, Line: l, Number: way.Number})
		}
	}
	return out
}

// lines are what a name in a rule stands for now: a trunk is itself; a group of analog lines is those of them that are
// free, best first, or itself when none is.
func (d *dialer) lines(doc *settings.Document, name string) []string {
	if doc.IsAnalog(name) {
		if free := d.analog.Ways(name); len(free) > 0 {
			return free
		}
	}
	return []string{name}
}

// Dial starts ringing.
func (d *dialer) Dial(to call.Destination, o call.Outgoing) ([]call.Leg, error) {
	if to.Kind == line.Trunk {
		return d.metered(to.Number, func() ([]call.Leg, error) { return d.dialOut(to, o) })
	}
	out := sipua.Outgoing{From: o.From.From, FromName: o.Card.Name, AutoAnswer: o.AutoAnswer}
	if !o.Own && d.stations.Of(to.Line).Disturb {
		return nil, undisturbed{to.Line}
	}
	if o.From.Withheld {
		out.From, out.FromName = "anonymous", ""
	}
	legs, err := d.sip.DialExtension(to.Line, out)
	if err != nil {
		return nil, err
	}
	all := make([]call.Leg, len(legs))
	for i, l := range legs {
		all[i] = sipLeg{l}
	}
	return all, nil
}

// dialOut begins a call by a trunk or an analog line.
func (d *dialer) dialOut(to call.Destination, o call.Outgoing) ([]call.Leg, error) {
	doc := d.settings.Current()
	if doc.IsAnalog(to.Line) {
		return d.dialAnalog(doc, to)
	}
	out := sipua.Outgoing{From: o.From.From, FromName: o.Card.Name, AutoAnswer: o.AutoAnswer, Privacy: o.From.Withheld}
	if id := callerID(doc, o); id != "" {
		out.From, out.FromName = id, ""
	}
	leg, err := d.sip.DialTrunk(to.Line, to.Number, out)
	if err != nil {
		return nil, err
	}
	return []call.Leg{sipLeg{leg}}, nil
}

// dialAnalog begins a call on an analog line. Whether the line takes it is told by the leg: a caller may have come first,
// and then the next way is tried.
func (d *dialer) dialAnalog(doc *settings.Document, to call.Destination) ([]call.Leg, error) {
	if _, ok := doc.AnalogLine(to.Line); !ok {
		return nil, fault.New(fault.Busy, "line.busy", "dial on group %q: no line is free", to.Line)
	}
	// Only the settings may flash or pause: behind "!" a number would begin that no rule has judged.
	if strings.Trim(to.Number, "0123456789*#") != "" {
		return nil, fault.New(fault.NotFound, "line.number", "dial on %q: only digits, * and # go out", to.Line)
	}
	leg, err := d.analog.Dial(to.Line, to.Number)
	if err != nil {
		return nil, err
	}
	return []call.Leg{leg}, nil
}
