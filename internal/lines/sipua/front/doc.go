// Package front lets browsers in: it accepts the WebSocket handshake of SIP clients (RFC 7118) on an ordinary
// net/http server and hands the connections that passed to a SIP stack as a [net.Listener].
//
// The stack below would do the handshake inside its accept loop, without a deadline and without looking at path,
// origin or session, so one silent client would keep all others out. Here net/http reads the request under its
// own time limits, each client in its own goroutine; [Handler] checks it; only then the connection, with the
// request put back in front of it, goes to the stack, which finds the handshake waiting.
//
// From then on every frame is looked at before the stack reads it: how long it is, whether it may be sent at all,
// how many come in a second. Pings are answered, fragments joined, and the stack gets whole messages only. Somebody
// has one connection: a newer one takes the older one's place, and the older one is told so ([Replaced]).
package front
