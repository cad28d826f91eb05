// Package front lets browsers in: it accepts the WebSocket handshake of SIP clients (RFC 7118) on an ordinary
// net/http server and hands the connections that passed to a SIP stack as a [net.Listener].
//
// The stack below would do the handshake inside its accept loop, without a deadline and without looking at path,
// origin or session, so one silent client would keep all others out. Here net/http reads the request under its
// own time limits, each client in its own goroutine; [Handler] checks it; only then the connection, with the
// request put back in front of it, goes to the stack, which finds the handshake waiting.
package front
