// Package exchange is a virtual telephone exchange at the level of audio and hook states: ports that behave like
// analog lines in China, and people who call in on them and can be called from them. Demos run on it, and tests
// of the procedures above it (lines/fxo) are exact with it.
//
// What an exchange does to one of our lines:
//
//	           somebody calls                  we lift
//	resting ─────────────────────▶ alerting ─────────────────▶ connected ◀────────┐
//	  │  ▲                            │                            │              │ the called
//	  │  └────────────────────────────┘ the caller gives up        │ the far      │ person
//	  │ we lift                                                    │ side hangs   │ answers
//	  ▼              a digit                number complete        ▼ up           │
//	inviting ───────────────▶ collecting ───────────────▶ switching ──────────────┘
//	(dial tone)                          (ringback, colour ring, busy …)    released (what [Clearing] says)
//
//	from every state: we hang up ─▶ resting        the battery is cut ─▶ dead
//
// The core keeps no clock, starts no goroutine and draws its randomness from a seed: [Exchange.Step] advances
// everything by one frame of 20 ms and calls the ports' handlers. [Exchange.Run] does that in real time (or in a
// testing/synctest bubble, in no time at all).
//
// Levels are dBm0. Everything random (noise, jitter of the ring detector) repeats with the same seed.
package exchange
