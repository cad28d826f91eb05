package health_test

import (
	"slices"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/edge/health"
)

var now = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// well are the facts of a box on which there is nothing to see to.
func well() health.Facts {
	return health.Facts{
		At: now, StartedAt: now.AddDate(0, -1, 0),
		Lines:      []health.Line{{Name: "line1", Kind: "analog", State: "idle"}, {Name: "telecom", Kind: "trunk", State: "busy"}},
		Phones:     []health.Phone{{Extension: "8001", Reachable: true}},
		Extensions: []string{"8001"},
		Disk:       health.Disk{Free: 1 << 36, Total: 1 << 37, Days: 200}, Clock: health.Clock{Synchronised: true},
		Backup:      health.Backup{File: "x", At: now.Add(-7 * time.Hour)},
		Certificate: &health.Certificate{Until: now.AddDate(0, 0, 5), Own: true},
	}
}

func TestProblems(t *testing.T) {
	for name, c := range map[string]struct {
		change func(f *health.Facts)
		want   []string
	}{
		"well":         {func(*health.Facts) {}, nil},
		"no battery":   {func(f *health.Facts) { f.Lines[0].State = "alarm" }, []string{"analog.alarm"}},
		"trunk":        {func(f *health.Facts) { f.Lines[1].State = "fault" }, []string{"trunk.fault"}},
		"switched off": {func(f *health.Facts) { f.Lines[0].State = "off" }, nil},
		"full":         {func(f *health.Facts) { f.Disk.Full, f.Disk.Days = true, 1 }, []string{"disk.full"}},
		"nearly full":  {func(f *health.Facts) { f.Disk.Days = 13 }, []string{"disk.low"}},
		"not known":    {func(f *health.Facts) { f.Disk.Days = 0 }, nil},
		"no backup":    {func(f *health.Facts) { f.Backup = health.Backup{} }, []string{"backup.old"}},
		"young":        {func(f *health.Facts) { f.Backup, f.StartedAt = health.Backup{}, now.Add(-time.Hour) }, nil},
		"old backup":   {func(f *health.Facts) { f.Backup.At = now.Add(-37 * time.Hour) }, []string{"backup.old"}},
		"failed":       {func(f *health.Facts) { f.Backup.Error = "no room" }, []string{"backup.failed"}},
		"ends":         {func(f *health.Facts) { f.Certificate.Own = false }, []string{"certificate.ends"}},
		"expired":      {func(f *health.Facts) { f.Certificate.Until = now.Add(-time.Second) }, []string{"certificate.bad"}},
		"no HTTPS":     {func(f *health.Facts) { f.Certificate = nil }, nil},
		"clock":        {func(f *health.Facts) { f.Clock.Synchronised = false }, []string{"clock.unsynchronised"}},
		"clock off":    {func(f *health.Facts) { f.Clock.ErrorSeconds = 2.5 }, []string{"clock.unsynchronised"}},
		"no phone":     {func(f *health.Facts) { f.Phones = nil }, []string{"phone.missing"}},
		"silent phone": {func(f *health.Facts) { f.Phones[0].Reachable = false }, []string{"phone.unreachable"}},
		"worst first": {func(f *health.Facts) {
			f.Bans, f.Prompts, f.Late, f.Cards = []string{"10.0.0.9"}, []string{"zh-CN/greeting"}, 3, "no driver"
		}, []string{"cards.fault", "records.late", "prompt.missing", "ban"}},
		"found elsewhere": {func(f *health.Facts) {
			f.Warnings = []health.Problem{{Code: "holidays.missing", Level: health.Warn, What: "2027"}}
		}, []string{"holidays.missing"}},
	} {
		f := well()
		c.change(&f)
		var codes []string
		for _, p := range health.Problems(f) {
			codes = append(codes, p.Code)
		}
		if !slices.Equal(codes, c.want) {
			t.Errorf("%s: %v, want %v", name, codes, c.want)
		}
	}
}
