package media_test

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/test/steady"
)

func TestTwoPhonesHearEachOtherOnThePacketPlane(t *testing.T) {
	steady.Try(t, twoPhonesHearEachOtherOnThePacketPlane)
}

func twoPhonesHearEachOtherOnThePacketPlane(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
	b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 1000})
	br := e.NewBridge()
	defer br.Close()
	br.Add(a.rtp)
	br.Add(b.rtp)
	talk(500*time.Millisecond, a, b)
	time.Sleep(50 * time.Millisecond)
	if s := e.Stats(); s.PacketBridges != 1 || s.TickBridges != 0 || s.Forwarded < 40 {
		t.Errorf("stats %+v", s)
	}
	wantContinuous(t, a.received()[1:])
	wantTone(t, "a hears", heard(a.received()), 1000, 440)
	wantTone(t, "b hears", heard(b.received()), 440, 1000)
}

func TestPlayIsHeard(t *testing.T) { steady.Try(t, playIsHeard) }

func playIsHeard(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.MuLaw, hz: 440})
	br := e.NewBridge()
	defer br.Close()
	m := br.Add(a.rtp)
	done := make(chan media.Outcome, 2)
	m.Play(media.Samples(toneALaw(700, 4000)), media.PlayOptions{Done: func(o media.Outcome) { done <- o }})
	talk(700*time.Millisecond, a)
	if o := <-done; o != media.Finished {
		t.Errorf("outcome %v", o)
	}
	time.Sleep(50 * time.Millisecond)
	g := a.received()
	wantContinuous(t, g)
	wantTone(t, "a hears", heard(g[2:24]), 700, 440)
}
