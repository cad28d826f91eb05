package appliance

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
	"github.com/dealerline/dealerline/internal/calls/feature"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
)

// pinCode begins the name of the menu that asks for a PIN; no telephone can dial it.
const pinCode = "pin "

// codes opens feature codes, and the question for a PIN; it satisfies call.Menus.
type codes struct {
	feature.Codes
	settings *settings.Keeper
	pins     *dialplan.Tries
}

// Open starts what was dialled.
func (c codes) Open(name string, from line.Info, card call.Card, attrs map[string]string) (call.Menu, error) {
	number, ok := strings.CutPrefix(name, pinCode)
	if !ok {
		return c.Codes.Open(name, from, card, attrs)
	}
	doc := c.settings.Current()
	way, ok := doc.OutboundWay(number)
	rule := doc.OutboundClasses.Of(dialplan.ClassOf(way.Number))
	if !ok || rule.PIN == "" || from.Kind != line.Extension {
		return nil, fault.New(fault.Denied, "dialplan.denied", "ask for a PIN: the number needs none")
	}
	return dialplan.AskPIN(rule.PIN, number, from.Line, c.pins), nil
}

// outside says where a number goes that a phone of the house, or none, dials to the outside; ok is false when it may not.
func outside(doc *settings.Document, from, number string, now time.Time) (t call.Target, ok bool) {
	way, ok := doc.OutboundWay(number)
	if !ok {
		return call.Target{}, false
	}
	class := dialplan.ClassOf(way.Number)
	if !doc.MayCall(from, class, now) {
		return call.Target{}, false
	}
	if doc.OutboundClasses.Of(class).PIN != "" {
		return call.Target{Kind: call.TargetFeature, Name: pinCode + number}, true
	}
	return call.Target{Kind: call.TargetExternal, Name: number}, true
}

// callerID is the number that the called side is shown for a call of a queue: that which offers it, or the first that
// the phone's agent serves; "" is the phone's own.
func callerID(doc *settings.Document, o call.Outgoing) string {
	if o.From.Kind == line.Trunk && o.Queue == "" {
		return "" // a caller from outside who is led out again keeps its own number, if the trunk lets it pass
	}
	for _, q := range doc.Queues {
		if q.CallerID != "" && (q.ID == o.Queue || (o.Queue == "" && serves(doc, q, o.From.Line))) {
			return q.CallerID
		}
	}
	return ""
}

// serves reports whether the agent whose phone this is serves a queue.
func serves(doc *settings.Document, q acd.Queue, extension string) bool {
	for _, a := range doc.Agents {
		if a.Extension != extension {
			continue
		}
		for _, tier := range q.Agents {
			if tier.Agent == a.ID {
				return true
			}
		}
	}
	return false
}

// metered is a leg to the outside that counts for its class until it ends.
type metered struct {
	call.Leg
	end func(spoke time.Duration)

	mu       sync.Mutex
	answered time.Time
}

// Listen hears the leg's answer and end on the way.
func (m *metered) Listen(post func(line.Event)) {
	m.Leg.Listen(func(ev line.Event) {
		m.hear(ev)
		post(ev)
	})
}

func (m *metered) hear(ev line.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch ev.(type) {
	case line.Answered:
		m.answered = time.Now()
	case line.Ended:
		spoke := time.Duration(0)
		if !m.answered.IsZero() {
			spoke = time.Since(m.answered)
		}
		m.end(spoke)
	}
}

// meter counts a call to the outside before dial makes it.
func (d *dialer) metered(number string, dial func() ([]call.Leg, error)) ([]call.Leg, error) {
	doc := d.settings.Current()
	class := dialplan.ClassOf(number)
	if class == dialplan.Emergency {
		return dial()
	}
	end, err := d.meter.Begin(doc.OutboundClasses.Of(class), time.Now().In(doc.Location()).Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	legs, err := dial()
	if err != nil || len(legs) != 1 {
		end(0)
		return legs, err
	}
	legs[0] = &metered{Leg: legs[0], end: end}
	return legs, nil
}

// openMeter reads how much was called out today.
func (b *Box) openMeter() error {
	kept, err := store.Meter(b.db).Load()
	b.meter = dialplan.NewMeter(kept)
	return err
}

// keepMeter writes down how much is called out.
func (b *Box) keepMeter(ctx context.Context) error {
	return b.keep(ctx, "minutes called out", b.meter.Changed(), meterDelay, func() error {
		return store.Meter(b.db).Save(ctx, b.meter.All())
	})
}

// keep has a list written down whenever it has changed, but leaves a pause between two writes.
func (b *Box) keep(ctx context.Context, what string, changed <-chan struct{}, pause time.Duration, save func() error) error {
	for {
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if err := save(); err != nil && ctx.Err() == nil {
			b.log.Error("keep list", "list", what, "error", err)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// meterDelay gathers the ends of many calls into one write.
const meterDelay = 10 * time.Second
