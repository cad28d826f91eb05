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
//	└─────┬──────┘        checks ▶ who is it? ▶ REGISTER, OPTIONS, INVITE …, SUBSCRIBE ──▶ watchers ──▶ NOTIFY
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
// What sipgo v1.7.2 does not do or does wrongly, what we do about it, and the test that shows it:
//
//	CANCEL crossing 200: no ACK, no BYE       package dialog               cancel_race_uas
//	more than ten answers end the call        package dialog               ringing12_uas
//	ACK, CANCEL with a wrong CSeq             own builders, transmit.go    prack_uas, TestForkedAnswers
//	late 2xx not acknowledged                 arrived, tomb.go             TestForkedAnswers
//	2xx repeated every 4 s, never given up    package dialog               TestAnswerIsRepeatedOnTime, lost_ack_uac
//	answering blocks, unsynchronised state    one actor per leg            all, by the race detector
//	UDP messages over 1300 octets refused     stack.go                     TestLongMessage
//	messages handled out of order             order.go                     TestOrderOfArrival
//	every source address kept for ever        listener.go                  TestScanDoesNotGrowTables
//	one silent browser blocks all others      package front                TestSilentClientsKeepNobodyOut
//	a context that ends at once               not used
//	much of RFC 4475 not looked at            inspect in handle.go         TestTorture
//	white space beside separators             tidy.go                      TestTorture, TestOddWhiteSpaceIsACall
//	RFC 2543 without tag and branch refused   elder.go                     TestCallOfAnElderGateway
//	CSeq hardly checked, no 481, no 500       package dialog               TestDialogChecks, dialog.TestStep
//
// A phone may have its party led on (REFER in a call of its own, [line.Transfer]), take another phone's call (INVITE
// with Replaces, [line.Info.Replaces]), and watch others: what is said by [Server.ShowDialog] and [Server.ShowMessages]
// goes to the phones that have subscribed to it, each subscription a [subscribe.Subscription], all owned by one actor.
// What a lamp shows of a call is enough to ask for it, and not enough to meddle with it: the box's tag stays unsaid.
//
// Who may call: a request with the right password of an extension is that extension; a request from a trunk's
// peer is that trunk; anybody else is challenged or refused, counted by package guard, and in the end not
// listened to at all.
package sipua
