// Package ivr runs the dealership's menus: flows drawn in the console, published as versions, and interpreted step
// by step.
//
// A [Flow] is a graph of named nodes. A [Shelf] holds every flow's versions: a draft is changed freely, publishing
// checks it and makes it the version that new calls get; calls that are up keep theirs; rolling back publishes an
// older one again. [Validate] finds, node by node, what would fail a caller: a node nobody reaches, a dead end, a
// question without a way on when no answer comes, a prompt that does not exist, a loop that never ends.
//
//	          Started                     prompt ended
//	(entry) ──────────▶ run nodes ──▶ Speaking ────────▶ run on (play) or Listening (menu, collect)
//	                       ▲   │          │ key                │ key, time-out
//	                       └───┼──────────┴────────────────────┘
//	                           ▼
//	                    MenuGo: queue, extension, external, hangup — and back here when a number was not reached
//
// [Step] is the whole interpreter: pure, without clock, sound or telephone. The simulator of the console runs the
// same function.
package ivr
