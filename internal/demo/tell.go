package demo

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// tell writes a line for every event of a call until events is closed or ctx ends.
func tell(ctx context.Context, events <-chan any, out io.Writer, zone *time.Location) {
	for {
		select {
		case <-ctx.Done():
			return
		case ev, ok := <-events:
			if !ok {
				return
			}
			if text := describe(ev); text != "" {
				// A terminal that is gone is no reason to stop taking calls.
				_, _ = fmt.Fprintf(out, "%s %s\n", time.Now().In(zone).Format("15:04:05"), text)
			}
		}
	}
}

// short is the part of a call's id that tells it from others on a screen: its random end.
func short(id call.ID) string {
	if len(id) > 4 {
		return string(id[len(id)-4:])
	}
	return string(id)
}

// describe is what a person wants to know of an event; "" for nothing.
func describe(ev any) string {
	switch e := ev.(type) {
	case call.Started:
		return fmt.Sprintf("%s 来电 call    %s → %s (%s)", short(e.Call), caller(e.From), e.To, e.Line)
	case call.Led:
		return fmt.Sprintf("%s 转到 to      %s", short(e.Call), e.Target)
	case call.Alerting:
		return fmt.Sprintf("%s 振铃 ringing %s", short(e.Call), e.Extension)
	case call.Connected:
		return fmt.Sprintf("%s 接通 talking %s %s", short(e.Call), e.Extension, e.Agent)
	case call.Finished:
		r := e.Record
		return fmt.Sprintf("%s 结束 ended   %s, %s, by %s, %s%s", short(r.ID), r.Disposition, r.Cause, r.EndedBy,
			r.EndedAt.Sub(r.StartedAt).Round(time.Second), lastLine(r))
	case acd.CallerEntered:
		return fmt.Sprintf("%s 排队 waiting %s, 第%d位 position %d", short(e.Call), e.Queue, e.Position, e.Position)
	case acd.CallerAbandoned:
		return fmt.Sprintf("%s 放弃 gave up after %s", short(e.Call), e.Wait.Round(time.Second))
	case acd.AgentChanged:
		return fmt.Sprintf("     坐席 agent   %s %s %s", e.Agent.Agent, e.Agent.Status, e.Agent.Activity)
	}
	return ""
}

// caller is a caller's number as it may be shown.
func caller(number string) string {
	if number == "" {
		return "无号码 no number"
	}
	return phone.Mask(number)
}

// lastLine names the line by which a call left the house, and how its answer was known if the line did not say it.
func lastLine(r call.CDR) string {
	for _, l := range r.Legs {
		if l.Kind != line.Trunk || l.Direction != line.Outbound || l.Line != r.ExternalLine {
			continue
		}
		if l.AnsweredBy != line.BySignal {
			return fmt.Sprintf(" (%s, 应答依据 answer known by %s)", l.Line, l.AnsweredBy)
		}
		return fmt.Sprintf(" (%s)", l.Line)
	}
	return ""
}
