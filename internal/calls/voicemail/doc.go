// Package voicemail is the house's boxes for messages: leaving one, hearing them, and keeping them.
//
// Two menus are stepped by their call ([call.Menu]); they decide, and touch nothing but the [Shelf], which answers from
// memory and never waits.
//
//	leaving:  greeting ─▶ beep ─▶ record ──#──▶ review ── 1, nothing, hang-up ─▶ kept
//	             │ 0                 │ hang-up    │ 2 hear it   3 anew   0 operator
//	             ▼ operator          ▼ kept if longer than 2 s
//
//	reading:  [PIN] ─▶ how many ─▶ message ◀─┬─ 1 again  2 save  3 delete  4 next  5 previous  9 undelete
//	                                         ├─ 6 call back: the menu is over, or goes on when nobody answers
//	                                         └─ 7 greeting  * help  # leave
//
// A message is [Draft] while it is spoken and until its caller is content, then [New], [Old] once heard, and [Deleted] for a
// week before it goes.
//
// The sound of messages lies in files of its own archive (mono A-law, a row first, synced twice a second, repaired after a
// crash); every row has its sound: what has none is dropped at the start. PINs are not for guessing: three wrong ones lock
// a box for five minutes, three more for twice as long, up to a day.
package voicemail
