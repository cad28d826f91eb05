// Package subscribe is the box's side of a phone's subscription: when it is told of a change, how long, and in what
// words (RFC 6665; RFC 4235 for who speaks on a line, RFC 3842 for messages that wait).
//
//	        SUBSCRIBE            change, refresh: NOTIFY
//	(new) ───────────▶ resting ─────────────────────────▶ telling ◀─┐ 2xx, and something is noted: NOTIFY
//	   │                │  ▲ ▲                            │ │ │ │   │ change, refresh: noted, nothing is sent
//	   │ Expires: 0     │  │ └── 2xx, nothing is noted ───┘ │ └─┴───┘
//	   │                │  └──── 491, 5xx: the next is full ┘
//	   │ time over, Expires: 0, End:        481, 404, no answer …
//	   ▼ last NOTIFY    ▼                                 │ ▼ the last NOTIFY waits for the answer, 33 s at most
//	 Gone ◀──────────────── Gone ◀──────────────────────── Gone
//
// [Step] is the whole of it: state, event and time in, the next state and the effects out; it touches nothing.
//
// Guarantees: each SUBSCRIBE is answered once and followed by a NOTIFY with all there is to know; at most one NOTIFY
// waits for its answer, so a phone that is slow gets the latest state and not each one between; versions of a
// dialog-info document count up by one from 0 in each subscription; after [Finish] nothing more is done.
package subscribe
