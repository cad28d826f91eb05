package media

import "sync/atomic"

// inbox takes orders from any goroutine for one loop. Neither side ever waits for the other.
type inbox struct{ head atomic.Pointer[order] }

type order struct {
	next *order
	do   func()
}

func (b *inbox) put(do func()) {
	o := &order{do: do}
	for {
		o.next = b.head.Load()
		if b.head.CompareAndSwap(o.next, o) {
			return
		}
	}
}

// run carries out what has come, in the order in which it came.
func (b *inbox) run() {
	var first *order
	for o := b.head.Swap(nil); o != nil; {
		next := o.next
		o.next, first = first, o
		o = next
	}
	for ; first != nil; first = first.next {
		first.do()
	}
}
