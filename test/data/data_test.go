package data_test

import (
	"log/slog"
	"path/filepath"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/care/crm/plate"
	"github.com/dealerline/dealerline/internal/care/crm/vin"
	"github.com/dealerline/dealerline/internal/edge/store"
	"github.com/dealerline/dealerline/test/data"
)

var small = data.Dealership{Seed: 3, Customers: 3000, Vehicles: 3900, Visits: 2000, Calls: 9000}

func TestTheSameSeedGivesTheSameData(t *testing.T) {
	other := small
	other.Seed++
	for i := range 200 {
		if !reflect.DeepEqual(small.Customer(i), small.Customer(i)) || !reflect.DeepEqual(small.Vehicle(i), small.Vehicle(i)) ||
			!reflect.DeepEqual(small.Call(i), small.Call(i)) || !reflect.DeepEqual(small.Visit(i), small.Visit(i)) {
			t.Fatalf("record %d is made differently the second time", i)
		}
		if small.Customer(i).ID == other.Customer(i).ID || small.Call(i).ID == other.Call(i).ID {
			t.Fatalf("record %d is the same with another seed", i)
		}
	}
}

func TestEveryRecordIsOneThatTheBoxWouldTake(t *testing.T) {
	people, companies, shared, vips := 0, 0, 0, 0
	numbers := map[string]bool{}
	for i := range small.Customers {
		c := small.Customer(i)
		raw := c
		if bad := c.Check(); bad != nil || !reflect.DeepEqual(raw, c) {
			t.Fatalf("customer %d %+v: %v, tidied %+v", i, raw, bad, c)
		}
		if n := c.Phones[0].Number; numbers[n] {
			shared++
		} else if numbers[n] = true; !phone.Valid(n) {
			t.Fatalf("customer %d has the number %s", i, n)
		}
		if c.VIP {
			vips++
		}
		if c.Kind == crm.Company {
			companies++
		} else if people++; utf8.RuneCountInString(c.Name) < 2 || utf8.RuneCountInString(c.Name) > 4 {
			t.Errorf("a person is called %s", c.Name)
		}
	}
	if shared < 100 || shared > 300 || vips < 30 || vips > 100 || companies != 90 {
		t.Errorf("of %d customers %d share a number, %d are VIPs, %d companies", small.Customers, shared, vips, companies)
	}
	plates, vins, electric, home := map[string]bool{}, map[string]bool{}, 0, 0
	for i := range small.Vehicles {
		v := small.Vehicle(i)
		raw := v
		if bad := v.Check(); bad != nil || !reflect.DeepEqual(raw, v) || v.VINUnchecked || v.VIN != "" && vin.Check(v.VIN) != vin.None {
			t.Fatalf("vehicle %d %+v: %v, tidied %+v", i, raw, bad, v)
		}
		if plates[v.Plate] || v.VIN != "" && vins[v.VIN] {
			t.Fatalf("vehicle %d has the plate %s or the VIN %s of another", i, v.Plate, v.VIN)
		}
		plates[v.Plate], vins[v.VIN] = true, true
		if v.PlateKind == plate.NewEnergySmall {
			electric++
		}
		if v.Plate[:len("粤B")] == "粤B" {
			home++
		}
	}
	if electric < small.Vehicles/3 || home < small.Vehicles*8/10 {
		t.Errorf("of %d vehicles %d are electric, %d of the city", small.Vehicles, electric, home)
	}
}

func TestALoadedDealershipIsSound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	log := slog.New(slog.DiscardHandler)
	if err := small.Load(t.Context(), path, log, nil); err != nil {
		t.Fatal(err)
	}
	if err := store.CheckFile(t.Context(), path, append(store.Checked(), store.CRMTables()...)); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(path, log)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // only read
	book, ledger := crm.New(store.Books{DB: db}), store.NewLedger(db, log)
	found, called := 0, 0
	for i := range small.Customers {
		number := small.Phone(i)
		known, err := book.ByPhone(number, data.Today())
		if err != nil || len(known) == 0 {
			t.Fatalf("customer %d with %s: %v, %v", i, number, known, err)
		}
		for _, k := range known {
			found += len(k.Vehicles) + k.More
		}
		page, _, err := ledger.Search(store.CallQuery{Number: number, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		called += len(page)
	}
	if found < small.Vehicles || called < small.Calls/2 {
		t.Errorf("by their numbers %d vehicles and %d calls are found", found, called)
	}
}
