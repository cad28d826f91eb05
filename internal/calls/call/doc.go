// Package call joins legs into calls: one actor a call, from the first ring to its call record.
//
//	       Arrive
//	         │ blocked, no route ────────────────────────────────┐
//	  ┌──────┴──────┬─────────────────┐                          │
//	  ▼             ▼                 ▼                          │
//	Menu ───────▶ Waiting ────────▶ Dialing   (a menu, a queue and a dialled number lead to one another)
//	  │ ▲           │  QueueLeave     │                          │
//	  │ └───────────┼─── not reached ─┤                          │
//	  │             │ agent answers   │ answered                 │
//	  │             ▼                 │                          │
//	  │          Greeting ─────▶ Talking                         │
//	  │             │                 │ someone hangs up         ▼
//	  └─────────────┴─────────────────┴──────────────────────▶ Ending ──▶ Over (one CDR)
//	                                                     every leg has ended
//
// From Talking the guest, who is led from place to place and at first is the caller, may be passed on to any of the places
// above, or to
//
//	Parked      a parking place: fetched by a phone → Talking, or brought back to who parked it → Dialing
//	Conferring  a conference, which has an owner of its own: let go → any place, or Ending
//
// and a phone of the house that wants to take part in another call is Meeting while that one is looked for, gives its leg
// to it and is over. An attempt to call a customer back is a call of its own: CallingBack until the customer is joined.
//
// [Step] decides and touches nothing; a [Call] owns one [State], feeds it events in order and carries out the
// effects; a [Manager] makes calls from legs that arrive and waits for them at shutdown. What a call needs of
// others (who calls, where to lead, menus, queues, sound, the record) are small interfaces declared here.
//
// Guarantees: a call that arrived ends in exactly one [CDR]; when it is Over every leg has ended; an agent's
// phone that rang is told why it stopped; a caller whose agent is lost during the greeting waits again; a queue
// that was joined hears how it ended; no method of a Call blocks.
package call
