// Package acd is the queues and the agents: who waits, who takes the next call, what the waiting hear.
//
// One goroutine owns all of it ([ACD.Run]). Every rule is in [state.step] and what it calls: one thing that
// happened goes in, the state is changed in place, what must be done comes out. A step reads no clock and does
// nothing but change its state, so a thousand days can be played through in a minute.
//
// What an agent chose (status) and what the queues have the agent do (activity) are two things, as in FreeSWITCH's
// mod_callcenter. Status is changed by people, and by the queues only for missed calls:
//
//	           sign in               pause(reason), N missed calls
//	SignedOut ────────▶ Available ──────────────────────────────▶ Paused
//	    ▲                │      ▲──────────────────────────────────│ │
//	    └────────────────┴──────────────── unpause ────────────────┘ │ sign out
//	    └────────────────────────────────────────────────────────────┘
//
// Activity is changed by calls alone:
//
//	      offer            phone rings         answered           ended
//	Idle ───────▶ Reserved ───────────▶ Ringing ───────▶ Talking ───────▶ WrapUp
//	 ▲ ▲             │ failed, withdrawn   │                │ no wrap-up    │ time, or
//	 │ └─────────────┴─────────────────────┘                │               │ agent is done
//	 └──────────────────────────────────────────────────────┴───────────────┘
//
// A queue may demand that the agent says what the call was about (a disposition). Wrapping up then ends neither by its time nor
// by the agent's wish until it was said, but at the queue's limit for it: a form that nobody fills in keeps no agent for ever.
//
// An agent is free when Available, Idle, not held back after a missed, rejected or busy offer, and the phone is in
// no other call. A caller's way:
//
//	join ──▶ refused (blocked, full, empty, closed)              one QueueLeave
//	  │
//	  ▼    offer ▶          answered
//	waiting ◀─────▶ ringing ─────────▶ connected                 no QueueLeave
//	  │ └───┬────────┘  │
//	  │     │           ▼ ladder, longest wait, key, empty
//	  │     │        leaving ─── phones quiet ──▶ left           one QueueLeave
//	  ▼     ▼           │ answered meanwhile ──▶ connected
//	abandoned, call gone
//
// The order of service is by score: the queue's priority, the card's bonus and the seconds waited, in whatever
// queue. Inside a queue a VIP is never behind another caller. Each caller in this order gets the best free agent:
// one who has the skills, whose level is open, and whom the caller need not avoid; the owner of an open ticket or
// the agent spoken with last before others, for a short while even if busy; then by level, by skill, and at last
// by the queue's strategy (package strategy).
//
// Guarantees: an agent is in one offer or conversation at most; every caller who joins is answered, leaves by
// themselves or is told to leave, exactly one of these; an agent whose offer came to nothing is free again at the
// latest when the offer's time and a few seconds are over, even if the call says nothing.
package acd
