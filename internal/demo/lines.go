package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/exchange"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/sound/prompt"
)

// Pace of the simulation on analog lines.
const (
	lineCallEvery = 25 * time.Second // on average, over all lines
	callOutEvery  = 60 * time.Second // by the simulated agents
)

// Numbers that can be called over the analog lines; any other is vacant.
const (
	supplier   = "62345678" // answers after two rings
	insurer    = "62345679" // with music in place of ringback
	nobodyHome = "62340000" // rings for ever
	alwaysBusy = "62340001" // is busy
	testNumber = "62340002" // answers after a ring and hangs up soon: for learning a line
	outside    = "6XXXXXXX" // all of them
)

// addLines gives the demo eight analog lines, each of another kind, and the way out over them.
func addLines(d *settings.Document) {
	profiles := [8]string{"copper-office", "", "iad-swapping", "", "", "", "", ""}
	for i, p := range profiles {
		d.Analog.Lines = append(d.Analog.Lines, fxo.LineSettings{
			Name: fmt.Sprintf("line%d", i+1), Device: fmt.Sprintf("exchange/%d", i+1), Group: "lines",
			Number: fmt.Sprintf("6600100%d", i+1), Profile: p,
		})
	}
	d.Analog.Groups = []fxo.GroupSettings{{Name: "lines", Choose: fxo.RoundRobin}}
	d.Outbound = append([]settings.OutboundRule{
		{Match: outside, Trunks: []string{"lines"}, Note: "local numbers: over the analog lines"},
	}, d.Outbound...)
}

// subscribe puts people at the numbers that can be called.
func (t *town) subscribe() {
	for _, s := range []exchange.Subscriber{
		{Number: supplier, After: 9 * time.Second, Script: t.answering()},
		{Number: insurer, After: 12 * time.Second, Music: t.voices.Music("default"), Script: t.answering()},
		{Number: nobodyHome, Outcome: exchange.NoAnswer},
		{Number: alwaysBusy, Outcome: exchange.Busy},
		{Number: testNumber, After: 9 * time.Second, Script: []exchange.Action{{Wait: time.Second, Say: t.words("goodbye")}}},
	} {
		t.exchange.Subscribe(s)
	}
	t.exchange.Announce(t.words("unavailable"))
}

// answering is what somebody says who was called, before they hang up.
func (t *town) answering() []exchange.Action {
	var all []exchange.Action
	for n := range 3 {
		all = append(all, exchange.Action{Wait: 1500 * time.Millisecond, Say: t.words(fmt.Sprintf("demo_agent_%d", n+1))})
	}
	return append(all, exchange.Action{Wait: 20 * time.Second})
}

// words is one recording.
func (t *town) words(id string) []byte {
	var all []byte
	for _, s := range t.voices.Render("zh-CN", []prompt.Phrase{prompt.Recording(id)}) {
		all = append(all, s...)
	}
	return all
}

// lineCustomers call in on the analog lines all day.
func (t *town) lineCustomers(ctx context.Context) error {
	for pause(ctx, time.Duration(rand.ExpFloat64()*float64(lineCallEvery))) {
		t.lineCustomer()
	}
	return nil
}

// lineCustomer is one caller on some line that is free: listens to the menu a little, presses a key, talks, hangs up.
func (t *town) lineCustomer() {
	keys := []string{"1", "2", "3", "5"}
	who := exchange.Caller{Number: someNumber(), At: clock(t.zone), Patience: 40 * time.Second}
	who.Script = []exchange.Action{{Wait: 3*time.Second + rand.N(6*time.Second), Keys: keys[rand.IntN(len(keys))]}}
	for _, n := range rand.Perm(3) {
		who.Script = append(who.Script, exchange.Action{
			Wait: 2*time.Second + rand.N(4*time.Second), Say: t.words(fmt.Sprintf("demo_caller_%d", n+1)),
		})
	}
	who.Script = append(who.Script, exchange.Action{Wait: 20*time.Second + rand.N(30*time.Second)})
	for _, n := range rand.Perm(8) {
		_, err := t.exchange.Call(fmt.Sprintf("exchange/%d", n+1), who)
		if err != nil && fault.CodeOf(err) == fault.Busy {
			continue
		}
		if err != nil {
			t.log.Warn("simulated call", "error", err)
		}
		return
	}
}

// clock is what an exchange's clock shows.
func clock(zone *time.Location) exchange.DateTime {
	now := time.Now().In(zone)
	return exchange.DateTime{
		Month: uint8(now.Month()), Day: uint8(now.Day()), Hour: uint8(now.Hour()), Minute: uint8(now.Minute()), //nolint:gosec // at most 59
	}
}

// callOut has a simulated agent who is free call somebody over the analog lines now and then.
func (t *town) callOut(ctx context.Context) error {
	numbers := []string{supplier, supplier, insurer, nobodyHome, alwaysBusy}
	for pause(ctx, time.Duration((0.5+rand.Float64())*float64(callOutEvery))) {
		robot := []string{firstRobot, secondRobot}[rand.IntN(2)]
		if !t.take(robot) {
			continue
		}
		leg, err := t.phones.DialTrunk(robot, numbers[rand.IntN(len(numbers))], sipua.Outgoing{From: robot})
		if err == nil {
			t.converse(ctx, leg, talk{words: "demo_agent_", patience: 30*time.Second + rand.N(15*time.Second)})
		}
		t.give(robot)
	}
	return nil
}

// take marks a simulated agent's phone as in use, if it is not.
func (t *town) take(robot string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.busy[robot] {
		return false
	}
	t.busy[robot] = true
	return true
}

func (t *town) give(robot string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy[robot] = false
}
