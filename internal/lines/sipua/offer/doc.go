// Package offer negotiates the sound of a call by SDP offer and answer (RFC 3264, RFC 8866): which of the two
// G.711 laws, which payload type carries key presses (RFC 4733), where the packets go, and who listens.
//
// The package is pure: bytes and values in, bytes and values out. [Parse] reads what the far side wrote, a
// [Session] remembers what was agreed and writes what we say. PCMA is preferred, PCMU accepted, only RTP/AVP
// is spoken; every other stream of an offer is refused with port 0 as RFC 3264 §6 asks.
package offer
