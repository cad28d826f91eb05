package appliance

import (
	"context"
	"io"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/calls/acd"
	"github.com/dealerline/dealerline/internal/edge/authority"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/lines/sipua"
	"github.com/dealerline/dealerline/internal/lines/sipua/guard"
	"github.com/dealerline/dealerline/internal/sound/media"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// Status is the box at one moment.
type Status struct {
	Version        string              `json:"version"`
	StartedAt      time.Time           `json:"started_at"`
	Settings       uint64              `json:"settings_version"`
	Calls          int                 `json:"calls"`
	Registrations  []sipua.Binding     `json:"registrations"`
	Trunks         []sipua.TrunkStatus `json:"trunks"`
	Lines          []LineView          `json:"lines"`
	Spans          []Span              `json:"spans,omitempty"`
	Cards          string              `json:"cards,omitempty"` // what is wrong with them
	Bans           []guard.Ban         `json:"bans"`
	Queues         acd.Snapshot        `json:"acd"`
	Media          media.EngineStats   `json:"media"`
	Recordings     recording.Stats     `json:"recordings"`
	SIP            sipua.Stats         `json:"sip"`
	LateRecords    int                 `json:"late_call_records"`
	DroppedEvents  uint64              `json:"dropped_events"`
	MissingPrompts []string            `json:"missing_prompts,omitempty"`
	Warnings       []Warning           `json:"warnings,omitempty"`
	Backup         BackupState         `json:"backup"`
	Certificate    *authority.State    `json:"certificate,omitempty"` // absent: no HTTPS
}

// Status reports what the box is doing.
func (b *Box) Status(ctx context.Context) (any, error) {
	snap, err := b.acd.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return Status{
		Version: b.opt.Version, StartedAt: b.start, Settings: b.settings.Version(), Calls: b.calls.Len(),
		Registrations: b.sip.Registrations(), Trunks: b.sip.Trunks(),
		Lines: b.Lines(), Spans: b.spans(), Cards: b.hardware.fault(), Bans: b.sip.Bans(), Queues: snap,
		Media: b.engine.Stats(), Recordings: b.archive.Stats(), SIP: b.sip.Stats(),
		LateRecords: b.ledger.Late(), DroppedEvents: b.bus.Dropped(), MissingPrompts: b.prompts.Absent(),
		Warnings: b.warnings.List(), Backup: b.backupState(), Certificate: b.certificate(),
	}, nil
}

// Unban lifts a ban by hand.
func (b *Box) Unban(id string) error { return b.sip.Unban(id) }

// Recording is the row of a call's recording and where its file lies.
func (b *Box) Recording(id string) (any, error) {
	e, ok, err := store.NewRecordingIndex(b.db).Get(id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.NotFound, "recording.not_found", "find recording: call %s has none", id)
	}
	return struct {
		recording.Entry
		File string `json:"file"`
	}{e, b.archive.Path(e)}, nil
}

// QueueLog opens the log of queue events.
func (b *Box) QueueLog() (io.ReadCloser, error) { return b.queueLog.open() }

// metrics makes the registry of what Prometheus reads. Names follow its conventions; nothing here names a person or a
// number.
func (b *Box) metrics() *prometheus.Registry {
	r := prometheus.NewRegistry()
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "dealerline", Name: name, Help: help}, value))
	}
	counter := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "dealerline", Name: name, Help: help}, value))
	}
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	r.MustRegister(newLineMetrics(b.analog.Status, b.hardware.spans))
	gauge("calls", "Calls that are up.", func() float64 { return float64(b.calls.Len()) })
	gauge("sip_legs", "SIP legs that are up.", func() float64 { return float64(b.sip.Stats().Legs) })
	gauge("sip_registrations", "Phones registered.", func() float64 { return float64(b.sip.Stats().Registered) })
	gauge("sip_bans", "Sources and users locked out.", func() float64 { return float64(len(b.sip.Bans())) })
	counter("sip_wrong_passwords_total", "Requests with a wrong password.", func() float64 { return float64(b.sip.Stats().WrongPassword) })
	counter("sip_refused_total", "Requests of strangers.", func() float64 { return float64(b.sip.Stats().Refused) })
	counter("sip_challenged_total", "Requests that were asked for a password.", func() float64 { return float64(b.sip.Stats().Challenged) })
	counter("sip_dropped_total", "Packets dropped unread: banned sources, and strangers who send too many.", func() float64 { return float64(b.sip.Stats().Dropped) })
	counter("sip_calls_refused_total", "Calls of trunks and phones refused before they began: no free channel, no common codec.", func() float64 { return float64(b.sip.Stats().TurnedAway) })
	counter("sip_malformed_total", "Messages that are no SIP.", func() float64 { return float64(b.sip.Stats().Malformed) })
	counter("sip_faults_total", "Legs ended by a fault of the program.", func() float64 { return float64(b.sip.Stats().Faults) })
	gauge("rtp_sessions", "RTP sessions open.", func() float64 { return float64(b.engine.Stats().Sessions) })
	gauge("bridges_packet", "Bridges forwarded packet by packet.", func() float64 { return float64(b.engine.Stats().PacketBridges) })
	gauge("bridges_tick", "Bridges on the 20 ms clock.", func() float64 { return float64(b.engine.Stats().TickBridges) })
	counter("rtp_received_total", "RTP packets received.", func() float64 { return float64(b.engine.Stats().Received) })
	counter("rtp_sent_total", "RTP packets sent.", func() float64 { return float64(b.engine.Stats().Sent) })
	counter("rtp_strangers_total", "RTP packets from other addresses than the peer's.", func() float64 { return float64(b.engine.Stats().Dropped.Stranger) })
	counter("media_ticks_late_total", "Ticks of the media clock that began late.", func() float64 { return float64(b.engine.Stats().LateTicks) })
	counter("recordings_kept_total", "Recordings kept.", func() float64 { return float64(b.archive.Stats().Kept) })
	counter("recordings_failed_total", "Recordings that failed.", func() float64 { return float64(b.archive.Stats().Failed) })
	gauge("recordings_waiting_pieces", "Half-second pieces not yet written.", func() float64 { return float64(b.archive.Stats().Waiting) })
	gauge("call_records_late", "Call records that wait for the disk.", func() float64 { return float64(b.ledger.Late()) })
	counter("events_dropped_total", "Events lost by slow subscribers.", func() float64 { return float64(b.bus.Dropped()) })
	return r
}
