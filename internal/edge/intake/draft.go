package intake

import (
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/base/fault"
	"github.com/dealerline/dealerline/internal/base/phone"
	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/edge/sheet"
)

// draft is what one row says; nil parts: the row says nothing of that.
type draft struct {
	line     int
	customer *crm.Customer
	vehicle  *crm.Vehicle
	visit    *crm.Visit
	numbers  []string // of somebody whom the row does not name
	wrong    fault.Fields
}

//nolint:gochecknoglobals // constant tables
var (
	kinds = map[string]string{
		"个人": crm.Person, "个人客户": crm.Person, "私人": crm.Person, "person": crm.Person, "公司": crm.Company, "单位": crm.Company,
		"单位客户": crm.Company, "企业": crm.Company, "company": crm.Company,
	}
	genders    = map[string]string{"男": "m", "先生": "m", "m": "m", "male": "m", "女": "f", "女士": "f", "f": "f", "female": "f"}
	languages  = map[string]string{"中文": "zh-CN", "zh": "zh-CN", "zh-cn": "zh-CN", "英文": "en", "英语": "en", "en": "en", "english": "en"}
	visitKinds = map[string]string{
		"保养": crm.Maintenance, "定期保养": crm.Maintenance, "首保": crm.Maintenance, "maintenance": crm.Maintenance,
		"维修": crm.Repair, "一般维修": crm.Repair, "机修": crm.Repair, "repair": crm.Repair,
		"事故": crm.Accident, "事故车": crm.Accident, "钣喷": crm.Accident, "钣金喷漆": crm.Accident, "保险": crm.Accident, "accident": crm.Accident,
		"索赔": crm.WarrantyJob, "质保": crm.WarrantyJob, "三包": crm.WarrantyJob, "warranty": crm.WarrantyJob, "召回": crm.Recall, "recall": crm.Recall,
		"交车": crm.Delivery, "新车交付": crm.Delivery, "新车交车": crm.Delivery, "delivery": crm.Delivery, "handover": crm.Delivery,
	}
)

// read makes a draft of a row. Nothing is looked up yet.
func (j *Job) read(row sheet.Row, zone *time.Location) draft {
	c := cells{row: map[string]string{}, zone: zone, today: j.CreatedAt}
	kind, mapping, source := j.Kind, j.Mapping, j.source()
	for i, name := range mapping {
		if name != "" && i < len(row.Cells) {
			c.row[name] = row.Cells[i]
		}
	}
	d := draft{line: row.Line}
	if c.text("name") != "" || c.text("phone") != "" || kind == Customers {
		d.customer = c.customer(source)
	}
	if c.text("plate") != "" || c.text("vin") != "" || kind == Vehicles {
		d.vehicle = c.vehicle(source)
	}
	if kind == Visits {
		d.visit = c.visit(source)
		d.odometerOfVisit(c.text("mileage_on"))
	}
	if d.customer != nil && d.customer.Name == "" && kind != Customers {
		for _, p := range d.customer.Phones {
			d.numbers = append(d.numbers, phone.Normalize(p.Number))
		}
		d.customer = nil
	}
	d.wrong = c.wrong
	d.check()
	return d
}

// odometerOfVisit takes a mileage without a day of its own for that of the visit.
func (d *draft) odometerOfVisit(day string) {
	if d.vehicle == nil || day != "" || len(d.vehicle.Readings) == 0 {
		return
	}
	if d.visit.Km == 0 {
		d.visit.Km = d.vehicle.Readings[0].Km
	}
	d.vehicle.Readings = nil
}

func (c *cells) customer(source string) *crm.Customer {
	out := crm.Customer{
		Name: c.text("name"), Kind: c.choice("kind", "customer.kind_unknown", kinds), WeChat: c.text("wechat"), Email: c.text("email"),
		Address: c.text("address"), VIP: c.yes("vip"), Tier: strings.ToUpper(c.text("tier")), Tags: parts(c.text("tags")),
		Language: c.choice("language", "customer.language_unknown", languages), Notes: c.text("notes"), Contact: c.text("contact"),
		Advisor: c.text("customer_advisor"), Birthday: c.day("birthday"), Gender: c.choice("gender", "customer.gender_unknown", genders), Source: source,
	}
	out.Consent.DoNotCall = c.yes("do_not_call")
	for _, name := range []string{"phone", "phone2"} {
		for _, number := range parts(c.text(name)) {
			if p := (crm.Phone{Number: number}); !out.HasPhone(number) {
				out.Phones = append(out.Phones, p)
			}
		}
	}
	return &out
}

func (c *cells) vehicle(source string) *crm.Vehicle {
	out := crm.Vehicle{
		Plate: c.text("plate"), VIN: c.text("vin"), Brand: c.text("brand"), Model: c.text("model"), ModelYear: c.whole("model_year"),
		Color: c.text("color"), EngineNumber: c.text("engine_number"), SoldOn: c.day("sold_on"), LastService: c.day("last_service"),
		InsuredUntil: c.day("insured_until"), Insurer: c.text("insurer"), InspectedBy: c.day("inspection_due"), Notes: c.text("vehicle_notes"), Source: source,
	}
	if km := c.whole("mileage"); km != 0 {
		at := c.moment("mileage_on")
		if at.IsZero() {
			at = c.today
		}
		out.Readings = []crm.Reading{{At: at, Km: km, Source: "import"}}
	}
	return &out
}

func (c *cells) visit(source string) *crm.Visit {
	return &crm.Visit{
		Order: c.text("order"), At: c.moment("at"), Km: c.whole("km"), Kind: c.visitKind(), Work: c.text("work"), Amount: c.fen("amount"),
		Advisor: c.text("visit_advisor"), Source: source,
	}
}

// visitKind reads the kind of a visit; words that are not known are kept with the work that was done.
func (c *cells) visitKind() string {
	s := strings.ToLower(c.text("visit_kind"))
	if v, ok := visitKinds[s]; ok || s == "" {
		return v
	}
	for word, v := range visitKinds {
		if strings.Contains(s, word) && len(word) >= len("保养") {
			return v
		}
	}
	return crm.OtherVisit
}

// fieldNames are the names of columns for the paths of fields, where they differ.
//
//nolint:gochecknoglobals // a constant table
var fieldNames = map[string]string{"advisor": "customer_advisor", "readings": "mileage", "phones": "phone", "consent": "do_not_call"}

// check checks the parts, so that nothing bad is found out when half of the row is written.
func (d *draft) check() {
	if len(d.wrong) > 0 {
		return
	}
	var found fault.Fields
	if d.customer != nil {
		found = append(found, d.customer.Check()...)
	}
	if d.vehicle != nil {
		found = append(found, d.vehicle.Check()...)
	}
	if d.visit != nil {
		v := *d.visit
		v.Customer = "?" // whose it is shows later
		found = append(found, v.Check()...)
		*d.visit = v
		d.visit.Customer = ""
		if d.customer == nil && d.vehicle == nil && d.numbers == nil {
			found.Add("plate", "visit.nobody", "the row names no vehicle and no customer")
		}
	}
	for _, f := range found {
		name, _, _ := strings.Cut(f.Path, "[")
		if name, _, _ = strings.Cut(name, "."); fieldNames[name] != "" {
			name = fieldNames[name]
		}
		f.Path = name
		d.wrong = append(d.wrong, f)
	}
}
