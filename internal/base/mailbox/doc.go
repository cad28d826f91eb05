// Package mailbox is the inbox of an actor: many goroutines put, one goroutine takes, in one order.
//
// Putting never blocks, so an actor may post to another one, or to itself, without a deadlock. The box is
// bounded all the same: past its limit a message is refused and counted, because an actor that far behind is
// broken and must be seen to be (see [Box.Dropped]) rather than eat the machine's memory.
//
// [Box] carries messages one way. [Inbox] is for an owner of a state who is asked, too: the asker waits for the answer, or
// for the owner's end, or until its own context ends.
package mailbox
