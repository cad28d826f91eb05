// Package ticket keeps what customers ask for until it is done and a contact with the customer has proved it.
//
// A ticket's state is changed by [Step] only, which is pure: state, event, time → state, effects. What it may do depends on
// its [Type], which the dealership's settings describe: form, clocks, ladders of escalation, rule of closing.
//
//	Create                                    Wait                    clocks of progress and resolution stand still
//	  │            Assign, Take             ┌──────────► waiting
//	  ▼          ┌─────────────► open ──────┤               │ Resume, a date, a call of the customer
//	 new ────────┘                ▲  ▲      ◄───────────────┘
//	  │ nobody to own it:         │  │
//	  │ tried again when          │  │ dissatisfied        Contact: reached, by somebody else, satisfied or neutral
//	  │ the house opens           │  └──────── resolved ──────────────────────────────────────► closed: contacted
//	  │                           │   Resolve ─►  │  Contact in vain in three time slots, then SMS ─► closed: unreachable
//	  │                           └───────────────┼──────────────────────────────── Reopen ◄──── closed
//	  └─── Cancel (from every state but closed) ──┴─► closed: cancelled      Merge ─► closed: merged
//
// Clocks ([Timer]) run in the type's calendar or around the clock. Each has a ladder ([Rung]): whom to tell, how, and after
// how much time; a rung is climbed once, in the transaction that writes the ticket and the [Notice] to be delivered, so
// that a restart, a jump of the clock or a weekend without power can neither lose nor double one. [Ticket.Due] is the next
// moment at which anything follows by itself; the [Scheduler] finds tickets by it.
//
// A field job is dispatched to technicians one after the other (dispatch.go):
//
//	none ─ Dispatch ─► offering ─ Accept ─► accepted ─ Contact ─► contacted ─ Arrive ─► arrived ─ Complete ─► completed
//	                    │  ▲ Decline, or no answer in time: the next technician
//	                    └──┘ nobody left ─► failed, which the ladder's next rung is told of
//
// Files of a ticket are rows here ([Attachment]); their octets are kept by care/attachment, whose Shelf.Add(ctx, by, Upload{Ticket,
// Person, Name, Note}, body) takes photos in, also those of a link page.
//
// [Book] is the service: each of its changes is one transaction, on behalf of somebody. It knows nothing of telephony: calls
// become facts for it ([Contact], [Link]), and what it wants told to people are notices for others to deliver.
package ticket
