package appliance

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// lamps shows on phones' lamps what goes on at the others and at the parking places. It hears every notice, in order and
// without loss: a lamp that missed the end of a call would burn for ever.
type lamps struct {
	show func(name string, all []sipua.DialogState) // never waits

	mu    sync.Mutex
	lines map[string]map[string]lit // by extension and leg
}

// lit is what a lamp shows of one leg, and the call that says so: one that has given the leg to another call may say
// later than that call that it has no part in it any more.
type lit struct {
	by    call.ID
	state sipua.DialogState
}

func newLamps(show func(string, []sipua.DialogState)) *lamps {
	return &lamps{show: show, lines: map[string]map[string]lit{}}
}

// hear takes one notice. It never waits.
func (l *lamps) hear(n call.Notice) {
	switch n := n.(type) {
	case call.PhoneIs:
		l.phone(n)
	case call.ParkedAt:
		st := sipua.DialogState{State: sipua.Idle}
		if n.On {
			st.State = sipua.Confirmed
		}
		l.show(n.Slot, []sipua.DialogState{st})
	default: // nothing that a lamp shows
	}
}

func (l *lamps) phone(n call.PhoneIs) {
	l.mu.Lock()
	defer l.mu.Unlock()
	legs := l.lines[n.Extension]
	if n.State == call.LineFree {
		if legs[n.CallID].by == n.Call {
			delete(legs, n.CallID)
		}
		if len(legs) == 0 {
			delete(l.lines, n.Extension)
		}
	} else {
		if legs == nil {
			legs = map[string]lit{}
			l.lines[n.Extension] = legs
		}
		st := sipua.DialogState{State: sipua.Early, CallID: n.CallID, Initiator: n.Dialed, Remote: n.Remote, RemoteName: n.Name}
		if n.State == call.LineTalking {
			st.State = sipua.Confirmed
		}
		legs[n.CallID] = lit{n.Call, st}
	}
	all := make([]sipua.DialogState, 0, len(legs))
	for _, id := range slices.Sorted(maps.Keys(legs)) {
		all = append(all, legs[id].state)
	}
	l.show(n.Extension, all)
}

// talking are the calls in which an extension speaks, or hears the box.
func (l *lamps) talking(extension string) (calls []call.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, leg := range l.lines[extension] {
		if leg.state.State == sipua.Confirmed {
			calls = append(calls, leg.by)
		}
	}
	return calls
}

// follow lets phones have lamps for the parking places.
func (l *lamps) follow(d *settings.Document) error {
	for _, s := range d.Calls.Parking.Slots() {
		l.show(s, nil)
	}
	return nil
}

// told is how many notices of supervisors may wait for the disk.
const told = 256

// publish tells the world of a notice.
func (b *Box) publish(n call.Notice) {
	b.lamps.hear(n)
	b.bus.Publish(n)
	if w, ok := n.(call.Watched); ok {
		select {
		case b.watched <- w:
		default:
			b.log.Error("listening in is not in the audit", "call", string(w.Call), "supervisor", w.Supervisor)
		}
	}
}

// noteWatched writes into the audit who listened to whom.
func (b *Box) noteWatched(ctx context.Context) error {
	for {
		select {
		case w := <-b.watched:
			by := store.By{Who: "phone " + w.Supervisor, Via: "phone", Action: "supervise-call"}
			how := w.Watch.String()
			if w.Watch == 0 {
				how = "take over"
			}
			err := b.db.ChangeAnyway(ctx, by, func(tx *store.Tx) error {
				return tx.Note("call", string(w.Call), map[string]string{"what": how, "supervisor": w.Supervisor, "agent": w.Agent})
			})
			if err != nil && ctx.Err() == nil {
				b.log.Error("note listening in", "call", string(w.Call), "error", err)
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
