package conference

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// simRooms are of every kind.
func simRooms() []Room {
	return []Room{
		aRoom(),
		aRoom(withPINs, func(r *Room) { r.Number, r.Record, r.MaxParties = "601", true, 4 }),
		aRoom(moderated, func(r *Room) {
			r.Number, r.WaitForModerator, r.EndWithModerator, r.Record, r.MaxMinutes = "602", true, true, true, 5
		}),
		aRoom(withPINs, moderated, func(r *Room) {
			r.Number, r.MuteOnEntry, r.Announce, r.WaitForModerator, r.After = "603", true, NumberNotice, true, &Onward{"menu", "m"}
		}),
	}
}

// sim plays many parties at random.
type sim struct {
	*world
	rnd  *rand.Rand
	n    int
	here []call.ID // entered, neither told to leave nor hung up
	left map[call.ID]bool
}

func (m *sim) anybody() call.ID {
	if len(m.here) == 0 || m.rnd.IntN(20) == 0 {
		return "nobody"
	}
	return m.here[m.rnd.IntN(len(m.here))]
}

func (m *sim) room() string {
	return []string{"600", "601", "602", "603", AdHocPrefix + "x", "699"}[m.rnd.IntN(6)]
}

func (m *sim) step() {
	switch m.rnd.IntN(20) {
	case 0, 1, 2, 3:
		m.n++
		id := call.ID(fmt.Sprint("c", m.n))
		m.here = append(m.here, id)
		m.enter(id, m.room(), []string{"8001", "8002", "13800138000", ""}[m.rnd.IntN(4)])
	case 4, 5, 6:
		m.keys(m.anybody(), []string{"1234#", "9876#", "0000#", "#", "12", "*"}[m.rnd.IntN(6)])
	case 7, 8, 9, 10:
		m.keys(m.anybody(), "*"+string("0123456789*#"[m.rnd.IntN(12)]))
	case 11, 12:
		m.heard(m.anybody())
	case 13:
		id := m.anybody()
		if m.left[id] = true; m.rnd.IntN(3) == 0 {
			_ = m.do(vanished{id})
		} else {
			m.leave(id)
		}
	case 14, 15:
		m.order()
	case 16:
		m.after(time.Duration(m.rnd.IntN(60)) * time.Second)
	case 17:
		if m.rnd.IntN(10) == 0 {
			m.after(25 * time.Minute)
		}
	case 18:
		_ = m.do(recorded{m.room(), fmt.Sprint("rec", m.n)})
	case 19:
		if m.rnd.IntN(10) == 0 {
			s := Default()
			if s.Rooms = simRooms(); m.rnd.IntN(2) == 0 {
				s.Rooms = slices.Delete(s.Rooms, 1, 2)
			}
			_ = m.do(changed{s})
		}
	}
	m.here = slices.DeleteFunc(m.here, func(id call.ID) bool { return m.left[id] || len(m.outs[id]) > 0 })
}

func (m *sim) order() {
	room, id, on := m.room(), m.anybody(), m.rnd.IntN(2) == 0
	inside := m.phase(id) == Inside && m.s.parties[id].Room == room
	open := m.open[room]
	in := []input{mute{room, id, on}, kick{room, id}, muteAll{room, on}, lock{room, on}, endRoom{room}}[m.rnd.IntN(5)]
	err := m.do(in)
	want := open
	switch in.(type) {
	case mute:
		want = inside
	case kick:
		want = inside
		if inside && (m.seat[id] == room || m.phase(id) == Inside) {
			m.fail("kicked, %s sits in %q", id, m.seat[id])
		}
	case muteAll:
		for _, p := range m.parties(room) {
			if on && !p.moderator && m.talks[p.Call] {
				m.fail("%s talks though all are muted", p.Call)
			}
		}
	}
	if (err == nil) != want || err != nil && fault.CodeOf(err) != fault.NotFound {
		m.fail("%T: %v, want it done: %v", in, err, want)
	}
}

func (m *sim) parties(room string) []*party {
	if r := m.s.rooms[room]; r != nil {
		return r.inside
	}
	return nil
}

// At random, hundreds of times: after each step the world is consistent (see [world.check]), and in the end everybody has
// left, or was told to, exactly once.
func TestSimulation(t *testing.T) {
	runs := uint64(400)
	if testing.Short() {
		runs = 100
	}
	for seed := range runs {
		w := newWorld(t, simRooms()...)
		m := &sim{world: w, rnd: rand.New(rand.NewPCG(seed, 11)), left: map[call.ID]bool{}}
		w.trace = append(w.trace, fmt.Sprint("seed ", seed))
		for range 250 {
			m.step()
		}
		if seed%2 == 0 {
			m.after(30 * time.Hour) // nobody does anything any more
		} else {
			_ = m.do(closed{})
		}
		if len(w.s.parties)+len(w.s.rooms)+len(w.seat)+len(w.open)+len(w.recording) != 0 {
			w.fail("seed %d: left over %d parties, %d rooms, %v, %v", seed, len(w.s.parties), len(w.s.rooms), w.seat, w.recording)
		}
		for n := range m.n {
			id := call.ID(fmt.Sprint("c", n+1))
			if got := len(w.outs[id]); got > 1 || got == 0 && !m.left[id] {
				w.fail("seed %d: %s was told to leave %d times, hung up: %v", seed, id, got, m.left[id])
			}
		}
	}
}
