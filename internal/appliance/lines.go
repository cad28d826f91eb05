package appliance

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dealerline/dealerline/internal/edge/live"
	"github.com/dealerline/dealerline/internal/lines/dahdi"
	"github.com/dealerline/dealerline/internal/lines/fxo"
)

// LineView is an analog line as status and health show it.
type LineView struct {
	fxo.LineStatus
	Text map[string]string `json:"text"` // the state for people, by language
}

// Span is a telephony card, or a part of one.
type Span struct {
	Number      int    `json:"number"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Type        string `json:"type,omitempty"`
	Alarms      string `json:"alarms,omitempty"` // "red", "yellow" …
	Misses      int    `json:"irq_misses"`
}

// Health is what /healthz says of a box that is well: every part answers. A line without battery makes no ill box.
type Health struct {
	Status string       `json:"status"` // "ok"
	Lines  []HealthLine `json:"lines,omitempty"`
	Spans  []Span       `json:"spans,omitempty"`
	Cards  string       `json:"cards,omitempty"` // why there are none although there should be
	// Warnings make no ill box either.
	Warnings []Warning `json:"warnings,omitempty"`
}

// HealthLine is a line in /healthz.
type HealthLine struct {
	Name   string     `json:"name"`
	Device string     `json:"device"`
	State  fxo.Health `json:"state"`
	Since  time.Time  `json:"since"`
	Fault  string     `json:"fault,omitempty"`
}

func (b *Box) health() any {
	h := Health{Status: "ok", Spans: b.spans(), Cards: b.hardware.fault(), Warnings: b.warnings.List()}
	for _, l := range b.analog.Status() {
		h.Lines = append(h.Lines, HealthLine{l.Name, l.Device, l.State, l.Since, l.Fault})
	}
	return h
}

func (b *Box) spans() []Span {
	var out []Span
	for _, s := range b.hardware.spans() {
		out = append(out, Span{s.Number, s.Name, s.Description, s.Type, s.Alarms.String(), s.Misses})
	}
	return out
}

// Lines are the analog lines at this moment, in the order of the settings.
func (b *Box) Lines() []LineView {
	all := b.analog.Status()
	out := make([]LineView, len(all))
	for i, l := range all {
		out[i] = LineView{l, stateText(l)}
	}
	return out
}

// LiveLines are all trunks and analog lines as they are now.
func (b *Box) LiveLines() []live.Line {
	var out []live.Line
	for _, t := range b.sip.Trunks() {
		out = append(out, live.Line{Name: t.Name, Kind: "trunk", State: string(t.State), Since: t.Since, Calls: t.Calls, Note: t.Detail})
	}
	for _, l := range b.analog.Status() {
		v := live.Line{Name: l.Name, Kind: "analog", State: string(l.State), Since: l.Since, Note: l.Fault}
		if l.State == fxo.InUse || l.State == fxo.Calling {
			v.Calls = 1
		}
		out = append(out, v)
	}
	return out
}

// stateText says a line's state to people.
func stateText(l fxo.LineStatus) map[string]string {
	texts := map[fxo.Health][2]string{
		fxo.NoBattery: {"无馈电：线路断开或未插好", "no battery: the line is cut or pulled out"},
		fxo.NoPort:    {"端口不存在或板卡已拔出", "the port does not exist or its card is gone"},
		fxo.Free:      {"空闲", "idle"},
		fxo.Calling:   {"来电振铃", "ringing"},
		fxo.InUse:     {"通话中", "in use"},
		fxo.Guarded:   {"刚挂机，稍候可用", "just hung up, free in a moment"},
		fxo.Faulty:    {"故障：多次摘机无拨号音", "fault: no dial tone, several times in a row"},
	}
	t, ok := texts[l.State]
	if !ok {
		t = [2]string{string(l.State), string(l.State)}
	}
	return map[string]string{"zh-CN": t[0], "en": t[1]}
}

// lineMetrics shows the analog lines to Prometheus.
type lineMetrics struct {
	status func() []fxo.LineStatus
	spans  func() []dahdi.Span

	state, calls, missed, glare, mute, lost, alarm *prometheus.Desc
}

func newLineMetrics(status func() []fxo.LineStatus, spans func() []dahdi.Span) *lineMetrics {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("dealerline_"+name, help, labels, nil)
	}
	return &lineMetrics{
		status: status, spans: spans,
		state:  desc("line_state", "1 for the state that an analog line is in.", "line", "state"),
		calls:  desc("line_calls_total", "Calls on an analog line.", "line", "direction"),
		missed: desc("line_missed_total", "Callers on an analog line who gave up before they were answered.", "line"),
		glare:  desc("line_glare_total", "Calls out that met a caller on the same analog line.", "line"),
		mute:   desc("line_no_dial_tone_total", "Calls out that got no dial tone.", "line"),
		lost:   desc("line_battery_lost_total", "How often an analog line was without battery.", "line"),
		alarm:  desc("span_alarm", "1 when a telephony span has an alarm.", "span", "name"),
	}
}

// Describe implements prometheus.Collector.
func (m *lineMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.state, m.calls, m.missed, m.glare, m.mute, m.lost, m.alarm} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (m *lineMetrics) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	count := func(d *prometheus.Desc, v uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v), labels...)
	}
	for _, l := range m.status() {
		for _, s := range []fxo.Health{fxo.NoBattery, fxo.NoPort, fxo.Free, fxo.Calling, fxo.InUse, fxo.Guarded, fxo.Faulty} {
			is := 0.0
			if s == l.State {
				is = 1
			}
			gauge(m.state, is, l.Name, string(s))
		}
		count(m.calls, l.Counters.Inbound, l.Name, "inbound")
		count(m.calls, l.Counters.Outbound, l.Name, "outbound")
		count(m.missed, l.Counters.Missed, l.Name)
		count(m.glare, l.Counters.Glare, l.Name)
		count(m.mute, l.Counters.Misses, l.Name)
		count(m.lost, l.Counters.Lost, l.Name)
	}
	for _, s := range m.spans() {
		is := 0.0
		if s.Alarms != 0 {
			is = 1
		}
		gauge(m.alarm, is, strconv.Itoa(s.Number), strings.ToValidUTF8(s.Name, "?"))
	}
}
