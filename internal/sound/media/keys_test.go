package media_test

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/test/steady"
)

func contextThatEnds(t testing.TB) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}

// event is a telephone-event packet.
func (p *phone) event(code byte, end bool, duration uint16, marker bool, ts uint32) []byte {
	b := []byte{code, 10, 0, 0}
	if end {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], duration)
	return p.raw(101, marker, ts, b)
}

// press sends a key of 100 ms, without the packets named.
func (p *phone) press(code byte, without ...int) {
	ts := p.ts
	for i := range 8 {
		k := min(i, 5)
		b := p.event(code, i >= 5, uint16(160*(k+1)), i == 0, ts)
		if !slices.Contains(without, i) {
			p.send(b)
		}
		time.Sleep(5 * time.Millisecond)
	}
	p.ts += 960
}

// digits collects the keys reported within a time.
func (p *phone) digits(d time.Duration) string {
	var s strings.Builder
	end := time.After(d)
	for {
		select {
		case ev := <-p.events:
			if d, ok := ev.(media.Digit); ok {
				s.WriteByte(d.Key)
			}
		case <-end:
			return s.String()
		}
	}
}

func TestEachPressIsOneDigit(t *testing.T) { steady.Try(t, eachPressIsOneDigit) }

func eachPressIsOneDigit(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440, event: 101})
	b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 1000, event: 96})
	br := e.NewBridge()
	defer br.Close()
	br.Add(a.rtp)
	br.Add(b.rtp)
	talk(100*time.Millisecond, a, b)
	b.forget()
	a.press(1)
	a.press(1)          // the same key again
	a.press(2, 0, 1, 2) // the beginning is lost
	a.press(2, 5, 6, 7) // the end is lost
	a.press(11)
	a.rtp.InjectDigit('#') // by INFO too: the same press
	if d := a.digits(100 * time.Millisecond); d != "1122#" {
		t.Errorf("digits %q, want 1122#", d)
	}
	time.Sleep(250 * time.Millisecond)
	a.rtp.InjectDigit('#')
	if d := a.digits(100 * time.Millisecond); d != "#" {
		t.Errorf("by info: %q", d)
	}
	stamps := make(map[uint32]byte)
	for _, g := range b.received() {
		if g.PayloadType == 96 {
			stamps[g.Timestamp] = g.Payload[0]
		}
	}
	if len(stamps) != 6 { // five forwarded and the one by INFO
		t.Errorf("b got %d events: %v", len(stamps), stamps)
	}
}

func TestSentDigits(t *testing.T) { steady.Try(t, sentDigits) }

func sentDigits(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440, event: 101})
	a.rtp.SendDigits("5x#") // x is none
	time.Sleep(500 * time.Millisecond)
	var ends, begins int
	stamps := make(map[uint32]bool)
	for i, g := range a.received() {
		if i > 0 && g.SequenceNumber != a.received()[i-1].SequenceNumber+1 {
			t.Error("numbers are not continuous")
		}
		if g.PayloadType != 101 {
			continue
		}
		stamps[g.Timestamp] = true
		if g.Marker {
			begins++
		}
		if g.Payload[1]&0x80 != 0 {
			ends++
			if d := binary.BigEndian.Uint16(g.Payload[2:]); d != 800 {
				t.Errorf("duration %d", d)
			}
		}
	}
	if begins != 2 || ends != 6 || len(stamps) != 2 {
		t.Errorf("%d begins, %d ends, %d timestamps", begins, ends, len(stamps))
	}
	b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440})
	b.rtp.SendDigits("7D")
	time.Sleep(500 * time.Millisecond)
	d, keys := dsp.NewDTMFReceiver(), ""
	sound := heard(b.received())
	for ; len(sound) >= 160; sound = sound[160:] {
		if k := d.Write(sound[:160]); k != 0 {
			keys += string(k)
		}
	}
	if keys != "7D" {
		t.Errorf("as tones: %q", keys)
	}
}

func TestInBandDigits(t *testing.T) { steady.Try(t, inBandDigits) }

func inBandDigits(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.MuLaw, hz: 440, config: media.RTPConfig{InBandDTMF: true}})
	for _, k := range []byte("3*3") {
		tone, _ := dsp.DTMFTone(k, 100*time.Millisecond, 60*time.Millisecond)
		a.gen = dsp.NewGenerator(tone)
		talk(150*time.Millisecond, a)
	}
	if d := a.digits(50 * time.Millisecond); d != "3*3" {
		t.Errorf("digits %q", d)
	}
}

// The key's first packet silences the prompt: what goes out more than 40 ms later is silence.
func TestBargeInIsExact(t *testing.T) { steady.Try(t, bargeInIsExact) }

func bargeInIsExact(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440, event: 101})
	br := e.NewBridge()
	defer br.Close()
	m := br.Add(a.rtp)
	done := make(chan media.Outcome, 1)
	m.Play(media.Loop(toneALaw(700, 8000)), media.PlayOptions{BargeIn: "12", Done: func(o media.Outcome) { done <- o }})
	talk(200*time.Millisecond, a)
	a.press(9) // not among them
	select {
	case o := <-done:
		t.Fatalf("stopped by another key: %v", o)
	default:
	}
	at := time.Now()
	a.send(a.event(2, false, 160, true, a.ts))
	if o := <-done; o != media.Interrupted {
		t.Errorf("outcome %v", o)
	}
	time.Sleep(150 * time.Millisecond)
	last := time.Duration(0)
	for _, g := range a.received() {
		if g.PayloadType == 8 && dsp.Level(heard([]got{g})) > -40 {
			last = g.at.Sub(at)
		}
	}
	if last > 40*time.Millisecond {
		t.Errorf("the prompt went on for %v", last)
	}
	if d := a.digits(20 * time.Millisecond); d != "92" {
		t.Errorf("digits %q", d)
	}
}

// socket is a party that has nothing but sound, and can be given keys: an analog line.
type socket struct {
	desk

	keys atomic.Value // string
}

func (s *socket) SendDigits(digits string) {
	before, _ := s.keys.Load().(string)
	s.keys.Store(before + digits)
}

// Keys of a phone that sends them as events are sent on an analog line; those that are sound have gone there with it.
func TestKeysReachALineOfSound(t *testing.T) {
	for name, c := range map[string]struct {
		inBand bool
		want   string
	}{"as events": {false, "57"}, "as tones": {true, ""}} {
		t.Run(name, func(t *testing.T) {
			e := startEngine(t)
			a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440, event: 101, config: media.RTPConfig{InBandDTMF: c.inBand}})
			br := e.NewBridge()
			defer br.Close()
			s := &socket{}
			br.Add(a.rtp)
			br.Add(s)
			for _, k := range []byte("57") {
				if !c.inBand {
					a.press(k - '0')
					continue
				}
				tone, _ := dsp.DTMFTone(k, 100*time.Millisecond, 60*time.Millisecond)
				a.gen = dsp.NewGenerator(tone)
				talk(160*time.Millisecond, a)
			}
			if d := a.digits(100 * time.Millisecond); d != "57" {
				t.Errorf("pressed %q", d)
			}
			if got, _ := s.keys.Load().(string); got != c.want {
				t.Errorf("sent on: %q", got)
			}
		})
	}
}

// events are the keys that a phone was sent as telephone-events.
func (p *phone) eventKeys() string {
	var s strings.Builder
	stamps := make(map[uint32]bool)
	for _, g := range p.received() {
		if g.PayloadType == 101 && !stamps[g.Timestamp] {
			stamps[g.Timestamp] = true
			s.WriteByte("0123456789*#ABCD"[g.Payload[0]])
		}
	}
	return s.String()
}

// Keys go to those who hear who presses them, and to nobody else, however many there are.
func TestKeysGoToThoseWhoHear(t *testing.T) { steady.Try(t, keysGoToThoseWhoHear) }

func keysGoToThoseWhoHear(t testing.TB) {
	t.Helper()
	const main, aside = media.TalkDefault, media.Groups(2)
	for name, c := range map[string]struct {
		voices [3]voice
		quiet  bool      // the agent's keys are not sent on
		got    [3]string // by each: the customer presses 1, the agent 2, the expert 3
	}{
		"consult":                              {[3]voice{{main, main}, {aside, aside}, {aside, aside}}, false, [3]string{"", "3", "2"}},
		"three-way":                            {[3]voice{{main, main}, {main, main}, {main, main}}, false, [3]string{"23", "13", "12"}},
		"agent quiet":                          {[3]voice{{main, main}, {main, main}, {main, main}}, true, [3]string{"3", "13", "1"}},
		"listening":                            {[3]voice{{main, main}, {main, main}, {0, main}}, false, [3]string{"2", "1", "12"}},
		"hears, but is not heard by the agent": {[3]voice{{main, main}, {main, 0}, {0, main}}, false, [3]string{"2", "", "12"}},
	} {
		e := startEngine(t)
		br := e.NewBridge()
		var phones []*phone
		for i, v := range c.voices {
			p := newPhone(t, e, phoneOptions{law: media.ALaw, hz: partyTones[i], event: 101})
			m := br.Add(p.rtp)
			m.SetVoice(v.talk, v.hear)
			m.SetKeys(!c.quiet || i != agent)
			phones = append(phones, p)
		}
		talk(100*time.Millisecond, phones...)
		for i, p := range phones {
			p.press(byte(i + 1))
			time.Sleep(250 * time.Millisecond)
		}
		for i, p := range phones {
			if got := p.eventKeys(); got != c.got[i] {
				t.Errorf("%s: the %s got %q, want %q", name, partyNames[i], got, c.got[i])
			}
		}
		br.Close()
	}
}

// Keys that are not to be sent on leave no hole in the stream on the packet plane, and are reported all the same.
func TestKeysNotSentOnLeaveNoHole(t *testing.T) { steady.Try(t, keysNotSentOnLeaveNoHole) }

func keysNotSentOnLeaveNoHole(t testing.TB) {
	t.Helper()
	e := startEngine(t)
	a := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 440, event: 101})
	b := newPhone(t, e, phoneOptions{law: media.ALaw, hz: 1000, event: 101})
	br := e.NewBridge()
	defer br.Close()
	br.Add(a.rtp).SetKeys(false)
	br.Add(b.rtp)
	talk(200*time.Millisecond, a, b)
	a.press(10)
	time.Sleep(250 * time.Millisecond)
	a.rtp.InjectDigit('7')
	talk(100*time.Millisecond, a, b)
	b.press(5)
	talk(100*time.Millisecond, a, b)
	if s := e.Stats(); s.PacketBridges != 1 {
		t.Errorf("not on the packet plane: %+v", s)
	}
	if d := a.digits(50 * time.Millisecond); d != "*7" {
		t.Errorf("reported %q", d)
	}
	if got := b.eventKeys(); got != "" {
		t.Errorf("sent on: %q", got)
	}
	if got := a.eventKeys(); got != "5" {
		t.Errorf("from the other side: %q", got)
	}
	for i, g := range b.received() {
		if i > 0 && g.SequenceNumber != b.received()[i-1].SequenceNumber+1 {
			t.Errorf("packet %d: number %d", i, g.SequenceNumber)
		}
	}
}
