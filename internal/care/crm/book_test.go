package crm_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/internal/edge/store/storetest"
)

var clerk = crm.By{Who: "u1", Via: "api"}

// open makes a book in a store whose indexes are checked when the test ends.
func open(t testing.TB, sources ...crm.Source) *crm.Book {
	t.Helper()
	db := storetest.New(t)
	t.Cleanup(func() {
		if err := db.CheckIndexes(context.Background(), store.CRMTables()); err != nil {
			t.Error(err)
		}
	})
	return crm.New(store.Books{DB: db}, sources...)
}

func create(t testing.TB, b *crm.Book, name string, numbers ...string) crm.Customer {
	t.Helper()
	c := crm.Customer{Name: name}
	for _, n := range numbers {
		c.Phones = append(c.Phones, crm.Phone{Number: n})
	}
	c, err := b.Create(t.Context(), clerk, c, true)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func addVehicle(t testing.TB, b *crm.Book, v crm.Vehicle) crm.Vehicle {
	t.Helper()
	v, err := b.AddVehicle(t.Context(), clerk, v)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// found are the names (or plates) found, each with by what.
func found(t testing.TB, b *crm.Book, query string) (out []string) {
	t.Helper()
	hits, err := b.Find(query, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hits {
		name := h.Customer.Name
		if h.Vehicle != nil {
			name += "/" + h.Vehicle.Plate
		}
		out = append(out, name+" "+h.By)
	}
	return out
}

func TestEverythingFindsTheCustomer(t *testing.T) {
	b := open(t)
	zeng := create(t, b, "曾国藩", "13800138000", "021-61234567")
	create(t, b, "单雄信", "13911112222")
	create(t, b, "John Smith", "+442079460000")
	create(t, b, "上海顺达物流有限公司", "4008001234")
	create(t, b, "吕布", "13700000001")
	addVehicle(t, b, crm.Vehicle{Plate: "粤B12345", VIN: "LSVAM4186C2184841", Owner: zeng.ID})
	addVehicle(t, b, crm.Vehicle{Plate: "沪AD12O45"})
	for query, want := range map[string]string{
		"13800138000":       "曾国藩 phone",
		"+86 138-0013-8000": "曾国藩 phone",
		"138001":            "曾国藩 phone_begin",
		"8000":              "曾国藩 phone_tail",
		"61234567":          "曾国藩 phone_tail",
		"粤B12345":           "曾国藩/粤B12345 plate",
		"粤b·12345":          "曾国藩/粤B12345 plate",
		"b12345":            "曾国藩/粤B12345 plate",
		"粤B1":               "曾国藩/粤B12345 plate_begin",
		"345":               "曾国藩/粤B12345 plate_tail",
		"2345":              "曾国藩/粤B12345 plate_tail",
		"12345":             "曾国藩/粤B12345 plate_tail",
		"AD12045":           "/沪AD12045 plate", // without an owner
		"D12O45":            "/沪AD12045 plate_tail",
		"LSVAM4186C2184841": "曾国藩/粤B12345 vin",
		"lsvam4186c2184841": "曾国藩/粤B12345 vin",
		"184841":            "曾国藩/粤B12345 vin_tail",
		"C2184841":          "曾国藩/粤B12345 vin_tail",
		"LSVAM4":            "曾国藩/粤B12345 vin_begin",
		"曾国藩":               "曾国藩 name",
		"曾 国 藩":             "曾国藩 name",
		"曾":                 "曾国藩 name_begin",
		"国藩":                "曾国藩 name_inside",
		"zengguofan":        "曾国藩 pinyin",
		"ZENG guo fan":      "曾国藩 pinyin",
		"cengguofan":        "曾国藩 pinyin",
		"zeng":              "曾国藩 pinyin_begin",
		"zenggf":            "曾国藩 pinyin",
		"guofan":            "曾国藩 pinyin",
		"zgf":               "曾国藩 initials",
		"gf":                "曾国藩 initials",
		"z":                 "曾国藩 pinyin_begin",
		"shanxx":            "单雄信 pinyin",
		"danxiongxin":       "单雄信 pinyin",
		"lvbu":              "吕布 pinyin",
		"lubu":              "吕布 pinyin",
		"smith":             "John Smith pinyin",
		"john smith":        "John Smith name",
		"顺达":                "上海顺达物流有限公司 name_inside",
		"shunda":            "上海顺达物流有限公司 pinyin_begin",
		"sdwl":              "上海顺达物流有限公司 initials_begin",
	} {
		got := found(t, b, query)
		if len(got) == 0 || got[0] != want {
			t.Errorf("%s finds %v, want %s first", query, got, want)
		}
	}
	for _, query := range []string{"", " ", "q", "999", "赵", "粤C", "\xff", "%", "a\x00b", "+"} {
		if got := found(t, b, query); got != nil {
			t.Errorf("%q finds %v", query, got)
		}
	}
}

func TestACallerIsKnownByNumber(t *testing.T) {
	b := open(t)
	father := create(t, b, "王建国", "13800138000", "02161234567")
	mother := create(t, b, "李红", "13800138000")
	vip := mother
	vip.VIP = true
	if _, err := b.Update(t.Context(), clerk, vip); err != nil {
		t.Fatal(err)
	}
	create(t, b, "赵云", "87654321")
	addVehicle(t, b, crm.Vehicle{Plate: "粤B12345", Owner: father.ID, SoldOn: "2025-01-01", Readings: readings("2025-06-01", 6000)})
	for number, want := range map[string][]string{
		"+8613800138000": {"李红", "王建国"}, "61234567": {"王建国"}, "02161234567": {"王建国"}, "075587654321": {"赵云"}, "02187654321": {"赵云"},
		"38000138": nil, "13800138001": nil, "": nil, "anonymous": nil,
	} {
		list, err := b.ByPhone(number, day("2025-07-01"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, k := range list {
			got = append(got, k.Customer.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is %v, want %v", number, got, want)
		}
	}
	k, err := b.Known(father.ID, day("2025-07-01"))
	if err != nil || len(k.Vehicles) != 1 {
		t.Fatal(k, err)
	}
	if v := k.Vehicles[0]; v.Mileage == nil || v.Mileage.Km < 6900 || v.Mileage.Km > 7400 || v.Warranty.State != crm.WarrantyValid || k.Value.Tier != "F" {
		t.Errorf("known: %+v", v)
	}
}

func TestTheSecondOfTwoEditorsIsTold(t *testing.T) {
	b := open(t)
	c := create(t, b, "王建国", "13800138000")
	mine, theirs := c, c
	mine.Notes = "prefers mornings"
	if _, err := b.Update(t.Context(), clerk, mine); err != nil {
		t.Fatal(err)
	}
	theirs.VIP = true
	if _, err := b.Update(t.Context(), clerk, theirs); fault.CodeOf(err) != fault.Conflict || fault.KeyOf(err) != "store.rev" {
		t.Errorf("the second editor is told %v", err)
	}
	if err := b.Delete(t.Context(), clerk, c.ID, c.Meta.Rev); fault.KeyOf(err) != "store.rev" {
		t.Errorf("who deletes what has changed is told %v", err)
	}
}

func TestDuplicates(t *testing.T) {
	b := open(t)
	c := create(t, b, "王建国", "13800138000")
	for _, d := range []struct {
		name, rule string
		certain    bool
	}{{"王建国", crm.PhoneAndName, true}, {"王 建国", crm.PhoneAndName, true}, {"王健国", crm.PhoneAndSpelling, true}, {"李红", crm.PhoneOnly, false}} {
		list, err := b.Duplicates(crm.Customer{Name: d.name, Phones: []crm.Phone{{Number: "13800138000"}}})
		if err != nil || len(list) != 1 || list[0].Rule != d.rule || list[0].Certain != d.certain {
			t.Errorf("%s: %+v, %v", d.name, list, err)
		}
	}
	_, err := b.Create(t.Context(), clerk, crm.Customer{Name: "王建国", Phones: []crm.Phone{{Number: "13800138000"}}}, false)
	dup, ok := errors.AsType[*crm.DuplicateError](err)
	if !ok || dup.Of[0].Customer.ID != c.ID || fault.KeyOf(err) != "customer.duplicate" || fault.CodeOf(err) != fault.Conflict {
		t.Fatalf("creating one again: %v", err)
	}
	wife := create(t, b, "李红", "13800138000")
	list, err := b.Reviews("", 10)
	if err != nil || len(list) != 1 || list[0].Review.Rule != crm.PhoneOnly {
		t.Fatalf("reviews %+v, %v", list, err)
	}
	if err := b.Distinct(t.Context(), clerk, list[0].Review.ID); err != nil {
		t.Fatal(err)
	}
	wife.Name = "李洪"
	if _, err := b.Update(t.Context(), clerk, wife); err != nil {
		t.Fatal(err)
	}
	if list, err = b.Reviews("", 10); err != nil || len(list) != 0 {
		t.Errorf("people are asked again: %+v, %v", list, err)
	}
	again := create(t, b, "王建国", "13800138000")
	n, err := b.MergeCertain(t.Context(), clerk)
	if err != nil || n != 1 {
		t.Fatalf("merged %d, %v", n, err)
	}
	if got, err := b.Customer(again.ID); err != nil || got.ID != c.ID {
		t.Errorf("the second record leads to %s, %v", got.ID, err)
	}
	if n, err = b.MergeCertain(t.Context(), clerk); err != nil || n != 0 {
		t.Errorf("merged again: %d, %v", n, err)
	}
}

// bare is a customer without its history.
func bare(c crm.Customer) crm.Customer { c.Meta = merge.Meta{}; return c }

// randomCustomer makes one of few so that they share much.
func randomCustomer(r *rand.Rand) crm.Customer {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	c := crm.Customer{
		Name: pick("王建国", "李红", "曾国藩"), WeChat: pick("", "wx1", "wx2"), Address: pick("", "深圳"), Notes: pick("", "n1", "n2"), VIP: r.IntN(2) == 0,
		Gender: pick("", "m", "f"), Birthday: crm.Date(pick("", "1980-01-01")), Tier: pick("", "A"),
	}
	for range r.IntN(4) {
		n := fmt.Sprintf("1380013800%d", r.IntN(5))
		if !c.HasPhone(n) {
			c.Phones = append(c.Phones, crm.Phone{Number: n, DoNotCall: r.IntN(2) == 0})
		}
	}
	for range r.IntN(3) {
		c.Tags = append(c.Tags, pick("a", "b", "c"))
	}
	c.Consent = crm.Consent{Marketing: r.IntN(2) == 0, DoNotCall: r.IntN(2) == 0, At: day("2025-01-01").AddDate(0, 0, r.IntN(9)).UTC()}
	return c
}

func TestUndoingAMergeRestoresBoth(t *testing.T) {
	b := open(t)
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		var c [3]crm.Customer
		for i := range c {
			var err error
			if c[i], err = b.Create(t.Context(), clerk, randomCustomer(r), true); err != nil {
				t.Fatal(err)
			}
		}
		w, l, third := c[0], c[1], c[2]
		var cars []crm.Vehicle
		for i := range 4 {
			v := crm.Vehicle{Plate: fmt.Sprintf("粤B%02d%02d%d", seed%100, i, seed%10), Owner: c[r.IntN(3)].ID}
			for _, u := range c {
				if u.ID != v.Owner && r.IntN(2) == 0 {
					v.Users = append(v.Users, u.ID)
				}
			}
			cars = append(cars, addVehicle(t, b, v))
		}
		for range 3 {
			i := r.IntN(3)
			if _, err := b.Relate(t.Context(), clerk, crm.Relation{Kind: crm.Household, From: c[i].ID, To: c[(i+1)%3].ID}); err != nil {
				t.Fatal(err)
			}
		}
		related := relatives(t, b, c[:])

		m, err := b.Merge(t.Context(), clerk, w.ID, l.ID, [2]uint64{w.Meta.Rev, l.Meta.Rev})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := b.Customer(l.ID); err != nil || got.ID != w.ID {
			t.Fatalf("the loser leads to %s, %v", got.ID, err)
		}
		for _, v := range cars {
			if got, err := b.Vehicle(v.ID); err != nil || got.Owner == l.ID || slices.Contains(got.Users, l.ID) || slices.Contains(got.Users, got.Owner) {
				t.Fatalf("seed %d: a vehicle still names the loser: %+v, %v", seed, got, err)
			}
		}
		if _, err := b.Undo(t.Context(), clerk, m.ID); err != nil {
			t.Fatal(err)
		}
		for _, want := range []crm.Customer{w, l, third} {
			if got, err := b.Customer(want.ID); err != nil || !reflect.DeepEqual(bare(got), bare(want)) {
				t.Fatalf("seed %d: undone\n%+v, %v\nwant\n%+v", seed, got, err, want)
			}
		}
		for _, want := range cars {
			got, err := b.Vehicle(want.ID)
			if got.Meta, want.Meta = (merge.Meta{}), (merge.Meta{}); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: undone %+v, %v, want %+v", seed, got, err, want)
			}
		}
		if got := relatives(t, b, c[:]); !slices.Equal(got, related) {
			t.Fatalf("seed %d: relations %v, want %v", seed, got, related)
		}
		if _, err := b.Undo(t.Context(), clerk, m.ID); fault.KeyOf(err) != "merging.undone" {
			t.Fatalf("undone twice: %v", err)
		}
	}
}

func relatives(t *testing.T, b *crm.Book, of []crm.Customer) (out []string) {
	t.Helper()
	for _, c := range of {
		list, err := b.Relatives(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			out = append(out, fmt.Sprint(r.Relation.ID, r.Relation.From, r.Relation.To))
		}
	}
	slices.Sort(out)
	return out
}

func TestUndoKeepsWhatWasChangedSince(t *testing.T) {
	b := open(t)
	w, l := create(t, b, "王建国", "13800138000"), create(t, b, "王建国", "13900139000")
	m, err := b.Merge(t.Context(), clerk, w.ID, l.ID, [2]uint64{1, 1})
	if err != nil {
		t.Fatal(err)
	}
	now, err := b.Customer(w.ID)
	if err != nil {
		t.Fatal(err)
	}
	now.Address, now.Phones = "深圳", append(now.Phones, crm.Phone{Number: "13700137000"})
	if _, err := b.Update(t.Context(), clerk, now); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Undo(t.Context(), clerk, m.ID); err != nil {
		t.Fatal(err)
	}
	got, err := b.Customer(w.ID)
	if err != nil || got.Address != "深圳" || len(got.Phones) != 2 || got.HasPhone("13900139000") || got.Merged != nil {
		t.Errorf("undone %+v, %v", got, err)
	}
	// The revisions of a merging are those that were read.
	if _, err := b.Merge(t.Context(), clerk, w.ID, l.ID, [2]uint64{1, 1}); fault.KeyOf(err) != "store.rev" {
		t.Errorf("merging what was changed: %v", err)
	}
	if _, err := b.Merge(t.Context(), clerk, w.ID, w.ID, [2]uint64{1, 1}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("merging one with itself: %v", err)
	}
}

func TestTransferAndVisits(t *testing.T) {
	b := open(t)
	old, young := create(t, b, "王建国", "13800138000"), create(t, b, "李红", "13900139000")
	v := addVehicle(t, b, crm.Vehicle{Plate: "粤B12345", VIN: "LSVAM4186C2184841", Owner: old.ID})
	if _, err := b.AddVehicle(t.Context(), clerk, crm.Vehicle{Plate: "粤BI2345"}); fault.KeyOf(err) != "vehicle.plate_taken" {
		t.Errorf("a plate twice: %v", err)
	}
	if _, err := b.AddVehicle(t.Context(), clerk, crm.Vehicle{VIN: "LSVAM4186C2184841"}); fault.KeyOf(err) != "vehicle.vin_taken" {
		t.Errorf("a VIN twice: %v", err)
	}
	visit := crm.Visit{Order: "RO1", At: day("2025-03-01"), Vehicle: v.ID, Km: 9800, Kind: crm.Maintenance, Work: "oil", Amount: 58000}
	got, err := b.RecordVisit(t.Context(), clerk, visit)
	if err != nil || got.Customer != old.ID {
		t.Fatalf("%+v, %v", got, err)
	}
	visit.Amount = 60000
	if again, err := b.RecordVisit(t.Context(), clerk, visit); err != nil || again.ID != got.ID || again.Amount != 60000 {
		t.Errorf("the same repair order again: %+v, %v", again, err)
	}
	now, err := b.Vehicle(v.ID)
	if err != nil || now.LastService != "2025-03-01" || now.LastServiceKm != 9800 || len(now.Readings) != 1 {
		t.Fatalf("%+v, %v", now, err)
	}
	if now, err = b.Transfer(t.Context(), clerk, v.ID, now.Meta.Rev, young.ID, "2025-05-01", "sold"); err != nil || now.Owner != young.ID || now.Owners[0].Customer != old.ID {
		t.Fatalf("%+v, %v", now, err)
	}
	if list, err := b.Visits(v.ID, time.Time{}, 10); err != nil || len(list) != 1 || list[0].Customer != old.ID {
		t.Errorf("visits %+v, %v", list, err)
	}
	if _, err := b.AddReading(t.Context(), clerk, v.ID, crm.Reading{At: day("2025-06-01"), Km: 900}, false); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a reading that falls: %v", err)
	}
	if err := b.Delete(t.Context(), clerk, young.ID, young.Meta.Rev); err != nil {
		t.Fatal(err)
	}
	if now, err = b.Vehicle(v.ID); err != nil || now.Owner != "" || len(now.Owners) != 2 {
		t.Errorf("after the owner's deletion %+v, %v", now, err)
	}
	if _, err := b.Customer(young.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the deleted one: %v", err)
	}
}

func TestValues(t *testing.T) {
	b := open(t)
	now := day("2025-12-31")
	spent := func(name string, visits ...any) string {
		c := create(t, b, name)
		days, sums := dated(visits)
		for i := range days {
			if _, err := b.RecordVisit(t.Context(), clerk, crm.Visit{Customer: c.ID, At: days[i], Amount: int64(sums[i])}); err != nil {
				t.Fatal(err)
			}
		}
		return c.ID
	}
	want := map[string]string{
		spent("A", "2025-10-01", 700, "2025-11-01", 100): "A",
		spent("B", "2025-11-02", 100):                    "B",
		spent("B lapsed", "2025-02-01", 60):              "C",
		spent("C", "2025-11-03", 20):                     "C",
		spent("C lapsed", "2025-02-01", 20):              "D",
		spent("D", "2024-06-01", 999):                    "D",
		spent("E", "2020-06-01", 999):                    "E",
		spent("F"):                                       "F",
	}
	r, err := b.ReckonValues(t.Context(), clerk, now)
	if err != nil || r.Revenue != 1000 || r.Top != 1 || r.Customers != 7 {
		t.Errorf("%+v, %v", r, err)
	}
	for id, tier := range want {
		c, err := b.Customer(id)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := b.Value(c); err != nil || v.Tier != tier {
			t.Errorf("%s: %+v, %v", c.Name, v, err)
		}
	}
	top, err := b.TopCustomers(0, 2)
	if err != nil || len(top) != 2 || top[0].Customer.Name != "A" || top[0].Value.Share != 800 || top[1].Customer.Name != "B" {
		t.Errorf("top %+v, %v", top, err)
	}
}

// diary is a source of entries, one every minute.
type diary struct{ from time.Time }

func (d diary) Entries(_ crm.Subject, behind crm.Place, limit int) (list []crm.Entry, err error) {
	for i := 30; i > 0 && len(list) < limit; i-- {
		if e := (crm.Entry{At: d.from.Add(time.Duration(i/2) * time.Minute), Kind: "call", ID: fmt.Sprintf("c%02d", i)}); behind.Behind(e) {
			list = append(list, e)
		}
	}
	return list, nil
}

func TestThePagesOfTheTimeLineMakeTheWhole(t *testing.T) {
	b := open(t, diary{day("2025-01-01")})
	c := create(t, b, "王建国")
	for i := range 10 {
		if _, err := b.RecordVisit(t.Context(), clerk, crm.Visit{Customer: c.ID, At: day("2025-01-01").Add(time.Duration(i/3) * time.Minute)}); err != nil {
			t.Fatal(err)
		}
	}
	var whole []string
	behind := crm.Place{}
	for pages := 0; ; pages++ {
		list, next, err := b.TimeLine(c.ID, behind, 7)
		if err != nil || pages > 9 {
			t.Fatal(pages, err)
		}
		for _, e := range list {
			whole = append(whole, e.At.Format(time.TimeOnly)+e.ID)
		}
		if next == nil {
			break
		}
		behind = *next
	}
	if len(whole) != 40 || !slices.IsSortedFunc(whole, func(a, b string) int { return strings.Compare(b, a) }) || len(slices.Compact(slices.Clone(whole))) != 40 {
		t.Errorf("%d entries: %v", len(whole), whole)
	}
}

// A search for a whole number, plate or VIN never misses, however many others begin alike.
func TestWholeTermsAreNeverMissed(t *testing.T) {
	b := open(t)
	r := rand.New(rand.NewPCG(7, 7))
	type car struct{ number, plate, vin string }
	var cars []car
	for i := range 400 {
		c := car{fmt.Sprintf("138%04d%04d", r.IntN(3), i), fmt.Sprintf("粤B%d%04d", r.IntN(2), i), fmt.Sprintf("LSVAM4186C2%06d", 10*i)}
		cars = append(cars, c)
	}
	err := b.Change(t.Context(), clerk, func(e *crm.Edit) error {
		for _, c := range cars {
			owner, err := e.Create(crm.Customer{Name: "王" + c.number, Phones: []crm.Phone{{Number: c.number}}}, true)
			if err != nil {
				return err
			}
			if _, err := e.AddVehicle(crm.Vehicle{Plate: c.plate, VIN: c.vin, Owner: owner.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cars {
		for _, query := range []string{c.number, c.plate, c.vin, c.plate[len("粤"):], "王" + c.number} {
			hits, err := b.Find(query, 1)
			if err != nil || len(hits) != 1 || !hits[0].Customer.HasPhone(c.number) {
				t.Fatalf("%s: %+v, %v", query, hits, err)
			}
		}
	}
	if hits, err := b.Find("138", 1000); err != nil || len(hits) != crm.MaxHits {
		t.Errorf("%d hits, %v", len(hits), err)
	}
}

func FuzzFind(f *testing.F) {
	b := open(f)
	c := create(f, b, "曾国藩", "13800138000")
	addVehicle(f, b, crm.Vehicle{Plate: "粤B12345", VIN: "LSVAM4186C2184841", Owner: c.ID})
	f.Add("曾")
	f.Add("粤b1")
	f.Add("+86")
	f.Fuzz(func(t *testing.T, query string) {
		if hits, err := b.Find(query, 5); err != nil || len(hits) > 2 {
			t.Errorf("%q: %v, %v", query, hits, err)
		}
	})
}
