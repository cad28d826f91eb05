package call

import "slices"

// checkWayOut holds that whoever takes part in the call, or waits, is waiting for something that will come.
func (w *world) checkWayOut() {
	s := w.s
	if s.Phase == Ending || s.Phase == Over {
		return
	}
	open := slices.ContainsFunc(s.Tries, func(t Try) bool { return !t.Done })
	switch {
	case s.Phase == Dialing && !open && (!s.Yielding || !w.asked) && w.legs[s.Guest] != "over" && !w.told[s.Guest]:
		w.t.Error("the guest is dialing, and nothing rings")
	case s.Phase == InMenu && !w.menu:
		w.t.Error("the guest is in a menu that is not open")
	case s.Phase == Parked && (s.Slot == "" || !w.timers[Timer{Kind: ParkTimer}]):
		w.t.Errorf("the guest is parked at %q, its timer set: %t", s.Slot, w.timers[Timer{Kind: ParkTimer}])
	case s.Phase != Parked && s.Phase != Dialing && s.Slot != "":
		w.t.Errorf("%s, and parked at %s", s.Phase, s.Slot)
	case s.Consult.On && !s.Consult.Up && s.Tries[s.Consult.Try-1].Done:
		w.t.Error("a party consults, and nothing rings")
	case s.Consult.On && !s.isParty(s.Consult.By):
		w.t.Errorf("leg %d consults, and is no party", s.Consult.By)
	}
	for i, l := range s.Legs {
		if w.seated[i] && !l.Over && w.codes[i] != (l.Watch != 0) {
			w.t.Errorf("leg %d takes part as %d, and its keys are codes: %t", i, l.Watch, w.codes[i])
		}
		if !l.Up || l.Over || l.Dropped || i == s.Guest || s.isParty(i) || l.Watch != 0 || i == s.Greeted && i > 0 || s.Consult.Up && i == s.Consult.Third {
			continue
		}
		if s.Farewell.Play == 0 || s.Farewell.Leg != i {
			w.t.Errorf("%s: leg %d is up, and has no part in the call: %+v", s.Phase, i, l)
		}
	}
	for n, t := range s.Tries {
		if !t.Done && (t.Role == Consulted && (!s.Consult.On || s.Consult.Try != n+1)) {
			w.t.Errorf("try %d rings for a consultation that is over", n+1)
		}
		if !t.Done && t.Role == Reclaimed && s.Phase != Talking {
			w.t.Errorf("try %d rings for a hold that is over", n+1)
		}
	}
}

// checkHold holds that the hold clock runs exactly while one of the two who talk holds the other.
func (w *world) checkHold() {
	held := w.s.Phase == Talking && (w.s.Legs[w.s.Guest].Held || w.s.Legs[w.s.Peer].Held)
	if held == w.s.HeldAt.IsZero() {
		w.t.Errorf("%s, held %t, the clock runs since %v", w.s.Phase, held, w.s.HeldAt)
	}
	for _, i := range w.s.parties() {
		if l := w.s.Legs[i]; l.Over || l.Given || l.Released || !l.Seated {
			w.t.Errorf("leg %d is a party of the conversation and is %+v", i, l)
		}
	}
	for i, l := range w.s.Legs {
		if l.Apart && !l.Held && w.s.Phase == Talking {
			w.t.Errorf("leg %d does not hear the other side, and holds it not", i)
		}
	}
}

// check holds the guarantees of the package against the books.
func (w *world) check() {
	if w.s.Phase != Over {
		w.t.Errorf("the call ends in %s", w.s.Phase)
		return
	}
	if len(w.finished) != 1 {
		w.t.Errorf("%d records, want 1", len(w.finished))
		return
	}
	r := w.finished[0]
	if r.Disposition == 0 || r.EndedAt.IsZero() || r.EndedBy == "" || len(r.Legs) != len(w.legs) {
		w.t.Errorf("incomplete record: %+v", r)
	}
	if (r.Disposition == Answered) != !r.ConnectedAt.IsZero() {
		w.t.Errorf("disposition %s, connected at %v", r.Disposition, r.ConnectedAt)
	}
	if w.record && r.Recording == "" {
		w.t.Error("recorded, but the record does not say so")
	}
	for i, st := range w.legs {
		if st != "over" && !w.told[i] {
			w.t.Errorf("leg %d is left %q and was never told to hang up", i, st)
		}
	}
	for id, st := range w.offers {
		if st != "closed" {
			w.t.Errorf("offer %d is left %s", id, st)
		}
	}
	if w.slot != "" {
		w.t.Error("the parking place is left taken")
	}
	if w.waiting {
		w.t.Error("the queue was never told that the caller is gone")
	}
	for e, n := range w.busy {
		if n != 0 {
			w.t.Errorf("extension %s is left busy %d times", e, n)
		}
	}
}
