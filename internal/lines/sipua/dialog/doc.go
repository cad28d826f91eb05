// Package dialog is the behaviour of one SIP call leg: when it rings, answers, holds and ends, and what is to be
// said to the far side for it (RFC 3261 §12–15, RFC 3262, RFC 3311, RFC 3515, RFC 4028, RFC 6026).
//
//	           Begin                                     Request INVITE
//	             │                                              │
//	             ▼   1xx                                        ▼
//	Caller:   Calling ────▶ Proceeding                Callee: Offered ──── Ring 180, Progress 183
//	             │   │  2xx /   │                           │      │
//	      Hangup │   └──▶ACK◀───┤ Hangup             Answer │      │ Hangup: 4xx, 5xx, 6xx
//	             ▼        │     ▼ CANCEL                200 │      │ Cancelled: 487
//	          Cancelling  │  Cancelling                     ▼      │
//	             │  │     ▼                              Answering │   200 again at 0.5, 1, 2, 4, 4 … s
//	   487, none │  │  Confirmed ◀── ACK ────────────────── │      │
//	             │  │     │   ▲ re-INVITE, UPDATE, INFO     │ no ACK for 32 s: BYE
//	             │  │     │   └──── both ways, 491 glare    │      │
//	             │  │ BYE │                                 │      │
//	             ▼  ▼     ▼                                 ▼      ▼
//	           Ended    Ended ◀─────────────────────────── Ended  Ended
//	             ▲  │
//	             │  └ 2xx crossing the CANCEL: ACK, then BYE
//
// A REFER in a confirmed dialog has a life beside that; the phone hears what came of it, if only that time is over:
//
//	REFER ▶ 202, NOTIFY 100, line.Transfer ──▶ line.TransferResult ──▶ NOTIFY 200, or the cause's status, terminated
//	                                      └─── time over: 408, timeout; the dialog ends before: 487 ───▲
//
// [Step] is the whole of it: the state and one event in, the next state and the effects out. It touches
// nothing, so every race of the list above is a line in a table test. Events carry what matters of a message as
// plain values; whoever owns the [Dialog] turns messages into events and effects into messages.
//
// Guarantees: every Dialog reports [line.Ended] exactly once and [Finish] exactly once, never Finish first; each
// 2xx that comes is acknowledged, whichever fork it is from and however often; each fork that is not ours gets a
// BYE; of each offer either the answer or a refusal goes out; each REFER that was taken gets one last NOTIFY, if the
// one before was answered or the dialog ends.
package dialog
