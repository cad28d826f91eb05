package appliance

import (
	"time"

	"github.com/dealerline/dealerline/internal/calls/call"
	"github.com/dealerline/dealerline/internal/sound/recording"
)

// policy is what holds for all calls, read once for each.
func (b *Box) policy() call.Policy {
	d := b.settings.Current()
	return call.Policy{
		Language: d.Dealership.Language, RingTime: d.Calls.Ring.Duration(),
		MaxDuration: d.Calls.MaxDuration.Duration(), Record: recorded(d.Calls.Record),
		Codes: d.Calls.KeyCodes, HoldLimit: d.Calls.HoldLimit.Duration(),
		ParkTime: d.Calls.Parking.Return.Duration(),
	}
}

// recorded reads the checked word of the settings.
func recorded(word string) call.Recorded {
	switch word {
	case "external":
		return call.RecordExternal
	case "none":
		return call.RecordNone
	default:
		return call.RecordAll
	}
}

// retention is how long recordings are kept.
func (b *Box) retention() recording.Retention {
	r := b.settings.Current().Recording
	out := recording.Retention{Default: keepTime(r.KeepDays), ByQueue: map[string]time.Duration{}}
	for q, days := range r.KeepDaysByQueue {
		out.ByQueue[q] = keepTime(days)
	}
	return out
}

// maxKeepDays is a hundred years: more would overflow a [time.Duration] and could come out as minutes.
const maxKeepDays = 36500

// keepTime is a number of days in the settings.
func keepTime(days int) time.Duration { return time.Duration(min(days, maxKeepDays)) * 24 * time.Hour }
