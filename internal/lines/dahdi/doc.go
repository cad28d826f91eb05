// Package dahdi is the telephone cards in the kernel: their channels as devices for the procedures of analog lines
// (lines/fxo), by ioctl alone, without a C library and without the kernel project's own tools.
//
//	Open: find spans ─▶ load tone zone ─▶ set each analog channel's signalling ─▶ start the spans
//	Run:  one loop for all ports
//
//	              20 ms read                    frame
//	 kernel ─────────────────────▶ loop ──────────────────────▶ handler (fxo)
//	        ◀───────────────────── each port ◀──────────────── what it says
//	              20 ms written
//	        events (ring, polarity, battery, hook done, removed) come before the frame in which they happened
//
// The loop waits for sound and for events (EPOLLPRI) of all channels at once; os.File would never ask for events.
// Ways of the kernel that cost others days, and that this package knows (include/dahdi/user.h, dahdi-base.c):
//
//   - read and write fail with errno 500 while an event waits: it is fetched, and they are tried again.
//   - A write ends a dialling or tone under way, and so does a hook order: nothing is written until it is complete.
//   - Flash on a descriptor that does not block fails with EINPROGRESS: that is success, and an event tells the end.
//   - Going off hook just after a release fails with EBUSY: it is tried again until it succeeds.
//   - The ring's begin and its end are two events, and the end is the one named ring.
//   - The size of what is configured is part of an ioctl's number: a test compares all of them with the kernel's header.
//   - A span that is taken out leaves descriptors that fail with ENODEV; the port looks for its channel until it is back.
package dahdi
