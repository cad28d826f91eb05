// Package courier delivers what tickets want told to people: on screens, by SMS, by telephone.
//
// Each [ticket.Notice] is a small machine ([step]), whose state is its record: what is done follows only after it is written
// that it will be, and what came of it is written before anything else is done. A box that loses power tries again what was
// under way, which counts as a try; what is recorded as delivered is never delivered again.
//
//	           due ─ of no use any more (answered, met, closed, too late) ───────────────────────► failed: superseded, expired
//	            │
//	pending ────┤ console: told ──────────────────────────────────────────────────────────────────► sent
//	   ▲        │ SMS: a try ── taken by the network ─────────────────────────────────────────────► sent
//	   │        │               not: again after 1, 2, 5, 15, 30 minutes ──┐ until it is of no use ─► failed
//	   │        │ call: a try ─ a key: 1 heard; of a job 1 yes, 2 no ──────┼───────────────────────► acked
//	   │        │               none: again after 2 minutes, three times ──┤                      ─► failed
//	   └────────┴──────────────────────────────────────────────────────────┘
//
// Who acknowledges an escalation is not told of it again; the other notices of the same target to the same person end with
// it. A call that rings while its job is answered otherwise, or is offered to the next one, is ended.
//
// [Courier] is the actor: it takes the notices of each way that are due, several at once, but never calls one telephone
// twice at a time. It knows neither telephony nor screens: [Console], [Texter] and [Caller] are declared here.
package courier
