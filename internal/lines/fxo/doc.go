// Package fxo runs analog telephone lines: it knows when a line rings and who calls, answers, dials, and finds out that
// somebody answered or hung up, on wires that say almost nothing of it.
//
//	            ring                caller ID, or its window is over          Answer            settled
//	 ┌────────────────────▶ Ringing ─────────────────────────────▶ Offered ─────────▶ Answering ────────┐
//	 │                         │ no further ring                    │    │ Hangup                       │
//	 │                         ▼                                    │    ▼                              ▼
//	Idle ◀─────────────────────────────────────────────────────────┘  Ignoring (rings on)               Up
//	 │ ▲                                                                                                ▲ │
//	 │ └──── Guard ◀── on hook ◀── whoever hangs up, from every state off hook ◀────────────────────────┼─┘
//	 │                                                                                                  │
//	 │ Seize                dial tone             number sent                polarity, voice, fax,      │
//	 ├──────────▶ Seizing ────────────▶ Dialling ────────────▶ Proceeding ────ringback stops, timeout───┘
//	 │               │ ring or voice: glare ──▶ Offered, off hook already
//	 │ Test
//	 └──────────▶ Testing (learning)            NoLine ◀── battery or port lost, from everywhere
//
// [Step] is the whole behaviour, pure; one goroutine a line owns its [State] (actor.go). What the machine steps on comes
// from the line's ear, which runs in the device's loop and looks for everything at once: caller ID as data of both
// standards and as keys from before the first ring, tones by the line's [Profile], voice, fax, silence.
//
// A line is never answered while caller ID may still come: the leg appears when the number is known, when the second ring
// has begun, or when [Rules.CallerWindow] is over. An answer of the called side is told with how it was known. A call ends
// when polarity, the loop, busy or congestion tone, dial tone, a strange tone after long silence, or nothing at all for long
// says that nobody is there; the words are in line.Ended's Detail.
//
// Guarantees: every state off hook has a timer that leads out of it; after line.Ended a leg reports nothing; every method
// returns also after Run has ended; what runs in the device's loop takes no lock but a mailbox's, and blocks nowhere.
package fxo
