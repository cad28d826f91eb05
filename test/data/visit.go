package data

import (
	"fmt"

	"github.com/dealerline/dealerline/internal/care/crm"
)

// Visit makes a visit to the workshop.
func (d Dealership) Visit(number int) crm.Visit {
	c := d.chance(visits, number)
	at := moment(number, d.Visits, callYears)
	vehicle := c.IntN(max(d.Vehicles, 1))
	v := crm.Visit{
		ID: c.id(at), At: at, Order: fmt.Sprintf("RO%s%06d", at.Format("200601"), number%1_000_000), Kind: crm.Maintenance, Work: "更换机油机滤",
		Amount: int64(30_000 + c.IntN(150_000)), Km: 5000 + c.IntN(120_000), Vehicle: d.VehicleID(vehicle), Advisor: d.agent(c), Source: "import",
		Customer: d.CustomerID(d.owner(vehicle)),
	}
	if c.percent(30) {
		v.Kind, v.Work, v.Amount = crm.Repair, "更换前刹车片，四轮定位", int64(80_000+c.IntN(900_000))
	}
	return v
}
