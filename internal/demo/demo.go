// Package demo plays a day at a dealership: it runs the box with simulated callers and agents on SIP loopback, so that
// everything can be seen and heard before a single wire is connected.
//
// Eight analog lines come from a simulated exchange, each of another kind, with people who call in and who can be called.
//
// The simulated carrier and the simulated phones are SIP servers of their own, with sound of their own: the box sees
// them as it would see real ones. Two extensions are left to the person who tries the box.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dealerline/dealerline/internal/appliance"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/settings"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// Addresses of the simulation, on this machine only.
const (
	carrierPort = 5070
	phonesPort  = 5071
)

// Who is simulated, and who is left to the person at the machine.
const (
	firstHuman  = "8001"
	secondHuman = "8002"
	firstRobot  = "8003"
	secondRobot = "8004"
)

// Run runs the box with the demo dealership until ctx ends and tells on out what happens.
func Run(ctx context.Context, opt appliance.Options, out io.Writer) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	opt.First = dealership
	opt.Config.Exchange.Enabled = true
	box, err := appliance.Open(ctx, opt)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- box.Run(ctx) }()
	select {
	case <-box.Ready():
	case err := <-ended:
		return err
	}
	doc := box.Settings().Current()
	password, err := furnish(ctx, box, opt.Config.DataDir)
	if err != nil {
		stop(err)
		return errors.Join(err, <-ended)
	}
	if err := greet(out, doc, opt, password); err != nil {
		stop(err)
		return errors.Join(err, <-ended)
	}
	events, unsubscribe := box.Events(256)
	defer unsubscribe()
	go tell(ctx, events, out, doc.Location())
	ex, err := box.Exchange()
	if err != nil {
		stop(err)
		return errors.Join(err, <-ended)
	}
	if len(doc.Analog.Lines) == 0 {
		ex = nil // of an older demo, or taken out by hand: nobody would answer
	}
	town, err := newTown(opt.Logger, doc, ex, box.SignedIn)
	if err != nil {
		stop(err)
		return errors.Join(err, <-ended)
	}
	played := make(chan struct{})
	go func() {
		defer close(played)
		town.run(ctx)
	}()
	err = <-ended
	stop(nil)
	<-played
	return err
}

// dealership is the settings that the demo begins with: the default ones, a carrier, and the callers who press 1 going
// to the two human phones first.
func dealership() (*settings.Document, error) {
	d, err := settings.Default()
	if err != nil {
		return nil, err
	}
	d.Trunks = []sipua.Trunk{{Name: "carrier", Host: "127.0.0.1", Port: carrierPort}}
	addLines(d)
	for i := range d.Queues {
		q := &d.Queues[i]
		if q.ID != "q_appointment" { // simulated customers choose these: they go to the simulated agents
			q.Agents = slices.DeleteFunc(q.Agents, func(t acd.Tier) bool {
				return t.Agent == agentOf(d, firstHuman) || t.Agent == agentOf(d, secondHuman)
			})
			continue
		}
		q.TierWait = 30
		for j := range q.Agents {
			if q.Agents[j].Agent == agentOf(d, firstRobot) || q.Agents[j].Agent == agentOf(d, secondRobot) {
				q.Agents[j].Level = 2
			}
		}
	}
	for i := range d.Calendars { // the demo is always open
		for day := range d.Calendars[i].Week {
			d.Calendars[i].Week[day][0].From, d.Calendars[i].Week[day][0].To = "00:00", "24:00"
		}
		d.Calendars[i].Holidays = nil
	}
	return d, nil
}

func agentOf(d *settings.Document, extension string) string {
	for _, a := range d.Agents {
		if a.Extension == extension {
			return a.ID
		}
	}
	return ""
}

func password(d *settings.Document, number string) string {
	for _, e := range d.Extensions {
		if e.Number == number {
			return e.Password
		}
	}
	return ""
}

// greet says how to take part.
func greet(out io.Writer, d *settings.Document, opt appliance.Options, door string) error {
	_, err := fmt.Fprintf(out, `
%s · Dealerline %s

  SIP 服务器 server   127.0.0.1:5060 (UDP/TCP)
  话机一 phone 1      %s  密码 password %s
  话机二 phone 2      %s  密码 password %s

  1. 注册两部话机 register both phones
  2. 话机二拨 *45 签入坐席 on phone 2 dial *45 to sign in as an agent
  3. 话机一拨 6000 听菜单，按 1 进入队列 on phone 1 dial 6000, hear the menu, press 1
  4. 话机二振铃，接听 phone 2 rings: answer it
  5. 经模拟线路呼出：话机一拨 %s call out over an analog line: on phone 1 dial %s
  6. 话单与录音 record and recording:  bin/appliance calls -config packaging/config/demo.toml -limit 20
                                      %s/recordings
     线路状态 lines:                   bin/appliance line list -config packaging/config/demo.toml
  7. 接口 API https://%s/api/openapi.json  用户 users admin, agent1, agent2  密码 password %s
     来电弹屏 screen pop: docs/api.md  网页 console: https://%s/ (make web run)

`, d.Dealership.Name, opt.Version, firstHuman, password(d, firstHuman), secondHuman, password(d, secondHuman),
		supplier, supplier, opt.Config.DataDir, opt.Config.Web.Listen, door, opt.Config.Web.Listen)
	return err
}
