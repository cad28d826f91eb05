package appliance

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dealerline/dealerline/internal/base/config"
	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/lines/dahdi"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/sound/media"
)

func TestACaptureIsReadBackSideBySide(t *testing.T) {
	left, right := bytes.Repeat([]byte{0x11, 0x12}, 160), bytes.Repeat([]byte{0x91, 0x92}, 160)
	file := stereoWAV(left, right)
	for side, want := range map[bool][]byte{false: left, true: right} {
		got, err := oneSide(bytes.NewReader(file), side)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("right %v: %d octets, %v", side, len(got), err)
		}
	}
	if all, err := media.ReadWAV(bytes.NewReader(file)); err != nil || len(all) != len(left) {
		t.Errorf("the prompts' reader takes %d samples of %d, %v", len(all), len(left), err)
	}
	var mono bytes.Buffer
	if err := media.WriteWAV(&mono, left); err != nil {
		t.Fatal(err)
	}
	if got, err := oneSide(&mono, true); err != nil || !bytes.Equal(got, left) {
		t.Errorf("of a mono file %d octets, %v", len(got), err)
	}
	if _, err := oneSide(strings.NewReader("no sound"), false); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("what is no WAV: %v", err)
	}
}

func FuzzOneSide(f *testing.F) {
	f.Add(stereoWAV([]byte{1, 2, 3}, []byte{4, 5, 6}))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt \xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, right := range []bool{false, true} {
			if out, err := oneSide(bytes.NewReader(file), right); err == nil && len(out) > 4*len(file) {
				t.Errorf("%d octets of %d", len(out), len(file))
			}
		}
	})
}

func TestEveryStateHasWordsAndAMetric(t *testing.T) {
	states := []fxo.Health{fxo.NoBattery, fxo.NoPort, fxo.Free, fxo.Calling, fxo.InUse, fxo.Guarded, fxo.Faulty}
	var all []fxo.LineStatus
	for _, s := range states {
		l := fxo.LineStatus{Name: "line-" + string(s), State: s, Since: time.Now(), Counters: fxo.Counters{Inbound: 3, Missed: 1}}
		all = append(all, l)
		text := stateText(l)
		if text["zh-CN"] == "" || text["en"] == "" || text["zh-CN"] == string(s) {
			t.Errorf("%s is said as %v", s, text)
		}
	}
	r := prometheus.NewPedanticRegistry()
	spans := func() []dahdi.Span {
		return []dahdi.Span{{Number: 1, Name: "WCTDM/0", Alarms: dahdi.Red}, {Number: 2, Name: "\xff"}}
	}
	r.MustRegister(newLineMetrics(func() []fxo.LineStatus { return all }, spans))
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sum := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			sum[f.GetName()] += m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	n := float64(len(states))
	for name, want := range map[string]float64{
		"dealerline_line_state": n, "dealerline_line_calls_total": 3 * n, "dealerline_line_missed_total": n, "dealerline_span_alarm": 1,
	} {
		if sum[name] != want {
			t.Errorf("%s adds up to %v, want %v", name, sum[name], want)
		}
	}
}

func TestWithoutCardsTheBoxStartsUnlessTheyAreAsked(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	for enabled, starts := range map[string]bool{"no": true, "auto": true, "yes": false} {
		h, err := openHardware(config.Config{DAHDI: config.DAHDI{Enabled: enabled, EchoCanceller: "mg2", Channels: []int{1024}}}, log)
		if (err == nil) != starts {
			t.Errorf("dahdi.enabled = %q without cards: %v", enabled, err)
		}
		if err == nil && (len(h.devices()) != 0 || h.probe(t.Context()) != nil || h.spans() != nil) {
			t.Errorf("dahdi.enabled = %q: there are devices", enabled)
		}
	}
	h, err := openHardware(config.Config{DAHDI: config.DAHDI{Enabled: "no"}, Exchange: config.Exchange{Enabled: true}}, log)
	if err != nil || len(h.devices()) != 8 || h.devices()[7].Name() != "exchange/8" {
		t.Errorf("the simulated exchange: %v", err)
	}
}
