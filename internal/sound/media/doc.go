// Package media moves sound: RTP in and out, the 20 ms clock, bridges of any number of parties, players and taps.
//
// An [Engine] owns the sockets, one or more receive loops and one clock. A party is a [Port]; one that speaks RTP
// is an [RTP]. A [Bridge] joins parties and chooses between two planes by itself:
//
//	          two RTP parties who hear each other, 20 ms packets, nothing played,
//	          no keys being sent, no conference, both on a side of the tap
//	        ┌──────────────────────────────────────────────────┐
//	        │                                                  ▼
//	┌──────────────┐                                  ┌────────────────┐
//	│  tick plane  │                                  │  packet plane  │
//	└──────────────┘                                  └────────────────┘
//	        ▲                                                  │
//	        └──────────────────────────────────────────────────┘
//	          anything else
//
// On the packet plane the receive loop rewrites and forwards each packet as it comes; the clock has no part in it.
// On the tick plane received sound waits in a jitter buffer, and the clock pulls, mixes and pushes frames of A-law.
// The stream a party hears keeps its SSRC, and its numbers and timestamps go on without a break, across every move;
// the marker bit shows the change. What waited in the jitter buffer is sent when the packet plane is entered.
//
// Who hears whom is a matter of [Groups]: a party hears those who talk in one of the groups that it hears. So two consult
// while the third waits, and a supervisor whispers. A bridge may be a [Conference]: then the clock brings each party's
// speech to one level, shuts out lines that only hum, and mixes at most so many.
//
// A [Tap] follows by 60 ms on either plane. Each side goes on where it was when the plane is changed, so that a recording
// has neither gap nor silence put in.
//
// Who owns what: a receive loop owns what is learnt from packets (the latch, counts, presses); the clock owns
// bridges, members, players and jitter buffers; the one outgoing stream of a session has a lock that is free but for
// the moment of a move. Orders go to loops through queues on which nobody waits. No loop writes a file, takes a lock
// that another holds for longer than a packet, or allocates for a packet.
//
// Calls from the loops ([RTPConfig.Sink], [PlayOptions.Done], [Tap], [Source]) must not block.
package media
