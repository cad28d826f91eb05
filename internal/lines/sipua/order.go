package sipua

import "slices"

// order puts a leg's messages back into the order in which they arrived. Requests come twice: first as seen by
// the reading loop, in order; then with the transaction to answer by, in any order. A request is handed out when
// both are there and everything before it was handed out. Retransmissions come only the first way and are known
// by their key (RFC 3261 §17.2.3).
//
//	arrive(BYE)  arrive(ACK)  attach(BYE)          next: BYE, ACK
type order[T any] struct {
	queue    []slot[T]
	attached map[string]T
	seen     []string
}

// slot is one message in the queue; key is empty for one that needs no transaction.
type slot[T any] struct {
	key  string
	item any
}

// memory is how many keys of handed-out requests are remembered.
const memory = 64

// arrive takes in a message in the order of arrival and reports false for a retransmission.
func (o *order[T]) arrive(key string, item any) bool {
	if key != "" {
		if slices.Contains(o.seen, key) {
			return false
		}
		if len(o.seen) >= memory {
			o.seen = slices.Delete(o.seen, 0, memory/2)
		}
		o.seen = append(o.seen, key)
	}
	o.queue = append(o.queue, slot[T]{key, item})
	return true
}

// attach takes in the transaction of a request. One that did not arrive before is put at the end of the queue.
func (o *order[T]) attach(key string, item any, tx T) {
	if o.attached == nil {
		o.attached = make(map[string]T)
	}
	o.attached[key] = tx
	if !slices.Contains(o.seen, key) {
		o.arrive(key, item)
	}
}

// next hands out the first message, if it is complete.
func (o *order[T]) next() (item any, tx T, ok bool) {
	if len(o.queue) == 0 {
		return nil, tx, false
	}
	first := o.queue[0]
	if first.key != "" {
		if tx, ok = o.attached[first.key]; !ok {
			return nil, tx, false
		}
		delete(o.attached, first.key)
	}
	o.queue = o.queue[1:]
	return first.item, tx, true
}

// blocked reports whether the first message waits for its transaction; skip gives it up.
func (o *order[T]) blocked() bool { return len(o.queue) > 0 }

func (o *order[T]) skip() {
	if len(o.queue) > 0 {
		o.queue = o.queue[1:]
	}
}
