// Package hook tells other programs, by HTTP, what happened: a call ended, a customer changed.
//
//	change sequence ──▶ Feed ──▶ jobs in queue.db ──▶ Sender ──▶ POST, signed
//	(dealerline.db)     cursor and jobs              2xx: done, else again later:
//	                    in one transaction           10 s, 30 s, 2 min … 6 h, three days long
//
// Nothing is lost on the way: the feed reads the store's change sequence from where it stopped, and its cursor is
// written in the transaction that writes the jobs. A delivery may come twice, with the same Dealerline-Delivery, when
// the box stops between a receiver's answer and its note of it.
//
// Each request is signed: Dealerline-Signature is "t=SECONDS,v1=HEX", the HMAC-SHA256 under the hook's secret of
// SECONDS, a full stop, and the body. Receivers should refuse signatures older than five minutes.
package hook
