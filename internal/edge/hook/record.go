package hook

import (
	"time"

	"github.com/dealerline/dealerline/internal/base/line"
	"github.com/dealerline/dealerline/internal/calls/call"
)

// CallRecord is a call record as programs outside read it: by webhook, and over the API.
type CallRecord struct {
	call.CDR
	Legs []CallLeg `json:"legs,omitempty" nullable:"false"`
}

// CallLeg is one leg of the call.
type CallLeg struct {
	call.LegRecord
	Quality Quality `json:"quality"`
}

// Quality is what was counted of a leg's sound, from RTP and RTCP. All is zero of an analog line.
type Quality struct {
	Sent        uint64  `json:"sent" doc:"RTP packets"`
	Received    uint64  `json:"received" doc:"RTP packets"`
	Lost        uint64  `json:"lost" doc:"RTP packets that were expected from the far side and did not come"`
	RemoteLost  float64 `json:"remote_lost" doc:"The part of ours that the far side missed, 0 to 1"`
	JitterMs    float64 `json:"jitter_ms" doc:"Interarrival jitter of what came (RFC 3550)"`
	RoundTripMs float64 `json:"round_trip_ms" doc:"0: unknown"`
	MOS         float64 `json:"mos" doc:"Estimated, 1 to 4.5 (ITU-T G.107); 0: unknown"`
}

// RecordOf is a stored record as it is told.
func RecordOf(r call.CDR) CallRecord {
	out := CallRecord{CDR: r, Legs: make([]CallLeg, len(r.Legs))}
	for i, l := range r.Legs {
		out.Legs[i] = CallLeg{l, qualityOf(l.Quality)}
	}
	out.CDR.Legs = nil
	return out
}

func qualityOf(q line.Quality) Quality {
	return Quality{q.Sent, q.Received, q.Lost, q.RemoteLost, millis(q.Jitter), millis(q.RoundTrip), q.MOS}
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
