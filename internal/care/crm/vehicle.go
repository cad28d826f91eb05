package crm

import (
	"slices"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/merge"
	"github.com/dealerline/dealerline/internal/care/books"
	"github.com/dealerline/dealerline/internal/care/crm/plate"
	"github.com/dealerline/dealerline/internal/care/crm/vin"
)

// Vehicle is a car, known by its VIN, its plate or both. CBOR numbers are never reused.
type Vehicle struct {
	Meta merge.Meta `cbor:"0,keyasint,omitzero" json:"-"`
	ID   string     `cbor:"1,keyasint" json:"id"`
	VIN  string     `cbor:"2,keyasint,omitempty" json:"vin,omitempty"`
	// VINUnchecked: the check digit does not fit. GB 16735 demands it, but cars made for other markets and before the
	// standard have none that fits and come to the workshop too; so such a number is taken, marked, and shown as doubtful.
	VINUnchecked bool   `cbor:"3,keyasint,omitempty" json:"vin_unchecked,omitempty"`
	Plate        string `cbor:"4,keyasint,omitempty" json:"plate,omitempty"`
	// PlateKind is what the plate's form tells: "ordinary", "new_energy_small" …
	PlateKind    plate.Kind    `cbor:"5,keyasint,omitempty" json:"plate_kind,omitempty"`
	Brand        string        `cbor:"6,keyasint,omitempty" json:"brand,omitempty"`
	Model        string        `cbor:"7,keyasint,omitempty" json:"model,omitempty"`
	ModelYear    int           `cbor:"8,keyasint,omitempty" json:"model_year,omitempty"`
	Color        string        `cbor:"9,keyasint,omitempty" json:"color,omitempty"`
	EngineNumber string        `cbor:"10,keyasint,omitempty" json:"engine_number,omitempty"`
	Readings     []Reading     `cbor:"11,keyasint,omitempty" json:"readings,omitempty" nullable:"false"` // oldest first
	SoldOn       Date          `cbor:"12,keyasint,omitempty" json:"sold_on,omitempty"`
	Warranty     *Limit        `cbor:"13,keyasint,omitempty" json:"warranty,omitempty"`      // nil: 36 months or 100,000 km
	FirstService *FirstService `cbor:"14,keyasint,omitempty" json:"first_service,omitempty"` // nil: 6 months or 3,000–5,000 km
	Service      *Limit        `cbor:"15,keyasint,omitempty" json:"service,omitempty"`       // nil: 12 months or 10,000 km
	InsuredUntil Date          `cbor:"16,keyasint,omitempty" json:"insured_until,omitempty"`
	Insurer      string        `cbor:"17,keyasint,omitempty" json:"insurer,omitempty"`
	InspectedBy  Date          `cbor:"18,keyasint,omitempty" json:"inspection_due,omitempty"`          // the next inspection is due by this day
	Owner        string        `cbor:"19,keyasint,omitempty" json:"owner,omitempty"`                   // customer id
	Users        []string      `cbor:"20,keyasint,omitempty" json:"users,omitempty" nullable:"false"`  // other customers who bring it
	Owners       []Ownership   `cbor:"21,keyasint,omitempty" json:"owners,omitempty" nullable:"false"` // former owners, oldest first
	Notes        string        `cbor:"22,keyasint,omitempty" json:"notes,omitempty"`
	Source       string        `cbor:"23,keyasint,omitempty" json:"source,omitempty"`
	CreatedAt    time.Time     `cbor:"24,keyasint" json:"created_at"`
	// LastService and LastServiceKm are when and at what reading the car was last maintained.
	LastService   Date `cbor:"25,keyasint,omitempty" json:"last_service,omitempty"`
	LastServiceKm int  `cbor:"26,keyasint,omitempty" json:"last_service_km,omitempty"`
	Retired       bool `cbor:"27,keyasint,omitempty" json:"retired,omitempty"` // scrapped or sold away: no reminders
}

// Ownership is a time during which a customer owned a vehicle.
type Ownership struct {
	Customer string `cbor:"1,keyasint" json:"customer"`
	Until    Date   `cbor:"2,keyasint,omitempty" json:"until,omitempty"`
	Reason   string `cbor:"3,keyasint,omitempty" json:"reason,omitempty"`
}

// Limit is so many months or so many km, whichever comes first; 0: no such limit.
type Limit struct {
	Months int `cbor:"1,keyasint,omitempty" json:"months,omitempty"`
	Km     int `cbor:"2,keyasint,omitempty" json:"km,omitempty"`
}

// FirstService is when a new car is due for the first time: within so many months, or between two readings.
type FirstService struct {
	Months int `cbor:"1,keyasint,omitempty" json:"months,omitempty"`
	FromKm int `cbor:"2,keyasint,omitempty" json:"from_km,omitempty"`
	ToKm   int `cbor:"3,keyasint,omitempty" json:"to_km,omitempty"`
}

const (
	maxKm     = 3_000_000
	maxMonths = 240
	maxUsers  = 20
)

// Check tidies the record (forms of VIN and plate, order of readings) and returns what is wrong with it.
func (v *Vehicle) Check() fault.Fields {
	k := checker{}
	v.checkVIN(&k)
	v.checkPlate(&k)
	if v.VIN == "" && v.Plate == "" && len(k.Found) == 0 {
		k.Wrong("plate", "vehicle.nameless", "a plate or a VIN is needed")
	}
	for path, s := range map[string]*string{
		"brand": &v.Brand, "model": &v.Model, "color": &v.Color, "engine_number": &v.EngineNumber, "insurer": &v.Insurer, "source": &v.Source,
	} {
		k.Line(path, s, maxName)
	}
	k.Text("notes", &v.Notes, maxNotes)
	if v.ModelYear != 0 {
		k.Within("model_year", "vehicle.model_year", v.ModelYear, 1950, 2100)
	}
	for path, d := range map[string]Date{
		"sold_on": v.SoldOn, "insured_until": v.InsuredUntil, "inspection_due": v.InspectedBy, "last_service": v.LastService,
	} {
		k.date(path, d)
	}
	k.Within("last_service_km", "vehicle.mileage_range", v.LastServiceKm, 0, maxKm)
	v.checkRules(&k)
	v.checkReadings(&k)
	if v.Users = slices.Compact(v.Users); len(v.Users) > maxUsers {
		k.Wrong("users", "vehicle.too_many_users", "%d users, at most %d", len(v.Users), maxUsers)
	}
	slices.SortStableFunc(k.Found, func(a, b fault.Field) int { return strings.Compare(a.Path, b.Path) })
	return k.Found
}

func (v *Vehicle) checkVIN(k *checker) {
	v.VINUnchecked = false
	if k.Line("vin", &v.VIN, maxName); v.VIN == "" || len(k.Found) > 0 {
		return
	}
	v.VIN = vin.Normalize(v.VIN)
	switch p := vin.Check(v.VIN); p {
	case vin.None:
	case vin.WrongCheck:
		v.VINUnchecked = true
	case vin.BadLength:
		k.Wrong("vin", "vehicle.vin_length", "%s has %d characters, a VIN has %d", books.Shorten(v.VIN), len(v.VIN), vin.Length)
	case vin.BadLetter:
		k.Wrong("vin", "vehicle.vin_letter", "%s has an I, O or Q, which no VIN has: 1 or 0 is meant", v.VIN)
	case vin.BadCharacter:
		k.Wrong("vin", "vehicle.vin_character", "%s has a character that no VIN has", books.Shorten(v.VIN))
	}
}

func (v *Vehicle) checkPlate(k *checker) {
	v.PlateKind = ""
	before := len(k.Found)
	if k.Line("plate", &v.Plate, maxName); v.Plate == "" || len(k.Found) > before {
		return
	}
	p, problem := plate.Parse(v.Plate)
	switch problem {
	case plate.None:
		v.Plate, v.PlateKind = p.Text, p.Kind
	case plate.BadProvince:
		k.Wrong("plate", "vehicle.plate_province", "%s does not begin with a province", books.Shorten(v.Plate))
	case plate.BadCity:
		k.Wrong("plate", "vehicle.plate_city", "%s has no city letter after the province", books.Shorten(v.Plate))
	case plate.BadNumber:
		k.Wrong("plate", "vehicle.plate_number", "%s does not end in 5 characters, or 6 of a new-energy vehicle", books.Shorten(v.Plate))
	}
}

func (v *Vehicle) checkRules(k *checker) {
	for path, l := range map[string]*Limit{"warranty": v.Warranty, "service": v.Service} {
		if l != nil {
			k.Within(path+".months", "vehicle.rule_months", l.Months, 0, maxMonths)
			k.Within(path+".km", "vehicle.mileage_range", l.Km, 0, maxKm)
		}
	}
	if f := v.FirstService; f != nil {
		k.Within("first_service.months", "vehicle.rule_months", f.Months, 0, maxMonths)
		k.Within("first_service.to_km", "vehicle.mileage_range", f.ToKm, 0, maxKm)
		k.Within("first_service.from_km", "vehicle.mileage_range", f.FromKm, 0, max(f.ToKm, 0))
	}
}

// checkReadings puts the readings in order, marks those that cannot be true and forgets the oldest of too many.
func (v *Vehicle) checkReadings(k *checker) {
	for i, r := range v.Readings {
		k.Within(books.Indexed("readings", i)+".km", "vehicle.mileage_range", r.Km, 0, maxKm)
		if r.At.IsZero() {
			k.Wrong(books.Indexed("readings", i)+".at", "vehicle.reading_time", "a reading needs its time")
		}
	}
	v.Readings = judged(v.Readings)
}
