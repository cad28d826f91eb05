// Package wrapup keeps what agents say of calls when they wrap them up: what a call was about (a disposition, from a tree that the
// dealership sets), a note, and the tickets that came of it.
//
// A record is the call's, and has its id. It is there as soon as somebody has said something, or, when the call's queue demands a
// disposition, from the call's end on; what nobody has said by the limit is listed as missing ([Book.Missing]).
//
//	owed ── Give ──► said ── Give ──► said (changed, under the revision that was read)
//	  └── the limit passes ──► missing ── Give ──► said
//
// What an agent has typed and not yet sent is a [Draft], of that agent and call: a page that is loaded anew loses nothing.
//
// The queues know by themselves when an agent owes a disposition (calls/acd); this package knows neither calls nor queues but by
// name.
package wrapup
