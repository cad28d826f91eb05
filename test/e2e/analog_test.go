package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/settings"
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
	hearsOver(t, "the agent", d.since(from), 700, 1000)
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
	hearsOver(t, "the recording, left", middle(left, 1500*time.Millisecond), 700, 1000)
	hears(t, "the recording, right", middle(right, 1500*time.Millisecond), 1000, 700)
	b.until(5*time.Second, "the line is free again", func() bool { return b.lineState("line7") == "idle" })
}

// A desk phone calls out over an analog line: dial tone is awaited, the number dialled, ringback heard by the caller, the
// answer known by the called side's voice; they talk over a line with echo, and busy tone ends the call.
func TestAnalogCallOut(t *testing.T) {
	t.Parallel()
	b := open(t, withLines(func(_ *box, d *document) {
		d.Outbound[0].Trunks = []string{"line7"}
	}))
	b.subscriber("62345678", web.Person{After: 6, Script: []web.Action{{Wait: 0.5, Tone: 700, For: 9}}})
	p := deskPhone(b, "8005")
	c := p.dial("62345678", tone(1000))
	hears(t, "the caller, ringback", loudest(c.listen(7*time.Second)), 450, 700)
	c.answered()
	time.Sleep(time.Second)
	from := time.Now()
	time.Sleep(3 * time.Second)
	hearsOver(t, "the caller", c.since(from), 700, 1000)
	c.over()

	r := b.callFrom("8005")
	if r.ExternalLine != "line7" || r.Disposition != "answered" || r.Cause != "normal_clearing" || len(r.Legs) != 2 {
		t.Fatalf("record: line %s, %s, %s, %d legs", r.ExternalLine, r.Disposition, r.Cause, len(r.Legs))
	}
	leg := r.Legs[1]
	if leg.Kind != "trunk" || leg.Line != "line7" || leg.Number != "62345678" || !leg.Remote || leg.Detail != "busy tone" || leg.AnsweredBy != "voice" {
		t.Errorf("the line's leg: %+v", leg)
	}
	if r.Legs[0].AnsweredBy != "" {
		t.Errorf("the phone's leg was answered by %q", r.Legs[0].AnsweredBy)
	}
	left, right := stereo(t, b.kept(r.Recording).File)
	hears(t, "the recording, left", middle(left, 1500*time.Millisecond), 1000, 700)
	hearsOver(t, "the recording, right", middle(right, 1500*time.Millisecond), 700, 1000)
	v := b.visits("62345678")
	if len(v) != 1 || v[0].EndedBy != "subscriber" {
		t.Fatalf("visits: %d, %+v", len(v), v)
	}
	hears(t, "the called side", middle(heardIn(t, v[0].WAV), 2*time.Second), 1000, 700)
}

// hearsOver wants one tone in the samples, and another as its echo at most: line 7 gives back what it is told, 10 dB weaker.
func hearsOver(t *testing.T, who string, samples []int16, want, echo float64) {
	t.Helper()
	hears(t, who, samples, want)
	if w, e := powerOf(samples, want), powerOf(samples, echo); e > w-5 || e < quiet {
		t.Errorf("%s hears %.0f Hz at %.1f dBm0 and %.0f Hz, the echo, at %.1f", who, want, w, echo, e)
	}
}

// loudest is the loudest quarter of a second.
func loudest(samples []int16) (piece []int16) {
	const n = 2000
	for at := 0; at+n <= len(samples); at += n / 8 {
		if piece == nil || dsp.Level(samples[at:at+n]) > dsp.Level(piece) {
			piece = samples[at : at+n]
		}
	}
	return piece
}

// An analog caller comes in and is led out again on another line: both hear each other through two hybrids.
func TestAnalogInAndOut(t *testing.T) {
	t.Parallel()
	b := open(t, withLines(func(_ *box, d *document) {
		d.Inbound = append([]settings.InboundRule{{Trunk: "line2", Target: target("external", "62345678")}}, d.Inbound...)
		d.Outbound[0].Trunks = []string{"line7"}
	}))
	b.subscriber("62345678", web.Person{After: 6, Script: []web.Action{{Wait: 0.5, Tone: 700, For: 9}}})
	c := b.callIn(2, web.Person{Number: "13800138002", Hear: 60, Script: []web.Action{{Wait: 0.2, Tone: 1000, For: 60}}})
	m := c.over(60 * time.Second)
	if !m.Answered || m.EndedBy != "line" {
		t.Errorf("the caller was answered %v, the end came from the %s", m.Answered, m.EndedBy)
	}
	r := b.callFrom("13800138002")
	if r.Line != "line2" || r.ExternalLine != "line7" || r.Disposition != "answered" {
		t.Errorf("record: in on %s, out on %s, %s", r.Line, r.ExternalLine, r.Disposition)
	}
	v := b.visits("62345678")
	if len(v) != 1 {
		t.Fatalf("%d visits", len(v))
	}
	hears(t, "the called side", middle(heardIn(t, v[0].WAV), 2*time.Second), 1000, 700)
	left, right := stereo(t, b.kept(r.Recording).File)
	hears(t, "the recording, left", middle(left, 1500*time.Millisecond), 1000, 700)
	hearsOver(t, "the recording, right", middle(right, 1500*time.Millisecond), 700, 1000)
}

// The dealership calls itself: out on one line, in on another, through a queue to an agent. In the middle of it the settings
// change: the line of the call gets another name and another port, and the call goes on until its end.
func TestAnalogSettingsChange(t *testing.T) {
	t.Parallel()
	b := open(t, withLines(func(_ *box, d *document) {
		d.Inbound = append([]settings.InboundRule{{Number: "66001002", Target: target("queue", "q_appointment")}}, d.Inbound...)
		d.Outbound[0].Trunks = []string{"line1"}
	}))
	agent := agentPhone(b, "8001")
	c := deskPhone(b, "8005").dial("66001002", tone(1000))
	d := agent.ringWithin(30 * time.Second)
	d.answer(tone(700))
	c.answered()
	doc := b.settings()
	doc.Analog.Lines = doc.Analog.Lines[:3]
	doc.Analog.Lines[1].Name, doc.Analog.Lines[1].Device = "another", "exchange/8"
	b.importSettings(doc)
	if out := b.do("line", "list"); !strings.Contains(out, "another") || strings.Contains(out, "line8") {
		t.Errorf("line list:\n%s", out)
	}
	time.Sleep(time.Second)
	from := time.Now()
	time.Sleep(2 * time.Second)
	hears(t, "the caller", c.since(from), 700, 1000)
	hears(t, "the agent", d.since(from), 1000, 700)
	c.hangup()
	d.over()
	if r := b.callFrom("8005"); r.ExternalLine != "line1" || r.Disposition != "answered" {
		t.Errorf("the record of the way out: by %s, %s", r.ExternalLine, r.Disposition)
	}
	r := b.callOn("line2")
	if r.Queue != "q_appointment" || r.Agent != "1001" || r.EndedBy != "caller" || r.Legs[0].Detail != "busy tone" {
		t.Errorf("the record of the way in: %+v", r)
	}
	b.until(5*time.Second, "the line is free", func() bool { return b.lineState("line1") == "idle" })
	n := b.callIn(8, web.Person{Number: "13800138008", Script: []web.Action{{Wait: 1}}})
	n.over(30 * time.Second)
	if r := b.callOn("another"); r.To != "66001002" || r.Queue != "q_appointment" {
		t.Errorf("the record of a call on the line with the new name: %+v", r)
	}
}

// A key pressed into a prompt stops it, on a line where the prompt comes back as an echo: measured at the customer's end,
// from the beginning of the key to the last loud sound of the prompt.
func TestAnalogKeyStopsPrompt(t *testing.T) {
	t.Parallel()
	b := open(t, withLines(func(b *box, d *document) {
		b.putPrompt("tone", toneOf(600, 20*time.Second))
		b.putPrompt("hush", toneOf(0, 3*time.Second))
		addFlow(t, d, "barge", `{"entry": "ask", "nodes": {
			"ask":  {"kind": "menu", "say": ["tone"], "keys": {"1": "wait"}, "timeout_seconds": 9, "tries": 1, "timeout": "end"},
			"wait": {"kind": "menu", "say": ["hush"], "keys": {"2": "end"}, "timeout_seconds": 9, "tries": 1, "timeout": "end"},
			"end":  {"kind": "hangup"}}}`, "66001007")
	}))
	const pressed = 2500 * time.Millisecond // after the answer
	c := b.callIn(7, web.Person{Number: "13800138017", Script: []web.Action{{Wait: 2.5, Keys: "1"}, {Wait: 2}}})
	heard := heardIn(t, c.over(40*time.Second).WAV)
	hears(t, "the customer", heard[dsp.Samples(time.Second):dsp.Samples(pressed)], 600)
	silent := 0
	for at := 0; at+160 <= len(heard); at += 160 {
		if dsp.Power(heard[at:at+160], 600) > -40 {
			silent = at + 160
		}
	}
	late := time.Duration(silent)*time.Second/dsp.SampleRate - pressed
	if late > analogBargeIn || late < 0 {
		t.Errorf("the prompt went on for %s after the key, want at most %s", late, analogBargeIn)
	} else {
		t.Logf("silence %s after the key", late)
	}
	if r := b.callFrom("13800138017"); r.keys() != "1" {
		t.Errorf("the box took the keys %q", r.keys())
	}
}

// analogBargeIn is the most that may pass between the beginning of a key on a line and silence of the prompt: 40 ms in
// which a key must last to be one, and the frames of two clocks on the way there and back.
const analogBargeIn = 160 * time.Millisecond

// What is done to lines by hand: listing, learning by a test call and putting what was learned in force, capturing. A line
// that is cut is told on the health page, and again when it is mended.
func TestLineCommands(t *testing.T) {
	t.Parallel()
	b := open(t, withLines(nil))
	b.subscriber("62340002", web.Person{After: 6, Script: []web.Action{{Wait: 2}}})
	if out := b.do("line", "list"); strings.Count(out, "exchange/") != 8 || !strings.Contains(out, "空闲 idle") {
		t.Errorf("line list:\n%s", out)
	}
	before := b.status().Settings
	out := b.do("line", "learn", "line1", "62340002", "-save")
	if !strings.Contains(out, "test call") || strings.Contains(out, "tone after hanging up  –") || !strings.Contains(out, "stored in the settings") {
		t.Errorf("line learn:\n%s", out)
	}
	d := b.settings()
	l, _ := d.AnalogLine("line1")
	if l.Learned == nil || l.Learned.Learned.Confidence["hang_up_tone"] < 0.5 || l.Learned.Learned.Confidence["dial_tone"] < 0.5 || b.status().Settings != before+1 {
		t.Errorf("learned: %+v, settings %d", l.Learned, b.status().Settings)
	}
	file := filepath.Join(t.TempDir(), "line1.wav")
	if out := b.do("line", "capture", "line2", file); !strings.Contains(out, file) || len(wav(t, file)) != 2 {
		t.Errorf("line capture: %s", out)
	}
	if _, err := b.try("line", "learn", "line9", "62340002"); err == nil || !strings.Contains(err.Error(), "line9") {
		t.Errorf("learn a line that is not there: %v", err)
	}
	b.people("POST", "/lines/3/cut", nil, nil)
	b.until(5*time.Second, "line3 is without battery", func() bool { return b.lineState("line3") == "no_battery" })
	if h := b.healthz(); !strings.Contains(h, `"name":"line3","device":"exchange/3","state":"no_battery"`) {
		t.Errorf("health: %s", h)
	}
	b.people("POST", "/lines/3/mend", nil, nil)
	b.people("POST", "/lines/4/remove", nil, nil)
	b.until(5*time.Second, "line3 is back, line4 is gone", func() bool {
		return b.lineState("line3") == "idle" && b.lineState("line4") == "no_port"
	})
}

// A call out that meets a line without dial tone, or one in use, goes to the next, and at last to the SIP trunk.
func TestAnalogFailover(t *testing.T) {
	t.Parallel()
	b := open(t, withLines(func(_ *box, d *document) {
		d.Outbound[0].Trunks = []string{"line3", "line7", "carrier"}
	}))
	out := trunkPeer(b)
	b.subscriber("62345678", web.Person{After: 6, Script: []web.Action{{Wait: 0.5, Tone: 700, For: 20}}})
	b.people("POST", "/lines/3/cut", nil, nil)
	b.until(5*time.Second, "line3 is without battery", func() bool { return b.lineState("line3") == "no_battery" })
	first := deskPhone(b, "8005").dial("62345678", silent)
	b.until(10*time.Second, "line7 is in use", func() bool { return b.lineState("line7") == "in_use" })
	second := deskPhone(b, "8006").dial("62345678", silent)
	d := out.ring()
	d.answer(tone(1000))
	second.answered()
	d.answered() // the ACK is there: before it a hang-up would be no BYE
	d.hangup()
	second.over()
	first.answered()
	first.hangup()
	if r := b.callFrom("8006"); r.ExternalLine != "carrier" {
		t.Errorf("the second call left by %s", r.ExternalLine)
	}
	if r := b.callFrom("8005"); r.ExternalLine != "line7" {
		t.Errorf("the first call left by %s", r.ExternalLine)
	}
}
