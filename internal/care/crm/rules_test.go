package crm_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/care/crm"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// dated reads pairs of a day and a number.
func dated(list []any) (days []time.Time, numbers []int) {
	for _, x := range list {
		switch x := x.(type) {
		case string:
			days = append(days, day(x))
		case int:
			numbers = append(numbers, x)
		}
	}
	return days, numbers
}

func readings(list ...any) (out []crm.Reading) {
	days, kms := dated(list)
	for i := range days {
		out = append(out, crm.Reading{At: days[i], Km: kms[i]})
	}
	return out
}

func TestEstimateMileage(t *testing.T) {
	for _, c := range []struct {
		name     string
		readings []crm.Reading
		sold     crm.Date
		on       string
		least    int
		most     int
	}{
		{"steady, 30 km a day", readings("2024-01-01", 10000, "2024-07-01", 15460, "2025-01-01", 20980), "", "2025-07-01", 26200, 26800},
		{"steady, known from new", readings("2025-01-01", 10950), "2024-01-01", "2025-07-01", 16000, 17200},
		{"one reading: the usual pace", readings("2025-01-01", 5000), "", "2025-04-11", 8000, 9200},
		{"none, but the day of sale", nil, "2025-01-01", "2025-04-11", 3000, 4200},
		{"between two readings", readings("2025-01-01", 1000, "2025-01-11", 2000), "", "2025-01-06", 1490, 1510},
		{"before the first", readings("2025-01-01", 1000), "2024-12-01", "2024-12-15", 1, 1000},
		{"a taxi", readings("2024-01-01", 0, "2024-07-01", 72800, "2025-01-01", 146000), "", "2025-04-01", 170000, 185000},
		{"hardly driven", readings("2020-01-01", 1000, "2022-01-01", 2000, "2024-01-01", 3000), "", "2025-01-01", 3300, 7000},
		{"one wrong reading in the middle", readings("2024-01-01", 10000, "2024-04-01", 99999, "2024-07-01", 15460, "2025-01-01", 20980), "", "2025-07-01", 26000, 27500},
		{"of long ago nothing is told", readings("2010-01-01", 1, "2010-02-01", 200000, "2023-01-01", 210000, "2024-01-01", 220950, "2025-01-01", 231900), "", "2026-01-01", 241000, 244500},
	} {
		v := crm.Vehicle{Plate: "粤B12345", Readings: c.readings, SoldOn: c.sold}
		if bad := v.Check(); bad != nil {
			t.Fatal(bad)
		}
		e, ok := crm.EstimateMileage(v.Readings, v.SoldOn, day(c.on))
		if !ok || e.Km < c.least || e.Km > c.most {
			t.Errorf("%s: %+v, %v; want between %d and %d", c.name, e, ok, c.least, c.most)
		}
		if e.Low > e.Km || e.High < e.Km || e.Low < 0 {
			t.Errorf("%s: bounds %+v", c.name, e)
		}
	}
	if _, ok := crm.EstimateMileage(nil, "", day("2025-01-01")); ok {
		t.Error("estimated from nothing")
	}
}

func TestReadingsThatContradictAreDoubted(t *testing.T) {
	v := crm.Vehicle{Plate: "粤B12345", Readings: readings("2025-01-01", 20980, "2024-01-01", 10000, "2024-04-01", 99999, "2024-07-01", 15460)}
	if bad := v.Check(); bad != nil {
		t.Fatal(bad)
	}
	for i, doubtful := range []bool{false, true, false, false} {
		if v.Readings[i].Doubtful != doubtful {
			t.Errorf("reading %d (%d km): doubtful %v", i, v.Readings[i].Km, v.Readings[i].Doubtful)
		}
	}
	for _, c := range []struct {
		r    crm.Reading
		want string
	}{
		{crm.Reading{At: day("2025-02-01"), Km: 22000}, ""},
		{crm.Reading{At: day("2025-02-01"), Km: 20000}, "vehicle.mileage_falls"},
		{crm.Reading{At: day("2024-03-01"), Km: 12000}, ""},
		{crm.Reading{At: day("2024-03-01"), Km: 16000}, "vehicle.mileage_falls"},
		{crm.Reading{At: day("2025-01-03"), Km: 120980}, "vehicle.mileage_leaps"},
		{crm.Reading{At: day("2026-01-03"), Km: 22000}, "vehicle.reading_future"},
		{crm.Reading{At: day("2025-02-01"), Km: -1}, "vehicle.mileage_range"},
	} {
		if got := crm.Doubt(v.Readings, c.r, day("2025-06-01")); got != c.want {
			t.Errorf("%s %d km: %q, want %q", crm.On(c.r.At), c.r.Km, got, c.want)
		}
	}
}

func TestWarranty(t *testing.T) {
	for _, c := range []struct {
		name string
		v    crm.Vehicle
		on   string
		want string
	}{
		{"nobody knows", crm.Vehicle{}, "2025-01-01", crm.WarrantyUnknown},
		{"young", crm.Vehicle{SoldOn: "2024-06-01"}, "2025-01-01", crm.WarrantyValid},
		{"ends in a month", crm.Vehicle{SoldOn: "2022-02-01"}, "2025-01-01", crm.WarrantyEnding},
		{"the last day", crm.Vehicle{SoldOn: "2022-01-01"}, "2025-01-01", crm.WarrantyEnding},
		{"a day late", crm.Vehicle{SoldOn: "2022-01-01"}, "2025-01-02", crm.WarrantyExpired},
		{"29 February", crm.Vehicle{SoldOn: "2024-02-29", Warranty: &crm.Limit{Months: 12}}, "2025-03-01", crm.WarrantyExpired},
		{"driven too far", crm.Vehicle{SoldOn: "2024-01-01", Readings: readings("2025-01-01", 100001)}, "2025-01-02", crm.WarrantyExpired},
		{"driven too far, nobody knows since when", crm.Vehicle{Readings: readings("2025-01-01", 100001)}, "2025-01-02", crm.WarrantyExpired},
		{"driven too far by the estimate", crm.Vehicle{SoldOn: "2024-01-01", Readings: readings("2025-01-01", 95000)}, "2025-06-01", crm.WarrantyLikely},
		{"a rule of its own", crm.Vehicle{SoldOn: "2020-01-01", Warranty: &crm.Limit{Months: 120}}, "2025-01-01", crm.WarrantyValid},
	} {
		if got := c.v.WarrantyOn(day(c.on)); got.State != c.want {
			t.Errorf("%s: %+v, want %s", c.name, got, c.want)
		}
	}
}

func TestNextService(t *testing.T) {
	for _, c := range []struct {
		name  string
		v     crm.Vehicle
		on    string
		state string
		due   crm.Date
	}{
		{"nobody knows", crm.Vehicle{}, "2025-01-01", crm.ServiceUnknown, ""},
		{"first, by time", crm.Vehicle{SoldOn: "2025-01-31", Readings: readings("2025-03-01", 500)}, "2025-03-01", crm.ServiceLater, ""},
		{"first, its window is open", crm.Vehicle{SoldOn: "2025-01-01", Readings: readings("2025-03-01", 3100)}, "2025-03-02", crm.ServiceDue, ""},
		{"first, overdue", crm.Vehicle{SoldOn: "2025-01-01"}, "2025-12-02", crm.ServiceOverdue, ""},
		{"periodic, by time", crm.Vehicle{SoldOn: "2020-01-01", LastService: "2025-01-31"}, "2025-03-01", crm.ServiceLater, "2026-01-31"},
		{"periodic, soon", crm.Vehicle{LastService: "2024-01-31", Service: &crm.Limit{Months: 6}}, "2024-07-20", crm.ServiceSoon, "2024-07-31"},
		{"the last day of a month", crm.Vehicle{LastService: "2024-08-31", Service: &crm.Limit{Months: 6}}, "2025-02-20", crm.ServiceSoon, "2025-02-28"},
	} {
		got := c.v.NextService(day(c.on))
		if got.State != c.state || c.due != "" && got.DueOn != c.due {
			t.Errorf("%s: %+v, want %s %s", c.name, got, c.state, c.due)
		}
	}
	v := crm.Vehicle{LastService: "2025-01-01", LastServiceKm: 20000, Readings: readings("2024-01-01", 0, "2024-07-01", 18000, "2025-01-01", 36000)}
	if got := v.NextService(day("2025-01-02")); !got.ByMileage || got.DueKm != 30000 || got.State != crm.ServiceOverdue {
		t.Errorf("driven past the next service: %+v", got)
	}
}

func keysOf(f fault.Fields) string {
	var out []string
	for _, e := range f {
		out = append(out, e.Path+"="+e.Key)
	}
	return strings.Join(out, " ")
}

func TestBadFieldsAreAllNamed(t *testing.T) {
	long := strings.Repeat("长", 2<<20/3)
	c := crm.Customer{
		Kind: "robot", Name: long, Phones: []crm.Phone{{Number: "12"}, {Number: "13800138000"}, {Number: "+86 138 0013 8000"}, {Number: " "}},
		Email: "nobody", Tier: "Z", Language: "fr", Notes: "a\x00b", Address: "\xff", Birthday: "2026-02-30", Gender: "x",
	}
	want := "kind=customer.kind_unknown name=text.too_long phones[0].number=customer.phone_invalid phones[2].number=customer.phone_twice " +
		"email=customer.email_invalid address=text.not_utf8 tier=customer.tier_unknown language=customer.language_unknown " +
		"gender=customer.gender_unknown notes=text.control_character birthday=date.invalid"
	bad := c.Check()
	if got := keysOf(bad); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if len(bad.Error()) > 2000 {
		t.Errorf("the error says %d octets of it", len(bad.Error()))
	}
	c = crm.Customer{Name: " 王建国 ", Phones: []crm.Phone{{Number: "１３８ 0013-8000"}}}
	if bad := c.Check(); bad != nil || c.Name != "王建国" || c.Phones[0].Number != "13800138000" || c.Kind != crm.Person {
		t.Errorf("%+v: %v", c, bad)
	}
}

func TestBadVehiclesAreNamed(t *testing.T) {
	for _, c := range []struct {
		v    crm.Vehicle
		want string
	}{
		{crm.Vehicle{VIN: "LSVAM4186C2184841"}, ""},
		{crm.Vehicle{VIN: "LSVAM4187C2184841"}, ""},
		{crm.Vehicle{VIN: "LSVAM4186C2I84841"}, "vin=vehicle.vin_letter"},
		{crm.Vehicle{VIN: "LSVAM4186C218484"}, "vin=vehicle.vin_length"},
		{crm.Vehicle{VIN: "LSVAM4186C2184_41"}, "vin=vehicle.vin_character"},
		{crm.Vehicle{Plate: "台B12345"}, "plate=vehicle.plate_province"},
		{crm.Vehicle{Plate: "粤112345"}, "plate=vehicle.plate_city"},
		{crm.Vehicle{Plate: "粤B1234"}, "plate=vehicle.plate_number"},
		{crm.Vehicle{}, "plate=vehicle.nameless"},
		{crm.Vehicle{Plate: "粤B12345", ModelYear: 1800, SoldOn: "x", Warranty: &crm.Limit{Months: -1}}, "model_year=vehicle.model_year sold_on=date.invalid warranty.months=vehicle.rule_months"},
		{crm.Vehicle{Plate: "粤B12345", Readings: []crm.Reading{{Km: -4}}}, "readings[0].at=vehicle.reading_time readings[0].km=vehicle.mileage_range"},
	} {
		if got := keysOf(c.v.Check()); got != c.want {
			t.Errorf("%+v: %q, want %q", c.v, got, c.want)
		}
		if unchecked := c.v.VIN == "LSVAM4187C2184841"; c.v.VINUnchecked != unchecked {
			t.Errorf("%s: unchecked %v", c.v.VIN, c.v.VINUnchecked)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("王", "13800138000", "粤B12345", "LSVAM4186C2184841", int64(1), 5)
	f.Fuzz(func(t *testing.T, name, number, plate, vin string, at int64, km int) {
		c := crm.Customer{Name: name, Contact: plate, Phones: []crm.Phone{{Number: number}}, WeChat: vin}
		if c.Check() == nil {
			name, phones := c.Name, slices.Clone(c.Phones) // none when the number was but blanks
			if c.Check() != nil || c.Name != name || !slices.Equal(c.Phones, phones) {
				t.Errorf("%+v does not stay as it is", c)
			}
			for index, keys := range crm.CustomerKeys {
				for _, k := range keys(c) {
					if len(k) == 0 || len(k) > 64 {
						t.Errorf("index %s has the key %q", index, k)
					}
				}
			}
		}
		v := crm.Vehicle{Plate: plate, VIN: vin, Readings: []crm.Reading{{At: time.Unix(at%1e10, 0), Km: km}, {At: time.Unix(0, at), Km: km / 2}}}
		if v.Check() == nil {
			v.Now(time.Unix(at%1e9, 0))
		}
	})
}
