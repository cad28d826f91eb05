// Package sipua is the box's SIP side: the registrar of the dealership's phones, the trunks to the public
// network, and one [Leg] for every call on either. It is the only importer of sipgo, which serves it as parser,
// transport and transaction layer; dialogs, registrations, authentication and offers are its own.
//
//	    socket          guard: banned sources are dropped unread
//	      │
//	    sipgo           parser, transactions (RFC 3261 §17, RFC 6026)
//	      │
//	┌─────┴──────┐
//	│  arrived   │      every message in the order of arrival ──▶ the leg's mailbox
//	│  handle    │      every new request with its transaction:
//	└─────┬──────┘        checks ▶ who is it? ▶ REGISTER, OPTIONS, INVITE …
//	      │
//	┌─────▼──────┐      one actor per leg: owns a dialog.Dialog, feeds it events, carries out its effects
//	│    Leg     │────▶ media.RTP
//	└─────┬──────┘
//	      ▼ line.Event
//	    the call
//
// sipgo hands each message to a goroutine of its own, so a BYE may overtake the ACK before it. That is why the
// legs take messages from a hook that sees them in the reading loop, in order, and only the transaction to
// answer with arrives from the goroutine; see order.go.
//
// Who may call: a request with the right password of an extension is that extension; a request from a trunk's
// peer is that trunk; anybody else is challenged or refused, counted by package guard, and in the end not
// listened to at all.
package sipua
