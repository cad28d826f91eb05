package crm_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/dealerline/dealerline/internal/care/crm"
)

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

// The end of a plate, as callers key it in, leads to whose cars those are; what too many share, to nobody.
func TestACallerIsKnownByTheEndOfAPlate(t *testing.T) {
	b := open(t)
	one, two, gone := create(t, b, "王建国"), create(t, b, "李红"), create(t, b, "赵云")
	for plate, owner := range map[string]string{"粤B12345": one.ID, "粤D99345": one.ID, "沪AD12O45": two.ID, "京A99345": two.ID, "京A88777": gone.ID, "京A77777": ""} {
		addVehicle(t, b, crm.Vehicle{Plate: plate, Owner: owner})
	}
	scrapped := addVehicle(t, b, crm.Vehicle{Plate: "京A66666", Owner: one.ID, Retired: true})
	if err := b.Delete(t.Context(), clerk, gone.ID, gone.Meta.Rev); err != nil {
		t.Fatal(err)
	}
	for i := range 25 {
		addVehicle(t, b, crm.Vehicle{Plate: fmt.Sprintf("粤C%02d888", i), Owner: one.ID})
	}
	for tail, want := range map[string][]string{
		"12345": {"王建国"}, "345": {"李红", "王建国"}, "12045": {"李红"}, "045": {"李红"}, "45": nil, "999": nil, "": nil, "777": nil, "1234567": nil, "888": nil,
		scrapped.Plate[len(scrapped.Plate)-3:]: nil,
	} {
		list, err := b.WithPlateTail(tail)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range list {
			got = append(got, c.Name)
		}
		slices.Sort(got)
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("%q is %v, want %v", tail, got, want)
		}
	}
}
