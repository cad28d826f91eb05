// Package conference is the rooms in which several calls meet: who may come in, who is heard, what is announced.
//
// One goroutine owns all rooms ([Conferences.Run]). Every rule is in [state.step] and what it calls: one thing that
// happened goes in, the state is changed in place, what must be done comes out. A step reads no clock and does nothing but
// change its state. A party is a call whose guest the conference has seated ([call.Participant]); its way:
//
//	        Enter
//	          │ no such room, full, locked ───────────────────┐
//	  ┌───────┼───────────────┐                               │
//	  ▼       │ no PIN        ▼ moderator's phone             │
//	Asking ───┼──────────▶ admitted? ── locked, full ─────────┤
//	  │ │     │               │    │ no moderator yet         │
//	  │ │ three wrong         │    ▼                          │
//	  │ └─────┼───────────────┼─ Waiting ── too long ─────────┤
//	  │       │               ▼    │ a moderator comes        ▼
//	  │       │             Inside ◀┘ ── kicked, ended ──▶ Leaving ──▶ told to leave (one ConferenceOut)
//	  └───────┴───────────────┴──── hangs up, leaves by *8 ──▶ gone
//
// Until a party is inside it sits in a lobby of its own, a bridge with nobody else in it: nothing said in the room can be
// heard there, nor the other way round. A room lasts from its first party to its last; this is a session, and has at most
// one recording, which begins when two are inside and ends with the room.
//
// A PIN may be tried three times a call. After a dozen wrong ones from outside within ten minutes a room's PIN is asked of
// nobody from outside until they are older than that; after six a phone of the house is asked for none, at any room.
//
// The keys of who is inside begin with *: see [state.command]. Those that change things for others are the moderators'.
//
// Guarantees: who was told to leave, or said that they have left, has no seat; every wait (for a PIN, for a moderator, alone
// in a room, in a room at all) has an end; what is refused is said and ends in a ConferenceOut; no method blocks but for
// an answer that the owner gives at once.
package conference
