package exchange_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/lines/analog"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/sound/dsp"
	"github.com/dealerline/dealerline/internal/sound/dsp/callerid"
)

// phone is a handset on a port: it keeps what it hears and says what it is given.
type phone struct {
	t       *testing.T
	ex      *exchange.Exchange
	port    *exchange.Port
	signals []string
	at      []int // frames
	heard   []int16
	say     []int16
	n       int
	fsk     [2]*callerid.Receiver
	data    [][]byte
	ears    *dsp.DTMFReceiver
	keys    string
}

func newPhone(t *testing.T, line exchange.LineConfig, who ...exchange.Subscriber) *phone {
	t.Helper()
	line.Name, line.Number = "exchange/1", "85550001"
	ex, err := exchange.New(exchange.Config{
		Seed: 1, Subscribers: who,
		Lines: []exchange.LineConfig{line, {Name: "exchange/2", Number: "85550002"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return plug(t, ex, 0)
}

func plug(t *testing.T, ex *exchange.Exchange, n int) *phone {
	p := &phone{
		t: t, ex: ex, port: ex.Ports()[n], ears: dsp.NewDTMFReceiver(),
		fsk: [2]*callerid.Receiver{callerid.NewReceiver(callerid.Bell202), callerid.NewReceiver(callerid.V23)},
	}
	p.port.Attach(p)
	return p
}

func (p *phone) Signal(s analog.Signal) {
	p.signals, p.at = append(p.signals, s.String()), append(p.at, p.n)
}

func (p *phone) Frame(in, out *analog.Frame) {
	var s [len(in)]int16
	dsp.ExpandALaw(s[:], in[:])
	p.heard = append(p.heard, s[:]...)
	for _, r := range p.fsk {
		if d := r.Write(s[:]); d != nil {
			p.data = append(p.data, append([]byte(nil), d...))
		}
	}
	if k := p.ears.Write(s[:]); k != 0 {
		p.keys += string(k)
	}
	n := min(len(out), len(p.say))
	dsp.CompressALaw(out[:n], p.say[:n])
	p.say = p.say[n:]
	p.n++
}

func (p *phone) run(d time.Duration) {
	for range int(d / (20 * time.Millisecond)) {
		p.ex.Step()
	}
}

// level is the level of 450 Hz in the last d.
func (p *phone) level(d time.Duration) float64 {
	return dsp.Power(p.heard[len(p.heard)-dsp.Samples(d):], 450)
}

func (p *phone) dial(keys string) {
	for _, k := range []byte(keys) {
		tone, _ := dsp.DTMFTone(k, 100*time.Millisecond, 100*time.Millisecond)
		g := dsp.NewGenerator(tone)
		s := make([]int16, dsp.Samples(200*time.Millisecond))
		g.Next(s)
		p.say = append(p.say, s...)
	}
	p.run(time.Duration(len(keys)) * 200 * time.Millisecond)
}

func (p *phone) journal() string {
	var all []string
	for _, j := range p.ex.Journal("exchange/1") {
		all = append(all, strings.TrimSpace(j.What+" "+j.Detail))
	}
	return strings.Join(all, ", ")
}

func TestCallerIDIsSentInEveryFormAtItsMoment(t *testing.T) {
	for _, form := range []exchange.Form{exchange.MDMF, exchange.SDMF, exchange.MDMFV23, exchange.SDMFV23, exchange.DTMF, exchange.NoNumber} {
		for _, timing := range []exchange.Timing{exchange.BetweenRings, exchange.BeforeRing} {
			t.Run(form.String()+" "+timing.String(), func(t *testing.T) {
				p := newPhone(t, exchange.LineConfig{Presentation: exchange.Presentation{Form: form, Timing: timing}})
				if _, err := p.ex.Call("85550001", exchange.Caller{Number: "13800138000", Name: "Wang Li"}); err != nil {
					t.Fatal(err)
				}
				p.run(20 * time.Second)
				if got := strings.Join(p.signals[:4], " "); got != "ring_begins ring_ends ring_begins ring_ends" {
					t.Errorf("signals %s", got)
				}
				if gap := p.at[2] - p.at[0]; gap < 245 || gap > 280 {
					t.Errorf("second ring %d frames after the first", gap)
				}
				var got callerid.Message
				switch {
				case form == exchange.NoNumber:
					if len(p.data) > 0 || p.keys != "" {
						t.Errorf("a number where none is sent: %q %q", p.data, p.keys)
					}
					return
				case form == exchange.DTMF:
					got, _ = callerid.ParseDTMF(p.keys)
				case len(p.data) > 0:
					got, _ = callerid.Decode(p.data[0])
				}
				if got.Number != "13800138000" {
					t.Errorf("number %q of keys %q and %d messages", got.Number, p.keys, len(p.data))
				}
			})
		}
	}
}

func TestOutgoingCalls(t *testing.T) {
	hello := exchange.Action{Wait: time.Second, Keys: "12", For: 0}
	for _, c := range []struct {
		name string
		line exchange.LineConfig
		who  exchange.Subscriber
		want string
	}{
		{
			"answers",
			exchange.LineConfig{AnswerReversal: true},
			exchange.Subscriber{After: 6 * time.Second, Script: []exchange.Action{hello}},
			"lifted, dialed 13800138000, far answered, far hung up, hung up",
		},
		{"busy", exchange.LineConfig{}, exchange.Subscriber{Outcome: exchange.Busy}, "lifted, dialed 13800138000, hung up"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.who.Number = "13800138000"
			p := newPhone(t, c.line, c.who)
			p.port.SetHook(analog.OffHook)
			p.run(time.Second)
			if l := p.level(500 * time.Millisecond); l < -12 || l > -8 {
				t.Errorf("dial tone at %.1f dBm0", l)
			}
			p.dial("13800138000")
			p.run(15 * time.Second)
			p.port.SetHook(analog.OnHook)
			p.run(2 * time.Second)
			if got := p.journal(); got != c.want {
				t.Errorf("journal: %s\nwant     %s", got, c.want)
			}
			if !p.ex.Free("exchange/1") {
				t.Error("the line is not free afterwards")
			}
			if c.who.Outcome == exchange.Answers && p.keys != "12" {
				t.Errorf("heard keys %q from the far side", p.keys)
			}
		})
	}
}

func TestPulsesAreDigits(t *testing.T) {
	p := newPhone(t, exchange.LineConfig{}, exchange.Subscriber{Number: "105", Outcome: exchange.Busy})
	p.port.SetHook(analog.OffHook)
	p.run(time.Second)
	p.port.Pulse("105")
	p.run(8 * time.Second)
	if got := p.journal(); got != "lifted, dialed 105" {
		t.Errorf("journal: %s", got)
	}
	p.port.Flash(300 * time.Millisecond)
	p.port.SetHook(analog.OnHook)
	p.run(2 * time.Second)
	if !p.ex.Free("exchange/1") {
		t.Error("still in use")
	}
}

func TestOneOfOurLinesCallsAnother(t *testing.T) {
	a := newPhone(t, exchange.LineConfig{})
	b := plug(t, a.ex, 1)
	a.port.SetHook(analog.OffHook)
	a.run(time.Second)
	a.dial("85550002")
	a.run(4 * time.Second)
	if len(b.signals) < 2 {
		t.Fatalf("no ring: %v", b.signals)
	}
	b.port.SetHook(analog.OffHook)
	a.run(time.Second)
	a.dial("7")
	b.dial("8")
	a.run(time.Second)
	if !strings.HasSuffix(b.keys, "7") || !strings.HasSuffix(a.keys, "8") {
		t.Errorf("heard %q and %q", a.keys, b.keys)
	}
	a.port.SetHook(analog.OnHook)
	a.run(3 * time.Second)
	b.port.SetHook(analog.OnHook)
	a.run(2 * time.Second)
	if !a.ex.Free("exchange/1") || !a.ex.Free("exchange/2") {
		t.Error("lines are stuck")
	}
}
