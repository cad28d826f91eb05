package appliance

import (
	"slices"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/settings"
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

// dialer makes legs; it satisfies call.Dialer.
type dialer struct {
	settings *settings.Keeper
	sip      *sipua.Server
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
	trunks := slices.Clone(doc.Trunks)
	slices.SortStableFunc(trunks, func(a, b sipua.Trunk) int { return a.Priority - b.Priority })
	var out []call.Destination
	for _, name := range way.Trunks {
		out = append(out, call.Destination{Kind: line.Trunk, Line: name, Number: way.Number})
	}
	if len(way.Trunks) == 0 {
		for _, t := range trunks {
			out = append(out, call.Destination{Kind: line.Trunk, Line: t.Name, Number: way.Number})
		}
	}
	return out
}

// Dial starts ringing.
func (d *dialer) Dial(to call.Destination, o call.Outgoing) ([]call.Leg, error) {
	out := sipua.Outgoing{From: o.From.From, FromName: o.Card.Name, AutoAnswer: o.AutoAnswer}
	if to.Kind == line.Trunk {
		out.Privacy = o.From.Withheld
		leg, err := d.sip.DialTrunk(to.Line, to.Number, out)
		if err != nil {
			return nil, err
		}
		return []call.Leg{sipLeg{leg}}, nil
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
