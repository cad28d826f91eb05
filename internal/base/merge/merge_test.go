package merge_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/dealerline/dealerline/internal/base/hlc"
	"github.com/dealerline/dealerline/internal/base/merge"
)

func at(n uint64) hlc.Version { return hlc.Version{At: hlc.Stamp(n), Node: 1} }

func TestTheLaterValueOfEachFieldWins(t *testing.T) {
	base := merge.Record{Fields: map[uint64][]byte{1: []byte("wang"), 2: []byte("blue"), 3: []byte("old")}}
	base.Meta.Set(at(1))
	box, hq := base, base
	box.Fields = map[uint64][]byte{1: []byte("wang"), 2: []byte("red")} // field 3 emptied
	box.Meta.Set(at(5), 2, 3)
	hq.Fields = map[uint64][]byte{1: []byte("王"), 2: []byte("green"), 3: []byte("old")}
	hq.Meta.Set(at(4), 1, 2)

	got, lost := merge.Join(box, hq)
	want := map[uint64][]byte{1: []byte("王"), 2: []byte("red")}
	if !reflect.DeepEqual(got.Fields, want) {
		t.Errorf("joined %v, want %v", got.Fields, want)
	}
	if string(lost[2]) != "green" || string(lost[1]) != "wang" || string(lost[3]) != "old" {
		t.Errorf("lost %v", lost)
	}
	if got.Meta.Of(2) != at(5) || got.Meta.Of(1) != at(4) || got.Meta.Of(9) != at(1) {
		t.Errorf("versions %+v", got.Meta)
	}
}

func TestAnEditDoesNotBringADeletedRecordBack(t *testing.T) {
	r := merge.Record{Fields: map[uint64][]byte{1: []byte("x")}}
	r.Meta.Set(at(1))
	gone, edited := r, r
	gone.Meta.Deleted = at(2)
	edited.Meta.Set(at(3), 1)
	got, _ := merge.Join(gone, edited)
	if !got.Meta.Gone() {
		t.Error("an edit made elsewhere after the deletion brought the record back")
	}
	back := got
	back.Meta.Restored = at(4)
	if got, _ = merge.Join(gone, back); got.Meta.Gone() {
		t.Error("a record that was brought back is gone")
	}
}

// random makes a state that a few edits on a few machines could have led to.
func random(r *rand.Rand) merge.Record {
	m := merge.Record{Fields: map[uint64][]byte{}}
	m.Meta.Set(hlc.Version{At: hlc.Stamp(r.Uint64N(3) + 1), Node: r.Uint32N(2)})
	for range r.IntN(6) {
		f := r.Uint64N(5)
		v := hlc.Version{At: hlc.Stamp(r.Uint64N(6) + 4), Node: r.Uint32N(3)}
		m.Meta.Set(v, f)
		if r.IntN(4) == 0 {
			delete(m.Fields, f)
		} else {
			m.Fields[f] = fmt.Append(nil, r.IntN(3))
		}
	}
	if r.IntN(3) == 0 {
		m.Meta.Deleted = hlc.Version{At: hlc.Stamp(r.Uint64N(9))}
	}
	if r.IntN(3) == 0 {
		m.Meta.Restored = hlc.Version{At: hlc.Stamp(r.Uint64N(9))}
	}
	return m
}

func TestTheOrderOfMeetingDoesNotMatter(t *testing.T) {
	for seed := range uint64(20_000) {
		r := rand.New(rand.NewPCG(seed, 1))
		a, b, c := random(r), random(r), random(r)
		ab, _ := merge.Join(a, b)
		ba, _ := merge.Join(b, a)
		if !same(ab, ba) {
			t.Fatalf("seed %d: a+b is %+v, b+a is %+v", seed, ab, ba)
		}
		left, _ := merge.Join(ab, c)
		bc, _ := merge.Join(b, c)
		right, _ := merge.Join(a, bc)
		if !same(left, right) {
			t.Fatalf("seed %d: (a+b)+c is %+v, a+(b+c) is %+v", seed, left, right)
		}
		again, lost := merge.Join(ab, ab)
		if !same(again, ab) || len(lost) > 0 {
			t.Fatalf("seed %d: meeting itself changed %+v into %+v", seed, ab, again)
		}
	}
}

// same compares what a record is, not how it was written down: a version equal to Base may stand among the fields or not.
func same(a, b merge.Record) bool {
	for f := range uint64(6) {
		if a.Meta.Of(f) != b.Meta.Of(f) {
			return false
		}
	}
	return reflect.DeepEqual(a.Fields, b.Fields) && a.Meta.Base == b.Meta.Base && a.Meta.Gone() == b.Meta.Gone()
}
