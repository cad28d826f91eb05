// Package outreach keeps whom the dealership has to call: customers whose call nobody took, callbacks some days after a visit,
// surveys, and what people note down. It also keeps what customers answer, with figures of it.
//
// A task's state is changed by [Step] only, which is pure: state, event, time → state, effects.
//
//	Start                Take (by a person, for 15 minutes)
//	  │          ┌────────────────────────────────────────────┐
//	  ▼          │                                            ▼
//	open ────────┴──────────── Release, 15 minutes, ──────── taken ── Answer… ── last answer ──► done
//	  ▲  ▲                     an attempt in vain             │
//	  │  └─ Missed (again): due at once                       ├── reached, nothing to ask ─────► done
//	  │                                                       ├── three slots in vain, SMS ────► unreachable
//	  │  from open likewise: reached by anybody (unreturned), ├── no number left, or too late ─► unreachable
//	  │  attempts in vain, too late, Cancel, Refuse           ├── Refuse, do not call ─────────► refused
//	  │                                                       └── Cancel ──────────────────────► cancelled
//	  └──────────────────────────────────── Reopen, from every end ◄───────────────────────────────┘
//
// When customers may be tried, how often, and what an attempt counts for is package contact's. Several missed calls of one
// number are one task, with their count. It closes itself when anybody reaches the customer, whoever called whom.
//
// Who has said that no calls are wanted gets none, except the answer to a call of their own. Which numbers may be called is
// asked anew whenever a task is handed to somebody.
//
// A [Script] is what an agent asks: questions that branch by their answers. [Script.Run] says what comes next, and at the end
// what follows: how satisfied the customer is, and whether a ticket is opened with the customer's own words.
package outreach
