package e2e

import (
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/web"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// An analog caller goes the whole way: the line rings, the number comes by data between the rings, the menu is heard and
// a key pressed into it, the queue rings an agent, both talk over a line with noise and an echo of 10 dB, and when the
// caller hangs up, busy tone alone says so.
func TestAnalogWholeWay(t *testing.T) {
	t.Parallel()
	b := open(t, withLines(nil))
	agent := agentPhone(b, "8001")
	began := time.Now()
	c := b.callIn(7, web.Person{Number: "13800138007", Script: []web.Action{
		{Wait: 3, Keys: "1"}, {Wait: 1, Tone: 700, For: 14},
	}})
	d := agent.ringWithin(40 * time.Second)
	d.answer(tone(1000))
	time.Sleep(time.Second)
	from := time.Now()
	time.Sleep(3 * time.Second)
	hears(t, "the agent", d.since(from), 700, 1000)
	d.over()
	m := c.over(10 * time.Second)
	if !m.Answered || m.EndedBy != "caller" {
		t.Errorf("the caller: %+v", m.EndedBy)
	}
	heard := heardIn(t, m.WAV)
	hearsSound(t, "the caller in the menu", heard[:dsp.Samples(2*time.Second)])
	hears(t, "the caller", middle(last(heard, 6*time.Second), time.Second), 1000, 700)

	r := b.callFrom("13800138007")
	if r.Line != "line7" || r.To != "66001007" || r.keys() != "1" || !r.went("menu main") || r.Queue != "q_appointment" || r.Agent != "1001" {
		t.Errorf("record: %s to %s, keys %q, path %v, queue %s, agent %s", r.Line, r.To, r.keys(), r.Path, r.Queue, r.Agent)
	}
	if r.Disposition != "answered" || r.EndedBy != "caller" || r.Cause != "normal_clearing" || r.StartedAt.Before(began) {
		t.Errorf("record: %s, %s, by %s, began %s", r.Disposition, r.Cause, r.EndedBy, r.StartedAt)
	}
	leg := r.Legs[0]
	if leg.Kind != "trunk" || leg.Line != "line7" || leg.Number != "13800138007" || !leg.Remote || leg.Detail != "busy tone" {
		t.Errorf("the caller's leg: %+v", leg)
	}
	left, right := stereo(t, b.kept(r.Recording).File)
	hears(t, "the recording, left", middle(left, 1500*time.Millisecond), 700, 1000)
	hears(t, "the recording, right", middle(right, 1500*time.Millisecond), 1000, 700)
	b.until(5*time.Second, "the line is free again", func() bool { return b.lineState("line7") == "idle" })
}
