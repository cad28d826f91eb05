package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/acd/strategy"
	"github.com/dealerline/dealerline/internal/calls/ivr"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

type document = settings.Document

// carrier is the host part of the address that the carrier's side of a box's trunk has; carrier2 that of the second.
const (
	carrier  = "2"
	carrier2 = "3"
)

// secret is the password of an extension in these tests.
func secret(extension string) string { return "pw-of-" + extension }

// dealership is the settings that a new box has, with what keeps tests waiting made short: it is always open, the
// queues announce nothing, agents wrap up for a moment, and there is a trunk.
func dealership(t *testing.T, b *box) *document {
	t.Helper()
	d, err := settings.Default()
	if err != nil {
		t.Fatal(err)
	}
	for i := range d.Extensions {
		d.Extensions[i].Password = secret(d.Extensions[i].Number)
	}
	for _, n := range []string{"8005", "8006"} { // phones of nobody who takes calls
		d.Extensions = append(d.Extensions, sipua.Extension{Number: n, Password: secret(n)})
	}
	d.Trunks = []sipua.Trunk{{Name: "carrier", Host: b.net + carrier, Sources: []string{b.net + carrier}}}
	for i := range d.Calendars {
		for day := range d.Calendars[i].Week {
			d.Calendars[i].Week[day][0].From, d.Calendars[i].Week[day][0].To = "00:00", "24:00"
		}
		d.Calendars[i].Holidays = nil
	}
	for i := range d.Queues {
		q := &d.Queues[i]
		q.Announce = acd.Announce{WaitRound: 30, Every: 45, PeriodicEvery: 60}
		q.TellHoldTime, q.WrapUp = false, 0.2
		q.Ring.Retry, q.Ring.RejectDelay, q.Ring.BusyDelay = 0.5, 0.5, 0.5
	}
	d.Calls.Parking.Number, d.Calls.Parking.First = "7900", "7901" // 7nn are numbers of tests
	d.Inbound = append([]settings.InboundRule{                     // numbers 70n lead straight to a queue
		{Number: "700", Target: target("queue", "q_appointment")},
		{Number: "701", Target: target("queue", "q_claim")},
		{Number: "702", Target: target("queue", "q_rescue")},
	}, d.Inbound...)
	return d
}

func target(kind, name string) settings.Target { return settings.Target{Kind: kind, Name: name} }

// queueOf is a queue of the settings, to be changed.
func queueOf(t *testing.T, d *document, id string) *acd.Queue {
	t.Helper()
	for i := range d.Queues {
		if d.Queues[i].ID == id {
			return &d.Queues[i]
		}
	}
	t.Fatalf("no queue %s", id)
	return nil
}

// served makes a queue ring its agents one after another in the order given.
func served(q *acd.Queue, agents ...string) {
	q.Strategy, q.Skills, q.Agents = strategy.Linear, nil, nil
	for i, a := range agents {
		q.Agents = append(q.Agents, acd.Tier{Agent: a, Level: 1, Position: i + 1})
	}
}

// importSettings puts a document in force.
func (b *box) importSettings(d *document) {
	b.t.Helper()
	b.do("settings", "import", b.settingsFile(d))
}

func (b *box) settingsFile(d *document) string {
	b.t.Helper()
	data, err := d.Encode()
	if err != nil {
		b.t.Fatal(err)
	}
	file := filepath.Join(b.t.TempDir(), "settings.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		b.t.Fatal(err)
	}
	return file
}

// addFlow adds a published menu, reached by a number from phones and trunks.
func addFlow(t *testing.T, d *document, id, flow, number string) {
	t.Helper()
	var shelf ivr.Shelf
	text := fmt.Sprintf(`{"id": %q, "title": %q, "published": 1, "versions": [{"version": 1, "flow": %s}]}`, id, id, flow)
	if err := json.Unmarshal([]byte(text), &shelf); err != nil {
		t.Fatal(err)
	}
	d.Flows = append(d.Flows, shelf)
	d.Inbound = append([]settings.InboundRule{{Number: number, Target: target("menu", id)}}, d.Inbound...)
	d.Internal = append(d.Internal, settings.InternalNumber{Number: number, Target: target("menu", id)})
}

// putPrompt gives a box that is not started a recording in both languages.
func (b *box) putPrompt(id string, samples []int16) {
	b.t.Helper()
	for _, language := range []string{"zh-CN", "en"} {
		dir := filepath.Join(b.dir, "prompts", language)
		if err := os.MkdirAll(dir, 0o750); err != nil {
			b.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, id+".wav"), wavFile(samples), 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}
