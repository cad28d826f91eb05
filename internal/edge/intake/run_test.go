package intake_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/edge/intake"
)

// many makes a list of n customers with cars, one in a hundred of them bad.
func many(n int) string {
	var b strings.Builder
	b.WriteString("姓名,电话,车牌,VIN,品牌,车型,地址,备注\n")
	surnames, given := []rune("王李张刘陈杨赵黄周吴曾单"), []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超")
	for i := range n {
		number := fmt.Sprintf("1%02d%08d", 30+i%60, i)
		if i%100 == 7 {
			number = "12"
		}
		fmt.Fprintf(&b, "%c%c%c,%s,粤%c%05d,LSVAM4186%c%c%06d,大众,途观L,深圳市南山区科技园%d号,\n", surnames[i%len(surnames)], given[i/7%len(given)],
			given[i/3%len(given)], number, 'A'+rune(i/100000%8), i%100000, 'A'+rune(i/1000000%8), 'A'+rune(i%8), i%1000000, i)
	}
	return b.String()
}

func TestAnImportGoesOnWhereItWasStopped(t *testing.T) {
	dir := t.TempDir()
	o := open(t, dir)
	o.Batch = 200
	j := o.upload(intake.Customers, many(700))
	o.must(o.Start(t.Context(), clerk, j.ID))
	ctx, cancel := context.WithCancel(t.Context())
	o.Progress = func(intake.Job) { cancel() } // behind the first batch
	_ = o.Run(ctx)                             // it returns the context's cause
	stopped, err := o.Job(j.ID)
	if err != nil || stopped.State != intake.Running || stopped.Read == 0 || stopped.Read >= 700 {
		t.Fatalf("stopped %+v, %v", stopped, err)
	}
	// What the next batch had written of errors when the power went is not doubled.
	name := filepath.Join(dir, "imports", j.ID+".errors.csv")
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("208,half a li"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	next := intake.New(o.Config)
	o.Manager = next
	j = o.run(j.ID, intake.Done)
	if j.Created != 693 || j.Refused != 7 || strings.Count(o.errors(j.ID), "\n") != 6 {
		t.Errorf("%+v", j)
	}
	o.must(o.Undo(t.Context(), clerk, j.ID))
	if j = o.run(j.ID, intake.Undone); o.dump() != "[]\n[]\n[]\n" || j.Undone != 2*693 {
		t.Errorf("undone %+v", j)
	}
}

func TestCommandsAreHeldAgainstTheState(t *testing.T) {
	o := open(t, t.TempDir())
	j := o.upload(intake.Customers, "姓名,电话\n王,13800138000\n")
	if _, err := o.Undo(t.Context(), clerk, j.ID); fault.KeyOf(err) != "import.state" {
		t.Errorf("undo before it began: %v", err)
	}
	for _, bad := range [][]string{{"name"}, {"phone", "phone"}, {"phone", "x"}, {"", "phone"}} {
		if _, err := o.SetMapping(t.Context(), clerk, j.ID, bad); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("mapping %v: %v", bad, err)
		}
	}
	o.must(o.SetMapping(t.Context(), clerk, j.ID, []string{"name", ""}))
	o.must(o.Start(t.Context(), clerk, j.ID))
	if err := o.Remove(t.Context(), clerk, j.ID); fault.KeyOf(err) != "import.state" {
		t.Errorf("removed while it runs: %v", err)
	}
	o.must(o.Cancel(t.Context(), clerk, j.ID))
	if _, err := o.Start(t.Context(), clerk, j.ID); fault.KeyOf(err) != "import.state" {
		t.Errorf("started when cancelled: %v", err)
	}
	for _, bad := range []string{"", "\ufeff", "a\x00b", "PK\x03\x04"} {
		if _, err := o.Upload(t.Context(), clerk, intake.Customers, "x", "en", strings.NewReader(bad)); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(o.Dir, "*"))
	if err != nil || len(files) != 1 {
		t.Errorf("files %v, %v", files, err)
	}
	if _, err := o.Job("../../etc/passwd"); fault.CodeOf(err) != fault.NotFound {
		t.Error(err)
	}
}

// cpu is how long the process has been at work.
func cpu(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkImport imports 100,000 customers with their cars and says how long it took, and how quickly they are found then.
func BenchmarkImport(b *testing.B) {
	for b.Loop() {
		o := open(b, b.TempDir())
		encoded, err := simplifiedchinese.GBK.NewEncoder().String(many(100_000))
		if err != nil {
			b.Fatal(err)
		}
		began, busy := time.Now(), cpu(b)
		j := o.upload(intake.Customers, encoded)
		o.must(o.Start(b.Context(), clerk, j.ID))
		o.must(o.run(j.ID, intake.Done), nil)
		b.ReportMetric(time.Since(began).Seconds(), "s/100k")
		b.ReportMetric((cpu(b) - busy).Seconds(), "cpu-s/100k")
		for name, query := range map[string]string{"phone": "13000000000", "tail": "12345", "letter": "w", "name": "王", "pinyin": "zengw", "plate": "粤B123"} {
			began := time.Now()
			const n = 50
			for range n {
				if _, err := o.book.Find(query, 20); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(time.Since(began).Microseconds())/n, "µs/"+name)
		}
		began = time.Now()
		const n = 1000
		for i := range n {
			if _, err := o.book.ByPhone(fmt.Sprintf("1%02d%08d", 30+i%60, i), time.Now()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(time.Since(began).Microseconds())/n, "µs/card")
	}
}
