package appliance

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/dealerline/dealerline/internal/edge/health"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/lines/fxo"
	"github.com/dealerline/dealerline/internal/lines/sipua"
)

// recordedPerHour is what an hour of a stereo recording takes: two sides of A-law at 8,000 octets a second.
const recordedPerHour = 2 * 8000 * 3600

// Health is how the box does now.
func (b *Box) Health(context.Context) (health.Facts, error) {
	f := health.Facts{
		Version: b.opt.Version, StartedAt: b.start, At: time.Now(), Clock: health.ClockNow(), Cards: b.hardware.fault(),
		Prompts: b.prompts.Absent(), Late: b.ledger.Late(), Lines: b.lineHealth(), Phones: []health.Phone{}, Bans: []string{},
	}
	var err error
	if f.Disk, err = health.RoomOf(b.opt.Config.DataDir, b.recordedADay(f.At)); err != nil {
		return f, err
	}
	f.Disk.Full = b.archive.Stats().DiskFull
	backup := b.backupState()
	f.Backup = health.Backup{File: filepath.Base(backup.File), At: backup.At, Error: backup.Error}
	if backup.File == "" {
		f.Backup.File = ""
	} else if info, err := os.Stat(backup.File); err == nil {
		f.Backup.At = info.ModTime().UTC()
	}
	if c := b.certificate(); c != nil {
		f.Certificate = &health.Certificate{Until: c.Until, Names: c.Names, Own: c.Own, Note: c.Note}
	}
	for _, r := range b.sip.Registrations() {
		f.Phones = append(f.Phones, health.Phone{Extension: r.Extension, Agent: r.UserAgent, Source: r.Source.String(), Expires: r.Expires, Reachable: r.Reachable})
	}
	d := b.settings.Current()
	f.Extensions = make([]string, len(d.Extensions))
	for i, e := range d.Extensions {
		f.Extensions[i] = e.Number
	}
	for _, ban := range b.sip.Bans() {
		f.Bans = append(f.Bans, ban.Source+ban.User)
	}
	for _, w := range b.warnings.List() {
		f.Warnings = append(f.Warnings, health.Problem{Code: w.Code, Level: health.Warn, What: w.What, Since: w.From, Until: w.To})
	}
	return f, nil
}

// paceOf is of how many recordings the pace is reckoned: some days of a busy dealership.
const paceOf = 1000

// recordedADay reckons from the last recordings what a day of them takes, in octets; 0 while less than a day is known.
func (b *Box) recordedADay(now time.Time) uint64 {
	length, over, err := store.NewRecordingIndex(b.db).Pace(paceOf, now)
	if err != nil {
		b.log.Warn("measure recordings", "error", err)
	}
	if err != nil || over < 24*time.Hour {
		return 0
	}
	return uint64(length.Hours() * recordedPerHour / (over.Hours() / 24))
}

func (b *Box) lineHealth() []health.Line {
	list := []health.Line{}
	for _, t := range b.sip.Trunks() {
		l := health.Line{Name: t.Name, Kind: "trunk", State: "idle", Detail: t.Detail, Since: t.Since}
		switch {
		case t.State == sipua.TrunkDown || t.State == sipua.TrunkRejected:
			l.State = "fault"
		case t.State == sipua.TrunkTrying:
			l.State = "off"
		case t.Calls > 0:
			l.State = "busy"
		}
		list = append(list, l)
	}
	for _, v := range b.Lines() {
		list = append(list, health.Line{Name: v.Name, Kind: "analog", State: lamp(v.State), Detail: v.Fault, Since: v.Since})
	}
	return list
}

// lamp is the light of an analog line on the page.
func lamp(h fxo.Health) string {
	switch h {
	case fxo.NoBattery, fxo.NoPort:
		return "alarm"
	case fxo.Calling:
		return "ringing"
	case fxo.InUse, fxo.Guarded:
		return "busy"
	case fxo.Faulty:
		return "fault"
	case fxo.Free:
	}
	return "idle"
}

// Diagnose packs what somebody who helps from afar needs, without passwords and with numbers masked.
func (b *Box) Diagnose(ctx context.Context, w io.Writer) error {
	f, err := b.Health(ctx)
	if err != nil {
		return err
	}
	status, err := b.Status(ctx)
	if err != nil {
		return err
	}
	bundle := health.Bundle{Facts: f, Problems: health.Problems(f), Status: status, Settings: b.settings.Current().WithoutSecrets()}
	if b.opt.Log != nil {
		bundle.Log = b.opt.Log.Text()
	}
	return bundle.Write(w)
}

// BackUpNow makes tonight's backup now; what came of it is in [Box.Health].
func (b *Box) BackUpNow(ctx context.Context) { b.backUp(ctx) }
