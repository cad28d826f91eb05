// Package appliance builds the box from its parts and owns their lives. It is the one place that knows them all.
//
//	boot file ─▶ store ─▶ settings ─▶ prompts, recordings ─▶ media ─▶ queues ─▶ calls ─▶ SIP, analog lines ─▶ local listener
//
// Things start in this order and stop in the reverse one: first no new calls, then the calls end (bounded), then the
// lines close, then the sound, then what is still to be written is written. Small adapters in this package satisfy the
// interfaces that the parts declare: the desk (who calls, where to), the dialer (legs), rooms and voice (sound).
package appliance
