package data

import (
	"fmt"
	"strings"
	"time"

	"github.com/dealerline/dealerline/internal/care/crm"
	"github.com/dealerline/dealerline/internal/care/crm/plate"
	"github.com/dealerline/dealerline/internal/care/crm/vin"
)

// Shares of vehicles, in percent.
const (
	newEnergyShare = 45
	homeShare      = 88 // plates of the own city
	fleetShare     = 12 // which belong to companies
	unsoldShare    = 10 // sold elsewhere: the day is not known
	noVINShare     = 4
)

// maker is a maker of cars: the first three characters of its VINs (GB 16737), its name and models.
type maker struct {
	wmi, brand string
	electric   bool
	models     []string
}

//nolint:gochecknoglobals // a constant table
var makers = []maker{
	{"LGX", "比亚迪", true, strings.Fields("汉EV 海豹 元PLUS 宋PLUS 秦PLUS 海鸥")},
	{"LRW", "特斯拉", true, strings.Fields("Model3 ModelY")},
	{"LMW", "小鹏", true, strings.Fields("P7 G6 G9 MONA")},
	{"LNN", "埃安", true, strings.Fields("AIONS AIONY AIONV")},
	{"LSV", "上汽大众", false, strings.Fields("帕萨特 途观L 朗逸 凌渡 途岳")},
	{"LFV", "一汽大众", false, strings.Fields("迈腾 速腾 宝来 探岳 高尔夫")},
	{"LVG", "广汽丰田", false, strings.Fields("凯美瑞 汉兰达 雷凌 威兰达")},
	{"LHG", "广汽本田", false, strings.Fields("雅阁 飞度 皓影 缤智")},
	{"LGB", "东风日产", false, strings.Fields("轩逸 天籁 奇骏 逍客")},
	{"LBV", "华晨宝马", false, strings.Fields("3系 5系 X3 X5")},
	{"LE4", "北京奔驰", false, strings.Fields("C级 E级 GLC GLB")},
}

//nolint:gochecknoglobals // constant tables
var (
	colors   = strings.Fields("白色 黑色 银色 灰色 蓝色 红色 绿色")
	insurers = strings.Fields("平安 人保 太平洋 国寿 阳光 中华联合")
)

// VehicleID is the id of a vehicle.
func (d Dealership) VehicleID(number int) string {
	return d.chance(vehicles, number+1<<40).id(moment(number, d.Vehicles, bookYears))
}

// owner is whose vehicle it is: most people have one or two, some none, companies many.
func (d Dealership) owner(number int) int {
	c := d.chance(owners, number)
	n := d.Customers * (number + 1) / d.Vehicles // who was there when it came
	if n == 0 {
		return 0
	}
	owner := c.IntN(n)
	if c.percent(fleetShare) {
		return min(owner-owner%100+c.IntN(companyShare), n-1)
	}
	return owner
}

// Vehicle makes a vehicle.
func (d Dealership) Vehicle(number int) crm.Vehicle {
	c := d.chance(vehicles, number)
	made := moment(number, d.Vehicles, bookYears)
	electric := c.percent(newEnergyShare)
	m := pick(c, makers)
	for m.electric != electric {
		m = pick(c, makers)
	}
	sold := made.AddDate(0, 0, -c.IntN(900))
	v := crm.Vehicle{
		ID: d.VehicleID(number), CreatedAt: made, Source: "import", Owner: d.CustomerID(d.owner(number)),
		Brand: m.brand, Model: pick(c, m.models), ModelYear: sold.Year(), Color: often(c, colors),
		EngineNumber: fmt.Sprintf("%c%07d", 'A'+rune(number%26), scattered(number, 9_999_991)),
	}
	v.Plate, v.PlateKind = plateOf(c, number, electric)
	if !c.percent(noVINShare) {
		v.VIN = vinOf(c, m.wmi, sold.Year(), number)
	}
	if !c.percent(unsoldShare) {
		v.SoldOn = crm.On(sold)
	}
	v.Readings = readings(c, sold)
	if n := len(v.Readings); n > 0 {
		v.LastService, v.LastServiceKm = crm.On(v.Readings[n-1].At), v.Readings[n-1].Km
	}
	if c.percent(70) {
		v.InsuredUntil, v.Insurer = crm.On(Today().AddDate(0, 0, c.IntN(365))), often(c, insurers)
		v.InspectedBy = crm.On(Today().AddDate(0, c.IntN(24), 0))
	}
	return v
}

// readings are what the odometer showed at visits, once or twice a year.
func readings(c chance, sold time.Time) (list []crm.Reading) {
	perDay := 10 + 50*c.Float64()
	for at := sold; len(list) < 12; {
		at = at.AddDate(0, 0, 120+c.IntN(300))
		if at.After(Today()) || c.percent(10) { // … or they went elsewhere
			return list
		}
		km := int(perDay*at.Sub(sold).Hours()/24) + c.IntN(300)
		list = append(list, crm.Reading{At: at.Truncate(time.Second), Km: km, Source: "visit"})
	}
	return list
}

// serials are the characters of plates: no I and no O (GA 36).
const serials = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// plateOf makes a plate that no other vehicle has.
func plateOf(c chance, number int, electric bool) (string, plate.Kind) {
	city := "粤B"
	if !c.percent(homeShare) {
		city = pick(c, []string{"粤A", "粤S", "粤L", "粤E", "湘A", "赣B", "桂A", "沪A", "京N"})
	}
	if electric {
		const letters = "DFAGBHCJEK"
		n := scattered(number, len(letters)*len(serials)*10_000)
		kind := plate.NewEnergySmall
		return fmt.Sprintf("%s%c%c%04d", city, letters[n%len(letters)], serials[n/len(letters)%len(serials)], n/len(letters)/len(serials)), kind
	}
	n := scattered(number, len(serials)*len(serials)*len(serials)*100)
	return fmt.Sprintf("%s%c%c%c%02d", city, serials[n%34], serials[n/34%34], serials[n/34/34%34], n/34/34/34), plate.Ordinary
}

// vinOf makes a VIN with its check digit (GB 16735): maker, description, check digit, year, plant, serial number.
func vinOf(c chance, wmi string, year, number int) string {
	const years = "ABCDEFGHJKLMNPRSTVWXY123456789" // 2010 … 2039
	const letters = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
	describe := []byte("00000")
	for i := range describe {
		describe[i] = letters[c.IntN(len(letters))]
	}
	v := []byte(fmt.Sprintf("%s%s0%c%c%06d", wmi, describe, years[(year-2010+30)%30], 'A'+rune(number/1_000_000), scattered(number%1_000_000, 1_000_000)))
	v[8] = vin.CheckDigit(string(v))
	return string(v)
}
