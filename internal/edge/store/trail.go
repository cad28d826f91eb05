package store

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// trail goes through the calls that have one property, newest first, by the keys of its index alone: no record is read.
type trail struct {
	cursor *bolt.Cursor
	prefix []byte
	// place is where the call stands on any trail it is on: the inverted time, then its key. nil behind the last one.
	place  []byte
	keyLen int
}

// placeTime is how many octets of a place are the time.
const placeTime = 8

// newTrail is the trail of calls with a property, at its first place not before from; nil when there is no such index yet.
func newTrail(tx *Tx, index, value string, from []byte) *trail {
	return trailIn(tx, CDRs.Name, index, value, from)
}

// trailIn is the trail of calls with a property that another table's record of the call has, under the call's own key.
func trailIn(tx *Tx, table, index, value string, from []byte) *trail {
	b := tx.bolt.Bucket([]byte("x." + table + "." + index))
	if b == nil {
		return nil
	}
	t := &trail{cursor: b.Cursor(), prefix: append([]byte(value), 0)}
	t.seek(from)
	return t
}

// seek goes to the first place not before one.
func (t *trail) seek(place []byte) { t.at(t.cursor.Seek(slices.Concat(t.prefix, place))) }

func (t *trail) next() { t.at(t.cursor.Next()) }

func (t *trail) at(k, keyLen []byte) {
	if !bytes.HasPrefix(k, t.prefix) || len(k) < len(t.prefix)+placeTime || len(keyLen) != 2 {
		t.place = nil
		return
	}
	t.place, t.keyLen = k[len(t.prefix):], int(binary.BigEndian.Uint16(keyLen))
}

// key is that of the record where the trail is.
func (t *trail) key() []byte { return t.place[len(t.place)-t.keyLen:] }

// placeOf is the beginning of the places of calls that began at a time.
func placeOf(at time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, math.MaxUint64-uint64(max(at.UnixNano(), 0))) //nolint:gosec // not negative
}

// behind is the least place greater than one.
func behind(place []byte) []byte { return append(slices.Clone(place), 0) }

// maxSeeks bounds the search for a place that several trails share: what few have in common among a million makes a short
// page and not a long wait. A seek is some microseconds.
const maxSeeks = 2000

// crossing goes through the calls that are on all of some trails.
type crossing struct {
	trails []*trail
	seeks  int
	// passed is a place up to which there is nothing more to find.
	passed []byte
}

// next finds the first shared place from where the trails are; the trails are there then. more reports that it gave up
// before it knew.
func (x *crossing) next() (found, more bool) {
	goal := x.trails[0].place
	for agreed := 0; goal != nil; {
		for _, t := range x.trails {
			if bytes.Compare(t.place, goal) < 0 && t.place != nil {
				x.seeks++
				t.seek(goal)
			}
			if t.place == nil {
				return false, false
			}
			if bytes.Equal(t.place, goal) {
				if agreed++; agreed == len(x.trails) {
					return true, false
				}
				continue
			}
			x.passed, goal, agreed = goal, t.place, 1
			if x.seeks > maxSeeks {
				return false, true
			}
		}
		agreed = 0
	}
	return false, false
}

// junction goes through the calls that are on any of some trails, each once.
type junction struct{ trails []*trail }

// next is the trail that is at the first place of all, nil when all are at their end; pass goes behind that place.
func (u junction) next() *trail {
	var first *trail
	for _, t := range u.trails {
		if t.place != nil && (first == nil || bytes.Compare(t.place, first.place) < 0) {
			first = t
		}
	}
	return first
}

func (u junction) pass(place []byte) {
	for _, t := range u.trails {
		if bytes.Equal(t.place, place) {
			t.next()
		}
	}
}
