package appliance

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/calls/dialplan"
)

// wayTime bounds the search for a call that gives its line up.
const wayTime = 2 * time.Second

// yielders end the call that matters least when an emergency number finds all lines taken; it satisfies call.Yielders.
type yielders struct {
	calls  atomic.Pointer[call.Manager]
	analog func(name string) bool
	log    *slog.Logger
}

// MakeWay begins to free a line. The calls are asked elsewhere: one of them is asking here.
func (y *yielders) MakeWay(busy []call.Destination) bool {
	calls := y.calls.Load()
	if calls == nil || !slices.ContainsFunc(busy, func(d call.Destination) bool { return dialplan.ClassOf(d.Number) == dialplan.Emergency }) {
		return false
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), wayTime)
		defer cancel()
		id, ok := y.least(calls.Live(ctx), busy)
		if !ok {
			return
		}
		y.log.Warn("line taken for an emergency call", "call", string(id))
		_ = calls.Drop(id, line.Preemption) // one that is over has given its line back
	}()
	return true
}

// least is the call that matters least of those which occupy one of these ways: what was dialled before who called, what
// is not connected before what is, and then the newest. Emergency calls are none of them.
func (y *yielders) least(live []call.View, busy []call.Destination) (id call.ID, ok bool) {
	live = slices.DeleteFunc(live, func(v call.View) bool {
		emergency := slices.ContainsFunc(v.Outside, func(l call.OutsideLeg) bool { return l.Dialed && dialplan.ClassOf(l.Number) == dialplan.Emergency })
		return emergency || !y.occupies(v, busy)
	})
	if len(live) == 0 {
		return "", false
	}
	return slices.MinFunc(live, func(a, b call.View) int {
		return cmp.Or(cmp.Compare(worth(a), worth(b)), b.StartedAt.Compare(a.StartedAt))
	}).ID, true
}

// occupies reports whether a call has one of these lines, or any analog one when those are taken.
func (y *yielders) occupies(v call.View, busy []call.Destination) bool {
	return slices.ContainsFunc(v.Outside, func(l call.OutsideLeg) bool {
		return slices.ContainsFunc(busy, func(d call.Destination) bool {
			return d.Line == l.Line || (y.analog(d.Line) && y.analog(l.Line))
		})
	})
}

// worth orders calls: the lower, the sooner it gives way.
func worth(v call.View) int {
	n := 0
	if slices.ContainsFunc(v.Outside, func(l call.OutsideLeg) bool { return !l.Dialed }) {
		n += 2
	}
	if !v.ConnectedAt.IsZero() {
		n++
	}
	return n
}
