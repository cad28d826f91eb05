package e2e

import (
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"
)

// The tones of those who speak in these tests: who hears whom is told by them.
const (
	customerTone = 440
	agentTone    = 1000
	thirdTone    = 1500
)

// keys presses keys one after another.
func (d *dialog) keys(keys string) {
	d.p.t.Helper()
	for _, k := range []byte(keys) {
		d.press(k)
		time.Sleep(250 * time.Millisecond)
	}
}

// conversation is a caller from outside who speaks with agent 1001 at 8001.
func conversation(t *testing.T, b *box) (caller, agent *dialog) {
	t.Helper()
	p := agentPhone(b, "8001")
	caller = trunkPeer(b).dialAs("13800138000", "700", tone(customerTone))
	caller.answered()
	agent = p.ring()
	agent.answer(tone(agentTone))
	time.Sleep(500 * time.Millisecond)
	return caller, agent
}

// ear is who hears what: these tones, and not those.
type ear struct {
	who   string
	d     *dialog
	hears []float64
	not   []float64
}

// together lets everybody talk until all hear what they should, in one and the same piece of time, and checks that nobody
// hears in it what is not for them. A busy machine may leave holes in the sound, so there are a few tries; what must not be
// heard never may.
func together(t *testing.T, ears ...ear) {
	t.Helper()
	for try := 1; ; try++ {
		from := time.Now()
		time.Sleep(700 * time.Millisecond)
		missing := ""
		for _, e := range ears {
			heard := e.d.since(from)
			for _, hz := range e.hears {
				if p := powerOf(heard, hz); p < -22 {
					missing = fmt.Sprintf("%s hears %.0f Hz at %.1f dBm0, want above -22", e.who, hz, p)
				}
			}
			for _, hz := range e.not {
				if p := powerOf(heard, hz); p > -45 {
					t.Errorf("%s hears %.0f Hz at %.1f dBm0, want below -45", e.who, hz, p)
				}
			}
		}
		if missing == "" {
			return
		}
		if try == 6 {
			t.Error(missing)
			return
		}
	}
}

// only is together for one.
func only(t *testing.T, who string, d *dialog, want float64, not ...float64) {
	t.Helper()
	together(t, ear{who, d, []float64{want}, not})
}

// refer asks that the other party be led elsewhere, and returns the status.
func (d *dialog) refer(to string) int {
	d.p.t.Helper()
	_, status := d.tell("REFER", func(m *message) {
		m.add("refer-to", "%s", to)
		m.add("contact", "<sip:%s@%s>", d.p.user, d.p.local())
	})
	return status
}

// replaces names the dialog as the box knows it, as a header in a URI (RFC 3891 §3).
func (d *dialog) replaces() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return url.QueryEscape(d.callID + ";to-tag=" + param(d.final.get("to"), "tag") + ";from-tag=" + d.tag)
}

// An agent asks another with the caller waiting, speaks with each in turn, brings all together, and leaves: one record,
// one recording through all of it.
func TestConsultAndTransferByKeys(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	other := deskPhone(b, "8005")
	caller, agent := conversation(t, b)
	agent.keys("*28005#")
	third := other.ring()
	third.answer(tone(thirdTone))
	time.Sleep(500 * time.Millisecond)
	from := time.Now()
	together(t, ear{"the agent who asks", agent, []float64{thirdTone}, []float64{customerTone}},
		ear{"the one asked", third, []float64{agentTone}, []float64{customerTone}})
	hearsSound(t, "the caller who waits", caller.since(from))
	agent.keys("*4") // back to the caller
	together(t, ear{"the agent who is back", agent, []float64{customerTone}, []float64{thirdTone}},
		ear{"the caller", caller, []float64{agentTone}, []float64{thirdTone}})
	agent.keys("*4*3")
	time.Sleep(300 * time.Millisecond)
	together(t, ear{"the caller of three", caller, []float64{thirdTone, agentTone}, nil},
		ear{"the third of three", third, []float64{customerTone, agentTone}, nil})
	agent.hangup()
	time.Sleep(300 * time.Millisecond)
	together(t, ear{"the caller in the end", caller, []float64{thirdTone}, []float64{agentTone}},
		ear{"the third in the end", third, []float64{customerTone}, []float64{agentTone}})
	third.hangup()
	caller.over()
	r := b.callTo("700")
	if r.Disposition != "answered" || r.Agent != "1001" || r.Extension != "8005" || len(r.Legs) != 3 {
		t.Errorf("record: %s, agent %s, extension %s, %d legs", r.Disposition, r.Agent, r.Extension, len(r.Legs))
	}
	left, right := stereo(t, b.kept(r.Recording).File)
	hears(t, "the recording, left", left[len(left)-8000:len(left)-2000], customerTone, thirdTone)
	hears(t, "the recording, right", right[len(right)-8000:len(right)-2000], thirdTone, customerTone)
	b.until(3*time.Second, "the agent is available again", func() bool { return b.agent("1001").Status == "available" })
}

// A caller who is passed on to a phone that does not take the call comes back to the agent.
func TestABlindTransferInVainComesBack(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	other := deskPhone(b, "8005")
	other.refuse.Store(486)
	p := agentPhone(b, "8001")
	caller := trunkPeer(b).dialAs("13800138000", "700", tone(customerTone))
	caller.answered()
	agent := p.ring()
	agent.answer(tone(agentTone))
	time.Sleep(400 * time.Millisecond)
	agent.keys("##8005#")
	if how := agent.over(); how != "bye" {
		t.Errorf("the agent who transfers: %s", how)
	}
	again := p.ring()
	again.answer(tone(thirdTone))
	time.Sleep(400 * time.Millisecond)
	only(t, "the caller who came back", caller, thirdTone, agentTone)
	caller.hangup()
	again.over()
	if r := b.callTo("700"); !slices.ContainsFunc(r.Path, func(s step) bool { return s.Node == "RECALL" }) {
		t.Errorf("the record does not tell of the way back: %+v", r.Path)
	}
}

// A phone transfers by its own key: to a number, and to the party of a second call of its own.
func TestTransfersByThePhone(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	other := deskPhone(b, "8005")
	caller, agent := conversation(t, b)
	second := agent.p.dial("8005", tone(agentTone))
	third := other.ring()
	third.answer(tone(thirdTone))
	second.answered()
	agent.hold(true)
	if status := agent.refer("<sip:8005@" + b.ip + "?Replaces=" + second.replaces() + ">"); status != 202 {
		t.Fatalf("REFER: %d", status)
	}
	time.Sleep(600 * time.Millisecond)
	together(t, ear{"the caller", caller, []float64{thirdTone}, []float64{agentTone}},
		ear{"the one asked", third, []float64{customerTone}, []float64{agentTone}})
	agent.over()
	second.over()
	if status := third.refer("<sip:8001@" + b.ip + ">"); status != 202 { // and on, to the agent again, at once
		t.Fatalf("REFER: %d", status)
	}
	again := agent.p.ring()
	again.answer(tone(agentTone))
	third.over()
	time.Sleep(400 * time.Millisecond)
	only(t, "the caller who was passed on", caller, agentTone, thirdTone)
	caller.hangup()
	again.over()
	r := b.callTo("700")
	if len(r.JoinedFrom) != 1 || r.Disposition != "answered" {
		t.Errorf("record: %s, joined from %v", r.Disposition, r.JoinedFrom)
	}
	left, right := stereo(t, b.kept(r.Recording).File)
	hears(t, "the recording, left", left[len(left)-6000:len(left)-2000], customerTone, agentTone)
	hears(t, "the recording, right", right[len(right)-6000:len(right)-2000], agentTone, customerTone)
	if s := b.callTo("8005"); s.JoinedTo != r.ID {
		t.Errorf("the second call is joined to %q, want %q", s.JoinedTo, r.ID)
	}
}

// A supervisor is heard by nobody, by the agent alone, by both, and takes the agent's place. The recording holds no whisper.
func TestListeningIn(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { d.Calls.Supervisors = []string{"8006"} })
	caller, agent := conversation(t, b)
	nosy := deskPhone(b, "8005").dial("*338001", silent)
	nosy.answered()
	nosy.over()
	boss := deskPhone(b, "8006").dial("*338001", tone(thirdTone))
	boss.answered()
	time.Sleep(600 * time.Millisecond)
	together(t, ear{"the supervisor who listens", boss, []float64{customerTone, agentTone}, nil},
		ear{"the agent", agent, []float64{customerTone}, []float64{thirdTone}},
		ear{"the caller", caller, []float64{agentTone}, []float64{thirdTone}})
	boss.keys("5")
	time.Sleep(200 * time.Millisecond)
	together(t, ear{"the agent who is whispered to", agent, []float64{thirdTone, customerTone}, nil},
		ear{"the caller during the whisper", caller, []float64{agentTone}, []float64{thirdTone}})
	whisper := time.Now()
	boss.keys("6")
	time.Sleep(200 * time.Millisecond)
	only(t, "the caller who is barged in on", caller, thirdTone)
	boss.keys("8")
	agent.over()
	time.Sleep(300 * time.Millisecond)
	only(t, "the caller who was taken over", caller, thirdTone, agentTone)
	caller.hangup()
	boss.over()
	r := b.callTo("700")
	_, right := stereo(t, b.kept(r.Recording).File)
	began := r.ConnectedAt
	cut := right[:int(whisper.Sub(began).Seconds()*8000)]
	hears(t, "the recording up to the end of the whisper", cut[len(cut)/3:], agentTone, thirdTone)
}

// A parked caller is fetched by another phone; a call that rings is picked up by a third.
func TestParkingAndPickingUp(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	other := deskPhone(b, "8005")
	caller, agent := conversation(t, b)
	agent.keys("*6")
	agent.over()
	hearsSound(t, "the parked caller", caller.listen(500*time.Millisecond))
	fetch := other.dial("7901", tone(thirdTone))
	fetch.answered()
	time.Sleep(500 * time.Millisecond)
	together(t, ear{"the fetched caller", caller, []float64{thirdTone}, nil}, ear{"who fetched", fetch, []float64{customerTone}, nil})
	fetch.hangup()
	caller.over()
	if r := b.callTo("700"); r.Disposition != "answered" || r.Extension != "8005" {
		t.Errorf("record: %s at %s", r.Disposition, r.Extension)
	}

	nobody := other.dial("7901", silent)
	nobody.answered()
	nobody.over()
	second := caller.p.dialAs("13900139000", "700", tone(customerTone))
	second.answered()
	ringing := agent.p.ring()
	taken := other.dial("*88001", tone(thirdTone))
	taken.answered()
	if how := ringing.over(); how != "cancel" {
		t.Errorf("the phone that rang: %s", how)
	}
	time.Sleep(400 * time.Millisecond)
	only(t, "the caller who was picked up", second, thirdTone)
	second.hangup()
	taken.over()
}

// Calls follow what the user of a phone has set by codes.
func TestForwardingAndDoNotDisturb(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	first, second, caller := deskPhone(b, "8005"), deskPhone(b, "8006"), deskPhone(b, "8004")
	code := func(number string) {
		c := first.dial(number, silent)
		c.answered()
		c.over()
	}
	code("*78")
	if status := caller.dial("8005", silent).refusedWith(); status != 486 {
		t.Errorf("a phone that is not to be disturbed: %d, want 486", status)
	}
	code("*908006")
	c := caller.dial("8005", silent)
	second.ring().answer(silent)
	c.answered()
	c.hangup()
	code("*79")
	code("*728006")
	c = caller.dial("8005", silent)
	second.ring().answer(silent)
	c.answered()
	c.hangup()
	time.Sleep(300 * time.Millisecond) // what is set is kept in the background
	b.stop()
	b.start()
	for _, p := range []*phone{first, second, caller} {
		p.register(300)
	}
	c = caller.dial("8005", silent)
	second.ring().answer(silent)
	c.answered()
	c.hangup()
}

// When the agent has hung up the caller is asked how it was, and the answer stands in the record.
func TestSurveyAfterTheCall(t *testing.T) {
	t.Parallel()
	b := open(t, func(_ *box, d *document) { queueOf(t, d, "q_appointment").Survey = "survey" })
	caller, agent := conversation(t, b)
	agent.hangup()
	time.Sleep(300 * time.Millisecond)
	hearsSound(t, "the caller who is asked", caller.listen(700*time.Millisecond))
	caller.press('4')
	caller.overWithin(15 * time.Second)
	if r := b.callTo("700"); r.Attrs["survey"] != "4" || r.EndedBy != "agent" || r.Disposition != "answered" {
		t.Errorf("record: %s by %s, %v", r.Disposition, r.EndedBy, r.Attrs)
	}
}
