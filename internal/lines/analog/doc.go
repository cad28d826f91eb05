// Package analog is the vocabulary between the procedures of an analog line (lines/fxo) and what stands below them:
// a card in the kernel (lines/dahdi) or a simulated exchange (lines/exchange).
//
// A device is one port on one pair of wires, seen from the subscriber's side: the other end has the battery and
// rings, we open and close the loop. It runs on a clock of its own, 20 ms a [Frame], which never stops while the
// port is there, on hook or off: what an exchange says before and between rings must be heard too.
//
//	           Frame(in, out), Signal          SetHook, Flash, EchoCancel
//	device ─────────────────────────────▶ fxo ─────────────────────────────▶ device
//	        from the device's own loop           from any goroutine
//
// What comes from a device's loop must neither block nor allocate: other ports wait for the same loop.
package analog
