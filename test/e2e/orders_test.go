package e2e

import (
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/calls/conference"
	"github.com/dealerline/dealerline/internal/sound/dsp"
)

// A supervisor hangs up an agent's phone and signs the agent out by codes; a phone without the right does neither. The
// audit tells of both.
func TestForceByCodes(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { d.Calls.Supervisors = []string{"8006"} })
	admin := b.admin()
	caller, agent := conversation(t, b)
	dialed := func(p *phone, code string) {
		t.Helper()
		c := p.dial(code, silent)
		c.answered()
		hearsSound(t, "who dialled "+code, c.listen(1200*time.Millisecond))
		c.overWithin(20 * time.Second)
	}
	nosy, boss := deskPhone(b, "8005"), deskPhone(b, "8006")
	dialed(nosy, "*378001")
	dialed(nosy, "*361001")
	if s := b.agent("1001").Status; s != "available" {
		t.Errorf("the agent is %s though nobody with the right said so", s)
	}
	only(t, "the caller", caller, agentTone)
	dialed(boss, "*378001")
	if how := agent.over(); how != "bye" {
		t.Errorf("the agent's phone ended by %s", how)
	}
	caller.over()
	dialed(boss, "*361001")
	b.until(5*time.Second, "the agent is signed out", func() bool { return b.agent("1001").Status == "signed_out" })
	var list struct{ Items []map[string]any }
	for subject, what := range map[string]string{"call": "phone 8001 hung up by force", "agent": "signed out by force"} {
		admin.ask("GET", "/audit?subject="+subject, nil, &list)
		if !slices.ContainsFunc(list.Items, func(e map[string]any) bool {
			return at(e, "detail.what") == what && at(e, "detail.supervisor") == "8006"
		}) {
			t.Errorf("the audit of the %s: %v", subject, list.Items)
		}
	}
}

// meetingRoom is a conference with a PIN, at 6600.
func meetingRoom(d *document) {
	r := conference.DefaultRoom()
	r.Number, r.Name, r.PIN, r.Announce = "6600", "Room", "4711", conference.NoNotice
	d.Conferences.Rooms = []conference.Room{r}
}

// A caller whom a conference does not let in comes back to the agent; one whose agent is inside takes the agent's place
// and is asked for no PIN.
func TestTransfersIntoAConference(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { meetingRoom(d) })
	inside := deskPhone(b, "8005").dial("6600", tone(thirdTone))
	inside.answered()
	time.Sleep(400 * time.Millisecond)
	inside.keys("4711#")

	caller, agent := conversation(t, b)
	agent.keys("##6600#")
	agent.over()
	for range 3 {
		time.Sleep(time.Second)
		caller.keys("0000#")
	}
	again := agent.p.ringWithin(30 * time.Second)
	again.answer(tone(agentTone))
	time.Sleep(400 * time.Millisecond)
	only(t, "the caller who came back", caller, agentTone, thirdTone)

	second := agent.p.dial("6600", silent)
	second.answered()
	again.hold(true)
	time.Sleep(400 * time.Millisecond)
	second.keys("4711#")
	b.until(20*time.Second, "two are inside", func() bool { return inside.hearsNow(0) })
	if status := again.refer("<sip:6600@" + b.ip + "?Replaces=" + second.replaces() + ">"); status != 202 {
		t.Fatalf("REFER: %d", status)
	}
	again.over()
	second.over()
	b.until(20*time.Second, "they hear each other", func() bool { return caller.hearsNow(thirdTone) && inside.hearsNow(customerTone) })
	caller.hangup()
	inside.hangup()
}

// hearsNow reports whether a tone is heard just now; 0 is silence.
func (d *dialog) hearsNow(hz float64) bool {
	d.p.t.Helper()
	heard := d.listen(400 * time.Millisecond)
	if len(heard) < 2000 {
		return false
	}
	if hz == 0 {
		return dsp.Level(heard) < hush
	}
	return powerOf(heard, hz) > -25
}
