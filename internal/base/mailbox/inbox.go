package mailbox

import "context"

// Inbox is the box of an actor that answers: others tell it inputs, ask it and wait for the answer, or look at what it
// owns (see [Look]). All of this comes in one order. Make it with [NewInbox].
//
// The actor's goroutine waits for Ready and calls Handle; nobody else may call Handle and Close.
type Inbox[I any] struct {
	box          *Box[request[I]]
	batch        []request[I] // scratch of Handle
	over         chan struct{}
	closed, busy error
}

// request is an input, or a look at what the actor owns.
type request[I any] struct {
	in    I
	look  func()
	reply chan error // nil for what was only told
}

// NewInbox makes an inbox that holds at most limit requests. Who asks is told closed after [Inbox.Close], and busy when the
// inbox is full.
func NewInbox[I any](limit int, closed, busy error) *Inbox[I] {
	return &Inbox[I]{box: New[request[I]](limit), over: make(chan struct{}), closed: closed, busy: busy}
}

// Tell adds an input and reports whether it was taken in: false means closed or full.
func (b *Inbox[I]) Tell(in I) bool { return b.box.Put(request[I]{in: in}) }

// Ask adds an input and waits for its outcome. When ctx ends first, the input is handled all the same.
func (b *Inbox[I]) Ask(ctx context.Context, in I) error { return b.send(ctx, request[I]{in: in}) }

// Look has the actor's goroutine run f, which may look at all that the actor owns, and returns what f found.
func Look[I, T any](ctx context.Context, b *Inbox[I], f func() T) (found T, err error) {
	result := make(chan T, 1) // a channel, since f may still run when the asker has given up
	if err = b.send(ctx, request[I]{look: func() { result <- f() }}); err == nil {
		found = <-result
	}
	return found, err
}

func (b *Inbox[I]) send(ctx context.Context, r request[I]) error {
	r.reply = make(chan error, 1)
	if !b.box.Put(r) {
		select {
		case <-b.over:
			return b.closed
		default:
			return b.busy
		}
	}
	select {
	case err := <-r.reply:
		return err
	case <-b.over:
		return b.closed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Ready is readable while [Inbox.Handle] may have something to do.
func (b *Inbox[I]) Ready() <-chan struct{} { return b.box.Ready() }

// Handle gives everything that has come so far to do, one after the other, and passes its errors on to those who asked.
func (b *Inbox[I]) Handle(do func(I) error) {
	b.batch = b.box.Take(b.batch)
	for _, r := range b.batch {
		var err error
		if r.look != nil {
			r.look()
		} else {
			err = do(r.in)
		}
		if r.reply != nil {
			r.reply <- err
		}
	}
	clear(b.batch)
}

// Close refuses all further requests and those that still wait for an answer. It returns the inputs that had come and were
// not handled.
func (b *Inbox[I]) Close() (left []I) {
	b.box.Close()
	close(b.over)
	for _, r := range b.box.Take(nil) {
		if r.look == nil {
			left = append(left, r.in)
		}
	}
	return left
}

// Dropped is the number of requests refused because the inbox was full.
func (b *Inbox[I]) Dropped() uint64 { return b.box.Dropped() }
