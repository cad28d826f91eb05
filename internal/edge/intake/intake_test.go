package intake_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/intake"
	"github.com/dealerline/dealerline/internal/edge/store"
)

var clerk = store.By{Who: "u1", Via: "api"}

// office is a store with its book and imports.
type office struct {
	t    testing.TB
	db   *store.DB
	book *crm.Book
	*intake.Manager
}

func open(t testing.TB, dir string) *office {
	t.Helper()
	db, err := store.Open(filepath.Join(dir, "x.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	o := &office{t: t, db: db, book: crm.New(store.Books{DB: db})}
	shanghai := time.FixedZone("CST", 8*3600)
	o.Manager = intake.New(intake.Config{
		DB: db, Book: o.book, Dir: filepath.Join(dir, "imports"), Zone: func() *time.Location { return shanghai }, Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = db.Run(ctx) // it returns the context's cause
	}()
	t.Cleanup(func() {
		if err := db.CheckIndexes(context.Background(), slices.Concat(store.CRMTables(), intake.Tables())); err != nil {
			t.Error(err)
		}
		cancel()
		<-ended
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// run works until the import has come to one of the states.
func (o *office) run(id string, states ...intake.State) intake.Job {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), 2*time.Minute)
	defer cancel()
	reached := make(chan struct{}, 1)
	o.Progress = func(j intake.Job) {
		if j.ID == id && slices.Contains(states, j.State) {
			select {
			case reached <- struct{}{}:
			default:
			}
		}
	}
	go func() {
		select {
		case <-reached:
			cancel()
		case <-ctx.Done():
		}
	}()
	_ = o.Run(ctx) // it returns the context's cause
	j, err := o.Job(id)
	if err != nil || !slices.Contains(states, j.State) {
		o.t.Fatalf("the import is %+v, %v", j, err)
	}
	return j
}

func (o *office) upload(kind, text string) intake.Job {
	o.t.Helper()
	j, err := o.Upload(o.t.Context(), clerk, kind, "list.csv", "en", strings.NewReader(text))
	if err != nil {
		o.t.Fatal(err)
	}
	return j
}

func (o *office) must(j intake.Job, err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) errors(id string) string {
	o.t.Helper()
	r, err := o.Errors(id)
	if fault.CodeOf(err) == fault.NotFound {
		return ""
	}
	if err != nil {
		o.t.Fatal(err)
	}
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		o.t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, row := range rows[1:] {
		out = append(out, strings.Join(row[:3], " "))
	}
	return strings.Join(out, "\n")
}

// dump is all there is, as exported.
func (o *office) dump() string {
	o.t.Helper()
	var buf bytes.Buffer
	for _, kind := range []string{intake.Customers, intake.Vehicles, intake.Visits} {
		if err := o.Export(o.t.Context(), clerk, kind, "json", &buf); err != nil {
			o.t.Fatal(err)
		}
	}
	return buf.String()
}

const list = "客户姓名,手机号,车牌号,VIN码,车型,购车日期,行驶里程,里程日期,备注\n" +
	"曾国藩,13800138000;021-61234567,粤B12345,LSVAM4186C2184841,途观,2024年1月2日,\"12,345公里\",2025/3/1,老客户\n" +
	"李红,13900139000,沪AD12045,,ID.4,45293,,,\n" +
	"王,12,粤B1234,LSVAM4186C218484,,昨天,x,,\n" +
	",13700137000,,,,,,,\n" +
	"曾国藩,13800138000,,,,,,,again\n" +
	"赵云,13600136000,粤B12345,,,,,,second owner\n"

func TestImportOfCustomers(t *testing.T) {
	o := open(t, t.TempDir())
	j := o.upload(intake.Customers, list)
	if got := strings.Join(j.Mapping, " "); got != "name phone plate vin model sold_on mileage mileage_on notes" || j.Rows != 6 || len(j.Sample) != 5 {
		t.Fatalf("guessed %s, %d rows", got, j.Rows)
	}
	o.must(o.Check(t.Context(), clerk, j.ID))
	j = o.run(j.ID, intake.Checked)
	if j.Created != 3 || j.Changed != 1 || j.Refused != 2 || j.Read != 6 {
		t.Errorf("the dry run says %+v", j)
	}
	dry := o.errors(j.ID)
	if empty := o.dump(); empty != "[]\n[]\n[]\n" {
		t.Errorf("the dry run left %s", empty)
	}
	o.must(o.Start(t.Context(), clerk, j.ID))
	j = o.run(j.ID, intake.Done)
	if j.Created != 3 || j.Changed != 1 || j.Refused != 2 || j.Read != 6 || j.Rows != 6 {
		t.Errorf("the import says %+v", j)
	}
	want := "4 购车日期 import.not_a_date\n4 行驶里程 import.not_a_number\n5 客户姓名 customer.name_missing"
	if got := o.errors(j.ID); got != want || got != dry {
		t.Errorf("errors\n%s\nin the dry run\n%s\nwant\n%s", got, dry, want)
	}
	list, err := o.book.ByPhone("13800138000", time.Date(2025, 3, 2, 0, 0, 0, 0, time.UTC))
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	zeng := list[0]
	car := zeng.Vehicles[0].Vehicle
	if zeng.Customer.Notes != "again" || len(zeng.Customer.Phones) != 2 || car.Plate != "粤B12345" || car.SoldOn != "2024-01-02" || car.Readings[0].Km != 12345 {
		t.Errorf("%+v", zeng)
	}
	if at := car.Readings[0].At; !at.Equal(time.Date(2025, 2, 28, 16, 0, 0, 0, time.UTC)) {
		t.Errorf("the reading is of %s", at)
	}
	if hits, err := o.book.Find("沪AD12045", 1); err != nil || hits[0].Vehicle.SoldOn != "2024-01-02" {
		t.Errorf("%+v, %v", hits, err)
	}
	reviews, _, err := o.book.Reviews("", 10)
	if err != nil || len(reviews) != 1 || reviews[0].Review.Rule != crm.VINOnly {
		t.Errorf("reviews %+v, %v", reviews, err)
	}
	// The same list again changes nothing.
	before := o.dump()
	again := o.upload(intake.Customers, strings.Split(testList(), "\n")[0]+"\n"+strings.Split(testList(), "\n")[2]+"\n")
	o.must(o.Start(t.Context(), clerk, again.ID))
	if again = o.run(again.ID, intake.Done); again.Unchanged != 1 || o.dump() != before {
		t.Errorf("again: %+v", again)
	}
}

func testList() string { return list }

func TestImportOfVisits(t *testing.T) {
	o := open(t, t.TempDir())
	j := o.upload(intake.Visits, "工单号;车牌号;送修人;手机;进厂时间;进厂里程;维修类型;维修项目;实收金额;服务顾问\n"+
		"RO1;粤B12345;曾国藩;13800138000;2025-03-01 09:30;9800;定期保养;更换机油;¥1,234.50;小王\n"+
		"RO1;粤B12345;曾国藩;13800138000;2025-03-01 09:30;9800;定期保养;更换机油机滤;1300;小王\n"+
		"RO2;粤B12345;;;2025/9/1;19800;喷漆;;300;\n"+
		"RO3;;;13800138000;2025/9/2;;;;1;\n"+
		"RO4;;;13000000000;2025/9/2;;;;1;\n"+
		"RO5;;;;2025/9/2;;;;1;\n"+
		"RO6;粤B12345;;;;;;;1;\n")
	o.must(o.Start(t.Context(), clerk, j.ID))
	j = o.run(j.ID, intake.Done)
	want := "6 手机 import.number_unknown\n7 车牌号 visit.nobody\n8 进厂时间 visit.time_missing"
	if got := o.errors(j.ID); got != want || j.Created != 3 || j.Changed != 1 {
		t.Errorf("%+v\n%s", j, got)
	}
	hits, err := o.book.Find("粤B12345", 1)
	if err != nil || len(hits) != 1 {
		t.Fatal(hits, err)
	}
	list, err := o.book.Visits(hits[0].Vehicle.ID, crm.Place{}, 10)
	if err != nil || len(list) != 2 || list[1].Amount != 130000 || list[1].Kind != crm.Maintenance || list[0].Kind != crm.OtherVisit || list[0].Customer == "" {
		t.Errorf("visits %+v, %v", list, err)
	}
	entries, _, err := o.book.TimeLine(list[0].Customer, crm.Place{}, 10)
	if err != nil || len(entries) != 3 || entries[2].Detail["amount"] != "130000" {
		t.Errorf("time line %+v, %v", entries, err)
	}
	before := o.dump()
	o.must(o.Undo(t.Context(), clerk, j.ID))
	if o.run(j.ID, intake.Undone); o.dump() != "[]\n[]\n[]\n" {
		t.Errorf("undone %s\nof %s", o.dump(), before)
	}
}

func TestWhatIsExportedCanBeImported(t *testing.T) {
	a := open(t, t.TempDir())
	j := a.upload(intake.Vehicles, testList())
	a.must(a.Start(t.Context(), clerk, j.ID))
	a.run(j.ID, intake.Done)
	v := a.upload(intake.Visits, "工单号,车牌号,进厂时间,进厂里程,维修类型,金额\nRO1,粤B12345,2025-03-05,12800,保养,99.90\n")
	a.must(a.Start(t.Context(), clerk, v.ID))
	a.run(v.ID, intake.Done)
	for _, format := range []string{"csv", "xlsx"} {
		b := open(t, t.TempDir())
		for _, kind := range []string{intake.Customers, intake.Vehicles, intake.Visits} {
			var buf bytes.Buffer
			if err := a.Export(t.Context(), clerk, kind, format, &buf); err != nil {
				t.Fatal(err)
			}
			j, err := b.Upload(t.Context(), clerk, kind, "x", "en", &buf)
			if err != nil {
				t.Fatal(err)
			}
			b.must(b.Start(t.Context(), clerk, j.ID))
			if j = b.run(j.ID, intake.Done); j.Refused > 0 {
				t.Errorf("%s of %s: %+v\n%s", format, kind, j, b.errors(j.ID))
			}
		}
		for _, kind := range []string{intake.Customers, intake.Vehicles, intake.Visits} {
			var want, got bytes.Buffer
			if err := a.Export(t.Context(), clerk, kind, "csv", &want); err != nil {
				t.Fatal(err)
			}
			if err := b.Export(t.Context(), clerk, kind, "csv", &got); err != nil {
				t.Fatal(err)
			}
			if want.String() != got.String() {
				t.Errorf("%s through %s:\n%s\nwant\n%s", kind, format, &got, &want)
			}
		}
	}
	if err := a.Export(t.Context(), clerk, intake.Customers, "pdf", io.Discard); fault.CodeOf(err) != fault.Invalid {
		t.Error(err)
	}
	if err := a.Export(t.Context(), clerk, "agents", "csv", io.Discard); fault.CodeOf(err) != fault.NotFound {
		t.Error(err)
	}
	var records []crm.Customer
	var buf bytes.Buffer
	if err := a.Export(t.Context(), clerk, intake.Customers, "json", &buf); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(buf.Bytes(), &records); err != nil || len(records) != 3 {
		t.Errorf("%d records, %v", len(records), err)
	}
}

func TestGuess(t *testing.T) {
	for headings, want := range map[string]string{
		"车主姓名,车主手机号码1,车牌号(*),车架号,品牌,车系,保险到期日,年检日期,客户等级":     "name phone plate vin brand model insured_until inspection_due tier",
		"Name,Phone Number,License_Plate,VIN,Odometer (km)": "name phone plate vin mileage",
		"xyz,,姓名,姓名": "  name ",
	} {
		got, err := intake.Guess(intake.Customers, strings.Split(headings, ","))
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %q, %v", headings, got, err)
		}
	}
}

func FuzzRows(f *testing.F) {
	o := open(f, f.TempDir())
	f.Add("姓名,电话,车牌,VIN,里程,购车日期\n王,138 0013 8000,粤b12345,LSVAM4186C2184841,1e3,45000.5\n")
	f.Add("工单号;车牌;日期;金额;里程\n1;粤B12345;2025.1.2;-1;9\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []string{intake.Customers, intake.Visits} {
			j, err := o.Upload(t.Context(), clerk, kind, "x", "en", strings.NewReader(text))
			if err != nil {
				if fault.CodeOf(err) != fault.Invalid {
					t.Fatal(err)
				}
				continue
			}
			if _, err := o.Check(t.Context(), clerk, j.ID); err == nil {
				o.t = t
				if j = o.run(j.ID, intake.Checked); j.Read != j.Rows {
					t.Errorf("%+v", j)
				}
			}
			if err := o.Remove(t.Context(), clerk, j.ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}
