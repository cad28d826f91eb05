package media

import "sync/atomic"

// ringSlots is how much a receive loop may hand over between two ticks: 32 frames are 640 ms of sound,
// more than any burst that the jitter buffer would still play.
const ringSlots = 32

// piece is something received: sound of at most one frame, or a key when key is not 0.
type piece struct {
	key  byte
	n    uint8  // octets of sound; of a key: inSound or 0
	ssrc uint32 // of its stream
	ts   uint32 // RTP timestamp of its first octet
	data Frame  // A-law
}

// ring hands pieces from the receive loop to the clock without a lock: one goroutine puts, one takes.
type ring struct {
	put, taken atomic.Uint32
	slots      [ringSlots]piece
}

// next is the slot to fill, nil when the ring is full. Filling is finished by commit.
func (r *ring) next() *piece {
	n := r.put.Load()
	if n-r.taken.Load() == ringSlots {
		return nil
	}
	return &r.slots[n%ringSlots]
}

func (r *ring) commit() { r.put.Add(1) }

// first is the oldest piece, nil when there is none. It is valid until drop.
func (r *ring) first() *piece {
	n := r.taken.Load()
	if n == r.put.Load() {
		return nil
	}
	return &r.slots[n%ringSlots]
}

func (r *ring) drop() { r.taken.Add(1) }
