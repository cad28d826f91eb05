package intake_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/intake"
)

// What makes the program panic over one file is the end of that import alone: others go on, and it does not come back
// with the next start.
func TestAFileThatBreaksTheProgramEndsItsImport(t *testing.T) {
	o := open(t, t.TempDir())
	bad, good := o.upload(intake.Customers, "姓名,电话\n王,13800138000\n"), o.upload(intake.Customers, "姓名,电话\n李,13900139000\n")
	o.must(o.Start(t.Context(), clerk, bad.ID))
	zone, broken := o.Zone, true
	o.Zone = func() *time.Location {
		if broken {
			broken = false
			panic("index out of range")
		}
		return zone()
	}
	if j := o.run(bad.ID, intake.Failed); j.Fault != "import.broken" || j.EndedAt.IsZero() {
		t.Errorf("%+v", j)
	}
	o.must(o.Start(t.Context(), clerk, good.ID))
	next := intake.New(o.Config) // the next start
	o.Manager = next
	if j := o.run(good.ID, intake.Done); j.Created != 1 {
		t.Errorf("the other one is %+v", j)
	}
	if j, err := o.Job(bad.ID); err != nil || j.State != intake.Failed {
		t.Errorf("it came back: %+v, %v", j, err)
	}
}

// breaking ends in the middle of an upload.
type breaking struct{}

func (breaking) Read([]byte) (int, error) { return 0, errors.New("the line went dead") }

// Neither an upload that breaks off nor one for which the disk has no room leaves anything behind.
func TestAnUploadThatFailsLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	o := open(t, dir)
	if _, err := o.Upload(t.Context(), clerk, intake.Customers, "x.csv", "en", breaking{}); err == nil {
		t.Error("half an upload was taken")
	}
	o.db.Reserve = 1 << 62
	if _, err := o.Upload(context.Background(), clerk, intake.Customers, "x.csv", "en", strings.NewReader("姓名\n王\n")); fault.KeyOf(err) != "store.disk_full" {
		t.Errorf("an upload on a nearly full disk: %v", err)
	}
	o.db.Reserve = 0
	if left, err := os.ReadDir(filepath.Join(dir, "imports")); err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}
